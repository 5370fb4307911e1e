"""The headlines in the ticker, chosen by the office or else the newest, and the pinned article."""

from collections.abc import Sequence

from sqlalchemy import select

from pnpm.audit.models import ChangeSet
from pnpm.audit.settings import change_words
from pnpm.db import db
from pnpm.db.types import AnyRow
from pnpm.site_settings import Setting, Words

from .models import HEADING, HEADINGS, Article

MOST = 5  # in the ticker: more than a reader waits for is noise


def headlines(words: Words) -> list[AnyRow]:
    """Return the headings for the ticker, of articles that readers can see: those that the office
    chose, in its order, or the newest.
    """
    if words.headlines:
        found = {
            heading.id: heading
            for heading in db.session.execute(HEADINGS.where(Article.id.in_(words.headlines)))
        }
        if found:
            return [found[number] for number in words.headlines if number in found]
    return list(db.session.execute(HEADINGS.limit(MOST)))


def pinned(words: Words) -> Article | None:
    """Return the article that stands first on the front page, if readers can see it."""
    if words.pinned:
        return db.session.scalars(Article.published().where(Article.id == words.pinned)).first()
    return None


def chosen(words: Words) -> list[AnyRow]:
    """Return the headings that the office chose, in its order, each with its status, as readers may
    not see all of them now.
    """
    query = select(*HEADING, Article.status).where(Article.id.in_(words.headlines))
    found = {heading.id: heading for heading in db.session.execute(query)}
    return [found[number] for number in words.headlines if number in found]


def choose(change_set: ChangeSet, numbers: Sequence[int]) -> None:
    """Choose these articles for the ticker, in that order; none means the newest."""
    change_words(change_set, headlines=list(dict.fromkeys(numbers))[:MOST])


def put(change_set: ChangeSet, number: int, place: int | None) -> None:
    """Put an article at a place of the ticker, counted from 1, or take it out (None). Raises
    LookupError if the ticker is full.
    """
    numbers = [other for other in Setting.words().headlines if other != number]
    if place:
        if len(numbers) >= MOST:
            raise LookupError(number)
        numbers.insert(place - 1, number)
    choose(change_set, numbers)


def put_in(change_set: ChangeSet, number: int, wanted: bool) -> None:
    """Put an article first in the ticker, unless it is there already, or take it out. Raises
    LookupError if the ticker is full.
    """
    if wanted != (number in Setting.words().headlines):
        put(change_set, number, 1 if wanted else None)


def pin(change_set: ChangeSet, number: int, wanted: bool) -> None:
    """Pin an article to the top of the front page, in place of another one, or unpin it."""
    pinned = Setting.words().pinned
    if wanted or pinned == number:
        change_words(change_set, pinned=number if wanted else None)
