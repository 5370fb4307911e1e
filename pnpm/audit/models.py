"""The log: who did what to what, when, before and after. Only ever added to, each entry chained to
the last by a hash.
"""

import enum
import hashlib
import json
import math
import secrets
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from sqlalchemy import Index, Select, SQLColumnExpression, String, func, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.accounts.models import NAME_LENGTH
from pnpm.db import Model, db, keyset, now
from pnpm.db.search import contains, in_json
from pnpm.db.types import AnyRow, Json

from . import chain


class AuditAction(enum.Enum):
    """What was done."""

    MOVED = "moved"  # a comment to another status
    EDITED = "edited"  # a comment's text
    REPLIED = "replied"
    REMOVED = "removed"  # for ever
    TRUSTED = "trusted"
    POLICY = "policy"
    LISTS = "lists"
    ADDED = "added"  # an account, and so on
    PASSWORD = "password"  # noqa: S105 - the name of an action
    ROLE = "role"
    FACTOR = "factor"
    SAVED = "saved"  # an article
    WORDS = "words"  # the site's
    PICTURE = "picture"
    TAKEN = "taken"  # a backup out of the house
    RESTORED = "restored"  # the site, from a backup


BATCH = 1000  # entries read at a time


class AuditEntry(Model):
    """One thing that was done to one thing. Those of one change set share its key, and are undone
    together.
    """

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    deed: Mapped[str] = mapped_column(
        String(16), index=True
    )  # the key of its change set: the column's older name
    created_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(NAME_LENGTH))
    action: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(16))
    number: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    link: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index(None, "subject", "number"), {"sqlite_autoincrement": True})


UNDOES = "undoes"  # in what is after: the change set that this entry's change set undid


class ChangeSet:
    """What somebody does in one go, and can undo in one go; `undoes` is the key of the change set
    that it takes back, if it does.
    """

    def __init__(self, who: str, undoes: str | None = None) -> None:
        self.who, self.key, self.count = who, secrets.token_hex(8), 0
        self.undoes = {UNDOES: undoes} if undoes else {}

    @property
    def done(self) -> str | None:
        """Its key; None if it changed nothing."""
        return self.key if self.count else None

    def record(
        self,
        action: AuditAction,
        subject: str,
        changes: Iterable[tuple[int | None, dict[str, Any], dict[str, Any]]],
    ) -> None:
        """Write down changes of things of one kind: each one's number, what was before, and what is
        after.
        """
        end, moment, rows = chain.end(lock=True), now().astimezone(UTC), []
        for number, *sides in changes:
            # as they will be read back, and hashed again
            before, after = json.loads(json.dumps(sides))
            after |= self.undoes
            row = {
                "deed": self.key,
                "created_at": moment,
                "who": self.who,
                "action": action.value,
                "subject": subject,
            }
            row |= {"number": number, "before": before, "after": after}
            end = end.then(row)
            rows.append(row | {"link": end.link})
        if rows:
            self.count += len(rows)
            db.session.execute(insert(AuditEntry), rows)
            chain.keep(end)


def entries(change_set: str) -> list[AuditEntry]:
    """What one change set did, in order."""
    is_key = change_set.isascii() and change_set.isalnum()
    if is_key:
        return list(
            db.session.scalars(
                select(AuditEntry).where(AuditEntry.deed == change_set).order_by(AuditEntry.id)
            )
        )
    return []


def undone_by(shown: Iterable[AuditEntry]) -> dict[int, AuditEntry]:
    """What those of these entries undid that undid one, by their numbers: an entry about the same
    thing if there is one.
    """
    undoing = {entry.id: entry for entry in shown if UNDOES in entry.after}
    change_sets = {entry.after[UNDOES] for entry in undoing.values()}
    undone = defaultdict(list)
    for entry in (
        db.session.scalars(
            select(AuditEntry).where(AuditEntry.deed.in_(change_sets)).order_by(AuditEntry.id)
        )
        if change_sets
        else ()
    ):
        undone[entry.deed].append(entry)
    found = {
        number: _alike(entry, undone[entry.after[UNDOES]]) for number, entry in undoing.items()
    }
    return {number: entry for number, entry in found.items() if entry}


