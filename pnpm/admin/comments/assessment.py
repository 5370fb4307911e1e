"""What the spam filter said of a comment, and the words that decided, for its own page."""

from typing import TYPE_CHECKING, NamedTuple

from flask_babel import lazy_gettext as _

from pnpm.comments.models import Comment
from pnpm.comments.spam import verdict
from pnpm.markup.sanitizer import plain
from pnpm.web.site import current_site

from .. import labels

if TYPE_CHECKING:
    from pnpm.comments.spam.explanation import Marked

# the least weight for which a signal is called so
STRENGTHS = ((3.0, _("kuat")), (1.0, _("sedang")), (0.0, _("lemah")))
FULL = 8.0  # a weight whose bar is as long as any
WIDTH = 100  # of a bar
MOST_WORDS = 6  # that are listed of each side


class ShownSignal(NamedTuple):
    """Something that the filter found: what in words, how strongly it speaks, its weight, and the
    length of its bar.
    """

    words: str
    strength: str
    weight: float
    width: int


class Explained(NamedTuple):
    """What the filter said: what speaks for an advertisement and what against it, the strongest
    first; their sum, and from which on a comment waits today, by the policy's strength; the text
    with its words marked, and those that speak most.
    """

    signals_for: list[ShownSignal]
    signals_against: list[ShownSignal]
    total: float
    limit: float
    strength: str
    marked: "Marked"
    words_for: list[str]
    words_against: list[str]


def explained(comment: Comment) -> Explained | None:
    """Return what the spam filter said of a comment; None where it was not asked."""
    if comment.verdict is None or not isinstance(comment.signals, dict):
        return None
    # imported here, as only a comment's own page needs it
    from pnpm.comments.spam.explanation import marked

    found = verdict.read(comment.signals)
    ordered = sorted(found.signals, key=lambda signal: -abs(signal.weight))
    strength = current_site().rules.strength()
    text = marked(plain(comment.html), found.language)
    return Explained(
        signals_for=[_shown(signal) for signal in ordered if signal.weight > 0],
        signals_against=[_shown(signal) for signal in ordered if signal.weight <= 0],
        total=sum(signal.weight for signal in found.signals),
        limit=verdict.SHIFTS[strength][0],
        strength=str(labels.STRENGTHS[strength]),
        marked=text,
        words_for=text.words(is_for=True, most=MOST_WORDS),
        words_against=text.words(is_for=False, most=MOST_WORDS),
    )


def _shown(signal: verdict.Signal) -> ShownSignal:
    size = abs(signal.weight)
    return ShownSignal(
        words=labels.signal(signal.kind.value, signal.detail, is_against=signal.weight <= 0),
        strength=next(str(words) for least, words in STRENGTHS if size >= least),
        weight=signal.weight,
        width=round(WIDTH * min(1.0, size / FULL)),
    )
