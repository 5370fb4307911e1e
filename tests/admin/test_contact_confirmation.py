"""An officer's address is used once its owner has confirmed it: with the mail, and signed in."""

import re
from datetime import timedelta

import pytest

from pnpm.accounts.models import Notices, User
from pnpm.audit.models import AuditEntry
from pnpm.db import db, now, transaction
from pnpm.mail import links, outbox
from pnpm.web.mail import deliver
from tests.admin.conftest import PASSWORD, send
from tests.conftest import use_mail, write

OWN = "/admin/account/mail"
pytestmark = pytest.mark.parametrize("settings", [{"MODERATION": "all"}])


def save(client, address="camat@desa.example", **more):
    values = {"email": address, "notices": "each", "current": PASSWORD, **more}
    return send(client, OWN, OWN, **values)


def link(server, number=-1):
    return re.search(r"https://desa\.example(/admin/confirmation/\S+)", server.texts()[number])[1]


def user(found):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(User, found.id)


def confirm(client, path):
    return send(client, path, path)


@pytest.mark.engines
def test_it_is_asked_for_by_mail_and_confirmed_by_the_button(mailing, mail_server, office, admin):
    answer = save(office)
    assert "Buka tautan dalam surel" in office.get(answer.location).text
    (message,) = mail_server.messages
    assert message["To"] == "camat@desa.example"
    path = link(mail_server)
    for _time in range(2):
        assert office.get(path).status_code == 200
    assert not user(admin).is_reached
    assert office.page("/admin/").select_one("#unconfirmed")
    assert confirm(office, path).status_code == 303
    assert user(admin).is_reached
    assert not office.page("/admin/").select_one("#unconfirmed")
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.after["confirmed"]) == ("contact", True)
    assert "mengonfirmasi alamat surel" in office.get("/admin/log").text
    assert confirm(office, path).status_code == 303  # once more changes nothing
    assert db.session.query(AuditEntry).count() == 2


def test_until_then_nothing_goes_there(mailing, mail_server, client, url, article, office, admin):
    save(office)
    client.comment(url, body="Kapan rapat?")
    page = "/admin/forgotten"
    send(app_client(client), page, page, username="Bu Camat")
    assert [message["Subject"] for message in mail_server.messages] == [
        "Konfirmasi alamat surel untuk Bu Camat"
    ]
    confirm(office, link(mail_server))
    client.comment(url, body="Di mana rapatnya?")
    assert "komentar menunggu" in mail_server.messages[-1]["Subject"]


def app_client(client):
    return client.application.test_client()


def test_what_waits_is_not_sent_to_an_address_that_was_not_confirmed(
    mailing, mail_server, article, app, office, admin
):
    (number,) = [comment.id for comment in write(article, app, "Kapan?")]
    with transaction():
        found = db.session.get(User, admin.id)
        found.email, found.notices = "lama@desa.example", Notices.EACH
        found.confirmed_at = now()
        data = {"user": admin.id, "numbers": [number]}
        outbox.add(db.session.connection(), "notice", "lama@desa.example", data, key="notice 1")
    save(office, "baru@desa.example")
    deliver()
    assert [message["To"] for message in mail_server.messages] == ["baru@desa.example"]
    assert "Konfirmasi" in mail_server.messages[0]["Subject"]


def test_another_address_is_confirmed_anew_and_ends_the_old_link(
    mailing, mail_server, office, admin
):
    save(office)
    old = link(mail_server)
    save(office, "lain@desa.example")
    assert office.get(old).status_code == office.post(old).status_code == 410
    confirm(office, link(mail_server))
    assert user(admin).is_reached
    save(office, "lain@desa.example", notices="daily")  # the same address stays confirmed
    assert user(admin).is_reached and len(mail_server.messages) == 2


def test_a_stranger_who_gets_the_mail_confirms_nothing(
    mailing, mail_server, client, office, admin, moderator, sign_in
):
    save(office, "salah.tulis@contoh.id")
    path = link(mail_server)
    assert client.get(path).location.startswith("/admin/login?next=")
    other = sign_in(moderator)
    assert other.get(path).status_code == 410
    value = {"csrf_token": other.page("/admin/account").select_one("[name=csrf_token]")["value"]}
    assert other.post(path, data=value).status_code == 410
    assert office.post(path).status_code == 400  # without the form's token
    assert not user(admin).is_reached


def test_a_link_is_good_for_three_days(mailing, mail_server, office, admin, monkeypatch):
    save(office)
    later = now() + timedelta(days=3, minutes=1)
    monkeypatch.setattr(links, "now", lambda: later)
    assert office.get(link(mail_server)).status_code == 410


def test_what_an_admin_writes_for_another_is_confirmed_by_that_one(
    mailing, mail_server, office, moderator, sign_in
):
    page = f"/admin/users/{moderator.id}"
    send(office, f"{page}/mail", page, email="rudi@desa.example", notices="each")
    assert not user(moderator).is_reached
    assert office.get(link(mail_server)).status_code == 410
    assert confirm(sign_in(moderator), link(mail_server)).status_code == 303
    assert user(moderator).is_reached


def test_asked_for_over_and_over_it_is_mailed_a_few_times(mailing, mail_server, office, admin):
    for _time in range(7):
        save(office)
    assert len(mail_server.messages) == 5


def test_where_mail_is_not_set_up_nobody_is_told_to_look_for_it(app, mail_server, office, admin):
    answer = save(office)
    assert "Buka tautan" not in office.get(answer.location).text
    assert not office.page("/admin/").select_one("#unconfirmed")
    use_mail(app, mail_server.url)
    deliver()
    assert confirm(office, link(mail_server)).status_code == 303


def test_without_an_address_there_is_nothing_to_confirm(mailing, mail_server, office, admin):
    assert save(office, "", notices="none").status_code == 303
    assert mail_server.messages == []


@pytest.mark.parametrize("token", ["1", "x.1.2", "²." * 2 + "3", "9" * 12 + ".1.2", "x" * 5000])
def test_a_forged_link_is_none(office, admin, token):
    assert office.get(f"/admin/confirmation/{token}").status_code == 410


def test_the_hosts_command_confirms(app, admin):
    run = app.test_cli_runner()
    assert run.invoke(args=["user", "mail", "Bu Camat", "camat@desa.example"]).exit_code == 0
    assert user(admin).is_reached
    run.invoke(args=["user", "mail", "Bu Camat", "-"])
    assert not user(admin).is_reached
