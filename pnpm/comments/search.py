"""Comments in the search: what the index has of them, and which of them a query finds: those that
have all words as they were typed, then those that have them in other forms; the newest first.

Only what is said is looked for, not who said it: so nobody gathers what a person has ever written.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from pnpm.articles.models import VISIBLE, Article
from pnpm.db import keyset
from pnpm.db.types import AnyRow
from pnpm.markup.sanitizer import plain
from pnpm.search import index, words
from pnpm.search.matching import Groups, Match, fits
from pnpm.search.reading import Query

from .feed import IN_THREAD
from .models import Comment, Status, Submission

PAGE = 10  # hits on a page
FIRST = 50  # comments that the index is asked for: nearly all that it has can be seen
AT_ONCE = 500  # numbers in a query: engines limit how many values one takes
AS_TYPED, IN_OTHER_FORMS = 1, 0


class Key(NamedTuple):
    """The place of a comment in the order: how well it fits, and its number."""

    fit: int
    number: int


class Found(NamedTuple):
    """A page of comments that a query finds, rows of HIT, and the key of its last where more
    follow.
    """

    comments: list[AnyRow]
    after: Key | None


# of the article what its address needs, as `article`
HIT = (
    Comment.id,
    Comment.name,
    Comment.html,
    Comment.created_at,
    Article.title,
    Article.slug,
    Article.published_at,
)


@lru_cache(1000)  # those that are new are looked through again by each search
def entry(html: str) -> str:
    """Return what the index has of a comment with that HTML."""
    return words.tokens(plain(html))


def prepare(connection: Connection, submission: Submission) -> None:
    """Have what `add_new` needs of a comment at hand, before others wait for its transaction."""
    if not index.has_new(connection):
        entry(submission.html)


def add_new(connection: Connection, number: int, submission: Submission) -> None:
    """Put a comment that has just been sent, and is published, into the index, in the caller's
    transaction; on SQLite it is found without that, until `merge` does it.
    """
    if not index.has_new(connection):
        index.add(connection, index.COMMENTS, {number: entry(submission.html)})


def add_stored(connection: Connection, numbers: Sequence[int]) -> None:
    """Put comments that were just stored, many of them, into the index, in the caller's
    transaction: also on SQLite, where searches would look through them one by one.
    """
    if index.has_new(connection):
        merge(connection)
        return
    for first in range(0, len(numbers), AT_ONCE):
        index.add(connection, index.COMMENTS, entries(connection, numbers[first : first + AT_ONCE]))


def prepare_merge(connection: Connection) -> None:
    """Have what `merge` needs at hand, before others wait for its transaction."""
    entries(connection, _not_merged(connection)[:AT_ONCE])


def merge(connection: Connection) -> None:
    """Put the new comments into the index, in the caller's transaction."""
    numbers = _not_merged(connection)
    if numbers:
        index.begin_new(connection, max(numbers) + 1)
    for first in range(0, len(numbers), AT_ONCE):
        added = entries(connection, numbers[first : first + AT_ONCE])
        index.add(connection, index.COMMENTS, added)


def _not_merged(connection: Connection) -> list[int]:
    """Return the numbers of the new comments, which are not in the index yet."""
    begun = index.first_new(connection)
    if begun is None:
        return []
    return list(connection.scalars(select(Comment.id).where(Comment.id >= begun)))


def begin_new(connection: Connection) -> None:
    """Note, in the caller's transaction, that comments from now on are new: those that are there
    are put into the index by whoever makes it.
    """
    if index.has_new(connection) and index.first_new(connection) is None:
        index.begin_new(connection, (connection.scalar(select(func.max(Comment.id))) or 0) + 1)


def follow(connection: Connection, numbers: Iterable[int]) -> None:
    """Bring the index in line with these comments as they are now, in the caller's transaction:
    only published ones are in it.
    """
    numbers = list(numbers)
    for first in range(0, len(numbers), AT_ONCE):
        part = numbers[first : first + AT_ONCE]
        index.put(connection, index.COMMENTS, dict.fromkeys(part) | entries(connection, part))


