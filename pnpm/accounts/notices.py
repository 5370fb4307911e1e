"""What an officer is mailed about comments that wait, and when."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, select

from pnpm.db import db

from .models import Notices, User

# Between two mails to an officer who wants each at once: what comes meanwhile is told in one, so
# that a flood of comments is no flood of mails.
FOLD = timedelta(minutes=10)
MORNING = time(7)  # when the digest of a day is due


def has_notices() -> ColumnElement[bool]:
    """Return the condition for accounts that are told of comments."""
    return and_(_wants_notices(), User.confirmed_at.is_not(None))


def are_wanted() -> bool:
    """Return whether any officer wants to be told, at an address that is confirmed or not."""
    return bool(db.session.scalar(select(exists().where(_wants_notices()))))


def due_at(user: User, moment: datetime, zone: ZoneInfo) -> datetime:
    """Return when that officer is to be told of what happened at that moment. `zone` is the
    site's.
    """
    if user.notices is Notices.HOURLY:
        return moment + timedelta(hours=1)
    if user.notices is Notices.DAILY:
        return _next_morning(moment, zone)
    return _folded(user.told_at, moment)


def told_at(user: User, moment: datetime) -> None:
    """Note when an officer, whose account the caller has locked, is told next, or was last."""
    user.told_at = moment


def _wants_notices() -> ColumnElement[bool]:
    return and_(User.notices != Notices.NONE, User.email != "")


def _folded(told_at: datetime | None, moment: datetime) -> datetime:
    """Return when to tell who was told then, or will be; a moment far from now is of a clock that
    was wrong.
    """
    if told_at is None or abs(told_at - moment) >= FOLD:
        return moment
    if told_at > moment:  # that mail waits
        return told_at
    return told_at + FOLD


def _next_morning(moment: datetime, zone: ZoneInfo) -> datetime:
    here = moment.astimezone(zone)
    day = here.date()
    if here.time() >= MORNING:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, zone)
