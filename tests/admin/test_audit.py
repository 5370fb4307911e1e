"""The log's page: who did what to what, before and after; searched, taken along, and undone
from.
"""

import csv
import io

import pytest

from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, break_in_chain
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import edit, move, reply
from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from tests.admin.conftest import send
from tests.conftest import soup, write


@pytest.fixture
def comments(article, app):
    """Three published comments."""
    return write(article, app, "satu", "dua", "tiga")


def put(status, *comments, who="Rudi"):
    with transaction():
        change_set = ChangeSet(who)
        move([comment.id for comment in comments], status, change_set)
    return change_set.key


def record(action, subject, number, before, after, who="Bu Camat"):
    with transaction():
        change_set = ChangeSet(who)
        change_set.record(action, subject, [(number, before, after)])
    return change_set.key


def page(client, **asked):
    return client.page("/admin/log", query_string=asked)


def entries(page):
    return [int(entry["id"].removeprefix("entry-")) for entry in page.select(".log__entry")]


def said(page, number):
    return " ".join(page.select_one(f"#entry-{number}").text.split())


def status_of(comment):
    db.session.expire_all()
    return db.session.get(Comment, comment.id).status


class TestEntries:
    def test_each_says_who_did_what_to_what_before_and_after(self, office, comments):
        put(Status.SPAM, comments[0])
        found = page(office)
        assert said(found, 1).startswith("Rudi memindahkan komentar 1 ")
        assert "keadaan: Terbit → Spam" in said(found, 1)
        assert found.select_one("#entry-1 a")["href"] == "/admin/comments/1"

    @pytest.mark.engines
    def test_texts_stand_there_as_long_as_they_are_kept(self, office, comments):
        with transaction():
            edit(
                db.session.get(Comment, 1),
                "satu yang lain",
                "<p>satu yang lain</p>",
                ChangeSet("Rudi"),
            )
            edit(db.session.get(Comment, 1), "satu lagi", "<p>satu lagi</p>", ChangeSet("Rudi"))
        found = page(office)
        assert "teks: satu → satu yang lain" in said(found, 1)
        assert "teks: satu yang lain → satu lagi" in said(found, 2)

    def test_an_answer_is_told_of_the_comment_that_it_answers(self, office, comments):
        with transaction():
            reply(comments[0], "Kantor", "Sudah kami catat", "Sudah kami catat", ChangeSet("Rudi"))
        found = page(office)
        assert said(found, 1).startswith("Rudi menjawab komentar 1 ")
        assert found.select_one("#entry-1 a")["href"] == "/admin/comments/1"
        assert "→ Sudah kami catat" in said(found, 1)
        assert "Dihapus" not in said(found, 1)

    def test_one_of_an_older_version_too(self, office, comments):
        with transaction():
            reply(comments[0], "Kantor", "Sudah", "Sudah", ChangeSet("Rudi"))
        record(
            AuditAction.REPLIED,
            "comment",
            4,
            {"status": "deleted"},
            {"status": "published"},
            who="Rudi",
        )
        assert said(page(office), 2).startswith("Rudi menjawab komentar 1 ")

    @pytest.mark.parametrize(
        ("action", "subject", "before", "after", "words"),
        [
            (
                AuditAction.POLICY,
                "site",
                {"emergency": False},
                {"emergency": True},
                "menyalakan keadaan darurat situs",
            ),
            (
                AuditAction.POLICY,
                "site",
                {"emergency": True},
                {"emergency": False},
                "mengakhiri keadaan darurat situs",
            ),
            (
                AuditAction.POLICY,
                "article",
                {"comments_open": True},
                {"comments_open": False},
                "menutup komentar artikel 1",
            ),
            (
                AuditAction.POLICY,
                "site",
                {"close_after": None},
                {"close_after": 3},
                "mengubah aturan situs",
            ),
            (
                AuditAction.WORDS,
                "site",
                {"thanks": True},
                {"thanks": False},
                "mematikan baris terima kasih situs",
            ),
            (
                AuditAction.WORDS,
                "site",
                {"language": "id"},
                {"language": "en"},
                "mengubah pengaturan situs",
            ),
            (
                AuditAction.WORDS,
                "site",
                {"tagline": "a", "thanks": True},
                {"tagline": "b", "thanks": False},
                "mengubah pengaturan situs",
            ),
            (
                AuditAction.WORDS,
                "site",
                {"tagline": "a"},
                {"tagline": "b"},
                "mengubah kata-kata situs",
            ),
            (
                AuditAction.WORDS,
                "site",
                {"pinned": None},
                {"pinned": 7},
                "menyematkan artikel situs",
            ),
            (
                AuditAction.SAVED,
                "article",
                {"status": "draft"},
                {"status": "published"},
                "menerbitkan artikel 1",
            ),
            (
                AuditAction.SAVED,
                "article",
                {"status": "published"},
                {"status": "deleted"},
                "menghapus artikel 1",
            ),
            (
                AuditAction.SAVED,
                "article",
                {"status": "deleted"},
                {"status": "draft", "title": "x"},
                "menyimpan artikel 1",
            ),
            (AuditAction.SAVED, "article", {"title": "a"}, {"title": "b"}, "menyimpan artikel 1"),
            (
                AuditAction.PICTURE,
                "picture",
                {"deleted": False},
                {"deleted": True},
                "menghapus gambar 1",
            ),
            (
                AuditAction.PICTURE,
                "picture",
                {"alt": ""},
                {"alt": "Balai"},
                "menulis teks pengganti gambar 1",
            ),
            (
                AuditAction.FACTOR,
                "user",
                {"second_factor": True},
                {"second_factor": False},
                "mematikan verifikasi dua langkah",
            ),
            (
                AuditAction.TRUSTED,
                "author",
                {"trusted": False},
                {"trusted": True, "name": "Siti"},
                "mempercayai penulis",
            ),
        ],
    )
    def test_a_switch_is_switched_and_a_text_is_written(
        self, office, article, action, subject, before, after, words
    ):
        record(action, subject, None if subject in ("site", "author") else 1, before, after)
        assert said(page(office), 1).startswith(f"Bu Camat {words} ")

    def test_an_undo_says_that_it_is_one_and_of_what(self, office, comments):
        key = put(Status.SPAM, comments[0])
        answer = send(office, f"/admin/log/{key}/undo", "/admin/log", back="log")
        found = soup(office.get(answer.location))
        assert said(found, 2).startswith("Bu Camat mengurungkan: memindahkan komentar 1 ")
        assert "keadaan: Spam → Terbit" in said(found, 2)
        assert found.select_one("#done p").text.startswith("Diurungkan.")

    def test_the_undo_of_an_answer_names_what_was_answered(self, office, comments):
        with transaction():
            change_set = ChangeSet("Rudi")
            reply(comments[0], "Kantor", "Sudah", "Sudah", change_set)
        send(office, f"/admin/log/{change_set.key}/undo", "/admin/log", back="log")
        assert said(page(office), 2).startswith("Bu Camat mengurungkan: menjawab komentar 1 ")

    def test_an_undo_is_undone_as_anything_else(self, office, comments):
        key = put(Status.SPAM, comments[0])
        send(office, f"/admin/log/{key}/undo", "/admin/log", back="log")
        undo = page(office).select_one("#entry-2 form")["action"]
        send(office, undo, "/admin/log", back="log")
        assert status_of(comments[0]) is Status.SPAM
        assert said(page(office), 3).startswith(
            "Bu Camat mengurungkan: mengurungkan: memindahkan komentar 1 "
        )
        assert break_in_chain() is None

    def test_what_is_long_is_folded(self, office):
        record(AuditAction.LISTS, "site", None, {"hold_words": ""}, {"hold_words": "judi\n" * 80})
        assert page(office).select_one("#entry-1 details.log__change ins").text.count("judi") == 80

    @pytest.mark.engines
    def test_a_deed_on_many_has_one_button_that_says_how_many(self, office, comments):
        put(Status.SPAM, *comments)
        buttons = page(office).select(".log__entry button")
        assert len(buttons) == 1
        assert buttons[0].text.startswith("Urungkan bersama (3)")

    def test_what_cannot_be_undone_has_no_button(self, office):
        record(AuditAction.ADDED, "user", 1, {}, {"name": "Rudi", "role": "moderator"})
        assert not page(office).select(".log__entry button")

    def test_with_nothing_in_it_it_says_so(self, office):
        assert "Belum ada catatan." in page(office).text


