"""Each row of the contract for a posted comment, for a plain browser and for htmx, and the comment
found again.
"""

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.db import begin_writing, db
from pnpm.markup import sanitizer
from pnpm.web import page_cache
from tests.conftest import fields, publish, soup, write

TEXT = "Saya setuju :)"


def stored():
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def count():
    return db.session.scalar(select(func.count(Comment.id)))


class TestPublished:
    @pytest.mark.engines
    def test_a_plain_browser_is_sent_to_the_comment_on_the_page(self, client, url):
        response = client.comment(url, body=TEXT, name="Siti")
        assert response.status_code == 303
        assert response.location == f"{url}#comment-1"
        assert "Saya setuju" in client.page(url).select_one("#comment-1 .comment__body").text

    def test_htmx_gets_a_fresh_form_the_comment_the_count_and_a_line_of_status(self, client, url):
        response = client.comment(url, htmx=True, body=TEXT, name="Siti")
        page = soup(response)
        assert response.status_code == 201
        assert fields(page)["body"] == ""
        assert page.select_one("#comment-1 .comment__author").text == "Siti"
        assert page.select_one("#comment-1 .label").text == "Komentar Anda"
        assert page.select_one("#comment-count").text == "1"
        assert {part["data-hx-target"] for part in page.select("hx-partial")} == {
            "#comment-list",
            "#comments-none",
            "#comments-count",
            "#status",
        }
        assert page.select_one("html") is None

    @pytest.mark.engines
    def test_the_article_counts_it_and_its_page_changes(self, client, url, article):
        before = client.get(url).headers["ETag"]
        client.comment(url, body=TEXT)
        assert db.session.get(Article, article.id).comment_count == 1
        assert client.get(url).headers["ETag"] != before

    def test_an_empty_name_is_anonim_with_its_line_of_thanks(self, client, url):
        client.comment(url, body=TEXT, name="  \u200b ")
        comment = client.page(url).select_one("#comment-1")
        assert comment.select_one(".comment__author").text == "Anonim"
        assert (
            comment.select_one(".comment__thanks").text
            == "Terimakasih Anonim atas Komentarnya di Latar Belakang"
        )

    @pytest.mark.parametrize(
        "name",
        ["H. Nur'aini, S.Pd.", "A", "ᨔᨘᨁᨗ", "أحمد", "🙂", "<b>x</b>", "Dua  spasi", "a\u202eb\x07"],
    )
    def test_names_as_people_write_them_are_taken(self, client, url, name):
        assert client.comment(url, body=TEXT, name=name).status_code == 303
        shown = client.page(url).select_one(".comment__author").text
        assert shown == name.replace("  ", " ").replace("\u202e", "").replace("\x07", "")

    def test_the_website_is_a_link_on_the_name(self, client, url):
        client.comment(url, body=TEXT, name="Siti", website="desa.example")
        link = client.page(url).select_one(".comment__author a")
        assert link["href"] == "http://desa.example"
        assert set(link["rel"]) == {"nofollow", "ugc", "noopener"}

    def test_the_email_is_never_shown(self, client, url):
        client.comment(url, body=TEXT, email="siti@desa.example")
        assert stored()[0].email == "siti@desa.example"
        assert b"siti@desa.example" not in client.get(url).data

    def test_no_raw_address_is_stored(self, client, url):
        client.post(
            url,
            data={**client.form(url), "body": TEXT},
            environ_base={"REMOTE_ADDR": "203.0.113.77"},
        )
        comment = stored()[0]
        assert "203.0.113.77" not in " ".join(
            str(getattr(comment, column.name)) for column in Comment.__table__.columns
        )

    @pytest.mark.parametrize("htmx", [False, True])
    def test_a_reader_gets_no_cookie_before_it_serves_them(self, client, url, htmx):
        assert not any("Set-Cookie" in client.get(page).headers for page in (url, "/"))
        assert "Set-Cookie" not in client.comment(url, htmx=htmx, body="").headers
        (cookie,) = client.comment(url, htmx=htmx, body=TEXT).headers.getlist("Set-Cookie")
        assert cookie.startswith(f"own={stored()[0].id}.")
        assert all(part in cookie for part in ("; HttpOnly", "; SameSite=Lax", "Max-Age=900"))

    def test_line_breaks_and_blank_lines_are_kept(self, client, url):
        client.comment(url, body="satu\r\ndua\r\n\r\ntiga")
        assert str(client.page(url).select_one(".comment__body")).count("<br/>") == 3


