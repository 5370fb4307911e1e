"""The one row that tells whether what was made of the articles and of the site's words is fresh."""

import math
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, select, update

from pnpm.db import first, now, read
from pnpm.db.types import AnyRow, AnySelect, Moment
from pnpm.site_settings import REVISION, Setting

from .models import HEADING, PUBLISHED, Article, Redirect, Status

# What stands on every page: the site's revision, and the newest moment that has come.
_SITE = (
    select(Setting.value).where(Setting.name == REVISION).scalar_subquery().label("site_revision"),
    PUBLISHED.with_only_columns(Article.published_at).limit(1).scalar_subquery(),
)
# One row that changes with whatever stands on every page …
FRESHNESS = select(*_SITE)
_NOW = Article.slug == bindparam("slug")
_FORMERLY = (
    Article.id
    == select(Redirect.article_id).where(Redirect.slug == bindparam("slug")).scalar_subquery()
)
# … and one that changes with what stands on the page of the article of a `slug`; no row if there is
# none.
_PAGE = Article.id, Article.slug, Article.published_at, Article.revision, *_SITE
FRESHNESS_OF = PUBLISHED.where(_NOW).with_only_columns(*_PAGE)
# What a comment needs to know of the article of a `slug` that it comes under.
_UNDER = *HEADING, Article.moderation, _SITE[0]
ENTRY = PUBLISHED.where(_NOW).with_only_columns(*_UNDER)
# The same of the article that once had that `slug`.
FRESHNESS_OF_FORMER = PUBLISHED.where(_FORMERLY).with_only_columns(*_PAGE)
ENTRY_OF_FORMER = PUBLISHED.where(_FORMERLY).with_only_columns(*_UNDER)
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
    """The row of FRESHNESS as it is now."""
    found = read(FRESHNESS)
    if found is None:  # never: whatever is there, it is one row
        raise LookupError("the site's revision")
    return found


def next_moment(engine: Engine) -> float:
    """When the next article appears by itself, in seconds since 1970; infinity if none is to."""
    row = first(engine, _NEXT, {"now": now()})
    moment: datetime | None = row[0] if row else None
    return moment.timestamp() if moment else math.inf


def proof_of(
    engine: Engine, query: AnySelect, values: dict[str, Any], row: tuple[Any, ...]
) -> dict[str, Any] | None:
    """The query of such a row in SQL alone, and the row as SQLite gives it; None if meanwhile it is
    another.

    Of what appears by itself it says nothing: `next_moment` does.
    """
    spelled = str(query.params(values).compile(engine, compile_kwargs={"literal_binds": True}))
    with engine.connect() as connection:  # one transaction: both see the same
        found = connection.execute(query, values).first()
        if found is None or tuple(found) != row:
            return None
        return {"query": spelled, "row": [*connection.exec_driver_sql(spelled).one()]}


def touch(connection: Connection, article_id: int, comments: int = 0) -> None:
    """Say that what the article's page shows has changed, and by how many visible comments."""
    connection.execute(_TOUCHED, {"article": article_id, "comments": comments})
