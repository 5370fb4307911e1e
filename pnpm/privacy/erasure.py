"""Erasing what the site holds about a person, or making it anonymous; it cannot be undone.

STORES names every place that is touched, one function each. The list of erasures (`registry`) has
what was erased, so that it is erased again where a backup brings it back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from pnpm.audit import redaction
from pnpm.audit.models import REDACTED, AuditAction, AuditEntry, ChangeSet, digest
from pnpm.audit.redaction import NOTHING, Left
from pnpm.comments import moderation
from pnpm.comments.models import Announcement, Comment, CommentRevision, recount
from pnpm.comments.spam import learning, memory
from pnpm.comments.subscriptions import choices
from pnpm.comments.subscriptions.tables import followed, subscribers
from pnpm.comments.trust import Trust
from pnpm.db.types import AnyRow
from pnpm.mail import outbox

from . import intake, lists, registry, residue
from .matches import Item
from .models import DataRequest

_C = Comment.__table__.c
_LOG = AuditEntry.__table__


@dataclass(frozen=True)
class Chosen:
    """What is to be erased: ids of things of each kind, names that the spam filter remembers, and
    lines of the lists.
    """

    comments: frozenset[int] = frozenset()
    subscribers: frozenset[int] = frozenset()
    trusts: frozenset[int] = frozenset()
    mails: frozenset[int] = frozenset()
    entries: frozenset[int] = frozenset()
    requests: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()

    @staticmethod
    def of(items: Iterable[Item]) -> "Chosen":
        """Return these as what is to be erased."""
        by_kind: dict[str, list[Any]] = {}
        for item in items:
            value = item.thing if item.kind in ("name", "line") else item.thing.id
            by_kind.setdefault(item.kind, []).append(value)
        kinds = "comment", "subscriber", "trust", "mail", "name", "line"
        chosen = {f"{kind}s": frozenset(by_kind.get(kind, ())) for kind in kinds}
        entries, requests = (frozenset(by_kind.get(each, ())) for each in ("entry", "request"))
        return Chosen(**chosen, entries=entries, requests=requests)

    @property
    def counts(self) -> dict[str, int]:
        """Return how much of each kind there is, without what there is none of."""
        numbers = {
            name: len(value) for name, value in vars(self).items() if isinstance(value, frozenset)
        }
        return {name: number for name, number in numbers.items() if number}


@dataclass(frozen=True)
class Work:
    """An erasure under way, in the transaction of its connection: what was chosen, whether comments
    stay without their authors, and the change set that tells of it.
    """

    connection: Connection
    chosen: Chosen
    is_anonymous: bool
    change_set: ChangeSet
    announcement: Announcement | None = None
    gone: list[int] = field(
        default_factory=list
    )  # comments that were deleted, and those under them

    @cached_property
    def comments(self) -> list[int]:
        """The ids of the chosen comments that are there, locked."""
        query = select(_C.id).where(_C.id.in_(self.chosen.comments)).with_for_update()
        if self.is_anonymous:  # the office's own answers have no other author
            query = query.where(_C.official.is_(False))
        return list(self.connection.scalars(query.order_by(_C.id)))


def erase(
    connection: Connection,
    chosen: Chosen,
    is_anonymous: bool,
    key: str,
    change_set: ChangeSet,
    announcement: Announcement | None = None,
    address: str = "",
) -> None:
    """Erase what was chosen for good, in the caller's transaction; with `is_anonymous`, comments
    stay without their authors. `key` is the site's secret key.

    Everything is put on the list of erasures first; the log tells of the comments by their ids.
    `announcement` is for readers' replies that wait from now on. `address` is the person's, if they
    have proved that: once no comment has it any more, older ones do not come back either. What is
    left of it in files is cleared away by `residue` later.
    """
    work = Work(connection, chosen, is_anonymous, change_set, announcement)
    registry.note(connection, _listed(work, key))
    for forget in STORES:
        forget(work)
    if address and not _is_left(connection, address):
        subject = "nobody" if is_anonymous else "address"
        registry.note(connection, registry.of_texts(key, subject, [address.lower()]))
    action = AuditAction.ANONYMIZED if is_anonymous else AuditAction.ERASED
    told = work.gone or work.comments
    change_set.record(action, "comment", [(number, {}, {}) for number in told])
    residue.mark(connection)


def erase_again(connection: Connection, key: str, who: str) -> bool:
    """Erase what the list of erasures has and what is there all the same, as after a restore, in
    the caller's transaction; return whether there was anything.
    """
    nobodys = registry.addresses_back(connection, key, "nobody", _C.email)
    made_anonymous = Chosen(comments=_back(connection, "anonymous").union(nobodys))
    change_set = ChangeSet(who, connection=connection)
    if made_anonymous.counts:
        erase(connection, made_anonymous, True, key, change_set)
    gone = registry.addresses_back(connection, key, "address", _C.email)
    told = [
        number
        for subject in ("address", "nobody")
        for number in registry.addresses_back(connection, key, subject, subscribers.c.address)
    ]
    again = Chosen(
        comments=_back(connection, "comment").union(gone),
        subscribers=_back(connection, "subscriber").union(told),
        trusts=_back(connection, "trust"),
        requests=_worded(connection),
        entries=_unredacted(connection),
        names=frozenset(registry.texts_back(connection, key, "name")),
        lines=frozenset(registry.texts_back(connection, key, "line")),
    )
    if again.counts:
        erase(connection, again, False, key, change_set)
    return bool(made_anonymous.counts or again.counts)


def forget_texts(connection: Connection, comment_id: int, change_set: ChangeSet) -> None:
    """Take the hashes of a comment's former texts out of the log, in the caller's transaction."""
    numbers = _about(connection, [comment_id])
    registry.note(connection, registry.of_numbers(connection, "entry", numbers))
    if numbers:
        redaction.redact(connection, _left_of_all(connection, numbers), change_set)


def _spam_filter(work: Work) -> None:
    """What the filter learnt from the comments, and the names that it remembers."""
    memory.forget(work.connection, work.comments)
    learning.forget(work.connection, work.comments)
    for name in work.chosen.names:
        memory.drop(work.connection, name)
    learning.tell_of_decisions(work.connection)


def _log(work: Work) -> None:
    """The hashes of the comments' texts, and what else was chosen of the log."""
    left = lists.left_of(work.connection, {*work.chosen.lines})
    numbers = work.chosen.entries | _about(work.connection, work.comments)
    left |= _left_of_all(work.connection, numbers)
    if left:
        redaction.redact(work.connection, left, work.change_set)


