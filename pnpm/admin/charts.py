"""The shapes of the office's SVG charts, in units that are pixels on a phone: vertical columns and
horizontal beams.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

WIDTH, HEIGHT = 320, 168  # of a chart of columns
ABOVE, BELOW = 8, 24  # room over the columns for air, and under them for their labels
DIGIT = 7  # the width of one, in text of 12
MARKS = 5  # labels under many columns: more would run together
LINES = 3  # at most, above the ground line
LEAST = 1  # the height of the lowest column: one spam among a thousand is seen, too
BEAM = 36  # from one beam to the next, with its label above it
BESIDE = 48  # room beside a beam for its number
LETTERS = 44  # of a beam's label, at most


class Line(NamedTuple):
    """A line across the chart, and the number that it stands for."""

    y: float
    label: str


class Mark(NamedTuple):
    """A label under a column; `anchor` is SVG's text-anchor, the part of the label that is at x."""

    x: float
    label: str
    anchor: str


class Columns(NamedTuple):
    """A chart of stacked columns: the `d` of one path for each series, the lines behind them, the
    labels under them.
    """

    paths: dict[str, str]
    lines: list[Line]
    marks: list[Mark]
    left: float  # where the columns begin, beside the lines' labels
    ground: float = HEIGHT - BELOW
    width: float = WIDTH
    height: float = HEIGHT


class Beam(NamedTuple):
    """A horizontal beam: its place from the top, its length, its label and its number."""

    y: float
    length: float
    label: str
    value: int


def columns(
    labels: Sequence[str], series: Mapping[str, Sequence[float]], unit: str = ""
) -> Columns:
    """Return a chart with one stacked column for each label. Each series has a number (0 or more)
    for each label, and the first series is the lowest; `unit` is written after the numbers.
    """
    sums = [sum(values) for values in zip(*series.values(), strict=True)]
    highest = max(sums, default=0)
    step = _step(highest)
    top = step * max(1, ceil(highest / step))
    left = DIGIT * len(f"{top}{unit}") + 10
    scale = (HEIGHT - BELOW - ABOVE) / top
    lines = [
        Line(_round(HEIGHT - BELOW - value * scale), f"{value}{unit}")
        for value in range(0, top + 1, step)
    ]
    return Columns(_paths(series, left, scale), lines, _marks(labels, left), left)


def beams(counts: Sequence[tuple[str, int]]) -> list[Beam]:
    """Return a beam for each label and number; the largest number fills the width."""
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
    """Return the distance between two lines: 1, 2 or 5 times a power of ten, so that there are no
    more than LINES of them.
    """
    size = 1
    while True:
        for digit in (1, 2, 5):
            if most <= digit * size * LINES:
                return digit * size
        size *= 10


def _paths(series, left, scale):
    """Return one path for each series, however many columns it has: so the page of 90 days stays
    small.
    """
    places = len(next(iter(series.values()), ()))
    pitch = (WIDTH - left) / max(1, places)
    tops = [HEIGHT - BELOW] * places  # of the columns as they are stacked so far
    paths = {}
    for name, values in series.items():
        shapes = []
        for place, value in enumerate(values):
            if value:
                height = max(LEAST, value * scale)
                tops[place] -= height
                x = left + pitch * (place + 0.1)
                shapes.append(_rectangle(x, tops[place], pitch * 0.8, height))
        paths[name] = "".join(shapes)
    return paths


def _rectangle(x, top, width, height):
    x, top, width, height = map(_round, (x, top, width, height))
    return f"M{x:g} {top:g}h{width:g}v{height:g}h{-width:g}z"


def _marks(labels, left):
    """Return a label under each column; under many columns, only MARKS labels, evenly spread."""
    last = len(labels) - 1
    pitch = (WIDTH - left) / max(1, len(labels))
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
    if len(label) <= LETTERS:
        return label
    return f"{label[: LETTERS - 1].rstrip()}…"


def _round(number):
    return round(number, 1)
