"""What becomes of a comment, from the signals."""

import pytest

from pnpm.comments.spam.verdict import (
    Assessment,
    Evidence,
    Outcome,
    Signal,
    Strength,
    probability,
    read,
)

CERTAIN = 3.0


def assessment(**weights):
    signals = [Signal(Evidence[kind], weight, "x") for kind, weight in weights.items()]
    return Assessment(signals, CERTAIN, "id")


@pytest.mark.parametrize(
    ("weights", "strength", "outcome"),
    [
        ({"TEXT": -0.1}, Strength.NORMAL, Outcome.PUBLISH),
        ({"TEXT": 0.0}, Strength.NORMAL, Outcome.HOLD),
        ({"TEXT": 3.0}, Strength.NORMAL, Outcome.SPAM),
        ({"TEXT": 1.0}, Strength.LENIENT, Outcome.PUBLISH),
        ({"TEXT": 3.0}, Strength.LENIENT, Outcome.HOLD),
        ({"TEXT": 4.5}, Strength.LENIENT, Outcome.SPAM),
        ({"TEXT": -0.5}, Strength.STRICT, Outcome.HOLD),
        ({"TEXT": -4.0, "MEMORY": 6.0}, Strength.NORMAL, Outcome.HOLD),
        ({"TEXT": 2.0, "LEARNED": 1.5}, Strength.NORMAL, Outcome.SPAM),
        ({"TEXT": 4.0, "LEARNED": -5.0}, Strength.NORMAL, Outcome.PUBLISH),
    ],
)
def test_weights_add_up_to_an_outcome(weights, strength, outcome):
    assert assessment(**weights).outcome(strength) is outcome


def test_who_else_wrote_makes_nobody_spam():
    found = assessment(TEXT=0.0, MEMORY=6.0, COPY=8.0, SHARED=8.0, HOST=8.0, PHONE=8.0, ADDRESS=2.0)
    assert found.outcome(Strength.STRICT) is Outcome.HOLD


def test_who_warns_is_never_called_spam():
    found = assessment(TEXT=20.0, WARNING=-2.5)
    assert found.outcome(Strength.STRICT) is Outcome.HOLD
    assert found.value < probability(CERTAIN)


def test_half_is_where_comments_begin_to_wait():
    assert assessment(TEXT=0.0).value == 0.5
    assert assessment(TEXT=900.0).value > 0.999 > assessment(TEXT=0.1).value
    assert assessment(TEXT=-900.0).value < 0.001


def test_the_reasons_are_the_strong_signals_the_strongest_first():
    assert assessment(TEXT=-1.0, MEMORY=6.0, COPY=2.0, PHONE=0.2).reasons() == [
        "memory:x",
        "copy:x",
    ]


def test_what_waits_for_many_weak_signals_has_a_reason_too():
    assert assessment(TEXT=0.1, PHONE=0.2).reasons() == ["phone:x"]


def test_what_is_stored_is_read_again_but_for_what_another_version_knows():
    stored = assessment(TEXT=1.234, MEMORY=6.0).stored()
    stored["signals"].append(["telepathy", 9.0, ""])
    found = read(stored)
    assert [tuple(signal) for signal in found.signals] == [
        (Evidence.TEXT, 1.23, "x"),
        (Evidence.MEMORY, 6.0, "x"),
    ]
    assert (found.certain, found.language) == (CERTAIN, "id")
    assert read({}).outcome(Strength.NORMAL) is Outcome.HOLD
