"""What the author of a comment can do with it, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pnpm.admin.undo import undo
from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet, break_in_chain, entries, of
from pnpm.comments import own
from pnpm.comments.models import Comment, CommentRevision, Status
from pnpm.comments.moderation import edit, move, remove, reply
from pnpm.comments.rules import Policy, Rules
from pnpm.comments.submission import Refusal, Refused
from pnpm.db import db, now, transaction
from tests.conftest import write

pytestmark = pytest.mark.engines

LINKS = "http://a.id http://b.id http://c.id"


@pytest.fixture
def comment(article, app):
    return write(article, app, "tulisan saya", name="Siti")[0]


@pytest.fixture
def change(config):
    """Change a comment as its author does; what it is then."""

    def change(number, body, rules=None, **settings):
        with transaction():
            own.change(
                number, body, "192.0.2.1", replace(config, **settings), rules or Rules(), str
            )
        return again(number)

    return change


@pytest.fixture
def clock(monkeypatch):
    """Let so many seconds pass."""

    def clock(seconds):
        moment = now() + timedelta(seconds=seconds)
        monkeypatch.setattr("pnpm.comments.own.now", lambda: moment)

    return clock


def withdraw(number):
    with transaction():
        own.withdraw(number)
    return again(number)


def again(number):
    db.session.expire_all()
    return db.session.get(Comment, number)


def count(article):
    db.session.expire_all()
    return db.session.get(Article, article.id).comment_count


def refusal(deed, *arguments, **more):
    with pytest.raises(Refused) as refused:
        deed(*arguments, **more)
    return refused.value.kind


class TestChange:
    def test_the_text_that_it_had_is_kept_and_the_log_names_no_account(
        self, article, comment, change
    ):
        revision = db.session.get(Article, article.id).revision
        changed = change(comment.id, "tulisan *lain*")
        assert (changed.body, changed.status) == ("tulisan *lain*", Status.PUBLISHED)
        assert "lain" in changed.html
        assert [*CommentRevision.texts_of([comment.id]).values()] == ["tulisan saya"]
        (entry,) = db.session.scalars(of("comment", comment.id))
        assert (entry.who, entry.action) == (own.AUTHOR, "edited")
        assert "tulisan" not in str((entry.before, entry.after))
        assert db.session.get(Article, article.id).revision > revision
        assert break_in_chain() is None

    def test_the_same_text_is_no_change(self, comment, change):
        change(comment.id, "tulisan saya")
        assert not CommentRevision.texts_of([comment.id])
        assert not db.session.scalars(of("comment", comment.id)).all()

    def test_what_is_doubtful_now_waits_with_its_reason_and_is_not_counted(
        self, article, comment, change
    ):
        changed = change(comment.id, LINKS)
        assert (changed.status, changed.reasons) == (Status.PENDING, ["links"])
        assert count(article) == 0
        assert change(comment.id, "tanpa tautan").status is Status.PENDING

    def test_a_reason_stands_once_and_former_ones_stay(self, comment, change):
        with transaction():
            db.session.get(Comment, comment.id).reasons = ["fast"]
        change(comment.id, LINKS)
        assert change(comment.id, f"{LINKS} lagi").reasons == ["fast", "links"]

    def test_the_policy_of_the_article_goes_before_the_sites(self, article, comment, change):
        with transaction():
            db.session.get(Article, article.id).set_policy(True, "all", None)
        assert change(comment.id, "lain", moderation="off").reasons == ["policy"]

    def test_a_word_that_the_office_refuses_changes_nothing(self, comment, change):
        rules = Rules(Policy(), {"refuse_words": "judi"}, ())
        assert refusal(change, comment.id, "main judi", rules) is Refusal.BLOCKED
        assert again(comment.id).body == "tulisan saya"

    @pytest.mark.parametrize(
        ("body", "kind"),
        [("<!-- -->", Refusal.EMPTY), ("", Refusal.EMPTY), (":)" * 1500, Refusal.OVERLOADED)],
    )
    def test_a_text_that_shows_nothing_or_too_much_changes_nothing(
        self, comment, config, body, kind
    ):
        def picture(_name):
            return "nama" * 20

        with pytest.raises(Refused) as refused, transaction():
            own.change(comment.id, body, "192.0.2.1", config, Rules(), picture)
        assert refused.value.kind is kind
        assert again(comment.id).body == "tulisan saya"

    def test_it_can_be_done_ten_times_though_texts_come_back(self, comment, change):
        for number in range(own.MOST_CHANGES):
            change(comment.id, f"tulisan {number % 2}")
        assert refusal(change, comment.id, "sekali lagi") is Refusal.CHANGED_OFTEN
        assert change(comment.id, "tulisan 1").body == "tulisan 1"  # as it stands: no change

    def test_what_the_office_changed_does_not_count(self, comment, change):
        for number in range(own.MOST_CHANGES):
            with transaction():
                edit(again(comment.id), f"kantor {number}", "x", ChangeSet("Bu Camat"))
        assert change(comment.id, "punya saya").body == "punya saya"


class TestTime:
    def test_it_is_a_quarter_of_an_hour(self, comment, change, clock):
        clock(own.MINUTES * 60 - 5)
        assert change(comment.id, "pada waktunya").body == "pada waktunya"
        clock(own.MINUTES * 60)
        assert refusal(change, comment.id, "terlambat") is Refusal.EXPIRED
        assert refusal(withdraw, comment.id) is Refusal.EXPIRED

    @pytest.mark.parametrize("status", [Status.SPAM, Status.DELETED])
    def test_it_is_over_where_the_office_took_it_away(self, comment, change, status):
        with transaction():
            move([comment.id], status, ChangeSet("Bu Camat"))
        assert refusal(change, comment.id, "lain") is Refusal.EXPIRED
        assert refusal(withdraw, comment.id) is Refusal.EXPIRED
        assert again(comment.id).status is status

    def test_one_that_is_gone_is_not_found(self, comment, change):
        number = comment.id
        with transaction():
            move([number], Status.DELETED, ChangeSet("Bu Camat"))
            remove([number], ChangeSet("Bu Camat"))
        with pytest.raises(LookupError):
            change(number, "lain")
        with pytest.raises(LookupError):
            withdraw(number)

    def test_the_offices_answer_is_nobodys_own(self, comment, change):
        with transaction():
            answer = reply(comment, "Kantor", "jawaban", "jawaban", ChangeSet("Bu Camat")).id
        assert refusal(change, answer, "lain") is Refusal.EXPIRED


class TestAnswered:
    def test_a_comment_that_somebody_answered_stays_as_it_is(self, article, app, comment, change):
        answer = write(article, app, "balasan", parent=comment.id)[0]
        assert refusal(change, comment.id, "lain") is Refusal.ANSWERED
        assert refusal(withdraw, comment.id) is Refusal.ANSWERED
        assert change(answer.id, "balasan lain").body == "balasan lain"

    def test_so_does_one_that_the_office_answered(self, comment, change):
        with transaction():
            reply(comment, "Kantor", "jawaban", "jawaban", ChangeSet("Bu Camat"))
        assert refusal(change, comment.id, "lain") is Refusal.ANSWERED

    def test_a_reply_is_answered_by_what_answers_it_and_not_by_its_neighbours(
        self, article, app, comment, change
    ):
        first, second = write(article, app, "satu", "dua", parent=comment.id)
        assert change(first.id, "satu lagi").body == "satu lagi"
        write(article, app, "tiga", parent=second.id)
        assert refusal(withdraw, second.id) is Refusal.ANSWERED
        assert withdraw(first.id).status is Status.DELETED

    @pytest.mark.parametrize(
        ("status", "is_answered"),
        [(Status.PENDING, True), (Status.SPAM, False), (Status.DELETED, False)],
    )
    def test_an_answer_that_may_still_appear_counts(
        self, article, app, comment, change, status, is_answered
    ):
        answer = write(article, app, "balasan", parent=comment.id)[0]
        with transaction():
            move([answer.id], status, ChangeSet("Bu Camat"))
        if is_answered:
            assert refusal(change, comment.id, "lain") is Refusal.ANSWERED
        else:
            assert change(comment.id, "lain").body == "lain"


class TestWithdraw:
    def test_it_is_a_deletion_that_the_office_can_undo(self, article, comment, change):
        assert withdraw(comment.id).status is Status.DELETED
        assert count(article) == 0
        (entry,) = db.session.scalars(of("comment", comment.id))
        assert (entry.who, entry.after) == (own.AUTHOR, {"status": "deleted"})
        with transaction():
            assert undo(entry.deed, ChangeSet("Bu Camat"), str) == (1, 0)
        assert again(comment.id).status is Status.PUBLISHED
        assert count(article) == 1
        assert break_in_chain() is None
        assert change(comment.id, "lain").body == "lain"

    def test_a_change_that_waits_is_undone_whole(self, article, comment, change):
        change(comment.id, LINKS)
        newest = db.session.scalars(of("comment", comment.id)).first()
        assert [entry.action for entry in entries(newest.deed)] == ["edited", "moved"]
        with transaction():
            assert undo(newest.deed, ChangeSet("Bu Camat"), str) == (2, 0)
        assert (again(comment.id).body, again(comment.id).status) == (
            "tulisan saya",
            Status.PUBLISHED,
        )
        assert count(article) == 1

    def test_what_waits_can_be_withdrawn(self, article, comment):
        with transaction():
            move([comment.id], Status.PENDING, ChangeSet("Bu Camat"))
        assert withdraw(comment.id).status is Status.DELETED
        assert count(article) == 0

    def test_it_can_be_done_once(self, comment):
        withdraw(comment.id)
        assert refusal(withdraw, comment.id) is Refusal.EXPIRED
        assert len(db.session.scalars(of("comment", comment.id)).all()) == 1
