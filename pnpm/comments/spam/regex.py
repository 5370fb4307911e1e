"""Regular expressions that the office writes: tried before they are taken, and stopped when they take long.

With the `regex` package, since Python's own cannot be stopped; it is loaded only where such an expression is used.
"""

from time import thread_time

from .astray import LONG, SHORT, is_nested, texts

# Seconds of the processor, so that a busy host makes no expression slow. Ordinary ones take thousandths of a second.
LONGEST_LOOK = 0.05  # for one expression in one text
LONGEST_IN_ALL = 0.25  # for all of them in one comment, however many there are
LONGEST_TRIAL = {SHORT: 0.02, LONG: 0.005}  # for one in one of the texts that it is tried in: many times what natural ones take


class Slow(Exception):
    """The expression takes too long in some texts."""


class Missing(Exception):
    """This host lacks the package that expressions need."""


class Broken(ValueError):
    """It is no regular expression; `position` is where that shows, counted from 0."""

    def __init__(self, position: int):
        super().__init__(position)
        self.position = position


class Clock:
    """How long expressions may still take, together."""

    def __init__(self, seconds: float = LONGEST_IN_ALL):
        self._end = thread_time() + seconds

    def left(self, longest: float) -> float:
        """The seconds for the next one. Slow if there are none."""
        left = min(longest, self._end - thread_time())
        if left <= 0:
            raise Slow
        return left


class Pattern:
    """A regular expression of the office, whatever the case of letters. Broken if it is none, Missing without the package."""

    def __init__(self, source: str):
        try:
            import regex
        except ImportError as error:
            raise Missing from error
        self.source = source
        try:
            self._compiled = regex.compile(source, regex.IGNORECASE | regex.VERSION0)
        except Exception as error:  # it raises more kinds than its own: ValueError, RecursionError, OverflowError …
            raise Broken(getattr(error, "pos", None) or 0) from error

    def search(self, text: str, clock: Clock, longest: float = LONGEST_LOOK) -> bool:
        """Whether it is somewhere in the text. Slow if that cannot be told in time."""
        try:
            # Not concurrent: the package counts the processor's time of the whole process.
            return self._compiled.search(text, timeout=clock.left(longest), concurrent=False) is not None
        except (TimeoutError, MemoryError) as error:
            raise Slow from error

    def try_out(self, clock: Clock) -> None:
        """Slow if it takes too long in texts that lead such expressions astray."""
        length = LONG if is_nested(self.source) else SHORT
        for text in texts(self.source, length):
            self.search(text, clock, LONGEST_TRIAL[length])
