"""What a sitemap says of the articles that readers can see: in which order they stand in it, the
oldest first, so that a new one changes the last part alone; and when each was last changed.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from pnpm.db import db

from .models import VISIBLE, Article

_ORDER = Article.published_at, Article.id


class Listed(NamedTuple):
    """An article in a sitemap."""

    slug: str
    published_at: datetime
    changed_at: datetime


def count() -> int:
    """Return how many articles readers can see."""
    return db.session.scalar(select(func.count()).where(*VISIBLE)) or 0


def part(start: int, size: int) -> Iterator[Listed]:
    """Yield `size` articles after the first `start` of all."""
    saved = _saved()
    query = select(Article.id, Article.slug, Article.published_at).where(*VISIBLE)
    for row in db.session.execute(query.order_by(*_ORDER).offset(start).limit(size)):
        yield Listed(row.slug, row.published_at, _latest(row.published_at, saved.get(row.id)))


def parts_changed_at(size: int) -> list[datetime]:
    """Return when each part of so many articles was last changed, in order."""
    saved = _saved()
    query = select(Article.id, Article.published_at).where(*VISIBLE).order_by(*_ORDER)
    moments = [_latest(row.published_at, saved.get(row.id)) for row in db.session.execute(query)]
    return [max(moments[first : first + size]) for first in range(0, len(moments), size)]


def _saved() -> dict[int, datetime]:
    """Return when each article was saved. Asked by itself an index answers it; with the slugs, the
    database would read through the text of every article to get at it.
    """
    found = db.session.execute(select(Article.id, Article.saved_at).where(VISIBLE[0]))
    return {row.id: row.saved_at for row in found}


def _latest(published_at: datetime, saved_at: datetime | None) -> datetime:
    return max(published_at, saved_at or published_at)
