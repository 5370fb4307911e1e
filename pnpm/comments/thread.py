"""The comments that a page shows: a stretch of an article's, and under each the newest replies; or
one thread with more of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import ColumnElement, Select, func, select

from pnpm.db import db, keyset
from pnpm.db.types import AnyRow

from .models import Comment, Status

WINDOW = 50  # comments on a page, or replies on a thread's own: a phone's patience
NEWEST_REPLIES = 5  # under each comment; the others are a tap away


class Order(Enum):
    """In which order a reader wants the comments of an article."""

    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True)
class Replies:
    """The replies of a thread that a page shows, oldest first; `count` is how many readers could
    see, `before` and `after` the numbers from which earlier and later ones are asked for.
    """

    comments: Sequence[Comment]
    count: int
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class ThreadPage:
    """Some comments of an article, in their order, and the numbers from which the earlier and the
    later ones are asked for.
    """

    comments: list[Comment]
    before: int | None
    after: int | None
    # by the number of the comment that begins the thread
    replies: dict[int, Replies] = field(default_factory=dict)
    # what replies to replies answer, as far as readers see it: rows with `id` and `name`
    answered: dict[int, AnyRow] = field(default_factory=dict)
    order: Order | None = None
    is_alone: bool = False  # one thread, with more of its replies
    earlier: int = 0  # how many comments there are before these, their replies not among them

    @property
    def is_newest_first(self) -> bool:
        """Whether the newest comment stands first."""
        return self.order is Order.NEWEST

    @property
    def is_oldest_first(self) -> bool:
        """Whether the oldest comment of all stands first."""
        return not self.is_newest_first and not self.is_alone and self.before is None


def newest(article_id: int, order: Order | None = None) -> ThreadPage:
    """Return the end of an article's comments; or in that order, their first page."""
    if order is Order.OLDEST:
        return later(article_id, 0, order)
    return _earlier_than(article_id, None, order)


def earlier(article_id: int, before: int, order: Order | None = None) -> ThreadPage:
    """Return the page before the comment of that number. Keyset pagination: every page costs the
    same.
    """
    return _earlier_than(article_id, before, order)


def later(article_id: int, after: int, order: Order | None = None) -> ThreadPage:
    """Return the page after the comment of that number."""
    query = keyset.after(Comment.visible(article_id), (Comment.id,), (after,), ascending=True)
    comments, last = keyset.cut(db.session.scalars(query.limit(WINDOW + 1)).all(), WINDOW)
    has_earlier = bool(comments) and _any(article_id, Comment.id < comments[0].id)
    return _page(article_id, comments, has_earlier, last is not None, order)


def holding(article_id: int, comment_id: int) -> ThreadPage:
    """Return the page on which the comment of that number stands: the newest if it is there, else
    the one that ends with it; of a reply among many, its thread alone.
    """
    first_id = db.session.scalar(
        select(Comment.parent_id).where(
            Comment.id == comment_id, Comment.status == Status.PUBLISHED
        )
    )
    page = newest(article_id)
    first_id = first_id or comment_id
    if not page.comments or first_id < page.comments[0].id:
        page = _earlier_than(article_id, first_id + 1, None)
    shown = page.replies.get(first_id)
    if shown and comment_id not in {first_id, *(reply.id for reply in shown.comments)}:
        return alone(article_id, first_id, before=comment_id + 1) or page
    return page


def alone(
    article_id: int, number: int, before: int | None = None, after: int | None = None
) -> ThreadPage | None:
    """Return the thread that the comment of that number begins, with its newest replies, or those
    before or after a reply; None where readers see no such comment.
    """
    first = db.session.scalar(Comment.visible(article_id).where(Comment.id == number))
    if first is None:
        return None
    count = reply_counts([number]).get(number, 0)
    key = after if after is not None else before
    query = keyset.after(
        _replies_to(number), (Comment.id,), None if key is None else (key,), after is not None
    )
    found, last = keyset.cut(db.session.scalars(query.limit(WINDOW + 1)).all(), WINDOW)
    comments = sorted(found, key=lambda reply: reply.id)
    replies = Replies(comments, count)
    if comments:
        has_earlier = has_later = last is not None
        if after is not None:
            has_earlier = _is_any(_replies_to(number).where(Comment.id < comments[0].id))
        else:
            has_later = before is not None and _is_any(
                _replies_to(number).where(Comment.id > comments[-1].id)
            )
        replies = Replies(
            comments,
            count,
            comments[0].id if has_earlier else None,
            comments[-1].id if has_later else None,
        )
    shown = {number: replies} if count else {}
    return ThreadPage([first], None, None, shown, answered_by(comments), is_alone=True)


