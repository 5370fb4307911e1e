"""What moderators' decisions teach the spam filter, and what an undo takes back."""

import pytest
from sqlalchemy import func, select

from pnpm.admin.undo import undo
from pnpm.audit.models import ChangeSet
from pnpm.comments import lessons, own
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.comments.spam import learning, memory, tables
from pnpm.comments.spam.verdict import Outcome
from pnpm.db import db, transaction
from tests.conftest import write

pytestmark = pytest.mark.engines

AD = "Main di Kerbau77 saja, kawan, tiap hari"
PERSON = "Kelompok Kerbau77 mengadakan kerja bakti hari minggu"


@pytest.fixture
def comment(article, app):
    """A comment that the filter held."""
    (comment,) = write(article, app, PERSON)
    with transaction():
        comment.status, comment.verdict = Status.PENDING, Outcome.HOLD
    return comment


def moved(comment, status):
    change_set = ChangeSet("Bu Camat")
    with transaction():
        move([comment.id], status, change_set)
    return change_set.key


def learnt():
    """Whether what is learnt is spam, by comment."""
    rows = db.session.execute(select(tables.lessons.c.comment_id, tables.lessons.c.is_spam))
    return {row.comment_id: row.is_spam for row in rows}


def names():
    return [name for name, _count in memory.names(db.session.connection())]


def test_publishing_what_waited_teaches_that_it_is_a_person(comment):
    moved(comment, Status.PUBLISHED)
    assert (learnt(), names()) == ({comment.id: False}, [])


def test_spam_is_learnt_and_its_name_remembered(comment):
    moved(comment, Status.SPAM)
    assert names() == ["kerbau77"]


def test_an_undo_takes_back_what_a_decision_taught(comment):
    before = db.session.connection().scalar(select(tables.weights.c.packed))
    key = moved(comment, Status.PUBLISHED)
    assert learnt()
    with transaction():
        undo(key, ChangeSet("Bu Camat"), str)
    kept = learning.Weights(db.session.connection().scalar(select(tables.weights.c.packed)))
    assert (learnt(), set(kept.table)) == ({}, {0})
    assert before == ""
    key = moved(comment, Status.SPAM)
    with transaction():
        undo(key, ChangeSet("Bu Camat"), str)
    assert names() == []


def test_another_decision_takes_the_place_of_the_first(comment):
    moved(comment, Status.SPAM)
    moved(comment, Status.PUBLISHED)
    assert (learnt(), names()) == ({comment.id: False}, [])


def test_an_undo_of_a_second_decision_brings_the_first_back(comment):
    moved(comment, Status.SPAM)
    key = moved(comment, Status.PUBLISHED)
    with transaction():
        undo(key, ChangeSet("Bu Camat"), str)
    assert names() == ["kerbau77"]


def test_what_is_only_deleted_teaches_nothing(comment):
    moved(comment, Status.DELETED)
    assert (learnt(), names()) == ({}, [])


def test_bringing_back_what_was_deleted_teaches_nothing(article, app):
    (comment,) = write(article, app, PERSON)
    key = moved(comment, Status.DELETED)
    with transaction():
        undo(key, ChangeSet("Bu Camat"), str)
    assert learnt() == {}


def test_an_author_decides_nothing(article, app):
    (comment,) = write(article, app, PERSON)
    with transaction():
        own.withdraw(comment.id)
    assert learnt() == {}


def test_of_many_the_newest_are_learnt(article, app, monkeypatch):
    monkeypatch.setattr(lessons, "MOST", 2)
    comments = write(article, app, *[f"Main di Kerbau{number}{number}" for number in range(3, 7)])
    with transaction():
        move([comment.id for comment in comments], Status.SPAM, ChangeSet("Bu Camat"))
    assert sorted(names()) == ["kerbau55", "kerbau66"]


def test_a_comment_that_is_removed_for_ever_leaves_what_was_learnt(comment):
    moved(comment, Status.SPAM)
    with transaction():
        db.session.delete(db.session.get(Comment, comment.id))
    assert names() == ["kerbau77"]
    assert db.session.scalar(select(func.count()).select_from(tables.lessons)) == 0


def test_what_was_published_in_doubt_is_learnt_once(article, app):
    (comment,) = write(article, app, "asyik main lagi malam ini kawan")
    with transaction():
        comment.signals = {"certain": 3.0, "signals": [["text", -1.0, ""]], "language": "id"}
    with transaction():
        assert lessons.published(comment.id)
    with transaction():
        assert not lessons.published(comment.id)
    assert set(learnt().values()) <= {False}


@pytest.mark.parametrize(
    "signals", [None, {}, {"signals": [["text", -5.0, ""]]}, {"signals": [["text", -2.7, ""]]}]
)
def test_from_most_comments_there_is_nothing_to_learn(signals):
    assert not lessons.is_unsure(signals)
