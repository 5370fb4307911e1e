"""Asking to be told of comments: nothing is told before the owner of the address has confirmed it,
and nobody can have more than a few mails sent to somebody else.

Everything is done in the caller's `transaction()`, in which one comes after another on every
engine; the mails go through the outbox, in the same one.
"""

import enum
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    update,
)

from pnpm.config import Config
from pnpm.db import now
from pnpm.db.types import AnyRow
from pnpm.mail import outbox
from pnpm.signing import address_hash

from . import mailboxes
from .tables import UNCONFIRMED_DAYS, followed, requests, subscribers, subscriptions

CONFIRMATION = "subscription_confirmation"  # kinds of mail
LINK = "subscription_link"
NEWS = "subscription_news"
NOBODY = "subscription nobody"  # the key of a mail with nothing to say
UNCONFIRMED_FOR = timedelta(days=UNCONFIRMED_DAYS)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# What typing an address here may cause. To one mailbox, whoever asks: who wants more follows from
# the page that the mails lead to.
MOST_TO_MAILBOX = 5  # a day
MOST_FROM_NETWORK = 10  # an hour: many people share one mobile operator's address
MOST_IN_ALL = 300  # a day: cheap hosts stop the mail of a site that sends thousands


class Scope(enum.Enum):
    """What is told of an article."""

    REPLIES = "replies"  # answers to one's own comments
    ALL = "all"  # every comment


def ask(
    connection: Connection,
    article_id: int,
    address: str,
    scope: Scope,
    network: str,
    config: Config,
    comment_id: int | None = None,
) -> None:
    """Ask for an address, which is normalized, to be told of comments under an article; `network`
    is the network address that asks, `comment_id` the comment with which it does.

    A confirmation is mailed once for an address and an article, and within the limits; what is
    asked for once more before that is confirmed replaces what was. What is confirmed is not changed
    from here but for the comment, answers to which are told, too: only the owner of the address
    has it told more. Nothing is returned, since whoever asks may not learn whether it is known.
    """
    moment = now()
    _forget_unconfirmed(connection, moment)
    found = _subscription(connection, article_id, address)
    if found is None:
        asked = _Asked(connection, config, address, network, article_id, moment)
        if not asked.is_allowed():
            return _mail_nobody(connection)
        number = _add(connection, article_id, address, scope, moment)
        asked.note()
        outbox.add(connection, CONFIRMATION, address, {"subscription": number})
    else:
        number = found.id
        _mail_nobody(connection)
        if found.confirmed_at is None:
            change = update(subscriptions).where(subscriptions.c.id == number)
            connection.execute(change.values(scope=scope.value))
    if comment_id is not None:
        _follow(connection, number, comment_id)
    return None


def ask_for_link(connection: Connection, address: str, network: str, config: Config) -> None:
    """Mail the owner of a normalized address the link to all that it follows, within the limits; do
    nothing if it follows nothing. Nothing is returned, for the same reason.
    """
    number = connection.scalar(select(subscribers.c.id).where(subscribers.c.address == address))
    asked = _Asked(connection, config, address, network, None, now())
    if number is not None and asked.is_allowed():
        asked.note()
        outbox.add(connection, LINK, address, {"subscriber": number})
    else:
        _mail_nobody(connection)


def forget_old(connection: Connection) -> None:
    """Forget what was not confirmed for UNCONFIRMED_FOR, who follows nothing, and who asked."""
    moment = now()
    _forget_unconfirmed(connection, moment)
    forget_idle(connection)
    connection.execute(delete(requests).where(requests.c.asked_at < moment - UNCONFIRMED_FOR))


def forget_idle(connection: Connection) -> None:
    """Forget the addresses that follow nothing, in the caller's transaction, and the mails to them
    that wait or could not be sent.
    """
    follows = exists().where(subscriptions.c.subscriber_id == subscribers.c.id)
    idle = select(subscribers.c.id, subscribers.c.address).where(~follows)
    for row in connection.execute(idle).all():
        outbox.forget(connection, row.address, (CONFIRMATION, LINK, NEWS))
        connection.execute(delete(subscribers).where(subscribers.c.id == row.id))


