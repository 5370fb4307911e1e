"""Trusted authors, whose comments are published without waiting: a name, from one network address.

The hash of an address changes every month. So the moment of the comment that earned the trust is
kept: from a new comment's address, the hash of that month can be made again and compared.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.audit.models import UNDOES, AuditAction, AuditEntry, ChangeSet
from pnpm.db import Model, db, now
from pnpm.site_settings import Setting

from .models import NAME_LENGTH, Comment


class Trusted(NamedTuple):
    """What identifies a trusted author, and until when (None: without end)."""

    name: str
    address_hash: str
    hashed_at: datetime
    until: datetime | None


class Trust(Model):
    """An author who is trusted until a moment, or until that is revoked."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    address_hash: Mapped[str] = mapped_column(String(64))
    hashed_at: Mapped[datetime]
    until: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("name", "address_hash"),)

    @staticmethod
    def everyone() -> tuple[Trusted, ...]:
        """Return all trusted authors, also those whose trust has ended."""
        query = select(Trust.name, Trust.address_hash, Trust.hashed_at, Trust.until).order_by(
            Trust.id
        )
        return tuple(Trusted(*row) for row in db.session.execute(query))

    @staticmethod
    def of(name: str, address_hash: str) -> "Trust | None":
        """Return the trust in that author, or None."""
        return db.session.scalar(
            select(Trust).where(Trust.name == name, Trust.address_hash == address_hash)
        )

    @staticmethod
    def in_force(name: str, address_hash: str) -> "Trust | None":
        """Return the trust in that author, or None if there is none or it has ended."""
        found = Trust.of(name, address_hash)
        if found and found.until is not None and found.until <= now():
            return None
        return found

    @staticmethod
    def put(name: str, address_hash: str, until: datetime | None) -> None:
        """Trust an author from now on, until a moment or without end. Raises LookupError for one
        who never commented.
        """
        earned = (
            select(Comment.created_at)
            .where(Comment.address_hash == address_hash, Comment.name == name)
            .limit(1)
        )
        hashed_at = db.session.scalar(earned)
        if hashed_at is None:
            raise LookupError(name)
        Trust.drop(name, address_hash)
        db.session.add(
            Trust(name=name, address_hash=address_hash, hashed_at=hashed_at, until=until)
        )

    @staticmethod
    def drop(name: str, address_hash: str) -> None:
        """Revoke the trust in an author."""
        db.session.execute(
            delete(Trust).where(Trust.name == name, Trust.address_hash == address_hash)
        )


def trust(
    name: str, address_hash: str, until: datetime | None, wanted: bool, change_set: ChangeSet
) -> None:
    """Trust an author, until a moment or without end, or revoke it (`wanted`). Raises LookupError
    for one who never commented.
    """
    before = trusted(name, address_hash)
    if wanted:
        Trust.put(name, address_hash, until)
        db.session.flush()
    else:
        Trust.drop(name, address_hash)
    after = trusted(name, address_hash)
    if before != after:
        Setting.touch()
        change_set.record(AuditAction.TRUSTED, "author", [(None, before, after)])


def trusted(name: str, address_hash: str) -> dict[str, Any]:
    """Return whether an author is trusted, and until when, as the log has it."""
    found = Trust.of(name, address_hash)
    author: dict[str, Any] = {"name": name, "address": address_hash, "trusted": bool(found)}
    if found:
        # In UTC, as the database returns it, so that the two compare as equal.
        author["until"] = found.until and found.until.astimezone(UTC).isoformat()
    return author


def undo_trust(entry: AuditEntry, change_set: ChangeSet) -> bool:
    """Put back the trust in an author as it was before an entry; return False if it was changed
    since or the author's comments are gone.
    """
    before, name, address = entry.before, entry.before["name"], entry.before["address"]
    until = before.get("until")
    after = {key: value for key, value in entry.after.items() if key != UNDOES}
    if trusted(name, address) != after:
        return False
    try:
        trust(name, address, until and datetime.fromisoformat(until), before["trusted"], change_set)
    except LookupError:
        return False
    return True
