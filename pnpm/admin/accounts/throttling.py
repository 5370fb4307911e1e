"""Login throttling for the office's forms: what a wrong password or code counts against, and the
cookie by which an account knows a browser.

An attempt counts against subjects, a keyed hash of each by its kind: {"address": "…"}.
"""

import secrets
from math import ceil
from typing import cast

from flask import current_app, request
from flask_babel import gettext, ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug import Response

from pnpm import signing
from pnpm.accounts import throttling
from pnpm.accounts.models import User, key_of
from pnpm.db import now, transaction
from pnpm.web import auth

from ..forms import OfficeForm

KNOWN = "known"  # the cookie that says to which accounts this browser signed in before
KNOWN_SECONDS = 365 * 24 * 3600
MOST_KNOWN = 8  # accounts: an office shares a computer


def of_name(name: str) -> dict[str, str]:
    """Return what a password for the account `name` counts against: this browser, if the account
    knows it; else the address with this account, the account, and the address.
    """
    user, address, password = User.named(name), _address(), ""
    if user:
        if mark := _mark(user):
            return _subjects(browser=mark)
        password = user.password
    pair = f"{address} {password} {key_of(name)}"
    return _subjects(pair=pair, account=key_of(name), address=address)


def of_code(user: User) -> dict[str, str]:
    """Return what a code for that account counts against: this browser, if the account knows it;
    else the address with this account, and the account.
    """
    if mark := _mark(user):
        return _subjects(code=mark)
    return _subjects(code=f"{_address()} {user.password} {user.id}", codes=str(user.id))


def of_session() -> dict[str, str]:
    """Return what a password that is asked for again counts against: this session, so that no other
    is slowed down.
    """
    this = auth.this_browser()
    if this is None:  # never: somebody is signed in who is asked for a password again
        raise RuntimeError("no open session")
    return _subjects(session=this.token)


def of_setup() -> dict[str, str]:
    """Return what a setup code counts against."""
    return _subjects(setup=_address())


def of_forgotten() -> dict[str, str]:
    """Return what a question for a link by mail counts against."""
    return _subjects(forgotten=_address())


def begin(attempted: dict[str, str]) -> None:
    """Record an attempt, and commit, before the password or code is looked at. TooSoon if it must
    not be looked at yet.
    """
    with transaction():
        wait = throttling.begin(attempted)
    if wait:
        raise throttling.TooSoon(wait)


def refusal(form: OfficeForm, wait: throttling.TooSoon) -> tuple[int, dict[str, str]]:
    """Say in the form how long to wait; return the status and headers of its page."""
    minutes = ceil(wait.seconds / 60)
    if minutes < 2:
        long = ngettext("%(num)s detik", "%(num)s detik", wait.seconds)
    else:
        long = ngettext("%(num)s menit", "%(num)s menit", minutes)
    form.refuse(gettext("Terlalu sering salah. Tunggu %(long)s, lalu coba lagi.", long=long))
    return 429, {"Retry-After": str(wait.seconds)}


def confirm(form: OfficeForm, typed) -> tuple[int, dict[str, str]] | None:
    """Check a form that asks for the officer's own password in the field `typed`. Return None if it
    is right, else the status and headers of the page that refuses it.
    """
    if not form.validate():
        return form.refusal, {}
    attempted = of_session()
    try:
        begin(attempted)
    except throttling.TooSoon as wait:
        return refusal(form, wait)
    if not auth.signed_in().knows(typed.data):
        typed.errors = [gettext("Kata sandi ini salah.")]
        return 422, {}
    with transaction():
        throttling.forgive(attempted)
    return None


def know(user: User, response: Response) -> Response:
    """Return the response with a cookie by which the account knows this browser from now on, beside
    the last accounts that signed in here, MOST_KNOWN in all.
    """
    others = [(whose, mark) for whose, mark in _marks().items() if whose != _whose(user)]
    marks = dict(others[1 - MOST_KNOWN :]) | {_whose(user): secrets.token_hex(8)}
    value, path, secure = _signer().dumps(marks), auth.cookie_path(), request.is_secure
    response.set_cookie(
        KNOWN, value, KNOWN_SECONDS, path=path, secure=secure, httponly=True, samesite="Lax"
    )
    return response


def _subjects(**values):
    return throttling.subjects(_key(), **values)


def _address():
    """Return the hash of the request's address; an IPv6 subscriber's many addresses have one."""
    return signing.address_hash(_key(), request.remote_addr or "", now())


def _mark(user):
    return _marks().get(_whose(user))


def _whose(user):
    """Return a name that no other account ever has: SQLite gives the number of a removed account to
    the next one.
    """
    return f"{user.id}.{user.created_at.timestamp():.0f}"


def _marks():
    """Return this browser's marks from its cookie, by account."""
    try:
        return _signer().loads(request.cookies.get(KNOWN, ""), max_age=KNOWN_SECONDS)
    except BadData:
        return {}


def _signer():
    return URLSafeTimedSerializer(_key(), salt="known browser", signer=signing.Dated)


def _key() -> str:
    return cast(str, current_app.secret_key)  # `auth.guard` sees to it that there is one
