"""A forgotten password: a link by mail, once, for half an hour, and nothing that tells which names
there are.
"""

import re
from datetime import timedelta

import pytest

from pnpm.accounts.models import Role, User
from pnpm.audit import password_reset
from pnpm.audit.models import AuditEntry
from pnpm.db import db, now, transaction
from pnpm.mail import links, outbox
from tests.admin.conftest import PASSWORD, account, token
from tests.conftest import soup, use_mail

PAGE, NEW = "/admin/forgotten", "kata yang sama sekali lain"


@pytest.fixture
def officer(app):
    """An officer with an address."""
    user = account("Bu Camat", Role.ADMIN)
    with transaction():
        found = db.session.get(User, user.id)
        found.email, found.confirmed_at = "camat@desa.example", now()
    return user


def ask(client, name="Bu Camat"):
    return client.post(PAGE, data={**token(client, PAGE), "username": name})


def link(server):
    return re.search(rf"https://desa\.example({PAGE}/\S+)", server.texts()[-1]).group(1)


def choose(client, path, password=NEW):
    page = soup(client.get(path))
    value = page.select_one("#forgotten-form [name=csrf_token]")["value"]
    return client.post(path, data={"csrf_token": value, "password": password})


@pytest.mark.engines
def test_its_owner_chooses_another_and_every_session_ends(
    mailing, mail_server, client, officer, sign_in
):
    elsewhere = sign_in(officer)
    assert "Periksa surel Anda" in ask(client).text
    path = link(mail_server)
    answer = choose(client, path)
    assert (answer.status_code, answer.location) == (303, "/admin/login")
    assert elsewhere.get("/admin/").status_code == 303
    assert client.get(path).status_code == 410  # it was used
    assert client.post(path, data={"password": "sekali lagi yang lain"}).status_code == 410
    db.session.expire_all()
    assert db.session.get(User, officer.id).knows(NEW)
    (entry,) = db.session.query(AuditEntry)
    assert (entry.who, entry.action, entry.after["by_mail"]) == ("Bu Camat", "password", True)


def test_the_second_factor_stays(mailing, mail_server, client, officer):
    with transaction():
        db.session.get(User, officer.id).second_factor = "JBSWY3DPEHPK3PXP"
    ask(client)
    choose(client, link(mail_server))
    sent = {**token(client), "username": "Bu Camat", "password": NEW}
    assert client.post("/admin/login", data=sent).location == "/admin/login/code"


def test_a_weak_password_is_refused_and_the_link_stays_good(mailing, mail_server, client, officer):
    ask(client)
    assert choose(client, link(mail_server), "pendek").status_code == 422
    assert choose(client, link(mail_server)).status_code == 303


def test_half_an_hour_later_it_is_over(mailing, mail_server, client, officer, monkeypatch):
    ask(client)
    path, later = link(mail_server), now() + timedelta(minutes=31)
    monkeypatch.setattr(links, "now", lambda: later)
    assert client.get(path).status_code == 410


def test_a_mail_that_comes_too_late_is_not_sent(mailing, mail_server, client, officer, monkeypatch):
    later = now() + timedelta(minutes=31)
    monkeypatch.setattr(password_reset, "now", lambda: later - timedelta(minutes=31))
    with transaction():
        password_reset.ask(mailing.config["PNPM"].secret_key, "Bu Camat")
    monkeypatch.setattr(password_reset, "now", lambda: later)
    from pnpm.web.mail import deliver

    assert (deliver().sent, mail_server.messages) == (1, [])


def test_a_new_address_ends_what_was_sent_to_the_old_one(mailing, mail_server, client, officer):
    ask(client)
    with transaction():
        db.session.get(User, officer.id).email = "lain@desa.example"
    assert client.get(link(mail_server)).status_code == 410


def test_the_answer_is_the_same_for_a_name_that_nobody_has(
    mailing, mail_server, client, officer, monkeypatch
):
    account("Rudi", Role.MODERATOR)  # who has no address
    rows = []
    add = outbox.add
    monkeypatch.setattr(outbox, "add", lambda *given, **more: rows.append(add(*given, **more)))
    answers = [ask(client, name) for name in ("Bu Camat", "Siapa Saja", "Rudi")]
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1
    assert len(rows) == 3  # each is a row, whoever it is
    assert [message["To"] for message in mail_server.messages] == ["camat@desa.example"]
    assert mail_server.connections == 3  # and a connection


@pytest.mark.engines
def test_one_name_gets_few_mails_and_one_address_asks_for_few(
    mailing, mail_server, client, officer
):
    answers = [ask(client) for _time in range(12)]
    assert len(mail_server.messages) == 3
    assert [answer.status_code for answer in answers][-1] == 429


@pytest.mark.parametrize("lack", ["mail", "address"])
def test_without_mail_or_an_address_of_the_site_it_is_not_offered(
    app, mail_server, client, officer, lack
):
    if lack == "address":
        use_mail(app, mail_server.url, site_url="")
    assert "forgotten" not in client.get("/admin/login").text
    assert client.get(PAGE).status_code == client.post(PAGE).status_code == 404


def test_the_sign_in_offers_it(mailing, client, officer):
    assert client.page("/admin/login").select_one(f"a[href='{PAGE}']")


@pytest.mark.parametrize(("role", "is_offered"), [(Role.ADMIN, True), (Role.MODERATOR, False)])
def test_without_a_setting_the_site_is_where_an_admin_signed_in(
    app, mail_server, client, sign_in, role, is_offered
):
    use_mail(app, mail_server.url, site_url="")
    sign_in(account("Pak Sekdes", role), PASSWORD)
    assert ("forgotten" in client.get("/admin/login").text) == is_offered


def test_a_forged_host_does_not_lead_the_link_elsewhere(mailing, mail_server, client, officer):
    evil = {"base_url": "http://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}
    value = soup(client.get(PAGE, **evil)).select_one("[name=csrf_token]")["value"]
    client.post(PAGE, data={"csrf_token": value, "username": "Bu Camat"}, **evil)
    assert "desa.example" in mail_server.texts()[-1]
    assert "evil" not in mail_server.texts()[-1]


def test_a_foreign_token_is_none(mailing, mail_server, client, officer):
    ask(client)
    path = link(mail_server)
    for forged in (
        path[:-1] + "x",
        path.replace(f"/{officer.id}.", "/1."),
        f"{PAGE}/1",
        f"{PAGE}/1.2.é",
        PAGE + "/..1",
    ):
        assert client.get(forged).status_code == 410, forged
    assert PASSWORD != NEW
