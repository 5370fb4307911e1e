"""What came after a comment, for a page that is open: a fragment, or nothing at little cost."""

from datetime import UTC, datetime

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Status
from pnpm.comments.moderation import move
from pnpm.comments.thread import NEWEST_REPLIES, WINDOW
from pnpm.db import begin_writing, db, transaction
from tests.conftest import publish, soup, write
from tests.queries import asked


@pytest.fixture
def first(article, app):
    """The number of the comment that the page knows."""
    return write(article, app, "pertama", name="Siti")[0].id


def parts(response):
    return {part["data-hx-target"]: part for part in soup(response).select("hx-partial")}


def set_status(number, status):
    with transaction():
        move([number], status, ChangeSet("Bu Camat"))


class TestWhatCame:
    def test_the_page_says_which_is_the_newest_that_it_knows(self, client, app, url, article):
        button = client.page(url).select_one("#new-comments")
        assert (button["value"], button["data-from"]) == ("0", f"{url}?since=")
        first = write(article, app, "satu")[0].id
        reply = write(article, app, "balasan", parent=first)[0].id
        assert client.page(url).select_one("#new-comments")["value"] == str(reply)

    def test_a_comment_goes_to_the_end_with_a_place_for_replies(
        self, client, app, url, article, first
    ):
        second = write(article, app, "kedua", name="Budi")[0].id
        response = client.get(f"{url}?since={first}")
        found = parts(response)
        assert response.status_code == 200
        assert soup(response).select_one("html") is None
        assert found.keys() == {"#comment-list", "#comments-none", "#comments-count"}
        comment = found["#comment-list"].select_one(f"#comment-{second}")
        assert comment.select_one(".comment__author").text == "Budi"
        assert comment.select_one(".comment__reply")["href"] == f"/comments/{second}/reply"
        assert found["#comment-list"].select_one(f"#replies-{second}")
        assert found["#comments-count"].select_one("#comment-count").text == "2"

    @pytest.mark.engines
    def test_a_reply_goes_to_its_thread_with_its_number(self, client, app, url, article, first):
        reply = write(article, app, "balasan", name="Budi", parent=first)[0].id
        answer = write(article, app, "dan saya", parent=reply)[0].id
        found = parts(client.get(f"{url}?since={first}"))
        assert f"#replies-{first}" in found and "#comment-list" not in found
        assert found[f"#reply-count-{first}"].text == "2 balasan"
        shown = soup(client.get(f"{url}?since={reply}"))
        assert [one["id"] for one in shown.select(".comment")] == [f"comment-{answer}"]
        assert "@Budi" in shown.select_one(".comment__answers").text

    def test_all_replies_come_though_a_page_shows_few(self, client, app, url, article, first):
        bodies = [f"balasan {number}" for number in range(NEWEST_REPLIES + 3)]
        write(article, app, *bodies, parent=first)
        assert len(soup(client.get(f"{url}?since={first}")).select(".comment")) == len(bodies)

    def test_no_more_than_a_page_comes_at_once(self, client, app, url, article, first):
        write(article, app, *(f"komentar {number}" for number in range(WINDOW + 1)))
        shown = soup(client.get(f"{url}?since={first}")).select(".comment")
        assert len(shown) == WINDOW
        last = shown[-1]["id"].removeprefix("comment-")
        assert len(soup(client.get(f"{url}?since={last}")).select(".comment")) == 1

    @pytest.mark.engines
    def test_only_what_readers_see_of_this_article_comes(self, client, app, url, article, first):
        other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
        write(other, app, "di tempat lain")
        held, spam = write(article, app, "menunggu", "iklan")
        hidden = write(article, app, "balasan", parent=held.id)[0]
        set_status(held.id, Status.PENDING)
        set_status(spam.id, Status.SPAM)
        response = client.get(f"{url}?since=0")
        shown = [one["id"] for one in soup(response).select(".comment")]
        assert shown == [f"comment-{first}"]
        assert f"comment-{hidden.id}" not in response.text
        assert parts(response)["#comments-count"].select_one("#comment-count").text == "1"

    def test_under_a_closed_article_there_is_nothing_to_answer(
        self, client, app, url, article, first
    ):
        begin_writing()
        db.session.get(Article, article.id).set_policy(False, None, None)
        db.session.commit()
        shown = soup(client.get(f"{url}?since=0"))
        assert shown.select(".comment") and not shown.select(".comment__reply")

    def test_what_is_no_number_is_not_found(self, client, url, first):
        for number in ("", "x", "-1", "1.0", "9" * 16, "1%00", "%EF%BC%91"):
            assert client.get(f"{url}?since={number}").status_code == 404, number

    @pytest.mark.engines
    def test_after_a_number_that_is_none_nothing_comes(self, client, url, first):
        for number in ("999", "2147483647", "2147483648", "9" * 15):
            response = client.get(f"{url}?since={number}")
            assert response.status_code == 200
            assert not soup(response).select(".comment")

    def test_under_no_article_there_is_none(self, client, url):
        assert client.get("/2012/12/tidak-ada.html?since=1").status_code == 404
        moved = client.get("/2013/01/latar-belakang.html?since=1")
        assert (moved.status_code, moved.location) == (301, f"{url}?since=1")


class TestNothingNew:
    def test_it_is_asked_again_each_time_and_no_search_engine_keeps_it(self, client, url, first):
        response = client.get(f"{url}?since={first}")
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in response.headers

    @pytest.mark.engines
    def test_who_missed_nothing_gets_no_body_for_one_row(self, client, url, first):
        etag = client.get(f"{url}?since={first}").headers["ETag"]
        with asked() as queries:
            response = client.get(f"{url}?since={first}", headers={"If-None-Match": etag})
        assert (response.status_code, response.data) == (304, b"")
        assert response.headers["ETag"] == etag
        assert len(queries) == 1
        assert "FROM comment" not in queries[0].sql

    def test_who_missed_something_gets_it(self, client, app, url, article, first):
        etag = client.get(f"{url}?since={first}").headers["ETag"]
        second = write(article, app, "kedua")[0].id
        response = client.get(f"{url}?since={first}", headers={"If-None-Match": etag})
        assert response.status_code == 200
        assert f"comment-{second}" in response.text
        assert response.headers["ETag"] != etag

    def test_another_number_is_another_answer(self, client, app, url, article, first):
        second = write(article, app, "kedua")[0].id
        etags = [client.get(f"{url}?since={number}").headers["ETag"] for number in (first, second)]
        assert etags[0] != etags[1]
        response = client.get(f"{url}?since={second}", headers={"If-None-Match": etags[0]})
        assert response.status_code == 200

    def test_an_answer_costs_the_same_however_many_came(self, client, app, url, article, first):
        """What replies answer and how many there are is found by one query each."""
        counts = []
        for number in (1, 4):
            bodies = [f"{number} {turn}" for turn in range(number)]
            for reply in write(article, app, *bodies, parent=first):
                write(article, app, f"kepada {reply.id}", parent=reply.id)
            client.get(url)
            with asked() as queries:
                client.get(f"{url}?since={first}")
            counts.append(len(queries))
        assert counts[0] == counts[1] < 8
