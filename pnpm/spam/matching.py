"""What one line of the office's lists means: what to look for first, and a function that tells whether a comment matches it."""

import enum
import ipaddress
import re
from collections.abc import Callable
from typing import NamedTuple

from ..lookalikes import skeleton
from .patterns import Broken, Clock, Missing, Pattern, Slow
from .sample import Sample, folded, readable

ORDINARY = "Terima kasih", "7?"  # a regular expression that finds something in both finds it in every comment
LETTER = r"[^\W_]"
_HASH = re.compile(r"[0-9a-f]{8,64}")
_DOMAIN = re.compile(r"[\w*-]{1,80}(\.[\w*-]{1,80})*")


class Fault(enum.Enum):
    """What is wrong with a line."""

    BROKEN = "broken"
    SLOW = "slow"
    MISSING = "missing"  # what regular expressions need is not there
    LONG = "long"
    MANY = "many"
    PATTERNS = "patterns"  # too many of them
    DOMAIN = "domain"
    ADDRESS = "address"
    STARS = "stars"
    WIDE = "wide"  # it would match everything


class BadLine(ValueError):
    """A line that is not taken: which, what is wrong with it, and more of that if there is more."""

    def __init__(self, number: int, line: str, fault: Fault, detail: object = ""):
        super().__init__(number, line, fault, detail)
        self.number, self.line, self.fault, self.detail = number, line, fault, detail


class Wrong(ValueError):
    """What is wrong with a line, for who knows its number."""


class Line(NamedTuple):
    """One line of a list. Where `needle` is not in what its kind looks at, it cannot match, and nobody needs to ask."""

    number: int
    text: str
    needle: str
    matches: Callable[[Sample], bool]
    pattern: Pattern | None = None


# What each kind of list looks at: in plain lines, and in regular expressions.
SEEN = {
    "words": lambda sample: sample.words,
    "domains": lambda sample: " ".join(sample.hosts),
    "names": lambda sample: sample.skeleton,
    "addresses": lambda sample: sample.mailbox,
}
SEARCHED = {
    "words": lambda sample: sample.said,
    "domains": lambda sample: sample.hosts,
    "names": lambda sample: [sample.name],
    "addresses": lambda sample: [sample.email, sample.address],
}


def by_pattern(kind: str, number: int, line: str, source: str) -> Line:
    """A line that is a regular expression. BadLine if it is none, or finds something everywhere."""
    try:
        pattern = Pattern(source)
        if all(pattern.search(text, Clock()) for text in ORDINARY):
            raise BadLine(number, line, Fault.WIDE)
    except Broken as broken:
        raise BadLine(number, line, Fault.BROKEN, broken.position + 2) from broken  # after the slash, counted from 1
    except Slow as slow:
        raise BadLine(number, line, Fault.SLOW) from slow
    except Missing as missing:
        raise BadLine(number, line, Fault.MISSING) from missing
    seen = SEARCHED[kind]
    return Line(number, line, "", lambda sample: any(pattern.search(text, sample.clock) for text in seen(sample)), pattern)


def by_words(kind: str, number: int, line: str) -> Line:
    """A line of plain words, `*` for any letters. BadLine if it says nothing that a list of its kind could look for."""
    try:
        return Line(number, line, *_OF[kind](line))
    except Fault_ as wrong:
        raise BadLine(number, line, *wrong.args) from None
