"""Articles in the search: what the index has of them, and which of them a query finds, the most
relevant first.

The engines find, and the order is made here: of a few hundred articles that have all words, the
newest and those with the words in their titles.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from pnpm.db import keyset
from pnpm.db.types import AnyRow
from pnpm.markup.sanitizer import plain
from pnpm.search import index, words
from pnpm.search.matching import Groups, Match
from pnpm.search.reading import Query, Term

from .models import VISIBLE, Article, Status
from .tags import Label, Labelled

PAGE = 10  # hits on a page
MOST = 200  # articles of each search in the index that are compared
SOME = 300  # the same of those that have some of the words, in all
COMMON = 1000  # articles with a word, of which no more are counted
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a word is worth: that a title has it, as it is written or in another form; that the text has
# it. The form that was typed always stands above another one in the same place.
IN_TITLE, IN_TEXT, TITLE_STEM, STEM = 8.0, 3.0, 2.5, 1.0
BOTH = 1.5  # the title has another form of it, and the text the same
ADJACENT = 2.0  # two words that were typed side by side stand so
COMPLETE = 10.0  # all words are there: more than one of them in a title
DENSE = 0.01  # of a text's words: so many make half of what more of them can be worth
STEPS = 4  # in which one score differs from another: what is as good as equal goes by its date


class Key(NamedTuple):
    """The place of an article in the order: its score in STEPS, its moment in microseconds since
    1970, its number.
    """

    score: int
    moment: int
    number: int


class Found(NamedTuple):
    """A page of articles that a query finds, rows of HIT, and the key of its last where more
    follow. `is_partial`: none, or few, has all of the words, so that these may have some.
    """

    articles: list[AnyRow]
    after: Key | None
    is_partial: bool


HIT = Article.id, Article.title, Article.slug, Article.published_at, Article.html


def follow(connection: Connection, numbers: Iterable[int]) -> None:
    """Bring the index in line with these articles as they are now, in the caller's transaction."""
    numbers = list(numbers)
    index.put(connection, index.ARTICLES, dict.fromkeys(numbers) | entries(connection, numbers))


