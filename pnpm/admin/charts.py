"""Numbers to the shapes of an SVG chart, in units that are pixels on a phone: columns that stand,
beams that lie.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

WIDTH, HEIGHT = 320, 168  # of a chart of columns
ABOVE, BELOW = 8, 24  # the columns: air, and their labels
DIGIT = 7  # wide, in text of 12
MARKS = 5  # labels at the most, or they run together
LINES = 3  # above the ground
LEAST = 1  # high: one spam among a thousand is seen, too
BEAM = 36  # from one to the next, with its label above it
BESIDE = 48  # a beam, for its number
LETTERS = 44  # of a label


class Line(NamedTuple):
    """A line across the chart, and what it stands for."""

    y: float
    label: str


class Mark(NamedTuple):
    """A label under a column; `anchor` is which part of it stands at x, as SVG calls it."""

    x: float
    label: str
    anchor: str


class Columns(NamedTuple):
    """Stacked columns: for each series the `d` of a path, the lines behind them, the labels under
    them.
    """

    paths: dict[str, str]
    lines: list[Line]
    marks: list[Mark]
    left: float  # where the columns begin, beside the lines' labels
    ground: float = HEIGHT - BELOW
    width: float = WIDTH
    height: float = HEIGHT


class Beam(NamedTuple):
    """A lying beam: where its label stands, where it lies, how long it is."""

    y: float
    length: float
    label: str
    value: int


def columns(
    labels: Sequence[str], series: Mapping[str, Sequence[float]], unit: str = ""
) -> Columns:
    """A column for each label; of the series, which have as many numbers (0 or more, of a `unit`),
    the first stands lowest.
    """
    sums = [sum(values) for values in zip(*series.values(), strict=True)]
    step = _step(max(sums, default=0))
    top = step * max(1, ceil(max(sums, default=0) / step))
    left, scale = DIGIT * len(f"{top}{unit}") + 10, (HEIGHT - BELOW - ABOVE) / top
    lines = [
        Line(_round(HEIGHT - BELOW - value * scale), f"{value}{unit}")
        for value in range(0, top + 1, step)
    ]
    return Columns(_paths(series, left, scale), lines, _marks(labels, left), left)


def beams(counts: Sequence[tuple[str, int]]) -> list[Beam]:
    """A beam for each label and number; the longest number fills the width."""
    longest = max((value for _label, value in counts), default=0) or 1
    return [
        Beam(
            place * BEAM,
            _round(max(LEAST, (WIDTH - BESIDE) * value / longest)),
            _shortened(label),
            value,
        )
        for place, (label, value) in enumerate(counts)
    ]


def _step(most):
    """From one line to the next: a round number, so that there are few."""
    size = 1
    while True:
        for digit in (1, 2, 5):
            if most <= digit * size * LINES:
                return digit * size
        size *= 10


def _paths(series, left, scale):
    """Of each series one path, whatever the number of columns: a page of 90 days is small that
    way.
    """
    places = len(next(iter(series.values()), ()))
    pitch = (WIDTH - left) / max(1, places)
    tops, paths = [HEIGHT - BELOW] * places, {}
    for name, values in series.items():
        shapes = []
        for place, value in enumerate(values):
            if value:
                high = max(LEAST, value * scale)
                tops[place] -= high
                x, top = _round(left + pitch * (place + 0.1)), _round(tops[place])
                wide, high = _round(pitch * 0.8), _round(high)
                shapes.append(f"M{x:g} {top:g}h{wide:g}v{high:g}h{-wide:g}z")
        paths[name] = "".join(shapes)
    return paths


def _marks(labels, left):
    last, pitch = len(labels) - 1, (WIDTH - left) / max(1, len(labels))
    if last < MARKS + 1:
        return [
            Mark(_round(left + pitch * (place + 0.5)), label, "middle")
            for place, label in enumerate(labels)
        ]
    chosen = [round(last * mark / (MARKS - 1)) for mark in range(MARKS)]
    inner = [
        Mark(_round(left + pitch * (place + 0.5)), labels[place], "middle")
        for place in chosen[1:-1]
    ]
    return [Mark(left, labels[0], "start"), *inner, Mark(WIDTH, labels[last], "end")]


def _shortened(label):
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1].rstrip()}…"


def _round(number):
    return round(number, 1)