def forget_request(connection: Connection, address: str, article_id: int, config: Config) -> None:
    """Forget that this address was mailed a confirmation, since its owner has confirmed: it may be
    asked for again once it is stopped.
    """
    mailbox = mailboxes.hashed(config.secret_key, address)
    connection.execute(
        delete(requests).where(requests.c.mailbox == mailbox, requests.c.article_id == article_id)
    )


class _Asked(NamedTuple):
    """Somebody asks for a mail to an address: who, whether that may be sent, and that it was."""

    connection: Connection
    config: Config
    address: str
    network: str
    article_id: int | None
    moment: datetime

    @property
    def mailbox(self) -> str:
        return mailboxes.hashed(self.config.secret_key, self.address)

    def hashes(self) -> list[str]:
        """Return the hashes of the network, this hour's and the last one's: each month has
        another.
        """
        days = self.moment, self.moment - HOUR
        return [address_hash(self.config.secret_key, self.network, day) for day in days]

    def is_allowed(self) -> bool:
        of_mailbox = requests.c.mailbox == self.mailbox
        of_network = requests.c.network.in_(self.hashes())
        of_article = of_mailbox & (requests.c.article_id == self.article_id)
        return (
            self._count(of_article, UNCONFIRMED_FOR) == 0
            and self._count(of_mailbox, DAY) < MOST_TO_MAILBOX
            and self._count(of_network, HOUR) < MOST_FROM_NETWORK
            and self._count(true(), DAY) < MOST_IN_ALL
        )

    def note(self) -> None:
        values = {
            "mailbox": self.mailbox,
            "network": self.hashes()[0],
            "article_id": self.article_id,
            "asked_at": self.moment,
        }
        self.connection.execute(insert(requests).values(values))

    def _count(self, which: ColumnElement[bool], stretch: timedelta) -> int:
        since = self.moment - stretch
        query = select(func.count()).where(which, requests.c.asked_at > since)
        return self.connection.scalar(query.select_from(requests)) or 0


def _mail_nobody(connection: Connection) -> None:
    """Have as much done after the answer as where a mail is sent: whoever sees when the connection
    ends is not to learn that the address is known.
    """
    outbox.add(connection, CONFIRMATION, "", {"subscription": 0}, key=NOBODY)


def _forget_unconfirmed(connection: Connection, moment: datetime) -> None:
    connection.execute(
        delete(subscriptions).where(
            subscriptions.c.confirmed_at.is_(None),
            subscriptions.c.asked_at < moment - UNCONFIRMED_FOR,
        )
    )


def _subscription(connection: Connection, article_id: int, address: str) -> AnyRow | None:
    query = (
        select(subscriptions.c.id, subscriptions.c.confirmed_at)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(subscribers.c.address == address, subscriptions.c.article_id == article_id)
    )
    return connection.execute(query).first()


def _add(
    connection: Connection, article_id: int, address: str, scope: Scope, moment: datetime
) -> int:
    query = select(subscribers.c.id).where(subscribers.c.address == address)
    subscriber = connection.scalar(query)
    if subscriber is None:
        values = {"address": address, "secret": secrets.token_urlsafe(32), "created_at": moment}
        subscriber = _added(connection, subscribers, values)
    return _added(
        connection,
        subscriptions,
        {
            "subscriber_id": subscriber,
            "article_id": article_id,
            "scope": scope.value,
            "asked_at": moment,
        },
    )


def _added(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    key = connection.execute(insert(table), values).inserted_primary_key
    if key is None:  # never, for a single row
        raise LookupError(table.name)
    number: int = key[0]
    return number


def _follow(connection: Connection, number: int, comment_id: int) -> None:
    values = {"subscription_id": number, "comment_id": comment_id}
    query = select(followed).filter_by(**values)
    if connection.execute(query).first() is None:
        connection.execute(insert(followed), values)
