"""Replies by readers: each row of the contract for a posted comment, and what is theirs alone:
where they stand, what they answer, and that none is lost when that is gone.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from pnpm.admin.undo import undo
from pnpm.articles.models import Article
from pnpm.articles.models import Status as ArticleStatus
from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move, remove
from pnpm.comments.moderation import reply as official_reply
from pnpm.comments.thread import NEWEST_REPLIES, WINDOW
from pnpm.comments.trust import trust
from pnpm.db import begin_writing, db, transaction
from tests.conftest import fields, publish, soup, write

TEXT = "Saya setuju :)"
HTMX = {"HX-Request": "true"}
# what the field `parent` may be made to say, without there being such a comment
NO_COMMENT = [
    *("0", "-1", "999", "2147483647", "2147483648", "9" * 15, "9" * 16, "9" * 5000),
    *("satu", "1\x00", "\x00", " 1", "1 ", "１", "1.0", "1e3", "' OR 1=1 --", "<b>"),
]


@pytest.fixture
def first(article, app):
    """The number of the comment that is answered."""
    return write(article, app, "pertanyaan", name="Siti")[0].id


@pytest.fixture
def answer(client, url):
    """Answer a comment with the form that its link leads to."""

    def answer(number, htmx=False, **values):
        form = fields(client.page(f"/comments/{number}/reply"))
        return client.post(url, data={**form, "body": TEXT, **values}, headers=HTMX if htmx else {})

    return answer


def stored():
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def newest():
    return stored()[-1]


def count(article):
    db.session.expire_all()
    return db.session.get(Article, article.id).comment_count


def set_status(number, status, change_set=None):
    with transaction():
        move([number], status, change_set or ChangeSet("Bu Camat"))


def set_open(article, is_open):
    begin_writing()
    db.session.get(Article, article.id).set_policy(is_open, None, None)
    db.session.commit()


class TestForm:
    def test_the_link_under_a_comment_leads_to_a_page_with_it_and_the_form(
        self, client, url, first
    ):
        link = client.page(url).select_one(f"#comment-{first} .comment__reply")
        assert link["href"] == f"/comments/{first}/reply"
        response = client.get(link["href"])
        page = soup(response)
        assert "pertanyaan" in page.select_one(f"#comment-{first}").text
        assert page.select_one("#comment-form")["action"] == url
        assert fields(page)["parent"] == str(first)
        assert "Membalas Siti." in page.select_one("#form-answering").text
        assert page.select_one("meta[name=robots]")["content"] == "noindex"
        assert response.headers["Cache-Control"] == "no-cache"

    def test_htmx_gets_the_form_alone_which_no_history_keeps_for_the_page(self, client, first):
        response = client.get(f"/comments/{first}/reply", headers=HTMX)
        page = soup(response)
        assert page.select_one("html, .comment") is None
        assert fields(page)["parent"] == str(first)
        assert response.headers["Cache-Control"] == "no-store"

    def test_it_has_the_fields_of_the_form_under_the_article(self, client, url, first):
        reply, own = client.form(f"/comments/{first}/reply"), client.form(url)
        assert reply.keys() == own.keys()
        assert own["parent"] == ""

    @pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.DELETED])
    def test_one_that_readers_do_not_see_is_gone(self, client, first, status):
        set_status(first, status)
        for headers in ({}, HTMX):
            response = client.get(f"/comments/{first}/reply", headers=headers)
            assert response.status_code == 410
            assert "pertanyaan" not in response.text

    def test_so_is_a_reply_whose_thread_is_hidden(self, client, article, app, first):
        reply = write(article, app, "jawaban", parent=first)[0].id
        assert client.get(f"/comments/{reply}/reply").status_code == 200
        set_status(first, Status.SPAM)
        response = client.get(f"/comments/{reply}/reply")
        assert response.status_code == 410
        assert "jawaban" not in response.text

    @pytest.mark.parametrize("status", [ArticleStatus.DRAFT, ArticleStatus.DELETED])
    def test_so_is_one_under_an_article_that_was_taken_back(self, client, article, first, status):
        begin_writing()
        db.session.get(Article, article.id).status = status
        db.session.commit()
        response = client.get(f"/comments/{first}/reply")
        assert response.status_code == 410
        assert "Latar Belakang" not in response.text

    def test_where_the_article_takes_no_more_it_leads_to_the_comment(
        self, client, url, article, first
    ):
        set_open(article, False)
        response = client.get(f"/comments/{first}/reply")
        place = f"{url}?comment={first}#comment-{first}"
        assert (response.status_code, response.location) == (303, place)
        response = client.get(f"/comments/{first}/reply", headers=HTMX)
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, place)
        assert not client.page(url).select(".comment__reply")

    def test_none_is_not_found(self, client, first):
        for number in ("0", "999", "2147483648", "-1", "9" * 40, "satu", "1.5", "%00"):
            assert client.get(f"/comments/{number}/reply").status_code == 404


class TestPublished:
    @pytest.mark.engines
    def test_a_plain_browser_is_sent_to_it_in_its_thread(self, client, url, first, answer):
        response = answer(first, name="Budi")
        reply = newest().id
        assert response.status_code == 303
        assert response.location == f"{url}?comment={reply}#comment-{reply}"
        page = client.page(response.location)
        shown = page.select_one(f"#replies-{first} > #comment-{reply}")
        assert "Saya setuju" in shown.text
        assert page.select_one(f"#reply-count-{first}").text == "1 balasan"

    def test_htmx_gets_a_fresh_form_the_reply_both_counts_and_a_line_of_status(self, first, answer):
        response = answer(first, htmx=True, name="Budi")
        page = soup(response)
        assert response.status_code == 201
        assert page.select_one("html") is None
        assert (fields(page)["body"], fields(page)["parent"]) == ("", "")
        parts = {part["data-hx-target"]: part for part in page.select("hx-partial")}
        assert parts.keys() == {
            f"#replies-{first}",
            f"#reply-count-{first}",
            "#comments-none",
            "#comments-count",
            "#status",
        }
        reply = parts[f"#replies-{first}"].select_one(f"#comment-{newest().id}")
        assert reply.select_one(".comment__author").text == "Budi"
        assert parts[f"#reply-count-{first}"].text == "1 balasan"
        assert page.select_one("#comment-count").text == "2"

    def test_the_article_counts_it_and_its_page_changes(self, client, url, article, first, answer):
        before = client.get(url).headers["ETag"]
        answer(first)
        assert count(article) == 2
        assert client.page(url).select_one("#comment-count").text == "2"
        assert client.get(url).headers["ETag"] != before

    @pytest.mark.engines
    def test_a_reply_to_a_reply_stands_in_the_same_thread_and_names_whom_it_answers(
        self, client, url, first, answer
    ):
        answer(first, name="Budi")
        second = newest().id
        answer(second, name="Ani")
        third = newest()
        assert (third.parent_id, third.reply_to_id) == (first, second)
        shown = client.page(url).select_one(f"#replies-{first} > #comment-{third.id}")
        link = shown.select_one(".comment__answers a")
        assert "membalas @Budi" in " ".join(shown.select_one(".comment__answers").text.split())
        assert link["href"] == f"{url}?comment={second}#comment-{second}"

    def test_a_name_is_no_markup_there(self, client, url, first, answer):
        answer(first, name='<b title="x">Budi')
        answer(newest().id)
        shown = client.page(url).select_one(f"#comment-{newest().id} .comment__answers a")
        assert shown.text == '@<b title="x">Budi'

    def test_a_reply_to_the_offices_answer_stands_beside_it(self, client, url, first, answer):
        with transaction():
            comment = db.session.get(Comment, first)
            official = official_reply(comment, "Kantor", "x", "x", ChangeSet("Bu Camat")).id
        answer(official)
        assert (newest().parent_id, newest().reply_to_id) == (first, official)
        assert client.page(url).select_one(f"#replies-{first} > #comment-{newest().id}")

    @pytest.mark.engines
    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "off"}])
    def test_the_newest_are_shown_with_a_link_to_the_rest(self, client, url, first, answer):
        for number in range(NEWEST_REPLIES + 2):
            answer(first, body=f"balasan {number}")
        replies = [reply.id for reply in stored()[1:]]
        page = client.page(url)
        assert _shown(page, first) == replies[-NEWEST_REPLIES:]
        assert page.select_one(f"#reply-count-{first}").text == f"{NEWEST_REPLIES + 2} balasan"
        link = page.select_one(f"#replies-{first} > .comments__more")
        rest = client.page(link["href"].partition("#")[0])
        assert _shown(rest, first) == replies[:2]
        assert [len(rest.select(f"#comment-{number}")) for number in replies[:2]] == [1, 1]
        later = rest.select_one(f"#replies-{first} > .comments__more[rel~=next]")
        assert _shown(client.page(later["href"].partition("#")[0]), first) == replies[2:]

    def test_a_permalink_of_one_among_many_shows_its_thread(self, client, url, article, app, first):
        bodies = [f"balasan {number}" for number in range(WINDOW + 2)]
        early, *_rest, last = write(article, app, *bodies, parent=first)
        page = client.page(f"{url}?comment={early.id}")
        assert page.select(f"#replies-{first} > #comment-{early.id}")
        assert not page.select(f"#comment-{last.id}")
        page = client.page(f"{url}?thread={first}")
        assert len(_shown(page, first)) == WINDOW
        assert page.select_one(".pager a")["href"] == f"{url}#comments"

    def test_a_thread_that_is_none_is_the_page_of_all(self, client, url, first, answer):
        answer(first)
        for query in ("thread=0", "thread=99&before=1", "thread=2", "comment=99"):
            assert client.page(f"{url}?{query}").select(f"#comment-{first}"), query

    def test_what_is_no_number_is_not_found(self, client, url, first):
        for query in ("thread=", "thread=x", "thread=-1", "thread=1&before=1%00"):
            assert client.get(f"{url}?{query}").status_code == 404, query

    def test_the_order_is_a_link_and_turns_comments_alone(self, client, url, first, answer):
        answer(first)
        answer(first, body="lagi")
        client.comment(url, body="komentar kedua")
        links = client.page(url).select(".comments__order a")
        assert [link["href"] for link in links] == [
            f"{url}?order=oldest#comments",
            f"{url}?order=newest#comments",
        ]
        page = client.page(f"{url}?order=newest")
        top = [comment["id"] for comment in page.select("#comment-list > .comment")]
        assert top == ["comment-4", f"comment-{first}"]
        assert _shown(page, first) == [2, 3]
        assert page.select_one("[aria-current]")["href"] == f"{url}?order=newest#comments"


def _shown(page, first):
    """The numbers of the replies that a page shows under a comment."""
    shown = page.select(f"#replies-{first} > .comment")
    return [int(reply["id"].removeprefix("comment-")) for reply in shown]


class TestHeld:
    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_a_plain_browser_sees_its_own_in_its_thread_and_nobody_else(
        self, client, url, article, first, answer
    ):
        response = answer(first)
        page = client.page(response.location)
        reply = newest().id
        assert page.select_one(f"#replies-{first} > #comment-{reply} .label--waiting")
        assert "terbit setelah diperiksa" in page.select_one("#status").text
        assert not client.page(url).select(f"#comment-{reply}")
        assert client.page(url).select_one(f"#reply-count-{first}") is None
        assert count(article) == 1

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_htmx_gets_a_fresh_form_and_the_notice(self, first, answer):
        response = answer(first, htmx=True)
        assert response.status_code == 201
        assert fields(soup(response))["parent"] == ""
        assert not soup(response).select(".comment")
        assert newest().reasons == ["policy"]

    @pytest.mark.parametrize("htmx", [False, True])
    @pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.DELETED])
    def test_one_to_what_was_hidden_meanwhile_is_kept_and_waits(
        self, client, url, article, first, htmx, status
    ):
        form = client.form(f"/comments/{first}/reply")
        set_status(first, status)
        headers = HTMX if htmx else {}
        response = client.post(url, data={**form, "body": TEXT}, headers=headers)
        assert response.status_code == (201 if htmx else 303)
        reply = newest()
        assert (reply.status, reply.reasons) == (Status.PENDING, ["parent"])
        assert (reply.parent_id, reply.reply_to_id) == (first, None)
        if not htmx:
            notice = client.page(response.location).select_one("#status")
            assert "terbit setelah diperiksa" in notice.text
            assert TEXT.split(" :")[0] in client.get(notice.select_one("a")["href"]).text
        again = client.post(url, data={**form, "body": TEXT}, headers=headers)
        assert (again.status_code, len(stored())) == (response.status_code, 2)
        set_status(first, Status.PUBLISHED)
        set_status(reply.id, Status.PUBLISHED)
        assert _shown(client.page(url), first) == [reply.id]
        assert count(article) == 2

    def test_so_does_one_to_a_reply_in_a_thread_that_was_hidden(
        self, client, url, article, app, first
    ):
        reply = write(article, app, "jawaban", parent=first)[0].id
        form = client.form(f"/comments/{reply}/reply")
        set_status(first, Status.DELETED)
        client.post(url, data={**form, "body": TEXT})
        assert newest().reasons == ["parent"]
        assert (newest().parent_id, newest().reply_to_id) == (first, reply)

    def test_one_to_what_is_gone_altogether_waits_by_itself(self, client, url, article, first):
        form = client.form(f"/comments/{first}/reply")
        set_status(first, Status.DELETED)
        with transaction():
            remove([first], ChangeSet("Bu Camat"))
        assert client.post(url, data={**form, "body": TEXT}).status_code == 303
        assert (newest().parent_id, newest().reasons) == (None, ["parent"])
        set_status(newest().id, Status.PUBLISHED)
        assert client.page(url).select_one("#comment-list > .comment")
        assert count(article) == 1

    @pytest.mark.engines
    def test_what_was_answered_goes_and_the_replies_wait_by_themselves(
        self, client, url, article, first, answer
    ):
        answer(first)
        answer(newest().id, body="dan saya")
        set_status(first, Status.DELETED)
        with transaction():
            remove([first], ChangeSet("Bu Camat"))
        db.session.expire_all()
        assert [(reply.parent_id, reply.reply_to_id) for reply in stored()] == [(None, None)] * 2
        assert {reply.status for reply in stored()} == {Status.PENDING}
        assert count(article) == 0

    @pytest.mark.engines
    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "off"}])
    def test_one_to_nothing_at_all_is_kept_and_waits(self, client, url, first):
        for parent in NO_COMMENT:
            response = client.comment(url, body=TEXT, parent=parent, nonce=parent)
            assert response.status_code == 303
            assert (newest().parent_id, newest().reasons) == (None, ["parent"]), parent
            again = client.comment(url, body="", parent=parent)
            assert again.status_code == 422
            assert "tidak tampil lagi" in soup(again).select_one("#form-answering").text
        assert len(stored()) == 1 + len(NO_COMMENT)

    def test_one_to_a_comment_of_another_article_waits_and_shows_nothing_of_it(
        self, client, app, url, first
    ):
        other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
        theirs = write(other, app, "di tempat lain", name="Orang")[0].id
        client.comment(url, body=TEXT, parent=str(theirs))
        assert (newest().parent_id, newest().reasons) == (None, ["parent"])
        refused = client.comment(url, body="", parent=str(theirs))
        assert refused.status_code == 422
        assert "Orang" not in refused.text and "di tempat lain" not in refused.text

    def test_what_readers_did_not_see_yet_is_not_told(self, client, url, first):
        set_status(first, Status.PENDING)
        for htmx in (False, True):
            refused = client.comment(url, htmx=htmx, body="", parent=str(first))
            assert refused.status_code == 422
            assert "Siti" not in refused.text and "pertanyaan" not in refused.text


class TestRefused:
    BAD = [
        ({"body": "  "}, "body"),
        ({"body": "x" * 3001}, "body"),
        ({"email": "siti"}, "email"),
        ({"website": "http://a b"}, "website"),
    ]

    @pytest.mark.parametrize(("values", "field"), BAD)
    def test_bad_input_keeps_the_text_and_what_it_answers(self, first, answer, values, field):
        for htmx in (False, True):
            response = answer(first, htmx=htmx, **values)
            page = soup(response)
            assert response.status_code == 422
            assert page.select_one(f"#{field}-error")
            assert fields(page)["parent"] == str(first)
            assert fields(page)["body"].strip() == values.get("body", TEXT).strip()
            assert bool(page.select(f"html #comment-{first}")) is not htmx
        assert len(stored()) == 1

    @pytest.mark.parametrize("htmx", [False, True])
    @pytest.mark.parametrize("token", ["", "forged"])
    def test_a_stale_or_missing_token_keeps_the_text_and_sending_again_succeeds(
        self, client, url, first, answer, token, htmx
    ):
        response = answer(first, htmx=htmx, token=token)
        page = soup(response)
        assert response.status_code == 400
        assert (fields(page)["body"], fields(page)["parent"]) == (TEXT, str(first))
        assert bool(page.select_one("html")) is not htmx
        assert client.post(url, data=fields(page)).status_code == 303
        assert newest().parent_id == first

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "1/10min"}])
    def test_a_flood_is_held_and_then_refused_with_the_text_kept(self, first, answer):
        for number in range(10):
            answer(first, body=f"balasan {number}")
        assert [reply.reasons for reply in stored()[2:]] == [["limit"]] * 9
        for htmx in (False, True):
            response = answer(first, htmx=htmx, body="satu lagi")
            assert response.status_code == 429
            assert 0 < int(response.headers["Retry-After"]) <= 600
            page = soup(response)
            assert (fields(page)["body"], fields(page)["parent"]) == ("satu lagi", str(first))

    @pytest.mark.parametrize("htmx", [False, True])
    def test_a_closed_article_takes_none_and_gives_the_text_back(
        self, client, url, article, first, htmx
    ):
        form = client.form(f"/comments/{first}/reply")
        set_open(article, False)
        response = client.post(url, data={**form, "body": TEXT}, headers=HTMX if htmx else {})
        assert response.status_code == 409
        assert fields(soup(response))["body"] == TEXT
        assert "sudah ditutup" in soup(response).select_one("#form-errors").text
        assert len(stored()) == 1

    @pytest.mark.parametrize("htmx", [False, True])
    def test_more_than_64_kib_is_refused_plainly(self, first, answer, htmx):
        response = answer(first, htmx=htmx, body="x" * 70_000)
        assert response.status_code == 413
        assert ("<html" in response.text) is not htmx
        assert len(stored()) == 1


@pytest.mark.engines
class TestOnce:
    @pytest.mark.parametrize("nonce", ["", "abc"])
    @pytest.mark.parametrize("htmx", [False, True])
    def test_the_same_form_sent_again_gives_the_first_answer_and_one_reply(
        self, first, answer, nonce, htmx
    ):
        one, two = (answer(first, htmx=htmx, nonce=nonce) for _ in range(2))
        assert (one.status_code, one.location) == (two.status_code, two.location)
        assert one.data == two.data
        assert len(stored()) == 2

    def test_the_same_words_under_another_comment_are_another_reply(
        self, client, url, first, answer
    ):
        client.comment(url, body=TEXT, nonce="abc")
        answer(first, nonce="abc")
        answer(newest().id, nonce="abc")
        assert [(reply.parent_id, reply.reply_to_id) for reply in stored()[1:]] == [
            (None, None),
            (first, None),
            (first, 3),
        ]

    @pytest.mark.parametrize("nonce", ["", "abc"])
    def test_sent_many_times_at_once_it_is_one(self, app, client, url, article, first, nonce):
        form = {**client.form(f"/comments/{first}/reply"), "body": TEXT, "nonce": nonce}

        def send(_turn):
            with app.app_context():
                try:
                    return app.test_client().post(url, data=form)
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(4) as hands:
            answers = list(hands.map(send, range(8)))
        db.session.rollback()
        assert {(one.status_code, one.location) for one in answers} == {
            (303, f"{url}?comment=2#comment-2")
        }
        assert count(article) == 2
        assert len(stored()) == 2

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "off"}])
    def test_replies_at_once_beside_a_moderator_are_all_kept(
        self, app, client, url, article, first
    ):
        form = client.form(f"/comments/{first}/reply")

        def act(turn):
            with app.app_context():
                try:
                    if turn % 4 == 3:
                        status = Status.DELETED if turn % 8 == 3 else Status.PUBLISHED
                        set_status(first, status)
                        return 303
                    data = {**form, "body": f"balasan {turn}"}
                    return app.test_client().post(url, data=data).status_code
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(4) as hands:
            assert set(hands.map(act, range(16))) == {303}
        db.session.rollback()
        set_status(first, Status.DELETED)
        set_status(first, Status.PUBLISHED)
        replies = stored()[1:]
        assert len(replies) == 12
        assert all(reply.parent_id == first for reply in replies)
        assert all(reply.reasons == ["parent"] * reply.is_waiting for reply in replies)
        assert count(article) == 1 + sum(reply.is_visible for reply in replies)


@pytest.mark.engines
class TestOffice:
    def test_a_reply_goes_and_comes_back_like_a_comment(self, client, url, article, first, answer):
        answer(first)
        reply, change_set = newest().id, ChangeSet("Bu Camat")
        set_status(reply, Status.SPAM, change_set)
        assert count(article) == 1
        assert client.page(url).select_one(f"#reply-count-{first}") is None
        with transaction():
            assert undo(change_set.key, ChangeSet("Bu Camat"), str) == (1, 0)
        assert count(article) == 2
        assert _shown(client.page(url), first) == [reply]

    def test_a_thread_goes_with_its_first_comment_and_comes_back(
        self, client, url, article, first, answer
    ):
        answer(first)
        answer(newest().id, body="dan saya")
        set_status(first, Status.PENDING)
        assert count(article) == 0
        page = client.page(url)
        assert page.select_one("#comment-count").text == "0"
        assert not page.select(".comment")
        set_status(first, Status.PUBLISHED)
        assert count(article) == 3

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_a_trusted_authors_reply_does_not_wait(self, first, answer):
        answer(first, name="Budi")
        with transaction():
            trust("Budi", newest().address_hash, None, True, ChangeSet("Bu Camat"))
        answer(first, name="Budi", body="sekali lagi")
        answer(first, name="Ani", body="saya juga")
        assert [reply.is_visible for reply in stored()[1:]] == [False, True, False]

    def test_the_office_answers_in_the_same_thread(self, client, url, article, first, answer):
        answer(first)
        with transaction():
            official_reply(newest(), "Kantor", "jawaban", "jawaban", ChangeSet("Bu Camat"))
        official = newest()
        assert (official.parent_id, official.reply_to_id) == (first, 2)
        shown = client.page(url).select_one(f"#replies-{first} > #comment-{official.id}")
        assert shown.select_one(".label--official")
        assert count(article) == 3