def _subscriptions(work: Work) -> None:
    """The addresses that are told by mail, with what they follow and the mails to them."""
    for number in work.chosen.subscribers:
        owner = choices.subscriber(work.connection, number)
        if owner:
            choices.stop(work.connection, owner)
    numbers = followed.c.comment_id.in_(work.comments)
    work.connection.execute(delete(followed).where(numbers))


def _mail(work: Work) -> None:
    """Mails to the person that wait, or could not be sent."""
    if work.chosen.mails:
        outbox.discard(sorted(work.chosen.mails))


def _trust(work: Work) -> None:
    """Trust in an author."""
    if work.chosen.trusts:
        table = Trust.__table__
        work.connection.execute(delete(table).where(table.c.id.in_(work.chosen.trusts)))
        lists.tell_rules(work.connection)


def _lists(work: Work) -> None:
    """Lines of the office's lists."""
    lists.drop(work.connection, work.chosen.lines)


def _requests(work: Work) -> None:
    """The person's other requests."""
    if work.chosen.requests:
        intake.blank(work.connection, sorted(work.chosen.requests))


def _imports(work: Work) -> None:
    """The hashes of what archives of other sites said of the comments; their keys stay, so that no
    archive brings them back.
    """
    from pnpm.imports.models import ImportedItem, Kind

    table = ImportedItem.__table__
    is_one = table.c.kind == Kind.COMMENT, table.c.number.in_(work.comments)
    work.connection.execute(update(table).where(*is_one).values(source="", written=""))


