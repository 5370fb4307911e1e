"""The office's statistics: comments by state and article, how long they waited, and who did what.

Moments are compared only with moments, as every engine can, and days begin in the site's time zone.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, bindparam, case, func, literal_column, select, union_all
from sqlalchemy.orm import aliased

from pnpm.audit.models import AuditAction, AuditEntry, first_since
from pnpm.db import db
from pnpm.db.types import Moment
from pnpm.markup.characters import alphabetical

from .models import Comment, Status
from .rules import list_texts
from .spam.verdict import Outcome

FEW = 10  # ids of comments that are listed
LATELY = 50  # comments that tell whether readers' addresses differ
DAYS = 90  # in the charts of the first page
BUSIEST = 5  # articles
# the last decisions of a period, from which the median wait is computed
MOST_DECIDED = 2000


def midnights(days: Sequence[date], zone: ZoneInfo) -> list[datetime]:
    """Return when these days begin in that zone. Raises OverflowError for a day at the end of the
    calendar.
    """
    return [datetime.combine(day, time.min, zone).astimezone(UTC) for day in days]


def last_days(today: date) -> list[date]:
    """Return the days of the first page's charts, up to today, and tomorrow as their end."""
    return [today + timedelta(days=number) for number in range(1 - DAYS, 2)]


def weeks(first: date) -> list[date]:
    """Return the weeks of the month that begins on `first`: that day, the other Mondays, and the
    first day of the next month as the end.
    """
    days = [first + timedelta(days=number) for number in range((month_after(first) - first).days)]
    return [first, *(day for day in days[1:] if day.weekday() == 0), month_after(first)]