class TestFinding:
    @pytest.fixture(autouse=True)
    def filled(self, comments):
        put(Status.SPAM, comments[0])
        record(AuditAction.POLICY, "site", None, {"emergency": False}, {"emergency": True})
        record(
            AuditAction.TRUSTED,
            "author",
            None,
            {"trusted": False},
            {"name": "Daeng", "address": "ab", "trusted": True},
        )
        record(AuditAction.ADDED, "user", 2, {}, {"name": "Hasnah"})

    @pytest.mark.engines
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, [4, 3, 2, 1]),
            ({"q": "rudi"}, [1]),
            ({"q": "hasnah"}, [4]),
            ({"subject": "site"}, [2]),
            ({"action": "trusted"}, [3]),
            ({"subject": "comment", "q": "camat"}, []),
            ({"before": 3}, [2, 1]),
        ],
    )
    def test_the_address_carries_what_is_asked(self, office, asked, found):
        shown = page(office, **asked)
        assert entries(shown) == found
        assert shown.select_one("#q")["value"] == asked.get("q", "")
        for name in ("subject", "action"):
            selected = shown.select_one(f"#{name} [selected]")
            assert (selected["value"] if selected else "") == asked.get(name, "")

    def test_where_nothing_fits_it_says_so(self, office):
        assert "Tidak ada catatan yang cocok." in page(office, q="tidak ada").text

    @pytest.mark.parametrize("asked", [{"subject": "lain"}, {"action": "lain"}, {"before": "x"}])
    def test_what_cannot_be_asked_is_not_found(self, office, asked):
        assert office.get("/admin/log", query_string=asked).status_code == 404

    @pytest.mark.engines
    def test_a_moderator_sees_what_was_done_to_comments_and_authors_alone(self, moderator, sign_in):
        client = sign_in(moderator)
        shown = page(client)
        assert entries(shown) == [3, 1]
        assert [option["value"] for option in shown.select("#subject option")] == [
            "",
            "comment",
            "author",
        ]
        assert not shown.select(".log__csv")
        assert entries(page(client, q="hasnah")) == []
        assert client.get("/admin/log?subject=user").status_code == 404

    @pytest.mark.engines
    def test_pages_follow_by_key_and_keep_what_is_asked(self, office, article, app):
        put(Status.DELETED, *write(article, app, *[f"banyak {number}" for number in range(60)]))
        first = page(office, subject="comment", q="rudi")
        assert len(entries(first)) == 50
        address = first.select_one("[rel=next]")["href"]
        second = office.page(address)
        assert entries(first)[-1] == entries(second)[0] + 1
        assert entries(second)[-1] == 1
        assert not second.select("[rel=next]")
        assert second.select_one("[rel=first]")["href"] == "/admin/log?q=rudi&subject=comment"


