"""The outbox: what is to be mailed is written in the transaction of what causes it, and sent later,
by whatever process claims it first.

A mail that was sent is a row less. A process that dies between sending and noting it leaves a claim
that runs out, and the mail is sent once more: it may come twice, and is never lost.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from pnpm.db import connected, db, immediate, now, retrying
from pnpm.db.types import AnyRow

from .models import ERROR_LENGTH, OutgoingMail

# How long a process has for one mail before another may send it: longer than everything that it
# does for it, looking up the server's name included.
CLAIM = timedelta(minutes=5)
# after the first try, the second …; from then on the last
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
LONGEST = timedelta(days=5)  # from the first try (RFC 5321, 4.5.4.1: at least 4 to 5 days)
CANDIDATES = 20  # rows that a process looks at to find one that no other has claimed
MOST_NUMBERS = 5000  # that one mail tells of: as many as the office moves at once
MOST_ATTEMPTS = 100  # more than LONGEST has: whoever began so often never came to an end
TRIES = 5  # to note that a mail was sent: else it would be sent again

_TABLE = OutgoingMail.__table__
_COLUMNS = _TABLE.c


class Counted(NamedTuple):
    """How many mails wait, and how many could not be sent."""

    waiting: int
    failed: int


def add(
    connection: Connection,
    kind: str,
    recipient: str,
    data: dict[str, Any],
    *,
    key: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Add a mail in the caller's transaction, to be sent at `due_at` (None: now). `data` is what
    the writer of its kind needs, as JSON.

    Does nothing if a mail with the same key is not sent yet: what causes many is told in one.
    """
    moment = now()
    values = {
        "kind": kind,
        "recipient": recipient,
        "data": data,
        "key": key,
        "created_at": moment,
        "due_at": due_at or moment,
        "attempts": 0,
        "error": "",
    }
    connection.execute(_inserted(connection.dialect.name), values)


def add_to(
    connection: Connection,
    kind: str,
    recipient: str,
    data: dict[str, Any],
    numbers: Sequence[int],
    *,
    key: str,
    due_at: datetime,
) -> None:
    """Add a mail that tells of all of these numbers, in the caller's transaction: to those of the
    mail with the same key, if that waits. They are the `numbers` in its data, the newest
    MOST_NUMBERS.

    If two of that key are being sent already, a third is added.
    """
    for each in (key, f"{key}+"):
        add(connection, kind, recipient, data | {"numbers": []}, key=each, due_at=due_at)
        query = select(_COLUMNS.id, _COLUMNS.data).where(_COLUMNS.key == each, _is_free(now()))
        row = connection.execute(query.with_for_update()).first()
        if row is not None:
            told = [*dict.fromkeys([*row.data["numbers"], *numbers])][-MOST_NUMBERS:]
            values = {"data": row.data | {"numbers": told}}
            connection.execute(update(_TABLE).where(_COLUMNS.id == row.id).values(values))
            return
        # that one is being sent this moment: so this is news
    add(connection, kind, recipient, data | {"numbers": [*numbers]}, due_at=due_at)


def readdress(keys: Sequence[str], recipient: str) -> None:
    """Send the mails with these keys that wait to another address, in the caller's transaction of
    the session.
    """
    query = update(_TABLE).where(_COLUMNS.key.in_(keys)).values(recipient=recipient)
    db.session.connection().execute(query)


def claim() -> OutgoingMail | None:
    """Return a mail that is due, for this process alone until CLAIM is over; None if there is
    none.
    """
    for number in _candidates():
        if found := retrying(partial(_claimed, number)):
            return found
    return None


def sent(mail: OutgoingMail) -> None:
    """Note that a mail was sent, or that there is nothing to say any more: it is removed."""
    query = delete(_TABLE).where(_COLUMNS.id == mail.id, _COLUMNS.claim == mail.claim)
    for _try in range(TRIES - 1):
        try:
            return _do(query)
        except OperationalError:  # whoever holds the database must not have this mail come twice
            continue
    return _do(query)


def postpone(mail: OutgoingMail, error: str) -> datetime | None:
    """Note that a mail could not be sent, and return when it will be tried again: after growing
    pauses. After LONGEST it is kept as failed, and None is returned.
    """
    moment = now()
    due_at = moment + pause_after(mail.attempts)
    if due_at - (mail.tried_at or moment) > LONGEST:
        fail(mail, error)
        return None
    values = {"claim": None, "claimed_until": None, "due_at": due_at, "error": error[:ERROR_LENGTH]}
    _do(_own(mail).values(values))
    return due_at


