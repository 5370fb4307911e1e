"""Links in mails, each good for one purpose, until a moment, and once.

Nothing of a link is stored before it is used: it is signed. That it was used is stored until its
time is over, so that it is not used again.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import String, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import Model, db, now
from pnpm.signing import keyed_hash

LONGEST = 400  # characters of a token


class UsedLink(Model):
    """A link that was used."""

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]


def token(key: str, purpose: str, values: Sequence[str], until: datetime, proof: str = "") -> str:
    """Return a token for these values, which have no full stop, good until then. `proof` is what
    must still be as it is now, like a stored password: it is not in the token.
    """
    moment = str(int(until.timestamp()))
    return ".".join([*values, moment, _signature(key, purpose, [*values, moment], proof)])


def values_of(token: str, count: int) -> list[str] | None:
    """Return the values that a token claims to have, none of which is proved before `is_good` says
    so; None if it is none of ours at all.
    """
    parts = token.split(".")
    if len(token) > LONGEST or not token.isascii() or len(parts) != count + 2:
        return None
    return parts[:count]


def is_good(key: str, purpose: str, token: str, proof: str = "") -> bool:
    """Return whether that token was made for this purpose and its time is not over; compared in
    constant time.
    """
    *signed, signature = token.split(".")
    if not hmac.compare_digest(
        signature.encode(), _signature(key, purpose, signed, proof).encode()
    ):
        return False
    return now() < _until(token)


def is_used(token: str) -> bool:
    """Return whether that link was used."""
    query = select(UsedLink.digest).where(UsedLink.digest == _digest(token))
    return db.session.scalar(query) is not None


def use(token: str) -> bool:
    """Note in the caller's transaction that a good link is used now; return False if it was
    before.
    """
    row = {"digest": _digest(token), "until": _until(token)}
    try:
        with db.session.begin_nested():
            db.session.execute(insert(UsedLink), row)
    except IntegrityError:
        return False
    return True


def forget_old() -> None:
    """Forget the links whose time is over, in the caller's transaction."""
    db.session.execute(delete(UsedLink).where(UsedLink.until < now()))


def _signature(key: str, purpose: str, values: Sequence[str], proof: str) -> str:
    return keyed_hash(key, "mail link", purpose, *values, proof)[:40]


def _until(token: str) -> datetime:
    return datetime.fromtimestamp(int(token.split(".")[-2]), UTC)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
