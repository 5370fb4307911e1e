"""Articles in the office: listed, written, saved once, never over somebody else's work, shown
before they are saved.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest

from pnpm.admin.articles.forms import LONGEST_SOURCE as LONGEST
from pnpm.articles.actions import held, save, write
from pnpm.articles.headlines import choose
from pnpm.articles.models import Article, Redirect, Status
from pnpm.articles.revisions import Revision
from pnpm.articles.tags import labels_of
from pnpm.audit import models as log
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.policy import change_article
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.admin.conftest import account, token
from tests.conftest import publish, soup

LIST, NEW, PREVIEW = "/admin/articles", "/admin/articles/new", "/admin/articles/preview"
TEXT = "Warga berkumpul.\n\nRapat dimulai."
LATER = "2090-01-02T03:04"


def at(number):
    return f"{LIST}/{number}"


def fields(page, form="#article-form"):
    """What a browser without scripts would send of the form, but its buttons."""
    found = {}
    for field in page.select(f"{form} input[name], {form} textarea[name]"):
        if field.get("type") == "checkbox":
            found |= {field["name"]: field["value"]} if field.has_attr("checked") else {}
        else:
            found[field["name"]] = (
                field.text.removeprefix("\n")
                if field.name == "textarea"
                else field.get("value", "")
            )
    return found


def buttons(page):
    return {
        button["value"]: button.text
        for button in page.select(".article-buttons button[name=status]:not([formaction])")
    }


def send(client, address=NEW, without=(), status="published", **values):
    """Fill in the form of that page and press a button: the answer."""
    filled = {**fields(client.page(address)), "status": status, **values}
    return client.post(
        address, data={name: value for name, value in filled.items() if name not in without}
    )


def made(client, title="Rapat desa", body=TEXT, **values):
    """A new article, through its form."""
    answer = send(client, title=title, body=body, **values)
    assert answer.status_code == 303, soup(answer).select_one("#form-errors")
    return db.session.get(Article, int(re.search(r"articles/(\d+)", answer.location)[1]))


def again(number):
    """The article as it is now."""
    return db.session.get(Article, number, populate_existing=True)


def changed(article, **changes):
    """What somebody else saves."""
    with transaction():
        save(ChangeSet("Pak Sekcam"), held(article.id), **changes)


def undo(client, answer):
    """Press Urungkan in the line that says what was done."""
    form = soup(answer).select_one("#done form")
    values = {field["name"]: field["value"] for field in form.select("input")}
    return client.post(form["action"], data=values, follow_redirects=True)


def errors(answer):
    return {
        error["id"].removesuffix("-error"): error.text
        for error in soup(answer).select(".field__error")
    }


def only():
    return db.session.query(Article).one()


class TestWriting:
    @pytest.mark.engines
    def test_a_new_one_is_published_at_once_and_readers_see_it(self, office):
        answer = send(office, title="Rapat désa", body=TEXT)
        assert answer.status_code == 303
        page = soup(office.get(answer.location))
        assert "Tersimpan" in page.select_one("#done").text
        address = page.select_one("#done a")["href"]
        assert re.fullmatch(r"/\d{4}/\d{2}/rapat-desa\.html", address)
        shown = office.page(address)
        assert [p.text for p in shown.select(".article__body p")] == [
            "Warga berkumpul.",
            "Rapat dimulai.",
        ]
        assert "Rapat désa" in office.get("/").text

    def test_a_draft_is_seen_by_nobody(self, office):
        article = made(office, status="draft")
        assert article.status is Status.DRAFT
        assert "Rapat desa" not in office.get("/").text
        page = office.page(at(article.id))
        assert not page.select("#done")
        assert buttons(page) == {"draft": "Simpan konsep", "published": "Terbitkan"}

    def test_pressing_enter_in_the_title_publishes_nothing(self, office):
        assert office.page(NEW).select_one("#article-form button")["value"] == "draft"

    @pytest.mark.engines
    def test_saving_is_undone(self, office):
        article = made(office)
        answer = office.get(send(office, at(article.id), title="Lain").location)
        assert soup(undo(office, answer)).select_one("#title")["value"] == "Rapat desa"
        assert again(article.id).title == "Rapat desa"

    def test_undoing_a_new_one_deletes_it_and_says_so(self, office):
        answer = office.get(send(office, title="Salah", body=TEXT).location)
        page = soup(undo(office, answer))
        assert page.select_one(".article-state .label").text == "Dihapus"
        assert buttons(page) == {"draft": "Pulihkan sebagai konsep", "published": "Terbitkan"}
        assert send(office, at(only().id), status="draft").status_code == 303
        assert only().status is Status.DRAFT

    def test_opening_and_saving_changes_nothing_but_says_that_it_is_saved(self, office):
        article = made(office, labels="desa, musyawarah", close_after="7")
        entries, before = (
            db.session.query(AuditEntry).count(),
            (article.edition, article.published_at, article.body, article.slug),
        )
        answer = send(office, at(article.id))
        assert "Tersimpan" in office.get(answer.location).text
        article = again(article.id)
        assert (article.edition, article.published_at, article.body, article.slug) == before
        assert db.session.query(AuditEntry).count() == entries

    def test_all_settings_come_back_in_the_form(self, office):
        given = {
            "labels": "desa, musyawarah",
            "slug": "rapat-kedua",
            "close_after": "30",
            "pinned": "y",
            "headline": "y",
        }
        article = made(office, published_at="2012-12-20T08:30", without=["comments_open"], **given)
        shown = fields(office.page(at(article.id)))
        assert {name: shown[name] for name in given} == given
        assert shown["published_at"] == "2012-12-20T08:30"
        assert "comments_open" not in shown
        # Makassar is eight hours ahead
        assert article.published_at == datetime(2012, 12, 20, 0, 30, tzinfo=UTC)
        words = Setting.words()
        assert (words.pinned, words.headlines) == (article.id, [article.id])
        assert office.get("/2012/12/rapat-kedua.html").status_code == 200

    def test_html_is_cleaned_and_control_characters_dropped(self, office):
        article = made(
            office,
            title="Ra\x00pat\n\x1b desa",
            body="<p>a\x00<script>alert(1)</script></p><p onclick=x>b</p>",
        )
        assert article.title == "Rapat desa"
        assert (
            "script" not in article.html
            and "onclick" not in article.html
            and "\x00" not in article.body
        )

    @pytest.mark.engines
    def test_a_form_without_the_settings_leaves_them_as_they_are(self, office):
        article = made(office, labels="desa", close_after="3")
        few = ("labels", "slug", "published_at", "comments_open", "close_after", "stood")
        assert send(office, at(article.id), without=few, title="Lain").status_code == 303
        article = again(article.id)
        assert (article.title, article.comments_open, article.close_after, article.slug) == (
            "Lain",
            True,
            3,
            "rapat-desa",
        )
        assert [label.name for label in labels_of([article.id])[article.id]] == ["desa"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("title", "", "Tulis judulnya."),
            ("title", "\u200b \u2060", "Tulis judulnya."),
            ("title", "x" * 203, "Terlalu panjang: paling banyak 200 huruf. Pendekkan 3 huruf."),
            ("body", "", "Tulis isinya dulu; yang kosong hanya dapat disimpan sebagai konsep."),
            (
                "body",
                "<p>&nbsp;</p><script>alert(1)</script>",
                "Tulis isinya dulu; yang kosong hanya dapat disimpan sebagai konsep.",
            ),
            (
                "slug",
                "Rapat Desa!",
                "Pakai huruf kecil a–z, angka, dan tanda hubung, misalnya rapat-desa.",
            ),
            (
                "slug",
                "../admin",
                "Pakai huruf kecil a–z, angka, dan tanda hubung, misalnya rapat-desa.",
            ),
            (
                "slug",
                "p/tentang",
                "Pakai huruf kecil a–z, angka, dan tanda hubung, misalnya rapat-desa.",
            ),
            (
                "slug",
                "-" * 5,
                "Pakai huruf kecil a–z, angka, dan tanda hubung, misalnya rapat-desa.",
            ),
            ("slug", "a" * 109, "Terlalu panjang: paling banyak 108 huruf. Pendekkan 1 huruf."),
            ("published_at", "besok", "Tulis tanggal dan jam, misalnya 2026-12-31T08:00."),
            ("published_at", "0001-01-01T00:00", "Tulis tahun dari 1970 sampai 2099."),
            ("published_at", "9999-12-31T23:59", "Tulis tahun dari 1970 sampai 2099."),
            ("close_after", "-1", "Tulis angka dari 0 sampai 3650."),
            ("close_after", "9" * 5000, "Tulis sebuah angka, misalnya 30."),
            ("labels", ",".join(map(str, range(21))), "Terlalu banyak: paling banyak 20 label."),
            (
                "labels",
                "y" * 61,
                f"“{'y' * 20} …”: Terlalu panjang: paling banyak 60 huruf. Pendekkan 1 huruf.",
            ),
            ("status", "page", None),
            ("status", "gone", None),
        ],
    )
    def test_what_will_not_do_comes_back_with_what_to_mend_and_all_that_was_typed(
        self, office, field, value, words
    ):
        typed = {
            "title": "Rapat",
            "body": "<p>isi</p>",
            "labels": "desa",
            "slug": "rapat",
            "close_after": "7",
            "pinned": "y",
        }
        answer = send(office, **(typed | {field: value}))
        assert answer.status_code == 422
        if words:
            assert errors(answer) == {field: words}
        shown = fields(soup(answer))
        for name in typed.keys() - {field}:
            assert shown[name] == typed[name]
        assert soup(answer).select_one("#settings").has_attr("open") is (
            field not in ("title", "body")
        )
        assert db.session.query(Article).count() == 0

    def test_a_text_that_is_too_long_says_by_how_much_and_is_not_lost(self, office):
        body = f"<p>{'x' * (LONGEST + 13)}</p>"
        answer = send(office, title="Panjang", body=body, status="draft")
        assert errors(answer) == {
            "body": "Terlalu panjang: paling banyak 200.000 huruf. Pendekkan 20 huruf."
        }
        assert fields(soup(answer))["body"] == body

    def test_a_request_that_is_far_too_large_is_said_so(self, office):
        assert send(office, title="Besar", body="x" * 5_000_000).status_code == 413

    def test_as_long_as_allowed_it_is_taken_however_it_is_spelled(self, office):
        body = f"<p>{'ん' * (LONGEST - 7)}</p>"
        assert made(office, body=body, status="draft").body == body

    @pytest.mark.system
    @pytest.mark.parametrize(
        "body",
        ["<b>" * 60_000, "<ul><li>" * 20_000, "a\n" * 90_000, "<p>" * 60_000, "&lt;" * 40_000],
    )
    def test_a_hostile_text_is_answered_within_the_servers_patience(self, office, body):
        assert send(office, title="Jahat", body=body, status="draft").status_code in (303, 422)

    def test_an_empty_draft_is_kept_but_not_published_from_the_list_either(self, office):
        article = made(office, body="", status="draft")
        form = office.page(f"{LIST}?status=draft").select_one(f"#article-{article.id} form")
        values = {field["name"]: field["value"] for field in form.select("input")}
        answer = office.post(form["action"], data={**values, "status": "published"})
        assert answer.status_code == 422
        assert "“Rapat desa” belum ada isinya" in soup(answer).select_one("#form-errors").text
        assert again(article.id).status is Status.DRAFT

    def test_a_stale_page_keeps_everything_and_its_form_can_be_sent_again(self, office):
        typed = {
            "title": "Rapat",
            "body": "<p>isi</p>",
            "labels": "desa",
            "slug": "rapat-x",
            "published_at": LATER,
        }
        answer = send(office, csrf_token="old", **typed)
        assert answer.status_code == 400
        shown = fields(soup(answer))
        assert {name: shown[name] for name in typed} == typed
        assert office.post(NEW, data={**shown, "status": "draft"}).status_code == 303
        assert only().slug == "rapat-x"

    def test_the_richer_form_comes_back_as_its_source(self, office):
        answer = send(office, title="", format="rich", body="<div>satu<br><br>dua</div>")
        shown = fields(soup(answer))
        assert (answer.status_code, shown["format"]) == (422, "plain")
        assert "<p>satu</p>" in shown["body"]

    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"title": ["a", "b"], "body": ["c", "d"], "status": ["draft", "published"]},
            {
                "title": "a",
                "body": "b",
                "status": "draft",
                "token": "x" * 5000,
                "edition": "x" * 5000,
                "format": "\x00",
            },
            {
                "title": "a",
                "body": "b",
                "status": "draft",
                "stood": "\x00" * 999,
                "published_at": ["", LATER],
            },
        ],
    )
    def test_what_no_form_sends_is_refused_or_harmless(self, office, values):
        answer = office.post(NEW, data={**token(office, NEW), **values})
        assert answer.status_code in (303, 422)
        assert "Not a valid" not in answer.text

    @pytest.mark.parametrize("number", ["0", "99", "2147483648", "-1", "x"])
    def test_no_such_article(self, office, number):
        assert office.get(at(number)).status_code == 404
        assert office.get(f"{at(number)}/versions").status_code == 404
        answer = office.post(
            at(number), data={**token(office, NEW), "title": "x", "body": "y", "status": "draft"}
        )
        assert answer.status_code in (404, 405)


class TestAddress:
    def test_it_follows_the_title_until_readers_have_seen_it(self, office):
        article = made(office, title="Satu", status="draft")
        send(office, at(article.id), status="draft", title="Dua")
        assert again(article.id).slug == "dua"
        page = office.page(at(article.id))
        assert (fields(page)["slug"], page.select_one("#slug")["placeholder"]) == ("", "dua")
        send(office, at(article.id), title="Tiga", published_at=LATER)
        send(office, at(article.id), title="Empat")
        assert again(article.id).slug == "empat"
        send(office, at(article.id), published_at="")
        send(office, at(article.id), title="Lima")
        assert (again(article.id).slug, again(article.id).title) == ("empat", "Lima")
        assert fields(office.page(at(article.id)))["slug"] == "empat"

    def test_changed_by_hand_the_old_one_still_leads_there(self, office):
        article = made(office)
        send(office, at(article.id), slug="rapat-akbar")
        assert again(article.id).slug == "rapat-akbar"
        assert Redirect.owner("rapat-desa") == article.id

    def test_emptied_it_is_made_from_the_title_again(self, office):
        article = made(office, slug="aneh")
        send(office, at(article.id), slug="")
        assert again(article.id).slug == "rapat-desa"

    def test_another_articles_is_refused_with_one_that_is_free(self, office):
        made(office)
        answer = send(office, title="Lain", body=TEXT, slug="rapat-desa")
        assert answer.status_code == 422
        assert errors(answer) == {
            "slug": "Alamat ini sudah dipakai artikel lain. Yang masih bebas: rapat-desa-2."
        }
        assert fields(soup(answer))["title"] == "Lain"
        assert db.session.query(Article).count() == 1

    def test_one_that_another_once_had_is_refused_too(self, office):
        article = made(office)
        send(office, at(article.id), slug="rapat-akbar")
        assert send(office, title="Lain", body=TEXT, slug="rapat-desa").status_code == 422

    def test_two_of_one_title_have_two_addresses(self, office):
        assert [made(office).slug, made(office).slug] == ["rapat-desa", "rapat-desa-2"]


class TestMoment:
    def test_one_to_come_is_scheduled_and_says_so(self, office):
        article = made(office, published_at=LATER)
        page = office.page(at(article.id))
        assert page.select_one(".article-state .label").text == "Terjadwal"
        assert "2 Januari 2090 pukul 03.04" in page.select_one(".article-state").text
        assert not page.select("#done a")
        assert "Rapat desa" not in office.get("/").text

    def test_emptied_it_is_published_now(self, office):
        article = made(office, published_at=LATER)
        send(office, at(article.id), published_at="")
        assert now() - timedelta(minutes=5) < again(article.id).published_at <= now()

    def test_a_draft_may_have_one_or_none(self, office):
        article = made(office, published_at=LATER, status="draft")
        assert buttons(office.page(at(article.id)))["published"] == "Jadwalkan"
        send(office, at(article.id), status="draft", published_at="")
        assert again(article.id).published_at is None

    def test_what_readers_have_seen_keeps_its_own(self, office):
        article = made(office, published_at="2012-12-20T08:30")
        send(office, at(article.id), published_at="")
        assert again(article.id).published_at == article.published_at

    def test_an_untouched_minute_changes_nothing_to_the_microsecond(self, office):
        article = made(office)
        moment = article.published_at
        send(office, at(article.id), title="Lain")
        assert again(article.id).published_at == moment


class TestLabels:
    def test_they_are_given_changed_and_taken(self, office):
        article = made(office, labels=" Desa ,, musyawarah,DESA ")
        assert fields(office.page(at(article.id)))["labels"] == "Desa, musyawarah"
        assert [option["value"] for option in office.page(NEW).select("datalist option")] == [
            "Desa",
            "musyawarah",
        ]
        send(office, at(article.id), labels="")
        assert labels_of([article.id])[article.id] == []

    def test_one_that_is_known_otherwise_is_no_change_when_sent_again(self, office):
        made(office, title="Satu", labels="PNPM")
        form = {
            **fields(office.page(NEW)),
            "status": "published",
            "title": "Dua",
            "body": TEXT,
            "labels": "pnpm",
        }
        first, second = office.post(NEW, data=form), office.post(NEW, data=form)
        assert first.location == second.location
        assert db.session.query(Article).count() == 2


class TestFrontPage:
    def test_ticks_are_one_deed_with_the_text_and_undone_with_it(self, office):
        article = made(office)
        answer = office.get(
            send(office, at(article.id), title="Lain", pinned="y", headline="y").location
        )
        assert Setting.words().pinned == article.id
        undo(office, answer)
        assert (Setting.words().pinned, Setting.words().headlines, again(article.id).title) == (
            None,
            [],
            "Rapat desa",
        )

    def test_a_tick_taken_out_is_taken_away(self, office):
        article = made(office, pinned="y", headline="y")
        send(office, at(article.id), without=["pinned", "headline"])
        assert (Setting.words().pinned, Setting.words().headlines) == (None, [])

    def test_a_form_that_is_older_than_anothers_tick_leaves_that_alone(self, office):
        article = made(office)
        old = fields(office.page(at(article.id)))
        with transaction():
            choose(ChangeSet("Pak Sekcam"), [article.id])
        assert (
            office.post(
                at(article.id), data={**old, "status": "published", "title": "Lain"}
            ).status_code
            == 303
        )
        assert Setting.words().headlines == [article.id]

    def test_a_full_ticker_is_said_so_and_nothing_is_saved(self, office):
        with transaction():
            choose(ChangeSet("Pak Sekcam"), [101, 102, 103, 104, 105])
        answer = send(office, title="Lain", body=TEXT, headline="y")
        assert answer.status_code == 422
        assert "sudah penuh: 5 artikel" in errors(answer)["headline"]
        assert db.session.query(Article).count() == 0


class TestSentAgain:
    def test_the_same_form_twice_is_one_article_and_one_answer(self, office):
        form = {
            **fields(office.page(NEW)),
            "status": "published",
            "title": "Rapat",
            "body": TEXT,
            "pinned": "y",
        }
        answers = [office.post(NEW, data=form) for _time in range(3)]
        assert {answer.location for answer in answers} == {answers[0].location}
        assert "done=" in answers[0].location
        assert soup(office.get(answers[0].location)).select_one("#done form")
        assert (only().edition, db.session.query(Revision).count()) == (1, 1)

    def test_with_more_typed_since_it_is_saved_over_the_one_that_it_made(self, office):
        form = {**fields(office.page(NEW)), "status": "draft", "title": "Rapat", "body": "satu"}
        office.post(NEW, data=form)
        assert office.post(NEW, data={**form, "body": "satu dua"}).status_code == 303
        assert (only().body, only().edition) == ("<p>satu dua</p>", 2)

    def test_unless_somebody_saved_that_one_in_between(self, office):
        form = {**fields(office.page(NEW)), "status": "draft", "title": "Rapat", "body": "satu"}
        office.post(NEW, data=form)
        changed(only(), body="<p>punya orang lain</p>")
        answer = office.post(NEW, data={**form, "body": "satu dua"})
        assert answer.status_code == 409
        assert only().body == "<p>punya orang lain</p>"
        page = soup(answer)
        assert page.select_one("#article-form")["action"] == at(only().id)
        assert (
            office.post(at(only().id), data={**fields(page), "status": "draft"}).status_code == 303
        )
        assert only().body == "<p>satu dua</p>"

    def test_a_token_that_is_none_makes_an_article_all_the_same(self, office):
        assert send(office, title="Rapat", body=TEXT, token="'; DROP TABLE").status_code == 303
        assert re.fullmatch("[0-9a-f]{32}", only().token)

    def test_an_old_one_saved_twice_is_one_version(self, office):
        article = made(office)
        form = {**fields(office.page(at(article.id))), "status": "published", "body": "<p>baru</p>"}
        answers = [office.post(at(article.id), data=form) for _time in range(2)]
        assert answers[0].location == answers[1].location
        assert (again(article.id).edition, db.session.query(Revision).count()) == (2, 2)


class TestInBetween:
    def test_two_officers_at_one_article_both_texts_are_shown_and_nothing_is_overwritten(
        self, office, sign_in
    ):
        from pnpm.accounts.models import Role

        other = sign_in(account("Pak Sekcam", Role.ADMIN))
        article = made(office, body="<p>satu</p>\n<p>dua</p>")
        hers, his = fields(office.page(at(article.id))), fields(other.page(at(article.id)))
        assert (
            other.post(
                at(article.id),
                data={**his, "status": "published", "body": "<p>satu</p>\n<p>dua lagi</p>"},
            ).status_code
            == 303
        )
        answer = office.post(
            at(article.id),
            data={
                **hers,
                "status": "published",
                "body": "<p>satu</p>\n<p>tiga</p>",
                "labels": "desa",
            },
        )
        assert answer.status_code == 409
        page = soup(answer)
        assert "Pak Sekcam menyimpannya" in page.select_one("#conflict").text
        assert [line.text for line in page.select("#conflict del")][-1] == "dua lagi"
        assert [line.text for line in page.select("#conflict ins")][-1] == "tiga"
        assert "label: " in page.select_one("#conflict .log__change").text
        assert fields(page)["body"] == "<p>satu</p>\n<p>tiga</p>"
        assert again(article.id).body == "<p>satu</p>\n<p>dua lagi</p>"
        assert page.select_one(".article-buttons a")["href"] == at(article.id)
        # Sent again deliberately, with what came with that page:
        assert (
            office.post(at(article.id), data={**fields(page), "status": "published"}).status_code
            == 303
        )
        assert again(article.id).body == "<p>satu</p>\n<p>tiga</p>"
        bodies = [version.body for version in db.session.scalars(Revision.all_of(article.id))]
        assert bodies[1] == "<p>satu</p>\n<p>dua lagi</p>"

    @pytest.mark.parametrize(
        "change",
        [
            {"labels": ["lain"]},
            {"slug": "lain"},
            {"status": Status.DRAFT},
            {"title": "Lain"},
            {"status": Status.DELETED},
        ],
        ids=str,
    )
    def test_settings_count_too(self, office, change):
        article = made(office)
        form = fields(office.page(at(article.id)))
        changed(article, **change)
        answer = office.post(
            at(article.id), data={**form, "status": "published", "body": "<p>baru</p>"}
        )
        assert answer.status_code == 409
        assert soup(answer).select("#conflict .log__change")
        assert again(article.id).body != "<p>baru</p>"

    def test_so_does_a_policy_that_was_changed_on_its_own_page(self, office):
        article = made(office)
        form = fields(office.page(at(article.id)))
        with transaction():
            change_article(ChangeSet("Pak Sekcam"), held(article.id), comments_open=False)
        answer = office.post(
            at(article.id), data={**form, "status": "published", "body": "<p>baru</p>"}
        )
        assert answer.status_code == 409
        assert "komentar dibuka: " in soup(answer).select_one("#conflict").text
        assert not again(article.id).comments_open

    def test_the_front_page_keeps_what_somebody_else_ticked_also_when_it_is_sent_again_over_theirs(
        self, office
    ):
        article = made(office)
        form = fields(office.page(at(article.id)))
        changed(article, body="<p>punya orang lain</p>")
        with transaction():
            choose(ChangeSet("Pak Sekcam"), [article.id])
        answer = office.post(
            at(article.id), data={**form, "status": "published", "body": "<p>baru</p>"}
        )
        assert (
            office.post(
                at(article.id), data={**fields(soup(answer)), "status": "published"}
            ).status_code
            == 303
        )
        assert (again(article.id).body, Setting.words().headlines) == ("<p>baru</p>", [article.id])

    def test_what_both_saved_alike_is_no_conflict(self, office):
        article = made(office)
        form = fields(office.page(at(article.id)))
        changed(article, body="<p>baru</p>")
        assert (
            office.post(
                at(article.id), data={**form, "status": "published", "body": "<p>baru</p>"}
            ).status_code
            == 303
        )

    @pytest.mark.parametrize("edition", ["", "0", "x", "999", "-1"])
    def test_a_form_that_does_not_say_where_it_began_overwrites_nothing(self, office, edition):
        article = made(office)
        assert send(office, at(article.id), edition=edition, body="<p>baru</p>").status_code == 409
        assert again(article.id).body == article.body


class TestList:
    def test_each_tab_has_its_own_and_counts_them(self, office):
        made(office, "Terbit")
        made(office, "Konsep", status="draft")
        made(office, "Terjadwal", published_at=LATER)
        changed(made(office, "Dihapus"), status=Status.DELETED)
        for tab in ("Terbit", "Konsep", "Terjadwal", "Dihapus"):
            link = next(
                link for link in office.page(LIST).select("#article-tabs a") if tab in link.text
            )
            page = office.page(link["href"])
            assert [row.text.strip() for row in page.select(".article-row__title")] == [tab]
            assert page.select_one("#article-tabs [aria-current] .tabs__count").text == "1"

    def test_a_row_tells_when_and_under_what_and_leads_everywhere(self, office):
        article = made(office, labels="desa", published_at="2012-12-20T08:30")
        row = office.page(LIST).select_one(f"#article-{article.id}")
        assert "20 Desember 2012 pukul 08.30" in row.text and "desa" in row.text
        assert [link["href"] for link in row.select("a")] == [
            at(article.id),
            "/2012/12/rapat-desa.html",
        ]

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("rapat", 2),
            ("RAPAT", 2),
            ("rapat anggaran", 1),
            ("irigasi", 1),
            ("100%", 1),
            ("_", 0),
            ("tidakada", 0),
            ("' OR 1=1", 0),
        ],
    )
    def test_words_are_looked_for_in_title_and_text(self, office, words, found):
        made(office, "Rapat anggaran", body="isinya")
        made(office, "Rapat lain", body="tentang irigasi 100%")
        made(office, "Gotong royong", body="isinya")
        page = office.get(LIST, query_string={"q": words})
        assert len(soup(page).select(".article-row")) == found
        assert soup(page).select_one("#q")["value"] == words

    def test_pages_by_key_show_each_article_once_whatever_comes_meanwhile(self, office):
        for number in range(60):
            publish(f"Artikel {number}", datetime(2020, 1, 1 + number // 30, tzinfo=UTC))
        titles, url = [], LIST
        while url:
            page = office.page(url)
            titles += [row.text.strip() for row in page.select(".article-row__title")]
            following = page.select_one(".pager [rel=next]")
            url = following and following["href"]
            publish(f"Baru {len(titles)}")
        assert titles == [f"Artikel {number}" for number in range(59, -1, -1)]

    @pytest.mark.parametrize(
        "query",
        [
            "status=gone",
            "status=page",
            "after=x",
            "after=1",
            "after=9999999999999999-1",
            "after=-1-1",
        ],
    )
    def test_what_no_page_asks_for_is_not_found(self, office, query):
        assert office.get(f"{LIST}?{query}").status_code == 404

    @pytest.mark.parametrize(
        ("begins", "tab", "status", "ends", "said"),
        [
            (
                {"status": "draft"},
                "draft",
                "published",
                Status.PUBLISHED,
                "“Rapat desa” sekarang terbit.",
            ),
            (
                {},
                "published",
                "draft",
                Status.DRAFT,
                "“Rapat desa” sekarang konsep; hanya pengurus yang melihatnya.",
            ),
            ({}, "published", "deleted", Status.DELETED, "“Rapat desa” sekarang dihapus."),
            (
                {"published_at": LATER},
                "scheduled",
                "draft",
                Status.DRAFT,
                "“Rapat desa” sekarang konsep; hanya pengurus yang melihatnya.",
            ),
            (
                {"status": "draft", "published_at": LATER},
                "draft",
                "published",
                Status.PUBLISHED,
                "“Rapat desa” sekarang terjadwal.",
            ),
        ],
    )
    def test_one_tap_moves_it_and_one_brings_it_back(self, office, begins, tab, status, ends, said):
        article = made(office, **begins)
        before = article.status
        address = f"{LIST}?status={tab}&q=rapat"
        form = office.page(address).select_one(f"#article-{article.id} form")
        assert status in [button["value"] for button in form.select("button")]
        values = {field["name"]: field["value"] for field in form.select("input")}
        answer = office.post(
            form["action"], data={**values, "status": status}, follow_redirects=True
        )
        assert answer.request.full_path.startswith(address)
        assert again(article.id).status is ends
        assert soup(answer).select_one("#done p").text == said
        answer = undo(office, answer)
        assert answer.request.full_path.startswith(address)
        assert again(article.id).status is before

    def test_a_deleted_one_is_restored_as_a_draft(self, office):
        article = made(office)
        changed(article, status=Status.DELETED)
        form = office.page(f"{LIST}?status=deleted").select_one(f"#article-{article.id} form")
        assert [button.text for button in form.select("button")] == ["Pulihkan Rapat desa"]
        values = {field["name"]: field["value"] for field in form.select("input")}
        office.post(form["action"], data={**values, "status": "draft"})
        assert again(article.id).status is Status.DRAFT

    @pytest.mark.parametrize(
        "back",
        [
            "",
            "articles",
            "articles?status=gone",
            "articles?_scheme=javascript&done=x",
            "articles?\r\nX: y",
            "?",
        ],
    )
    def test_where_it_was_sent_from_is_no_trap(self, office, back):
        article = made(office)
        data = {**token(office, LIST), "status": "draft", "back": back}
        answer = office.post(f"{at(article.id)}/status", data=data)
        assert answer.status_code == 303
        assert answer.location.startswith("/admin/")
        assert again(article.id).status is Status.DRAFT

    @pytest.mark.parametrize("status", ["", "page", "scheduled", "x"])
    def test_there_is_no_other_status(self, office, status):
        article = made(office)
        data = {**token(office, LIST), "status": status, "back": "articles"}
        assert office.post(f"{at(article.id)}/status", data=data).status_code == 422

    def test_a_stale_page_changes_nothing_and_says_to_press_again(self, office):
        article = made(office)
        answer = office.post(
            f"{at(article.id)}/status",
            data={"csrf_token": "old", "status": "deleted", "back": "articles"},
        )
        assert answer.status_code == 400
        assert soup(answer).select("#form-errors") and soup(answer).select(f"#article-{article.id}")
        assert again(article.id).status is Status.PUBLISHED


class TestPreview:
    def test_it_shows_the_readers_page_and_saves_nothing(self, office):
        form = {
            **fields(office.page(NEW)),
            "status": "published",
            "title": "Rapat <b>",
            "body": "<h2>Hasil</h2>\n\nlunas",
            "labels": "Desa",
        }
        answer = office.post(PREVIEW, data=form)
        assert answer.status_code == 200
        frame = soup(answer).select_one("iframe")
        assert frame["sandbox"] == ["allow-same-origin"] or frame["sandbox"] == "allow-same-origin"
        assert (frame["width"], "src" in frame.attrs) == ("360", False)
        inside = soup(type("", (), {"get_data": lambda self, as_text: frame["srcdoc"]})())
        assert inside.select_one(".article__title").text == "Rapat <b>"
        assert inside.select_one(".article__body h2").text == "Hasil"
        assert "Desa" in inside.select_one(".article").text
        assert inside.select_one("base")["target"] == "_blank" and not inside.select("base[href]")
        assert soup(answer).select_one(".card__title").text == "Rapat <b>"
        assert soup(answer).select_one(".card__words").text == "Hasil lunas"
        assert soup(answer).select_one(".card__host").text == "localhost"
        assert "Set-Cookie" not in answer.headers
        assert [db.session.query(kind).count() for kind in (Article, Revision, AuditEntry)] == [
            0,
            0,
            0,
        ]

    def test_what_is_missing_is_said(self, office):
        answer = office.post(PREVIEW, data={**fields(office.page(NEW)), "status": "draft"})
        assert answer.status_code == 200
        assert "Tulis judulnya." in soup(answer).select_one("#form-errors").text
        assert soup(answer).select("iframe")

    def test_an_old_one_has_its_comments_and_stays_as_it_is(self, office, app):
        from tests.conftest import write as comment

        article = made(office)
        comment(article, app, "komentar yang ada")
        page = office.page(at(article.id))
        action = page.select_one("[formaction]")["formaction"]
        answer = office.post(action, data={**fields(page), "status": "published", "title": "Lain"})
        assert "komentar yang ada" in soup(answer).select_one("iframe")["srcdoc"]
        assert again(article.id).title == "Rapat desa"
        # What readers get was not touched by it either.
        address = page.select_one(".article-state a")["href"]
        assert "Lain" not in office.get(address).text
        assert office.comment(address, body="masih bisa").status_code == 303

    @pytest.mark.parametrize("body", ["x" * (LONGEST + 1), "<b>" * 60_000, "<ul><li>" * 20_000])
    def test_what_is_too_much_is_said_so_and_costs_nothing(self, office, body):
        answer = office.post(
            PREVIEW,
            data={**fields(office.page(NEW)), "title": "Jahat", "status": "draft", "body": body},
        )
        assert answer.status_code == 200
        assert "Terlalu panjang" in answer.text or "terlalu bertingkat" in answer.text

    @pytest.mark.parametrize("article", ["99", "x", "-1", "9" * 99])
    def test_of_an_article_that_is_none_it_is_not_found_or_new(self, office, article):
        data = {**fields(office.page(NEW)), "title": "x", "body": "y", "status": "draft"}
        assert office.post(f"{PREVIEW}?article={article}", data=data).status_code in (200, 404)


class TestPages:
    """About and privacy: written with the same form, without what they have not."""

    @pytest.fixture
    def about(self, office):
        with transaction():
            return write(
                ChangeSet("Bu Camat"),
                None,
                "Tentang",
                "<p>isi</p>",
                status=Status.PAGE,
                slug="p/tentang",
            )

    def test_they_have_a_title_and_a_text_alone(self, office, about):
        page = office.page(at(about.id))
        assert set(fields(page)) == {
            "csrf_token",
            "token",
            "edition",
            "title",
            "body",
            "format",
            "asked",
        }
        assert buttons(page) == {"page": "Simpan"}
        assert send(office, at(about.id), status="page", body="<p>baru</p>").status_code == 303
        assert (again(about.id).body, again(about.id).slug, again(about.id).status) == (
            "<p>baru</p>",
            "p/tentang",
            Status.PAGE,
        )

    def test_they_are_in_no_tab_and_are_not_moved(self, office, about):
        for tab in ("published", "draft", "scheduled", "deleted"):
            assert not office.page(f"{LIST}?status={tab}").select(".article-row")
        data = {**token(office, LIST), "status": "deleted", "back": "articles"}
        assert office.post(f"{at(about.id)}/status", data=data).status_code == 404
        assert send(office, at(about.id), status="published").status_code == 422

    def test_they_are_shown_before_they_are_saved(self, office, about):
        page = office.page(at(about.id))
        answer = office.post(
            page.select_one("[formaction]")["formaction"],
            data={**fields(page), "status": "page", "body": "<p>baru</p>"},
        )
        assert "baru" in soup(answer).select_one("iframe")["srcdoc"]

    def test_two_at_one_page_are_told_too(self, office, about):
        form = fields(office.page(at(about.id)))
        changed(about, body="<p>punya orang lain</p>")
        assert (
            office.post(
                at(about.id), data={**form, "status": "page", "body": "<p>baru</p>"}
            ).status_code
            == 409
        )


def test_the_log_has_what_was_saved_with_texts_by_digest(office):
    article = made(office, labels="desa")
    send(office, at(article.id), body="<p>rahasia dapur</p>", labels="desa, kota")
    page = office.get("/admin/log")
    entry = soup(page).select_one(".log__entry")
    assert "menyimpan artikel" in " ".join(entry.text.split())
    assert "label: desa → desa; kota" in entry.text
    assert "rahasia dapur" not in page.text
    assert log.break_in_chain() is None


def test_the_editors_answer_has_a_policy_of_its_own_and_a_fresh_nonce(office):
    first, second = office.get(NEW), office.get(NEW)
    nonces = {
        soup(answer).select_one("[name=trix-csp-nonce]")["content"] for answer in (first, second)
    }
    assert len(nonces) == 2
    sources = first.headers["Content-Security-Policy"]
    nonce = soup(first).select_one("[name=trix-csp-nonce]")["content"]
    assert (
        f"style-src 'self' 'nonce-{nonce}'" in sources and "img-src 'self' data: blob:" in sources
    )
    assert "script-src 'self';" in sources
    assert "nonce" not in office.get(LIST).headers["Content-Security-Policy"]
