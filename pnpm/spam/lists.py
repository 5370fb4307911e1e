"""The office's lists: words, domains, names and addresses that hold or refuse a comment; one a line, `*` for any letters,
or a regular expression between slashes."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from .matching import OF, BadLine, Fault, by_pattern
from .patterns import Pattern, Slow
from .sample import Sample

KINDS = "words", "domains", "names", "addresses"
VERDICTS = "hold", "refuse"
NAMES = tuple(f"{verdict}_{kind}" for verdict in VERDICTS for kind in KINDS)
MOST_LINES = 500  # of a list
LONGEST_LINE = 200  # characters
MOST_STARS = 2  # in a line: each more makes it slower in long texts


@dataclass(frozen=True)
class Line:
    """One line of a list."""

    text: str
    matches: Callable[[Sample], bool]


def parsed(kind: str, text: str) -> list[Line]:
    """The lines of one list. BadLine for the first that will not do; a regular expression is not tried here."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadLine(*lines[MOST_LINES], Fault.MANY, str(MOST_LINES))
    return [_line(kind, number, line) for number, line in lines]


def checked(kind: str, text: str, samples: Iterable[Sample] = ()) -> list[Line]:
    """The same, each regular expression tried in texts that lead such ones astray, and in these samples' texts."""
    lines = parsed(kind, text)
    texts = [sample.text for sample in samples]
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if _is_pattern(line):
            try:
                Pattern(line[1:-1]).try_on(texts)
            except Slow as slow:
                raise BadLine(number, line, Fault.SLOW) from slow
    return lines


def usable(kind: str, text: str) -> list[Line]:
    """The lines of one list that will do: what was taken once may be refused by a later version, and must not stop the rest."""
    found = []
    for line in text.splitlines():
        with suppress(BadLine):
            found += parsed(kind, line)
    return found


def first_match(lines: list[Line], sample: Sample) -> str:
    """The first line that the comment matches, or nothing. One that takes too long is taken to match: somebody should look."""
    for line in lines:
        try:
            if line.matches(sample):
                return line.text
        except Slow:
            return line.text
    return ""


def _line(kind, number, line):
    if len(line) > LONGEST_LINE:
        raise BadLine(number, line[:40], Fault.LONG, str(LONGEST_LINE))
    if _is_pattern(line):
        return Line(line, by_pattern(kind, number, line))
    if line.count("*") > MOST_STARS:
        raise BadLine(number, line, Fault.STARS, str(MOST_STARS))
    if not line.strip("*. "):
        raise BadLine(number, line, Fault.WIDE)
    return Line(line, OF[kind](number, line))


def _is_pattern(line):
    return len(line) > 2 and line[0] == line[-1] == "/"
