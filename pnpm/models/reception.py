"""How a comment comes in: once, published or held, within the limits, or refused."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from ..config import Config
from ..database import now
from ..signing import address_hash, keyed_hash
from ..spam import Doubt, doubts
from ..text import RENDERER, links
from .article import Article, touch
from .comment import Comment, Status
from .draft import Draft

REFUSED_AT = 10  # times the limit: many people share one mobile operator's address, so more are held before any is refused
DAY = timedelta(days=1)  # how long the address stands in for the nonce of a browser without JavaScript


class Closed(Exception):
    """The article takes no more comments."""


class TooMany(Exception):
    """So many came from one address that no more are taken for `seconds`."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


class Received(NamedTuple):
    """A comment that was taken, now or when it came before, and how many the article shows with it."""

    comment: Comment
    count: int


def receive(
    connection: Connection, article_id: int, draft: Draft, address: str, config: Config, moment: datetime | None = None
) -> Received:
    """The comment that this draft makes, or made when it came before, in the caller's writing transaction.

    Other writers wait meanwhile: hence few statements, each built once. Raises Closed, or TooMany with the seconds to wait.
    """
    moment = (moment or now()).astimezone(UTC)
    tokens = _tokens(article_id, draft, address, config, moment)
    values = {"article": article_id, "token": tokens[0], "yesterdays": tokens[-1], "day_ago": moment - DAY}
    article = connection.execute(_ARTICLE, values).one()
    if article.known:
        known = connection.execute(_COMMENT, {"number": article.known}).one()
        return Received(Comment(**known._mapping), article.comment_count)
    if not article.comments_open:
        raise Closed
    reasons = _reasons(draft, _recent(connection, address, config, moment), config, moment)
    comment = _comment(article_id, draft, reasons, tokens[0], address_hash(config.secret_key, address, moment), moment)
    _keep(connection, comment)
    return Received(comment, article.comment_count + comment.is_visible)


# Whether the draft came before: as the same token, or as yesterday's less than a day ago.
_KNOWN = select(Comment.id).where(
    (Comment.token == bindparam("token"))
    | ((Comment.token == bindparam("yesterdays")) & (Comment.created_at > bindparam("day_ago")))
)
_COMMENT = select(Comment.__table__).where(Comment.id == bindparam("number"))
# What decides, locked until the transaction ends; SQLite has locked already.
_ARTICLE = (
    select(Article.comments_open, Article.comment_count, _KNOWN.limit(1).scalar_subquery().label("known"))
    .where(Article.id == bindparam("article"))
    .with_for_update()
)


def _tokens(article_id, draft, address, config, moment):
    """What makes a comment unique: with its nonce for ever, else with its address for a day (today's, then yesterday's)."""
    content = str(article_id), draft.name, draft.body
    if draft.nonce:
        return [keyed_hash(config.secret_key, "nonce", draft.nonce, *content)]
    days = moment, moment - DAY
    addresses = [(f"{day:%Y-%m-%d}", address_hash(config.secret_key, address, day)) for day in days]
    return [keyed_hash(config.secret_key, "day", *address, *content) for address in addresses]


_RECENT = (
    select(Comment.created_at)
    .where(Comment.address_hash.in_(bindparam("hashes", expanding=True)), Comment.created_at > bindparam("since"))
    .order_by(Comment.created_at.desc())
    .limit(bindparam("most"))
)


def _recent(connection, address, config, moment):
    """When the comments of the running stretch came from this address, newest first; no more than matter."""
    limit = config.comment_limit
    if limit is None:
        return []
    since = moment - timedelta(seconds=limit.seconds)
    hashes = {address_hash(config.secret_key, address, day) for day in (moment, since)}
    values = {"hashes": list(hashes), "since": since, "most": limit.count * REFUSED_AT}
    return connection.scalars(_RECENT, values).all()


def _reasons(draft, recent, config, moment):
    limit = config.comment_limit
    if limit and len(recent) >= limit.count * REFUSED_AT:
        free_at = recent[-1] + timedelta(seconds=limit.seconds)
        raise TooMany(max(1, round((free_at - moment).total_seconds())))
    over = [Doubt.LIMIT] if limit and len(recent) >= limit.count else []
    if config.moderation == "off":
        return over
    policy = [Doubt.POLICY] if config.moderation == "all" else []
    found = doubts(
        links=links(draft.html), honeypot=draft.honeypot, seconds=draft.seconds, min_seconds=config.comment_min_seconds
    )
    return policy + over + found


def _comment(article_id, draft, reasons, token, address, moment):
    return Comment(
        article_id=article_id,
        parent_id=None,
        name=draft.name,
        email=draft.email,
        website=draft.website,
        body=draft.body,
        html=draft.html,
        renderer=RENDERER,
        status=Status.PENDING if reasons else Status.PUBLISHED,
        reasons=[reason.value for reason in reasons],
        created_at=moment,
        address_hash=address,
        token=token,
    )


_INSERTED = insert(Comment.__table__)
_COLUMNS = [column.key for column in Comment.__table__.columns if column.key != "id"]


def _keep(connection, comment):
    inserted = connection.execute(_INSERTED, {name: getattr(comment, name) for name in _COLUMNS})
    comment.id = inserted.inserted_primary_key.id
    if comment.is_visible:
        touch(connection, comment.article_id, comments=1)
