"""The part of a text that shows why it was found, with the words marked."""

from typing import NamedTuple

from . import words
from .reading import Query

LENGTH = 220  # characters: three lines on a phone
LEAD = 50  # of them before the first word that was found
MOST = 40_000  # characters of a text that are looked through


class Piece(NamedTuple):
    """A part of a text; `is_marked`: a word that was looked for, in any form."""

    text: str
    is_marked: bool


def marked(text: str, query: Query) -> list[Piece]:
    """Return all of a text, as of a title, with the words of a query marked."""
    text = words.composed(text)
    return _pieces(text, 0, len(text), _places(text, query))


def excerpt(text: str, query: Query) -> list[Piece]:
    """Return the part of a text in which most words of a query stand, marked; without any, its
    beginning.
    """
    text = words.composed(text[:MOST])
    found = _places(text, query)
    start = _best(found)
    start = max(0, start - LEAD) if start > LEAD else 0
    if start:
        start = max(start, text.find(" ", start, start + LEAD) + 1)
    end = len(text)
    if end > start + LENGTH:
        end = max(text.rfind(" ", start, start + LENGTH), start + LENGTH // 2)
    pieces = _pieces(text, start, end, found)
    if start:
        pieces.insert(0, Piece("… ", False))
    if end < len(text):
        pieces.append(Piece(" …", False))
    return pieces


def _best(found: list[tuple[int, int, str]]) -> int:
    """Return where the stretch begins that has most of the words, each counted once."""
    best, most = 0, 0
    for place, (start, _end, _word) in enumerate(found[:200]):
        within = {
            word
            for first, _last, word in found[place : place + 30]
            if first < start + LENGTH - LEAD
        }
        if len(within) > most:
            best, most = start, len(within)
    return best


def _places(text: str, query: Query) -> list[tuple[int, int, str]]:
    """Return where the words of a query stand, in any form, each with its first stem."""
    wanted = {stem: term for term in query.words for stem in words.stems_of(term)}
    # A word has its stem in it but for a first letter that a prefix took: the others need not be
    # stemmed, which would cost more than all else here.
    cores = [stem[1:] if len(stem) > 3 else stem for stem in wanted if len(stem) > 2]
    found = []
    for match in words.WORD.finditer(text):
        word = words.folded(match[0])[: words.LONGEST]
        if word in query.words:
            found.append((match.start(), match.end(), wanted[words.stems_of(word)[0]]))
        elif any(core in word for core in cores):
            known = [wanted[stem] for stem in words.stems_of(word) if stem in wanted]
            if known:
                found.append((match.start(), match.end(), known[0]))
    return found


def _pieces(text: str, start: int, end: int, found: list[tuple[int, int, str]]) -> list[Piece]:
    pieces, last = [], start
    for first, beyond, _word in found:
        if first < last or beyond > end:
            continue
        if first > last:
            pieces.append(Piece(text[last:first], False))
        pieces.append(Piece(text[first:beyond], True))
        last = beyond
    if last < end:
        pieces.append(Piece(text[last:end], False))
    return pieces
