"""The archive: which articles readers can see of a year or a month, in the site's time zone, and
how many there are of each.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from pnpm.db import db, keyset
from pnpm.db.types import AnyRow, AnySelect

from .models import HEADING, VISIBLE, Article

PAGE = 50  # titles on a page


def counts(zone: ZoneInfo) -> dict[tuple[int, int], int]:
    """Return how many articles each month has, by year and month, the newest first; none for a
    month without any. An index answers it, without the articles.
    """
    found: Counter[tuple[int, int]] = Counter()
    for moment in db.session.scalars(select(Article.published_at).where(*VISIBLE)):
        if moment is not None:  # for the type checker: the query has excluded it
            local = moment.astimezone(zone)
            found[local.year, local.month] += 1
    return dict(sorted(found.items(), reverse=True))


def of(
    year: int, month: int | None, zone: ZoneInfo, before: int | None = None
) -> tuple[Sequence[AnyRow], AnyRow | None]:
    """Return the headings of a page of the articles of a year, or of a month of it, newest first,
    those after the article of number `before`; and the last of them where more follow.
    """
    begin, end = _span(year, month, zone)
    query: AnySelect = select(*HEADING).where(
        *VISIBLE, Article.published_at >= begin, Article.published_at < end
    )
    key = None
    if before is not None:
        moment = db.session.scalar(select(Article.published_at).where(Article.id == before))
        key = (moment or begin, before)
    query = keyset.after(query, (Article.published_at, Article.id), key)
    return keyset.cut(db.session.execute(query.limit(PAGE + 1)).all(), PAGE)


def _span(year: int, month: int | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when that year or month begins, and when the next one does, in UTC."""
    first = datetime(year, month or 1, 1, tzinfo=zone)
    if month in (None, 12):
        beyond = datetime(year + 1, 1, 1, tzinfo=zone)
    else:
        beyond = datetime(year, (month or 1) + 1, 1, tzinfo=zone)
    return first.astimezone(UTC), beyond.astimezone(UTC)
