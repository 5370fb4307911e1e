"""Mail: what is set, whether the server lets the site in, and what could not be sent."""

from dataclasses import replace

import pytest

from pnpm.accounts.models import Notices, Role, User
from pnpm.config import mail_server
from pnpm.db import db, transaction
from pnpm.diagnostics import dns
from pnpm.diagnostics.checks import mail
from pnpm.mail import outbox
from pnpm.site_settings import Setting
from pnpm.web import site_address

URL = "smtp://situs%40desa.example:rahasia@127.0.0.1:{port}?from=situs@desa.example"


def test_without_mail_nothing_is_amiss_unless_an_officer_waits_for_it(look, config):
    assert look(mail.links, config).is_fine
    with transaction():
        user = User.add("Bu Camat", Role.ADMIN, "sawah luas sekali")
        user.email, user.notices = "camat@desa.example", Notices.EACH
    assert "PNPM_MAIL_URL" in look(mail.links, config).words


def test_where_links_lead_is_set_by_the_host(look, config):
    mailing = replace(config, mail_url=mail_server(URL.format(port=25)))
    assert not look(mail.links, mailing).is_fine
    with transaction():
        Setting.keep(site_address.NAME, "https://desa.example")
    found = look(mail.links, mailing)
    assert found.is_fine and "https://desa.example" in found.words


def test_the_server_lets_the_site_in(look, config, mail_server):
    assert look(mail.mail_server, of(config, mail_server.url)).is_fine


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda url: url.replace("rahasia", "salah"), "menolak nama atau kata sandi"),
        (lambda url: url.replace("localhost", "127.0.0.1"), "sertifikat"),
        (lambda url: "smtp://localhost:1?from=a@desa.example", "tidak dapat dihubungi"),
        (lambda url: "smtp://tidak-ada.invalid?from=a@desa.example", "tidak dikenal"),
    ],
)
def test_what_is_wrong_with_the_server_is_said_without_the_password(
    look, config, mail_server, spoil, said
):
    found = look(mail.mail_server, of(config, spoil(mail_server.url)))
    assert not found.is_fine
    assert said in found.words and "rahasia" not in found.words


def test_a_server_that_says_nothing_is_not_waited_for_long(look, config, mail_server, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 0.2)
    mail_server.mode = "silent"
    assert "tidak menjawab" in look(mail.mail_server, of(config, mail_server.url)).words


@pytest.mark.parametrize(
    ("records", "is_fine"),
    [(["v=spf1 mx -all"], True), (["lain"], False), ([], False), (None, True)],
)
def test_the_senders_domain_says_who_sends_for_it(look, config, monkeypatch, records, is_fine):
    def texts(domain, seconds):
        if records is None:
            raise dns.Unanswered
        return records

    monkeypatch.setattr(dns, "texts", texts)
    found = look(mail.sender, of(config, URL.format(port=25)))
    assert (found.is_fine, "desa.example" in found.words) == (is_fine, True)


def test_what_could_not_be_sent(look, config):
    assert look(mail.unsent, config) is None
    with transaction():
        outbox.add(db.session.connection(), "word", "a@warga.example", {})
    outbox.fail(outbox.claim(), "recipient: 550")
    db.session.rollback()
    assert not look(mail.unsent, config).is_fine


def of(config, url):
    """The site's settings with that mail server."""
    from pnpm.config import mail_server

    return replace(config, mail_url=mail_server(url))
