"""A forgotten password: a link in a mail, good once and for half an hour, with which its owner
chooses another. Nothing of the link is stored: it is bound to the password that it replaces.
"""

from datetime import UTC, datetime, timedelta

from pnpm.accounts import models as accounts
from pnpm.accounts import throttling
from pnpm.accounts.models import User
from pnpm.db import db, now
from pnpm.mail import links, outbox

from . import officer_links
from .models import AuditAction, ChangeSet

GOOD_FOR = timedelta(minutes=30)  # from when it was asked for
KIND = PURPOSE = "password"


def ask(key: str, name: str) -> None:
    """Have a link mailed to the owner of that name, in the caller's transaction. `key` is the
    site's secret key.

    For a name that nobody has, or an account without a confirmed address, a mail waits, too, of
    which nothing will come: so neither the answer nor its time tells which names there are. So many
    for one name are ignored.
    """
    if throttling.begin(throttling.subjects(key, reset=accounts.key_of(name))):
        return
    user = User.named(name)
    reached = user if user and user.is_reached else None
    data = {"user": reached.id if reached else 0, "at": int(now().timestamp())}
    recipient = reached.email if reached else ""
    outbox.add(db.session.connection(), KIND, recipient, data)


def addressee(data: dict[str, int], recipient: str) -> User | None:
    """Return to whom such a mail goes; None if the account is gone, its address is another, or the
    time of the link is over.
    """
    if not data["user"] or _until(data["at"]) <= now():
        return None
    user = db.session.get(User, data["user"], populate_existing=True)
    return user if user and user.is_reached and user.email == recipient else None


def token(key: str, user: User, asked_at: int) -> str:
    """Return the token of the link, asked for at that second since 1970."""
    return links.token(key, PURPOSE, [str(user.id)], _until(asked_at), _proof(user))


def owner(key: str, token: str, lock: bool = False) -> User:
    """Return whose password a link is to change; with `lock` all accounts are locked until the
    commit. Raises Invalid.
    """
    return officer_links.owner(key, PURPOSE, token, _proof, lock)


def change(key: str, token: str, password: str) -> User:
    """Give the owner of a link another password, in the caller's transaction: all sessions end, and
    the second factor stays. Raises Invalid, ValueError for a weak password.
    """
    user = owner(key, token, lock=True)
    accounts.change_password(user, password)
    throttling.forgive_all(key, user)
    ChangeSet(user.name, by_mail=True).record(
        AuditAction.PASSWORD, "user", [(user.id, {}, {"name": user.name})]
    )
    return user


def _until(asked_at: int) -> datetime:
    return datetime.fromtimestamp(asked_at, UTC) + GOOD_FOR


def _proof(user: User) -> str:
    """Return what must not have changed: once the password has, the link is of no use."""
    return f"{user.created_at.timestamp()} {user.password} {user.email}"
