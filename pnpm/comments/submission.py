"""How a reader's comment comes in: it is published, held or refused, and stored only once."""

import enum
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.orm.attributes import instance_dict

from pnpm.articles.freshness import touch
from pnpm.articles.models import Article, takes_comments
from pnpm.articles.models import Status as ArticleStatus
from pnpm.config import Config, Limit
from pnpm.db import immediate, now, retrying
from pnpm.db.types import AnyRow, AnySelect
from pnpm.markup import characters
from pnpm.markup.sanitizer import RENDERER, comment_html, plain
from pnpm.signing import address_hash, keyed_hash

from . import announcements
from .entry import Entry
from .models import STORED, Announcement, Comment, Status, Submission
from .rules import Place, Rules, Verdict
from .spam import HoldReason


class Refusal(enum.Enum):
    """Why a comment is refused."""

    CLOSED = "closed"  # the article takes no more of them
    BLOCKED = "blocked"  # a line of the office's lists refuses it
    RATE_LIMITED = "rate_limited"  # so many came from that address already
    EMPTY = "empty"  # rendered, there is nothing to see
    OVERLOADED = "overloaded"  # its HTML is far longer than what was typed
    # of a change by its author
    EXPIRED = "expired"  # the time for it is over
    ANSWERED = "answered"  # somebody replied already
    CHANGED_OFTEN = "changed_often"


class Refused(Exception):
    """A comment is refused: why (`kind`), the line of a list that refuses it (`line`), and in how
    many `seconds` another try may succeed (0: not by waiting).
    """

    def __init__(self, kind: Refusal, line: str = "", seconds: int = 0) -> None:
        super().__init__(f"{kind.value} {line}".strip())
        self.kind, self.line, self.seconds = kind, line, seconds


class Thread(NamedTuple):
    """Where a reply stands: the comment that begins its thread (None: that is gone), the reply
    that it answers (None: it answers that comment), and whether readers see what it answers.
    """

    parent_id: int | None
    reply_to_id: int | None
    is_visible: bool


class Received(NamedTuple):
    """A comment that was stored, now (`is_new`) or before, and how many the article shows with
    it.
    """

    comment: Comment
    count: int  # type: ignore[assignment]  # tuples have a method of that name
    is_new: bool


# how long the address stands in for the nonce of a browser without JavaScript
DAY = timedelta(days=1)
MOST_HTML = 20  # times the longest text: room for 400 emoticons, but no page of megabytes
# times the limit: many people share one mobile operator's address, so more comments are held before
# any is refused
REFUSED_AT = 10


def submit(
    connection: Connection,
    entry: Entry,
    submission: Submission,
    address: str,
    config: Config,
    rules: Rules,
    translate: Callable[[str], str],
) -> Received:
    """Take a reader's comment: refuse early what is cheap to refuse, then render, judge and store
    it in a transaction of its own, which is retried if another one interferes.

    `address` is the network address that it came from, `translate` gives an emoticon's name in the
    site's language. The same form sent again returns the comment that it made. Raises Refused.
    """
    article = entry.article
    if known := _known_in_flood(connection, article.id, submission, address, config):
        return known
    submission = rendered(submission, config.comment_max_length, translate)
    place = Place(connection, article.id, news=entry.news)
    verdict = rules.judge(submission, address, config, article.moderation, place=place)
    from . import search  # only who writes waits for it

    search.prepare(connection, submission)

    def stored() -> Received:
        with immediate(connection):
            return store(connection, article.id, submission, address, config, verdict)

    return retrying(stored)  # of a comment sent twice at once, the second try finds the first


def rendered(submission: Submission, longest: int, translate: Callable[[str], str]) -> Submission:
    """Return the submission with its HTML. Raises Refused if nothing of it is visible, or if it is
    more than MOST_HTML times as long as the `longest` text (characters).
    """
    made = comment_html(submission.body, translate)
    if len(made) > longest * MOST_HTML:
        raise Refused(Refusal.OVERLOADED)
    text = plain(made)
    if characters.is_blank(text):
        raise Refused(Refusal.EMPTY)
    return submission._replace(html=made, text=text)


