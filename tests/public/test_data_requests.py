"""Asking for what the site holds about oneself: taken, confirmed by the link in the mail, and the
same answer whether or not anything is held.
"""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from pnpm import signing
from pnpm.accounts.models import Notices, Role, User
from pnpm.articles.static_pages import begin
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.db import db, now, transaction
from pnpm.mail.models import OutgoingMail
from pnpm.privacy import answers, intake
from pnpm.privacy.models import DataRequest, Kind, Stage, attempts
from pnpm.public.own_comments import PURPOSE, WAITING_PURPOSE
from pnpm.web.jobs import tidy
from tests.admin.conftest import account
from tests.conftest import soup, write
from tests.public.test_subscriptions import MAIL, SITI, browser, links, sent, text

__all__ = ["sent"]
PAGE = "/permintaan-data"


@pytest.fixture
def settings():
    return MAIL


@pytest.fixture
def client(app):
    return browser(app)


def ask(client, **values):
    """Send the form, filled in so; the answer."""
    form = {
        field["name"]: field.get("value", "")
        for field in client.page(PAGE).select("main form [name]")
    }
    return client.post(PAGE, data={**form, "kind": "see", **values})


def ask_from(client, network, **values):
    """Send the form from a network address; the answer's status."""
    form = {
        field["name"]: field.get("value", "")
        for field in client.page(PAGE).select("main form [name]")
    }
    data = {**form, "kind": "see", **values}
    return client.post(PAGE, data=data, environ_base={"REMOTE_ADDR": network}).status_code


def found():
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.query(DataRequest).order_by(DataRequest.id))


def confirm_link(mail):
    (link,) = [each for each in links(mail) if "/konfirmasi/" in each]
    return link


def press(client, link, answer="yes"):
    """Press a button of the page that the link opens."""
    seen = client.page(link).select_one("[name=seen]")["value"]
    return client.post(link, data={"seen": seen, "answer": answer})


