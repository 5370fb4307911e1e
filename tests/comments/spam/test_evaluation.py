"""How good the model is said to be."""

import xml.etree.ElementTree as ET

import pytest

from pnpm.comments.spam.evaluation import Judged, by_group, curve, figures, is_spam_label, plot

JUDGED = [
    Judged(0.9, True, "a"),
    Judged(0.8, True, "b"),
    Judged(0.6, False),
    Judged(0.2, True, "a"),
    Judged(0.1, False),
]


def test_figures_count_what_is_held():
    found = figures(JUDGED, 0.5)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.f1 == pytest.approx(2 / 3)
    assert found.people_held == 0.5


def test_figures_of_nothing_are_0():
    assert figures([], 0.5) == (0.5, 0, 0, 0, 0)


def test_the_largest_group_comes_first():
    assert [(name, len(group)) for name, group in by_group(JUDGED).items()] == [
        ("a", 2),
        ("", 2),
        ("b", 1),
    ]


def test_the_curve_goes_from_nothing_to_everything():
    found = curve(JUDGED)
    assert (found[0], found[-1]) == ((0, 0), (1, 1))
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("label", "is_spam"), [("1", True), ("spam", True), (" 0", False), ("", False)]
)
def test_labels_are_read(label, is_spam):
    assert is_spam_label(label) is is_spam


def test_the_plot_is_svg_with_a_dot_for_each_shipped_threshold():
    drawn = ET.fromstring(plot(JUDGED, [figures(JUDGED, 0.5), figures(JUDGED, 0.85)]))
    assert len(list(drawn.iter("{http://www.w3.org/2000/svg}circle"))) == 2
