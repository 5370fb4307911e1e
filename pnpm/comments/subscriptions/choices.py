"""What the owner of an address decides, with the link that every mail to it has: to be told, of
what, and no longer. Who is told of nothing any more is forgotten.
"""

import hmac
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, select, update

from pnpm.articles.models import VISIBLE, Article
from pnpm.config import Config
from pnpm.db import now
from pnpm.db.types import LARGEST, AnySelect, Moment

from .opt_in import UNCONFIRMED_FOR, Scope, forget_idle, forget_request
from .tables import SECRET_LENGTH, followed, subscribers, subscriptions


class Subscriber(NamedTuple):
    """The owner of an address."""

    id: int
    address: str
    secret: str

    @property
    def token(self) -> str:
        """Return what stands in the links of the mails to that address."""
        return f"{self.id}-{self.secret}"


class Subscription(NamedTuple):
    """What is followed: an article, by its number, title, slug and moment; `is_confirmed` by the
    owner of the address, `has_comments` of theirs that could be answered.
    """

    id: int
    article_id: int
    scope: Scope
    is_confirmed: bool
    has_comments: bool
    title: str
    slug: str
    published_at: datetime


class Mailed(NamedTuple):
    """A subscription, and who is mailed about it."""

    subscriber: Subscriber
    subscription: Subscription


def subscriber_of(connection: Connection, token: str) -> Subscriber | None:
    """Return the owner of the address that a link with this token was mailed to; None for another
    token, or once the address is forgotten. The secret is compared in constant time.
    """
    number, _dash, secret = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < len(str(LARGEST))):
        return None
    if len(secret) != SECRET_LENGTH or not secret.isascii():
        return None
    found = subscriber(connection, int(number))
    if found is None or not hmac.compare_digest(found.secret, secret):
        return None
    return found


def subscriber(connection: Connection, number: int) -> Subscriber | None:
    """Return the owner of an address by number, or None."""
    columns = subscribers.c.id, subscribers.c.address, subscribers.c.secret
    row = connection.execute(select(*columns).where(subscribers.c.id == number)).first()
    return Subscriber(*row) if row else None


def all_of(connection: Connection, subscriber_id: int) -> list[Subscription]:
    """Return all that the owner of an address follows, or was asked whether to follow, under
    articles that readers see; the newest first.
    """
    query = _LISTED.where(subscriptions.c.subscriber_id == subscriber_id)
    rows = connection.execute(query.order_by(subscriptions.c.id.desc()))
    return [_read(*row) for row in rows]


def one_of(connection: Connection, subscriber_id: int, article_id: int) -> Subscription | None:
    """Return what the owner of an address follows under that article; None for nothing, or where
    it was asked for too long ago to be confirmed.
    """
    query = _LISTED.where(
        subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.article_id == article_id
    )
    row = connection.execute(query).first()
    return _read(*row) if row else None


def mailed(connection: Connection, number: int) -> Mailed | None:
    """Return the subscription of that number with its subscriber; None once it is gone."""
    query = select(subscriptions.c.subscriber_id).where(subscriptions.c.id == number)
    row = connection.execute(_LISTED.where(subscriptions.c.id == number)).first()
    owner = subscriber(connection, connection.scalar(query) or 0)
    return Mailed(owner, _read(*row)) if row and owner else None


def decide(
    connection: Connection, owner: Subscriber, article_id: int, scope: Scope, config: Config
) -> bool:
    """Have the owner of an address told this much of an article's comments, which confirms what
    was asked for. Return False if nothing is left to confirm or change.
    """
    found = one_of(connection, owner.id, article_id)
    if found is None:
        return False
    confirmed_at = func.coalesce(subscriptions.c.confirmed_at, now())
    connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == found.id)
        .values(scope=scope.value, confirmed_at=confirmed_at)
    )
    forget_request(connection, owner.address, article_id, config)
    return True


def stop(connection: Connection, owner: Subscriber, article_id: int | None = None) -> None:
    """Tell the owner of an address no more of that article's comments, or of any (None); an address
    that follows nothing is forgotten.
    """
    which: ColumnElement[bool] = subscriptions.c.subscriber_id == owner.id
    if article_id is not None:
        which &= subscriptions.c.article_id == article_id
    connection.execute(delete(subscriptions).where(which))
    forget_idle(connection)


def count(connection: Connection, article_id: int) -> int:
    """Return how many addresses follow an article, and have confirmed it."""
    query = select(func.count()).where(
        subscriptions.c.article_id == article_id, subscriptions.c.confirmed_at.is_not(None)
    )
    return connection.scalar(query) or 0


# Of articles that readers see. What was not confirmed for UNCONFIRMED_FOR is as good as forgotten.
_LISTED: AnySelect = (
    select(
        subscriptions.c.id,
        subscriptions.c.article_id,
        subscriptions.c.scope,
        subscriptions.c.confirmed_at,
        exists().where(followed.c.subscription_id == subscriptions.c.id),
        Article.title,
        Article.slug,
        Article.published_at,
    )
    .join(Article, Article.id == subscriptions.c.article_id)
    .where(
        *VISIBLE,
        subscriptions.c.confirmed_at.is_not(None)
        | (
            subscriptions.c.asked_at
            > bindparam("oldest", callable_=lambda: now() - UNCONFIRMED_FOR, type_=Moment)
        ),
    )
)


def _read(
    number: int,
    article_id: int,
    scope: str,
    confirmed_at: datetime | None,
    has_comments: bool,
    title: str,
    slug: str,
    published_at: datetime,
) -> Subscription:
    return Subscription(
        number,
        article_id,
        Scope(scope),
        confirmed_at is not None,
        bool(has_comments),
        title,
        slug,
        published_at,
    )
