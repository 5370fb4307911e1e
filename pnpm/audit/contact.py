"""Where an officer is reached by mail: changed with what waits to be sent there, and logged without
the address itself, as the log is kept for ever. Nothing is mailed to an address before its owner
has confirmed it (`contact_confirmation`).
"""

from typing import Any

from pnpm.accounts.models import Notices, User
from pnpm.db import now

from .models import AuditAction, ChangeSet, differing, digest

NOTICE = "notice"  # the kind of the mails about comments, and how their keys begin


def keys_of(user: User) -> tuple[str, str]:
    """Return the keys under which mail to that officer about comments waits in the outbox."""
    return f"{NOTICE} {user.id}", f"{NOTICE} {user.id}+"


def change(
    user: User, email: str, notices: Notices, change_set: ChangeSet, *, is_confirmed: bool = False
) -> None:
    """Give an account, which the caller has locked, another address and another choice. What waits
    to be sent to the old one goes to the new one, if that is confirmed by then; with `is_confirmed`
    it is now.
    """
    from pnpm.mail import outbox  # which no reader's page needs

    before = _state(user)
    if email != user.email:
        user.confirmed_at = None
    if email and is_confirmed:
        user.confirmed_at = user.confirmed_at or now()
    user.email, user.notices = email, notices
    old, new = differing(before, _state(user))
    if not new:
        return
    outbox.readdress(keys_of(user), email)
    change_set.record(AuditAction.CONTACT, "user", [(user.id, old, new | {"name": user.name})])


def _state(user: User) -> dict[str, Any]:
    return {
        "notices": user.notices.value,
        "contact": digest(user.email)[:16] if user.email else "",
    }
