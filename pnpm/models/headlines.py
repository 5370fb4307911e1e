"""The headlines in the ticker, as the office chose them, or the newest; and the article that is pinned."""

from collections.abc import Sequence

from sqlalchemy import Row

from ..database import db
from .article import HEADINGS, Article
from .log import Deed
from .setting import Setting, Words
from .wording import change_words

MOST = 5  # in the ticker: more than a reader waits for is noise


def headlines(words: Words) -> list[Row]:
    """The headings that the office chose, in its order, of articles that readers see; the newest if it chose none."""
    if words.headlines:
        found = {heading.id: heading for heading in db.session.execute(HEADINGS.where(Article.id.in_(words.headlines)))}
        if found:
            return [found[number] for number in words.headlines if number in found]
    return list(db.session.execute(HEADINGS.limit(MOST)))


def choose(deed: Deed, numbers: Sequence[int]) -> None:
    """Choose these articles for the ticker, in that order; none: the newest again."""
    change_words(deed, headlines=list(dict.fromkeys(numbers))[:MOST])


def put_in(deed: Deed, number: int, wanted: bool) -> None:
    """Put an article at the ticker's beginning, or take it out. LookupError if the ticker is full."""
    chosen = [one for one in Setting.words().headlines if one != number]
    if wanted and len(chosen) >= MOST:
        raise LookupError(number)
    choose(deed, [number, *chosen] if wanted else chosen)


def pin(deed: Deed, number: int, wanted: bool) -> None:
    """Let an article stand first on the front page, instead of the one that does; or no more."""
    pinned = Setting.words().pinned
    if wanted or pinned == number:
        change_words(deed, pinned=number if wanted else None)
