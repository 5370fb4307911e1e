"""Login throttling: wrong attempts lead to longer and longer waits, but no stranger can lock
anybody out.

Each attempt is stored before the password is checked, so that many at once get no further than many
in a row. One has to wait only for one's own attempts: those of an address, of an address at one
account, or of a browser that signed in there before. What others try at the same account only
leaves an address that has failed there fewer free attempts and longer waits, so that guessing from
many addresses is slow, too. The right password at the first attempt is always accepted.
"""

from datetime import datetime, timedelta

from sqlalchemy import Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from pnpm.db import Model, db, now
from pnpm.signing import keyed_hash

from .models import User

WINDOW = timedelta(hours=1)
# Wrong attempts in WINDOW before one has to wait. Many people share one address, and the owner of a
# known browser mistypes.
FREE = {
    "pair": 5,
    "address": 30,
    "browser": 10,
    "code": 5,
    "session": 10,
    "setup": 10,
    # of links for a forgotten password: asked for from one address, and for one account
    "forgotten": 10,
    "reset": 3,
    "contact": 5,  # of links that confirm an account's address
}
# The kind that counts what all addresses try at one account. It makes nobody wait by itself.
ACCOUNT_WIDE = {"pair": "account", "code": "codes"}
# From so many of those in WINDOW on, an address has only these free attempts (there are just a
# million codes), and its waits begin at 2 ** (1 + STEEPER) seconds.
MANY = 30
FREE_OF_MANY = {"pair": 2, "code": 1}
STEEPER = 4
# kinds that count the attempts of many people together
SHARED = {"address", "setup", "forgotten", *ACCOUNT_WIDE.values()}
LONGEST_WAIT = 900  # seconds


class TooSoon(Exception):
    """The next attempt is accepted in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Attempt(Model):
    """An attempt to sign in, kept until one succeeds or WINDOW is over."""

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]

    __table_args__ = (Index(None, "subject", "created_at"),)


def subjects(key: str, **values: str) -> dict[str, str]:
    """Return what an attempt is counted under: a hash for each kind, of FREE or of the values of
    ACCOUNT_WIDE.

    `key` is the site's secret key; the hashes give nothing away.
    """
    return {kind: keyed_hash(key, "attempt", kind, value) for kind, value in values.items()}


def begin(subjects: dict[str, str]) -> int:
    """Store an attempt under each subject and return 0; or store none and return the seconds to
    wait.

    The caller commits before it checks the password, and also if it has to wait.
    """
    moment = now()
    db.session.execute(delete(Attempt).where(Attempt.created_at < moment - WINDOW))
    # Attempts in the future, from while the clock was ahead, would make one wait until then.
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
    """Forget the attempts under these subjects, as the right password was given.

    Of kinds in SHARED only the last attempt is forgotten: signing in to one's own account is not to
    give free attempts at another's.
    """
    for kind, subject in subjects.items():
        query = delete(Attempt).where(Attempt.subject == subject)
        if kind in SHARED:
            last = db.session.scalar(select(func.max(Attempt.id)).where(Attempt.subject == subject))
            query = query.where(Attempt.id == last)
        db.session.execute(query)


def forgive_all(key: str, user: User) -> None:
    """Forget what was tried at that account, whose password was changed. `key` is the site's secret
    key.

    The attempts of an address at the account are bound to the password (`slowdown`), so they are
    forgotten with it.
    """
    for subject in subjects(key, account=user.key, codes=str(user.id)).values():
        db.session.execute(delete(Attempt).where(Attempt.subject == subject))


def _tried(subject: str) -> tuple[int, datetime | None]:
    """Return how many attempts there were, and when the last one was."""
    query = select(func.count(), func.max(Attempt.created_at)).where(Attempt.subject == subject)
    count, last = db.session.execute(query).one()
    return count, last


def _wait(
    kind: str, count: int, last: datetime | None, moment: datetime, is_one_of_many: bool
) -> int:
    """Return the seconds to wait after `count` attempts: none while they are free, then 2, 4, 8 …
    up to LONGEST_WAIT.
    """
    free, steeper = FREE[kind], 0
    if is_one_of_many:
        free, steeper = FREE_OF_MANY[kind], STEEPER
    over = count - free
    if over < 0 or last is None:
        return 0
    doublings = over + 1 + steeper
    ready = last + timedelta(seconds=min(2 ** min(doublings, 20), LONGEST_WAIT))
    return max(0, round((ready - moment).total_seconds() + 0.5))
