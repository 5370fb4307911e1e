"""What becomes of a comment, from what speaks for and against an advertisement: it is published,
waits for a moderator, or goes to the spam folder.
"""

import enum
from collections.abc import Iterable
from math import exp
from typing import Any, NamedTuple


class Outcome(enum.Enum):
    """What is to become of a comment; stored with it."""

    PUBLISH = "publish"
    HOLD = "hold"
    SPAM = "spam"


class Strength(enum.Enum):
    """How readily comments are held, as the office chooses."""

    LENIENT = "lenient"
    NORMAL = "normal"
    STRICT = "strict"


class Evidence(enum.Enum):
    """Kinds of what speaks for an advertisement, or against it."""

    TEXT = "text"  # the model, of the text
    NAME = "author-text"  # the model, of the author's name, where that says more than the text
    WEBSITE = "website-text"
    WARNING = "warning"  # it warns or complains, as advertisers do not
    LEARNED = "learned"  # what this site's moderators decided about others like it
    MEMORY = "memory"  # a name that a moderator called spam
    COPY = "copy"  # nearly the same text as others
    SHARED = "shared"  # an unusual name in comments from several addresses
    HOST = "host"
    PHONE = "phone"
    SHORTENER = "shortener"  # an address that hides where it leads
    ADDRESS = "address"  # an unknown name from an address that spam came from


# Of the text itself and what was learnt here: only that can make a comment spam, as the rest says
# who else wrote, not what was written.
OF_THE_TEXT = frozenset(
    {Evidence.TEXT, Evidence.NAME, Evidence.WEBSITE, Evidence.WARNING, Evidence.LEARNED}
)
_KINDS_OF_THE_TEXT = frozenset(kind.value for kind in OF_THE_TEXT)
# what a threshold is raised by: from which sum on a comment waits, and is spam
SHIFTS = {
    Strength.LENIENT: (1.5, 1.5),
    Strength.NORMAL: (0.0, 0.0),
    Strength.STRICT: (-1.0, 0.0),
}
LEAST_SHOWN = 0.5  # a signal below does not explain why a comment waits


class Signal(NamedTuple):
    """Something that speaks for an advertisement (`weight` above 0) or against it. Weights are sums
    of the model, natural logarithms of odds, and add up; that of the text is 0 where comments begin
    to wait. `detail` is what was found, like a name.
    """

    kind: Evidence
    weight: float
    detail: str = ""

    @property
    def reason(self) -> str:
        """The reason stored with a comment that waits: `memory:aero88`."""
        return f"{self.kind.value}:{self.detail}" if self.detail else self.kind.value


class Assessment(NamedTuple):
    """All signals of a comment, the language whose weights judged it, and `certain`: from which sum
    of the text on it is spam without anybody looking.
    """

    signals: list[Signal]
    certain: float
    language: str

    @property
    def of_text(self) -> float:
        """Return what the text says, without who else wrote."""
        return sum(each.weight for each in self.signals if each.kind in OF_THE_TEXT)

    @property
    def is_warning(self) -> bool:
        """Whether the text warns or complains: such a one is never called spam."""
        return any(signal.kind is Evidence.WARNING for signal in self.signals)

    @property
    def value(self) -> float:
        """Return the sum of all signals as a probability: 0.5 is where comments begin to wait."""
        total = sum(signal.weight for signal in self.signals)
        if self.is_warning:
            total = min(total, self.certain - 0.01)
        return probability(total)

    def outcome(self, strength: Strength) -> Outcome:
        """Return what becomes of the comment. In doubt it waits."""
        to_hold, to_call_spam = SHIFTS[strength]
        if sum(signal.weight for signal in self.signals) < to_hold:
            return Outcome.PUBLISH
        if self.is_warning or self.of_text < self.certain + to_call_spam:
            return Outcome.HOLD
        return Outcome.SPAM

    def reasons(self) -> list[str]:
        """Return why it waits, the strongest first."""
        strong = [signal for signal in self.signals if signal.weight >= LEAST_SHOWN]
        strong = strong or [max(self.signals, key=lambda signal: signal.weight)]
        return [signal.reason for signal in sorted(strong, key=lambda each: -each.weight)]

    def stored(self) -> dict[str, Any]:
        """Return it as it is stored in JSON."""
        return {
            "certain": round(self.certain, 2),
            "language": self.language,
            "signals": [
                [signal.kind.value, round(signal.weight, 2), signal.detail]
                for signal in self.signals
            ],
        }


def probability(total: float) -> float:
    """Return the probability whose logarithm of odds is a sum of weights."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


def sum_of_text(stored: dict[str, Any]) -> float:
    """Return what the text says by an assessment that was stored, as `Assessment.of_text`."""
    rows: Iterable[list[Any]] = stored.get("signals", ())
    return sum([float(weight) for kind, weight, _of in rows if kind in _KINDS_OF_THE_TEXT])


def read(stored: dict[str, Any]) -> Assessment:
    """Return an assessment that was stored; kinds that only another version knows are left out."""
    known = {kind.value for kind in Evidence}
    rows: Iterable[list[Any]] = stored.get("signals", ())
    signals = [Signal(Evidence(kind), weight, of) for kind, weight, of in rows if kind in known]
    return Assessment(signals, stored.get("certain", float("inf")), stored.get("language", ""))
