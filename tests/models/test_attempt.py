"""Attempts: how long one has to wait, and what is forgiven."""

from datetime import timedelta

import pytest

from pnpm.database import changing, db, now
from pnpm.models.attempt import FREE, LONGEST_WAIT, WINDOW, Attempt, TooSoon, begin, forgive, forgive_all, subjects
from pnpm.models.user import User

pytestmark = pytest.mark.engines

ACCOUNT = {"account": "siti's"}
BOTH = ACCOUNT | {"address": "the office's"}


def tried(times, subjects=ACCOUNT):
    """As many attempts, just now."""
    with changing():
        db.session.add_all(Attempt(subject=subject, created_at=now()) for subject in [*subjects.values()] * times)


def back(seconds):
    """Let time pass for what was tried."""
    with changing():
        for one in db.session.query(Attempt):
            one.created_at -= timedelta(seconds=seconds)


def wait(subjects=ACCOUNT):
    """How long the next one has to wait; it is not made."""
    try:
        with changing():
            begin(subjects)
            db.session.flush()
            raise ZeroDivisionError
    except TooSoon as too_soon:
        return too_soon.seconds
    except ZeroDivisionError:
        return 0


@pytest.mark.parametrize("kind", FREE)
def test_so_many_are_free(app, kind):
    for _ in range(FREE[kind]):
        with changing():
            begin({kind: "x"})
    assert wait({kind: "x"}) in (1, 2, 3)


def test_each_further_one_waits_twice_as_long_up_to_a_quarter_of_an_hour(app):
    tried(FREE["account"])
    waits = []
    for _ in range(10):
        waits.append(wait())
        tried(1)
    for seconds, expected in zip(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, LONGEST_WAIT], strict=True):
        assert expected - 1 <= seconds <= expected + 1


def test_who_waited_that_long_may_try_again(app):
    tried(FREE["account"] + 4)
    back(wait())
    assert wait() == 0


def test_what_is_refused_is_not_counted(app):
    tried(FREE["account"])
    assert [wait() for _ in range(5)] == [wait()] * 5
    assert db.session.query(Attempt).count() == FREE["account"]


def test_the_slowest_of_several_subjects_decides(app):
    tried(FREE["account"], BOTH)
    assert wait(BOTH) > 0
    assert wait({"address": "the office's"}) == 0
    assert wait({"account": "rudi's", "address": "the office's"}) == 0


def test_after_an_hour_it_is_forgotten(app):
    tried(FREE["account"])
    back(WINDOW.total_seconds() + 1)
    with changing():
        begin(ACCOUNT)
    assert db.session.query(Attempt).count() == 1


def test_the_right_one_forgives_the_account_and_one_of_an_address(app):
    tried(4, BOTH)
    with changing():
        forgive(BOTH)
    assert [one.subject for one in db.session.query(Attempt)] == ["the office's"] * 3
    with changing():
        forgive({"address": "nobody's"})
    assert db.session.query(Attempt).count() == 3


def test_another_password_forgives_what_strangers_tried(app):
    user = User(id=1, key="siti")
    tried(2, subjects("key", account="siti") | subjects("key", code="1"))
    with changing():
        forgive_all("key", user)
    assert not db.session.query(Attempt).count()


def test_subjects_give_nothing_away_and_depend_on_the_key_and_the_kind(app):
    (one,), (other,), (third,) = (
        subjects(key, **{kind: "siti"}).values() for key, kind in (("a", "account"), ("b", "account"), ("a", "code"))
    )
    assert len({one, other, third}) == 3
    assert all(len(subject) == 64 and "siti" not in subject for subject in (one, other, third))
