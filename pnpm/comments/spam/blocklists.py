"""The office's lists: words, domains, names and addresses that hold or refuse a comment; one a
line, `*` for any letters, or a regular expression between slashes.
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
MOST_PATTERNS = 50  # regular expressions among them: each looks at every comment
LONGEST_LINE = 200  # characters
LONGEST = MOST_LINES * LONGEST_LINE  # characters of a list
MOST_STARS = 2  # in a line
# seconds of the processor for trying all expressions of one list; 50 ordinary ones take a tenth
CHECKING = 5
# a regular expression that finds something in both finds it in every comment
ORDINARY = "Terima kasih", "7?"

_PATTERN = re.compile(r"/(.+)/i?")


class Line(NamedTuple):
    """One line of a list."""

    number: int
    text: str
    meaning: Meaning


class BadLine(ValueError):
    """A line that is not taken: which, what is wrong with it, and more of that if there is more."""

    def __init__(self, number: int, line: str, fault: Fault, detail: object = "") -> None:
        super().__init__(number, line, fault, detail)
        self.number, self.line, self.fault, self.detail = number, line, fault, detail


class Found(NamedTuple):
    """A line that a comment matches, of the list `name`; or one that looked for too long, which
    nobody can tell of.
    """

    name: str
    line: Line
    is_slow: bool = False

    @property
    def reason(self) -> str:
        """What is kept with a comment that waits for it: `words:judi*`."""
        return f"{self.name.partition('_')[2]}:{self.line.text}"


def parsed(kind: str, text: str) -> list[Line]:
    """The lines of one list. BadLine for the first that will not do; a regular expression is not
    tried here.
    """
    lines = [
        (number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    if len(lines) > MOST_LINES:
        raise BadLine(*lines[MOST_LINES], Fault.MANY, MOST_LINES)
    patterns = [line for line in lines if _PATTERN.fullmatch(line[1])]
    if len(patterns) > MOST_PATTERNS:
        raise BadLine(*patterns[MOST_PATTERNS], Fault.PATTERNS, MOST_PATTERNS)
    return [Line(number, line, _meaning(kind, number, line)) for number, line in lines]


def checked(kind: str, text: str) -> list[Line]:
    """The same, each regular expression tried in texts that lead such ones astray, and in ordinary
    ones.
    """
    lines, clock = parsed(kind, text), Clock(CHECKING)
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
    """The lines of one list that will do: what was taken once may be refused by a later version,
    and must not stop the rest.
    """
    found: list[Line] = []
    for line in text.split("\n"):
        with suppress(BadLine):
            found += parsed(kind, line)
    return found


def first_match(listed: Mapping[str, list[Line]], verdict: str, sample: Sample) -> Found | None:
    """The first line of the lists of that verdict that the comment matches, or that cannot tell in
    time.
    """
    for kind in KINDS:
        name = f"{verdict}_{kind}"
        if not listed.get(name):
            continue
        seen, words = SEEN[kind](sample), sample.every_word
        for line in listed[name]:
            if line.meaning.needle in (words if line.meaning.is_whole else seen):
                try:
                    if line.meaning.matches(sample):
                        return Found(name, line)
                except Slow:
                    return Found(name, line, is_slow=True)
    return None


def apart(before: str, after: str) -> tuple[str, str]:
    """Of two texts of a list, the lines that the other one lacks."""
    was, now = before.split("\n"), after.split("\n")
    return "\n".join(line for line in was if line not in now), "\n".join(
        line for line in now if line not in was
    )


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