def _comments(work: Work) -> None:
    """The comments, or their authors; and the texts that they had."""
    if not work.comments:
        return
    if not work.is_anonymous:
        work.gone.extend(moderation.take_out(work.connection, work.comments, work.announcement))
        return
    former = CommentRevision.__table__
    work.connection.execute(delete(former).where(former.c.comment_id.in_(work.comments)))
    table = Comment.__table__
    for number in work.comments:
        values = _NOBODY | {"token": digest(f"erased {number}")}
        work.connection.execute(update(table).where(_C.id == number).values(values))
    numbers = select(_C.article_id).where(_C.id.in_(work.comments)).distinct()
    recount(work.connection, work.connection.scalars(numbers).all(), work.comments)


# Every place where personal data are, in the order in which they are erased: the comments last,
# since others are found by them.
STORES: tuple[Callable[[Work], None], ...] = (
    _spam_filter,
    _log,
    _subscriptions,
    _mail,
    _trust,
    _lists,
    _requests,
    _imports,
    _comments,
)

# what is left of a comment's author, and of what the filter and the lists said of them
_NOBODY: dict[str, Any] = {
    **dict.fromkeys(("name", "email", "website", "address_hash"), ""),
    **dict.fromkeys(("marks", "signals", "verdict"), None),
    "reasons": [],
}


def _listed(work: Work, key: str) -> list[registry.Erasure]:
    chosen, connection = work.chosen, work.connection
    comments = "anonymous" if work.is_anonymous else "comment"
    numbered = {
        comments: work.comments,
        "subscriber": chosen.subscribers,
        "trust": chosen.trusts,
        "entry": chosen.entries | _about(connection, work.comments),
        "request": chosen.requests,
    }
    found = [
        each
        for subject, numbers in numbered.items()
        for each in registry.of_numbers(connection, subject, numbers)
    ]
    found += registry.of_texts(key, "name", chosen.names)
    return found + registry.of_texts(key, "line", chosen.lines)


def _is_left(connection: Connection, address: str) -> bool:
    """Return whether any comment has that address."""
    query = select(_C.id).where(func.lower(_C.email) == address.lower()).limit(1)
    return connection.scalar(query) is not None


def _about(connection: Connection, comments: Iterable[int]) -> frozenset[int]:
    """Return the ids of the entries that hold hashes of these comments' texts."""
    actions = AuditAction.EDITED.value, AuditAction.REPLIED.value
    query = select(_LOG.c.id).where(
        _LOG.c.subject == "comment", _LOG.c.number.in_(comments), _LOG.c.action.in_(actions)
    )
    return frozenset(connection.scalars(query))


def _left_of_all(connection: Connection, numbers: Iterable[int]) -> dict[int, Left]:
    query = select(_LOG).where(_LOG.c.id.in_(numbers)).order_by(_LOG.c.id)
    return {entry.id: _left_of(entry) for entry in connection.execute(query)}


def _left_of(entry: AnyRow) -> Left:
    """Return what is left of an entry: what says nothing of a person."""
    if entry.action == AuditAction.TRUSTED.value:
        return Left(_only(entry.before, "trusted"), _only(entry.after, "trusted"))
    if entry.action == AuditAction.REPLIED.value:
        return Left(_only(entry.before, "status"), _only(entry.after, "status", "parent"))
    return NOTHING


def _only(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _back(connection: Connection, subject: str) -> frozenset[int]:
    return frozenset(registry.numbers_back(connection, subject))


def _unredacted(connection: Connection) -> frozenset[int]:
    """Return the ids of the log's entries that were redacted once, and are whole again."""
    numbers = registry.numbers_back(connection, "entry")
    rows = connection.execute(select(_LOG.c.id, _LOG.c.after).where(_LOG.c.id.in_(numbers)))
    return frozenset(row.id for row in rows if not row.after.get(REDACTED))


def _worded(connection: Connection) -> frozenset[int]:
    """Return the ids of the requests that were blanked once, and say again who asked."""
    table, numbers = DataRequest.__table__, _back(connection, "request")
    said = (table.c.name != "") | (table.c.email != "") | (table.c.words != "")
    return frozenset(connection.scalars(select(table.c.id).where(table.c.id.in_(numbers), said)))
