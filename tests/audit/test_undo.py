"""Undoing: each kind of change set, an undo itself, what was changed since, and two at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from pnpm.admin.undo import can_undo, undo
from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, break_in_chain, entries
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move, remove
from pnpm.comments.policy import Policy, change_article, change_policy
from pnpm.comments.rules import change_lists, list_texts
from pnpm.comments.trust import Trust, trust
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.conftest import publish, write

pytestmark = pytest.mark.engines


@pytest.fixture
def siti(app, article):
    return write(article, app, "halo", name="Siti")[0]


def did(change, *given, **more):
    """Do something, and give the key of the change set."""
    change_set = ChangeSet("Bu Camat")
    with transaction():
        change(change_set, *given, **more)
    db.session.expire_all()
    return change_set.key


def undone(key):
    """Undo it: how many entries were, how many were not, and the key of that change set."""
    back = ChangeSet("Rudi")
    with transaction():
        counts = undo(key, back, str)
    db.session.expire_all()
    return (*counts, back.key)


def own(article):
    found = db.session.get(Article, article.id)
    return found.comments_open, found.moderation, found.close_after


def test_the_sites_policy_goes_back_and_forth(app):
    key = did(change_policy, moderation="all", close_after=30, reserved="Pak Camat")
    done, left, back = undone(key)
    assert (done, left, Policy.now()) == (1, 0, Policy())
    done, left, again = undone(back)
    assert (done, left, Policy.now()) == (1, 0, Policy("all", 30, False, "Pak Camat"))
    undone(again)
    assert Policy.now() == Policy()
    assert {entry.who for entry in entries(back)} == {"Rudi"}
    assert break_in_chain() is None


def test_an_emergency_begun_after_it_does_not_stand_in_the_way(app):
    key = did(change_policy, moderation="all")
    did(change_policy, emergency=True)
    assert undone(key)[:2] == (1, 0)
    assert Policy.now() == Policy(emergency=True)


def test_of_a_policy_half_of_which_was_changed_since_the_other_half_goes_back(app):
    key = did(change_policy, moderation="all", close_after=30)
    did(change_policy, close_after=60)
    assert undone(key)[:2] == (1, 0)
    assert Policy.now() == Policy(None, 60)


def test_a_policy_all_of_which_was_changed_since_stays(app):
    key = did(change_policy, moderation="all")
    did(change_policy, moderation="off")
    assert undone(key)[:2] == (0, 1)
    assert Policy.now() == Policy("off")


def test_an_articles_policy_goes_back(article):
    key = did(change_article, article, comments_open=False, close_after=0)
    done, left, back = undone(key)
    assert (done, left, own(article)) == (1, 0, (True, None, None))
    undone(back)
    assert own(article) == (False, None, 0)


def test_of_several_articles_that_which_is_gone_or_was_changed_is_passed_over(app, article):
    others, change_set = [publish(title) for title in ("Satu", "Dua")], ChangeSet("Bu Camat")
    with transaction():
        for one in (article, *others):
            change_article(change_set, one, moderation="all")
    did(change_article, others[0], moderation="off")
    with transaction():
        db.session.delete(db.session.get(Article, others[1].id))
    assert undone(change_set.key)[:2] == (1, 2)
    assert (own(article)[1], own(others[0])[1]) == (None, "off")


def test_lists_go_back_one_by_one(app):
    key = did(change_lists, {"hold_words": "judi\nslot", "refuse_words": "togel"})
    did(change_lists, {"hold_words": "judi"})
    done, left, back = undone(key)
    assert (done, left) == (1, 0)
    assert (list_texts()["hold_words"], list_texts()["refuse_words"]) == ("judi", "")
    undone(back)
    assert (list_texts()["hold_words"], list_texts()["refuse_words"]) == ("judi", "togel")


def test_trust_goes_back_with_its_end(app, siti):
    end = now() + timedelta(days=30)
    first = did(lambda change_set: trust("Siti", siti.address_hash, end, True, change_set))
    second = did(lambda change_set: trust("Siti", siti.address_hash, None, False, change_set))
    assert undone(second)[:2] == (1, 0)
    assert Trust.of("Siti", siti.address_hash).until == end
    assert undone(first)[:2] == (1, 0)
    assert Trust.of("Siti", siti.address_hash) is None


@pytest.mark.parametrize("zone", ["Asia/Makassar", "America/New_York"])
def test_trust_until_a_day_in_any_zone_can_be_undone(app, siti, zone):
    end = (now() + timedelta(days=30)).astimezone(ZoneInfo(zone))
    key = did(lambda change_set: trust("Siti", siti.address_hash, end, True, change_set))
    assert undone(key)[:2] == (1, 0)


def test_trust_that_was_given_again_since_stays(app, siti):
    key = did(lambda change_set: trust("Siti", siti.address_hash, None, True, change_set))
    did(
        lambda change_set: trust(
            "Siti", siti.address_hash, now() + timedelta(days=1), True, change_set
        )
    )
    assert undone(key)[:2] == (0, 1)
    assert Trust.of("Siti", siti.address_hash)


def test_trust_in_somebody_of_whom_nothing_is_left_does_not_come_back(app, siti):
    did(lambda change_set: trust("Siti", siti.address_hash, None, True, change_set))
    key = did(lambda change_set: trust("Siti", siti.address_hash, None, False, change_set))
    with transaction():
        db.session.delete(db.session.get(Comment, siti.id))
    assert undone(key)[:2] == (0, 1)


def test_a_deed_of_several_kinds_goes_back_as_one(app, siti):
    change_set = ChangeSet("Bu Camat")
    with transaction():
        change_policy(change_set, moderation="all")
        trust("Siti", siti.address_hash, None, True, change_set)
        change_lists(change_set, {"hold_words": "judi"})
    assert undone(change_set.key)[:2] == (3, 0)
    assert (Policy.now(), list_texts()["hold_words"], db.session.query(Trust).count()) == (
        Policy(),
        "",
        0,
    )


@pytest.mark.parametrize("key", ["", "0" * 16, "x" * 5000, "\0", "'; --"])
def test_a_deed_that_is_none_cannot_be_undone(app, key):
    with pytest.raises(LookupError), transaction():
        undo(key, ChangeSet("Rudi"), str)


def test_what_has_no_way_back_says_so(app, siti):
    change_set = ChangeSet("Bu Camat")
    with transaction():
        change_set.record(AuditAction.PASSWORD, "user", [(1, {}, {})])
    assert not can_undo(entries(change_set.key)[0])
    with pytest.raises(LookupError), transaction():
        undo(change_set.key, ChangeSet("Rudi"), str)


def test_undone_twice_it_goes_back_once(app):
    key = did(change_policy, moderation="all")
    assert undone(key)[:2] == (1, 0)
    assert undone(key)[:2] == (0, 1)
    assert db.session.query(AuditEntry).count() == 2


def test_undone_twice_at_once_it_goes_back_once(app):
    key = did(change_lists, {"hold_words": "judi"})
    start, revision = threading.Barrier(2), Setting.revision()

    def one(_number):
        with app.app_context():
            start.wait()
            with transaction():
                return undo(key, ChangeSet("Rudi"), str)

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(one, range(2)))
    db.session.rollback()
    assert results == [(0, 1), (1, 0)]
    assert (list_texts()["hold_words"], db.session.query(AuditEntry).count()) == ("", 2)
    assert Setting.revision() != revision


def test_two_who_save_at_once_are_both_in_the_log_and_the_last_one_wins(app):
    start = threading.Barrier(2)

    def one(words):
        change_set = ChangeSet(words)
        with app.app_context():
            start.wait()
            with transaction():
                change_lists(change_set, {"hold_words": words})
        return change_set.key

    with ThreadPoolExecutor(2) as pool:
        keys = list(pool.map(one, ["judi", "slot"]))
    db.session.rollback()
    first, last = sorted((entries(key)[0] for key in keys), key=lambda entry: entry.id)
    assert (first.before, last.before) == ({"hold_words": ""}, first.after)
    assert list_texts()["hold_words"] == last.after["hold_words"]
    assert break_in_chain() is None


def test_a_removal_for_ever_has_no_way_back(app, siti):
    change_set = ChangeSet("Bu Camat")
    with transaction():
        move([siti.id], Status.DELETED, ChangeSet("Bu Camat"))
        remove([siti.id], change_set)
    with pytest.raises(LookupError), transaction():
        undo(change_set.key, ChangeSet("Rudi"), str)