class TestHeld:
    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_a_plain_browser_is_told_on_the_page_and_finds_the_private_page(self, client, url):
        response = client.comment(url, body=TEXT)
        assert response.status_code == 303
        page = client.page(response.location)
        assert "terbit setelah diperiksa" in page.select_one("#status").text
        private = client.get(page.select_one("#status a")["href"])
        assert "Menunggu diperiksa" in private.text
        assert "Saya setuju" in private.text
        assert private.headers["Cache-Control"] == "no-store"
        assert not client.page(url).select(".comment")

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_htmx_gets_a_fresh_form_and_the_notice(self, client, url, article):
        response = client.comment(url, htmx=True, body=TEXT)
        page = soup(response)
        assert response.status_code == 201
        assert fields(page)["body"] == ""
        assert page.select_one("hx-partial[data-hx-target='#status'] a")["href"].startswith(
            "/comments/"
        )
        assert not page.select(".comment")
        assert stored()[0].reasons == ["policy"]
        assert db.session.get(Article, article.id).comment_count == 0

    @pytest.mark.engines
    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    @pytest.mark.parametrize(
        ("status", "code"), [("published", 303), ("spam", 410), ("deleted", 410)]
    )
    def test_the_private_page_lasts_as_long_as_it_waits(self, client, url, status, code):
        page = soup(client.comment(url, htmx=True, body=TEXT))
        begin_writing()
        move([stored()[0].id], Status(status), ChangeSet("uji"))
        db.session.commit()
        response = client.get(page.select_one("#comment-waiting a")["href"])
        assert response.status_code == code
        if code == 303:
            assert response.location == f"{url}?comment=1#comment-1"

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_it_waits_under_its_own_article_alone(self, client, url):
        waiting = client.comment(url, body=TEXT).location.partition("?")[2].partition("#")[0]
        other = publish("Lain", datetime(2012, 12, 20, tzinfo=UTC))
        assert client.page(f"{url}?{waiting}").select("#comment-waiting")
        assert not client.page(f"/2012/12/{other.slug}.html?{waiting}").select("#comment-waiting")

    def test_a_private_page_cannot_be_guessed(self, client, url):
        client.comment(url, body=TEXT)
        assert client.get("/comments/1").status_code == 404
        assert client.get("/comments/1.forged").status_code == 404

    @pytest.mark.parametrize(
        ("values", "reason"),
        [
            ({"subject": "cheap"}, "honeypot"),
            ({"seconds": "1"}, "fast"),
            ({"body": "http://a.id http://b.id http://c.id"}, "links"),
        ],
    )
    def test_a_doubtful_comment_waits_with_its_reason(self, client, url, values, reason):
        assert "waiting=" in client.comment(url, **{"body": TEXT, **values}).location
        assert stored()[0].reasons == [reason]
        assert stored()[0].status is Status.PENDING

    @pytest.mark.parametrize(
        "values",
        [
            {"seconds": "3"},
            {"seconds": ""},
            {"seconds": "soon"},
            {"body": "http://a.id http://b.id"},
        ],
    )
    def test_what_is_not_doubtful_does_not(self, client, url, values):
        client.comment(url, **{"body": TEXT, **values})
        assert stored()[0].is_visible

    @pytest.mark.parametrize("settings", [{"MODERATION": "off"}])
    def test_without_moderation_everything_is_published(self, client, url):
        client.comment(url, body="http://a.id http://b.id http://c.id", subject="x", seconds="0")
        assert stored()[0].is_visible


