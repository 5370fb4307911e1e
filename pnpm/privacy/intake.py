"""Taking a person's request, and confirming that they are that person.

Whether the site holds anything about them is not even looked up here: no answer can tell it. Nobody
can have more than a mail sent to an address, or the office flooded.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from pnpm.accounts import notices
from pnpm.accounts.models import Role, User
from pnpm.audit.models import AuditAction, ChangeSet, digest
from pnpm.comments.subscriptions import mailboxes
from pnpm.config import Config
from pnpm.db import db, now
from pnpm.mail import links, outbox
from pnpm.signing import address_hash

from .models import KEPT_DAYS, UNCONFIRMED_DAYS, DataRequest, Kind, Stage

CONFIRMATION = "data_confirmation"  # kinds of mail
NOTICE = "data_notice"
ANSWER = "data_answer"
MAILED = (CONFIRMATION, ANSWER)  # to a person
NOBODY = "data nobody"  # the key of a mail with nothing to say
PERSON = "-"  # how the log names who is nobody with an account
SUBJECT = "request"  # and what it calls a request
PURPOSE = "data request"  # of the signature of a link
UNCONFIRMED_FOR = timedelta(days=UNCONFIRMED_DAYS)
KEPT_FOR = timedelta(days=KEPT_DAYS)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_FROM_NETWORK = 5  # an hour: many people share one mobile operator's address
MOST_IN_ALL = 100  # a day: more no office can answer, and cheap hosts stop their mail

_TABLE = DataRequest.__table__
_C = _TABLE.c


class Flooded(Exception):
    """So many requests came that no more are taken now."""


class Invalid(Exception):
    """A link is none of ours, was used, or its time is over."""


class Asked(NamedTuple):
    """What a person asks for. `email` is normalized, or empty; `comment_id` is the comment whose
    private link they have, if any.
    """

    kind: Kind
    name: str
    email: str
    words: str
    comment_id: int | None


def ask(connection: Connection, asked: Asked, network: str, config: Config) -> int | None:
    """Take a request that came from the network address `network`, in the caller's
    `transaction()`; return its number, or None if that is not to be told: by mail it goes on.

    With an address, and where mail is set up, the link to confirm it is mailed, once while a
    request of the same mailbox is under way: what is asked before that is confirmed replaces what
    was. Else an officer confirms it. Raises Flooded.
    """
    moment = now()
    hashes = [address_hash(config.secret_key, network, day) for day in (moment, moment - HOUR)]
    _refuse_flood(connection, hashes, moment)
    is_mailed = bool(asked.email) and config.mail_url is not None
    mailbox = mailboxes.hashed(config.secret_key, asked.email) if asked.email else ""
    if mailbox and _is_under_way(connection, mailbox, asked):
        _mail_nobody(connection, is_mailed)
        return None
    values = {
        **asked._asdict(),
        "stage": Stage.UNCONFIRMED,
        "mailbox": mailbox,
        "network": hashes[0],
        "is_mailed": is_mailed,
        "created_at": moment,
        "confirmed_by": "",
        "answer": "",
        "is_shared": False,
    }
    number = _inserted(connection, values)
    if is_mailed:
        outbox.add(connection, CONFIRMATION, asked.email, {"request": number})
        return None
    ChangeSet(PERSON).record(AuditAction.ASKED, SUBJECT, [(number, {}, {"kind": asked.kind.value})])
    tell_admins(connection, number, is_confirmed=False)
    return None if asked.email else number


def token(key: str, request: DataRequest) -> str:
    """Return the token of the link that confirms a request."""
    until = request.created_at + UNCONFIRMED_FOR
    return links.token(key, PURPOSE, [str(request.id)], until, _proof(request))


def of_token(key: str, token: str) -> DataRequest:
    """Return the request that a link confirms, locked until the end of the transaction. Raises
    Invalid.
    """
    values = links.values_of(token, 1)
    if values is None or not (values[0].isdigit() and len(values[0]) < 10):
        raise Invalid
    found = held(int(values[0]))
    if found is None or not links.is_good(key, PURPOSE, token, _proof(found)):
        raise Invalid
    return found


def held(number: int) -> DataRequest | None:
    """Lock the request of that number until the commit and return it as it is now, or None."""
    return db.session.get(DataRequest, number, populate_existing=True, with_for_update=True)


def confirm(request: DataRequest, who: str = "") -> bool:
    """Note that the person is who they say, in the caller's transaction: by the mailed link, or an
    officer (`who`) is sure of it. Return False if that was noted before.
    """
    if request.is_confirmed or request.stage is not Stage.UNCONFIRMED:
        return False
    request.stage, request.confirmed_at, request.confirmed_by = Stage.OPEN, now(), who
    db.session.flush()
    change_set = ChangeSet(who or PERSON, by_mail=not who)
    change_set.record(
        AuditAction.CONFIRMED, SUBJECT, [(request.id, {}, {"kind": request.kind.value})]
    )
    if not who:
        tell_admins(db.session.connection(), request.id, is_confirmed=True)
    return True


def seen_of(request: DataRequest) -> str:
    """Return a hash of what a request asks for: by it, who confirms one shows what they saw."""
    said = [request.kind.value, request.name, request.words, request.comment_id]
    return digest(json.dumps(said))[:32]


def withdraw(request: DataRequest) -> None:
    """Forget a request that its person has not confirmed and does not want, in the caller's
    transaction.
    """
    db.session.delete(request)


def tell_admins(connection: Connection, number: int, is_confirmed: bool) -> None:
    """Have a mail tell the admins of a request, those who want to be told of anything. Of those
    that nobody has confirmed, which anybody can send, they are told once an hour.
    """
    query = select(User.id, User.email).where(User.role == Role.ADMIN, notices.has_notices())
    for user, address in connection.execute(query.order_by(User.id)).all():
        data, moment = {"request": number, "user": user}, now()
        key, due_at = (None, moment) if is_confirmed else (f"{NOTICE} {user}", moment + HOUR)
        outbox.add(connection, NOTICE, address, data, key=key, due_at=due_at)


def forget_old(connection: Connection) -> None:
    """Forget, in the caller's transaction, requests that were not confirmed, and those that were
    answered long enough ago, with the mails to who asked; the log still has that there was one.
    """
    moment = now()
    is_unconfirmed = _C.stage == Stage.UNCONFIRMED
    is_old = (
        is_unconfirmed & _C.is_mailed.is_(True) & (_C.created_at < moment - UNCONFIRMED_FOR)
        | is_unconfirmed & (_C.created_at < moment - KEPT_FOR)
        | (_C.answered_at < moment - KEPT_FOR)
    )
    for row in connection.execute(select(_C.id, _C.email).where(is_old)).all():
        if row.email:
            outbox.forget(connection, row.email, MAILED)
        connection.execute(delete(_TABLE).where(_C.id == row.id))


def blank(connection: Connection, numbers: list[int]) -> None:
    """Forget who asked and what was said, of these requests, in the caller's transaction."""
    empty = {"name": "", "email": "", "words": "", "answer": "", "mailbox": "", "network": ""}
    values = {**empty, "comment_id": None, "chosen": None, "is_shared": False}
    connection.execute(update(_TABLE).where(_C.id.in_(numbers)).values(values))


