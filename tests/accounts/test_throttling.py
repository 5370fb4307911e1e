"""Attempts: how long one has to wait, and what is forgiven."""

from datetime import timedelta

import pytest

from pnpm.accounts.models import User
from pnpm.accounts.throttling import (
    ACCOUNT_WIDE,
    FREE,
    FREE_OF_MANY,
    LONGEST_WAIT,
    MANY,
    WINDOW,
    Attempt,
    begin,
    forgive,
    forgive_all,
    subjects,
)
from pnpm.db import begin_writing, db, now, transaction

pytestmark = pytest.mark.engines

PAIR = {"pair": "siti's, from the office"}
BOTH = PAIR | {"address": "the office's"}
ALL = BOTH | {"account": "siti's"}


def tried(times, subjects=PAIR):
    """As many attempts, just now."""
    with transaction():
        db.session.add_all(
            Attempt(subject=subject, created_at=now()) for subject in [*subjects.values()] * times
        )


def back(seconds):
    """Let time pass for what was tried."""
    with transaction():
        for one in db.session.query(Attempt):
            one.created_at -= timedelta(seconds=seconds)


def wait(subjects=PAIR):
    """How long the next one has to wait; it is not made."""
    begin_writing()
    seconds = begin(subjects)
    db.session.rollback()
    return seconds


def made(subjects):
    """The same, made if it may be."""
    with transaction():
        return begin(subjects)


@pytest.mark.parametrize("kind", FREE)
def test_so_many_are_free(app, kind):
    for _ in range(FREE[kind]):
        with transaction():
            begin({kind: "x"})
    assert wait({kind: "x"}) in (1, 2, 3)


def test_each_further_one_waits_twice_as_long_up_to_a_quarter_of_an_hour(app):
    tried(FREE["pair"])
    waits = []
    for _ in range(10):
        waits.append(wait())
        tried(1)
    for seconds, expected in zip(
        waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, LONGEST_WAIT], strict=True
    ):
        assert expected - 1 <= seconds <= expected + 1


def test_who_waited_that_long_may_try_again(app):
    tried(FREE["pair"] + 4)
    back(wait())
    assert wait() == 0


def test_what_is_refused_is_not_counted(app):
    tried(FREE["pair"])
    assert [wait() for _ in range(5)] == [wait()] * 5
    assert db.session.query(Attempt).count() == FREE["pair"]


def test_the_slowest_of_several_subjects_decides(app):
    tried(FREE["pair"], BOTH)
    assert wait(BOTH) > 0
    assert wait({"address": "the office's"}) == 0
    assert wait({"pair": "rudi's, from the office", "address": "the office's"}) == 0


def test_after_an_hour_it_is_forgotten(app):
    tried(FREE["pair"])
    back(WINDOW.total_seconds() + 1)
    with transaction():
        begin(PAIR)
    assert db.session.query(Attempt).count() == 1


def test_the_right_one_forgives_the_pair_and_one_of_what_others_share(app):
    tried(4, ALL)
    with transaction():
        forgive(ALL)
    assert (
        sorted(one.subject for one in db.session.query(Attempt))
        == ["siti's"] * 3 + ["the office's"] * 3
    )
    with transaction():
        forgive({"address": "nobody's"})
    assert db.session.query(Attempt).count() == 6


def others(times, kind="account", subject="siti's"):
    """As many attempts from elsewhere at the same account."""
    tried(times, {kind: subject})


@pytest.mark.parametrize(("own", "shared"), ACCOUNT_WIDE.items())
def test_others_make_nobody_wait_who_has_not_failed(app, own, shared):
    others(10 * MANY, shared)
    mine = {own: "mine", shared: "siti's"}
    for _ in range(FREE_OF_MANY[own]):
        assert wait(mine) == 0
        tried(1, mine)
    assert wait(mine) > 0


@pytest.mark.parametrize(("own", "shared"), ACCOUNT_WIDE.items())
def test_others_cannot_make_a_wait_longer_once_it_runs(app, own, shared):
    mine = {own: "mine", shared: "siti's"}
    tried(FREE_OF_MANY[own] + 1, mine)
    others(MANY, shared)
    first = wait(mine)
    for _ in range(5):
        back(first / 5)
        others(10, shared)
    assert wait(mine) == 0


def test_who_guesses_from_many_addresses_waits_longer_at_each(app):
    mine = PAIR | {"account": "siti's"}
    tried(FREE["pair"], mine)
    before = wait(mine)
    others(MANY)
    assert LONGEST_WAIT > wait(mine) > before * 10


class TestAClockThatJumps:
    @pytest.mark.parametrize("days", [3, 3000])
    @pytest.mark.parametrize("kind", FREE)
    def test_attempts_of_the_future_count_as_just_now_and_then_grow_old(self, app, kind, days):
        tried(FREE[kind] + 20, {kind: "x"})
        back(-days * 24 * 3600)
        assert wait({kind: "x"}) <= LONGEST_WAIT + 1
        assert made({kind: "x"}) > 0
        back(LONGEST_WAIT + 1)
        assert wait({kind: "x"}) == 0

    def test_the_clock_goes_back_after_some_and_one_waits_as_long_as_ever(self, app, monkeypatch):
        """It was three days ahead, and is corrected; then time goes on as it should."""
        moment = [now() + timedelta(days=3)]
        monkeypatch.setattr("pnpm.accounts.throttling.now", lambda: moment[0])
        for _ in range(FREE["pair"]):
            assert made(ALL) == 0
        moment[0] -= timedelta(days=3)
        seconds = made(ALL)
        assert 0 < seconds <= 3
        moment[0] += timedelta(seconds=seconds)
        assert made(ALL) == 0

    def test_the_clock_goes_forward_after_some_and_they_are_forgotten(self, app, monkeypatch):
        moment = [now() - timedelta(days=3)]
        monkeypatch.setattr("pnpm.accounts.throttling.now", lambda: moment[0])
        for _ in range(FREE["pair"]):
            assert made(ALL) == 0
        moment[0] += timedelta(days=3)
        assert made(ALL) == 0
        assert db.session.query(Attempt).count() == len(ALL)


def test_another_password_forgives_what_strangers_tried(app):
    user = User(id=1, key="siti")
    tried(2, subjects("key", account="siti", codes="1"))
    with transaction():
        forgive_all("key", user)
    assert not db.session.query(Attempt).count()


def test_subjects_give_nothing_away_and_depend_on_the_key_and_the_kind(app):
    (one,), (other,), (third,) = (
        subjects(key, **{kind: "siti"}).values()
        for key, kind in (("a", "account"), ("b", "account"), ("a", "code"))
    )
    assert len({one, other, third}) == 3
    assert all(len(subject) == 64 and "siti" not in subject for subject in (one, other, third))
