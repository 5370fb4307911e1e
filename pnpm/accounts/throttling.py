"""Attempts to sign in: wrong ones slow down, and nobody is ever locked out by a stranger.

Each attempt is written down before the password is looked at, so that many at once cannot be more
than many in a row. Only one's own attempts make one wait: those of an address, of an address at one
account, or of a browser that signed in there before. What others try at the same account never
does. It only leaves an address that has failed there fewer free attempts and longer waits, so that
guessing from many addresses is slow, too; the right password at the first attempt is always let in.
"""

from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import Model, db, now
from pnpm.signing import keyed_hash

from .models import User

WINDOW = timedelta(hours=1)
# Wrong ones in an hour before one has to wait: many people share one address, and a known browser's
# owner mistypes.
FREE = {"pair": 5, "address": 30, "browser": 10, "code": 5, "session": 10, "setup": 10}
# What strangers try together at one account. It makes nobody wait, but from so many in an hour on …
ACCOUNT_WIDE = {"pair": "account", "code": "codes"}
MANY = 30
# … so few are free from an address that the account does not know (of codes there are only a
# million), and waits begin here.
FREE_OF_MANY = {"pair": 2, "code": 1}
STEEPER = 4  # doublings: 32 seconds
# kinds under which many people's attempts count
SHARED = {"address", "setup", *ACCOUNT_WIDE.values()}
LONGEST_WAIT = 900  # seconds


class TooSoon(Exception):
    """The next attempt is looked at in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Attempt(Model):
    """One attempt, until it succeeds or its hour is over."""

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]

    __table_args__ = (Index(None, "subject", "created_at"),)


def subjects(key: str, **values: str) -> dict[str, str]:
    """Under what an attempt counts: hashes that give nothing away, by their kind: of FREE, or the
    values of ACCOUNT_WIDE.

    `key` is the site's.
    """
    return {kind: keyed_hash(key, "attempt", kind, value) for kind, value in values.items()}


def begin(subjects: dict[str, str]) -> int:
    """Write an attempt down under each subject; or not, and give the seconds that one has to wait.

    The caller commits before it looks at what was given, and also when it does not.
    """
    moment = now()
    db.session.execute(delete(Attempt).where(Attempt.created_at < moment - WINDOW))
    # Written while the clock was ahead: they count from now on, or one would wait until that time
    # has come.
    db.session.execute(update(Attempt).where(Attempt.created_at > moment).values(created_at=moment))
    tried = {kind: _tried(subject) for kind, subject in subjects.items()}
    waits = [0]
    for kind in FREE.keys() & tried.keys():
        around, _last = tried.get(ACCOUNT_WIDE.get(kind, ""), (0, None))
        waits.append(_wait(kind, *tried[kind], moment, is_one_of_many=around >= MANY))
    if max(waits) == 0:
        db.session.add_all(
            Attempt(subject=subject, created_at=moment) for subject in subjects.values()
        )
    return max(waits)


def forgive(subjects: dict[str, str]) -> None:
    """Forget the attempts under these: the right password was given.

    Where many people's count, only the last one: who has an account is not to clear the way for
    guessing another's.
    """
    for kind, subject in subjects.items():
        query = delete(Attempt).where(Attempt.subject == subject)
        if kind in SHARED:
            last = db.session.scalar(select(func.max(Attempt.id)).where(Attempt.subject == subject))
        else:
            last = None
        db.session.execute(query.where(Attempt.id == last) if kind in SHARED else query)


def forgive_all(key: str, user: User) -> None:
    """Forget what was tried at that account, which has another password now. `key` is the site's.

    What an address tried there is bound to the password (`slowdown`), and so forgotten with it.
    """
    for subject in subjects(key, account=user.key, codes=str(user.id)).values():
        db.session.execute(delete(Attempt).where(Attempt.subject == subject))


def _tried(subject: str) -> tuple[int, datetime | None]:
    """How many attempts there were, and when the last one was."""
    query = select(func.count(), func.max(Attempt.created_at)).where(Attempt.subject == subject)
    count, last = db.session.execute(query).one()
    return count, last


def _wait(
    kind: str, count: int, last: datetime | None, moment: datetime, is_one_of_many: bool
) -> int:
    """Seconds: twice as long after each, from two."""
    over = count - (FREE_OF_MANY[kind] if is_one_of_many else FREE[kind])
    if over < 0 or last is None:
        return 0
    doublings = over + 1 + (STEEPER if is_one_of_many else 0)
    ready = last + timedelta(seconds=min(2 ** min(doublings, 20), LONGEST_WAIT))
    return max(0, round((ready - moment).total_seconds() + 0.5))
