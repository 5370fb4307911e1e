"""A reader's own comments: who may change them or take them back, how long, and what becomes of
them then.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from pnpm import signing
from pnpm.admin.undo import undo
from pnpm.articles.models import Article
from pnpm.audit.models import AuditEntry, ChangeSet, break_in_chain
from pnpm.comments import own
from pnpm.comments.models import Comment, CommentRevision, Status
from pnpm.comments.moderation import move, remove
from pnpm.comments.rules import change_lists
from pnpm.db import begin_writing, db, now, transaction
from pnpm.public.own_comments import MOST
from tests.conftest import at_once, fields, on_sqlite, publish, soup, write

TEXT = "Saya setuju :)"
LINKS = "http://a.id http://b.id http://c.id"
HTMX = {"HX-Request": "true"}
OVER = "Waktu untuk mengubah komentar ini sudah lewat."
ANSWERED = "Komentar ini sudah dibalas"


@pytest.fixture
def send(client, url):
    """Send a comment; the token of its private link."""

    def send(body=TEXT, **values):
        response = client.comment(url, body=body, name="Siti", **values)
        (link,) = soup(response).select("a[href$='/edit']")
        return link["href"].split("/")[2]

    return send


@pytest.fixture
def token(send):
    return send()


@pytest.fixture
def edit(client):
    """Send the form of a private link."""

    def edit(token, /, htmx=False, **values):
        address = f"/comments/{token}/edit"
        data = {**client.form(address), "body": "lain", **values}
        return client.post(address, data=data, headers=HTMX if htmx else {})

    return edit


@pytest.fixture
def withdraw(client):
    """Take a comment back with the button under its form."""

    def withdraw(token, /, htmx=False, **values):
        given = client.form(f"/comments/{token}/edit").get("token", "")
        data = {"token": given, **values}
        return client.post(f"/comments/{token}/withdrawal", data=data, headers=HTMX if htmx else {})

    return withdraw


@pytest.fixture
def clock(monkeypatch):
    """Let so many minutes pass."""

    def clock(minutes):
        moment = now() + timedelta(minutes=minutes)
        for module in ("pnpm.comments.own", "pnpm.public.own_comments"):
            monkeypatch.setattr(f"{module}.now", lambda: moment)

    return clock


def stored():
    db.session.expire_all()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def count(article):
    db.session.expire_all()
    return db.session.get(Article, article.id).comment_count


def set_status(number, status):
    with transaction():
        move([number], status, ChangeSet("Bu Camat"))


class TestLink:
    def test_a_browser_without_cookies_finds_it_in_the_answer(self, app, client, url):
        response = client.comment(url, body=TEXT)
        links = [link["href"] for link in soup(response).select("a")]
        assert links[0] == f"{url}?comment=1#comment-1"
        stranger = app.test_client()
        assert fields(soup(stranger.get(links[1])))["body"] == TEXT

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_so_does_one_whose_comment_waits(self, app, client, url):
        links = [link["href"] for link in soup(client.comment(url, body=TEXT)).select("a")]
        stranger = app.test_client()
        assert "Menunggu diperiksa" in stranger.get(links[0]).text
        assert stranger.get(links[1]).status_code == 200

    def test_htmx_finds_it_under_the_comment(self, client, url):
        page = soup(client.comment(url, htmx=True, body=TEXT))
        link = page.select_one("#comment-1 #own-1 a")
        assert link["href"].endswith("/edit")
        assert client.get(link["href"]).status_code == 200

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_htmx_finds_it_in_the_notice_where_it_waits(self, client, url):
        page = soup(client.comment(url, htmx=True, body=TEXT))
        (link,) = page.select("[data-hx-target='#waiting-own'] a[href$='/edit']")
        assert client.get(link["href"]).status_code == 200

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_who_has_come_by_the_address_of_what_waits_alone_does_not_find_it(
        self, app, client, url
    ):
        response = client.comment(url, body=TEXT)
        private = soup(response).select_one("a")["href"]
        for address in (response.location, private):
            assert client.page(address).select_one("#own-1 a"), "its author does"
            page = soup(app.test_client().get(address))
            assert page.select_one("#comment-1") and not page.select("a[href$='/edit']")

    def test_its_page_holds_the_text_and_the_time_left(self, client, token, clock):
        clock(4.5)
        response = client.get(f"/comments/{token}/edit")
        assert fields(soup(response))["body"] == TEXT
        assert "Masih 11 menit" in response.text
        assert response.headers["Cache-Control"] == "no-store"
        assert soup(response).select_one("meta[name=robots]")["content"] == "noindex"


class TestStranger:
    def test_a_link_cannot_be_guessed(self, client, config, url, send):
        tokens = [send(), send("lain")]
        signatures = [token.partition(".")[2] for token in tokens]
        for guessed in (
            *("1", "1.", ".", "1.forged", f"2.{signatures[0]}", f"1.{signatures[1]}"),
            *("%00", "1%00", "%C3%A9", "own", signatures[0], tokens[0].swapcase()),
            signing.sign(config.secret_key, "waiting", "1"),
            signing.sign(config.secret_key, "own comments", "1"),
        ):
            data = {**client.form(url), "body": "lain"}
            assert client.get(f"/comments/{guessed}/edit").status_code == 404
            for deed in ("edit", "withdrawal"):
                assert client.post(f"/comments/{guessed}/{deed}", data=data).status_code == 404
        assert [comment.body for comment in stored()] == [TEXT, "lain"]

    def test_a_comment_that_is_gone_is_not_found(self, client, token):
        set_status(1, Status.DELETED)
        with transaction():
            remove([1], ChangeSet("Bu Camat"))
        assert client.get(f"/comments/{token}/edit").status_code == 404
        assert client.post(f"/comments/{token}/edit").status_code == 404
        assert client.page("/comments/own").select(".comment") == []

    @pytest.mark.parametrize("htmx", [False, True])
    @pytest.mark.parametrize("settings", [{}, {"MODERATION": "all"}])
    def test_a_neighbour_who_writes_the_same_words_gets_no_link(
        self, app, client, url, token, htmx
    ):
        data = {**client.form(url), "body": TEXT, "name": "Siti"}
        headers = HTMX if htmx else {}
        response = app.test_client().post(url, data=data, headers=headers)
        assert response.status_code == (201 if htmx else 303)
        assert token not in response.text
        assert "Set-Cookie" not in response.headers
        assert len(stored()) == 1

    @pytest.mark.parametrize("htmx", [False, True])
    def test_who_knows_the_nonce_is_no_stranger(self, app, client, url, send, htmx):
        token = send(nonce="abc")
        data = {**client.form(url), "body": TEXT, "name": "Siti", "nonce": "abc"}
        response = app.test_client().post(url, data=data, headers=HTMX if htmx else {})
        assert token in response.text
        assert "Set-Cookie" in response.headers

    def test_another_site_does_nothing(self, client, token):
        data = client.form(f"/comments/{token}/edit")
        for deed in ("edit", "withdrawal"):
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
                response = client.post(f"/comments/{token}/{deed}", data=data, headers=headers)
                assert response.status_code == 403
        assert stored()[0].is_visible


class TestCookie:
    def test_it_names_the_comments_of_this_browser_alone(self, app, client, url, send):
        send("satu"), send("dua")
        assert len(client.page("/comments/own").select(".comment")) == 2
        assert not soup(app.test_client().get("/comments/own")).select(".comment")

    def test_whoever_has_it_is_the_author(self, app, client, send):
        send()
        friend = app.test_client()
        friend.set_cookie("own", client.get_cookie("own").value)
        (link,) = friend.page("/comments/own").select(".comment__own a")
        assert friend.get(link["href"]).status_code == 200

    def test_one_that_was_tampered_with_counts_as_none(self, app, client, config, send):
        send()
        value = client.get_cookie("own").value
        for tampered in (
            *(f"1.{value}", value[:-1], "1", ".", "", "x" * 4000, "1..x", "\x01", "é"),
            signing.sign(config.secret_key, "own", "1"),
        ):
            stranger = app.test_client()
            response = stranger.get("/comments/own", headers={"Cookie": f"own={tampered}"})
            assert response.status_code == 200
            assert not soup(response).select(".comment")

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "off"}])
    def test_it_names_at_most_the_last_twenty(self, client, url, send):
        for number in range(MOST + 2):
            send(f"komentar {number}")
        numbers = [int(number) for number in client.get_cookie("own").value.split(".")[:-1]]
        assert numbers == list(range(3, MOST + 3))

    def test_one_that_is_sent_again_is_named_once(self, client, url):
        form = {**client.form(url), "body": TEXT, "nonce": "abc"}
        for _ in range(2):
            client.post(url, data=form)
        assert client.get_cookie("own").value.split(".")[:-1] == ["1"]

    def test_after_a_quarter_of_an_hour_it_is_good_for_nothing(self, client, url, send, clock):
        send()
        cookie = client.get_cookie("own")
        assert (cookie.max_age, cookie.http_only, cookie.path) == (900, True, "/")
        clock(15)
        assert not client.page("/comments/own").select(".comment")

    def test_readers_pages_are_the_same_bytes_with_it_and_without(self, app, client, url, send):
        send()
        for address in (url, "/", f"{url}?comment=1", f"{url}?since=0", "/comments/1/reply"):
            mine, theirs = client.get(address), app.test_client().get(address)
            assert mine.data == theirs.data
            assert mine.headers.get("ETag") == theirs.headers.get("ETag")


class TestIndex:
    def test_it_shows_each_with_its_link_to_whoever_has_no_javascript(self, client, url, send):
        assert client.page(url).select("noscript a[href='/comments/own']")
        send("satu"), send("dua")
        response = client.get("/comments/own")
        shown = soup(response).select(".comment")
        assert [one.select_one(".comment__body").text for one in shown] == ["satu", "dua"]
        assert all(one.select_one(".comment__own a") for one in shown)
        assert response.headers["Cache-Control"] == "no-store"

    def test_htmx_gets_the_link_for_its_place_under_one_article_alone(self, client, article, send):
        send()
        other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
        address = f"/comments/own?article={article.id}"
        response = client.get(address, headers=HTMX)
        (part,) = soup(response).select("hx-partial")
        assert part["data-hx-target"] == "#comment-1 .comment__body"
        assert part.select_one("#own-1 a")["href"].endswith("/edit")
        assert response.headers["Cache-Control"] == "no-store"
        assert not client.get(f"/comments/own?article={other.id}", headers=HTMX).text.strip()
        assert client.get("/comments/own?article=x", headers=HTMX).status_code == 404

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_htmx_gets_what_waits_whole_for_its_place(self, client, app, url, article):
        first = write(article, app, "pertanyaan")[0].id
        client.comment(url, body="komentar")
        client.comment(url, body="balasan", parent=str(first))
        parts = soup(client.get(f"/comments/own?article={article.id}", headers=HTMX))
        assert [part["data-hx-target"] for part in parts.select("hx-partial")] == [
            "#comment-list",
            f"#replies-{first}",
        ]
        assert len(parts.select(".comment--waiting .comment__own a")) == 2

    def test_what_can_no_longer_be_changed_is_not_there(self, client, article, app, send):
        send("satu"), send("dua"), send("tiga")
        set_status(1, Status.SPAM)
        write(article, app, "balasan", parent=2)
        shown = client.page("/comments/own").select(".comment")
        assert [one["id"] for one in shown] == ["comment-3"]


class TestChange:
    @pytest.mark.engines
    def test_a_plain_browser_is_sent_to_the_comment_with_its_new_text(
        self, client, url, article, token, edit
    ):
        before = client.get(url).headers["ETag"]
        response = edit(token, body="Saya *sangat* setuju")
        assert (response.status_code, response.location) == (303, f"{url}#comment-1")
        assert client.get(url).headers["ETag"] != before
        assert "sangat" in client.page(url).select_one("#comment-1 .comment__body").text
        assert TEXT not in client.get(url).text
        assert [*CommentRevision.texts_of([1]).values()] == [TEXT]
        assert db.session.scalars(select(AuditEntry.who)).all() == [own.AUTHOR]
        assert count(article) == 1

    def test_htmx_is_led_there(self, url, token, edit):
        response = edit(token, htmx=True)
        assert (response.status_code, response.data) == (204, b"")
        assert response.headers["HX-Redirect"] == f"{url}#comment-1"

    def test_a_reply_leads_to_its_thread(self, client, url, article, app, edit):
        first = write(article, app, "pertanyaan")[0].id
        response = client.comment(url, body=TEXT, parent=str(first))
        token = soup(response).select_one("a[href$='/edit']")["href"].split("/")[2]
        assert edit(token).location == f"{url}?comment=2#comment-2"
        assert (stored()[1].body, stored()[1].parent_id) == ("lain", first)

    def test_who_wrote_it_stays(self, client, url, edit):
        given = {"name": "Siti", "email": "siti@desa.example", "website": "https://desa.example"}
        response = client.comment(url, body=TEXT, **given)
        token = soup(response).select_one("a[href$='/edit']")["href"].split("/")[2]
        edit(token, name="Budi", email="budi@desa.example", website="", parent="1", nonce="x")
        comment = stored()[0]
        assert {name: getattr(comment, name) for name in given} == given
        assert (comment.body, comment.parent_id) == ("lain", None)

    @pytest.mark.parametrize("htmx", [False, True])
    def test_what_is_doubtful_now_waits_and_its_author_sees_it(
        self, client, url, article, token, edit, htmx
    ):
        response = edit(token, htmx=htmx, body=LINKS)
        place = response.headers["HX-Redirect"] if htmx else response.location
        page = client.page(place)
        assert page.select_one("#comment-1.comment--waiting .comment__own a")
        assert "terbit setelah diperiksa" in page.select_one("#status").text
        assert (stored()[0].status, stored()[0].reasons) == (Status.PENDING, ["links"])
        assert not client.page(url).select(".comment")
        assert client.page("/comments/own").select(".comment--waiting")
        assert count(article) == 0

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_what_waits_can_be_changed_and_waits_on(self, client, token, edit):
        assert "waiting=" in edit(token).location
        assert (stored()[0].body, stored()[0].status) == ("lain", Status.PENDING)
        assert stored()[0].reasons == ["policy"]

    def test_the_same_text_is_no_change(self, client, url, token, edit):
        before = client.get(url).headers["ETag"]
        assert edit(token, body=TEXT).status_code == 303
        assert client.get(url).headers["ETag"] == before
        assert not db.session.scalars(select(AuditEntry)).all()

    def test_under_a_closed_article_it_can_still_be_done(self, article, token, edit):
        begin_writing()
        db.session.get(Article, article.id).set_policy(False, None, None)
        db.session.commit()
        assert edit(token).status_code == 303


class TestRefused:
    BAD = [
        ({"token": ""}, 400, TEXT),
        ({"token": "forged"}, 400, TEXT),
        ({"body": " "}, 422, ""),
        ({"body": "<!-- -->"}, 422, "<!-- -->"),
        ({"body": "x" * 3001}, 422, "x" * 3001),
        ({"body": ":)" * 1500}, 422, ":)" * 1500),
    ]

    @pytest.mark.parametrize(("values", "status", "kept"), BAD)
    def test_the_form_comes_back_with_the_errors_and_the_text(
        self, client, token, edit, values, status, kept
    ):
        for htmx in (False, True):
            response = edit(token, htmx=htmx, **{"body": TEXT, **values})
            page = soup(response)
            assert response.status_code == status
            assert fields(page)["body"].strip() == kept
            assert page.select_one("#form-errors li")
            assert bool(page.select_one("html")) is not htmx
            assert stored()[0].body == TEXT
            assert response.headers["Cache-Control"] == "no-store"
        again = client.post(f"/comments/{token}/edit", data={**fields(page), "body": "lain"})
        assert again.status_code == 303

    @pytest.mark.parametrize("htmx", [False, True])
    def test_a_word_that_the_office_refuses_is_told(self, token, edit, htmx):
        with transaction():
            change_lists(ChangeSet("Bu Camat"), {"refuse_words": "judi"})
        response = edit(token, htmx=htmx, body="main judi")
        assert response.status_code == 422
        assert "tidak diterima di sini" in soup(response).select_one("#body-error").text
        assert fields(soup(response))["body"] == "main judi"

    @pytest.mark.parametrize("htmx", [False, True])
    def test_more_than_64_kib_is_refused_plainly(self, token, edit, htmx):
        response = edit(token, htmx=htmx, body="x" * 70_000)
        assert response.status_code == 413
        assert ("<html" in response.text) is not htmx
        assert stored()[0].body == TEXT

    @on_sqlite
    @pytest.mark.parametrize("htmx", [False, True])
    def test_while_the_site_can_only_be_read_the_text_is_kept(self, client, token, edit, htmx):
        def read_only(connection, *_more):
            connection.execute("PRAGMA query_only = ON")

        event.listen(db.engine, "checkout", read_only)
        response = edit(token, htmx=htmx, body="punya saya")
        event.remove(db.engine, "checkout", read_only)
        db.engine.dispose()
        assert response.status_code == 503
        assert htmx or fields(soup(response))["body"] == "punya saya"
        assert "hanya dapat dibaca" in response.text
        assert stored()[0].body == TEXT

    @pytest.mark.engines
    def test_the_eleventh_change_is_refused_with_the_text_kept(self, token, edit):
        for number in range(own.MOST_CHANGES):
            assert edit(token, body=f"tulisan {number % 2}").status_code == 303
        response = edit(token, body="sekali lagi")
        assert response.status_code == 429
        assert fields(soup(response))["body"] == "sekali lagi"
        assert stored()[0].body == "tulisan 1"


class TestTooLate:
    @pytest.mark.parametrize("htmx", [False, True])
    def test_after_a_quarter_of_an_hour_the_text_is_given_back(
        self, client, url, token, clock, htmx
    ):
        data = {**client.form(f"/comments/{token}/edit"), "body": "punya saya"}
        clock(15)
        headers = HTMX if htmx else {}
        response = client.post(f"/comments/{token}/edit", data=data, headers=headers)
        page = soup(response)
        assert response.status_code == 410
        assert bool(page.select_one("html")) is not htmx
        assert OVER in page.select_one("#edit-closed").text
        assert page.select_one(".typed").text == "punya saya"
        assert page.select_one(f"#edit-closed a[href='{url}']")
        assert stored()[0].body == TEXT
        assert client.get(f"/comments/{token}/edit").status_code == 410
        assert client.post(f"/comments/{token}/withdrawal", data=data).status_code == 410
        assert stored()[0].is_visible

    @pytest.mark.parametrize("htmx", [False, True])
    def test_once_it_is_answered_it_offers_a_reply(self, client, article, app, token, htmx):
        data = {**client.form(f"/comments/{token}/edit"), "body": "punya saya"}
        write(article, app, "balasan", parent=1)
        headers = HTMX if htmx else {}
        for deed in ("edit", "withdrawal"):
            response = client.post(f"/comments/{token}/{deed}", data=data, headers=headers)
            assert response.status_code == 410
            assert ANSWERED in response.text and "punya saya" in response.text
            assert soup(response).select("a[href='/comments/1/reply']")
        assert client.get(f"/comments/{token}/edit").status_code == 410
        assert stored()[0].body == TEXT

    @pytest.mark.parametrize("status", [Status.DELETED, Status.SPAM])
    def test_one_that_the_office_took_away_stays_away(self, client, url, token, status):
        data = {**client.form(f"/comments/{token}/edit"), "body": "punya saya"}
        set_status(1, status)
        response = client.post(f"/comments/{token}/edit", data=data)
        assert response.status_code == 410
        assert soup(response).select_one(".typed").text == "punya saya"
        assert client.post(f"/comments/{token}/withdrawal", data=data).status_code == 410
        assert (stored()[0].body, stored()[0].status) == (TEXT, status)


class TestWithdrawal:
    @pytest.mark.engines
    def test_a_plain_browser_is_sent_to_the_comments_without_it(
        self, client, url, article, token, withdraw
    ):
        form = client.form(f"/comments/{token}/edit")
        response = withdraw(token)
        assert (response.status_code, response.location) == (303, f"{url}#comments")
        page = client.page(url)
        assert not page.select(".comment")
        assert page.select_one("#comment-count").text == "0"
        assert count(article) == 0
        assert client.post(f"/comments/{token}/withdrawal", data=form).status_code == 410

    def test_htmx_is_led_there(self, url, token, withdraw):
        response = withdraw(token, htmx=True)
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, f"{url}#comments")

    @pytest.mark.parametrize("htmx", [False, True])
    def test_a_stale_or_missing_token_takes_nothing_back_and_shows_the_form(
        self, client, token, withdraw, htmx
    ):
        response = withdraw(token, htmx=htmx, token="")
        assert response.status_code == 400
        assert fields(soup(response))["body"] == TEXT
        assert stored()[0].is_visible

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_what_waits_can_be_withdrawn(self, client, url, article, token, withdraw):
        assert withdraw(token).status_code == 303
        assert stored()[0].status is Status.DELETED
        assert count(article) == 0

    def test_the_office_can_bring_it_back_and_the_author_can_change_it_again(
        self, client, url, article, token, withdraw, edit
    ):
        withdraw(token)
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.who, entry.after) == (own.AUTHOR, {"status": "deleted"})
        with transaction():
            assert undo(entry.deed, ChangeSet("Bu Camat"), str) == (1, 0)
        assert client.page(url).select("#comment-1")
        assert count(article) == 1
        assert edit(token).status_code == 303
        assert break_in_chain() is None

    @pytest.mark.parametrize("nonce", ["", "abc"])
    def test_the_same_words_sent_later_are_another_comment(
        self, client, url, article, send, withdraw, nonce
    ):
        withdraw(send(nonce=nonce))
        again = send(nonce=nonce)
        assert [comment.status for comment in stored()] == [Status.DELETED, Status.PUBLISHED]
        assert [one["id"] for one in client.page(url).select(".comment")] == ["comment-2"]
        withdraw(again)
        assert count(article) == 0

    def test_a_reply_is_withdrawn_from_its_thread(self, client, url, article, app, withdraw):
        first = write(article, app, "pertanyaan")[0].id
        response = client.comment(url, body=TEXT, parent=str(first))
        withdraw(soup(response).select_one("a[href$='/edit']")["href"].split("/")[2])
        page = client.page(url)
        assert page.select_one(f"#reply-count-{first}") is None
        assert page.select_one("#comment-count").text == "1"


@pytest.mark.engines
class TestAtOnce:
    ROUNDS = 3

    def test_two_withdrawals_are_one(self, app, client, article, token):
        data = client.form(f"/comments/{token}/edit")

        def withdraw():
            return app.test_client().post(f"/comments/{token}/withdrawal", data=data).status_code

        assert sorted(at_once(app, withdraw, withdraw, withdraw)) == [303, 410, 410]
        assert len(db.session.scalars(select(AuditEntry)).all()) == 1
        assert count(article) == 0

    def test_of_two_changes_the_first_text_is_kept(self, app, client, token):
        data = client.form(f"/comments/{token}/edit")

        def change(body):
            def change():
                sent = {**data, "body": body}
                return app.test_client().post(f"/comments/{token}/edit", data=sent).status_code

            return change

        assert at_once(app, change("satu"), change("dua"), change("satu")) == [303] * 3
        texts = {*CommentRevision.texts_of([1]).values(), stored()[0].body}
        assert texts == {TEXT, "satu", "dua"}
        assert break_in_chain() is None

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "off"}])
    def test_a_reply_beside_a_withdrawal_is_never_shown_without_what_it_answers(
        self, app, client, url, article, send
    ):
        for turn in range(self.ROUNDS):
            token = send(f"komentar {turn}")
            number = int(re.match(r"\d+", token)[0])
            data = client.form(f"/comments/{token}/edit")
            form = {**client.form(f"/comments/{number}/reply"), "body": "balasan"}

            def withdraw(token=token, data=data):
                return app.test_client().post(f"/comments/{token}/withdrawal", data=data)

            def reply(form=form):
                return app.test_client().post(url, data=form)

            withdrawn, replied = at_once(app, withdraw, reply)
            assert replied.status_code == 303
            comment, answer = stored()[-2:]
            assert answer.parent_id == number
            assert comment.status is (
                Status.DELETED if withdrawn.status_code == 303 else Status.PUBLISHED
            )
            assert answer.is_visible is comment.is_visible
        assert count(article) == sum(comment.is_visible for comment in stored())

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "off"}])
    def test_a_reply_beside_a_change_finds_one_text_or_the_other(
        self, app, client, url, article, send
    ):
        for turn in range(self.ROUNDS):
            token = send(f"komentar {turn}")
            number = int(re.match(r"\d+", token)[0])
            data = {**client.form(f"/comments/{token}/edit"), "body": "lain"}
            form = {**client.form(f"/comments/{number}/reply"), "body": "balasan"}

            def change(token=token, data=data):
                return app.test_client().post(f"/comments/{token}/edit", data=data).status_code

            def reply(form=form):
                return app.test_client().post(url, data=form).status_code

            changed, replied = at_once(app, change, reply)
            assert replied == 303
            assert changed in (303, 410)
            comment, answer = stored()[-2:]
            assert comment.body == ("lain" if changed == 303 else f"komentar {turn}")
            assert answer.is_visible
        assert count(article) == 2 * self.ROUNDS
