"""The desk: comments found by what the address says, moved one by one and many at once, edited,
answered, brought back.
"""

import re

import pytest

from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.models import Comment, CommentRevision, Status
from pnpm.comments.moderation import move
from pnpm.comments.queue import PAGE
from pnpm.db import db, transaction
from tests.admin.conftest import send, token
from tests.conftest import publish, soup, write


@pytest.fixture
def three(article, app):
    """Three published comments."""
    return write(article, app, "yang pertama", "yang kedua :)", "yang ketiga")


def put(status, *comments):
    with transaction():
        move([comment.id for comment in comments], status, ChangeSet("uji"))


def ids(page):
    return [row["id"] for row in page.select("#desk > .row")]


def page(client, **asked):
    return soup(client.get("/admin/comments", query_string=asked))


def status_of(comment):
    db.session.expire_all()
    return db.session.get(Comment, comment.id).status


def shown(client, url):
    client.get("/")
    return [comment["id"] for comment in soup(client.get(url)).select(".comment")]


@pytest.mark.engines
class TestTabs:
    def test_each_status_has_a_tab_with_its_count(self, office, three):
        put(Status.PENDING, three[0])
        put(Status.SPAM, three[1])
        found = page(office, status="pending")
        tabs = {
            link.contents[0].strip(): link.select_one(".tabs__count").text
            for link in found.select("#desk-tabs a")
        }
        assert tabs == {"Menunggu": "1", "Terbit": "1", "Spam": "1", "Dihapus": "0", "Semua": "3"}
        assert found.select_one("#desk-tabs [aria-current]").contents[0].strip() == "Menunggu"

    @pytest.mark.parametrize(
        ("status", "rows"),
        [
            ("pending", [1]),
            ("published", [3]),
            ("spam", [2]),
            ("deleted", []),
            ("all", [3, 2, 1]),
            (None, [1]),
        ],
    )
    def test_a_tab_lists_its_comments_newest_first(self, office, three, status, rows):
        put(Status.PENDING, three[0])
        put(Status.SPAM, three[1])
        assert ids(page(office, **({"status": status} if status else {}))) == [
            f"comment-{number}" for number in rows
        ]

    def test_an_unknown_status_is_not_found(self, office, three):
        assert office.get("/admin/comments?status=approved").status_code == 404

    @pytest.mark.parametrize(
        "asked", ["after=x", "article=1'", "after=-1", "article=99999999999999999"]
    )
    def test_a_number_that_is_none_is_not_found(self, office, asked):
        assert office.get(f"/admin/comments?{asked}").status_code == 404


class TestRow:
    @pytest.mark.parametrize("settings", [{"MODERATION": "all"}])
    def test_it_says_who_when_under_what_and_why(self, office, client, url, article):
        client.comment(
            url,
            body="Halo <b>semua</b> :)",
            name="Siti",
            email="siti@desa.example",
            website="desa.example",
            subject="x",
        )
        row = page(office).select_one("#comment-1")
        assert row.select_one(".row__who").text == "Siti"
        assert row.select_one("time")["datetime"].endswith("+08:00")
        assert "Latar Belakang" in row.select_one(".row__where").text
        assert row.select_one(".row__body b").text == "semua"
        assert row.select_one(".row__body img")["alt"] == ":)"
        why = row.select_one(".row__why").text
        assert "situs ini menahan semua komentar" in why and "kolom tersembunyi terisi" in why
        assert "siti@desa.example" in row.select_one(".row__more").text

    @pytest.mark.engines
    def test_it_tells_what_else_came_from_this_name_and_address(self, office, three):
        put(Status.SPAM, three[2])
        row = page(office, status="spam").select_one("#comment-3")
        assert [line.text.strip() for line in row.select(".row__others")] == [
            "Lainnya dari alamat ini: 2 terbit"
        ]

    def test_its_buttons_are_those_of_the_interface(self, office, three):
        row = page(office, status="published").select_one("#comment-1")
        assert row.select_one("form")["method"] == "post"
        assert {button["value"]: button.text for button in row.select("button[name=status]")} == {
            "pending": "Tahan",
            "spam": "Spam",
            "deleted": "Hapus",
        }

    def test_its_form_says_which_status_the_officer_saw(self, office, three):
        put(Status.SPAM, three[1])
        forms = page(office, status="all").select(".row__form")
        seen = [form.select_one("[name=seen]")["value"] for form in forms]
        assert seen == ["published", "spam", "published"]

    def test_what_a_reader_wrote_stays_text(self, office, article, app):
        write(
            article, app, "<script>alert(1)</script><img src=x onerror=alert(1)>", name="<i>x</i>"
        )
        answer = office.get("/admin/comments?status=all").text
        assert "<script>alert" not in answer and "<img src=x" not in answer and "<i>x" not in answer


