"""The office's list of articles, by state and words, one page at a time with keyset pagination."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from pnpm.db import db, keyset, now
from pnpm.db.search import contains
from pnpm.db.types import AnyRow, AnySelect

from .models import PAGES, Article, Status
from .static_pages import ABOUT

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
    """The state of an article as a writer sees it: a published one may be scheduled for later."""

    PUBLISHED = "published"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    DELETED = "deleted"


@dataclass(frozen=True)
class ArticleQuery:
    """A page of the list: what is asked for, all of which is in its URL."""

    tab: Tab = Tab.PUBLISHED
    words: str = ""
    # microseconds since 1970 and number of the last article on the page before
    after: tuple[int, int] | None = None

    def page(self) -> tuple[list[AnyRow], "ArticleQuery | None"]:
        """Return a page of articles without their texts, and the query of the next page (None:
        there is none).
        """
        found = db.session.execute(self._query().limit(PAGE + 1)).all()
        shown, last = keyset.cut(found, PAGE)
        if last is None:
            return shown, None
        return shown, replace(self, after=self._key(last))

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
    """Return the conditions of the articles that belong to a tab now."""
    if tab is Tab.PUBLISHED:
        return Article.status == Status.PUBLISHED, Article.published_at <= now()
    if tab is Tab.SCHEDULED:
        return Article.status == Status.PUBLISHED, Article.published_at > now()
    return (Article.status == Status(tab.value),)


def tab_of(article: AnyRow | Article) -> Tab | None:
    """Return the tab to which an article belongs now; None for a page about the site."""
    if article.status is Status.PAGE:
        return None
    moment: datetime | None = article.published_at
    if article.status is Status.PUBLISHED and moment and moment > now():
        return Tab.SCHEDULED
    return Tab(article.status.value)


def beginnings() -> tuple[bool, bool]:
    """Return whether the office has a page of its own about itself, and whether it has published
    an article.
    """
    about = exists().where(Article.slug == PAGES + ABOUT, Article.status == Status.PAGE)
    published = exists().where(Article.status == Status.PUBLISHED)
    has_about, has_article = db.session.execute(select(about, published)).one()
    return bool(has_about), bool(has_article)


def counts() -> dict[Tab, int]:
    """Return how many articles each tab has."""
    return {
        tab: db.session.scalar(select(func.count()).where(and_(*stands(tab)))) or 0 for tab in Tab
    }
