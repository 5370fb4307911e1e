"""Regular expressions that the office writes: tried before they are taken, and stopped when they
take long.

With the `regex` package, since Python's own cannot be stopped; it is loaded only where such an
expression is used.
"""

import re
from collections.abc import Iterator
from itertools import permutations
from time import thread_time

# Characters. What takes exponentially long shows in a short text, where `judi.*slot.*gacor` is
# quick; what repeats a repetition has to be quick in a long one, too: what a comment has at most,
# unless a host sets more.
SHORT, LONG = 200, 3000
MOST = 10  # of the letters and of the words that an expression speaks of

_ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]?", re.DOTALL)
_KIND = re.compile(r"\(\?(?:P?<\w+>|<?[=!]|[>|]|[a-zA-Z0-9-]*:)")
_ENDLESS = r"(?:[*+]|\{\d*,\})"
_GROUP = re.compile(rf"\(([^()]*)\)({_ENDLESS}|\{{[\d,]+\}})?")


def is_nested(source: str) -> bool:
    """Whether something in it that repeats without end is repeated itself, as in `(a+)+` and
    `(.*a){20}`.
    """
    bare = _KIND.sub("(", _ATOM.sub("x", source))
    while group := _GROUP.search(bare):
        repeats = re.search(_ENDLESS, group[1])
        if repeats and group[2]:
            return True
        bare = (
            bare[: group.start()]
            + ("x+" if repeats else f"x{group[2] or ''}")
            + bare[group.end() :]
        )
    return False


def texts(source: str, length: int) -> Iterator[str]:
    """Texts of about that length: long runs of what the expression speaks of, ended by what it does
    not; and one too few.
    """
    spoken = _ESCAPED.sub(_letter, source)
    letters = list(dict.fromkeys(letter for letter in spoken if letter not in "\\()[]{}^$"))[:MOST]
    words = list(dict.fromkeys(re.findall(r"[^\W_]{2,}", spoken)))[:MOST]
    whole = "".join(letters)
    runs = [
        *letters,
        *"a0 -.",
        "a ",
        "0 ",
        *words,
        " ".join(words),
        whole,
        *map("".join, permutations(letters, 2)),
    ]
    # Engines look first for the letters that have to be there: hence all of them at the end.
    ends = ["\0", f"\0{' '.join(words)}{whole}"]
    for run in dict.fromkeys(filter(None, runs)):
        for end in ends:
            yield run * (length // len(run)) + end
    for count in {int(number) for number in re.findall(r"\d{1,3}", source)} - {0, 1}:
        for letter in letters:
            yield (letter + " " * (length // count)) * (count - 1)


def _letter(escaped: re.Match[str]) -> str:
    return chr(min(int(next(filter(None, escaped.groups())), 16), 0x10FFFF))


# Seconds of the processor, so that a busy host makes no expression slow. Ordinary ones take
# thousandths of a second.
LONGEST_LOOK = 0.05  # for one expression in one text
LONGEST_IN_ALL = 0.25  # for all of them in one comment, however many there are
# for one in one of the texts that it is tried in: many times what natural ones take
LONGEST_TRIAL = {SHORT: 0.02, LONG: 0.005}


class Slow(Exception):
    """The expression takes too long in some texts."""


class Missing(Exception):
    """This host lacks the package that expressions need."""


class Broken(ValueError):
    """It is no regular expression; `position` is where that shows, counted from 0."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Clock:
    """How long expressions may still take, together."""

    def __init__(self, seconds: float = LONGEST_IN_ALL) -> None:
        self._end = thread_time() + seconds

    def left(self, longest: float) -> float:
        """The seconds for the next one. Slow if there are none."""
        left = min(longest, self._end - thread_time())
        if left <= 0:
            raise Slow
        return left


class Pattern:
    """A regular expression of the office, whatever the case of letters. Broken if it is none,
    Missing without the package.
    """

    def __init__(self, source: str) -> None:
        try:
            import regex
        except ImportError as error:
            raise Missing from error
        self.source = source
        try:
            self._compiled = regex.compile(source, regex.IGNORECASE | regex.VERSION0)
        # it raises more kinds than its own: ValueError, RecursionError, OverflowError …
        except Exception as error:
            raise Broken(getattr(error, "pos", None) or 0) from error

    def search(self, text: str, clock: Clock, longest: float = LONGEST_LOOK) -> bool:
        """Whether it is somewhere in the text. Slow if that cannot be told in time."""
        try:
            # Not concurrent: the package counts the processor's time of the whole process.
            return (
                self._compiled.search(text, timeout=clock.left(longest), concurrent=False)
                is not None
            )
        except (TimeoutError, MemoryError) as error:
            raise Slow from error

    def try_out(self, clock: Clock) -> None:
        """Slow if it takes too long in texts that lead such expressions astray."""
        length = LONG if is_nested(self.source) else SHORT
        for text in texts(self.source, length):
            self.search(text, clock, LONGEST_TRIAL[length])
