"""The thread of comments under an article, one page at a time."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select

from pnpm.db import db, keyset

from .models import Comment

WINDOW = 50  # comments on a page: a phone's patience, and the page's budget
MOST_REPLIES = 500  # on a page: ten under each


@dataclass(frozen=True)
class ThreadPage:
    """Comments of a thread, oldest first, and the ids with which the `earlier` and `later` ones are
    asked for.
    """

    comments: list[Comment]
    before: int | None
    after: int | None
    # the office's, by the comment they stand under
    replies: dict[int, list[Comment]] = field(default_factory=dict)


def newest(article_id: int) -> ThreadPage:
    """Return the last page of the thread."""
    return _earlier_than(article_id, None)


def earlier(article_id: int, before: int) -> ThreadPage:
    """Return the page before the comment with that id. Keyset pagination: every page costs the
    same.
    """
    return _earlier_than(article_id, before)


def later(article_id: int, after: int) -> ThreadPage:
    """Return the page after the comment with that id."""
    query = keyset.after(Comment.visible(article_id), (Comment.id,), (after,), ascending=True)
    comments, last = keyset.cut(db.session.scalars(query.limit(WINDOW + 1)).all(), WINDOW)
    has_earlier = bool(comments) and _any(article_id, Comment.id < comments[0].id)
    return _stretch(comments, has_earlier=has_earlier, has_later=last is not None)


def holding(article_id: int, comment_id: int) -> ThreadPage:
    """Return the page with that comment or, for a reply, its parent: the newest page if it is
    there, else the page that ends with it.
    """
    parent_id = db.session.scalar(select(Comment.parent_id).where(Comment.id == comment_id))
    comment_id = parent_id or comment_id
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
    before = after = None
    if comments and has_earlier:
        before = comments[0].id
    if comments and has_later:
        after = comments[-1].id
    return ThreadPage(comments, before, after, _replies(comments))


def _replies(comments: list[Comment]) -> dict[int, list[Comment]]:
    if not comments:
        return {}
    # With a condition on the status or an order, SQLite would read all published comments instead.
    numbers = [comment.id for comment in comments]
    query = select(Comment).where(Comment.parent_id.in_(numbers)).limit(MOST_REPLIES)
    replies: dict[int, list[Comment]] = {}
    for reply in sorted(db.session.scalars(query), key=lambda reply: reply.id):
        if reply.is_visible and reply.parent_id:
            replies.setdefault(reply.parent_id, []).append(reply)
    return replies