class TestBadInput:
    BAD = [
        ({"body": "  "}, "body", "Tulis komentar"),
        ({"body": "<!-- -->"}, "body", "Tulis komentar"),
        ({"body": "x" * 3001}, "body", "Pendekkan 1 huruf"),
        ({"body": ":)" * 1500}, "body", "Terlalu banyak emotikon"),
        ({"body": "\u3164\u2800\ufe0f"}, "body", "Tulis komentar"),
        ({"body": TEXT, "name": "x" * 81}, "name", "Terlalu panjang"),
        ({"body": TEXT, "email": "siti"}, "email", "Periksa alamat surel"),
        ({"body": TEXT, "website": "javascript:alert(1)"}, "website", "Periksa alamat situs web"),
        ({"body": TEXT, "website": "http://a b"}, "website", "Periksa alamat situs web"),
        ({"body": TEXT, "website": "http://user@a.id"}, "website", "Periksa alamat situs web"),
        ({"body": TEXT, "website": "http://[::1"}, "website", "Periksa alamat situs web"),
        ({"body": TEXT, "website": "ftp://a.id"}, "website", "Periksa alamat situs web"),
    ]

    @pytest.mark.parametrize(("values", "field", "words"), BAD)
    def test_a_plain_browser_gets_the_whole_page_with_the_errors_and_the_text(
        self, client, url, values, field, words
    ):
        response = client.comment(url, **values)
        page = soup(response)
        assert response.status_code == 422
        assert page.select_one("article.article")
        assert words in page.select_one(f"#{field}-error").text
        assert page.select_one(f"#form-errors a[href='#{field}']")
        assert page.select_one(f"[name={field}]")["aria-describedby"].startswith(f"{field}-error")
        assert fields(page)[field].strip() == values[field].strip()
        assert count() == 0

    @pytest.mark.parametrize(("values", "field", "words"), BAD)
    def test_htmx_gets_the_form_alone(self, client, url, values, field, words):
        response = client.comment(url, htmx=True, **values)
        page = soup(response)
        assert response.status_code == 422
        assert page.select_one("html") is None
        assert page.select_one("#form-errors")["autofocus"] == ""
        assert words in page.select_one(f"#{field}-error").text
        assert fields(page)[field].strip() == values[field].strip()

    def test_the_form_sent_back_mended_is_taken(self, client, url):
        refused = soup(client.comment(url, body=TEXT, name="Siti", email="siti", nonce="n"))
        response = client.post(url, data={**fields(refused), "email": "siti@desa.example"})
        assert response.status_code == 303
        assert (stored()[0].name, stored()[0].email) == ("Siti", "siti@desa.example")

    def test_a_form_that_is_refused_keeps_its_nonce_and_mended_stands_once(self, client, url):
        refused = fields(soup(client.comment(url, body=TEXT, email="siti", nonce="n")))
        mended = {**refused, "email": "siti@desa.example"}
        for address in ("192.0.2.1", "192.0.2.2"):
            client.post(url, data=mended, environ_base={"REMOTE_ADDR": address})
        assert count() == 1

    @pytest.mark.parametrize("htmx", [False, True])
    def test_what_looks_like_markup_comes_back_as_it_was_typed(self, client, url, htmx):
        typed = '</textarea><script>alert(1)</script> "&amp;'
        page = soup(client.comment(url, htmx=htmx, body=typed, email='"><x'))
        assert fields(page)["body"] == typed
        assert fields(page)["email"] == '"><x'


