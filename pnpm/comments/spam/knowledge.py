"""What the filter knows of a site, kept by a process: what was learnt, the names that moderators
called spam, and the marks of the newest comments. A comment asks the database one question, for
what has changed since the last one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, case, func, select

from pnpm.comments.models import Comment, Status
from pnpm.db.types import AnyRow

from . import learning, memory, tables
from .fingerprint import Mark

MOST = 3000  # comments whose marks are kept, the newest: 1 MB
MOST_ALIKE = 12  # of them with the same mark, the newest
MOST_MARKS = 24  # of a comment
# Comments that are asked for again: another process may have stored one of them later than one with
# a higher number. SQLite has one writer, so that cannot be there.
AGAIN = 4


class Other(NamedTuple):
    """A comment, as far as what others share with it matters: `total` is what its text says by
    itself, in hundredths; whether a moderator published it.
    """

    comment_id: int
    address: str
    came: datetime
    total: int
    marks: tuple[int, ...]
    is_spam: bool
    is_approved: bool


class Knowledge:
    """What a process knows of the site behind an engine."""

    def __init__(self) -> None:
        self.weights = learning.Weights("")
        self.names: set[str] = set()
        self.spam_addresses: set[str] = set()  # hashes
        self._version = self._decided = ""
        self._last: int | None = None  # the highest number that is known; None: nothing was read
        self._others: dict[int, Other] = {}
        self._by_mark: dict[int, list[int]] = {}
        self._lock = Lock()

    def refresh(self, connection: Connection) -> None:
        """Read what has changed."""
        with self._lock:
            rows = self._news(connection)
            if not rows:  # never: the migration makes the row
                return
            state = rows[0]
            if state.version != self._version:
                self.weights = learning.read(connection)
                self._version = state.version
            # Moderators changed statuses; or the comments are others, after a restore.
            highest = self._last or 0
            if state.decided != self._decided or (state.newest or 0) < highest - AGAIN:
                self._forget_all()
                self.names = memory.every(connection)
                self._decided = state.decided
                rows = self._news(connection)
            for row in rows:
                if row.id is not None and row.id not in self._others:
                    self._add(row)

    def sharing(
        self, marks: Iterable[Mark], since: datetime, but: int
    ) -> list[tuple[Mark, list[Other]]]:
        """Return those of the marks that other comments since that moment have, too, each with
        these; without the comment of the number `but`.
        """
        found: list[tuple[Mark, list[Other]]] = []
        with self._lock:
            for mark in marks:
                numbers = self._by_mark.get(mark.number, ())
                others = [self._others[number] for number in numbers if number != but]
                if alike := [other for other in others if other.came > since]:
                    found.append((mark, alike))
        return found

    def _news(self, connection: Connection) -> Sequence[AnyRow]:
        if self._last is None:
            # the only bound of the query: with two of them, SQLite takes the lower
            self._last = max(0, (connection.scalar(_NEWEST) or 0) - MOST)
        again = 0 if connection.dialect.name == "sqlite" else AGAIN
        return connection.execute(_NEWS, {"last": self._last - again}).all()

    def _add(self, row: AnyRow) -> None:
        total, *marks = row.marks.split()
        numbers = tuple(int(mark, 16) for mark in marks)
        other = Other(
            row.id,
            row.address_hash,
            row.created_at,
            int(total),
            numbers,
            bool(row.is_spam),
            bool(row.is_approved),
        )
        self._others[row.id] = other
        if other.is_spam:
            self.spam_addresses.add(other.address)
        self._last = max(self._last or 0, row.id)
        for mark in numbers:
            alike = self._by_mark.setdefault(mark, [])
            alike.append(row.id)
            del alike[:-MOST_ALIKE]
        if len(self._others) > MOST:
            self._drop(next(iter(self._others)))

    def _drop(self, number: int) -> None:
        for mark in self._others.pop(number).marks:
            alike = self._by_mark.get(mark, [])
            if number in alike:
                alike.remove(number)
            if not alike:
                self._by_mark.pop(mark, None)

    def _forget_all(self) -> None:
        self._last, self._others, self._by_mark = None, {}, {}
        self.spam_addresses = set()


def of(connection: Connection) -> Knowledge:
    """Return what this process knows of the site that a connection leads to."""
    engine = connection.engine
    if engine not in _known:
        _known[engine] = Knowledge()
    return _known[engine]


def written(marks: Sequence[Mark], total: float) -> str:
    """Return how the marks of a comment are stored with it; `total` is what its text says by
    itself.
    """
    numbers = dict.fromkeys(mark.number for mark in marks[:MOST_MARKS])
    return " ".join([f"{round(total * 100)}", *(f"{number:x}" for number in numbers)])


_known: WeakKeyDictionary[Engine, Knowledge] = WeakKeyDictionary()
_comment = Comment.__table__.alias()
_NEWEST = select(func.max(Comment.id))
_is_approved = (_comment.c.status == Status.PUBLISHED) & _comment.c.moved_at.is_not(None)
_NEWS = (
    select(
        tables.weights.c.version,
        tables.weights.c.decided,
        _NEWEST.scalar_subquery().label("newest"),
        _comment.c.id,
        _comment.c.address_hash,
        _comment.c.created_at,
        _comment.c.marks,
        case((_comment.c.status == Status.SPAM, 1), else_=0).label("is_spam"),
        case((_is_approved, 1), else_=0).label("is_approved"),
    )
    .select_from(
        tables.weights.outerjoin(
            _comment,
            (_comment.c.id > bindparam("last")) & _comment.c.marks.is_not(None),
        )
    )
    .where(tables.weights.c.id == 1)
    .order_by(_comment.c.id)
)
