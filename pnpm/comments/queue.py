"""The moderation queue: comments by status, words, article, author and reason, with keyset
pagination.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pnpm.articles.models import Article
from pnpm.db import db, keyset
from pnpm.db.search import contains, in_json

from .models import Comment, Status
from .moderation import parts

PAGE = 25  # rows on a phone's page
MOST_AT_ONCE = 5000  # comments that one action moves: two seconds of the write lock
HASH = re.compile(r"[0-9a-f]{8,64}")
AUTHOR_COUNTED = 200  # comments of an author: more make no difference to a moderator


@dataclass(frozen=True)
class QueueQuery:
    """A page of the queue: what is asked for, all of which is in its URL."""

    status: Status | None = Status.PENDING
    words: str = ""
    article: int | None = None
    reason: str = ""
    name: str | None = None  # an author's, with the address hash
    address: str = ""
    unseen: bool = False  # only what the spam filter put among spam, and nobody has looked at
    oldest_first: bool = False
    after: int | None = None  # the number of the last comment on the page before

    def query(self) -> Select[Comment]:
        """Return the query of all comments asked for, in their order, from `after` on."""
        key = None if self.after is None else (self.after,)
        query = select(Comment).where(*self._conditions())
        return keyset.after(query, (Comment.id,), key, ascending=self.oldest_first)

    def page(self) -> tuple[list[Comment], "QueueQuery | None"]:
        """Return a page of comments, and the query of the next page (None: there is none)."""
        shown, last = keyset.cut(db.session.scalars(self.query().limit(PAGE + 1)).all(), PAGE)
        if last is None:
            return shown, None
        return shown, replace(self, after=last.id)

    def numbers(self, upto: int) -> list[int]:
        """Return the ids of all comments asked for, on any page, up to the id `upto`, at most
        MOST_AT_ONCE.
        """
        query = replace(self, after=None).query().with_only_columns(Comment.id)
        query = query.where(Comment.id <= upto)
        return list(db.session.scalars(query.limit(MOST_AT_ONCE)))

    def count(self, upto: int | None = None) -> int | None:
        """Return how many comments there are on all pages, at most MOST_AT_ONCE + 1; None if
        counting would read every comment.

        With `upto`, only those up to that id are counted: those that existed when the page was
        made.
        """
        if self.words or self.reason or self.unseen:
            return None
        query = replace(self, after=None).query().order_by(None).with_only_columns(Comment.id)
        if upto is not None:
            query = query.where(Comment.id <= upto)
        few = query.limit(MOST_AT_ONCE + 1).subquery()
        return db.session.scalar(select(func.count()).select_from(few))

    def newest(self) -> int:
        """Return the highest id of all comments: the `upto` of a page that is made now."""
        return db.session.scalar(select(func.max(Comment.id))) or 0

    @property
    def is_author(self) -> bool:
        """Whether it asks for all comments of one author: a name, from one address."""
        return self.name is not None and bool(self.address)

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for more than a status."""
        return bool(
            self.words
            or self.article
            or self.reason
            or self.name is not None
            or self.address
            or self.unseen
        )

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.status:
            yield Comment.status == self.status
        if self.article is not None:
            yield Comment.article_id == self.article
        if self.reason:
            # the kind of a reason, or how a reason begins that says what was found, too
            reasons, asked = Comment.reasons.cast(String), in_json(self.reason)
            endings = ("",) if ":" in self.reason else ('"', ":")
            yield or_(*(contains(reasons, f'"{asked}{ending}') for ending in endings))
        if self.unseen:
            yield Comment.status == Status.SPAM
            yield Comment.moved_at.is_(None)
        if self.name is not None:
            yield Comment.name == self.name
        if self.address:
            yield Comment.address_hash == self.address
        for word in self.words.split():
            is_hash = HASH.fullmatch(word.lower()) and not word.isdigit()
            yield _hashed(word) if is_hash else _said(word)


def counts() -> dict[Status, int]:
    """Return how many comments each status has."""
    found = _by_status(select(Comment.status, func.count()).group_by(Comment.status))
    return {status: found.get(status, 0) for status in Status}


def waiting() -> tuple[int, int]:
    """Return how many comments wait, and the id of the newest of them."""
    query = select(func.count(), func.coalesce(func.max(Comment.id), 0)).where(
        Comment.status == Status.PENDING
    )
    count, newest = db.session.execute(query).one()
    return count, newest


def still_waiting(numbers: Sequence[int]) -> list[int]:
    """Return those of these comments that wait, oldest first."""
    found: list[int] = []
    for part in parts(numbers):
        query = Comment.of(Status.PENDING).where(Comment.id.in_(part)).with_only_columns(Comment.id)
        found += db.session.scalars(query)
    return found


def answered(comments: Sequence[Comment]) -> dict[int, Comment]:
    """Return the comments that these answer, of any status, by number."""
    numbers = {comment.reply_to_id or comment.parent_id for comment in comments} - {None}
    if not numbers:
        return {}
    found = db.session.scalars(select(Comment).where(Comment.id.in_(numbers)))
    return {comment.id: comment for comment in found}


def others(comments: Sequence[Comment]) -> dict[int, dict[str, dict[Status, int]]]:
    """Return, by comment id, how many other comments of each status have the same `name` or, this
    month, come from the same `address`.
    """
    known: dict[tuple[str, str], dict[Status, int]] = {}
    result: dict[int, dict[str, dict[Status, int]]] = {}
    for comment in comments:
        result[comment.id] = {}
        for kind, value in (("name", comment.name), ("address", comment.address_hash)):
            if value and not comment.official:
                if (kind, value) not in known:
                    known[kind, value] = _by_status(_OTHERS[kind], {"value": value})
                counted = dict(known[kind, value])
                counted[comment.status] = counted.get(comment.status, 1) - 1
                result[comment.id][kind] = {
                    status: counted[status] for status in Status if counted.get(status, 0) > 0
                }
    return result


def _by_status(
    query: Select[Status, int], values: dict[str, Any] | None = None
) -> dict[Status, int]:
    return {status: count for status, count in db.session.execute(query, values)}  # noqa: C416


def _counted(column: InstrumentedAttribute[str]) -> Select[Status, int]:
    few = (
        select(Comment.status).where(column == bindparam("value")).limit(AUTHOR_COUNTED).subquery()
    )
    return select(few.c.status, func.count()).group_by(few.c.status)


_OTHERS = {"name": _counted(Comment.name), "address": _counted(Comment.address_hash)}


def _said(word: str) -> ColumnElement[bool]:
    """Return the condition for comments with that word in their name, text, e-mail or article's
    title.
    """
    titled = select(Article.id).where(contains(Article.title, word))
    texts = Comment.name, Comment.body, Comment.email
    return or_(*[contains(text, word) for text in texts], Comment.article_id.in_(titled))


def _hashed(word: str) -> ColumnElement[bool]:
    """Return the condition for comments whose address hash begins so: a range, which an index
    answers.
    """
    word = word.lower()
    return and_(Comment.address_hash >= word, Comment.address_hash <= word + "g" * (64 - len(word)))