def month_before(first: date) -> date:
    """Return the first day of the previous month."""
    return (first - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """Return the first day of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def came(edges: Sequence[datetime]) -> list[dict[Status, int]]:
    """Return how many comments came between each moment and the next, by the status that they have
    now.
    """
    counts = [dict.fromkeys(Status, 0) for _stretch in edges[1:]]
    values = {f"edge{number}": edge for number, edge in enumerate(edges)}
    for stretch, status, count in db.session.execute(_came(len(counts)), values):
        counts[stretch][status] = count
    return counts


def busiest(since: datetime, until: datetime) -> list[tuple[int, int]]:
    """Return the articles with the most published comments of a period: id and number of
    comments.
    """
    found = db.session.execute(_BUSIEST, {"since": since, "until": until})
    return [(number, count) for number, count in found]


def wait(since: datetime, until: datetime) -> timedelta | None:
    """Return the median time that comments waited for their first decision, for decisions of that
    period; None without any.
    """
    found = db.session.execute(_DECIDED, _range(since, until))
    waited = [decided - came for came, decided in found]
    # typed for numbers, but all it does is to add two and halve the sum
    return median(waited) if waited else None  # type: ignore[type-var]


def work(since: datetime, until: datetime) -> dict[str, list[tuple[str, Status | None, int]]]:
    """Return what each officer did: actions, for moved comments the new status, and how many, most
    first.
    """
    done: dict[str, list[tuple[str, Status | None, int]]] = {}
    rows = db.session.execute(_WORK, _range(since, until))
    most_first = sorted(rows, key=lambda row: (-row[3], alphabetical(row[0]), row[1]))
    for who, action, status, count in most_first:
        done.setdefault(who, []).append((action, status and Status(status), count))
    return done


class Filtered(NamedTuple):
    """What the spam filter did with the comments of a period: how many it held and put among spam,
    and how many of both are published now.
    """

    held: int = 0
    spam: int = 0
    wrongly: int = 0


def filtered(edges: Sequence[datetime]) -> list[Filtered]:
    """Return what the spam filter did between each of three moments and the next."""
    since, middle, until = edges
    found = [Filtered(), Filtered()]
    values = {"since": since, "middle": middle, "until": until}
    for is_later, outcome, status, count in db.session.execute(_FILTERED, values):
        if outcome not in (Outcome.HOLD, Outcome.SPAM):  # or the filter was not asked
            continue
        held, spam, wrongly = found[is_later]
        found[is_later] = Filtered(
            held + count * (outcome is Outcome.HOLD),
            spam + count * (outcome is Outcome.SPAM),
            wrongly + count * (status is Status.PUBLISHED),
        )
    return found


def _range(since: datetime, until: datetime) -> dict[str, int]:
    """Return the ids of the log's entries of a period, as ids and moments rise together."""
    return {"first": first_since(since), "end": first_since(until)}


@lru_cache
def _came(stretches: int) -> CompoundSelect[int, Status, int]:
    """Return one query whose parts an index answers: 15 ms for 100,000 comments, where a CASE over
    90 edges takes 260.
    """
    edges = [bindparam(f"edge{number}", type_=Moment) for number in range(stretches + 1)]
    return union_all(
        *[
            select(literal_column(str(number)), Comment.status, func.count())
            .where(Comment.created_at >= edges[number], Comment.created_at < edges[number + 1])
            .group_by(Comment.status)
            for number in range(stretches)
        ]
    )


# COALESCE, or SQLite would look each comment up by its article and state, which took 110 ms instead
# of 16.
_IS_PUBLISHED = func.coalesce(Comment.status, literal_column("''")) == Status.PUBLISHED
_BUSIEST = (
    select(Comment.article_id, func.count())
    .where(
        Comment.created_at >= bindparam("since", type_=Moment),
        Comment.created_at < bindparam("until", type_=Moment),
    )
    .where(_IS_PUBLISHED)
    .group_by(Comment.article_id)
    .order_by(func.count().desc(), Comment.article_id.desc())
    .limit(BUSIEST)
)
_IS_LATER = case((Comment.created_at >= bindparam("middle", type_=Moment), 1), else_=0)
# The period stands in it alone, so that its index is used, and no condition on the status or the
# verdict, which would have another one taken.
_FILTERED = (
    select(_IS_LATER.label("is_later"), Comment.verdict, Comment.status, func.count())
    .where(
        Comment.created_at >= bindparam("since", type_=Moment),
        Comment.created_at < bindparam("until", type_=Moment),
    )
    .group_by("is_later", Comment.verdict, Comment.status)
)
_IN_RANGE = AuditEntry.id >= bindparam("first"), AuditEntry.id < bindparam("end")
_Move = aliased(AuditEntry)
_FIRST_MOVE = select(func.min(_Move.id)).where(
    _Move.subject == "comment",
    _Move.number == AuditEntry.number,
    _Move.action == AuditAction.MOVED.value,
)
_DECIDED = (
    select(Comment.created_at, AuditEntry.created_at)
    .join(Comment, Comment.id == AuditEntry.number)
    # not by subject: with that condition SQLite would not use the range of ids
    .where(*_IN_RANGE, AuditEntry.action == AuditAction.MOVED.value)
    .where(
        AuditEntry.before["status"].as_string() == Status.PENDING.value,
        AuditEntry.id == _FIRST_MOVE.scalar_subquery(),
    )
    .order_by(AuditEntry.id.desc())
    .limit(MOST_DECIDED)
)
_TO = case(
    (AuditEntry.action == AuditAction.MOVED.value, AuditEntry.after["status"].as_string())
).label("moved_to")
_WORK = (
    select(AuditEntry.who, AuditEntry.action, _TO, func.count())
    .where(*_IN_RANGE)
    .group_by(AuditEntry.who, AuditEntry.action, "moved_to")
)


def newest_comment() -> datetime | None:
    """Return when the newest comment came, by the server's clock at that time."""
    return db.session.scalar(select(Comment.created_at).order_by(Comment.id.desc()).limit(1))


def outdated(renderer: int) -> int:
    """Return how many comments this renderer has yet to render again."""
    query = Comment.rendered_before(renderer, failed=False)
    few = query.order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def unrendered(renderer: int) -> list[int]:
    """Return the ids of the first FEW comments that this renderer failed at."""
    return list(
        db.session.scalars(Comment.failed(renderer).with_only_columns(Comment.id).limit(FEW))
    )


def senders() -> tuple[int, int, int]:
    """Return how many of the last comments are readers', how many names they have, and how many
    network addresses.
    """
    query = (
        select(Comment.name, Comment.address_hash)
        .where(Comment.official.is_(False))
        .order_by(Comment.id.desc())
        .limit(LATELY)
    )
    rows = db.session.execute(query).all()
    return len(rows), len({row.name for row in rows}), len({row.address_hash for row in rows})


def expressions() -> int:
    """Return how many lines of the office's lists are regular expressions."""
    lines = (line.strip() for listed in list_texts().values() for line in listed.split("\n"))
    return sum(line.startswith("/") and len(line) > 2 for line in lines)
