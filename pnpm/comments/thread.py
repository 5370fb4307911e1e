"""The thread under an article, and the stretches of it that a page shows."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from pnpm.db import db, keyset

from .models import Comment

WINDOW = 50  # comments on a page: a phone's patience, and the page's budget
MOST_REPLIES = 500  # on a page: ten under each


@dataclass(frozen=True)
class ThreadPage:
    """Some comments of a thread, oldest first, and the ids from which the earlier and the later
    ones are asked for.
    """

    comments: list[Comment]
    before: int | None
    after: int | None
    # the office's, by the comment they stand under
    replies: dict[int, list[Comment]] = field(default_factory=dict)


def newest(article_id: int) -> ThreadPage:
    """The end of the thread."""
    return _earlier_than(article_id, None)


def earlier(article_id: int, before: int) -> ThreadPage:
    """What stands before the comment of that id: by key, so that the thousandth page costs what the
    first does.
    """
    return _earlier_than(article_id, before)


def later(article_id: int, after: int) -> ThreadPage:
    """What stands after the comment of that id."""
    query = keyset.after(Comment.visible(article_id), (Comment.id,), (after,), ascending=True)
    comments, last = keyset.cut(db.session.scalars(query.limit(WINDOW + 1)).all(), WINDOW)
    has_earlier = bool(comments) and _any(article_id, Comment.id < comments[0].id)
    return _stretch(comments, has_earlier=has_earlier, has_later=last is not None)


def holding(article_id: int, comment_id: int) -> ThreadPage:
    """The stretch in which the comment of that id stands: the newest if it is there, else the one
    that ends with it.
    """
    comment_id = (
        db.session.scalar(select(Comment.parent_id).where(Comment.id == comment_id)) or comment_id
    )
    end = newest(article_id)
    if not end.comments or comment_id >= end.comments[0].id:
        return end
    return _earlier_than(article_id, comment_id + 1)


def _earlier_than(article_id: int, before: int | None) -> ThreadPage:
    key = None if before is None else (before,)
    query = keyset.after(Comment.visible(article_id), (Comment.id,), key)
    newest_first, last = keyset.cut(db.session.scalars(query.limit(WINDOW + 1)).all(), WINDOW)
    comments = newest_first[::-1]
    if not comments:
        return ThreadPage([], None, before and before - 1)
    has_later = before is not None and _any(article_id, Comment.id > comments[-1].id)
    return _stretch(comments, has_earlier=last is not None, has_later=has_later)


def _any(article_id: int, condition: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(Comment.visible(article_id).where(condition).exists())))


def _stretch(comments: list[Comment], has_earlier: bool, has_later: bool) -> ThreadPage:
    before = comments[0].id if comments and has_earlier else None
    after = comments[-1].id if comments and has_later else None
    return ThreadPage(comments, before, after, _replies(comments))


def _replies(comments: list[Comment]) -> dict[int, list[Comment]]:
    # Without more conditions and without an order: SQLite would walk through all that are published
    # instead.
    query = (
        select(Comment)
        .where(Comment.parent_id.in_([one.id for one in comments]))
        .limit(MOST_REPLIES)
    )
    replies: dict[int, list[Comment]] = {}
    for reply in sorted(db.session.scalars(query), key=lambda reply: reply.id) if comments else ():
        if reply.is_visible and reply.parent_id:
            replies.setdefault(reply.parent_id, []).append(reply)
    return replies
