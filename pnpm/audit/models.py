"""The audit log: who did what to what, when, with the state before and after. Entries are only ever
added, each chained to the previous one by a hash.
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

from sqlalchemy import (
    Connection,
    Index,
    Select,
    SQLColumnExpression,
    String,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.accounts import NAME_LENGTH
from pnpm.db import Model, db, keyset, now
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
    FORGOTTEN = "forgotten"  # a name that the spam filter had remembered
    ADDED = "added"  # an account, and so on
    PASSWORD = "password"  # noqa: S105 - the name of an action
    ROLE = "role"
    FACTOR = "factor"
    CONTACT = "contact"  # an account's e-mail address, or what is sent there
    MAIL = "mail"  # one that could not be sent: tried again, or thrown away
    SAVED = "saved"  # an article
    WORDS = "words"  # the site's
    PICTURE = "picture"
    TAKEN = "taken"  # a backup out of the house
    RESTORED = "restored"  # the site, from a backup
    IMPORTED = "imported"  # another site's archive
    REDACTED = "redacted"  # an entry of this log: personal data were taken out of it
    ASKED = "asked"  # a person, for what the site holds about them
    CONFIRMED = "confirmed"  # that they are that person
    ANSWERED = "answered"
    DELIVERED = "delivered"  # an answer, by hand
    CORRECTED = "corrected"  # what the site holds about a person, as they asked
    ANONYMIZED = "anonymized"
    ERASED = "erased"


BATCH = 1000  # entries read at a time


class AuditEntry(Model):
    """One action on one thing. The entries of one change set share its key, `deed`, and are undone
    together.
    """

    __tablename__ = "log_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    # the key of its change set, under an older name
    deed: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(NAME_LENGTH))
    action: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(16))
    number: Mapped[int | None]
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    link: Mapped[str] = mapped_column(String(64))
    # random, and part of what the link is made of: None in the entries of version 0.9, and where
    # something was redacted
    salt: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (Index(None, "subject", "number"), {"sqlite_autoincrement": True})


UNDOES = "undoes"  # the name in `after` of the change set that was undone
BY_MAIL = "by_mail"  # the name in `after` of whether it was done by a link in a mail
REDACTED = "redacted"  # the name in `after` of whether something was taken out of the entry


class ChangeSet:
    """What somebody does in one go and can undo in one go. `undoes` is the key of the change set
    that this one undoes, if any; `by_mail` says that it was done by a link in a mail. `connection`
    leads to the log if that is another one than the session's.
    """

    def __init__(
        self,
        who: str,
        undoes: str | None = None,
        by_mail: bool = False,
        connection: Connection | None = None,
    ) -> None:
        self.who = who
        self._connection = connection
        self.key = secrets.token_hex(8)
        self.count = 0
        self.marks: dict[str, Any] = {UNDOES: undoes} if undoes else {}
        if by_mail:
            self.marks[BY_MAIL] = True

    @property
    def done(self) -> str | None:
        """The change set's key; None if nothing was changed."""
        return self.key if self.count else None

    def record(
        self,
        action: AuditAction,
        subject: str,
        changes: Iterable[tuple[int | None, dict[str, Any], dict[str, Any]]],
    ) -> None:
        """Add an entry for each change of things of one kind: its id, what was before, and what is
        after.
        """
        connection = self._connection or db.session.connection()
        end = chain.end(lock=True, connection=connection)
        moment = now().astimezone(UTC)
        rows = []
        for number, *sides in changes:
            # hashed as they are when they are read back from JSON
            before, after = json.loads(json.dumps(sides))
            row = {
                "deed": self.key,
                "created_at": moment,
                "who": self.who,
                "action": action.value,
                "subject": subject,
                "number": number,
                "before": before,
                "after": after | self.marks,
                "salt": secrets.token_hex(16),
            }
            end = end.then(row)
            rows.append(row | {"link": end.link})
        if rows:
            self.count += len(rows)
            connection.execute(insert(AuditEntry.__table__), rows)
            chain.keep(end, connection)


def entries(change_set: str) -> list[AuditEntry]:
    """Return the entries of a change set, in order."""
    if not (change_set.isascii() and change_set.isalnum()):  # no key, and maybe no valid text
        return []
    query = select(AuditEntry).where(AuditEntry.deed == change_set)
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def undone_by(shown: Iterable[AuditEntry]) -> dict[int, AuditEntry]:
    """Return, for those of these entries that undid something, the entry that was undone, by their
    ids: one about the same thing if there is one.
    """
    undoing = [entry for entry in shown if UNDOES in entry.after]
    if not undoing:
        return {}
    change_sets = {entry.after[UNDOES] for entry in undoing}
    query = select(AuditEntry).where(AuditEntry.deed.in_(change_sets))
    undone = defaultdict(list)
    for entry in db.session.scalars(query.order_by(AuditEntry.id)):
        undone[entry.deed].append(entry)
    found = {entry.id: _alike(entry, undone[entry.after[UNDOES]]) for entry in undoing}
    return {number: entry for number, entry in found.items() if entry}