class TestOneTap:
    @pytest.mark.engines
    @pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.DELETED])
    def test_a_plain_browser_comes_back_to_its_page_and_is_told(self, office, three, url, status):
        back = "status=published&q=kedua"
        answer = send(office, "/admin/comments/2/status", status=status.value, back=back)
        assert answer.status_code == 303
        assert re.match(
            r"/admin/comments\?status=published&q=kedua&done=[0-9a-f]{16}$", answer.location
        )
        assert status_of(three[1]) is status
        assert shown(office, url) == ["comment-1", "comment-3"]
        done = soup(office.get(answer.location)).select_one("#done")
        assert "1 komentar" in done.text
        undone = send(office, done.select_one("form")["action"], back=back)
        assert undone.status_code == 303
        assert status_of(three[1]) is Status.PUBLISHED

    def test_htmx_gets_the_line_in_the_rows_place_with_the_way_back(self, office, three, url):
        answer = send(
            office, "/admin/comments/2/status", htmx=True, status="spam", seen="published"
        )
        assert answer.status_code == 200
        line = soup(answer).select_one("#comment-2")
        assert "Komentar Anonim sekarang ditandai spam." in line.text
        assert (
            soup(answer).select_one("hx-partial[data-hx-target='#status']").text
            == "Komentar Anonim sekarang ditandai spam."
        )
        assert soup(answer).select_one("hx-partial[data-hx-target='[data-count=spam]']").text == "1"
        undone = send(office, line.select_one("form")["action"], htmx=True, comment="2")
        assert soup(undone).select_one("#comment-2")["data-status"] == "published"
        assert shown(office, url) == ["comment-1", "comment-2", "comment-3"]

    def test_the_readers_page_and_its_count_follow_at_once(self, office, client, three, url):
        assert client.page(url).select_one("#comment-count").text == "3"
        send(office, "/admin/comments/2/status", status="deleted")
        assert client.page(url).select_one("#comment-count").text == "2"

    def test_the_same_tap_twice_is_one_entry(self, office, three):
        for _ in range(2):
            assert (
                send(
                    office, "/admin/comments/2/status", status="spam", seen="published"
                ).status_code
                == 303
            )
        assert db.session.query(AuditEntry).count() == 1

    @pytest.mark.engines
    @pytest.mark.parametrize("htmx", [True, False])
    def test_who_comes_second_is_told_and_changes_nothing(self, office, three, htmx):
        send(office, "/admin/comments/2/status", status="spam", seen="published")
        answer = send(
            office, "/admin/comments/2/status", htmx=htmx, status="deleted", seen="published"
        )
        assert answer.status_code == 409
        row = soup(answer).select_one("#comment-2")
        assert "orang lain sudah mengubahnya" in row.text and row["data-status"] == "spam"
        assert status_of(three[1]) is Status.SPAM

    @pytest.mark.parametrize("htmx", [True, False])
    @pytest.mark.parametrize("given", [{}, {"csrf_token": "lain"}])
    def test_without_the_sessions_token_nothing_changes_and_sending_again_succeeds(
        self, office, three, htmx, given
    ):
        headers = {"HX-Request": "true"} if htmx else {}
        values = {"status": "spam", "back": "status=published"}
        answer = office.post("/admin/comments/2/status", data=given | values, headers=headers)
        assert answer.status_code == 400
        assert status_of(three[1]) is Status.PUBLISHED
        fresh = {
            field["name"]: field["value"]
            for field in soup(answer).select("#comment-2 form [type=hidden]")
        }
        assert fresh["back"] == values["back"]
        assert (
            office.post("/admin/comments/2/status", data=fresh | {"status": "spam"}).status_code
            == 303
        )
        assert status_of(three[1]) is Status.SPAM

    @pytest.mark.parametrize("status", ["", "approved", "PUBLISHED"])
    def test_an_unknown_status_changes_nothing(self, office, three, status):
        assert send(office, "/admin/comments/2/status", status=status).status_code == 422
        assert status_of(three[1]) is Status.PUBLISHED

    def test_an_unknown_comment_is_not_found(self, office):
        assert send(office, "/admin/comments/7/status", status="spam").status_code == 404