class TestExport:
    def lines(self, client):
        answer = client.get("/admin/log.csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="log.csv"'
        assert answer.data.startswith(b"\xef\xbb\xbf")
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    @pytest.mark.engines
    def test_it_has_every_entry_the_oldest_first_with_its_link(self, office, comments):
        key = put(Status.SPAM, comments[0], who="Bu Né")
        put(Status.PUBLISHED, comments[0])
        first, second = self.lines(office)
        assert list(first) == [
            "id",
            "moment",
            "who",
            "action",
            "subject",
            "number",
            "before",
            "after",
            "deed",
            "link",
        ]
        link = first.pop("link")
        assert first.pop("moment").endswith("+00:00")
        assert first == {
            "id": "1",
            "who": "Bu Né",
            "action": "moved",
            "subject": "comment",
            "number": "1",
            "before": '{"status": "published"}',
            "after": '{"status": "spam"}',
            "deed": key,
        }
        assert len(link) == 64
        assert link != second["link"]

    @pytest.mark.parametrize(
        "name", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example";"x")']
    )
    def test_a_formula_is_a_text(self, office, name):
        record(AuditAction.MOVED, "comment", 1, {}, {}, who=name)
        assert self.lines(office)[0]["who"] == f"'{name}"

    def test_what_is_long_goes_out_whole(self, office):
        for _deed in range(3):
            with transaction():
                ChangeSet("Rudi").record(
                    AuditAction.MOVED, "comment", [(number, {}, {}) for number in range(700)]
                )
        assert [line["id"] for line in self.lines(office)] == [
            str(number) for number in range(1, 2101)
        ]

    def test_it_is_the_admins(self, moderator, sign_in):
        assert sign_in(moderator).get("/admin/log.csv").status_code == 403


class TestUndo:
    @pytest.mark.engines
    def test_from_the_log_it_leads_back_to_the_log_which_says_so(self, office, comments):
        put(Status.SPAM, *comments)
        form = page(office).select_one(".log__entry form")
        answer = send(office, form["action"], back=form.select_one("[name=back]")["value"])
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/admin/log")
        assert [status_of(comment) for comment in comments] == [Status.PUBLISHED] * 3
        assert soup(office.get(answer.location)).select_one("#done")
        assert break_in_chain() is None

    def test_from_a_comments_own_page_it_leads_back_there(self, office, comments):
        put(Status.SPAM, comments[0])
        form = office.page("/admin/comments/1").select_one(".log__entry form")
        answer = send(office, form["action"], back=form.select_one("[name=back]")["value"])
        assert answer.location.startswith("/admin/comments/1?done=")

    def test_an_undo_can_be_undone(self, office, comments):
        send(office, f"/admin/log/{put(Status.SPAM, comments[0])}/undo", back="log")
        send(office, page(office).select_one(".log__entry form")["action"], back="log")
        assert status_of(comments[0]) is Status.SPAM

    @pytest.mark.parametrize("htmx", [False, True])
    def test_where_somebody_changed_it_since_it_says_so(self, office, comments, htmx):
        key = put(Status.SPAM, comments[0])
        put(Status.DELETED, comments[0])
        answer = send(office, f"/admin/log/{key}/undo", htmx=htmx, back="home", comment="1")
        assert answer.status_code == 409
        assert "sementara itu semuanya sudah diubah lagi" in answer.text
        assert soup(answer).select_one("#comment-1 a")["href"] == "/admin/comments/1"
        assert bool(soup(answer).h1) is not htmx
        assert status_of(comments[0]) is Status.DELETED

    @pytest.mark.engines
    def test_what_still_stands_goes_back_though_something_else_was_changed(self, office, comments):
        key = put(Status.SPAM, *comments)
        put(Status.DELETED, comments[0])
        assert send(office, f"/admin/log/{key}/undo", back="log").status_code == 303
        assert [status_of(comment) for comment in comments] == [
            Status.DELETED,
            Status.PUBLISHED,
            Status.PUBLISHED,
        ]

    @pytest.mark.parametrize("htmx", [False, True])
    def test_a_stale_token_says_what_to_do_and_once_more_does_it(self, office, comments, htmx):
        key = put(Status.SPAM, comments[0])
        headers = {"HX-Request": "true"} if htmx else {}
        answer = office.post(f"/admin/log/{key}/undo", data={"back": "log"}, headers=headers)
        assert answer.status_code == 400
        row = soup(answer).select_one("#comment-1")
        assert "tekan sekali lagi" in row.text
        again = {field["name"]: field["value"] for field in row.select("form [name]")}
        assert again["back"] == "log"
        assert office.post(row.form["action"], data=again, headers=headers).status_code == (
            200 if htmx else 303
        )
        assert status_of(comments[0]) is Status.PUBLISHED

    def test_a_moderator_undoes_what_was_done_to_comments_alone(self, moderator, sign_in, comments):
        client = sign_in(moderator)
        with transaction():
            Setting.put("policy", {"emergency": True})
        key = record(AuditAction.POLICY, "site", None, {"emergency": False}, {"emergency": True})
        assert send(client, f"/admin/log/{key}/undo").status_code == 403
        assert Setting.get("policy", {}) == {"emergency": True}
        assert send(client, f"/admin/log/{put(Status.SPAM, comments[0])}/undo").status_code == 303
        assert status_of(comments[0]) is Status.PUBLISHED

    def test_a_deed_that_is_none_is_not_found(self, office):
        assert send(office, "/admin/log/0123456789abcdef/undo").status_code == 404

    def test_what_cannot_be_undone_is_not(self, office):
        key = record(AuditAction.ADDED, "user", 1, {}, {"name": "Rudi"})
        assert send(office, f"/admin/log/{key}/undo").status_code == 409
        assert db.session.query(AuditEntry).count() == 1
