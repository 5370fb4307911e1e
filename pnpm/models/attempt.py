"""Attempts to sign in: wrong ones slow down, and nobody is ever locked out by a stranger.

Each attempt is written down before the password is looked at, so that many at once cannot be more than many in a row. From a
browser that signed in to the account before, only its own attempts count: whoever guesses elsewhere does not keep its owner out.
"""

from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from ..database import db, now
from ..signing import keyed_hash
from .user import User

WINDOW = timedelta(hours=1)
# Wrong ones in an hour before one has to wait: many people share one address, and a known browser's owner mistypes.
FREE = {"account": 5, "address": 30, "browser": 10, "code": 5, "session": 10, "setup": 10}
SHARED = {"address", "setup"}  # kinds under which many people's attempts count
LONGEST_WAIT = 900  # seconds


class TooSoon(Exception):
    """The next attempt is looked at in `seconds`."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


class Attempt(db.Model):
    """One attempt, until it succeeds or its hour is over."""

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]

    __table_args__ = (Index(None, "subject", "created_at"),)


def subjects(key: str, **values: str) -> dict[str, str]:
    """Under what an attempt counts: hashes that give nothing away, by their kind (of FREE). `key` is the site's."""
    return {kind: keyed_hash(key, "attempt", kind, value) for kind, value in values.items()}


def begin(subjects: dict[str, str]) -> None:
    """Write an attempt down under each subject. TooSoon if one of them has to wait.

    The caller commits before it looks at what was given.
    """
    moment = now()
    db.session.execute(delete(Attempt).where(Attempt.created_at < moment - WINDOW))
    for kind, subject in subjects.items():
        query = select(func.count(), func.max(Attempt.created_at)).where(Attempt.subject == subject)
        count, last = db.session.execute(query).one()
        if count >= FREE[kind] and (wait := _wait(count - FREE[kind], last, moment)) > 0:
            raise TooSoon(wait)
    db.session.add_all(Attempt(subject=subject, created_at=moment) for subject in subjects.values())


def forgive(subjects: dict[str, str]) -> None:
    """Forget the attempts under these: the right password was given.

    Where many people's count, only the last one: who has an account is not to clear the way for guessing another's.
    """
    for kind, subject in subjects.items():
        query = delete(Attempt).where(Attempt.subject == subject)
        last = db.session.scalar(select(func.max(Attempt.id)).where(Attempt.subject == subject)) if kind in SHARED else None
        db.session.execute(query.where(Attempt.id == last) if kind in SHARED else query)


def forgive_all(key: str, user: User) -> None:
    """Forget what strangers tried at that account, which has another password now. `key` is the site's."""
    forgive(subjects(key, account=user.key, code=str(user.id)))


def _wait(over, last, moment):
    """Seconds: twice as long after each, from two."""
    ready = last + timedelta(seconds=min(2 ** min(over + 1, 20), LONGEST_WAIT))
    return round((ready - moment).total_seconds() + 0.5)