class TestTheNumbersInAnAnswer:
    """After a tap the tabs, the title (which follows the tab) and what can be ticked at once say
    the same.
    """

    def told(self, answer):
        partials = {
            part["data-hx-target"]: part.text.strip() for part in soup(answer).select("hx-partial")
        }
        return partials.get("[data-count=pending]"), partials.get("#many-all")

    def tap(self, client, comment, status, url="/admin/comments", **more):
        row = soup(client.get(url)).select_one(f"#comment-{comment.id}")
        values = {
            field["name"]: field["value"]
            for field in row.select("input[name]:not([type=checkbox])")
        }
        headers = {"HX-Request": "true"}
        return client.post(
            row.form["action"], data={**values, "status": status.value, **more}, headers=headers
        )

    def undo(self, client, answer):
        form = soup(answer).select_one("form")
        values = {field["name"]: field["value"] for field in form.select("input[name]")}
        return client.post(form["action"], data=values, headers={"HX-Request": "true"})

    @pytest.mark.parametrize("url", ["/admin/comments", "/admin/comments?status=pending&article=1"])
    def test_they_go_down_with_a_tap_and_up_with_its_undo(self, office, three, url):
        put(Status.PENDING, *three)
        answer = self.tap(office, three[1], Status.PUBLISHED, url)
        assert self.told(answer) == ("2", "Semua 2 yang cocok")
        assert self.told(self.undo(office, answer)) == ("3", "Semua 3 yang cocok")
        assert soup(office.get(url)).select_one("#many-all").text.strip() == "Semua 3 yang cocok"

    @pytest.mark.engines
    def test_what_came_since_waits_but_is_not_what_the_page_moves(
        self, office, three, app, article
    ):
        put(Status.PENDING, *three)
        row = soup(office.get("/admin/comments")).select_one(f"#comment-{three[0].id} form")
        put(Status.PENDING, *write(article, app, "yang baru"))
        values = {field["name"]: field["value"] for field in row.select("input[name]")}
        headers = {"HX-Request": "true"}
        answer = office.post(row["action"], data={**values, "status": "spam"}, headers=headers)
        assert self.told(answer) == ("3", "Semua 2 yang cocok")

    @pytest.mark.parametrize("url", ["/admin/", "/admin/comments?q=pertama"])
    def test_where_nothing_is_counted_nothing_is_said_of_it(self, office, three, url):
        put(Status.PENDING, *three)
        pending, many = self.told(self.tap(office, three[0], Status.SPAM, url))
        assert pending == "2"
        assert many in (
            None,
            "Semua, sampai 5000 yang cocok",
            "Semua, sampai 5.000 yang cocok",
        )

    @pytest.mark.parametrize("upto", ["x", "-1", "9" * 40])
    def test_a_number_that_is_none_is_not_found(self, office, three, upto):
        put(Status.PENDING, *three)
        assert self.tap(office, three[0], Status.SPAM, upto=upto).status_code == 404


