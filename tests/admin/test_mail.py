"""The office's page of mail: what failed with the reason, tried again or thrown away; and an
officer's own address.
"""

from datetime import timedelta

import pytest

from pnpm.accounts.models import Notices, User
from pnpm.audit.models import AuditEntry
from pnpm.db import db, now, transaction
from pnpm.mail import outbox
from pnpm.web import mail
from pnpm.web.mail import compose, deliver
from tests.admin.conftest import PASSWORD, send, token

PAGE = "/admin/mail"


@pytest.fixture(autouse=True)
def writer(monkeypatch):
    """A kind of mail that says little."""
    monkeypatch.setattr(mail, "REST", 0)
    monkeypatch.setitem(
        mail.WRITERS, "word", lambda row: compose(row, "kata", template="test", address="")
    )


@pytest.fixture
def failed(mailing, mail_server):
    """The number of a mail that the server has refused for good."""
    with transaction():
        outbox.add(db.session.connection(), "word", "salah@warga.example", {})
    mail_server.mode = "refuse"
    deliver()
    mail_server.mode = "take"
    db.session.rollback()
    return db.session.scalars(outbox.failed()).one().id


def entries():
    db.session.rollback()
    return [
        (entry.action, entry.subject, entry.number, entry.after)
        for entry in db.session.query(AuditEntry)
    ]


def test_what_failed_is_shown_with_the_reason_in_words_and_the_servers(office, failed):
    text = office.page(PAGE).select_one(f"#mail-{failed}").text
    assert "salah@warga.example" in text
    assert "alamat penerimanya ditolak" in text and "550 5.1.1 No such user" in text


def test_one_is_not_offered_as_all(office, failed):
    actions = [form["action"] for form in office.page(PAGE).select("main form")]
    assert actions == [f"{PAGE}/{failed}/again", f"{PAGE}/{failed}/removal"]


def test_the_first_page_says_so(office, failed):
    assert "1 surel tidak dapat dikirim" in office.page("/admin/").select_one("#unsent").text


@pytest.mark.engines
@pytest.mark.parametrize("path", ["again", "{}/again"])
def test_it_is_tried_again_at_once(office, mail_server, failed, path):
    answer = send(office, f"{PAGE}/{path.format(failed)}", PAGE)
    assert answer.status_code == 303
    assert len(mail_server.messages) == 1
    assert entries() == [("mail", "mail", failed, {"again": 1})]
    assert not office.page("/admin/").select_one("#unsent")


@pytest.mark.engines
def test_it_is_thrown_away(office, mail_server, failed):
    assert send(office, f"{PAGE}/{failed}/removal", PAGE).status_code == 303
    assert outbox.counted() == (0, 0)
    assert entries() == [("mail", "mail", failed, {"discarded": 1})]
    assert send(office, f"{PAGE}/{failed}/removal", PAGE).status_code == 404


def test_what_is_being_sent_is_not_thrown_away(office, mailing):
    with transaction():
        outbox.add(db.session.connection(), "word", "a@warga.example", {})
    claimed = outbox.claim()
    assert send(office, f"{PAGE}/{claimed.id}/removal", PAGE).status_code == 404


class TestAnOfficersAddress:
    OWN = "/admin/account/mail"

    def save(self, client, **more):
        return send(
            client,
            self.OWN,
            self.OWN,
            **{
                "email": "camat@desa.example",
                "notices": "hourly",
                "current": PASSWORD,
                **more,
            },
        )

    @pytest.mark.engines
    def test_it_is_stored_with_the_choice_and_logged_without_the_address(self, office, admin):
        assert self.save(office).status_code == 303
        db.session.expire_all()
        user = db.session.get(User, admin.id)
        assert (user.email, user.notices) == ("camat@desa.example", Notices.HOURLY)
        ((action, subject, number, after),) = entries()
        assert (action, subject, number, after["notices"]) == (
            "contact",
            "user",
            admin.id,
            "hourly",
        )
        assert "camat@" not in str(after)
        assert "camat@desa.example" in office.page("/admin/account").text

    @pytest.mark.parametrize(
        "more",
        [
            {"current": "salah sekali"},
            {"email": "bukan alamat"},
            {"email": "a@b.example\r\nBcc: c@d.example"},
            {"email": "é@desa.example"},
            {"email": ""},
            {"email": "x" * 300 + "@desa.example"},
            {"notices": "apa"},
        ],
    )
    def test_what_does_not_fit_is_refused(self, office, admin, more):
        assert self.save(office, **more).status_code == 422
        db.session.expire_all()
        assert db.session.get(User, admin.id).email == ""

    def test_an_admin_sets_anothers(self, office, moderator):
        page = f"/admin/users/{moderator.id}"
        sent = {"email": "rudi@desa.example", "notices": "each"}
        assert send(office, f"{page}/mail", page, **sent).status_code == 303
        db.session.expire_all()
        assert db.session.get(User, moderator.id).email == "rudi@desa.example"

    def test_what_waits_goes_to_the_new_address(self, office, admin, mailing):
        from pnpm.audit.contact import keys_of

        with transaction():
            key = keys_of(admin)[0]
            due_at = now() + timedelta(hours=1)
            connection = db.session.connection()
            outbox.add(connection, "notice", "lama@desa.example", {}, key=key, due_at=due_at)
        self.save(office)
        db.session.rollback()
        assert [row.recipient for row in db.session.scalars(outbox.waiting())] == [
            "camat@desa.example"
        ]

    def test_without_the_sites_own_setting_its_address_is_the_officers(self, office, app):
        from pnpm.web import site_address

        assert site_address.known() == ""
        self.save(office)
        assert site_address.known() == "http://localhost"
        assert token(office, self.OWN)
