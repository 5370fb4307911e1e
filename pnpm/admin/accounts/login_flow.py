"""The way in: from the right password over the code to an open session, and on to the page that was
wanted.
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
from pnpm.web import auth, saved_request

from . import throttling
from .forms import LONGEST_NEXT

HALF_WAY = 600  # seconds between the password and the code


def go_half_way(user: User, wanted: str) -> None:
    """The password was right: remember so, signed, for as long as a code takes. The caller
    commits.
    """
    auth.start_anew()
    session["half way"] = [user.id, _proof(user), int(now().timestamp())]
    session["next"] = onward(wanted)


def half_way() -> User | None:
    """Whose password was right a moment ago, held: None if the account has another since, or needs
    no code any more.
    """
    number, proof, moment = session.get("half way") or (0, "", 0)
    user = User.held(number) if number and abs(now().timestamp() - moment) < HALF_WAY else None
    if user and user.second_factor and hmac.compare_digest(proof, _proof(user)):
        return user
    return None


def let_in(user: User, location: str, attempted: dict[str, str]) -> Response:
    """The answer to who proved to be that account: a session, what went wrong on the way forgiven,
    and on to `location`.

    What was sent after the last session had ended comes first.
    """
    try:
        with transaction():
            auth.sign_in(user)
            attempts.forgive(attempted)
    except LookupError:
        return redirect(url_for("session.show"), 303)
    if saved_request.waiting(user.id):
        location = url_for("resume.show")
    return throttling.know(user, redirect(location, 303))


def onward(wanted: str) -> str:
    """The address in this site's office that was wanted; its first page for what is none, whatever
    somebody made of it.
    """
    written = wanted.partition("?")[0]
    path = unquote(written)
    is_fit = auth.is_office(written) and wanted.isprintable() and len(wanted) <= LONGEST_NEXT
    is_ours = is_fit and "\\" not in path and ".." not in path.split("/")
    return f"{request.script_root}{wanted}" if is_ours else url_for("admin.index")


def _proof(user):
    """Stands for the password that was right, and gives nothing of it away."""
    return signing.keyed_hash(cast(str, current_app.secret_key), "half way", user.password)
