"""The office's regular expressions: tried out before they are saved, and stopped when they take
long.

They need the `regex` package, as Python's own cannot be stopped; it is imported only where one is
used.
"""

import re
from collections.abc import Iterator
from itertools import permutations
from time import thread_time

# Characters. An expression that takes exponential time shows that in a short text, where
# `judi.*slot.*gacor` is quick. One with nested repetitions has to be quick in a long text, too: as
# long as a comment may be by default.
SHORT, LONG = 200, 3000
MOST = 10  # letters, and words, of an expression that its test texts are made of

_ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]?", re.DOTALL)
_KIND = re.compile(r"\(\?(?:P?<\w+>|<?[=!]|[>|]|[a-zA-Z0-9-]*:)")
_ENDLESS = r"(?:[*+]|\{\d*,\})"
_GROUP = re.compile(rf"\(([^()]*)\)({_ENDLESS}|\{{[\d,]+\}})?")


def is_nested(source: str) -> bool:
    """Return whether an unbounded repetition is itself repeated, as in `(a+)+` and `(.*a){20}`."""
    bare = _KIND.sub("(", _ATOM.sub("x", source))
    while group := _GROUP.search(bare):
        repeats = re.search(_ENDLESS, group[1])
        if repeats and group[2]:
            return True
        simpler = "x+" if repeats else f"x{group[2] or ''}"
        bare = bare[: group.start()] + simpler + bare[group.end() :]
    return False


def texts(source: str, length: int) -> Iterator[str]:
    """Yield texts of about that length that make backtracking expressions slow: long runs of the
    expression's own letters and words that end in a mismatch, or that are one repetition short.
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
    # Engines give up at once if a required letter is missing: hence all of them at the end.
    ends = ["\0", f"\0{' '.join(words)}{whole}"]
    for run in dict.fromkeys(filter(None, runs)):
        for end in ends:
            yield run * (length // len(run)) + end
    for count in {int(number) for number in re.findall(r"\d{1,3}", source)} - {0, 1}:
        for letter in letters:
            yield (letter + " " * (length // count)) * (count - 1)


def _letter(escaped: re.Match[str]) -> str:
    digits = next(filter(None, escaped.groups()))
    return chr(min(int(digits, 16), 0x10FFFF))


# Seconds of processor time, so that a busy host makes no expression slow. Ordinary ones take
# milliseconds.
LONGEST_LOOK = 0.05  # for one expression in one text
LONGEST_IN_ALL = 0.25  # for all of them in one comment, however many there are
# for one expression in one test text, by the text's length: many times what ordinary ones take
LONGEST_TRIAL = {SHORT: 0.02, LONG: 0.005}


class Slow(Exception):
    """The expression takes too long in some text."""


class Missing(Exception):
    """This host lacks the package that expressions need."""


class Broken(ValueError):
    """An invalid regular expression; `position` is where that shows, counted from 0."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Clock:
    """The processor time that expressions may still take together."""

    def __init__(self, seconds: float = LONGEST_IN_ALL) -> None:
        self._end = thread_time() + seconds

    def left(self, longest: float) -> float:
        """Return the seconds for the next search, at most `longest`. Raises Slow if none are
        left.
        """
        left = min(longest, self._end - thread_time())
        if left <= 0:
            raise Slow
        return left


class Pattern:
    """A case-insensitive regular expression. Raises Broken if it is invalid, Missing without the
    package.
    """

    def __init__(self, source: str) -> None:
        try:
            import regex
        except ImportError as error:
            raise Missing from error
        self.source = source
        try:
            self._compiled = regex.compile(source, regex.IGNORECASE | regex.VERSION0)
        except Exception as error:  # also ValueError, RecursionError, OverflowError …
            raise Broken(getattr(error, "pos", None) or 0) from error

    def search(self, text: str, clock: Clock, longest: float = LONGEST_LOOK) -> bool:
        """Return whether it matches anywhere in the text. Raises Slow if that takes too long."""
        left = clock.left(longest)
        try:
            # Not concurrent: the timeout counts the processor time of the whole process.
            found = self._compiled.search(text, timeout=left, concurrent=False)
            return found is not None
        except (TimeoutError, MemoryError) as error:
            raise Slow from error

    def try_out(self, clock: Clock) -> None:
        """Raise Slow if it takes too long in texts that make such expressions slow."""
        length = LONG if is_nested(self.source) else SHORT
        for text in texts(self.source, length):
            self.search(text, clock, LONGEST_TRIAL[length])
