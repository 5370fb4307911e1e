"""How a comment comes in: once, published or held, within the limits, or refused."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from pnpm.articles.freshness import touch
from pnpm.articles.models import Article, takes_comments
from pnpm.articles.models import Status as ArticleStatus
from pnpm.config import Config
from pnpm.db import now
from pnpm.markup.sanitizer import RENDERER
from pnpm.signing import address_hash

from .draft import DAY, Submission, tokens
from .models import Comment, Status
from .rules import Rules, Verdict
from .spam import HoldReason


class Closed(Exception):
    """The article takes no more comments."""


class Unwelcome(Exception):
    """The office's lists refuse it; the message is the line that does."""


class TooMany(Exception):
    """So many came from one address that no more are taken for `seconds`."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


class StoredComment(SimpleNamespace):
    """A comment as it stands in the table: what Comment's columns hold, past the session, which
    costs more than the comment.
    """

    @property
    def is_visible(self) -> bool:
        """Whether readers see it."""
        return self.status is Status.PUBLISHED


class Received(NamedTuple):
    """A comment that was taken, now or when it came before, and how many the article shows
    with it.
    """

    comment: StoredComment
    count: int


# times the limit: many people share one mobile operator's address, so more are held before any is
# refused
REFUSED_AT = 10


def receive(
    connection: Connection,
    article_id: int,
    submission: Submission,
    address: str,
    config: Config,
    moment: datetime | None = None,
    verdict: Verdict | None = None,
) -> Received:
    """The comment that this submission makes, or made when it came before, in the caller's writing
    transaction.

    Other writers wait meanwhile: hence few statements, each built once, and the verdict of the
    office's rules from before it (None: it has none). Raises Closed, Unwelcome, or TooMany with the
    seconds to wait.
    """
    verdict = verdict or Rules().judge(submission, address, config, None)
    moment = (moment or now()).astimezone(UTC)
    spellings = tokens(article_id, submission, address, config, moment)
    values = {
        "article": article_id,
        "token": spellings[0],
        "yesterdays": spellings[-1],
        "day_ago": moment - DAY,
    }
    article = connection.execute(_ARTICLE, values).one()
    if article.known:
        known = connection.execute(_COMMENT, {"number": article.known}).one()
        return Received(StoredComment(**known._mapping), article.comment_count)
    if article.status is not ArticleStatus.PUBLISHED or not takes_comments(
        article, verdict.close_after, moment
    ):
        raise Closed
    if verdict.is_refused:
        raise Unwelcome(verdict.reasons[0])
    reasons = _reasons(verdict, _recent(connection, address, config, moment), config, moment)
    values = _comment(
        article_id,
        submission,
        reasons,
        spellings[0],
        address_hash(config.secret_key, address, moment),
        moment,
    )
    comment = _keep(connection, values)
    return Received(comment, article.comment_count + comment.is_visible)


def known_in_flood(
    connection: Connection, article_id: int, submission: Submission, address: str, config: Config
) -> Received | None:
    """Before anything is rendered: TooMany where too much came from that address, unless this came
    before, which is given.

    `receive` asks again, while nobody else can write.
    """
    moment = now().astimezone(UTC)
    recent = _recent(connection, address, config, moment)
    try:
        _refuse_flood(recent, config.comment_limit, moment)
    except TooMany:
        spellings = tokens(article_id, submission, address, config, moment)
        values = {
            "article": article_id,
            "token": spellings[0],
            "yesterdays": spellings[-1],
            "day_ago": moment - DAY,
        }
        article = connection.execute(_STANDING, values).one()
        if not article.known:
            raise
        known = connection.execute(_COMMENT, {"number": article.known}).one()
        return Received(StoredComment(**known._mapping), article.comment_count)
    return None


# Whether the submission came before: as the same token, or as yesterday's less than a day ago.
_KNOWN = select(Comment.id).where(
    (Comment.token == bindparam("token"))
    | ((Comment.token == bindparam("yesterdays")) & (Comment.created_at > bindparam("day_ago")))
)
_COMMENT = select(Comment.__table__).where(Comment.id == bindparam("number"))
_STANDING = select(
    Article.status,
    Article.comments_open,
    Article.close_after,
    Article.published_at,
    Article.comment_count,
    _KNOWN.limit(1).scalar_subquery().label("known"),
).where(Article.id == bindparam("article"))
# What decides, locked until the transaction ends; SQLite has locked already.
_ARTICLE = _STANDING.with_for_update()


_RECENT = (
    select(Comment.created_at)
    .where(
        Comment.address_hash.in_(bindparam("hashes", expanding=True)),
        Comment.created_at > bindparam("since"),
        Comment.created_at < bindparam("until"),
    )
    .order_by(Comment.created_at.desc())
    .limit(bindparam("most"))
)


def _recent(connection, address, config, moment):
    """When the comments of the running stretch came from this address, newest first; no more than
    matter.

    Those of a clock that was a little ahead count as of now. Of one that was far ahead nobody knows
    how old they are: they count no more, or an address would be held until that time has come.
    """
    limit = config.comment_limit
    if limit is None:
        return []
    stretch = timedelta(seconds=limit.seconds)
    since, until = moment - stretch, moment + stretch
    hashes = {address_hash(config.secret_key, address, day) for day in (moment, since, until)}
    values = {
        "hashes": list(hashes),
        "since": since,
        "until": until,
        "most": limit.count * REFUSED_AT,
    }
    return [min(one, moment) for one in connection.scalars(_RECENT, values)]


def _reasons(verdict, recent, config, moment):
    limit = config.comment_limit
    _refuse_flood(recent, limit, moment)
    is_over = limit and len(recent) >= limit.count and not verdict.is_trusted
    return verdict.reasons + ([HoldReason.LIMIT.value] if is_over else [])


def _refuse_flood(recent, limit, moment):
    if limit and len(recent) >= limit.count * REFUSED_AT:
        free_at = recent[-1] + timedelta(seconds=limit.seconds)
        raise TooMany(max(1, round((free_at - moment).total_seconds())))


def _comment(article_id, submission, reasons, token, address, moment):
    return {
        "article_id": article_id,
        "parent_id": None,
        **{
            name: getattr(submission, name) for name in ("name", "email", "website", "body", "html")
        },
        "renderer": RENDERER,
        "status": Status.PENDING if reasons else Status.PUBLISHED,
        "reasons": reasons,
        "created_at": moment,
        "address_hash": address,
        "token": token,
        "official": False,
        "moved_at": None,
    }


_INSERTED = insert(Comment.__table__)


def _keep(connection, values):
    number = connection.execute(_INSERTED, values).inserted_primary_key.id
    if values["status"] is Status.PUBLISHED:
        touch(connection, values["article_id"], comments=1)
    return StoredComment(id=number, **values)
