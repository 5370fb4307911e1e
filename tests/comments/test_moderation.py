"""What the office does to comments, in the database: statuses, counts, the log's entries; two at
once.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from pnpm.admin.undo import undo
from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry, ChangeSet, break_in_chain, entries
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import Changed, edit, move, remove, reply
from pnpm.comments.spam.tables import lessons, remembered
from pnpm.db import db, transaction
from tests import filtered
from tests.conftest import publish, write

pytestmark = pytest.mark.engines


def count(article):
    db.session.expire_all()
    return db.session.get(Article, article.id).comment_count


def revision(article):
    db.session.expire_all()
    return db.session.get(Article, article.id).revision


@pytest.fixture
def three(article, app):
    return write(article, app, "satu", "dua", "tiga")


def test_each_move_is_an_entry_of_one_deed_with_what_was_before(article, three):
    change_set = ChangeSet("Bu Camat")
    with transaction():
        assert move([1, 2], Status.SPAM, change_set) == [1, 2]
    written = [
        (entry.number, entry.who, entry.before, entry.after) for entry in entries(change_set.key)
    ]
    assert written == [
        (number, "Bu Camat", {"status": "published"}, {"status": "spam"}) for number in (1, 2)
    ]
    assert count(article) == 1


def test_what_stands_so_already_is_no_change(article, three):
    before = revision(article)
    with transaction():
        assert move([1], Status.PUBLISHED, ChangeSet("Bu Camat")) == []
    assert db.session.query(AuditEntry).count() == 0
    assert revision(article) == before


def test_what_the_moderator_did_not_see_is_not_changed(three):
    with pytest.raises(Changed), transaction():
        move([1, 2], Status.SPAM, ChangeSet("Bu Camat"), seen=Status.PENDING)
    assert db.session.query(AuditEntry).count() == 0


def test_comments_of_several_articles_are_counted_each(app, article, three):
    other = publish("Lain")
    theirs = write(other, app, "satu", "dua")
    with transaction():
        move([three[0].id, theirs[0].id], Status.DELETED, ChangeSet("Bu Camat"))
    assert (count(article), count(other)) == (2, 1)


def test_a_deed_is_undone_but_for_what_was_changed_since(article, three):
    change_set = ChangeSet("Bu Camat")
    with transaction():
        move([1, 2, 3], Status.SPAM, change_set)
    with transaction():
        move([2], Status.DELETED, ChangeSet("Rudi"))
    with transaction():
        assert undo(change_set.key, ChangeSet("Bu Camat"), str) == (2, 1)
    db.session.expire_all()
    assert [db.session.get(Comment, number).status for number in (1, 2, 3)] == [
        Status.PUBLISHED,
        Status.DELETED,
        Status.PUBLISHED,
    ]
    assert count(article) == 2
    assert break_in_chain() is None


def test_a_removal_takes_the_replies_and_leaves_the_log(article, three):
    with transaction():
        answer = reply(three[0], "Kantor", "jawaban", "jawaban", ChangeSet("Bu Camat")).id
        edit(three[0], "lain", "lain", ChangeSet("Bu Camat"))
        move([1], Status.DELETED, ChangeSet("Bu Camat"))
    with transaction():
        assert remove([1, 2], ChangeSet("Bu Camat")) == 1
    assert db.session.get(Comment, answer) is None and db.session.get(Comment, 2)
    assert count(article) == 2
    assert [entry.number for entry in db.session.query(AuditEntry).filter_by(action="removed")] == [
        4,
        1,
    ]
    assert break_in_chain() is None


def test_an_answer_has_nothing_of_the_reader_whom_it_answers(three):
    with transaction():
        three[0].email, three[0].website = "siti@contoh.id", "https://contoh.id"
        answer = reply(three[0], "Kantor", "jawaban", "jawaban", ChangeSet("Bu Camat"))
    assert (answer.name, answer.email, answer.website) == ("Kantor", "", "")


def test_of_two_moderators_at_once_one_decides_and_the_other_is_told(app, article, three):
    barrier = threading.Barrier(2)

    def decide(status):
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    return bool(move([1], status, ChangeSet(status.value), seen=Status.PUBLISHED))
            except Changed:
                return False
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as hands:
        decided = list(hands.map(decide, (Status.SPAM, Status.DELETED)))
    db.session.rollback()  # what the others did is seen by a transaction that begins after it
    assert sorted(decided) == [False, True]
    assert db.session.query(AuditEntry).one().who == ("spam" if decided[0] else "deleted")
    assert count(article) == 2


def test_a_failure_leaves_nothing_half_done(three):
    with pytest.raises(ZeroDivisionError), transaction():
        move([1, 2, 3], Status.SPAM, ChangeSet("Bu Camat"))
        raise ZeroDivisionError
    assert db.session.query(AuditEntry).count() == 0
    assert db.session.query(Comment).filter_by(status=Status.PUBLISHED).count() == 3


def learnt():
    """What the spam filter knows of this site: its lessons, and the names that it remembers."""
    db.session.rollback()
    rows = db.session.execute(select(lessons.c.comment_id, lessons.c.is_spam))
    names = db.session.scalars(select(remembered.c.name).order_by(remembered.c.name))
    return [tuple(row) for row in rows], list(names)


def moved(*given, **more):
    """Move comments; the key of the change set."""
    change_set = ChangeSet("Bu Camat")
    with transaction():
        move(*given, change_set, **more)
    return change_set.done


def undone(key):
    """Undo that; the key of the change set that did."""
    change_set = ChangeSet("Bu Camat", undoes=key)
    with transaction():
        undo(key, change_set, str)
    return change_set.done


class TestWhatTheSpamFilterHasPutAmongSpam:
    @pytest.fixture
    def unseen(self, article, app):
        (comment,) = filtered.send(article, app, filtered.SPAM)
        assert comment.is_unseen
        return comment

    def test_calling_it_spam_is_a_decision_that_teaches_and_can_be_undone(self, unseen):
        key = moved([unseen.id], Status.SPAM, seen=Status.SPAM)
        assert not unseen.is_unseen
        (entry,) = entries(key)
        assert (entry.before, entry.after) == (
            {"status": "spam", "unseen": True},
            {"status": "spam", "unseen": False},
        )
        assert learnt()[1] == ["zeus77"]
        again = undone(key)
        assert (unseen.is_unseen, learnt()) == (True, ([], []))
        undone(again)
        assert not unseen.is_unseen
        assert learnt()[1] == ["zeus77"]

    def test_called_spam_twice_it_is_one_decision(self, unseen):
        moved([unseen.id], Status.SPAM)
        assert moved([unseen.id], Status.SPAM) is None
        assert db.session.query(AuditEntry).count() == 1

    def test_published_it_is_a_person_and_unseen_again_once_that_is_undone(self, unseen):
        key = moved([unseen.id], Status.PUBLISHED)
        assert learnt() == ([(unseen.id, False)], [])
        undone(key)
        assert (unseen.is_unseen, learnt()) == (True, ([], []))

    def test_an_undo_leaves_it_where_somebody_decided_anew(self, unseen):
        key = moved([unseen.id], Status.PUBLISHED)
        moved([unseen.id], Status.SPAM)
        assert undone(key) is None
        assert (unseen.status, unseen.is_unseen) == (Status.SPAM, False)

    def test_what_a_moderator_called_spam_is_not_unseen(self, three):
        assert moved([1], Status.SPAM)
        assert moved([1], Status.SPAM) is None
        assert not db.session.get(Comment, 1).is_unseen
