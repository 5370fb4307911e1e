"""The headlines in the ticker, as the office chose them, or the newest; and the article that is
pinned.
"""

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
    """The headings that the office chose, in its order, of articles that readers see; the newest if
    it chose none.
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
    """The article that stands first on the front page, if readers see it."""
    if words.pinned:
        return db.session.scalars(Article.published().where(Article.id == words.pinned)).first()
    return None


def chosen(words: Words) -> list[AnyRow]:
    """The headings of what the office chose, in its order, each with its status: some may not be
    seen by readers now.
    """
    query = select(*HEADING, Article.status).where(Article.id.in_(words.headlines))
    found = {heading.id: heading for heading in db.session.execute(query)}
    return [found[number] for number in words.headlines if number in found]


def choose(change_set: ChangeSet, numbers: Sequence[int]) -> None:
    """Choose these articles for the ticker, in that order; none: the newest again."""
    change_words(change_set, headlines=list(dict.fromkeys(numbers))[:MOST])


def put(change_set: ChangeSet, number: int, place: int | None) -> None:
    """Put an article at that place of the ticker, the first being 1; None: take it out. LookupError
    if the ticker is full.
    """
    others = [one for one in Setting.words().headlines if one != number]
    if place and len(others) >= MOST:
        raise LookupError(number)
    choose(change_set, [*others[: place - 1], number, *others[place - 1 :]] if place else others)


def put_in(change_set: ChangeSet, number: int, wanted: bool) -> None:
    """Have an article in the ticker, at its beginning unless it has a place there already; or not.
    LookupError as above.
    """
    if wanted != (number in Setting.words().headlines):
        put(change_set, number, 1 if wanted else None)


def pin(change_set: ChangeSet, number: int, wanted: bool) -> None:
    """Let an article stand first on the front page, instead of the one that does; or no more."""
    pinned = Setting.words().pinned
    if wanted or pinned == number:
        change_words(change_set, pinned=number if wanted else None)
