"""What a reader typed, as words and phrases to look for. Nothing of it is syntax to an engine, so
that nothing that is typed can be an error.
"""

import re
from dataclasses import dataclass

from . import words

LONGEST = 200  # characters of a query that are read
MOST = 8  # words of a query that are looked for: each costs a look into the index
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]{0,200})["“”„«»]')
Alternatives = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Term:
    """A word, or the words of a phrase; folded."""

    words: tuple[str, ...]
    is_quoted: bool = False

    @property
    def is_phrase(self) -> bool:
        """Whether it stands as a whole, as it is written."""
        return self.is_quoted or len(self.words) > 1

    @property
    def exact(self) -> Alternatives:
        """The tokens, one after another, that have it as it is written."""
        return (tuple(words.token(words.EXACT, word) for word in self.words),)

    @property
    def titled(self) -> Alternatives:
        """The tokens of a title that has any form of it; of a phrase, as it stands anywhere."""
        if self.is_phrase:
            return self.exact
        stems = words.stems_of(self.words[0])
        return tuple((words.token(words.TITLE_STEM, stem),) for stem in stems)

    @property
    def stemmed(self) -> Alternatives:
        """The tokens that have any form of it; of a phrase only as it is written."""
        if self.is_phrase:
            return self.exact
        return tuple(
            (words.token(kind, stem),)
            for stem in words.stems_of(self.words[0])
            for kind in (words.STEM, words.EXACT)
        )


@dataclass(frozen=True)
class Query:
    """What is looked for: all of these terms. `is_cut`: more was typed than is read."""

    typed: str
    terms: tuple[Term, ...]
    is_cut: bool = False

    @property
    def words(self) -> frozenset[str]:
        """All words that are looked for."""
        return frozenset(word for term in self.terms for word in term.words)


def loose(text: str) -> Query:
    """Return the telling words of a text, as of a title, as a query without phrases."""
    return read(_QUOTED.sub(r"\1", text))


def read(typed: str) -> Query:
    """Return what was typed as a query, whatever it is; without terms where it has no word."""
    typed = " ".join(typed.split())
    text = typed[:LONGEST]
    phrases = [words.words_of(quoted) for quoted in _QUOTED.findall(text)]
    terms = [Term(tuple(phrase[:MOST]), is_quoted=True) for phrase in phrases]
    loose = [Term((word,)) for word in words.words_of(_QUOTED.sub(" ", text))]
    telling = [term for term in loose if term.words[0] not in words.STOP_WORDS]
    if telling or any(term.words for term in terms):
        loose = telling
    terms = [term for term in dict.fromkeys([*terms, *loose]) if term.words]
    kept, count = [], 0
    for term in terms:
        count += len(term.words)
        if count > MOST:
            break
        kept.append(term)
    has_long = any(len(phrase) > MOST for phrase in phrases)
    is_cut = len(typed) > LONGEST or len(kept) < len(terms) or has_long
    return Query(text, tuple(kept), is_cut)
