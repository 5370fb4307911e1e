"""Searching the guides, by the words and stems that readers' search knows, too."""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from pnpm.search import excerpts, words
from pnpm.search.excerpts import Piece
from pnpm.search.reading import Query, Term

from .guides import Guide, Section

MOST = 20  # hits: who finds more than these types another word


class Hit(NamedTuple):
    """A section in which words were found; title and excerpt in pieces, the found ones marked."""

    guide: Guide
    section: Section
    title: list[Piece]
    excerpt: list[Piece]


def hits(query: Query, guides: list[Guide]) -> list[Hit]:
    """Return the sections that have most of the words that are looked for, in any form, the most
    telling first.
    """
    scored = [
        (_score(section, query), guide, section) for guide in guides for section in guide.sections
    ]
    best = max((score[0] for score, _guide, _section in scored), default=0)
    found = [each for each in scored if best and each[0][0] == best]
    found.sort(key=lambda each: each[0], reverse=True)  # equal ones stay in the guides' order
    return [_hit(guide, section, query) for _score, guide, section in found[:MOST]]


def _hit(guide, section, query):
    return Hit(
        guide,
        section,
        excerpts.marked(section.title, query),
        excerpts.excerpt(section.text, query),
    )


def _score(section, query):
    """Return how many of the terms a section has, how many of them in its title, and how often."""
    titled, whole = _words_of(section.title), _words_of(f"{section.title} {section.text}")
    counts = [_count(term, whole) for term in query.terms]
    in_title = sum(1 for term in query.terms if _count(term, titled))
    return sum(1 for count in counts if count), in_title, sum(counts)


def _count(term: Term, known):
    line, stems = known
    if term.is_phrase:
        return line.count(f" {' '.join(term.words)} ")
    return max(stems[stem] for stem in words.stems_of(term.words[0]))


@lru_cache(1000)
def _words_of(text):
    """Return the words of a text in one line, with a space at each end, and how often each stem
    stands there.
    """
    found = words.words_of(text)
    stems = Counter(stem for word in found for stem in words.stems_of(word))
    return f" {' '.join(found)} ", stems