class TestMany:
    @pytest.mark.engines
    def test_those_that_are_ticked_move_together_and_come_back_together(self, office, three, url):
        answer = send(
            office, "/admin/comments", comment=[1, 3], status="spam", back="status=published"
        )
        assert [status_of(one) for one in three] == [Status.SPAM, Status.PUBLISHED, Status.SPAM]
        done = soup(office.get(answer.location)).select_one("#done")
        assert "2 komentar" in done.text
        send(office, done.select_one("form")["action"])
        assert shown(office, url) == ["comment-1", "comment-2", "comment-3"]

    @pytest.mark.engines
    def test_all_that_the_search_finds_move_but_not_what_came_later(
        self, office, article, app, three
    ):
        upto = page(office, status="published", q="yang").select_one("#many [name=upto]")["value"]
        late = write(article, app, "yang terlambat")[0]
        send(
            office,
            "/admin/comments",
            all="1",
            upto=upto,
            status="deleted",
            back="status=published&q=yang",
        )
        assert [status_of(one) for one in (*three, late)] == [Status.DELETED] * 3 + [
            Status.PUBLISHED
        ]

    @pytest.mark.engines
    def test_1000_in_one_go_and_back(self, office, article, app):
        comments = write(article, app, *[f"komentar {number}" for number in range(1000)])
        send(
            office,
            "/admin/comments",
            all="1",
            upto=str(comments[-1].id),
            status="spam",
            back="status=published",
        )
        assert db.session.query(Comment).filter_by(status=Status.SPAM).count() == 1000
        change_set = db.session.query(AuditEntry).first().deed
        send(office, f"/admin/log/{change_set}/undo")
        assert db.session.query(Comment).filter_by(status=Status.PUBLISHED).count() == 1000

    def test_one_tap_moves_no_more_than_the_page_says(self, office, three, monkeypatch):
        monkeypatch.setattr("pnpm.comments.queue.MOST_AT_ONCE", 2)
        given = {"all": "1", "upto": str(three[-1].id), "status": "spam"}
        send(office, "/admin/comments", back="status=published", **given)
        assert db.session.query(Comment).filter_by(status=Status.SPAM).count() == 2

    def test_without_any_ticked_one_is_told_so(self, office, three):
        answer = send(office, "/admin/comments", status="spam", back="status=published")
        assert answer.status_code == 422
        assert "Pilih dulu komentarnya." in answer.text
        assert len(soup(answer).select(".form__errors")) == 1  # and not in each row once more
        assert ids(soup(answer)) == ["comment-3", "comment-2", "comment-1"]

    def test_without_the_token_nothing_moves(self, office, three):
        assert (
            office.post("/admin/comments", data={"comment": "1", "status": "spam"}).status_code
            == 400
        )
        assert status_of(three[0]) is Status.PUBLISHED

    @pytest.mark.engines
    @pytest.mark.parametrize("comment", ["x", "-1", "99999999999999999999", "1; DROP", "٣"])
    def test_numbers_that_are_none_are_passed_over(self, office, three, comment):
        send(office, "/admin/comments", comment=[comment, "1"], status="spam")
        assert [status_of(one) for one in three] == [
            Status.SPAM,
            Status.PUBLISHED,
            Status.PUBLISHED,
        ]


@pytest.mark.engines
class TestSearch:
    @pytest.fixture
    def found(self, office, article, app):
        """What a search of all comments finds, by number."""
        other = publish("Musyawarah Desa")
        write(article, app, "Jembatan di dusun RUSAK", "50% selesai_semua", name="Siti Aminah")
        write(other, app, "air bersih", name="Rahmat")
        return lambda **asked: [
            int(row.removeprefix("comment-"))
            for row in ids(page(office, **{"status": "all", **asked}))
        ]

    @pytest.mark.parametrize(
        ("words", "numbers"),
        [
            ("jembatan", [1]),
            ("rusak dusun", [1]),
            ("aminah", [2, 1]),
            ("siti 50%", [2]),
            ("%", [2]),
            ("_", [2]),
            ("musyawarah", [3]),
            ("tidak ada", []),
            ("'; --", []),
        ],
    )
    def test_by_author_text_and_article(self, found, words, numbers):
        assert found(q=words) == numbers

    def test_by_the_code_of_an_address(self, found):
        code = db.session.get(Comment, 1).address_hash
        assert found(q=code) == found(q=code[:8].upper()) == [3, 2, 1]
        assert found(q=code[:4]) == []

    def test_by_article_reason_and_order(self, found, app):
        assert found(article="2") == [3]
        assert found(sort="oldest") == [1, 2, 3]
        with transaction():
            db.session.get(Comment, 2).reasons = ["links", "words:slot"]
        assert found(reason="links") == [2]
        assert found(reason="fast") == []

    def test_what_was_asked_stands_in_the_form_again(self, office, found):
        form = page(
            office, status="spam", q='a "b"', reason="links", sort="oldest", article="1"
        ).select_one("#desk-search")
        assert {field["name"]: field["value"] for field in form.select("input")} == {
            "status": "spam",
            "q": 'a "b"',
            "article": "1",
        }
        assert [option["value"] for option in form.select("option[selected]")] == [
            "links",
            "oldest",
        ]


