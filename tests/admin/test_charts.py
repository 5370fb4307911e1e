"""Numbers to shapes: columns that stand on each other, lines at round numbers, few labels,
beams.
"""

import re

import pytest

from pnpm.admin import charts


def boxes(path):
    """The rectangles of a path: x, top, width, height."""
    return [
        tuple(map(float, box))
        for box in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path)
    ]


def numbers(count):
    return [str(number) for number in range(count)]


class TestColumns:
    def test_the_first_series_stands_on_the_ground_and_the_next_on_it(self):
        chart = charts.columns(["a", "b"], {"published": [6, 0], "spam": [2, 3]})
        (published,) = boxes(chart.paths["published"])
        spam = boxes(chart.paths["spam"])
        assert published[1] + published[3] == pytest.approx(chart.ground, abs=0.2)
        assert spam[0][1] + spam[0][3] == pytest.approx(published[1], abs=0.2)
        assert spam[1][1] + spam[1][3] == pytest.approx(chart.ground, abs=0.2)
        assert spam[1][0] > spam[0][0] == published[0]

    def test_heights_are_as_the_numbers_are(self):
        high, low = boxes(charts.columns(["a", "b"], {"one": [40, 10]}).paths["one"])
        assert high[3] == pytest.approx(4 * low[3], abs=0.3)

    def test_one_among_a_thousand_is_seen(self):
        chart = charts.columns(["a"], {"published": [1000], "spam": [1]})
        assert boxes(chart.paths["spam"])[0][3] >= charts.LEAST

    def test_nothing_draws_nothing(self):
        assert charts.columns(["a", "b"], {"one": [0, 0]}).paths == {"one": ""}
        assert charts.columns([], {"one": []}).paths == {"one": ""}

    @pytest.mark.parametrize(
        ("most", "labels"),
        [
            (0, ["0", "1"]),
            (1, ["0", "1"]),
            (3, ["0", "1", "2", "3"]),
            (4, ["0", "2", "4"]),
            (7, ["0", "5", "10"]),
            (31, ["0", "20", "40"]),
            (833, ["0", "500", "1000"]),
            (1500, ["0", "500", "1000", "1500"]),
        ],
    )
    def test_lines_stand_at_few_round_numbers_from_nothing_on(self, most, labels):
        lines = charts.columns(["a"], {"one": [most]}).lines
        assert [line.label for line in lines] == labels
        assert lines[0].y > lines[-1].y

    def test_their_labels_have_a_unit_and_room_for_it(self):
        chart = charts.columns(["a"], {"one": [7.5]}, "%")
        assert [line.label for line in chart.lines] == ["0%", "5%", "10%"]
        assert chart.left >= charts.DIGIT * len("10%")

    @pytest.mark.parametrize("count", [1, 6, 7, 13, 90])
    def test_labels_are_few_and_inside(self, count):
        marks = charts.columns(numbers(count), {"one": [1] * count}).marks
        assert len(marks) == count if count <= charts.MARKS + 1 else len(marks) == charts.MARKS
        assert (marks[0].label, marks[-1].label) == ("0", str(count - 1))
        assert all(0 <= mark.x <= charts.WIDTH for mark in marks)

    @pytest.mark.parametrize("count", [1, 5, 13, 90])
    def test_columns_stay_inside_whatever_their_number(self, count):
        chart = charts.columns(numbers(count), {"one": [7] * count, "two": [1] * count})
        for x, top, width, height in boxes("".join(chart.paths.values())):
            assert chart.left <= x and x + width <= charts.WIDTH
            assert top >= 0
            assert top + height <= chart.ground + 0.2

    def test_series_of_different_lengths_are_a_mistake(self):
        with pytest.raises(ValueError, match="zip"):
            charts.columns(["a", "b"], {"one": [1, 2], "two": [1]})


class TestBeams:
    def test_the_longest_leaves_room_for_its_number_and_the_others_are_in_proportion(self):
        first, second = charts.beams([("Satu", 40), ("Dua", 10)])
        assert first.length == charts.WIDTH - charts.BESIDE
        assert second.length == first.length / 4
        assert second.y > first.y

    def test_a_long_label_is_cut_and_says_so(self):
        (beam,) = charts.beams([("Musyawarah " * 10, 1)])
        assert len(beam.label) <= charts.LETTERS
        assert beam.label.endswith("…")

    def test_none_are_none(self):
        assert charts.beams([]) == []