def fail(mail: OutgoingMail, error: str) -> None:
    """Keep a mail as one that cannot be sent, until the office tries it again or discards it."""
    values = {
        "claim": None,
        "claimed_until": None,
        "failed_at": now(),
        "key": None,  # what happens from now on is another mail
        "error": error[:ERROR_LENGTH],
    }
    _do(_own(mail).values(values))


def hold_until(moment: datetime) -> None:
    """Put off what would be due before then, since the server does not answer: each would only have
    the next process wait for it.
    """
    query = update(_TABLE).where(_is_due(now()), _COLUMNS.due_at < moment)
    _do(query.values(due_at=moment))


def pause_after(attempts: int) -> timedelta:
    """Return the pause after so many tries, from 1 on."""
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]


def counted() -> Counted:
    """Return how many mails wait and how many failed."""
    is_failed = _COLUMNS.failed_at.is_not(None)
    found = db.session.execute(select(is_failed, func.count()).group_by(is_failed)).all()
    counts = {bool(failed): count for failed, count in found}
    return Counted(counts.get(False, 0), counts.get(True, 0))


def waiting() -> Select[OutgoingMail]:
    """Return the query of the mails that wait, the next one first."""
    query = select(OutgoingMail).where(OutgoingMail.failed_at.is_(None))
    return query.order_by(OutgoingMail.due_at, OutgoingMail.id)


def failed() -> Select[OutgoingMail]:
    """Return the query of the mails that could not be sent, the newest first."""
    query = select(OutgoingMail).where(OutgoingMail.failed_at.is_not(None))
    return query.order_by(OutgoingMail.failed_at.desc(), OutgoingMail.id.desc())


def again(numbers: Sequence[int]) -> int:
    """Try failed mails again, as if for the first time, in the caller's transaction of the session;
    return how many.
    """
    query = update(_TABLE).where(_COLUMNS.id.in_(numbers), _COLUMNS.failed_at.is_not(None))
    values = {"failed_at": None, "due_at": now(), "attempts": 0, "tried_at": None, "error": ""}
    return db.session.connection().execute(query.values(values)).rowcount


def discard(numbers: Sequence[int]) -> int:
    """Throw away mails that wait or failed, but those that are being sent, in the caller's
    transaction of the session; return how many.
    """
    query = delete(_TABLE).where(_COLUMNS.id.in_(numbers), _is_free(now()))
    return db.session.connection().execute(query).rowcount


def forget(connection: Connection, recipient: str, kinds: Sequence[str]) -> None:
    """Throw away mails of these kinds to that address, waiting or failed, in the caller's
    transaction; one that is being sent comes.
    """
    query = delete(_TABLE).where(_COLUMNS.recipient == recipient, _COLUMNS.kind.in_(kinds))
    connection.execute(query.where(_is_free(now())))


def _is_free(moment: datetime) -> Any:
    return or_(_COLUMNS.claim.is_(None), _COLUMNS.claimed_until < moment)


def _is_due(moment: datetime) -> Any:
    return and_(_COLUMNS.failed_at.is_(None), _COLUMNS.due_at <= moment, _is_free(moment))


def _candidates() -> list[int]:
    query = select(_COLUMNS.id).where(_is_due(now())).order_by(_COLUMNS.due_at, _COLUMNS.id)
    with connected() as connection:
        return list(connection.scalars(query.limit(CANDIDATES)))


def _claimed(number: int) -> OutgoingMail | None:
    """Claim a mail, and return it as it was before; None if another process did."""
    moment, token = now(), secrets.token_hex(16)
    free = select(_TABLE).where(_COLUMNS.id == number, _is_due(moment)).with_for_update()
    with connected() as connection, immediate(connection):
        row = connection.execute(free).first()
        if row is None:
            return None
        values = {
            "claim": token,
            "claimed_until": moment + CLAIM,
            "attempts": row.attempts + 1,
            "tried_at": row.tried_at or moment,
        }
        connection.execute(update(_TABLE).where(_COLUMNS.id == number).values(values))
        return OutgoingMail(**_mapping(row) | values)


def _mapping(row: AnyRow) -> dict[str, Any]:
    return dict(row._mapping)


def _own(mail: OutgoingMail) -> Any:
    """Return the change of a mail that is still this process's."""
    return update(_TABLE).where(_COLUMNS.id == mail.id, _COLUMNS.claim == mail.claim)


def _do(query: Any) -> None:
    def done() -> None:
        with connected() as connection, immediate(connection):
            connection.execute(query)

    retrying(done)


def _inserted(dialect: str) -> Any:
    """Return the statement that inserts a row, unless its key is taken."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(_TABLE).on_conflict_do_nothing(index_elements=[_COLUMNS.key])
    word = "OR IGNORE" if dialect == "sqlite" else "IGNORE"
    return insert(_TABLE).prefix_with(word)
