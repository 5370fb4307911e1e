"""Which comments and replies a page shows, at the edges of its windows."""

from datetime import UTC, datetime

import pytest

from pnpm.audit.models import ChangeSet
from pnpm.comments import thread
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.comments.thread import NEWEST_REPLIES, WINDOW, Order
from pnpm.db import db, transaction
from tests.conftest import publish, write

pytestmark = pytest.mark.engines


@pytest.fixture
def first(article, app):
    """The comment that begins a thread."""
    return write(article, app, "pertama", name="Siti")[0]


@pytest.fixture
def reply(article, app, first):
    """Write so many replies to a comment (else the first one); their numbers."""

    def reply(count, parent=None):
        bodies = [f"balasan {number}" for number in range(count)]
        return numbers(write(article, app, *bodies, name="Budi", parent=parent or first.id))

    return reply


def numbers(comments):
    return [comment.id for comment in comments]


def set_status(number, status):
    with transaction():
        move([number], status, ChangeSet("Bu Camat"))


class TestUnderAComment:
    @pytest.mark.parametrize("count", [0, 1, NEWEST_REPLIES, NEWEST_REPLIES + 1, WINDOW + 1])
    def test_the_newest_replies_stand_oldest_first(self, article, first, reply, count):
        written = reply(count)
        page = thread.newest(article.id)
        assert numbers(page.comments) == [first.id]
        if count == 0:
            assert page.replies == {}
            return
        replies = page.replies[first.id]
        assert numbers(replies.comments) == written[-NEWEST_REPLIES:]
        assert replies.count == count
        assert replies.before == (written[-NEWEST_REPLIES] if count > NEWEST_REPLIES else None)
        assert replies.after is None

    def test_each_comment_has_its_own(self, article, app, first, reply):
        second = write(article, app, "kedua")[0]
        of_first, of_second = reply(7), reply(2, second.id)
        replies = thread.newest(article.id).replies
        assert numbers(replies[first.id].comments) == of_first[-NEWEST_REPLIES:]
        assert numbers(replies[second.id].comments) == of_second
        assert (replies[first.id].count, replies[second.id].count) == (7, 2)

    @pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.DELETED])
    def test_one_that_readers_do_not_see_is_neither_shown_nor_counted(
        self, article, first, reply, status
    ):
        written = reply(NEWEST_REPLIES + 1)
        set_status(written[-1], status)
        replies = thread.newest(article.id).replies[first.id]
        assert numbers(replies.comments) == written[:-1]
        assert (replies.count, replies.before) == (NEWEST_REPLIES, None)

    def test_under_one_that_readers_do_not_see_there_are_none(self, article, first, reply):
        reply(2)
        set_status(first.id, Status.DELETED)
        page = thread.newest(article.id)
        assert (page.comments, page.replies) == ([], {})
        assert thread.since(article.id, 0) == []

    def test_newest_first_turns_the_comments_and_not_their_replies(
        self, article, app, first, reply
    ):
        second = write(article, app, "kedua")[0]
        written = reply(3)
        page = thread.newest(article.id, Order.NEWEST)
        assert numbers(page.comments) == [second.id, first.id]
        assert numbers(page.replies[first.id].comments) == written

    def test_the_oldest_page_begins_with_the_first(self, article, app, first):
        write(article, app, *(f"komentar {number}" for number in range(WINDOW)))
        page = thread.newest(article.id, Order.OLDEST)
        assert (page.comments[0].id, page.before) == (first.id, None)
        assert page.after == page.comments[-1].id
        assert len(page.comments) == WINDOW
        assert page.is_oldest_first and not thread.newest(article.id).is_oldest_first

    def test_replies_take_no_room_from_comments(self, article, app, first, reply):
        reply(WINDOW)
        write(article, app, *(f"komentar {number}" for number in range(WINDOW - 1)))
        page = thread.newest(article.id)
        assert len(page.comments) == WINDOW
        assert page.before is None


class TestAlone:
    @pytest.mark.parametrize("count", [0, 1, NEWEST_REPLIES + 1, WINDOW, WINDOW + 1])
    def test_a_thread_shows_its_newest_replies(self, article, first, reply, count):
        written = reply(count)
        page = thread.alone(article.id, first.id)
        assert numbers(page.comments) == [first.id]
        assert page.is_alone and not page.is_oldest_first
        if count == 0:
            assert page.replies == {}
            return
        replies = page.replies[first.id]
        assert numbers(replies.comments) == written[-WINDOW:]
        assert replies.count == count
        assert replies.before == (written[-WINDOW] if count > WINDOW else None)
        assert replies.after is None

    def test_going_back_and_forth_passes_each_reply_once(self, article, first, reply):
        written = reply(120)
        back, before = [], None
        while not back or before is not None:
            replies = thread.alone(article.id, first.id, before=before).replies[first.id]
            back = numbers(replies.comments) + back
            before = replies.before
        assert back == written
        forth, after = [], 0
        while after is not None:
            replies = thread.alone(article.id, first.id, after=after).replies[first.id]
            forth += numbers(replies.comments)
            after = replies.after
        assert forth == written

    def test_a_link_leads_only_where_something_is(self, article, first, reply):
        written = reply(3)
        at_all = {
            "before": (written[2], None, written[1]),
            "after": (written[0], written[1], None),
        }
        for name, (key, before, after) in at_all.items():
            replies = thread.alone(article.id, first.id, **{name: key}).replies[first.id]
            assert len(replies.comments) == 2
            assert (replies.before, replies.after) == (before, after)
        whole = thread.alone(article.id, first.id, after=0).replies[first.id]
        assert (whole.before, whole.after) == (None, None)

    @pytest.mark.parametrize("asked", [{"before": 1}, {"after": 2**31 - 1}, {"before": 0}])
    def test_beyond_its_ends_there_are_none_but_they_are_counted(
        self, article, first, reply, asked
    ):
        reply(2)
        replies = thread.alone(article.id, first.id, **asked).replies[first.id]
        assert (list(replies.comments), replies.count) == ([], 2)

    def test_what_begins_no_thread_here_is_none(self, article, app, first, reply):
        other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
        theirs = write(other, app, "di tempat lain")[0]
        (answer,) = reply(1)
        for number in (theirs.id, answer, 0, 2**31 - 1):
            assert thread.alone(article.id, number) is None
        set_status(first.id, Status.PENDING)
        assert thread.alone(article.id, first.id) is None


