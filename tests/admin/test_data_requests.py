"""The office's part of a person's request: its clock, what is theirs, a copy, a correction, an
erasure, the answer; and each step in the log.
"""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from pnpm.admin.data_requests import views
from pnpm.audit.models import AuditEntry, break_in_chain
from pnpm.comments.models import Comment, CommentRevision
from pnpm.db import db, now, transaction
from pnpm.mail.models import OutgoingMail
from pnpm.privacy import intake, matches
from pnpm.privacy.models import DataRequest, Kind, Stage
from pnpm.web.mail import deliver
from tests.admin.conftest import send
from tests.conftest import soup, write
from tests.privacy.conftest import EMAIL, NAME, TEXT, TRACES, ask, person

__all__ = ["person"]
LIST = "/admin/data-requests"


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """The test's own session reads while the files are cleared: nobody waits for that."""
    monkeypatch.setattr("pnpm.privacy.residue.BUSY_SECONDS", 0)


def page_of(request):
    return f"{LIST}/{request.id}"


def ticked(page):
    return [each["value"] for each in page.select("[name=item][checked]")]


def found(page):
    return [each["value"] for each in page.select("[name=item]")]


def current(request):
    db.session.rollback()
    return db.session.get(DataRequest, request.id, populate_existing=True)


def steps():
    """What the log has of the request, in order."""
    db.session.rollback()
    entries = db.session.query(AuditEntry).filter_by(subject="request").order_by(AuditEntry.id)
    return [entry.action for entry in entries]


def soup_of(text):
    """The copy's part of a page, as one reads it."""
    return BeautifulSoup(text, "html.parser").select_one("#data-copy").text


def choose(office, request, items, then=""):
    url = page_of(request)
    return send(office, f"{url}/choice", url, item=items, next=then)


class TestClock:
    def test_the_list_has_each_with_what_is_left(self, office):
        ask(confirmed_at=now() - timedelta(hours=10))
        text = office.page(LIST).select_one("#clock-1").text
        assert "Menunggu jawaban" in text and "masih 61 jam" in text

    def test_one_that_is_late_says_so_in_words_also_on_the_first_page(self, office):
        ask(confirmed_at=now() - timedelta(hours=73))
        assert "Lewat batas waktu" in office.page(LIST).select_one("#clock-1").text
        told = office.page("/admin/").select_one("#data-requests").text
        assert "1 permintaan data menunggu." in told and "1 sudah lewat batas waktu." in told

    @pytest.mark.engines
    def test_the_first_page_says_nothing_where_none_waits(self, office, moderator, sign_in):
        assert not office.page("/admin/").select("#data-requests")
        ask()
        assert not sign_in(moderator).page("/admin/").select("#data-requests")

    @pytest.mark.engines
    def test_those_that_are_due_first_come_first(self, office):
        for hours in (1, 50, 20):
            ask(confirmed_at=now() - timedelta(hours=hours))
        ask(stage=Stage.DELIVERED, answered_at=now())
        ask(stage=Stage.UNCONFIRMED, confirmed_at=None)
        shown = [each["id"] for each in office.page(LIST).select(".user")]
        assert shown == ["request-2", "request-3", "request-1", "request-5", "request-4"]

    def test_those_that_do_not_fit_are_on_the_next_page(self, office, monkeypatch):
        monkeypatch.setattr(views, "SHOWN", 2)
        for _number in range(3):
            ask(stage=Stage.UNCONFIRMED, confirmed_at=None, is_mailed=False, email="")
        page = office.page(LIST)
        assert [each["id"] for each in page.select(".user")] == ["request-3", "request-2"]
        following = office.page(page.select_one("[rel=next]")["href"])
        assert [each["id"] for each in following.select(".user")] == ["request-1"]
        assert not following.select("[rel=next]")


