"""Telling those who follow an article of a new comment: once, and only while readers see it.

A comment that is published where somebody follows is marked in the same transaction. After the
answer it is put into the mails of those who want to know of it; what such a mail says is decided
when it is sent, by what stands then.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, select, update
from sqlalchemy.orm import aliased

from pnpm.articles.models import VISIBLE, Article
from pnpm.comments import announcements
from pnpm.comments.models import Comment, Status
from pnpm.db import db, now
from pnpm.db.types import AnyRow
from pnpm.mail import outbox

from . import choices
from .choices import Mailed
from .opt_in import NEWS, Scope
from .tables import followed, subscribers, subscriptions

SHOWN = 20  # comments in one mail; how many more there are is said
# Between two mails of every comment under an article: what comes meanwhile is told in one, so that
# a flood of comments is no flood of mails. Answers are told at once.
FOLD = timedelta(minutes=10)


class News(NamedTuple):
    """What one mail says: to whom, of which comments, oldest first, and of how many more;
    `numbers` are those of all of them.
    """

    mailed: Mailed
    comments: Sequence[Comment]
    more: int
    numbers: list[int]


def spread(connection: Connection, numbers: Iterable[int]) -> None:
    """Put those of these comments that readers see into the mails of those who want to know of
    them, in the caller's transaction. What is for one address under one article is one mail for as
    long as that waits.
    """
    found = [*numbers]
    rows = connection.execute(_WANTED, {"numbers": found}).all()
    mails: dict[int, list[AnyRow]] = {}
    for row in rows:
        mails.setdefault(row.subscription, []).append(row)
    for number, wanted in mails.items():
        outbox.add_to(
            connection,
            NEWS,
            wanted[0].address,
            {"subscription": number},
            [row.id for row in wanted],
            key=f"{NEWS} {number}",
            due_at=_due_at(wanted[0]),
        )
    seen = connection.scalars(_SEEN, {"numbers": found})
    announcements.pass_over({*seen}.difference(row.id for row in rows))


def news(connection: Connection, number: int, numbers: Iterable[int]) -> News | None:
    """Return what a mail about the subscription of that number tells of these comments, as they
    stand now; None if nothing of it is left to tell.
    """
    query = _WANTED.where(subscriptions.c.id == number)
    wanted = [row.id for row in connection.execute(query, {"numbers": [*numbers]})]
    mailed = choices.mailed(connection, number)
    if mailed is None or not wanted:
        return None
    shown = select(Comment).where(Comment.id.in_(wanted[:SHOWN])).order_by(Comment.id)
    comments = db.session.scalars(shown.execution_options(populate_existing=True)).all()
    return News(mailed, comments, len(wanted) - len(comments), wanted)


def told(connection: Connection, number: int, comments: Iterable[int]) -> None:
    """Note, in the caller's transaction, that the owner of the subscription of that number was told
    of these comments.
    """
    query = update(subscriptions).where(subscriptions.c.id == number)
    connection.execute(query.values(told_at=now()))
    announcements.pass_over(comments)


def _due_at(row: AnyRow) -> datetime:
    moment = now()
    if row.scope != Scope.ALL.value or row.told_at is None or row.told_at > moment:
        return moment
    told_at: datetime = row.told_at
    return max(moment, told_at + FOLD)


_Parent = aliased(Comment)
_IN_SIGHT = (
    Comment.id.in_(bindparam("numbers", expanding=True)),
    Comment.status == Status.PUBLISHED,
    Comment.parent_id.is_(None)
    | exists().where(_Parent.id == Comment.parent_id, _Parent.status == Status.PUBLISHED),
    *VISIBLE,
)
_SEEN = select(Comment.id).join(Article, Article.id == Comment.article_id).where(*_IN_SIGHT)
_by = followed.alias()


def _has_asked_with(number: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(_by.c.subscription_id == subscriptions.c.id, _by.c.comment_id == number)


# Who wants to know of which comment: not its author, who asked with it or has the same address.
_WANTED = (
    select(
        Comment.id,
        subscriptions.c.id.label("subscription"),
        subscriptions.c.scope,
        subscriptions.c.told_at,
        subscribers.c.address,
    )
    .join(Article, Article.id == Comment.article_id)
    .join(subscriptions, subscriptions.c.article_id == Article.id)
    .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
    .where(
        *_IN_SIGHT,
        subscriptions.c.confirmed_at.is_not(None),
        (subscriptions.c.scope == Scope.ALL.value)
        | _has_asked_with(func.coalesce(Comment.reply_to_id, Comment.parent_id)),
        ~_has_asked_with(Comment.id.expression),
        func.lower(Comment.email) != func.lower(subscribers.c.address),
    )
    .order_by(Comment.id, subscriptions.c.id)
)
