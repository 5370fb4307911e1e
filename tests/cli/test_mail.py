"""`flask mail send` and `flask mail test`."""

import pytest

from pnpm.db import db, transaction
from pnpm.mail import outbox
from pnpm.web import mail
from tests.conftest import use_mail


def flask(app, *arguments):
    result = app.test_cli_runner().invoke(args=["mail", *arguments])
    return result.exit_code, result.output


def add():
    with transaction():
        outbox.add(db.session.connection(), "word", "a@warga.example", {})


@pytest.fixture(autouse=True)
def writer(monkeypatch):
    """A kind of mail that says little."""
    monkeypatch.setitem(
        mail.WRITERS, "word", lambda row: mail.compose(row, "kata", template="test", address="")
    )


def test_it_sends_what_is_due_and_is_silent_if_nothing_is(mailing, mail_server):
    add()
    assert flask(mailing, "send") == (0, "Sent: 1. Put off: 0. Failed: 0.\n")
    assert flask(mailing, "send") == (0, "")
    assert len(mail_server.messages) == 1


def test_it_says_what_is_wrong_with_the_server(app):
    use_mail(app, "smtp://a:rahasia@localhost:1?from=a@b.example")
    add()
    code, said = flask(app, "send")
    assert code == 1 and "unreachable" in said and "rahasia" not in said


def test_a_try_arrives_or_says_what_is_wrong(mailing, mail_server):
    assert flask(mailing, "test", "a@warga.example") == (0, "Sent to a@warga.example.\n")
    assert "https://desa.example" in mail_server.texts()[0]
    mail_server.mode = "refuse"
    code, said = flask(mailing, "test", "a@warga.example")
    assert code == 1 and "550 5.1.1 No such user" in said
    code, said = flask(mailing, "test", "bukan alamat")
    assert code == 1 and "no address" in said


@pytest.mark.parametrize("command", [("send",), ("test", "a@b.example")])
def test_where_mail_is_not_set_up_it_says_how(app, command):
    code, said = flask(app, *command)
    assert code == 1 and "PNPM_MAIL_URL" in said


def test_without_an_address_of_the_site_nothing_is_sent(app, mail_server):
    use_mail(app, mail_server.url, site_url="")
    code, said = flask(app, "send")
    assert code == 1 and "PNPM_SITE_URL" in said


def test_an_account_gets_an_address_and_loses_it(app):
    run = app.test_cli_runner()
    run.invoke(args=["user", "add", "Rudi"])
    for arguments, said in (
        (["rudi@desa.example"], "Rudi: rudi@desa.example, notices: each\n"),
        (["rudi@desa.example", "--notices", "daily"], "Rudi: rudi@desa.example, notices: daily\n"),
        (["-"], "Rudi: no address, notices: none\n"),
    ):
        assert run.invoke(args=["user", "mail", "Rudi", *arguments]).output == said
    assert run.invoke(args=["user", "mail", "Rudi", "bukan alamat"]).exit_code == 1
    assert run.invoke(args=["user", "mail", "Siapa", "a@b.example"]).exit_code == 1