class TestConfirmation:
    def test_the_clock_begins_when_an_officer_is_sure(self, office):
        request = ask(stage=Stage.UNCONFIRMED, confirmed_at=None, is_mailed=False, email="")
        page = office.page(page_of(request))
        assert not page.select("[name=item]")
        assert send(office, f"{page_of(request)}/confirmation", LIST).status_code == 303
        request = current(request)
        assert (request.stage, request.confirmed_by) == (Stage.OPEN, "Bu Camat")
        assert not request.is_proved
        assert steps() == ["confirmed"]

    def test_one_that_is_none_is_thrown_away(self, office):
        request = ask(stage=Stage.UNCONFIRMED, confirmed_at=None)
        assert send(office, f"{page_of(request)}/removal", LIST).status_code == 303
        assert current(request) is None
        assert steps() == ["removed"]

    def test_many_that_are_none_are_thrown_away_at_once(self, office):
        unknown = {"stage": Stage.UNCONFIRMED, "confirmed_at": None}
        for _number in range(3):
            ask(**unknown, is_mailed=False, email="")
        mailed, real = ask(**unknown), ask()
        values = [each["value"] for each in office.page(LIST).select("[name=number]")]
        assert sorted(values) == ["1", "2", "3"]
        numbers = [*values, "²", str(mailed.id), str(real.id)]
        send(office, f"{LIST}/removal", LIST, number=numbers)
        assert [current(each) is None for each in (mailed, real)] == [False, False]
        assert steps() == ["removed"] * 3

    @pytest.mark.parametrize(
        "step", ["choice", "erasure", "answer", "delivery", "confirmation", "removal"]
    )
    def test_a_step_at_the_wrong_time_is_refused(self, office, step):
        early = step in ("choice", "erasure", "answer", "delivery")
        stage = Stage.UNCONFIRMED if early else Stage.OPEN
        request = ask(stage=stage)
        answer = send(office, f"{page_of(request)}/{step}", LIST, words="Ya", seen="x")
        assert answer.status_code == 409
        assert (current(request).stage, steps()) == (stage, [])


class TestWhatIsFound:
    def test_what_surely_is_theirs_is_ticked(self, office, person):
        page = office.page(page_of(ask(name="")))
        kinds = "comment", "subscriber", "mail"
        sure = {each for each in ticked(page) if each.startswith(kinds)}
        assert sure == {"comment-1", "comment-2", "subscriber-1", "mail-1", "mail-2"}

    def test_by_name_alone_nothing_is(self, office, person):
        page = office.page(page_of(ask(email="", is_mailed=False, confirmed_by="Bu Camat")))
        assert {"comment-1", "comment-2"} <= {*found(page)}
        assert ticked(page) == []

    def test_an_address_that_only_an_officer_confirmed_is_not_sure(self, office, person):
        assert ticked(office.page(page_of(ask(is_mailed=False, confirmed_by="Bu Camat")))) == []

    def test_the_private_link_is(self, office, person):
        office_knows = {"name": "", "email": "", "is_mailed": False, "confirmed_by": "Bu Camat"}
        request = ask(**office_knows, comment_id=2, is_author=True)
        page = office.page(page_of(request))
        assert "comment-2" in ticked(page)
        assert "comment-1" not in ticked(page)

    def test_the_link_of_a_page_on_which_it_waits_is_not(self, office, person):
        page = office.page(page_of(ask(name="", email="lain@contoh.id", comment_id=2)))
        assert "comment-2" in found(page)
        assert ticked(page) == []
        assert "dapat diteruskan orang" in page.text

    def test_other_words_find_more_and_what_was_chosen_stays(self, office, person):
        request = ask(name="Joko", email="", is_mailed=False, confirmed_by="Bu Camat")
        assert found(office.page(page_of(request))) == []
        more = office.page(f"{page_of(request)}?q=Watampalle")
        assert {"comment-1", "comment-2"} <= {*found(more)}
        choose(office, request, ["comment-2", "comment-99", "x", "name-"])
        assert current(request).chosen == ["comment-2"]
        assert ticked(office.page(page_of(request))) == ["comment-2"]

    def test_theirs_are_not_missing_for_those_of_others(self, app, office, article, monkeypatch):
        monkeypatch.setattr(matches, "MOST", 2)
        write(article, app, "satu", "dua", name="Siti")
        write(article, app, *(f"Siti kata orang {number}" for number in range(9)), name="Budi")
        with transaction():
            db.session.execute(update(Comment).where(Comment.name == "Siti").values(email=EMAIL))
        assert ticked(office.page(page_of(ask(name="Siti"))))[:2] == ["comment-2", "comment-1"]

    def test_what_the_office_wrote_is_named(self, office, article, admin):
        page = office.page(page_of(ask(name="Latar Belakang")))
        assert page.select_one(f"main a[href='/admin/articles/{article.id}']")


