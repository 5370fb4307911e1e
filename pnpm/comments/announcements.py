"""Who is told of a comment: the officers of one that waits, readers of one that is published.

That a comment is to be announced is written with its row, in the same transaction, and only where
there is somebody to tell. After the answer it becomes mail: what was taken back meanwhile does not.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, select, update

from pnpm.db import db, now, transaction
from pnpm.db.types import AnyRow

from .models import Announcement, Comment, Status

FLAGGED = "announcements"  # in a session's info: it has flagged a comment
BATCH = 500  # comments in a transaction

_C = Comment.__table__.c


def audience(article_id: Any) -> list[ColumnElement[bool]]:
    """Return the columns that tell whether anybody is to be told of a comment under that article,
    by the values of `Announcement`: part of a query that runs anyway.
    """
    return [_is_watched(each, article_id).label(each.value) for each in Announcement]


def has_audience(announcement: Announcement, article_id: int = 0) -> bool:
    """Return whether anybody is to be told, where no query runs that could say so."""
    return bool(db.session.connection().scalar(select(_is_watched(announcement, article_id))))


def _is_watched(announcement: Announcement, article_id: Any) -> ColumnElement[bool]:
    # neither of which a reader's page needs
    if announcement is Announcement.WAITING:
        from pnpm.accounts import notices

        return exists().where(notices.has_notices())
    from .subscriptions.tables import subscriptions

    return exists().where(
        subscriptions.c.article_id == article_id, subscriptions.c.confirmed_at.is_not(None)
    )


def announcement_of(status: Status) -> Announcement | None:
    """Return what a comment that has just got that status is announced as; None if it is not."""
    return _BY_STATUS.get(status)


def flag(numbers: Sequence[int], announcement: Announcement) -> None:
    """Have comments announced, in the caller's transaction of the session."""
    query = update(Comment).where(Comment.id.in_(numbers)).values(announce=announcement)
    db.session.execute(query, execution_options={"synchronize_session": False})
    db.session.info[FLAGGED] = True


def pass_over(numbers: Iterable[int]) -> None:
    """Note, in the caller's transaction of the session, that comments are no news any more: they
    were told, or published with nobody to tell. Who begins to follow later is not told of them when
    they are published again.
    """
    from .moderation import parts

    news = update(Comment).where(Comment.announced_at.is_(None)).values(announced_at=now())
    for part in parts(numbers):
        db.session.execute(
            news.where(Comment.id.in_(part)), execution_options={"synchronize_session": False}
        )


def was_flagged() -> bool:
    """Return whether the session has flagged a comment since this was last asked."""
    # most forms have no session by then, and one need not be made to ask it
    return db.session.registry.has() and bool(db.session.info.pop(FLAGGED, False))


def fan_out(zone: ZoneInfo) -> int:
    """Make mail of the comments that are to be announced, in transactions of its own; return how
    many comments that were. `zone` is the site's, in which a day begins.
    """
    told = 0
    while db.session.connection().scalar(_FLAGGED) is not None:
        with transaction():
            rows = db.session.connection().execute(_LOCKED).all()
            _clear(_C.id.in_([row.id for row in rows]))
            for tell in TELLERS:
                tell(rows, zone)
        told += len(rows)
    db.session.rollback()  # frees its connection: a process has only three
    return told


def drop() -> None:
    """Announce nothing of what was flagged: nobody can be told, as there is no mail."""
    with transaction():
        _clear()


def tell_officers(rows: Sequence[AnyRow], zone: ZoneInfo) -> None:
    """Add the comments that wait to the mail of each officer who wants it."""
    from pnpm.accounts import notices
    from pnpm.accounts.models import User
    from pnpm.audit.contact import NOTICE, keys_of
    from pnpm.mail import outbox

    numbers = [row.id for row in rows if row.announce is Announcement.WAITING]
    if not numbers:
        return
    connection, moment = db.session.connection(), now()
    query = select(User).where(notices.has_notices()).order_by(User.id)
    for user in db.session.scalars(query.execution_options(populate_existing=True)).all():
        due = notices.due_at(user, moment, zone)
        data, key = {"user": user.id}, keys_of(user)[0]
        outbox.add_to(connection, NOTICE, user.email, data, numbers, key=key, due_at=due)
        notices.told_at(user, due)


def tell_readers(rows: Sequence[AnyRow], zone: ZoneInfo) -> None:
    """Add the comments that were published to the mails of those who follow."""
    from .subscriptions.notices import spread

    numbers = [row.id for row in rows if row.announce is Announcement.PUBLISHED]
    if numbers:
        spread(db.session.connection(), numbers)


# Each is called with rows of flagged comments and the site's zone, in the transaction in which they
# are flagged no more.
TELLERS: list[Callable[[Sequence[AnyRow], ZoneInfo], None]] = [tell_officers, tell_readers]

_BY_STATUS = {Status.PENDING: Announcement.WAITING, Status.PUBLISHED: Announcement.PUBLISHED}
_FLAGGED = select(_C.id).where(_C.announce.is_not(None)).limit(1)
_LOCKED = (
    select(_C.id, _C.announce, _C.status, _C.article_id, _C.parent_id, _C.reply_to_id, _C.official)
    .where(_C.announce.is_not(None))
    .order_by(_C.id)
    .limit(BATCH)
    .with_for_update()
)


def _clear(*conditions: ColumnElement[bool]) -> None:
    query = update(Comment).where(_C.announce.is_not(None), *conditions).values(announce=None)
    db.session.execute(query, execution_options={"synchronize_session": False})
