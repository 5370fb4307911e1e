"""How good the model is on texts with labels: precision, recall and how many people it holds, by
threshold, and a plot of it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import assessment
from .model import for_language
from .verdict import probability

THRESHOLDS = 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99, 0.999
SPAM_LABELS = frozenset(("1", "spam", "true", "yes"))
# of the plot, in pixels, and the largest share of people held that it shows
WIDTH, HEIGHT, MARGIN = 640, 400, 56
WIDEST = 0.02


class Judged(NamedTuple):
    """A text's value from the model, whether its label says spam, and the group that it is in."""

    value: float
    is_spam: bool
    group: str = ""


class Figures(NamedTuple):
    """What becomes of texts at a threshold: of what is held, how much is spam (`precision`); of
    spam, how much is held (`recall`); their harmonic mean; of people, how many are held.
    """

    threshold: float
    precision: float
    recall: float
    f1: float
    people_held: float


def judge(text: str, language: str) -> float:
    """Return what is said of a text by itself, by the weights for a language, from 0 to 1."""
    return assessment.of_text(assessment.read(assessment.Words(text)), language).value


def shipped(language: str) -> tuple[float, float]:
    """Return from which value on a comment waits, and from which on it is spam."""
    model = for_language(language)
    return probability(0.0), probability(model.spam - model.hold)


def is_spam_label(label: str) -> bool:
    """Return whether a label says spam."""
    return label.strip().lower() in SPAM_LABELS


def figures(judged: Sequence[Judged], threshold: float) -> Figures:
    """Return the figures at a threshold; 0 where there is nothing to count."""
    held = [each for each in judged if each.value >= threshold]
    caught = sum(each.is_spam for each in held)
    spam = sum(each.is_spam for each in judged)
    people = len(judged) - spam
    return Figures(
        threshold,
        _share(caught, len(held)),
        _share(caught, spam),
        _share(2 * caught, len(held) + spam),
        _share(len(held) - caught, people),
    )


def counts(judged: Sequence[Judged], hold: float, certain: float) -> dict[str, int]:
    """Return how many advertisements and how many people there are, and how many of each wait or
    are called spam by these thresholds.
    """
    found = {}
    for kind, is_spam in (("spam", True), ("ham", False)):
        values = [each.value for each in judged if each.is_spam is is_spam]
        found[kind] = len(values)
        found[f"{kind}_held"] = sum(value >= hold for value in values)
        found[f"{kind}_certain"] = sum(value >= certain for value in values)
    return found


def by_group(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """Return the texts by their group, the largest group first."""
    groups: dict[str, list[Judged]] = {}
    for each in judged:
        groups.setdefault(each.group, []).append(each)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def curve(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Return the share of people held, and the recall, at every threshold, the highest first."""
    spam = sum(each.is_spam for each in judged)
    people = len(judged) - spam
    points, caught, held = [(0.0, 0.0)], 0, 0
    ordered = sorted(judged, key=lambda each: -each.value)
    for number, each in enumerate(ordered):
        caught += each.is_spam
        held += not each.is_spam
        is_last = number + 1 == len(ordered)
        if is_last or ordered[number + 1].value != each.value:
            points.append((_share(held, people), _share(caught, spam)))
    return points


def plot(judged: Sequence[Judged], shipped: Sequence[Figures]) -> str:
    """Return an SVG of recall by people held, with the `shipped` thresholds as dots."""
    line = " ".join(
        f"{_x(held):.1f},{_y(recall):.1f}" for held, recall in curve(judged) if held <= WIDEST
    )
    dots = "".join(
        f'<circle cx="{_x(min(each.people_held, WIDEST)):.1f}" cy="{_y(each.recall):.1f}" r="5"/>'
        for each in shipped
    )
    rows = "".join(_row(tenth / 10) for tenth in range(0, 11, 2))
    columns = "".join(_column(WIDEST * quarter / 4) for quarter in range(5))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="13" role="img">'
        f"<title>Recall by people held</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{rows}{columns}'
        f'<polyline points="{line}" fill="none" stroke="#1a56a0" stroke-width="2"/>'
        f'<g fill="#b3261e">{dots}</g>'
        f'<text x="{MARGIN}" y="20">recall</text>'
        f'<text x="{WIDTH - 16}" y="{HEIGHT - 8}" text-anchor="end">people held</text></svg>\n'
    )


def _row(recall: float) -> str:
    y = _y(recall)
    return (
        f'<path d="M{MARGIN} {y:.1f}H{WIDTH - MARGIN}" stroke="#ddd"/>'
        f'<text x="{MARGIN - 8}" y="{y + 4:.1f}" text-anchor="end">{recall:.0%}</text>'
    )


def _column(held: float) -> str:
    x = _x(held)
    return (
        f'<path d="M{x:.1f} {MARGIN / 2:.1f}V{HEIGHT - MARGIN}" stroke="#ddd"/>'
        f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 18}" text-anchor="middle">{held:.1%}</text>'
    )


def _x(held: float) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * held / WIDEST


def _y(recall: float) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 1.5 * MARGIN) * recall


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