def entries(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Return what the index should have of these articles: of the published ones, also those for a
    later day.
    """
    query = select(Article.id, Article.title, Article.html).where(
        Article.id.in_(numbers), Article.status == Status.PUBLISHED
    )
    labels: dict[int, list[str]] = {}
    labelled = select(Labelled.article_id, Label.name).join(Label).order_by(Labelled.place)
    for row in connection.execute(labelled.where(Labelled.article_id.in_(numbers))):
        labels.setdefault(row.article_id, []).append(row.name)
    return {
        row.id: words.tokens(plain(row.html), [row.title, *labels.get(row.id, [])])
        for row in connection.execute(query)
    }


def numbers_below(connection: Connection, below: int, most: int) -> list[int]:
    """Return the numbers of the next published articles below that one, for making the index."""
    query = select(Article.id).where(Article.id < below, Article.status == Status.PUBLISHED)
    return list(connection.scalars(query.order_by(Article.id.desc()).limit(most)))


def count(connection: Connection) -> int:
    """Return how many articles the index should have."""
    query = select(func.count()).where(Article.status == Status.PUBLISHED)
    return connection.scalar(query) or 0


def find(connection: Connection, query: Query, after: Key | None = None) -> Found:
    """Return a page of the visible articles that a query finds, those after that key."""
    order, is_partial = ranked(connection, query)
    rest = [key for key in order if after is None or key < after]
    shown, last = keyset.cut(rest, PAGE)
    rows = {}
    if shown:
        hits = select(*HIT).where(Article.id.in_([key.number for key in shown]))
        rows = {row.id: row for row in connection.execute(hits)}
    return Found([rows[key.number] for key in shown if key.number in rows], last, is_partial)


def ranked(connection: Connection, query: Query) -> tuple[list[Key], bool]:
    """Return the articles that a query finds, in order, and whether some may not have all of the
    words, as few do.
    """
    if not query.terms or not index.is_there(connection):
        return [], False
    terms = query.terms
    numbers = _numbers(connection, [term.stemmed for term in terms])
    if len(numbers) == MOST:
        numbers |= _numbers(connection, [term.titled for term in terms])
        numbers |= _numbers(connection, [term.exact for term in terms])
    complete = len(numbers)
    if complete < PAGE and len(terms) > 1:
        for term in terms:  # of a rare word that is all, and it says more than a common one
            numbers |= _numbers(connection, [term.stemmed], SOME // len(terms))
            numbers |= _numbers(connection, [term.titled], SOME // len(terms))
    weights = _weights(connection, terms)
    found = [
        Key(score, (row.published_at - EPOCH) // timedelta(microseconds=1), row.number)
        for row in _candidates(connection, numbers)
        if (score := round(STEPS * _score(row.words, terms, weights)))
    ]
    return sorted(found, reverse=True), len(numbers) > complete


def score(connection: Connection, text: str, query: Query) -> int:
    """Return how well a text, as `entries` has it, fits a query; as the score of a Key."""
    if not query.terms:
        return 0
    return round(STEPS * _score(text, query.terms, _weights(connection, query.terms)))


def _numbers(connection: Connection, groups: Groups, most: int = MOST) -> set[int]:
    """Return the numbers of the newest visible articles that fulfil all of these groups."""
    match = Match(connection, index.ARTICLES, groups)
    query = (
        select(match.number)
        .select_from(match.table)
        .join(Article, Article.id == match.number)
        .where(match.condition, *VISIBLE)
    )
    return {*connection.scalars(query.order_by(match.number.desc()).limit(most))}


def _candidates(connection: Connection, numbers: set[int]) -> Sequence[AnyRow]:
    if not numbers:
        return []
    match = Match(connection, index.ARTICLES, [])
    query = (
        select(match.number.label("number"), match.words, Article.published_at)
        .select_from(match.table)
        .join(Article, Article.id == match.number)
        .where(match.number.in_(bindparam("numbers", expanding=True)))
    )
    return connection.execute(query, {"numbers": sorted(numbers)}).all()


def _weights(connection: Connection, terms: Sequence[Term]) -> list[float]:
    """Return what each word counts: the rarer it is, the more it says of what was looked for."""
    if len(terms) == 1:
        return [1.0]
    found = []
    for term in terms:
        match = Match(connection, index.ARTICLES, [term.stemmed])
        some = select(match.number).select_from(match.table).where(match.condition).limit(COMMON)
        number = connection.scalar(select(func.count()).select_from(some.subquery())) or 0
        found.append(math.log2(2 + COMMON / (number + 1)))
    most = max(found)
    return [weight / most for weight in found]


def _score(text: str, terms: Sequence[Term], weights: Sequence[float]) -> float:
    """Return how well an entry of the index fits: 0 if it has none of the words."""
    length = text.count(" ex") + 30  # of a text of a few words each is no tenth of it
    worths = [_worth(text, term, length) for term in terms]
    total = sum(weight * worth for weight, worth in zip(weights, worths, strict=True))
    if all(worths):
        total += COMPLETE
    for one, other in pairwise(terms):
        pair = f" {one.exact[0][-1]} {other.exact[0][0]} "
        if pair in text:
            total += ADJACENT
    return total


def _worth(text: str, term: Term, length: int) -> float:
    exact = text.count(f" {' '.join(term.exact[0])} ")
    stems = exact
    has_title_stem = False
    if not term.is_phrase:
        stems = max(exact, sum(text.count(f" {token} ") for (token,) in term.stemmed))
        has_title_stem = any(f" {token} " in text for (token,) in term.titled)
    share = stems / length
    density = share / (share + DENSE)
    heading = " ".join(words.token(words.IN_TITLE, word) for word in term.words)
    if f" {heading} " in text:
        return IN_TITLE + density
    if exact:
        return IN_TEXT + 2 * density + BOTH * has_title_stem
    if has_title_stem:
        return TITLE_STEM + 0.4 * density
    return STEM + density if stems else 0.0
