"""The steps of signing in: from the right password to the second factor's code, to an open session,
and on to the page that was wanted.
"""

import hmac
from typing import cast
from urllib.parse import unquote

from flask import current_app, redirect, request, session, url_for
from werkzeug import Response

from pnpm import signing
from pnpm.accounts import throttling as attempts
from pnpm.accounts.models import User
from pnpm.db import now, transaction
from pnpm.web import auth, saved_request, site_address

from . import throttling
from .forms import LONGEST_NEXT

HALF_WAY = 600  # seconds in which the code is to follow the password


def go_half_way(user: User, wanted: str) -> None:
    """Remember in the signed session cookie that the password was right, and the page that was
    wanted. The caller commits.
    """
    auth.start_anew()
    session["half way"] = [user.id, _proof(user), int(now().timestamp())]
    session["next"] = onward(wanted)


def half_way() -> User | None:
    """Return the account whose password was right less than HALF_WAY seconds ago, locked; None if
    there is none, its password has changed since, or it needs no code any more.
    """
    if "half way" not in session:
        return None
    number, proof, moment = session["half way"]
    if abs(now().timestamp() - moment) >= HALF_WAY:
        return None
    user = User.held(number)
    if user and user.second_factor and hmac.compare_digest(proof, _proof(user)):
        return user
    return None


def let_in(user: User, location: str, attempted: dict[str, str]) -> Response:
    """Sign that account in, forgive its failed attempts, and return the redirect to `location`, or
    first to the forms that were sent after the last session had ended.
    """
    try:
        with transaction():
            auth.sign_in(user)
            attempts.forgive(attempted)
            site_address.remember(user)
    except LookupError:  # the account was changed or removed meanwhile
        return redirect(url_for("session.show"), 303)
    if saved_request.waiting(user.id):
        location = url_for("resume.show")
    return throttling.know(user, redirect(location, 303))


def onward(wanted: str) -> str:
    """Return the address that was wanted if it is one of this site's office, else the office's
    first page: `wanted` may be anybody's.
    """
    written = wanted.partition("?")[0]
    path = unquote(written)
    is_fit = auth.is_office(written) and wanted.isprintable() and len(wanted) <= LONGEST_NEXT
    is_ours = is_fit and "\\" not in path and ".." not in path.split("/")
    if not is_ours:
        return url_for("admin.index")
    return f"{request.script_root}{wanted}"


def _proof(user):
    """Return a keyed hash of the stored password, by which a change of it is noticed."""
    return signing.keyed_hash(cast(str, current_app.secret_key), "half way", user.password)
