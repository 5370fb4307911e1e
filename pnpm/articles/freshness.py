"""The one row that tells whether a cached page is still fresh."""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    select,
    true,
    update,
)

from pnpm.db import first, now, read
from pnpm.db.types import AnyRow, AnySelect, Moment
from pnpm.site_settings import REVISION, Setting

from .models import HEADING, PUBLISHED, Article, Redirect, Status

# What stands on every page: the site's revision, and the newest moment that has come.
_SITE = (
    select(Setting.value).where(Setting.name == REVISION).scalar_subquery().label("site_revision"),
    PUBLISHED.with_only_columns(Article.published_at).limit(1).scalar_subquery(),
)
# One row that changes with anything that every page shows.
FRESHNESS = select(*_SITE)
_NOW = Article.slug == bindparam("slug")
_FORMERLY = (
    Article.id
    == select(Redirect.article_id).where(Redirect.slug == bindparam("slug")).scalar_subquery()
)
# One row that changes with anything that the page of the article with `slug` shows; no row if there
# is no such article.
_PAGE = Article.id, Article.slug, Article.published_at, Article.revision, *_SITE
FRESHNESS_OF = PUBLISHED.where(_NOW).with_only_columns(*_PAGE)
# The same for the article of that `number`.
FRESHNESS_BY_ID = PUBLISHED.where(Article.id == bindparam("number")).with_only_columns(*_PAGE)
# What a new comment needs to know of the article with `slug`.
_UNDER = *HEADING, Article.moderation, _SITE[0]
ENTRY = PUBLISHED.where(_NOW).with_only_columns(*_UNDER)
# The same for the article that once had that `slug`.
FRESHNESS_OF_FORMER = PUBLISHED.where(_FORMERLY).with_only_columns(*_PAGE)
ENTRY_OF_FORMER = PUBLISHED.where(_FORMERLY).with_only_columns(*_UNDER)
# The revision of the pinned article. Its number is stored as JSON: null for none.
_PINNED_ID = select(func.nullif(Setting.value, "null")).where(Setting.name == "pinned")
_PINNED = (
    select(Article.revision)
    .where(Article.id == cast(_PINNED_ID.scalar_subquery(), Integer))
    .scalar_subquery()
    .label("pinned_revision")
)
_TOUCHED = (
    update(Article.__table__)
    .where(Article.__table__.c.id == bindparam("article"))
    .values(
        revision=Article.revision + 1, comment_count=Article.comment_count + bindparam("comments")
    )
)

_NEXT = select(func.min(Article.published_at)).where(
    Article.status == Status.PUBLISHED, Article.published_at > bindparam("now", type_=Moment)
)


def site_freshness() -> AnyRow:
    """Return the row of FRESHNESS as it is now."""
    return row_of(FRESHNESS)


def row_of(query: AnySelect) -> AnyRow:
    """Return the row of such a query as it is now, if it is one that always has a row."""
    found = read(query)
    if found is None:  # never
        raise LookupError("the site's revision")
    return found


def freshness_of(articles: Select[Article], most: int) -> AnySelect:
    """Return the query whose one row changes with anything that a list of the first `most` of these
    articles shows, the numbers of their comments included.
    """
    listed = articles.with_only_columns(Article.id, Article.revision).limit(most).subquery()
    return select(
        *_SITE, func.count(), func.sum(listed.c.id), func.sum(listed.c.revision)
    ).select_from(listed)


def freshness_of_front(listed: Select[Article], most: int, comments: AnySelect) -> AnySelect:
    """Return the same for the front page: for a list of the first `most` of these articles, the
    pinned one, and a list of comments.
    """
    articles = listed.with_only_columns(Article.id, Article.revision).limit(most).subquery()
    shown = comments.subquery()
    of_articles = select(func.count(), *_sums(articles.c.id, articles.c.revision))
    of_comments = select(func.count(), *_sums(shown.c.id, Article.revision)).select_from(
        shown.join(Article, Article.id == shown.c.article_id)
    )
    first, second = (
        of_articles.select_from(articles).subquery(),
        of_comments.subquery(),
    )
    return select(*_SITE, _PINNED, *first.c, *second.c).select_from(first.join(second, true()))


def _sums(*columns: Any) -> Iterator[Any]:
    return (func.sum(column) for column in columns)


def freshness_under(shown: AnySelect) -> AnySelect:
    """Return the same for a list of comments: a query with their columns `id` and `article_id`.
    Whatever happens to a comment raises the revision of its article.
    """
    listed = shown.subquery()
    return select(
        *_SITE, func.count(), func.sum(listed.c.id), func.sum(Article.revision)
    ).select_from(listed.join(Article, Article.id == listed.c.article_id))


def next_moment(engine: Engine) -> float:
    """Return when the next scheduled article appears, in seconds since 1970; infinity if there is
    none.
    """
    row = first(engine, _NEXT, {"now": now()})
    if row is None or row[0] is None:
        return math.inf
    moment: datetime = row[0]
    return moment.timestamp()


def proof_of(
    engine: Engine, query: AnySelect, values: dict[str, Any], row: tuple[Any, ...]
) -> dict[str, Any] | None:
    """Return such a query as plain SQL, and its row as SQLite gives it, with which a cached page
    can be checked; None if it is not `row` any more.

    It does not cover scheduled articles: see `next_moment`.
    """
    spelled = str(query.params(values).compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.connect() as connection:  # both queries in one transaction, so that they agree
        found = connection.execute(query, values).first()
        if found is None or tuple(found) != row:
            return None
        return {"query": spelled, "row": [*connection.exec_driver_sql(spelled).one()]}


def touch(connection: Connection, article_id: int, comments: int = 0) -> None:
    """Mark the article's page as changed, and add to its count of visible comments."""
    connection.execute(_TOUCHED, {"article": article_id, "comments": comments})


def touch_all(connection: Connection, comments: Mapping[int, int]) -> None:
    """Mark these articles' pages as changed, and add to their counts of visible comments, by the
    articles' numbers.
    """
    rows = [{"article": number, "comments": count} for number, count in sorted(comments.items())]
    if rows:
        connection.execute(_TOUCHED, rows)
