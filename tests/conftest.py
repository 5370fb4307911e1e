"""What every test starts from: a site of its own in a folder of its own, with a real database at
the newest schema.
"""

import hashlib
import os
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import g
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from pnpm import create_app
from pnpm.articles.models import Article
from pnpm.comments.models import Comment, Submission
from pnpm.comments.rules import Verdict
from pnpm.comments.submission import store
from pnpm.db import begin_writing, db
from pnpm.markup.sanitizer import article_html, comment_html
from pnpm.media import uploads
from pnpm.web import search_index
from tests import engines

TOP = Path(__file__).parent.parent
SHARED = TOP.parent / "shared" / "data"
# folders whose tests need a browser, web servers, crashes or many requests
SYSTEM = {"browser", "deploy", "faults", "system"}
IN_CI = os.environ.get("CI") == "true"
on_sqlite = pytest.mark.skipif(
    engines.ENGINE != "sqlite", reason=f"this is about SQLite, not {engines.ENGINE}"
)
on_a_server = pytest.mark.skipif(
    engines.ENGINE == "sqlite", reason="this is about MariaDB and PostgreSQL, not SQLite"
)
SERVER = pytest.StashKey()
NEVER = 10**6  # in which no microsecond goes but the first
ROOM = 8 * 1024**3  # bytes: what a run leaves in the folders of its last three
# what Werkzeug compiles a rule into
COMPILED = ("arguments", "_parts", "_trace", "_converters", "_build", "_build_unknown")
SETTINGS = {"SECRET_KEY": "a key for tests alone", "TESTING": True, "BACKUPS": "off"}


# Machines are slow at times: no test fails by its time.
settings.register_profile("timeless", deadline=None)
settings.load_profile("timeless")


def pytest_configure(config):
    """The tests' folders in memory where there is room, since each commit waits for the disk; and
    one database server for the whole run, in the process that starts the others.
    """
    memory = engines.MEMORY
    if memory.is_dir() and shutil.disk_usage(memory).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    if engines.ENGINE == "sqlite" or hasattr(config, "workerinput"):
        return
    try:
        serving = engines.serving()
        config.stash[SERVER] = serving.__enter__()
        config.add_cleanup(lambda: serving.__exit__(None, None, None))
    except engines.Missing as error:
        pytest.exit(f"NOT TESTED on {engines.ENGINE}: {error}", 1 if IN_CI else 0)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """pytest-xdist starts a process: it is told where the server is."""
    if SERVER in node.config.stash:
        node.workerinput["server"] = node.config.stash[SERVER].root.render_as_string(
            hide_password=False
        )


@pytest.hookimpl(tryfirst=True)  # before -m is looked at
def pytest_collection_modifyitems(config, items):
    """What is marked `engines`, and asks for a database, is tested on each engine; the rest on
    SQLite alone.
    """
    for item in items:
        if item.path.relative_to(TOP / "tests").parts[0] in SYSTEM:
            item.add_marker("system")
    # files that take long come first, so that at the end no process waits for another's
    slow = Counter(item.path for item in items if item.get_closest_marker("system"))
    items.sort(key=lambda item: slow[item.path], reverse=True)
    if engines.ENGINE != "sqlite":
        tested = [
            item
            for item in items
            if item.get_closest_marker("engines") and "server" in item.fixturenames
        ]
        config.hook.pytest_deselected(items=[*{*items}.difference(tested)])
        items[:] = tested


def pytest_terminal_summary(terminalreporter):
    """Say what that left out."""
    if engines.ENGINE != "sqlite":
        terminalreporter.write_line(
            f"On {engines.ENGINE}: what its database decides; the others run on SQLite alone."
        )


def missing(what: str, install: str) -> None:
    """A check cannot be made: in CI that is a failure, elsewhere a skip that says what to
    install.
    """
    message = f"{what} is missing: {install}"
    pytest.fail(message) if IN_CI else pytest.skip(message)


def need_root(what: str) -> None:
    """What only root can do; elsewhere a skip that says so, in CI a failure."""
    if os.geteuid():
        missing("root", f"{what} takes it")


@contextmanager
def mounted(folder, *options):
    """That folder, with what these options of mount(8) mount there."""
    need_root("a disk of its own")
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, folder], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True, capture_output=True)