class TestCopy:
    def test_it_is_a_page_and_a_file(self, office, person):
        request = ask(kind=Kind.SEE)
        answer = choose(office, request, ["comment-1", "subscriber-1"], "copy")
        assert answer.location == f"{page_of(request)}/copy"
        page = office.page(answer.location)
        assert TEXT in page.text and EMAIL in page.text
        file = send(office, f"{answer.location}.json", answer.location)
        assert "attachment" in file.headers["Content-Disposition"]
        copy = json.loads(file.text)
        (comment,) = copy["comments"]
        assert (comment["name"], comment["email"], comment["text"]) == (NAME, EMAIL, TEXT)
        assert len(comment["former_texts"]) == 2
        assert copy["subscriptions"][0]["email"] == EMAIL
        assert steps() == ["taken"]

    @pytest.mark.engines
    def test_everything_that_is_found_can_be_in_it(self, office, person):
        request = ask(kind=Kind.SEE)
        choose(office, request, found(office.page(page_of(request))))
        copy = json.loads(send(office, f"{page_of(request)}/copy.json", LIST).text)
        assert all(copy[name] for name in copy if name != "requests")
        text = office.get(f"{page_of(request)}/copy").text
        assert NAME in text and "{" not in soup_of(text)

    def test_a_link_alone_takes_none(self, office, person):
        assert office.get(f"{page_of(ask())}/copy.json").status_code == 405
        assert steps() == []


class TestCorrection:
    URL = "/comments/1"

    def correct(self, office, request, **values):
        url = f"{page_of(request)}{self.URL}"
        typed = {"name": NAME, "website": "", "body": TEXT, **values}
        return send(office, url, url, **typed)

    @pytest.mark.engines
    def test_what_was_wrong_is_gone(self, office, client, person):
        request = ask(kind=Kind.CORRECT)
        body = "Jembatan sudah baik."
        assert self.correct(office, request, name="Siti R.", body=body).status_code == 303
        comment = db.session.get(Comment, 1, populate_existing=True)
        assert (comment.name, comment.body, comment.website) == ("Siti R.", body, "")
        assert "sudah baik" in comment.html
        assert db.session.query(CommentRevision).filter_by(comment_id=1).count() == 0
        assert body in client.get("/2012/12/latar-belakang.html").text
        assert break_in_chain() is None

    def test_the_log_has_which_fields(self, office, person):
        self.correct(office, ask(kind=Kind.CORRECT), name="Siti R.", website="")
        entry = db.session.query(AuditEntry).filter_by(action="corrected").one()
        assert (entry.before, entry.after["fields"]) == ({}, ["name", "website"])
        assert "nama; situs web" in office.page("/admin/log").text

    def test_what_cannot_be_is_refused_and_kept(self, office, person):
        answer = self.correct(office, ask(kind=Kind.CORRECT), website="bukan", body="Baru")
        assert answer.status_code == 422
        assert soup(answer).select_one("#body").text.strip() == "Baru"
        assert db.session.get(Comment, 1, populate_existing=True).body == TEXT