class TestToken:
    @pytest.mark.parametrize("htmx", [False, True])
    @pytest.mark.parametrize("token", ["", "forged", "1.999999.x"])
    def test_a_missing_or_forged_one_keeps_the_text_and_sending_again_succeeds(
        self, client, url, token, htmx
    ):
        response = client.comment(url, htmx=htmx, body=TEXT, name="Siti", token=token)
        page = soup(response)
        assert response.status_code == 400
        assert fields(page)["body"] == TEXT
        assert bool(page.select_one("html")) is not htmx
        assert client.post(url, data=fields(page)).status_code == 303
        assert count() == 1

    def test_it_is_good_for_seven_days(self, client, url, monkeypatch):
        form = client.form(url)
        hour = page_cache.hour()
        monkeypatch.setattr("pnpm.web.page_cache.hour", lambda: hour + 7 * 24)
        assert client.post(url, data={**form, "body": TEXT}).status_code == 303
        monkeypatch.setattr("pnpm.web.page_cache.hour", lambda: hour + 7 * 24 + 1)
        assert client.post(url, data={**form, "body": "lagi"}).status_code == 400

    def test_it_is_bound_to_its_article(self, client, url):
        publish("Lain", datetime(2012, 12, 21, tzinfo=UTC))
        other = client.form("/2012/12/lain.html")
        assert (
            client.post(
                url, data={**client.form(url), "body": TEXT, "token": other["token"]}
            ).status_code
            == 400
        )

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
        ],
    )
    def test_a_post_from_another_site_is_refused(self, client, url, headers):
        assert client.comment(url, body=TEXT, headers=headers).status_code == 403
        assert count() == 0

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}]
    )
    def test_a_post_from_this_site_is_not(self, client, url, headers):
        assert client.comment(url, body=TEXT, headers=headers).status_code == 303


@pytest.mark.engines
class TestLimit:
    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "2/10min"}])
    def test_over_it_comments_are_held_and_at_ten_times_refused_with_the_text_kept(
        self, client, url
    ):
        for number in range(20):
            response = client.comment(url, body=f"{TEXT} {number}")
            assert ("waiting=" in response.location) is (number >= 2)
        assert [comment.reasons for comment in stored()[1:3]] == [[], ["limit"]]
        for htmx in (False, True):
            response = client.comment(url, htmx=htmx, body="satu lagi")
            assert response.status_code == 429
            assert 0 < int(response.headers["Retry-After"]) <= 600
            assert fields(soup(response))["body"] == "satu lagi"
            assert "Tunggu 10 menit" in soup(response).select_one("#form-errors").text
        assert count() == 20

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "1/10min"}])
    def test_another_address_is_not_counted(self, client, url):
        client.comment(url, body=TEXT)
        data = {**client.form(url), "body": "dari rumah lain"}
        assert (
            "#comment-"
            in client.post(url, data=data, environ_base={"REMOTE_ADDR": "198.51.100.9"}).location
        )

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "off"}])
    def test_it_can_be_switched_off(self, client, url):
        assert all(
            "#comment-" in client.comment(url, body=f"{number}").location for number in range(12)
        )


@pytest.mark.engines
class TestOnce:
    @pytest.mark.parametrize("nonce", ["", "abc"])
    @pytest.mark.parametrize("htmx", [False, True])
    def test_the_same_form_sent_again_gives_the_first_answer_and_one_comment(
        self, client, url, nonce, htmx
    ):
        form = {**client.form(url), "body": TEXT, "nonce": nonce}
        headers = {"HX-Request": "true"} if htmx else {}
        first, second = (client.post(url, data=form, headers=headers) for _ in range(2))
        assert (first.status_code, first.location) == (second.status_code, second.location)
        assert first.data == second.data
        assert count() == 1

    def test_the_same_nonce_with_another_text_is_another_comment(self, client, url):
        form = {**client.form(url), "nonce": "abc"}
        for body in ("satu", "dua"):
            client.post(url, data={**form, "body": body})
        assert count() == 2

    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_a_held_comment_sent_again_is_held_once(self, client, url):
        form = {**client.form(url), "body": TEXT, "nonce": "abc"}
        assert client.post(url, data=form).location == client.post(url, data=form).location
        assert count() == 1


class TestTooLarge:
    @pytest.mark.parametrize("htmx", [False, True])
    def test_more_than_64_kib_is_refused_plainly(self, client, url, htmx):
        response = client.comment(url, htmx=htmx, body="x" * 70_000)
        assert response.status_code == 413
        assert "Kiriman terlalu besar" in response.text
        assert ("<html" in response.text) is not htmx
        assert count() == 0


