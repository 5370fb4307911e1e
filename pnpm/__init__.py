"""An article site with comments. `create_app` puts it together, and is its table of contents."""

from collections.abc import Callable
from functools import partial

from flask import Flask
from flask_babel import Babel
from jinja2 import StrictUndefined
from sqlalchemy.exc import ArgumentError
from werkzeug import routing
from werkzeug.middleware.proxy_fix import ProxyFix

from . import cli, client_address, config, db, languages, public
from .public import metadata
from .web import (
    assets,
    auth,
    errors,
    jobs,
    page_cache,
    relocation,
    rerender,
    search_index,
    security,
    setup,
    site,
    templating,
    upload_folder,
)

# The addresses of the office to which readers' pages and the mails lead, known without it.
OFFICE = (
    ("/admin/", "admin.index"),
    ("/admin/account/mail", "account.show_contact"),
    ("/admin/comments/<int:number>", "admin_comments.show"),
    ("/admin/data-requests/<int:number>", "admin_data_requests.show"),
    ("/admin/mailed/<token>", "mailed.show"),
    ("/admin/forgotten/<token>", "forgotten.edit"),
)
LARGEST_REQUEST = 64 * 1024  # bytes: six times the longest comment at three bytes a letter


class Rule(routing.Rule):
    """Werkzeug's rule, whose functions that build its address are compiled when the first is built.
    Werkzeug compiles two for each rule at every start, and most processes need few of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_builder = super()._compile_builder
        compiled = None

        # a value may have any name, also that of our parameter
        def build(rule: routing.Rule, /, **values: object) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = compile_builder(append_unknown)
            return compiled(rule, **values)

        return build


class App(Flask):
    """Flask, without the look at each function that it calls, fifteen in a request, whether that is
    asynchronous: none of ours is.
    """

    url_rule_class = Rule
    request_class = upload_folder.Request
    jinja_environment = templating.Environment

    def ensure_sync(self, func: Callable) -> Callable:
        """Return the function as it is."""
        return func


def create_app(overrides: dict | None = None, with_office: bool = True) -> Flask:
    """Return the site as a WSGI application. `overrides` are settings by name, for tests;
    ConfigError if a setting cannot be used.

    Without the office it answers readers alone, and is loaded sooner.
    """
    settings = config.load(overrides)
    app = App(
        "pnpm",
        instance_path=str(settings.instance),
        root_path=str(config.TOP),
        template_folder="templates",
        static_folder=None,
    )
    configure(app, settings)
    open_database(app, settings)
    relocation.init_app(app, partial(config.load, overrides))
    serve_static(app, settings)
    translate(app, settings)
    security.init_app(app)
    auth.init_app(app)
    templating.init_app(app)
    metadata.init_app(app)
    jobs.init_app(app)
    rerender.init_app(app)
    search_index.init_app(app)
    register_blueprints(app, with_office)
    cli.init_app(app)
    setup.init_app(app)
    within = security.guard(app.wsgi_app, settings.site_url)
    if settings.trusted_proxies:
        within = ProxyFix(within, x_for=0, x_proto=settings.trusted_proxies)
    # Flask's own way to put a layer around it
    app.wsgi_app = client_address.resolved(within, settings.trusted_proxies)  # type: ignore[method-assign]
    return app


def close(app: Flask) -> None:
    """Close the idle connections that a site has to its database."""
    with app.app_context():
        db.db.engine.dispose()


def configure(app: Flask, settings: config.Config) -> None:
    """Set Flask's and Jinja's own settings from ours."""
    app.config.update(
        PNPM=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_I18N_ENABLED=False,
    )
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "bytecode_cache": templating.Compiled(settings.instance),
    }


def open_database(app: Flask, settings: config.Config) -> None:
    """Connect the models to the database, and put the page cache before the site. ConfigError if
    the database's address cannot be used.
    """
    try:
        db.db.init_app(app)
        with app.app_context():
            engine = db.open_engine(db.db.engine, settings.sqlite_journal, settings.instance)
            db.use(engine)
    except (ArgumentError, ImportError) as error:
        raise config.ConfigError(f"PNPM_DATABASE_URL cannot be used: {error}") from error
    page_cache.init_app(app, engine)


def serve_static(app: Flask, settings: config.Config) -> None:
    """Serve static/ ourselves where no web server in front does it; `web.setup` puts the files into
    the folder that is served.
    """
    folder = (settings.web_folder or settings.instance) / "static"
    app.config.update(STATIC=folder, ASSETS=assets.known(config.TOP / "static", folder))
    app.add_url_rule("/static/<path:filename>", endpoint="static", build_only=True)
    app.wsgi_app = assets.served(app.wsgi_app, folder)  # type: ignore[method-assign]  # as above


def translate(app: Flask, settings: config.Config) -> None:
    """Translate the site's words and sentences into its language."""
    babel = Babel(
        app,
        default_locale=str(languages.locale_of(settings.language)),
        locale_selector=site.current_locale,
    )
    babel.domain_instance = site.Sentences()


def register_blueprints(app: Flask, with_office: bool = True) -> None:
    """Register the blueprints and the error pages. Without the office only those of its addresses
    are known to which readers' pages and mails lead.
    """
    for blueprint in public.BLUEPRINTS:
        app.register_blueprint(blueprint)
    if with_office:
        _register_office(app)
    else:
        for rule, endpoint in OFFICE:
            app.add_url_rule(rule, endpoint=endpoint, build_only=True)
    errors.init_app(app)


def _register_office(app):
    from . import admin
    from .admin import navigation

    navigation.init_app(app)
    for blueprint in admin.BLUEPRINTS:
        app.register_blueprint(blueprint)
