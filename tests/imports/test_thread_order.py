"""In which order comments are taken in."""

from pnpm.imports.thread_order import Ordered, Place, ordered


def places(*rows):
    return [Place(number, *row) for number, row in enumerate(rows, 1)]


def test_what_answers_comes_after_what_it_answers_whatever_the_clocks_said():
    found = list(ordered(places(("reply", "first", 5.0, 0), ("first", "", 9.0, 0))))
    assert found == [Ordered(1, 9.0, 1, "first", "first"), Ordered(2, 9.0, 0, "", "")]


def test_a_thread_of_any_depth_has_one_beginning():
    rows = [(f"{number}", f"{number - 1}", float(number), 0) for number in range(5000)]
    found = list(ordered(places(*rows[::-1])))
    assert found[0] == Ordered(1, 4999.0, 4999, "0", "4998")
    assert {one.first for one in found} == {"0", ""}


def test_an_answer_to_what_was_deleted_answers_the_next_above():
    rows = places(
        ("first", "", 1.0, 0),
        ("gone", "first", 2.0, 1),
        ("answer", "gone", 3.0, 0),
        ("alone", "gone too", 4.0, 0),
        ("gone too", "", 3.5, 1),
    )
    found = {one.number: (one.first, one.answered) for one in ordered(rows)}
    assert found[3] == ("first", "first")
    assert found[4] == ("", "")


def test_a_circle_is_broken_somewhere():
    found = list(ordered(places(("a", "b", 1.0, 0), ("b", "a", 2.0, 0), ("c", "c", 3.0, 0))))
    assert sorted(one.step for one in found) == [0, 0, 1]
