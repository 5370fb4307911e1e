"""The comments that a feed shows: the newest that readers see, of one article or of all, and when
they last changed.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import aliased

from pnpm.articles.models import VISIBLE, Article
from pnpm.audit.models import AuditAction, AuditEntry
from pnpm.db import db, keyset
from pnpm.db.types import AnyRow, AnySelect

from .models import Comment, Status

# What readers may know of a comment: neither its author's e-mail nor a hash of an address.
SHOWN = (
    Comment.id,
    Comment.article_id,
    Comment.parent_id,
    Comment.reply_to_id,
    Comment.name,
    Comment.website,
    Comment.html,
    Comment.created_at,
    Comment.moved_at,
)
# What has to be known of the parent, and below of the article, is a value of each row: as EXISTS,
# MariaDB and PostgreSQL first look through all that there are.
_Parent = aliased(Comment)
_parents_status = select(_Parent.status).where(_Parent.id == Comment.parent_id).scalar_subquery()
IN_THREAD = Comment.parent_id.is_(None) | (_parents_status == Status.PUBLISHED)
_UNDER = select(*SHOWN).where(Comment.status == Status.PUBLISHED, IN_THREAD)
# Every engine is to walk along the index of `created_at`, and to stop after a page. So the order is
# that of the index: all statuses are the same here, and comments of one moment stand by their
# articles. And the status is asked for by what it is not: by what it is, another index would be
# taken, and everything sorted.
_HIDDEN = [status for status in Status if status is not Status.PUBLISHED]
_ORDER = tuple(
    column.desc() for column in (Comment.created_at, Comment.status, Comment.article_id, Comment.id)
)
_visible = select(Article.id).where(Article.id == Comment.article_id, *VISIBLE).scalar_subquery()
_ANYWHERE = (
    select(*SHOWN)
    .where(
        Comment.status.not_in(_HIDDEN),
        IN_THREAD,
        _visible.is_not(None),
    )
    .order_by(*_ORDER)
)


def newest(before: int | None = None) -> AnySelect:
    """Return the query of the comments and replies that readers see, of all articles, newest first;
    only those older than the comment of number `before`, if given.
    """
    if before is None:
        return _ANYWHERE
    query = select(Comment.created_at, Comment.article_id).where(Comment.id == before)
    last = db.session.execute(query).first()
    if last is None:  # there is no such comment, or no longer
        return _ANYWHERE.where(false())
    moment, article_id = last
    earlier = or_(
        Comment.created_at < moment,
        Comment.article_id < article_id,
        and_(Comment.article_id == article_id, Comment.id < before),
    )
    # the first condition says where in the index to begin
    return _ANYWHERE.where(Comment.created_at <= moment, earlier)


def newest_under(article_id: int, before: int | None = None) -> AnySelect:
    """Return the query of the comments and replies that readers see under that article, the last
    first; only those before the comment of number `before`, if given.
    """
    query = _UNDER.where(Comment.article_id == article_id)
    return keyset.after(query, (Comment.id,), None if before is None else (before,))


def edited_at(numbers: Iterable[int]) -> dict[int, datetime]:
    """Return when these comments got the texts that they have, by number; none for those that were
    never edited.
    """
    query = (
        select(AuditEntry.number, func.max(AuditEntry.created_at))
        .where(
            AuditEntry.subject == "comment",
            AuditEntry.number.in_(numbers),
            AuditEntry.action == AuditAction.EDITED.value,
        )
        .group_by(AuditEntry.number)
    )
    return {number: moment for number, moment in db.session.execute(query) if number is not None}


def answered(comments: Iterable[AnyRow]) -> dict[int, int]:
    """Return the number of the comment that each of these answers, by its own: a reply whose
    readers no longer see what it answered answers the comment that begins its thread. None for what
    answers the article itself.
    """
    replies = {comment.id: comment for comment in comments if comment.parent_id}
    numbers = {reply.reply_to_id for reply in replies.values() if reply.reply_to_id}
    query = select(Comment.id).where(Comment.id.in_(numbers), Comment.status == Status.PUBLISHED)
    seen = {*db.session.scalars(query)} if numbers else set()
    return {
        number: reply.reply_to_id if reply.reply_to_id in seen else reply.parent_id
        for number, reply in replies.items()
    }


# what the log tells of and no reader sees: also that the site was taken in here as it was elsewhere
UNSEEN = "user", "backup", "export", "mail", "name"


def changed_at() -> datetime | None:
    """Return when something last changed that readers may see, or a little later than that; None on
    a site where nothing ever did.

    All that the office does, and what authors do to their comments, is in the log; a new comment
    and an article that a command published are not.
    """
    is_seen = AuditEntry.subject.not_in(UNSEEN)
    log = select(AuditEntry.created_at).where(is_seen).order_by(AuditEntry.id.desc()).limit(1)
    moments = (
        db.session.scalar(log),
        db.session.scalar(select(func.max(Comment.created_at))),
        db.session.scalar(select(func.max(Article.saved_at)).where(VISIBLE[0])),
        db.session.scalar(select(func.max(Article.published_at)).where(*VISIBLE)),
    )
    return max((moment for moment in moments if moment is not None), default=None)