def of(subject: str, number: int | None) -> Select[AuditEntry]:
    """What was done to one thing, the newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.subject == subject, AuditEntry.number == number)
        .order_by(AuditEntry.id.desc())
    )


def found(
    words: str = "", subjects: Sequence[str] = (), action: str = "", before: int | None = None
) -> Select[AuditEntry]:
    """Entries with all of these words, about such things (none: any), of that action, older than
    `before`; the newest first.
    """
    key = None if before is None else (before,)
    query = keyset.after(select(AuditEntry), (AuditEntry.id,), key)
    if subjects:
        query = query.where(AuditEntry.subject.in_(subjects))
    if action:
        query = query.where(AuditEntry.action == action)
    for word in words.split():
        texts: dict[SQLColumnExpression[Any], Callable[[str], str]] = {
            AuditEntry.who: str,
            AuditEntry.before.cast(String): in_json,
            AuditEntry.after.cast(String): in_json,
        }
        if word.isascii() and word.isdigit() and len(word) < 10:
            numbered = [AuditEntry.number == int(word)]
        else:
            numbered = []
        query = query.where(
            or_(*numbered, *[contains(text, word, spelled) for text, spelled in texts.items()])
        )
    return query


def things(change_set: str) -> set[tuple[str, int | None]]:
    """What one change set was done to: kinds of things and their numbers."""
    return {
        (subject, number)
        for subject, number in db.session.execute(
            select(AuditEntry.subject, AuditEntry.number).where(AuditEntry.deed == change_set)
        )
    }


def sizes(shown: Iterable[AuditEntry]) -> dict[str, int]:
    """How many entries the change sets of these entries have, by their keys."""
    change_sets = {entry.deed for entry in shown}
    query = (
        select(AuditEntry.deed, func.count())
        .where(AuditEntry.deed.in_(change_sets))
        .group_by(AuditEntry.deed)
    )
    return dict(db.session.execute(query).all())


def first_since(moment: datetime) -> int:
    """The number from which on entries are of that moment or later: they stand in the order of
    their moments, so few looks do.
    """
    last = db.session.scalar(select(func.max(AuditEntry.id))) or 0
    return 1 + bisect_left(range(1, last + 1), moment, key=_moment)


def all_entries() -> Iterator[AnyRow]:
    """Every entry's columns, the oldest first, a batch at a time."""
    columns = AuditEntry.__table__.c
    query = following = select(*columns).order_by(columns.id).limit(BATCH)
    while batch := db.session.execute(following).all():
        yield from batch
        following = query.where(columns.id > batch[-1].id)


def break_in_chain(seconds: float = math.inf) -> chain.Break | None:
    """Where the chain is broken; None if it holds. TimeoutError if that takes longer to tell."""
    found, until = chain.End(), monotonic() + seconds
    for entry in all_entries():
        if monotonic() > until:
            raise TimeoutError
        found = found.then(entry._mapping)
        if found.link != entry.link:
            return chain.Break("entry", entry.id)
    return chain.break_after(found)


def differing(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both, but for what is alike: a change set is undone where it still stands, whatever else was
    changed since.
    """
    names = [name for name in after if after[name] != before[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def digest(body: str) -> str:
    """What stands for a text in the log, which is for ever, as the text is not."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def _moment(number: int) -> datetime:
    """The moment of the first entry of that number or a later one."""
    return db.session.scalars(
        select(AuditEntry.created_at)
        .where(AuditEntry.id >= number)
        .order_by(AuditEntry.id)
        .limit(1)
    ).one()


def _alike(entry: AuditEntry, others: list[AuditEntry]) -> AuditEntry | None:
    things = [
        other for other in others if (other.subject, other.number) == (entry.subject, entry.number)
    ]
    return next(iter([*things, *others]), None)


def unchanged(entry: AuditEntry, now: dict[str, Any]) -> dict[str, Any]:
    """What to put back to undo an entry: of all that it changed, whatever is still as it left it
    (`now` is how all of it stands).
    """
    return {
        name: value
        for name, value in entry.before.items()
        if name in now and now[name] == entry.after[name]
    }
