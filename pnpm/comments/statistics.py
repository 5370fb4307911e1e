"""What the office counts: comments that came, by state and article; how long they waited; who did
what.

Moments are compared with moments, so that every engine can do it, and days begin where the site is.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import CompoundSelect, bindparam, case, func, literal_column, select, union_all
from sqlalchemy.orm import aliased

from pnpm.audit.models import AuditAction, AuditEntry, first_since
from pnpm.db import db
from pnpm.db.types import Moment
from pnpm.markup.characters import alphabetical

from .models import Comment, Status
from .rules import list_texts

FEW = 10  # comments that are named
LATELY = 50  # comments that tell whether readers' addresses differ
DAYS = 90  # on the first page
BUSIEST = 5  # articles
# decisions of a stretch that are looked at for how long comments waited: the last ones
MOST_DECIDED = 2000


def midnights(days: Sequence[date], zone: ZoneInfo) -> list[datetime]:
    """When these days begin in that zone. OverflowError for a day that no other zone has."""
    return [datetime.combine(day, time.min, zone).astimezone(UTC) for day in days]


def last_days(today: date) -> list[date]:
    """The days of the first page's pictures, today the last of them, and tomorrow, where they
    end.
    """
    return [today + timedelta(days=number) for number in range(1 - DAYS, 2)]


def weeks(first: date) -> list[date]:
    """The month that begins so, in weeks: its first day, its other Mondays, and the first day of
    the next month.
    """
    days = [first + timedelta(days=number) for number in range((month_after(first) - first).days)]
    return [first, *(day for day in days[1:] if day.weekday() == 0), month_after(first)]


def month_before(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def came(edges: Sequence[datetime]) -> list[dict[Status, int]]:
    """How many comments came between each moment and the next, by the state that they have now."""
    counts = [dict.fromkeys(Status, 0) for _stretch in edges[1:]]
    values = {f"edge{number}": edge for number, edge in enumerate(edges)}
    for stretch, status, count in db.session.execute(_came(len(counts)), values):
        counts[stretch][status] = count
    return counts


def busiest(since: datetime, until: datetime) -> list[tuple[int, int]]:
    """The articles under which most published comments came: their numbers, and how many."""
    found = db.session.execute(_BUSIEST, {"since": since, "until": until})
    return [(number, count) for number, count in found]


def wait(since: datetime, until: datetime) -> timedelta | None:
    """How long half of the comments waited at the most that waited when they came and were decided
    then, as the log has it.
    """
    found = db.session.execute(_DECIDED, _range(since, until))
    waited = [decided - came for came, decided in found]
    # it adds two and halves them, which is all that a number has to know for it
    return median(waited) if waited else None  # type: ignore[type-var]


def work(since: datetime, until: datetime) -> dict[str, list[tuple[str, Status | None, int]]]:
    """What each officer did: actions, for comments moved with where to, and how many. What was done
    most comes first.
    """
    done: dict[str, list[tuple[str, Status | None, int]]] = {}
    found = db.session.execute(_WORK, _range(since, until))
    for who, action, status, count in sorted(
        found, key=lambda row: (-row[3], alphabetical(row[0]), row[1])
    ):
        done.setdefault(who, []).append((action, status and Status(status), count))
    return done


def _range(since: datetime, until: datetime) -> dict[str, int]:
    """The log has its entries in the order of their moments: two numbers stand for two moments."""
    return {"first": first_since(since), "end": first_since(until)}


@lru_cache
def _came(stretches: int) -> CompoundSelect[int, Status, int]:
    """One query, whose parts one index answers: 100,000 comments take it 15 ms, a CASE over 90
    edges 260.
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
    # a comment's: asking for that, too, SQLite would leave the range
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
    """When the newest comment came, by the clock of then."""
    return db.session.scalar(select(Comment.created_at).order_by(Comment.id.desc()).limit(1))


def outdated(renderer: int) -> int:
    """How many comments an older renderer than that rendered, and that one has yet to render."""
    query = Comment.rendered_before(renderer, failed=False)
    few = query.order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(few)) or 0


def unrendered(renderer: int) -> list[int]:
    """The first few comments that that renderer could not render."""
    return list(
        db.session.scalars(Comment.failed(renderer).with_only_columns(Comment.id).limit(FEW))
    )


def senders() -> tuple[int, int, int]:
    """Of the last comments of readers: how many there are, how many names, how many network
    addresses.
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
    """How many lines of the office's lists are regular expressions."""
    lines = (line.strip() for listed in list_texts().values() for line in listed.split("\n"))
    return sum(line.startswith("/") and len(line) > 2 for line in lines)