def _refuse_flood(connection: Connection, hashes: list[str], moment: datetime) -> None:
    from_network = _count(connection, _C.network.in_(hashes), moment - HOUR)
    in_all = _count(connection, _C.id > 0, moment - DAY)
    if from_network >= MOST_FROM_NETWORK or in_all >= MOST_IN_ALL:
        raise Flooded


def _count(connection: Connection, which: ColumnElement[bool], since: datetime) -> int:
    query = select(func.count()).select_from(_TABLE).where(which, _C.created_at > since)
    return connection.scalar(query) or 0


def _is_under_way(connection: Connection, mailbox: str, asked: Asked) -> bool:
    """Return whether a request of the mailbox is under way. One whose link was mailed there, and
    not followed yet, is for what is asked now: the page that the link opens shows it.
    """
    stages = Stage.UNCONFIRMED, Stage.OPEN
    query = select(_C.id, _C.stage, _C.is_mailed, _C.email).where(
        _C.mailbox == mailbox, _C.stage.in_(stages)
    )
    row = connection.execute(query.limit(1)).first()
    if row is None:
        return False
    if row.stage is Stage.UNCONFIRMED and row.is_mailed and row.email == asked.email:
        change = update(_TABLE).where(_C.id == row.id)
        connection.execute(change.values(**asked._asdict()))
    return True


def _mail_nobody(connection: Connection, is_mailed: bool) -> None:
    """Have as much done after the answer as where a mail is sent, so that its time tells nothing
    either.
    """
    if is_mailed:
        outbox.add(connection, CONFIRMATION, "", {"request": 0}, key=NOBODY)


def _inserted(connection: Connection, values: dict[str, object]) -> int:
    key = connection.execute(insert(_TABLE), values).inserted_primary_key
    if key is None:  # never, for a single row
        raise LookupError("data_request")
    number: int = key[0]
    return number


def _proof(request: DataRequest) -> str:
    """Return what must not have changed: the address, and that it is the same request."""
    return f"{request.created_at.astimezone(UTC).isoformat()} {request.email}"