class TestClosed:
    @pytest.mark.engines
    def test_a_closed_article_shows_its_comments_and_says_so(self, client, app, url, article):
        write(article, app, TEXT)
        form = client.form(url)
        begin_writing()
        article.set_policy(comments_open=False, moderation=None, close_after=None)
        db.session.commit()
        page = client.page(url)
        assert page.select_one("#comment-1")
        assert "sudah ditutup" in page.select_one(".comments__closed").text
        assert not page.select("#comment-form")
        for headers in ({}, {"HX-Request": "true"}):
            response = client.post(url, data={**form, "body": "terlambat"}, headers=headers)
            assert response.status_code == 409
            assert fields(soup(response))["body"] == "terlambat"
        assert count() == 1


class TestStrange:
    def test_a_file_in_a_field_of_text_is_not_taken_for_text(self, client, url):
        data = {
            **client.form(url),
            "body": (io.BytesIO(b"isi"), "a.txt"),
            "name": (io.BytesIO(b"isi"), "b.txt"),
        }
        response = client.post(url, data=data, content_type="multipart/form-data")
        assert response.status_code == 422

    @pytest.mark.parametrize(
        "content",
        [
            {"json": {"body": TEXT}},
            {"data": b"\xff\xfe=%ff&body=%ff%fe"},
            {"data": ""},
            {"data": TEXT, "content_type": "text/plain"},
        ],
    )
    def test_what_is_no_form_is_refused(self, client, url, content):
        assert client.post(url, **content).status_code == 400

    def test_a_field_sent_twice_counts_once(self, client, url):
        form = client.form(url)
        assert (
            client.post(
                url, data={**form, "body": ["satu", "dua"], "token": [form["token"]]}
            ).status_code
            == 303
        )
        assert stored()[0].body == "satu"

    @pytest.mark.engines
    @pytest.mark.parametrize(
        "body",
        [
            "\x00a",
            "a\ud800",
            "😀" * 3000,
            "\u202ea",
            "ᨔ" * 10,
            "<" * 3000,
            "&" * 3000,
            "<b>x" * 700,
        ],
    )
    def test_any_text_is_taken(self, client, url, body):
        data = {
            **client.form(url),
            "body": body.encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        }
        assert client.post(url, data=data).status_code == 303
        assert client.get(url).status_code == 200


class TestUnknown:
    def test_a_comment_under_no_article_is_not_found(self, client):
        assert client.post("/2012/12/tidak-ada.html", data={"body": TEXT}).status_code == 404


class TestBeforeItIsRendered:
    """What is refused without being looked at costs nothing."""

    @pytest.fixture
    def rendered(self, monkeypatch):
        """The texts that were rendered."""
        seen, render = [], sanitizer.comment_html
        monkeypatch.setattr(
            sanitizer,
            "comment_html",
            lambda typed, *more: seen.append(typed) or render(typed, *more),
        )
        return seen

    @pytest.mark.parametrize(
        ("values", "status"),
        [
            ({"token": "x"}, 400),
            ({"body": "a" * 3001}, 422),
            ({"body": " "}, 422),
            ({"email": "x"}, 422),
        ],
    )
    def test_a_form_that_is_refused_is_not(self, client, url, article, rendered, values, status):
        assert client.comment(url, **({"body": "baik"} | values)).status_code == status
        assert rendered == []

    @pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "1/10min", "COMMENT_MIN_SECONDS": 0}])
    def test_nor_is_what_is_over_the_limit_while_what_came_before_is_answered_again(
        self, client, url, article, rendered
    ):
        first = client.comment(url, body="satu 0", nonce="n")
        for number in range(1, 10):
            client.comment(url, body=f"satu {number}", nonce="n")
        rendered.clear()
        assert client.comment(url, body="lagi", nonce="n").status_code == 429
        again = client.comment(url, body="satu 0", nonce="n")
        assert (again.status_code, again.location) == (303, first.location)
        assert rendered == []
