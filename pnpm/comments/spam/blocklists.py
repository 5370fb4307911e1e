"""The office's lists of words, domains, names and addresses that hold or refuse a comment. A line
is an entry, `*` stands for any letters, and a regular expression is put between slashes.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from .matching import PLAIN, SEEN, Fault, Meaning, Unfit, expression
from .regex import Clock, Slow
from .sample import Sample

KINDS = "words", "domains", "names", "addresses"
NAMES = tuple(f"{verdict}_{kind}" for verdict in ("hold", "refuse") for kind in KINDS)
MOST_LINES = 500  # of a list
MOST_PATTERNS = 50  # regular expressions of a list: each searches every comment
LONGEST_LINE = 200  # characters
LONGEST = MOST_LINES * LONGEST_LINE  # characters of a list
MOST_STARS = 2  # in a line
# seconds of processor time to try all expressions of a list; 50 ordinary ones take a tenth of one
CHECKING = 5
# an expression that matches both of these is taken to match every comment
ORDINARY = "Terima kasih", "7?"

_PATTERN = re.compile(r"/(.+)/i?")


class Line(NamedTuple):
    """One line of a list."""

    number: int
    text: str
    meaning: Meaning


class BadLine(ValueError):
    """A line that is not accepted: its number, its text, the fault, and a detail of it if there is
    one.
    """

    def __init__(self, number: int, line: str, fault: Fault, detail: object = "") -> None:
        super().__init__(number, line, fault, detail)
        self.number, self.line, self.fault, self.detail = number, line, fault, detail


class Found(NamedTuple):
    """A line of the list `name` that a comment matches; or, with `is_slow`, one that took too long
    to tell.
    """

    name: str
    line: Line
    is_slow: bool = False

    @property
    def reason(self) -> str:
        """The reason stored with a comment that this line holds, like `words:judi*`."""
        return f"{self.name.partition('_')[2]}:{self.line.text}"


def parsed(kind: str, text: str) -> list[Line]:
    """Return the lines of a list. Raises BadLine for the first faulty one; regular expressions are
    not tried out.
    """
    numbered = enumerate(text.split("\n"), 1)
    lines = [(number, line.strip()) for number, line in numbered if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadLine(*lines[MOST_LINES], Fault.MANY, MOST_LINES)
    patterns = [line for line in lines if _PATTERN.fullmatch(line[1])]
    if len(patterns) > MOST_PATTERNS:
        raise BadLine(*patterns[MOST_PATTERNS], Fault.PATTERNS, MOST_PATTERNS)
    return [Line(number, line, _meaning(kind, number, line)) for number, line in lines]


def checked(kind: str, text: str) -> list[Line]:
    """Return the lines of a list, its regular expressions tried out for speed and for matching
    everything. Raises BadLine.
    """
    lines = parsed(kind, text)
    clock = Clock(CHECKING)
    for number, line, meaning in lines:
        if meaning.pattern:
            try:
                meaning.pattern.try_out(clock)
                if all(meaning.pattern.search(ordinary, clock) for ordinary in ORDINARY):
                    raise BadLine(number, line, Fault.WIDE)
            except Slow as slow:
                raise BadLine(number, line, Fault.SLOW) from slow
    return lines


def usable(kind: str, text: str) -> list[Line]:
    """Return the good lines of a list: a later version may refuse one that was accepted, and the
    rest still count.
    """
    found: list[Line] = []
    for line in text.split("\n"):
        with suppress(BadLine):
            found += parsed(kind, line)
    return found


def first_match(listed: Mapping[str, list[Line]], verdict: str, sample: Sample) -> Found | None:
    """Return the first line of the lists of that verdict that the comment matches, or that is too
    slow to tell.
    """
    for kind in KINDS:
        name = f"{verdict}_{kind}"
        if not listed.get(name):
            continue
        seen = SEEN[kind](sample)
        for line in listed[name]:
            if line.meaning.is_whole:
                may_match = line.meaning.needle in sample.every_word
            else:
                may_match = line.meaning.needle in seen
            try:
                if may_match and line.meaning.matches(sample):
                    return Found(name, line)
            except Slow:
                return Found(name, line, is_slow=True)
    return None


def apart(before: str, after: str) -> tuple[str, str]:
    """Return the lines that only the first of two texts has, and those that only the second has."""
    old, new = before.split("\n"), after.split("\n")
    removed = [line for line in old if line not in new]
    added = [line for line in new if line not in old]
    return "\n".join(removed), "\n".join(added)


def _meaning(kind: str, number: int, line: str) -> Meaning:
    try:
        if len(line) > LONGEST_LINE:
            raise Unfit(Fault.LONG, len(line))
        if pattern := _PATTERN.fullmatch(line):
            return expression(kind, pattern[1])
        if line.count("*") > MOST_STARS:
            raise Unfit(Fault.STARS, MOST_STARS)
        return PLAIN[kind](line)
    except Unfit as unfit:
        raise BadLine(number, line[:60], unfit.fault, unfit.detail) from unfit