def entries(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Return what the index should have of these comments."""
    query = select(Comment.id, Comment.html).where(
        Comment.id.in_(numbers), Comment.status == Status.PUBLISHED
    )
    return {row.id: entry(row.html) for row in connection.execute(query)}


def numbers_below(connection: Connection, below: int, most: int) -> list[int]:
    """Return the numbers of the next published comments below that one, for making the index."""
    query = select(Comment.id).where(Comment.id < below, Comment.status == Status.PUBLISHED)
    return list(connection.scalars(query.order_by(Comment.id.desc()).limit(most)))


def count(connection: Connection) -> int:
    """Return how many comments the index should have."""
    query = select(func.count()).where(Comment.status == Status.PUBLISHED)
    return connection.scalar(query) or 0


def find(connection: Connection, query: Query, after: Key | None = None) -> Found:
    """Return a page of the visible comments that a query finds, those after that key."""
    if not query.terms or not index.is_there(connection):
        return Found([], None)
    found: list[tuple[Key, AnyRow]] = []
    for fit in (AS_TYPED, IN_OTHER_FORMS):
        if after is None or after.fit >= fit:
            last = None
            if after is not None and after.fit == fit:
                last = (after.number,)
            rows = _rows(connection, query, fit, last, PAGE + 1 - len(found))
            found += [(Key(fit, row.id), row) for row in rows]
        if len(found) > PAGE:
            break
    shown, last_shown = keyset.cut(found, PAGE)
    return Found([row for _key, row in shown], last_shown and last_shown[0])


def _rows(
    connection: Connection, query: Query, fit: int, last: tuple[int] | None, most: int
) -> list[AnyRow]:
    groups, without = [term.exact for term in query.terms], []
    if fit == IN_OTHER_FORMS:
        groups, without = [term.stemmed for term in query.terms], groups
    rows = _new(connection, groups, without, last)
    count = FIRST
    while len(rows) < most:
        numbers = _numbers(connection, groups, without, last, count)
        if not numbers:
            break
        rows += _seen(connection, numbers)
        if len(numbers) < count:
            break
        last, count = (numbers[-1],), AT_ONCE
    return rows[:most]


def _numbers(
    connection: Connection, groups: Groups, without: Groups, last: tuple[int] | None, count: int
) -> list[int]:
    """Return the numbers of so many comments in the index, the newest first, seen or not: of a
    frequent word, engines would look up every comment to join it.
    """
    numbers: list[int] = []
    for match in Match.cheapest_first(connection, index.COMMENTS, groups, without):
        found = select(match.number).select_from(match.table).where(match.condition)
        following = keyset.after(found, (match.number,), last).limit(count)
        numbers = list(connection.scalars(following))
        if len(numbers) == count:
            break
    return numbers


def _new(
    connection: Connection, groups: Groups, without: Groups, last: tuple[int] | None
) -> list[AnyRow]:
    """Return those of the new comments, which are not in the index yet, newest first."""
    first = index.first_new(connection)
    if first is None:
        return []
    # by themselves first: asked together, SQLite begins with all articles
    new = keyset.after(select(Comment.id).where(Comment.id >= first), (Comment.id,), last)
    numbers = list(connection.scalars(new))
    if not numbers:
        return []
    rows = _seen(connection, numbers)
    return [row for row in rows if fits(entry(row.html), groups, without)]


def _seen(connection: Connection, numbers: Sequence[int]) -> list[AnyRow]:
    """Return those of these comments that readers see, newest first."""
    own = select(Comment.id, Comment.article_id).where(
        Comment.id.in_(numbers), Comment.status == Status.PUBLISHED, IN_THREAD
    )
    found = connection.execute(own).all()
    # asked together, SQLite begins with all articles
    of_articles = Article.id.in_({row.article_id for row in found})
    visible = {*connection.scalars(select(Article.id).where(of_articles, *VISIBLE))}
    kept = [row.id for row in found if row.article_id in visible]
    hits = select(*HIT).join(Article, Article.id == Comment.article_id)
    query = hits.where(Comment.id.in_(kept)).order_by(Comment.id.desc())
    return list(connection.execute(query))