def store(
    connection: Connection,
    article_id: int,
    submission: Submission,
    address: str,
    config: Config,
    verdict: Verdict,
    moment: datetime | None = None,
) -> Received:
    """Store the comment in the caller's writing transaction, or return it if it was stored before.
    `moment` is when it came (None: now).

    Other writers wait meanwhile: hence few statements, each built once, and a verdict made
    beforehand. Raises Refused.
    """
    moment = (moment or now()).astimezone(UTC)
    spellings = tokens(article_id, submission, address, config, moment)
    # before the article's row, as moderators lock them
    thread = _thread(connection, article_id, submission.parent)
    query = _watched_article() if config.mail_url else _ARTICLE
    article, known = _found(connection, query, article_id, spellings, moment)
    if known:
        return known
    if article.status is not ArticleStatus.PUBLISHED or not takes_comments(
        article, verdict.close_after, moment
    ):
        raise Refused(Refusal.CLOSED)
    if verdict.is_refused:
        raise Refused(Refusal.BLOCKED, line=verdict.reasons[0])
    reasons = _reasons(verdict, _recent(connection, address, config, moment), config, moment)
    if thread and not thread.is_visible:
        reasons = [*reasons, HoldReason.PARENT.value]
    hashed = address_hash(config.secret_key, address, moment)
    values = _columns(article_id, thread, submission, reasons, spellings[0], hashed, moment)
    values |= judged(verdict)
    announcement = announcements.announcement_of(values["status"])
    is_told = config.mail_url and announcement and article._mapping[announcement.value]
    values["announce"] = announcement if is_told else None
    is_news = is_told or announcement is not Announcement.PUBLISHED
    values["announced_at"] = None if is_news else moment
    comment = _insert(connection, values)
    if comment.is_visible:
        from . import search

        search.add_new(connection, comment.id, submission)
    return Received(comment, article.comment_count + comment.is_visible, is_new=True)


_PARENT = select(Comment.parent_id).where(Comment.id == bindparam("number"))
# in the order in which moderators lock them, too
_ANSWERED = (
    select(Comment.id, Comment.parent_id, Comment.status)
    .where(
        Comment.id.in_(bindparam("numbers", expanding=True)),
        Comment.article_id == bindparam("article"),
    )
    .order_by(Comment.id)
    .with_for_update()
)


def _thread(connection: Connection, article_id: int, number: int | None) -> Thread | None:
    """Return the thread of the reply that answers the comment of that number; None for a comment
    that answers none.

    Both rows are locked, so that a moderator who hides one of them comes before the reply or after
    it.
    """
    if number is None:
        return None
    first_id = connection.scalar(_PARENT, {"number": number}) or number
    values = {"numbers": [number, first_id], "article": article_id}
    found = {row.id: row for row in connection.execute(_ANSWERED, values)}
    answered = found.get(number)
    if answered is None:
        return Thread(None, None, is_visible=False)
    if answered.parent_id is None:
        return Thread(answered.id, None, answered.status is Status.PUBLISHED)
    is_visible = all(row.status is Status.PUBLISHED for row in found.values())
    return Thread(answered.parent_id, answered.id, is_visible)


def _known_in_flood(
    connection: Connection, article_id: int, submission: Submission, address: str, config: Config
) -> Received | None:
    """Raise Refused if too much came from that address, before anything is rendered; but return the
    comment if it was stored before. `store` checks again, while nobody else can write.
    """
    moment = now().astimezone(UTC)
    recent = _recent(connection, address, config, moment)
    try:
        _refuse_flood(recent, config.comment_limit, moment)
    except Refused:
        spellings = tokens(article_id, submission, address, config, moment)
        _article, known = _found(connection, _STANDING, article_id, spellings, moment)
        if not known:
            raise
        return known
    return None


def _found(
    connection: Connection,
    query: AnySelect,
    article_id: int,
    spellings: list[str],
    moment: datetime,
) -> tuple[AnyRow, Received | None]:
    """Return the article, and the comment with one of these tokens (None: it is new)."""
    values = {
        "article": article_id,
        "token": spellings[0],
        "yesterdays": spellings[-1],
        "day_ago": moment - DAY,
    }
    article = connection.execute(query, values).one()
    if not article.known:
        return article, None
    known = connection.execute(_COMMENT, {"number": article.known}).one()
    return article, Received(_loaded(known._asdict()), article.comment_count, is_new=False)