class TestForm:
    def test_the_privacy_page_leads_to_it(self, client):
        assert client.page("/p/privasi.html").select_one(f"main a[href='{PAGE}']")

    def test_so_does_one_that_the_office_wrote_itself(self, client):
        with transaction():
            begin(ChangeSet("Bu Camat"), "privasi", "Privasi", "<p>Singkat saja.</p>")
        page = client.page("/p/privasi.html")
        assert "Undang-Undang" not in page.text
        assert page.select_one(f"main a[href='{PAGE}']")

    def test_it_sets_no_cookie_and_is_kept_by_nobody(self, client):
        answer = client.get(PAGE)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({}, "email"),
            ({"name": " \u200b "}, "email"),
            ({"email": "siti"}, "email"),
            ({"name": "x" * 81}, "name"),
            ({"name": "Siti", "words": "x" * 2001}, "words"),
            ({"name": "Siti", "link": "x" * 501}, "link"),
            ({"name": "Siti", "kind": "all"}, "kind"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_is_kept(self, client, values, field):
        answer = ask(client, **{"words": "Tolong.", **values})
        page = soup(answer)
        assert answer.status_code == 422
        assert page.select_one(f"#{field}-error")
        if field != "words":
            assert page.select_one("#words").text.strip() == "Tolong."
        assert found() == []

    def test_a_page_that_was_open_for_long_is_sent_again(self, client):
        answer = ask(client, name="Siti", token="x")
        assert answer.status_code == 400
        assert soup(answer).select_one("#name")["value"] == "Siti"


class TestWithAddress:
    @pytest.mark.engines
    def test_the_link_in_the_mail_confirms_it_by_a_button(self, client, sent):
        assert ask(client, email=SITI, words="Semuanya.").status_code == 303
        (mail,) = sent.to(SITI)
        assert client.get(confirm_link(mail)).status_code == 200
        assert [each.stage for each in found()] == [Stage.UNCONFIRMED]
        assert "Semuanya." in client.get(confirm_link(mail)).text
        assert press(client, confirm_link(mail)).status_code == 303
        (request,) = found()
        assert (request.stage, request.is_proved) == (Stage.OPEN, True)
        assert request.due_at - request.confirmed_at == timedelta(hours=72)
        assert client.get(confirm_link(mail)).status_code == 303

    def test_the_mail_says_nothing_that_a_stranger_wrote(self, client, sent):
        ask(client, email=SITI, name="Klik judi.example", words="judi.example")
        assert "judi" not in sent[0].as_string()

    def test_who_did_not_ask_has_it_forgotten(self, client, sent):
        ask(client, email=SITI)
        press(client, confirm_link(sent[0]), "no")
        assert found() == []

    @pytest.mark.engines
    def test_an_address_has_one_request_and_one_mail_at_a_time(self, client, sent):
        for _try in range(3):
            ask(client, email=SITI)
        assert (len(found()), len(sent)) == (1, 1)

    def test_one_that_is_confirmed_does_not_stand_in_the_way(self, client, sent):
        ask(client, email=SITI)
        press(client, confirm_link(sent[0]))
        ask(client, email=SITI, kind="delete")
        assert [(each.kind, each.stage) for each in found()] == [
            (Kind.SEE, Stage.OPEN),
            (Kind.DELETE, Stage.UNCONFIRMED),
        ]
        assert len(sent.to(SITI)) == 2

    def test_nor_one_of_another_spelling(self, client, sent):
        ask(client, email="siti.a+x@desa.example")
        ask(client, email="sitia@desa.example", kind="delete")
        assert [each.email for each in found()] == ["siti.a+x@desa.example", "sitia@desa.example"]
        assert len(sent.to("sitia@desa.example")) == 1

    def test_a_mailbox_gets_a_few_mails_a_day_in_whatever_spelling(self, client, sent, monkeypatch):
        monkeypatch.setattr(intake, "MOST_TO_MAILBOX", 2)
        for number in range(4):
            ask(client, email=f"siti+{number}@contoh.id")
        assert (len(sent), len(found())) == (2, 2)

    def test_a_day_later_the_link_is_mailed_anew(self, client, sent):
        ask(client, email=SITI)
        with transaction():
            moved = now() - timedelta(days=2, hours=23)
            db.session.execute(update(DataRequest).values(created_at=moved))
            db.session.execute(update(attempts).values(asked_at=moved))
        ask(client, email=SITI, kind="delete")
        assert (len(found()), len(sent)) == (1, 2)
        assert client.get(confirm_link(sent[0])).status_code == 410
        press(client, confirm_link(sent[1]))
        assert [(each.kind, each.stage) for each in found()] == [(Kind.DELETE, Stage.OPEN)]

    def test_the_page_of_the_link_names_the_comment(self, app, client, article, sent):
        (comment,) = write(article, app, "Halo", name="Siti")
        token = signing.sign(app.config["PNPM"].secret_key, PURPOSE, str(comment.id))
        ask(client, email=SITI, link=f"https://desa.example/comments/{token}/edit")
        assert f"komentar nomor {comment.id}" in client.page(confirm_link(sent[0])).text

    def test_what_is_asked_before_it_is_confirmed_replaces_what_was(self, client, sent):
        ask(client, email=SITI)
        link = confirm_link(sent[0])
        seen = client.page(link).select_one("[name=seen]")["value"]
        ask(client, email=SITI, kind="delete")
        client.post(link, data={"seen": seen, "answer": "yes"})
        assert [each.stage for each in found()] == [Stage.UNCONFIRMED]  # not what was shown
        press(client, link)
        assert [(each.kind, each.stage) for each in found()] == [(Kind.DELETE, Stage.OPEN)]

    def test_the_answer_is_the_same_whether_anything_is_held(self, app, client, article, sent):
        write(article, app, "Halo", name="Siti")
        with transaction():
            db.session.execute(db.text("UPDATE comment SET email = :a"), {"a": SITI})
        pages = set()
        for address in (SITI, SITI, "tidak-ada@contoh.id"):
            answer = ask(client, email=address)
            pages.add((answer.status_code, answer.location, client.get(answer.location).text))
        assert len(pages) == 1

    def test_admins_are_told_once_it_is_confirmed(self, app, client, sent):
        admin = account("Bu Camat", Role.ADMIN)
        with transaction():
            held = User.held(admin.id)
            held.email, held.notices = "camat@desa.example", Notices.DAILY
            held.confirmed_at = now()
        ask(client, email=SITI, name="Klik judi.example")
        assert sent.to("camat@desa.example") == []
        press(client, confirm_link(sent.to(SITI)[0]))
        (mail,) = sent.to("camat@desa.example")
        assert "/admin/data-requests/1" in text(mail)
        assert "judi" not in mail.as_string()

    def test_of_what_anybody_can_send_they_are_told_once_an_hour(self, app, client, sent):
        admin = account("Bu Camat", Role.ADMIN)
        with transaction():
            held = User.held(admin.id)
            held.email, held.notices = "camat@desa.example", Notices.DAILY
            held.confirmed_at = now()
        for number in range(3):
            ask(client, name=f"Siti {number}")
        db.session.rollback()
        (waiting,) = db.session.query(OutgoingMail)
        assert (waiting.recipient, sent) == ("camat@desa.example", [])
        assert waiting.due_at > now() + timedelta(minutes=50)

    def test_a_link_that_is_none_of_ours_is_gone(self, client):
        for token in ("x", "1.2.x", "9.9999999999.x", "٣.1.x"):
            assert client.get(f"{PAGE}/konfirmasi/{token}").status_code == 410
            data = {"answer": "yes"}
            assert client.post(f"{PAGE}/konfirmasi/{token}", data=data).status_code == 410


class TestWithoutAddress:
    def test_the_office_confirms_it(self, client, sent):
        answer = ask(client, name="Siti", kind="delete")
        (request,) = found()
        assert (request.stage, request.is_mailed) == (Stage.UNCONFIRMED, False)
        assert f"<b>{request.id}</b>" in client.get(answer.location).text
        assert sent == []

    @pytest.mark.parametrize("settings", [{}])
    def test_so_it_is_where_no_mail_is_set_up(self, client, sent):
        answer = ask(client, email=SITI)
        (request,) = found()
        assert (request.email, request.is_mailed) == (SITI, False)
        assert "kantor" in client.get(answer.location).text

    @pytest.mark.parametrize("htmx", [True, False])
    def test_the_private_link_of_a_comment_is_known(self, client, url, sent, htmx):
        answer = client.comment(url, htmx=htmx, body="Komentar saya.", name="Siti")
        page = soup(answer) if htmx else client.page("/comments/own")
        link = page.select_one("a[href*='/comments/'][href*='/edit']")["href"]
        ask(client, link=f"https://desa.example{link}")
        assert [(each.comment_id, each.is_author) for each in found()] == [(1, True)]

    def test_that_of_a_page_on_which_it_waits_only_helps_to_find_it(self, app, client, article):
        (comment,) = write(article, app, "Halo", name="Siti")
        token = signing.sign(app.config["PNPM"].secret_key, WAITING_PURPOSE, str(comment.id))
        ask(client, link=f"https://desa.example/2012/12/x.html?waiting={token}#status")
        assert [(each.comment_id, each.is_author) for each in found()] == [(comment.id, False)]

    @pytest.mark.parametrize("settings", [{}])
    def test_a_stranger_s_with_the_same_address_does_not_stand_in_the_way(self, client):
        ask(client, email=SITI, name="Orang lain")
        ask(client, email=SITI, name="Siti")
        assert [each.name for each in found()] == ["Orang lain", "Siti"]

    def test_another_link_is_taken_and_nothing_is_said_of_it(self, client):
        good = ask(client, link="https://desa.example/comments/1.x/edit")
        assert (good.status_code, [each.comment_id for each in found()]) == (303, [None])


class TestLimits:
    def test_one_network_has_a_few_an_hour(self, client):
        answers_ = [ask(client, name=f"Siti {number}").status_code for number in range(6)]
        assert answers_ == [303] * 5 + [429]
        with transaction():
            moved = now() - timedelta(hours=2)
            db.session.execute(update(attempts).values(asked_at=moved))
        assert ask(client, name="Siti").status_code == 303

    def test_what_was_under_way_counts_as_well(self, client, sent):
        codes = [ask(client, email=SITI).status_code for _number in range(6)]
        assert codes == [303] * 5 + [429]

    def test_one_wider_network_has_a_few_a_day(self, client, monkeypatch):
        monkeypatch.setattr(intake, "MOST_FROM_WIDER", 3)
        codes = [ask_from(client, f"2001:db8:1:{number:x}::1", name="Siti") for number in range(5)]
        assert codes == [303] * 3 + [429] * 2
        assert ask_from(client, "2001:db8:2::1", name="Siti") == 303

    def test_those_without_an_address_do_not_shut_out_those_with_one(
        self, client, sent, monkeypatch
    ):
        monkeypatch.setattr(intake, "MOST_IN_ALL", 2)
        assert [ask(client, name="x").status_code for _number in range(3)] == [303, 303, 429]
        assert ask(client, email=SITI).status_code == 303

    def test_they_are_kept_for_a_day(self, client):
        ask(client, name="Siti")
        with transaction():
            db.session.execute(update(attempts).values(asked_at=now() - timedelta(days=2)))
            intake.forget_old(db.session.connection())
        assert db.session.execute(db.select(attempts)).all() == []

    def test_what_was_typed_stays(self, client, monkeypatch):
        monkeypatch.setattr(intake, "MOST_IN_ALL", 0)
        answer = ask(client, name="Siti", words="Tolong.")
        assert answer.status_code == 429
        assert soup(answer).select_one("#words").text.strip() == "Tolong."


class TestRetention:
    def age(self, days):
        moment = now() - timedelta(days=days)
        with transaction():
            values = {"created_at": moment, "confirmed_at": moment, "answered_at": moment}
            known = {
                name: value
                for name, value in values.items()
                if getattr(found()[0], name) is not None
            }
            db.session.execute(update(DataRequest).values(known))

    def tidy(self):
        tidy(now().date() + timedelta(days=1))

    @pytest.mark.engines
    def test_one_that_nobody_confirms_goes_with_its_mail(self, client, sent):
        sent.fault = intake.Invalid("x")
        ask(client, email=SITI)
        self.age(4)
        self.tidy()
        assert found() == [] == list(db.session.query(OutgoingMail))

    @pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
    def test_one_without_an_address_waits_for_a_month(self, client, days, left):
        ask(client, name="Siti")
        self.age(days)
        self.tidy()
        assert len(found()) == left

    @pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
    def test_one_that_was_answered_is_kept_for_a_month(self, client, sent, days, left):
        ask(client, email=SITI)
        press(client, confirm_link(sent[0]))
        with transaction():
            answers.answer(intake.held(1), "Baik.", False, "Bu Camat")
        self.age(days)
        self.tidy()
        assert len(found()) == left

    @pytest.mark.engines
    def test_one_that_is_open_is_kept(self, client, sent):
        ask(client, email=SITI)
        press(client, confirm_link(sent[0]))
        self.age(99)
        self.tidy()
        assert len(found()) == 1

    def test_the_log_has_that_there_was_one_and_not_whose(self, client, sent):
        ask(client, email=SITI, name="Siti Rahmawati")
        press(client, confirm_link(sent[0]))
        entries = [str([entry.before, entry.after]) for entry in db.session.query(AuditEntry)]
        assert entries and not re.search("siti", "".join(entries), re.IGNORECASE)


class TestCopy:
    @pytest.fixture
    def link(self, app, client, article, sent):
        (comment,) = write(article, app, "Rumah saya di sini.", name="Siti")
        ask(client, email=SITI)
        press(client, confirm_link(sent[0]))
        with transaction():
            request = intake.held(1)
            answers.choose(request, [f"comment-{comment.id}"])
            answers.answer(request, "Ini datanya.", True, "Bu Camat")
            answers.mail(request)
        ask(client, name="lain")  # whose answer sends the mail
        mail = sent.to(SITI)[-1]
        assert "Ini datanya." in text(mail)
        (link,) = [each for each in links(mail) if "/salinan/" in each]
        return link

    def test_the_mailed_link_opens_it_and_has_it_as_json(self, client, link):
        page = client.page(link)
        assert "Rumah saya di sini." in page.text
        copy = json.loads(client.get(f"{link}/data.json").text)
        (comment,) = copy["comments"]
        assert (comment["name"], comment["text"]) == ("Siti", "Rumah saya di sini.")
        assert found()[0].stage is Stage.DELIVERED

    def test_it_is_good_for_two_weeks(self, client, link):
        with transaction():
            moved = found()[0].answered_at - timedelta(days=15)
            db.session.execute(update(DataRequest).values(answered_at=moved))
        assert client.get(link).status_code == 410
        assert client.get(f"{link}/data.json").status_code == 410

    def test_a_forged_one_opens_nothing(self, client, link):
        assert client.get(link[:-1] + "x").status_code == 410
