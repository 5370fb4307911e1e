"""Related articles: found when an article is saved, by the labels that they share and then by the
words of its title, and stored; a page only reads which of them readers can see.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.orm import aliased

from pnpm.db import db
from pnpm.db.types import AnyRow

from .models import HEADING, VISIBLE, Article, Status
from .tags import Labelled

SHOWN = 3
KEPT = 8  # so that others take the place of those that are hidden
LIKENESS = 0.35  # of what an article's own title is worth in its text: less is chance


# That `other_id` is related to `article_id`; `place` is its position among those. A table, since a
# model costs each start more.
related = Table(
    "related_article",
    db.metadata,
    Column("article_id", ForeignKey(Article.id, ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("other_id", ForeignKey(Article.id, ondelete="CASCADE"), nullable=False),
    Index(None, "other_id"),
)


def of(article_id: int) -> list[AnyRow]:
    """Return the headings of the related articles that readers can see, at most SHOWN: those found
    for it, then those for which it was found, the newest first.
    """
    columns = related.c.place, *HEADING
    own = select(*columns).join(Article, Article.id == related.c.other_id)
    query = own.where(related.c.article_id == article_id, *VISIBLE)
    found = list(db.session.execute(query.order_by(related.c.place).limit(SHOWN)))
    if len(found) < SHOWN:
        known = [row.id for row in found]
        others = select(*columns).join(Article, Article.id == related.c.article_id)
        query = others.where(related.c.other_id == article_id, Article.id.not_in(known), *VISIBLE)
        newest = query.order_by(Article.published_at.desc(), Article.id.desc())
        found += db.session.execute(newest.limit(SHOWN - len(found)))
    return found


def follow(connection: Connection, numbers: Iterable[int]) -> None:
    """Find and store what is related to each of these articles, in the caller's transaction; to one
    that is not published, nothing is.
    """
    for number in numbers:
        connection.execute(delete(related).where(related.c.article_id == number))
        query = select(Article.title).where(
            Article.id == number, Article.status == Status.PUBLISHED
        )
        title = connection.scalar(query)
        if title is None:
            continue
        others = _by_labels(connection, number)
        if len(others) < KEPT:
            others += [one for one in _by_words(connection, number, title) if one not in others]
        values = [
            {"article_id": number, "place": place, "other_id": other}
            for place, other in enumerate(others[:KEPT])
        ]
        if values:
            connection.execute(insert(related), values)


def numbers_below(connection: Connection, below: int, most: int) -> list[int]:
    """Return the numbers of the next published articles below that one, as `search` does."""
    from . import search

    return search.numbers_below(connection, below, most)


def count(connection: Connection) -> int:
    """Return for how many articles others are found."""
    from . import search

    return search.count(connection)


def _by_labels(connection: Connection, number: int) -> list[int]:
    """Return the articles with which it shares most labels, of those the newest."""
    own, other = aliased(Labelled), aliased(Labelled)
    query = (
        select(other.article_id)
        .join(own, own.label_id == other.label_id)
        .join(Article, Article.id == other.article_id)
        .where(own.article_id == number, other.article_id != number)
        .where(Article.status == Status.PUBLISHED)
        .group_by(other.article_id, Article.published_at)
        .order_by(func.count().desc(), Article.published_at.desc(), other.article_id.desc())
    )
    return list(connection.scalars(query.limit(KEPT)))


def _by_words(connection: Connection, number: int, title: str) -> Sequence[int]:
    """Return the articles that are about what its title says."""
    from pnpm.search import reading

    from . import search

    query = reading.loose(title)
    ranked, _is_partial = search.ranked(connection, query)
    # by its text, as neither an index without what is not committed nor readers know it yet
    own = search.score(connection, search.entries(connection, [number])[number], query)
    likely = [key.number for key in ranked if key.score >= LIKENESS * own and key.number != number]
    return likely[:KEPT]