def shown(article_id: int, number: int) -> Comment | None:
    """Return the comment or reply of that number if readers see it under that article."""
    return db.session.scalar(Comment.seen(article_id).where(Comment.id == number))


def newest_number(article_id: int) -> int:
    """Return the number of the newest comment or reply under an article; 0 if there is none."""
    query = select(func.max(Comment.id)).where(
        Comment.article_id == article_id, Comment.status == Status.PUBLISHED
    )
    return db.session.scalar(query) or 0


def since(article_id: int, number: int) -> list[Comment]:
    """Return what readers see of an article's comments and replies that came after the comment of
    that number, oldest first; no more than a page.
    """
    query = Comment.seen(article_id).where(Comment.id > number).order_by(Comment.id).limit(WINDOW)
    return list(db.session.scalars(query))


def answered_by(replies: Iterable[Comment]) -> dict[int, AnyRow]:
    """Return what these replies answer within their threads, as far as readers see it: rows with
    `id` and `name`, by number.
    """
    numbers = {reply.reply_to_id for reply in replies if reply.reply_to_id}
    if not numbers:
        return {}
    query = select(Comment.id, Comment.name).where(
        Comment.id.in_(numbers), Comment.status == Status.PUBLISHED
    )
    return {row.id: row for row in db.session.execute(query)}


def reply_counts(numbers: Iterable[int]) -> dict[int, int]:
    """Return how many replies readers see under these comments, by number; none for none."""
    numbers = list(numbers)
    if not numbers:
        return {}
    query = (
        select(Comment.parent_id, func.count())
        .where(Comment.parent_id.in_(numbers), Comment.status == Status.PUBLISHED)
        .group_by(Comment.parent_id)
    )
    return {number: count for number, count in db.session.execute(query) if number is not None}


def _earlier_than(article_id: int, before: int | None, order: Order | None) -> ThreadPage:
    key = None if before is None else (before,)
    query = keyset.after(Comment.visible(article_id), (Comment.id,), key)
    newest_first, last = keyset.cut(db.session.scalars(query.limit(WINDOW + 1)).all(), WINDOW)
    comments = newest_first[::-1]
    if not comments:
        return ThreadPage([], None, before and before - 1, order=order)
    has_later = before is not None and _any(article_id, Comment.id > comments[-1].id)
    return _page(article_id, comments, last is not None, has_later, order)


def _any(article_id: int, condition: ColumnElement[bool]) -> bool:
    return _is_any(Comment.visible(article_id).where(condition))


def _count(article_id: int, condition: ColumnElement[bool]) -> int:
    query = Comment.visible(article_id).with_only_columns(func.count()).where(condition)
    return db.session.scalar(query.order_by(None)) or 0


def _is_any(query: Select[Comment]) -> bool:
    return bool(db.session.scalar(select(query.exists())))


def _page(
    article_id: int,
    comments: list[Comment],
    has_earlier: bool,
    has_later: bool,
    order: Order | None,
) -> ThreadPage:
    before = comments[0].id if comments and has_earlier else None
    after = comments[-1].id if comments and has_later else None
    replies = _newest_replies([comment.id for comment in comments])
    shown = [reply for each in replies.values() for reply in each.comments]
    if order is Order.NEWEST:
        comments = comments[::-1]
    earlier = 0 if before is None else _count(article_id, Comment.id < before)
    return ThreadPage(comments, before, after, replies, answered_by(shown), order, earlier=earlier)


def _newest_replies(numbers: list[int]) -> dict[int, Replies]:
    """Return the newest replies of the threads that these comments begin, by their numbers."""
    counts = reply_counts(numbers)
    few = [number for number, count in counts.items() if count <= NEWEST_REPLIES]
    found: dict[int, list[Comment]] = {}
    for reply in db.session.scalars(_replies_to(*few)) if few else ():
        found.setdefault(reply.parent_id or 0, []).append(reply)
    for number, count in counts.items():
        if count > NEWEST_REPLIES:
            query = _replies_to(number).order_by(Comment.id.desc()).limit(NEWEST_REPLIES)
            found[number] = list(db.session.scalars(query))
    return {number: _shown(replies, counts[number]) for number, replies in found.items()}


def _shown(replies: list[Comment], count: int) -> Replies:
    comments = sorted(replies, key=lambda reply: reply.id)
    return Replies(comments, count, comments[0].id if count > len(comments) else None)


def _replies_to(*numbers: int) -> Select[Comment]:
    return select(Comment).where(
        Comment.parent_id.in_(numbers) if len(numbers) > 1 else Comment.parent_id == numbers[0],
        Comment.status == Status.PUBLISHED,
    )
