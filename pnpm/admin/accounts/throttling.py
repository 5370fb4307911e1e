"""What a wrong password or code counts against, so that guessing is slow; and which browsers an
account knows.
"""

import secrets
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
    """Under what a password for `name` counts: this browser, if the account knows it; else its
    address, there and anywhere.
    """
    user, address = User.named(name), _address()
    if user and (mark := _mark(user)):
        return _subjects(browser=mark)
    pair = f"{address} {user.password if user else ''} {key_of(name)}"
    return _subjects(pair=pair, account=key_of(name), address=address)


def of_code(user: User) -> dict[str, str]:
    """Under what a code for that account counts: a browser that the account knows has a count of
    its own, as an address has.
    """
    if mark := _mark(user):
        return _subjects(code=mark)
    return _subjects(code=f"{_address()} {user.password} {user.id}", codes=str(user.id))


def of_session() -> dict[str, str]:
    """Under what a password counts that is asked for again: this open session, so that no other is
    slowed down.
    """
    this = auth.this_browser()
    if this is None:  # never: somebody is signed in who is asked for a password again
        raise RuntimeError("no open session")
    return _subjects(session=this.token)


def of_setup() -> dict[str, str]:
    """Under what a setup code counts."""
    return _subjects(setup=_address())


def begin(attempted: dict[str, str]) -> None:
    """Write an attempt down, for good, before what was given is looked at. TooSoon if it is not to
    be looked at yet.
    """
    with transaction():
        wait = throttling.begin(attempted)
    if wait:
        raise throttling.TooSoon(wait)


def refusal(form: OfficeForm, wait: throttling.TooSoon) -> tuple[int, dict[str, str]]:
    """Say in the form how long to wait; the status and headers of its page."""
    if (minutes := -(-wait.seconds // 60)) < 2:
        long = ngettext("%(num)s detik", "%(num)s detik", wait.seconds)
    else:
        long = ngettext("%(num)s menit", "%(num)s menit", minutes)
    form.refuse(gettext("Terlalu sering salah. Tunggu %(long)s, lalu coba lagi.", long=long))
    return 429, {"Retry-After": str(wait.seconds)}


def confirm(form: OfficeForm, typed) -> tuple[int, dict[str, str]] | None:
    """Check a form that asks for one's own password again, in the field `typed`; None, or the
    status and headers of its page.
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
    """The answer with a cookie by which the account knows this browser from now on."""
    others = [(whose, mark) for whose, mark in _marks().items() if whose != _whose(user)]
    marks = _signer().dumps(dict(others[1 - MOST_KNOWN :]) | {_whose(user): secrets.token_hex(8)})
    path, secure = auth.cookie_path(), request.is_secure
    response.set_cookie(
        KNOWN, marks, KNOWN_SECONDS, path=path, secure=secure, httponly=True, samesite="Lax"
    )
    return response


def _subjects(**values):
    return throttling.subjects(_key(), **values)


def _address():
    """Of an IPv6 subscriber, who has very many, all are one."""
    return signing.address_hash(_key(), request.remote_addr or "", now())


def _mark(user):
    return _marks().get(_whose(user))


def _whose(user):
    """An account for good: the number of one that was removed is the next one's on SQLite."""
    return f"{user.id}.{user.created_at.timestamp():.0f}"


def _marks():
    """What this browser is known by at each account."""
    try:
        return _signer().loads(request.cookies.get(KNOWN, ""), max_age=KNOWN_SECONDS)
    except BadData:
        return {}


def _signer():
    return URLSafeTimedSerializer(_key(), salt="known browser", signer=signing.Dated)


def _key() -> str:
    return cast(str, current_app.secret_key)  # `auth.guard` sees to it that there is one
