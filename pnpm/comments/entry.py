"""What a new comment asks the database first, in one query: the article under which it is to stand,
and what the spam filter of this process does not know yet.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection

from pnpm.db.types import AnyRow, AnySelect


class Entry(NamedTuple):
    """The article, a row of `articles.freshness.ENTRY`, and the news for `spam.knowledge`."""

    article: AnyRow
    news: Sequence[AnyRow]


def rows_of(connection: Connection, query: AnySelect, slug: str) -> Sequence[AnyRow]:
    """Return the article that `query`, ENTRY or ENTRY_OF_FORMER, finds by a slug, once with each
    comment that is news, or alone; nothing if there is none.
    """
    from .spam import knowledge  # only who writes waits for it

    values = {"slug": slug, **knowledge.of(connection).bounds(connection)}
    return connection.execute(_with_news(query), values).all()


@cache
def _with_news(query: AnySelect) -> AnySelect:
    from .spam import knowledge

    return knowledge.with_news(query)