@pytest.mark.engines
class TestPages:
    @pytest.mark.parametrize("sort", ["newest", "oldest"])
    def test_pages_follow_each_other_by_key_and_miss_nothing(self, office, article, app, sort):
        write(article, app, *[f"komentar {number}" for number in range(2 * PAGE + 3)])
        address, seen = f"/admin/comments?status=all&q=komentar&sort={sort}", []
        while address:
            current = soup(office.get(address))
            seen += ids(current)
            following = current.select_one("a[rel=next]")
            address = following and following["href"]
            assert address is None or "q=komentar" in address
        assert len(seen) == len(set(seen)) == 2 * PAGE + 3
        assert seen == sorted(seen, key=lambda row: int(row[8:]), reverse=sort == "newest")


@pytest.mark.engines
class TestAuthor:
    def test_everything_by_this_name_and_address_moves_in_one_deed(self, office, article, app):
        siti = write(article, app, "satu", "dua", name="Siti")
        rahmat = write(article, app, "tiga", name="Rahmat")
        link = page(office, status="all").select_one(f"#comment-{siti[0].id} .row__who a")["href"]
        author = soup(office.get(link))
        assert ids(author) == ["comment-2", "comment-1"]
        form = author.select_one(".author__all")
        values = {field["name"]: field["value"] for field in form.select("[type=hidden]")}
        office.post(form["action"], data=values | {"status": "deleted"})
        assert [status_of(one) for one in (*siti, *rahmat)] == [
            Status.DELETED,
            Status.DELETED,
            Status.PUBLISHED,
        ]
        assert {entry.deed for entry in db.session.query(AuditEntry)} == {
            db.session.query(AuditEntry).first().deed
        }

    def test_the_anonymous_of_one_address_are_an_author_too(self, office, three):
        link = page(office, status="all").select_one("#comment-1 .row__who a")["href"]
        assert "name=&" in link
        assert soup(office.get(link)).select_one("#author-name bdi").text == "Anonim"


class TestText:
    @pytest.mark.engines
    def test_an_edit_shows_at_once_and_keeps_the_original(self, office, client, three, url):
        answer = send(
            office, "/admin/comments/2/text", body="yang kedua, <b>tanpa</b> nomor telepon"
        )
        assert answer.status_code == 303
        assert (
            client.page(url).select_one("#comment-2 .comment__body").text
            == "yang kedua, tanpa nomor telepon"
        )
        one = soup(office.get(answer.location))
        assert one.select_one("#history-heading ~ #log-entries del").text == "yang kedua :)"
        send(office, one.select_one("#done form")["action"], back="itself")
        assert db.session.get(Comment, 2).body == "yang kedua :)"
        assert client.page(url).select_one("#comment-2 img")["alt"] == ":)"

    def test_an_empty_or_too_long_one_is_refused_with_what_was_typed(self, office, three):
        for body in ("", " \n ", "x" * 3001):
            answer = send(office, "/admin/comments/2/text", body=body)
            assert answer.status_code == 422
            assert soup(answer).select_one("#body").text.strip() == body.strip()
        assert db.session.get(Comment, 2).body == "yang kedua :)"

    def test_the_same_text_is_no_change(self, office, three):
        send(office, "/admin/comments/2/text", body="yang kedua :)")
        assert db.session.query(AuditEntry).count() == 0

    def test_a_stale_token_keeps_what_was_typed(self, office, three):
        answer = office.post("/admin/comments/2/text", data={"body": "sudah panjang"})
        assert answer.status_code == 400
        assert soup(answer).select_one("#body").text.strip() == "sudah panjang"


