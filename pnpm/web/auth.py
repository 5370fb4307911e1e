"""Who is signed in, and what they may do. Whatever lies under /admin is the admins', unless its
view says that it is others'.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from flask import Flask, Request, abort, current_app, g, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden

from pnpm.accounts import user_agents
from pnpm.accounts.models import IDLE, Role, SignIn, User
from pnpm.db import transaction
from pnpm.markup.urls import parts_of
from pnpm.signing import Dated, NoKey

from . import htmx, saved_request

PREFIX = "/admin"
EVERYONE = frozenset({None, *Role})
OFFICERS = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
# the cookie outlives its session, so that who comes back is told that it ended
REMEMBERED = IDLE + timedelta(days=60)


class NotTheirs(Forbidden):
    """A page or button of the office that is the admins'."""


class OfficeSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, for the office alone: elsewhere no session is opened, and a view that
    writes into one fails.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if is_office(request.path) else None

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
    """Let nobody into the office but who may; nothing of it is kept by caches or found by search
    engines.
    """
    app.session_interface = OfficeSessions()
    app.config.update(
        SESSION_COOKIE_NAME="office",
        PERMANENT_SESSION_LIFETIME=REMEMBERED,
        WTF_CSRF_TIME_LIMIT=None,
    )
    # Not sent with every answer: one that was on its way would undo what another just changed.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.before_request(guard)
    app.after_request(_private)
    app.after_request(_settle)
    app.jinja_env.globals.update(officer=officer, csrf_token=generate_csrf)


def open_to(roles: frozenset) -> Callable:
    """Say who may use a view; without it, admins may."""

    def mark(view):
        view.roles = roles
        return view

    return mark


def roles_of(endpoint: str) -> frozenset:
    """Who may use the view of that endpoint; None among them stands for a stranger."""
    return getattr(current_app.view_functions[endpoint], "roles", ADMINS)


def guard():
    """Before each request under /admin: to the setup while there is no account, to the sign-in for
    a stranger, else 403.
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
    if not User.anyone():
        return htmx.sent_to(url_for("setup.show"))
    is_page = request.method == "GET" and not htmx.is_request()
    wanted = request.full_path.rstrip("?") if is_page else _sent_from()
    if has_ended():
        saved_request.keep(wanted)
    return htmx.sent_to(url_for("session.show", next=wanted))


def _sent_from():
    """The page of the office on which the form stands that was sent, to come back to; None if the
    browser does not say.
    """
    parts = parts_of(request.referrer or "")
    if parts is None:
        return None
    path = parts.path.removeprefix(request.script_root)
    if parts.netloc == request.host and is_office(path):
        return f"{path}?{parts.query}".rstrip("?")
    return None


def is_office(path: str | None = None) -> bool:
    """Whether a path, or this request's, is the office's."""
    path = request.path if path is None else path
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def cookie_path() -> str:
    """Where the office's cookies are sent, also where the site lies in a folder of its host."""
    return f"{request.script_root}{PREFIX}"


def officer() -> User | None:
    """Who is signed in."""
    if "officer" not in g:
        found = SignIn.of(session["key"]) if is_office() and "key" in session else None
        g.sign_in, g.officer = found or (None, None)
        if found and g.sign_in.is_unseen:
            session.modified = True  # the cookie, too, is good for so long from now
            # who cannot be written down may look around all the same
            with suppress(SQLAlchemyError), transaction():
                g.sign_in.see()
    return g.officer


def signed_in() -> User:
    """The same in a view that none but officers reach: `guard` has turned everybody else away."""
    user = officer()
    if user is None:
        raise RuntimeError("nobody is signed in")
    return user


def has_ended() -> bool:
    """Whether somebody was signed in here, and is no more without having said so."""
    return is_office() and "key" in session and officer() is None


def this_browser() -> SignIn | None:
    """The open session that this request belongs to."""
    return g.sign_in if officer() else None


def own_account() -> User:
    """The officer's account, held until the commit. 403 if meanwhile it was removed, or has another
    password or role.
    """
    user = signed_in()
    seen = user.password, user.role
    held = User.held(user.id)
    if held is None or (held.password, held.role) != seen:
        abort(403)
    return held


def sign_in(user: User) -> None:
    """Let this browser in, in a new session; the caller commits. LookupError if the account has
    changed since it was read.
    """
    key = SignIn.open(user, user_agents.name_of(request.user_agent.string))
    start_anew()
    session.permanent = True
    session["key"], session[saved_request.WHO] = key, user.id


def sign_out() -> None:
    """End this browser's session; the caller commits."""
    if this := this_browser():
        this.end()
    session.clear()
    g.pop("officer", None)


def start_anew() -> None:
    """The same, for somebody who comes in: what this browser sent in vain is still offered. The
    caller commits.
    """
    carried = saved_request.carried()
    sign_out()
    session.update(carried)


def _settle(response):
    """What was sent once in vain has been done now: it is offered no more."""
    if is_office() and saved_request.is_done(response.status_code) and officer():
        saved_request.drop(request.form[saved_request.FIELD])
    return response


def _private(response):
    if is_office():
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response
