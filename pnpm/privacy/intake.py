"""Taking a person's request, and confirming that they are that person.

Whether the site holds anything about them is not even looked up here: no answer can tell it, nor
whether an address has asked. Nobody can have more than a few mails sent to an address, or the
office flooded.
"""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from pnpm import client_address
from pnpm.accounts import Role, notices
from pnpm.accounts.models import User
from pnpm.audit.models import AuditAction, ChangeSet, digest
from pnpm.comments.subscriptions import mailboxes
from pnpm.config import Config
from pnpm.db import db, now
from pnpm.db.types import AnyRow
from pnpm.mail import links, outbox
from pnpm.signing import address_hash

from .models import KEPT_DAYS, UNCONFIRMED_DAYS, DataRequest, Kind, Stage, attempts

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
# Limits of what is sent, whatever becomes of it.
MOST_FROM_NETWORK = 5  # an hour: many people share one mobile operator's address
MOST_FROM_WIDER = 20  # a day: of IPv6 one customer may have a /48 (RFC 6177)
# a day, with an address and as many without: more no office can answer, and cheap hosts stop mail
MOST_IN_ALL = 100
MOST_TO_MAILBOX = 5  # mails a day, in whatever spelling

_TABLE = DataRequest.__table__
_C, _A = _TABLE.c, attempts.c


class Flooded(Exception):
    """So many requests came that no more are taken now."""


class Invalid(Exception):
    """A link is none of ours, was used, or its time is over."""


class Asked(NamedTuple):
    """What a person asks for. `email` is normalized, or empty; `comment_id` is the comment whose
    link they have, if any, and `is_author` whether that is the one that only its author has.
    """

    kind: Kind
    name: str
    email: str
    words: str
    comment_id: int | None
    is_author: bool


def ask(connection: Connection, asked: Asked, network: str, config: Config) -> int | None:
    """Take a request that came from the network address `network`, in the caller's
    `transaction()`; return its number, or None if that is not to be told: by mail it goes on.

    With an address, and where mail is set up, the link to confirm it is mailed, once a day: what is
    asked by the same address before it is confirmed replaces what was. Else an officer confirms
    it. Raises Flooded.
    """
    moment = now()
    is_mailed = bool(asked.email) and config.mail_url is not None
    sources = _Sources.of(config.secret_key, network, moment)
    _refuse_flood(connection, sources, bool(asked.email), moment)
    mailbox = mailboxes.hashed(config.secret_key, asked.email) if is_mailed else ""
    waiting = _unconfirmed(connection, asked.email) if is_mailed else None
    is_due = waiting is None or waiting.created_at <= moment - DAY
    is_sent = is_mailed and is_due and not _is_full(connection, mailbox, moment)
    _note(connection, sources, mailbox if is_sent else "", bool(asked.email), moment)
    if is_mailed and not is_sent:
        if waiting:
            _replace(connection, waiting.id, asked._asdict())
        _mail_nobody(connection)
        return None
    values = {
        **asked._asdict(),
        "stage": Stage.UNCONFIRMED,
        "is_mailed": is_mailed,
        "created_at": moment,
        "confirmed_by": "",
        "answer": "",
        "is_shared": False,
    }
    if waiting:  # from an earlier day: its link is renewed
        _replace(connection, waiting.id, values)
    number = waiting.id if waiting else _inserted(connection, values)
    if is_mailed:
        outbox.add(connection, CONFIRMATION, asked.email, {"request": number})
        return None
    ChangeSet(PERSON).record(AuditAction.ASKED, SUBJECT, [(number, {}, {"kind": asked.kind.value})])
    tell_admins(connection, number, is_confirmed=False)
    return number


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
    said = [request.kind.value, request.name, request.words, request.comment_id, request.is_author]
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
    connection.execute(delete(attempts).where(_A.asked_at < moment - DAY))
    for row in connection.execute(select(_C.id, _C.email).where(is_old)).all():
        if row.email:
            outbox.forget(connection, row.email, MAILED)
        connection.execute(delete(_TABLE).where(_C.id == row.id))


def blank(connection: Connection, numbers: list[int]) -> None:
    """Forget who asked and what was said, of these requests, in the caller's transaction."""
    empty = {"name": "", "email": "", "words": "", "answer": "", "comment_id": None}
    values = {**empty, "is_author": False, "chosen": None, "is_shared": False}
    connection.execute(update(_TABLE).where(_C.id.in_(numbers)).values(values))


class _Sources(NamedTuple):
    """Keyed hashes of the network that asked, and of the wider one that it is in; each as of now,
    and as it was a day ago, which is another one at the beginning of a month.
    """

    network: list[str]
    wider: list[str]

    @staticmethod
    def of(key: str, network: str, moment: datetime) -> "_Sources":
        parsed, wider = client_address.parse(network), network
        if parsed and parsed.version == 6:
            wider = str(IPv6Address(int(parsed) >> 80 << 80))
        moments = moment, moment - DAY
        return _Sources(
            *([address_hash(key, each, when) for when in moments] for each in (network, wider))
        )


def _refuse_flood(
    connection: Connection, sources: _Sources, has_address: bool, moment: datetime
) -> None:
    of_network, of_wider = _A.network.in_(sources.network), _A.wider.in_(sources.wider)
    if (
        _count(connection, of_network, moment - HOUR) >= MOST_FROM_NETWORK
        or _count(connection, of_wider, moment - DAY) >= MOST_FROM_WIDER
        or _count(connection, _A.has_address.is_(has_address), moment - DAY) >= MOST_IN_ALL
    ):
        raise Flooded


def _is_full(connection: Connection, mailbox: str, moment: datetime) -> bool:
    """Return whether that mailbox was sent as many mails as it may get a day."""
    return _count(connection, _A.mailbox == mailbox, moment - DAY) >= MOST_TO_MAILBOX


def _count(connection: Connection, which: ColumnElement[bool], since: datetime) -> int:
    query = select(func.count()).select_from(attempts).where(which, _A.asked_at > since)
    return connection.scalar(query) or 0


def _note(
    connection: Connection, sources: _Sources, mailbox: str, has_address: bool, moment: datetime
) -> None:
    values = {
        "network": sources.network[0],
        "wider": sources.wider[0],
        "mailbox": mailbox,
        "has_address": has_address,
        "asked_at": moment,
    }
    connection.execute(insert(attempts), values)


def _unconfirmed(connection: Connection, email: str) -> AnyRow | None:
    """Return the request of that very address whose link was mailed, and not followed yet."""
    query = select(_C.id, _C.created_at).where(
        _C.stage == Stage.UNCONFIRMED, _C.is_mailed.is_(True), _C.email == email
    )
    return connection.execute(query.order_by(_C.id).limit(1)).first()


def _replace(connection: Connection, number: int, values: dict[str, object]) -> None:
    """Change what is asked for; the page that the link opens shows it."""
    connection.execute(update(_TABLE).where(_C.id == number).values(values))


def _mail_nobody(connection: Connection) -> None:
    """Have as much done after the answer as where a mail is sent, so that its time tells nothing
    either.
    """
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
