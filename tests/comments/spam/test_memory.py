"""The names of what moderators called spam."""

import pytest

from pnpm.comments.spam import memory
from pnpm.comments.spam.fingerprint import Kind, Mark
from pnpm.db import db, transaction

pytestmark = pytest.mark.engines

BRAND = Mark.of(Kind.NAME, "kerbau77")
WORD = Mark.of(Kind.WORD, "zentarium")


def remember(number, *marks):
    with transaction():
        memory.remember(db.session.connection(), number, marks)


def found(*marks):
    known = memory.every(db.session.connection())
    return next((name for name in memory.names_of(marks) if name in known), None)


def listed():
    return [tuple(name) for name in memory.names(db.session.connection())]


def test_a_name_is_known_after_one_decision(app):
    assert found(BRAND) is None
    remember(1, BRAND)
    assert found(WORD, BRAND) == "kerbau77"


def test_an_unusual_word_after_two(app):
    remember(1, WORD)
    assert (found(WORD), listed()) == (None, [])
    remember(2, WORD)
    assert (found(WORD), listed()) == ("zentarium", [("zentarium", 2)])


def test_the_same_comment_twice_is_one_decision(app):
    remember(1, WORD)
    remember(1, WORD)
    assert found(WORD) is None


def test_an_undone_decision_is_forgotten(app):
    remember(1, BRAND)
    with transaction():
        memory.forget(db.session.connection(), [1])
    assert found(BRAND) is None


def test_hashes_of_texts_are_no_names(app):
    remember(1, Mark.of(Kind.COPY, "0 1234"))
    assert found(Mark.of(Kind.COPY, "0 1234")) is None


def test_the_list_begins_with_the_newest(app):
    remember(1, BRAND)
    remember(2, Mark.of(Kind.HOST, "a.example"), BRAND)
    assert sorted(listed()) == [("a.example", 1), ("kerbau77", 2)]
    remember(3, Mark.of(Kind.PHONE, "81234567890"))
    assert listed()[0] == ("81234567890", 1)


def test_the_oldest_are_forgotten_when_there_are_too_many(app, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 3)
    for number in range(5):
        remember(number, Mark.of(Kind.NAME, f"kerbau{number}{number}"))
    assert [name for name, _count in listed()] == ["kerbau44", "kerbau33", "kerbau22"]


def test_a_name_that_was_dropped_can_be_put_back(app):
    remember(1, BRAND)
    remember(2, BRAND)
    with transaction():
        rows = memory.drop(db.session.connection(), "kerbau77")
    assert found(BRAND) is None
    with transaction():
        assert memory.put_back(db.session.connection(), "kerbau77", rows)
    assert listed() == [("kerbau77", 2)]


def test_but_not_over_one_that_is_known_again(app):
    remember(1, BRAND)
    with transaction():
        rows = memory.drop(db.session.connection(), "kerbau77")
    remember(2, BRAND)
    with transaction():
        assert not memory.put_back(db.session.connection(), "kerbau77", rows)
    assert listed() == [("kerbau77", 1)]