def of(subject: str, number: int | None) -> Select[AuditEntry]:
    """Return the query of the entries about one thing, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.subject == subject, AuditEntry.number == number)
        .order_by(AuditEntry.id.desc())
    )


def found(
    words: str = "", subjects: Sequence[str] = (), action: str = "", before: int | None = None
) -> Select[AuditEntry]:
    """Return the query of the entries with all of these words, about these kinds of things (none:
    any), of that action, older than the entry `before`; newest first.
    """
    from pnpm.db.search import contains, in_json  # which only the office needs

    key = None if before is None else (before,)
    query = keyset.after(select(AuditEntry), (AuditEntry.id,), key)
    if subjects:
        query = query.where(AuditEntry.subject.in_(subjects))
    if action:
        query = query.where(AuditEntry.action == action)
    # each text to search, and how a word is spelled in it
    texts: dict[SQLColumnExpression[Any], Callable[[str], str]] = {
        AuditEntry.who: str,
        AuditEntry.before.cast(String): in_json,
        AuditEntry.after.cast(String): in_json,
    }
    for word in words.split():
        conditions = [contains(text, word, spelled) for text, spelled in texts.items()]
        if word.isascii() and word.isdigit() and len(word) < 10:  # more does not fit the column
            conditions.append(AuditEntry.number == int(word))
        query = query.where(or_(*conditions))
    return query


def things(change_set: str) -> set[tuple[str, int | None]]:
    """Return the kind and id of each thing that a change set changed."""
    query = select(AuditEntry.subject, AuditEntry.number).where(AuditEntry.deed == change_set)
    return {(subject, number) for subject, number in db.session.execute(query)}


def sizes(shown: Iterable[AuditEntry]) -> dict[str, int]:
    """Return how many entries the change sets of these entries have, by their keys."""
    change_sets = {entry.deed for entry in shown}
    query = (
        select(AuditEntry.deed, func.count())
        .where(AuditEntry.deed.in_(change_sets))
        .group_by(AuditEntry.deed)
    )
    return dict(db.session.execute(query).all())


def first_since(moment: datetime) -> int:
    """Return the lowest id of an entry of that moment or later, by bisection: ids and moments rise
    together.
    """
    last = db.session.scalar(select(func.max(AuditEntry.id))) or 0
    return 1 + bisect_left(range(1, last + 1), moment, key=_moment)


def all_entries() -> Iterator[AnyRow]:
    """Yield the columns of every entry, oldest first, read in batches."""
    columns = AuditEntry.__table__.c
    query = select(*columns).order_by(columns.id).limit(BATCH)
    following = query  # whatever the first id is: somebody may have tampered with it
    while batch := db.session.execute(following).all():
        yield from batch
        following = query.where(columns.id > batch[-1].id)


def break_in_chain(seconds: float = math.inf) -> chain.Break | None:
    """Return where the chain is broken, or None. An entry that was redacted is no break if a later
    one tells of exactly that. Raises TimeoutError if checking takes more than `seconds`.
    """
    found = followed(all_entries(), seconds)
    return found if isinstance(found, chain.Break) else chain.break_after(found)


def followed(entries: Iterable[AnyRow], seconds: float = math.inf) -> chain.End | chain.Break:
    """Return where the chain of these entries, oldest first, ends, or where it is broken. Raises
    TimeoutError if following it takes more than `seconds`.
    """
    found = chain.End()
    until = monotonic() + seconds
    redacted: dict[int, str] = {}  # of which no later entry has told yet: their content now
    for entry in entries:
        if monotonic() > until:
            raise TimeoutError
        found = found.then(entry._mapping)
        if found.link != entry.link:
            if not entry.after.get(REDACTED):
                return chain.Break("entry", entry.id)
            redacted[entry.id] = content_of(entry)
            found = found._replace(link=entry.link)
        elif _tells_of(entry, redacted):
            del redacted[entry.number]
    if redacted:
        return chain.Break("entry", min(redacted))
    return found


def _tells_of(entry: AnyRow, redacted: dict[int, str]) -> bool:
    """Return whether an entry tells of a redaction that left exactly that."""
    is_one = entry.action == AuditAction.REDACTED.value and entry.number in redacted
    return is_one and redacted[entry.number] == entry.after.get("content")


def content_of(entry: AnyRow) -> str:
    """Return the hash of all that an entry says and of its link, by which a later entry tells what
    a redaction has left of it.
    """
    values = {name: value for name, value in entry._mapping.items() if name != "created_at"}
    moment = entry.created_at.astimezone(UTC).isoformat(timespec="microseconds")
    return digest(json.dumps([moment, values], sort_keys=True))


def differing(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return only what differs of `before` and `after`, so that undoing leaves alone what others
    change later.
    """
    names = [name for name in after if after[name] != before[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def digest(body: str) -> str:
    """Return the hash that stands for a text in the log: the log is kept for ever, the text
    is not.
    """
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def _moment(number: int) -> datetime:
    """Return the moment of the first entry with that id or a higher one."""
    return db.session.scalars(
        select(AuditEntry.created_at)
        .where(AuditEntry.id >= number)
        .order_by(AuditEntry.id)
        .limit(1)
    ).one()


def _alike(entry: AuditEntry, others: list[AuditEntry]) -> AuditEntry | None:
    """Return the first of the others about the same thing as `entry`, or else the first."""
    for other in others:
        if (other.subject, other.number) == (entry.subject, entry.number):
            return other
    return next(iter(others), None)


def unchanged(entry: AuditEntry, now: dict[str, Any]) -> dict[str, Any]:
    """Return what to put back to undo an entry: the "before" of everything that `now` is still as
    the entry left it.
    """
    return {
        name: value
        for name, value in entry.before.items()
        if name in now and now[name] == entry.after[name]
    }