class TestHolding:
    @pytest.mark.parametrize("count", [1, NEWEST_REPLIES])
    def test_of_a_reply_among_few_it_is_the_page_of_all(self, article, first, reply, count):
        for number in reply(count):
            page = thread.holding(article.id, number)
            assert not page.is_alone
            assert number in numbers(page.replies[first.id].comments)

    @pytest.mark.parametrize("count", [NEWEST_REPLIES + 1, 120])
    def test_of_a_reply_among_many_it_is_its_thread_up_to_it(self, article, first, reply, count):
        written = reply(count)
        page = thread.holding(article.id, written[0])
        replies = page.replies[first.id]
        assert page.is_alone
        assert numbers(replies.comments) == written[:1]
        assert (replies.before, replies.after) == (None, written[0])
        assert not thread.holding(article.id, written[-1]).is_alone
        assert not thread.holding(article.id, first.id).is_alone

    def test_of_a_reply_under_an_early_comment_it_is_that_comments_page(
        self, article, app, first, reply
    ):
        (answer,) = reply(1)
        write(article, app, *(f"komentar {number}" for number in range(WINDOW)))
        page = thread.holding(article.id, answer)
        assert page.comments[-1].id == first.id
        assert numbers(page.replies[first.id].comments) == [answer]

    def test_one_of_another_article_shows_nothing_of_it(self, article, app, first):
        other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
        theirs = write(other, app, "di tempat lain")[0]
        answers = write(other, app, *"abcdefgh", parent=theirs.id)
        for number in (theirs.id, answers[0].id, answers[-1].id):
            page = thread.holding(article.id, number)
            assert numbers(page.comments) in ([], [first.id])
            assert not page.is_alone
            assert page.replies == {}

    def test_a_reply_whose_thread_is_hidden_shows_nothing_of_it(self, article, first, reply):
        written = reply(NEWEST_REPLIES + 2)
        set_status(first.id, Status.SPAM)
        page = thread.holding(article.id, written[0])
        assert (page.comments, page.replies) == ([], {})


class TestAnswered:
    def test_a_reply_to_a_reply_stands_in_the_same_thread_and_names_it(
        self, article, app, first, reply
    ):
        (answer,) = reply(1)
        (second,) = write(article, app, "dan saya", parent=answer)
        (third,) = write(article, app, "dan saya pun", parent=second.id)
        assert [(one.parent_id, one.reply_to_id) for one in (second, third)] == [
            (first.id, answer),
            (first.id, second.id),
        ]
        answered = thread.newest(article.id).answered
        assert {number: row.name for number, row in answered.items()} == {
            answer: "Budi",
            second.id: "",
        }

    def test_what_readers_do_not_see_is_not_named(self, article, app, first, reply):
        (answer,) = reply(1)
        second = write(article, app, "dan saya", parent=answer)[0]
        set_status(answer, Status.DELETED)
        page = thread.newest(article.id)
        assert numbers(page.replies[first.id].comments) == [second.id]
        assert page.answered == {}


class TestSince:
    def test_comments_and_replies_come_in_their_order_and_no_more_than_a_page(
        self, article, app, first, reply
    ):
        (answer,) = reply(1)
        second = write(article, app, "kedua")[0]
        assert numbers(thread.since(article.id, first.id)) == [answer, second.id]
        assert thread.since(article.id, second.id) == []
        reply(WINDOW)
        assert len(thread.since(article.id, first.id)) == WINDOW

    def test_the_newest_number_counts_replies_and_is_0_without_any(
        self, article, app, first, reply
    ):
        (answer,) = reply(1)
        other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
        assert thread.newest_number(article.id) == answer
        assert thread.newest_number(other.id) == 0
        set_status(answer, Status.DELETED)
        assert thread.newest_number(article.id) == first.id


def test_a_comment_is_shown_only_under_its_article_and_in_a_thread_that_is(
    article, app, first, reply
):
    (answer,) = reply(1)
    other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
    assert thread.shown(article.id, answer).id == answer
    assert thread.shown(other.id, answer) is None
    set_status(first.id, Status.PENDING)
    assert db.session.get(Comment, answer).is_visible
    assert thread.shown(article.id, answer) is None