class TestErasure:
    def erase(self, office, request, then="erase"):
        choose(office, request, found(office.page(page_of(request))))
        answer = choose(office, request, found(office.page(page_of(request))), then)
        page = office.page(answer.location)
        sent = {each["name"]: each.get("value", "") for each in page.select("main form [name]")}
        return office.post(f"{page_of(request)}/erasure", data=sent)

    def test_a_page_says_first_what_will_be_done(self, office, person):
        request = ask()
        answer = choose(office, request, ["comment-1"], "erase")
        page = office.page(answer.location)
        assert "tidak dapat diurungkan" in page.text and "Komentar 1" in page.text
        assert db.session.get(Comment, 1) is not None

    @pytest.mark.engines
    def test_everything_is_gone_and_the_log_says_who_and_when(self, office, person):
        request = ask()
        assert self.erase(office, request).status_code == 303
        assert db.session.get(Comment, 1) is db.session.get(Comment, 2) is None
        assert current(request).erased_at
        assert steps() == ["erased"]
        log = office.page("/admin/log")
        assert not [trace for trace in TRACES if trace in log.text]
        assert "menghapus atas permintaan" in log.text

    def test_nothing_of_it_can_be_undone(self, office, person):
        self.erase(office, ask())
        for form in office.page("/admin/log").select("form[action$='/undo']"):
            send(office, form["action"], "/admin/log")
        db.session.rollback()
        texts = [str(row) for row in db.session.query(Comment)]
        assert len(texts) == 1

    def test_comments_can_stay_without_their_author(self, office, client, person):
        self.erase(office, ask(), "anonymize")
        comment = db.session.get(Comment, 1, populate_existing=True)
        assert (comment.name, comment.body) == ("", TEXT)
        assert steps() == ["anonymized"]

    def test_what_was_chosen_otherwise_meanwhile_is_not_erased(self, office, person):
        request = ask()
        answer = choose(office, request, ["comment-1"], "erase")
        seen = office.page(answer.location).select_one("[name=seen]")["value"]
        choose(office, request, ["comment-2"])
        url = f"{page_of(request)}/erasure"
        assert send(office, url, answer.location, seen=seen).status_code == 409
        assert db.session.get(Comment, 2, populate_existing=True) is not None

    def test_with_nothing_chosen_nothing_is_erased(self, office, person):
        request = ask()
        page = office.page(choose(office, request, [], "erase").location)
        assert not page.select("main form button")


class TestAnswer:
    def answer(self, office, request, **values):
        return send(office, f"{page_of(request)}/answer", LIST, words="Sudah kami urus.", **values)

    def test_without_an_address_it_is_handed_over(self, office):
        request = ask(email="", is_mailed=False, confirmed_by="Bu Camat")
        self.answer(office, request)
        page = office.page(page_of(request))
        assert "Sudah kami urus." in page.text and "Salin jawaban ini" in page.text
        send(office, f"{page_of(request)}/delivery", LIST)
        assert current(request).stage is Stage.DELIVERED
        assert current(request).name == NAME
        assert steps() == ["answered", "delivered"]

    def test_an_address_that_nobody_has_proved_gets_no_mail(self, office, mailing):
        request = ask(email="orang@lain.example", confirmed_at=None, stage=Stage.UNCONFIRMED)
        send(office, f"{page_of(request)}/confirmation", LIST)
        text = office.page(page_of(request)).select_one("main").text
        assert "belum terbukti miliknya" in text and "Kirim jawaban" not in text
        self.answer(office, request, shared="y")
        db.session.rollback()
        assert db.session.query(OutgoingMail).count() == 0
        assert not current(request).is_shared

    def test_after_an_erasure_who_asked_is_forgotten_with_it(self, office, app):
        request = ask(email="", erased_at=now(), is_mailed=False, confirmed_by="Bu Camat")
        self.answer(office, request)
        send(office, f"{page_of(request)}/delivery", LIST)
        request = current(request)
        assert (request.name, request.words, request.answer) == ("", "", "")
        assert "sudah dihapus bersama datanya" in office.page(page_of(request)).text

    def test_by_mail_it_is_done_once_it_was_sent(self, office, mailing, mail_server):
        request = ask(erased_at=now())
        self.answer(office, request)
        deliver()
        assert "Sudah kami urus." in mail_server.texts()[-1]
        assert mail_server.messages[-1]["To"] == EMAIL
        request = current(request)
        assert (request.stage, request.email, request.answer) == (Stage.DELIVERED, "", "")
        assert db.session.query(OutgoingMail).count() == 0

    def test_an_empty_one_is_refused(self, office):
        request = ask()
        answer = send(office, f"{page_of(request)}/answer", LIST, words=" ")
        assert answer.status_code == 422
        assert current(request).is_open

    def test_without_the_sessions_token_nothing_is_sent(self, office):
        request = ask()
        assert office.post(f"{page_of(request)}/answer", data={"words": "Ya"}).status_code == 400
        assert current(request).is_open


def test_every_step_of_a_request_in_the_log_is_in_words(office, person):
    with transaction():
        request = ask(stage=Stage.UNCONFIRMED, confirmed_at=None)
        intake.confirm(intake.held(request.id), "Bu Camat")
    entry = office.page("/admin/log").select_one(".log__entry").text
    assert "mengonfirmasi permintaan data 1" in " ".join(entry.split())
    assert "menghapus datanya" in entry
