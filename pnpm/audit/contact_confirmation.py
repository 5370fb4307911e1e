"""An officer's address is confirmed by its owner: a link in a mail leads to a page with one button,
which the officer presses while signed in. So neither a typing error nor somebody else's mailbox
gets notices, links that decide on comments, or links for a new password.
"""

from datetime import timedelta

from pnpm.accounts import throttling
from pnpm.accounts.models import User
from pnpm.db import db, now
from pnpm.mail import links, outbox

from . import officer_links
from .models import AuditAction, ChangeSet

GOOD_FOR = timedelta(days=3)  # from when it was mailed
KIND = PURPOSE = "contact"


def ask(key: str, user: User) -> bool:
    """Have a link mailed to the address of an account, in the caller's transaction, unless it has
    none or that is confirmed. `key` is the site's secret key. So many for one account are not
    mailed; return whether it is.
    """
    if not user.email or user.is_reached:
        return False
    if throttling.begin(throttling.subjects(key, contact=str(user.id))):
        return False
    outbox.add(db.session.connection(), KIND, user.email, {"user": user.id})
    return True


def addressee(data: dict[str, int], recipient: str) -> User | None:
    """Return to whom such a mail goes; None if the account is gone, its address is another, or
    confirmed.
    """
    user = db.session.get(User, data["user"], populate_existing=True)
    return user if user and user.email == recipient and not user.is_reached else None


def token(key: str, user: User) -> str:
    """Return the token of a link that is mailed now."""
    return links.token(key, PURPOSE, [str(user.id)], now() + GOOD_FOR, _proof(user))


def owner(key: str, token: str) -> User:
    """Return whose address a link confirms. Raises Invalid."""
    return officer_links.owner(key, PURPOSE, token, _proof)


def confirm(key: str, token: str) -> None:
    """Confirm the address of a link, in the caller's transaction; do nothing if it is. Raises
    Invalid.
    """
    user = officer_links.owner(key, PURPOSE, token, _proof, lock=True)
    if user.is_reached:
        return
    user.confirmed_at = now()
    before, after = ({"confirmed": is_it, "name": user.name} for is_it in (False, True))
    ChangeSet(user.name).record(AuditAction.CONTACT, "user", [(user.id, before, after)])


def _proof(user: User) -> str:
    """Return what must not have changed: the account, and its address."""
    return f"{user.created_at.timestamp()} {user.email}"