def _loaded(values: Mapping[str, Any]) -> Comment:
    """Return the comment with these columns, as if it was loaded: assigning them, one after the
    other, takes as long as storing them.
    """
    comment = Comment()
    instance_dict(comment).update(values)
    return comment


def tokens(
    article_id: int, submission: Submission, address: str, config: Config, moment: datetime
) -> list[str]:
    """Return the tokens that identify a comment: one made of its nonce, for ever; or without a
    nonce, those of its address today and yesterday.
    """
    content: tuple[str, ...] = str(article_id), submission.name, submission.body
    if submission.parent is not None:
        content = *content, str(submission.parent)
    if submission.nonce:
        return [keyed_hash(config.secret_key, "nonce", submission.nonce, *content)]
    found = []
    for day in (moment, moment - DAY):
        hashed = address_hash(config.secret_key, address, day)
        found.append(keyed_hash(config.secret_key, "day", f"{day:%Y-%m-%d}", hashed, *content))
    return found


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
# The same, locked until the transaction ends; SQLite has locked already.
_ARTICLE = _STANDING.with_for_update()


@cache
def _watched_article() -> AnySelect:
    """Return the same query, which also tells whether anybody is to be told."""
    return _ARTICLE.add_columns(*announcements.audience(Article.id))


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


def _recent(
    connection: Connection, address: str, config: Config, moment: datetime
) -> list[datetime]:
    """Return when the comments of the limit's period came from this address, newest first, as many
    as matter.

    Times a little in the future, after the clock was corrected, count as now. Times far in the
    future are ignored: otherwise an address would be held until then.
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
    return [min(came, moment) for came in connection.scalars(_RECENT, values)]


def _reasons(
    verdict: Verdict, recent: list[datetime], config: Config, moment: datetime
) -> list[str]:
    limit = config.comment_limit
    _refuse_flood(recent, limit, moment)
    if limit and len(recent) >= limit.count and not verdict.is_trusted:
        return [*verdict.reasons, HoldReason.LIMIT.value]
    return verdict.reasons


def _refuse_flood(recent: list[datetime], limit: Limit | None, moment: datetime) -> None:
    if limit and len(recent) >= limit.count * REFUSED_AT:
        free_at = recent[-1] + timedelta(seconds=limit.seconds)
        seconds = max(1, round((free_at - moment).total_seconds()))
        raise Refused(Refusal.RATE_LIMITED, seconds=seconds)


def _columns(
    article_id: int,
    thread: Thread | None,
    submission: Submission,
    reasons: list[str],
    token: str,
    address: str,
    moment: datetime,
) -> dict[str, Any]:
    return {
        "article_id": article_id,
        "parent_id": thread.parent_id if thread else None,
        "reply_to_id": thread.reply_to_id if thread else None,
        **{name: getattr(submission, name) for name in STORED},
        "renderer": RENDERER,
        "status": Status.PENDING if reasons else Status.PUBLISHED,
        "reasons": reasons,
        "created_at": moment,
        "address_hash": address,
        "token": token,
        "official": False,
        "moved_at": None,
    }


def judged(verdict: Verdict) -> dict[str, Any]:
    """Return the columns of what the spam filter found, and the status if that is spam."""
    if verdict.filtered is None:
        return {"verdict": None, "signals": None, "marks": None}
    filtered = verdict.filtered
    found = {
        "verdict": filtered.outcome,
        "signals": filtered.assessment.stored(),
        "marks": filtered.marks,
    }
    return found | ({"status": Status.SPAM} if verdict.is_spam else {})


_INSERTED = insert(Comment.__table__)


def _insert(connection: Connection, values: dict[str, Any]) -> Comment:
    key = connection.execute(_INSERTED, values).inserted_primary_key
    if key is None:  # never, for a single row
        raise LookupError(values["token"])
    if values["status"] is Status.PUBLISHED:
        touch(connection, values["article_id"], comments=1)
    return _loaded({**values, "id": key.id})