class TestReply:
    @pytest.mark.engines
    def test_it_stands_under_its_comment_with_badge_and_the_offices_name(
        self, office, client, three, url
    ):
        answer = send(office, "/admin/comments/1/reply", body="Terima kasih :)")
        assert answer.status_code == 303
        reader = client.page(url)
        reply = reader.select_one("#comment-1 + .comments__replies .comment")
        assert reply.select_one(".comment__author").text == "PNPM -MP KECAMATAN DUA BOCCOE"
        assert reply.select_one(".label--official").text == "Pengurus"
        assert reply.select_one(".comment__thanks") is None
        assert reader.select_one("#comment-count").text == "4"
        assert [one["id"] for one in reader.select(".comment")] == [
            "comment-1",
            "comment-4",
            "comment-2",
            "comment-3",
        ]

    def test_its_permalink_opens_the_page_that_holds_it(self, office, client, article, app, url):
        write(article, app, *[f"komentar {number}" for number in range(60)])
        send(office, "/admin/comments/1/reply", body="jawaban")
        assert client.page(f"{url}?comment=61").select_one("#comment-61")

    def test_it_goes_and_comes_with_its_comment(self, office, client, three, url):
        send(office, "/admin/comments/1/reply", body="jawaban")
        send(office, "/admin/comments/1/status", status="spam")
        assert client.page(url).select_one("#comment-count").text == "2"
        assert not client.page(url).select(".label--official")
        send(office, "/admin/comments/1/status", status="published")
        assert client.page(url).select_one("#comment-count").text == "4"

    @pytest.mark.engines
    def test_sent_twice_it_stands_once_and_undone_it_can_be_sent_again(
        self, office, client, three, url
    ):
        for _ in range(2):
            send(office, "/admin/comments/1/reply", body="jawaban")
        assert len(client.page(url).select(".label--official")) == 1
        change_set = db.session.query(AuditEntry).one().deed
        send(office, f"/admin/log/{change_set}/undo")
        assert not client.page(url).select(".label--official")
        send(office, "/admin/comments/1/reply", body="jawaban")
        assert len(client.page(url).select(".label--official")) == 1

    def test_a_reply_to_a_reply_stands_beside_it(self, office, client, three, url):
        send(office, "/admin/comments/1/reply", body="jawaban")
        send(office, "/admin/comments/4/reply", body="tambahan")
        assert [one["id"] for one in client.page(url).select("#replies-1 .comment")] == [
            "comment-4",
            "comment-5",
        ]

    def test_an_empty_one_is_refused(self, office, three):
        assert send(office, "/admin/comments/1/reply", body=" ").status_code == 422


class TestForEver:
    @pytest.mark.engines
    def test_an_admin_removes_a_deleted_one_at_once_with_its_texts_and_replies(self, office, three):
        send(office, "/admin/comments/1/reply", body="jawaban")
        send(office, "/admin/comments/1/text", body="lain")
        send(office, "/admin/comments/1/status", status="deleted")
        assert send(office, "/admin/comments/1/removal").status_code == 303
        assert db.session.get(Comment, 1) is None and db.session.get(Comment, 4) is None
        assert db.session.query(CommentRevision).count() == 0
        assert office.get("/admin/comments/1").status_code == 404
        assert "yang pertama" not in office.get("/admin/log").text

    def test_only_a_deleted_one_can_be_removed(self, office, three):
        answer = send(office, "/admin/comments/1/removal")
        assert answer.status_code == 409
        assert "Hanya komentar yang sudah dihapus" in answer.text
        assert db.session.get(Comment, 1)

    def test_a_stale_token_removes_nothing_and_says_what_to_do(self, office, three):
        put(Status.DELETED, three[0])
        answer = office.post("/admin/comments/1/removal")
        assert answer.status_code == 400
        assert "tekan sekali lagi" in answer.text
        assert db.session.get(Comment, 1)

    def test_a_moderator_cannot(self, moderator, sign_in, three):
        put(Status.DELETED, three[0])
        assert send(sign_in(moderator), "/admin/comments/1/removal").status_code == 403


@pytest.mark.engines
class TestWaiting:
    def test_it_is_told_by_number_and_asked_for_with_an_etag(self, office, three):
        put(Status.PENDING, three[0], three[2])
        answer = office.get("/admin/comments/waiting")
        assert answer.json == {"waiting": 2, "newest": 3}
        again = office.get(
            "/admin/comments/waiting", headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert (again.status_code, again.data) == (304, b"")
        put(Status.PENDING, three[1])
        assert (
            office.get(
                "/admin/comments/waiting", headers={"If-None-Match": answer.headers["ETag"]}
            ).status_code
            == 200
        )


def test_nothing_of_the_office_is_kept_or_found(office, three):
    for address in ("/admin/comments", "/admin/comments/1", "/admin/login", "/admin/nowhere"):
        answer = office.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_readers_page_sets_no_cookie_and_is_the_same_for_an_officer(office, client, three, url):
    reader, officer = client.get(url), office.get(url)
    assert (
        "Set-Cookie" not in officer.headers
        and "Vary" in officer.headers
        and "Cookie" not in officer.headers["Vary"]
    )
    assert reader.data == officer.data


def test_a_stranger_who_sends_is_sent_to_sign_in(client, admin, three):
    answer = client.post(
        "/admin/comments/1/status", data={"status": "spam"}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/admin/login")
    assert token(client)
    assert status_of(three[0]) is Status.PUBLISHED
