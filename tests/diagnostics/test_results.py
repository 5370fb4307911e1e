"""What checks find: a line each, in their order, to the one after which nothing can be checked."""

import pytest

from pnpm.diagnostics.results import LONGEST, Fatal, Finding, Ill, of, quoted


def fine(thing):
    return f"{thing} is fine"


def no_matter(thing):
    return None


def ill(thing):
    raise Ill(f"{thing} is ill")


def fatal(thing):
    raise Fatal(f"{thing} is gone")


def broken(thing):
    raise KeyError(thing)


def test_each_is_a_line_and_what_does_not_apply_is_none():
    assert list(of([fine, no_matter, ill, fine], "it")) == [
        Finding(True, "it is fine", "fine"),
        Finding(False, "it is ill", "ill"),
        Finding(True, "it is fine", "fine"),
    ]


def test_nothing_is_checked_after_what_is_fatal():
    assert list(of([fatal, fine], "it")) == [Finding(False, "it is gone", "fatal", is_last=True)]


def test_a_check_that_fails_is_told_without_its_values_and_the_others_go_on():
    failed, other = of([broken, fine], "a secret")
    assert not failed.is_fine
    assert "“broken” gagal (KeyError)" in failed.words
    assert "secret" not in failed.words
    assert other.is_fine


@pytest.mark.parametrize(
    ("said", "line"),
    [("a\r\nb\x1b[2Jc\0", "a b[2Jc"), ("x" * 999, "x" * LONGEST + "…"), (404, "404")],
)
def test_what_others_say_cannot_spoil_a_line(said, line):
    assert quoted(said) == line
