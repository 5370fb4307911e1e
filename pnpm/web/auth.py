"""Who is signed in, and what they may do. Whatever is under /admin is for admins alone, unless its
view is marked with `open_to`.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Request, abort, current_app, g, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden

from pnpm.accounts import IDLE, Role, user_agents
from pnpm.db import transaction
from pnpm.markup.urls import parts_of
from pnpm.signing import Dated, NoKey

from . import htmx, saved_request

# Where an account is asked for, its module is imported: no reader's page needs it.
if TYPE_CHECKING:
    from pnpm.accounts.models import SignIn, User

PREFIX = "/admin"
EVERYONE = frozenset({None, *Role})
OFFICERS = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
# how long the cookie lives: longer than its session, so that who comes back is told that it ended
REMEMBERED = IDLE + timedelta(days=60)


class NotTheirs(Forbidden):
    """An officer asked for a page or button that is for admins alone."""


class OfficeSessions(SecureCookieSessionInterface):
    """Flask's signed session cookie, for the office alone: elsewhere no session is opened, and a
    view that writes into one fails.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not is_office(request.path):
            return None
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer:
            serializer.signer = Dated
        return serializer

    def get_cookie_path(self, app: Flask) -> str:
        return cookie_path()

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def init_app(app: Flask) -> None:
    """Guard the office's views, and keep its pages out of caches and search engines."""
    app.session_interface = OfficeSessions()
    app.config.update(
        SESSION_COOKIE_NAME="office",
        PERMANENT_SESSION_LIFETIME=REMEMBERED,
        WTF_CSRF_TIME_LIMIT=None,
    )
    # The cookie is not sent with every answer: one that is on its way could undo what another
    # answer has just changed.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.before_request(guard)
    app.after_request(_private)
    app.after_request(_settle)
    app.jinja_env.globals.update(officer=officer, csrf_token=generate_csrf)


def open_to(roles: frozenset) -> Callable:
    """Mark a view with the roles that may use it; without a mark, admins may."""

    def mark(view):
        view.roles = roles
        return view

    return mark


def roles_of(endpoint: str) -> frozenset:
    """Return the roles that may use the view of that endpoint; None among them is a stranger's."""
    return getattr(current_app.view_functions[endpoint], "roles", ADMINS)


def guard():
    """Before each request under /admin, turn away who may not use its view: to the setup while
    there is no account, a stranger to the sign-in, an officer with 403.
    """
    if not is_office() or request.endpoint is None:
        return None
    if not current_app.secret_key:
        raise NoKey
    user, roles = officer(), roles_of(request.endpoint)
    if (user and user.role) in roles:
        return None
    if user:
        raise NotTheirs
    from pnpm.accounts.models import User

    if not User.anyone():
        return htmx.sent_to(url_for("setup.show"))
    wanted = _sent_from()
    if request.method == "GET" and not htmx.is_request():
        wanted = request.full_path.rstrip("?")
    if has_ended():
        saved_request.keep(wanted)
    return htmx.sent_to(url_for("session.show", next=wanted))


def _sent_from():
    """Return the address of the office's page from which the request was sent, to come back to;
    None if the browser does not say.
    """
    parts = parts_of(request.referrer or "")
    if parts is None:
        return None
    path = parts.path.removeprefix(request.script_root)
    if parts.netloc == request.host and is_office(path):
        return f"{path}?{parts.query}".rstrip("?")
    return None


def is_office(path: str | None = None) -> bool:
    """Tell whether a path, by default this request's, is the office's."""
    if path is None:
        path = request.path
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def cookie_path() -> str:
    """Return the path of the office's cookies, also where the site is in a folder of its host."""
    return f"{request.script_root}{PREFIX}"


def officer() -> "User | None":
    """Return who is signed in, None if nobody is; asked of the database once a request."""
    if "officer" not in g:
        found = None
        if is_office() and "key" in session:
            from pnpm.accounts.models import SignIn

            found = SignIn.of(session["key"])
        g.sign_in, g.officer = found or (None, None)
        if found and g.sign_in.is_unseen:
            session.modified = True  # so that the cookie's lifetime, too, begins again
            # while the database cannot be written to, the office can still be read
            with suppress(SQLAlchemyError), transaction():
                g.sign_in.see()
    return g.officer


def signed_in() -> "User":
    """Return who is signed in, in a view that only officers reach: `guard` has turned everybody
    else away.
    """
    user = officer()
    if user is None:
        raise RuntimeError("nobody is signed in")
    return user


def has_ended() -> bool:
    """Tell whether the session in this browser has ended without a sign-out."""
    return is_office() and "key" in session and officer() is None


def this_browser() -> "SignIn | None":
    """Return the session that this request belongs to, None if nobody is signed in."""
    if officer() is None:
        return None
    return g.sign_in


def own_account() -> "User":
    """Return the officer's account, locked until the commit. 403 if meanwhile it was removed, or
    its password or role was changed.
    """
    from pnpm.accounts.models import User

    user = signed_in()
    seen = user.password, user.role
    held = User.held(user.id)
    if held is None or (held.password, held.role) != seen:
        abort(403)
    return held


def sign_in(user: "User") -> None:
    """Open a new session in this browser; the caller commits. LookupError if the account has
    changed since it was read.
    """
    from pnpm.accounts.models import SignIn

    key = SignIn.open(user, user_agents.name_of(request.user_agent.string))
    start_anew()
    session.permanent = True
    session["key"] = key
    session[saved_request.WHO] = user.id


def sign_out() -> None:
    """End this browser's session; the caller commits."""
    if this := this_browser():
        this.end()
    session.clear()
    g.pop("officer", None)


def start_anew() -> None:
    """End this browser's session before a new one is opened: its saved requests stay. The caller
    commits.
    """
    carried = saved_request.carried()
    sign_out()
    session.update(carried)


def _settle(response):
    """Drop the saved request that this one has just done."""
    if is_office() and saved_request.is_done(response.status_code) and officer():
        saved_request.drop(request.form[saved_request.FIELD])
    return response


def _private(response):
    """Keep what the office answers out of every cache; a view may leave it to this browser's."""
    if is_office():
        if not response.cache_control.private:
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response