@pytest.fixture(scope="session")
def server(pytestconfig):
    """The database server that the tests run on; None for SQLite."""
    if SERVER in pytestconfig.stash:
        return pytestconfig.stash[SERVER]
    given = getattr(pytestconfig, "workerinput", {})
    return engines.known(given["server"], f"{given['workerid']}_") if "server" in given else None


@pytest.fixture(scope="session", autouse=True)
def compiled_once():
    """What each app would compile anew, and what takes it longer than all else that it does, is
    compiled once for all apps of a process: how each of our 170 addresses is read and built, and
    the statements for SQLite.
    """
    compile_rule, rules, statements = Rule.compile, {}, LRUCache(2000)

    def compiled(rule):
        key = rule.rule, repr(rule.defaults)
        if key not in rules:
            compile_rule(rule)
            rules[key] = {name: vars(rule)[name] for name in COMPILED}
        vars(rule).update(rules[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compiled)
        kept = property(lambda engine: statements, lambda engine, own: None)
        patch.setattr(Engine, "_compiled_cache", kept, raising=False)
        # a statement is kept beside the dialect that it was compiled for
        patch.setattr(SQLiteDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(SQLiteDialect, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session", autouse=True)
def hashed_once():
    """The same password with the same salt is hashed once a process, with all that it costs: scrypt
    is slow by design.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "scrypt", cache(hashlib.scrypt))
        yield


@pytest.fixture(scope="session", autouse=True)
def developed_once():
    """The same photograph is made into the same files once a process: encoding them takes longer
    than all else that a test of the library does.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uploads, "develop", lru_cache(100)(uploads.develop))
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_by_chance():
    """After one form in a hundred the search index takes in what is new, and no test counts on it
    or is counted with it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_index, "MERGED_AFTER", NEVER)
        yield


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory, server):
    """An instance folder with a database at the newest schema, to be copied."""
    folder = made(
        tmp_path_factory.mktemp("empty"), server.create(engines.TEMPLATE) if server else None
    )
    # Compiling templates takes a test longer than all else that it does.
    (folder / "compiled").symlink_to(tmp_path_factory.mktemp("compiled"), target_is_directory=True)
    return folder


def made(folder, url=None):
    """A site made in that folder by `flask init`, which keeps its data at that URL (None: in the
    folder).
    """
    folder.mkdir(exist_ok=True)
    if url:
        _use(folder, url)
    app = create_app({"INSTANCE": folder, **SETTINGS})
    result = app.test_cli_runner().invoke(args=["init"])
    assert result.exit_code == 0, result.output
    dispose(app)
    return folder


def dispose(app):
    """Close the connections that an app has to its database."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def settings():
    """What a test sets: `@pytest.mark.parametrize("settings", [{"MODERATION": "all"}])`."""
    return {}


@pytest.fixture(scope="session")
def new_instance(empty_site, server):
    """Make a site's own folder, with a database of its own: `with new_instance(path) as folder`."""

    @contextmanager
    def new_instance(path):
        folder = shutil.copytree(empty_site, path, symlinks=True)
        if not server:
            yield folder
            return
        url = server.create()
        _use(folder, url)
        yield folder
        server.drop(url)

    return new_instance


@pytest.fixture(scope="session")
def rich_folder(new_instance, tmp_path_factory):
    """The instance folder of a site with something of everything that is taken along, made once a
    process, to be copied.
    """
    from tests.exports import rich

    with new_instance(tmp_path_factory.mktemp("rich") / "instance") as folder:
        app = create_app({"INSTANCE": folder, **SETTINGS})
        with app.app_context():
            rich.fill(app)
        dispose(app)
        yield folder


@pytest.fixture
def instance(new_instance, tmp_path):
    """A site's own folder."""
    with new_instance(tmp_path / "instance") as folder:
        yield folder


def _use(folder, url):
    """Have the site of that folder keep its data there."""
    (folder / "config.py").touch(0o600)
    (folder / "config.py").write_text(f"DATABASE_URL = {url!r}\n")


@pytest.fixture
def app(instance, settings):
    """The site. pytest-flask keeps a request context of it pushed during the test."""
    app = create_app({"INSTANCE": instance, **SETTINGS, **settings})
    app.test_client_class = Client
    yield app
    dispose(app)


@pytest.fixture
def config(app):
    """The site's settings."""
    return app.config["PNPM"]


@pytest.fixture(scope="session")
def mail_certificate(tmp_path_factory):
    """The certificate of the tests' mail server."""
    from tests.smtp_server import made_certificate

    return made_certificate(tmp_path_factory.mktemp("mail"))


@pytest.fixture
def mail_server(mail_certificate, monkeypatch):
    """A real mail server with STARTTLS and AUTH, which this process trusts."""
    from tests.smtp_server import running

    monkeypatch.setenv("SSL_CERT_FILE", str(mail_certificate))
    with running(mail_certificate) as server:
        yield server


@pytest.fixture
def mailing(app, mail_server):
    """The site, whose mail goes to that server."""
    use_mail(app, mail_server.url)
    return app


def use_mail(app, url, site_url="https://desa.example"):
    """Have a site send its mail by that server, and know its own address."""
    from dataclasses import replace

    from pnpm.config import mail_server

    config = replace(app.config["PNPM"], mail_url=mail_server(url), site_url=site_url)
    app.config["PNPM"] = config


@pytest.fixture
def site(app):
    """The same with something of everything in it: the article of `keeping.fill`."""
    from tests.keeping import fill

    return fill(app)


def drop_tables(*names):
    """Take tables away, whatever refers to them."""
    db.session.rollback()
    with db.engine.begin() as connection:
        if engines.ENGINE == "mariadb":
            connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
        for name in names:
            connection.exec_driver_sql(
                f"DROP TABLE {name}" + " CASCADE" * (engines.ENGINE == "postgresql")
            )
        if engines.ENGINE == "mariadb":
            connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 1")


class Client(FlaskClient):
    """A client after whose requests nothing is left that was not committed: a view that forgets to
    commit is caught.
    """

    def open(self, *args, **kwargs):
        for name in ("site", "officer", "sign_in", "csrf_token", "_flask_babel"):
            g.pop(name, None)  # Flask reuses the context that pytest-flask pushed
        response = super().open(*args, **{"buffered": True, **kwargs})
        db.session.rollback()
        db.session.expire_all()
        return response

    def page(self, url, **kwargs):
        """The page at `url`, parsed."""
        return soup(self.get(url, **kwargs))

    def form(self, url):
        """The fields that the comment form at `url` came with, and what they hold."""
        return fields(self.page(url))

    def comment(self, url, htmx=False, headers=None, **values):
        """Send the form of the page at `url` with these values; through htmx if asked."""
        headers = {**({"HX-Request": "true"} if htmx else {}), **(headers or {})}
        return self.post(url, data={**self.form(url), **values}, headers=headers)


def soup(response):
    """An answer, parsed."""
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def fields(page):
    """Every field of the comment form with its value."""
    named = page.select("#comment-form [name]")
    return {
        field["name"]: field.get("value", "")
        if field.name == "input"
        else field.text.removeprefix("\n")
        for field in named
    }


@pytest.fixture
def article(app):
    """A published article of December 2012."""
    return publish("Latar Belakang", datetime(2012, 12, 20, tzinfo=UTC))


@pytest.fixture
def url(article):
    """Its address."""
    return "/2012/12/latar-belakang.html"


def publish(title, moment=None, body="<p>Isi artikel.</p>", **more):
    """Publish an article."""
    begin_writing()
    article = Article.publish(
        title=title, body=body, html=article_html(body), moment=moment, **more
    )
    db.session.commit()
    return article


def at_once(app, *deeds):
    """Each deed in a thread of its own; what they give."""

    def act(deed):
        with app.app_context():
            try:
                return deed()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(deeds)) as hands:
        found = list(hands.map(act, deeds))
    db.session.rollback()
    return found


def write(article, app, *bodies, name="", moment=None, parent=None):
    """Publish comments under an article, past every rule; with `parent` as replies to that one."""
    from dataclasses import replace

    config = replace(app.config["PNPM"], moderation="off", comment_limit=None)
    begin_writing()
    comments = []
    for number, body in enumerate(bodies):
        draft = Submission(
            name, "", "", body, comment_html(body), nonce=f"{number} {body}", parent=parent
        )
        comments.append(
            store(
                db.session.connection(), article.id, draft, "192.0.2.1", config, Verdict([]), moment
            ).comment.id
        )
    db.session.commit()
    db.session.expire_all()
    return [db.session.get(Comment, number) for number in comments]
