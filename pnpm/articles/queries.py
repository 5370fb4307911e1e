"""The office's list of articles: found by where they stand and by words, a page at a time, by key
and not by offset.
"""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pnpm.db import db, keyset, now
from pnpm.db.search import contains
from pnpm.db.types import AnyRow, AnySelect

from .models import Article, Status

PAGE = 25  # rows on a phone's page
COLUMNS = (
    Article.id,
    Article.title,
    Article.slug,
    Article.status,
    Article.published_at,
    Article.saved_at,
    Article.comment_count,
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tab(enum.Enum):
    """Where an article stands, as a writer sees it: one that is published may be yet to come."""

    PUBLISHED = "published"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    DELETED = "deleted"


@dataclass(frozen=True)
class ArticleQuery:
    """What is asked for; a page's address carries all of it."""

    tab: Tab = Tab.PUBLISHED
    words: str = ""
    # microseconds since 1970 and number of the last article on the page before
    after: tuple[int, int] | None = None

    def page(self) -> tuple[list[AnyRow], "ArticleQuery | None"]:
        """A page of them without their texts, and what asks for the next one (None: that is
        all).
        """
        found = db.session.execute(self._query().limit(PAGE + 1)).all()
        shown, last = keyset.cut(found, PAGE)
        return shown, replace(self, after=self._key(last)) if last else None

    def _query(self) -> AnySelect:
        query = select(*COLUMNS).where(*stands(self.tab), *self._conditions())
        last = None
        if self.after is not None:
            last = EPOCH + timedelta(microseconds=self.after[0]), self.after[1]
        return keyset.after(query, (self._moment, Article.id), last, self._soonest_first)

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        for word in self.words.split():
            yield or_(contains(Article.title, word), contains(Article.body, word))

    @property
    def _moment(self) -> InstrumentedAttribute[Any]:
        if self.tab in (Tab.PUBLISHED, Tab.SCHEDULED):
            return Article.published_at
        return Article.saved_at

    @property
    def _soonest_first(self) -> bool:
        return self.tab is Tab.SCHEDULED

    def _key(self, row: AnyRow) -> tuple[int, int]:
        moment = getattr(row, self._moment.key)
        return (moment - EPOCH) // timedelta(microseconds=1), row.id


def stands(tab: Tab) -> tuple[ColumnElement[bool], ...]:
    """The conditions of the articles that stand there now."""
    if tab is Tab.PUBLISHED:
        return Article.status == Status.PUBLISHED, Article.published_at <= now()
    if tab is Tab.SCHEDULED:
        return Article.status == Status.PUBLISHED, Article.published_at > now()
    return (Article.status == Status(tab.value),)


def tab_of(article: AnyRow | Article) -> Tab | None:
    """Where that article stands now; None for a page about the site."""
    moment: datetime | None = article.published_at
    if article.status is Status.PUBLISHED and moment and moment > now():
        return Tab.SCHEDULED
    return None if article.status is Status.PAGE else Tab(article.status.value)


def counts() -> dict[Tab, int]:
    """How many articles stand where."""
    return {
        tab: db.session.scalar(select(func.count()).where(and_(*stands(tab)))) or 0 for tab in Tab
    }
