"""What the filter knows of a site, kept by a process: what was learnt, the names that moderators
called spam, and the marks of the newest comments. A comment asks the database for what has changed
since the last one, along with the question for its article (`comments.entry`) or by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    String,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from pnpm.articles.models import Article
from pnpm.comments.models import Comment, Status
from pnpm.db import without_events
from pnpm.db.types import LARGEST, AnyRow, AnySelect

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
    """What a process knows of a site."""

    def __init__(self) -> None:
        self.weights = learning.Weights("")
        self.names: set[str] = set()
        self.spam_addresses: set[str] = set()  # hashes
        self._version = self._decided = ""
        self._last: int | None = None  # the highest number that is known; None: nothing was read
        self._others: dict[int, Other] = {}
        self._by_mark: dict[int, list[Other]] = {}
        self._lock = Lock()

    def bounds(self, connection: Connection) -> dict[str, int]:
        """Return the values of the query that `with_news` makes; before the first `refresh` it
        brings no comments.
        """
        again = 0 if connection.dialect.name == "sqlite" else AGAIN
        return {"last": LARGEST if self._last is None else self._last - again}

    def refresh(self, connection: Connection, news: Sequence[AnyRow] = ()) -> None:
        """Read what has changed. The rows of `news`, which a query of `with_news` has brought, do
        where only comments have been added.
        """
        with self._lock:
            if not news or self._has_more(news[0]):
                news = self._changed(connection)
            for row in news:
                if row.number is not None and row.number not in self._others:
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
                alike = [
                    other
                    for other in self._by_mark.get(mark.number, ())
                    if other.came > since and other.comment_id != but
                ]
                if alike:
                    found.append((mark, alike))
        return found

    def _has_more(self, state: AnyRow) -> bool:
        """Return whether more has changed than that comments were added."""
        is_as_it_was = self._last is not None and state.version == self._version
        return not is_as_it_was or self._is_decided(state)

    def _is_decided(self, state: AnyRow) -> bool:
        """Return whether moderators changed statuses; or the comments are others, after a
        restore.
        """
        is_lower: bool = (state.newest or 0) < (self._last or 0) - AGAIN
        return is_lower or state.decided != self._decided

    def _changed(self, connection: Connection) -> Sequence[AnyRow]:
        """Read what has changed, and return the comments that are new."""
        rows = self._news(connection)
        if not rows:  # never: the migration makes the row
            return rows
        state = rows[0]
        if state.version != self._version:
            self.weights = learning.read(connection)
            self._version = state.version
        if not self._is_decided(state):
            return rows
        self._forget_all()
        self.names = memory.every(connection)
        self._decided = state.decided
        return self._news(connection)

    def _news(self, connection: Connection) -> Sequence[AnyRow]:
        if self._last is None:
            # the only bound of the query: with two of them, SQLite takes the lower
            self._last = max(0, (connection.scalar(_NEWEST) or 0) - MOST)
        return connection.execute(_NEWS, self.bounds(connection)).all()

    def _add(self, row: AnyRow) -> None:
        total, *marks = row.marks.split()
        numbers = tuple([int(mark, 16) for mark in marks])
        other = Other(
            row.number,
            row.address_hash,
            row.created_at,
            int(total),
            numbers,
            bool(row.is_spam),
            bool(row.is_approved),
        )
        self._others[row.number] = other
        if other.is_spam:
            self.spam_addresses.add(other.address)
        self._last = max(self._last or 0, row.number)
        for mark in numbers:
            alike = self._by_mark.setdefault(mark, [])
            alike.append(other)
            if len(alike) > MOST_ALIKE:
                del alike[0]
        if len(self._others) > MOST:
            self._drop(next(iter(self._others)))

    def _drop(self, number: int) -> None:
        """Forget the oldest comment: of those with one of its marks it is the first, or none."""
        for mark in self._others.pop(number).marks:
            alike = self._by_mark.get(mark, ())
            if alike and alike[0].comment_id == number:
                del alike[0]
                if not alike:
                    del self._by_mark[mark]

    def _forget_all(self) -> None:
        self._last, self._others, self._by_mark = None, {}, {}
        self.spam_addresses = set()


def of(connection: Connection) -> Knowledge:
    """Return what this process knows of the site that a connection leads to."""
    engine = without_events(connection.engine)
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
# written into the query: each comment would have to bind them as values again
_YES, _NO = literal_column("1", Integer), literal_column("0", Integer)
_SPAM = literal_column(f"'{Status.SPAM.value}'", String)
_PUBLISHED = literal_column(f"'{Status.PUBLISHED.value}'", String)
_is_approved = (_comment.c.status == _PUBLISHED) & _comment.c.moved_at.is_not(None)
_is_new = (_comment.c.id > bindparam("last")) & _comment.c.marks.is_not(None)
_STATE = tables.weights.c.version, tables.weights.c.decided
_COLUMNS = (
    _NEWEST.scalar_subquery().label("newest"),
    _comment.c.id.label("number"),
    _comment.c.address_hash,
    _comment.c.created_at,
    _comment.c.marks,
    case((_comment.c.status == _SPAM, _YES), else_=_NO).label("is_spam"),
    case((_is_approved, _YES), else_=_NO).label("is_approved"),
)
_NEWS = (
    select(*_STATE, *_COLUMNS)
    .select_from(tables.weights.outerjoin(_comment, _is_new))
    .where(tables.weights.c.id == 1)
    .order_by(_comment.c.id)
)


def with_news(query: AnySelect) -> AnySelect:
    """Return a query of one article that also brings the news for `refresh`: the article's row with
    each comment that is not known yet, or alone. Its values are those of `bounds`, too.
    """
    state = [
        select(column).where(tables.weights.c.id == 1).scalar_subquery().label(column.name)
        for column in _STATE
    ]
    return (
        query.add_columns(*state, *_COLUMNS)
        .select_from(Article.__table__.outerjoin(_comment, _is_new))
        .order_by(None)
        .order_by(_comment.c.id)
    )
