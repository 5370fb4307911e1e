"""Mail goes from the outbox to a real server: once, or later, or never with the reason."""

from datetime import timedelta

import pytest

from pnpm.db import db, now, transaction
from pnpm.mail import outbox, smtp
from pnpm.mail.models import OutgoingMail
from pnpm.web import mail
from pnpm.web.mail import compose, deliver
from tests.conftest import use_mail

pytestmark = pytest.mark.engines


@pytest.fixture(autouse=True)
def writer(monkeypatch):
    """A kind of mail that says a word."""
    monkeypatch.setattr(smtp, "SECONDS", 2)
    monkeypatch.setattr(mail, "REST", 0)

    def write(row):
        if row.data["word"] is None:
            return None
        return compose(row, row.data["word"], template="test", address=row.data["word"])

    monkeypatch.setitem(mail.WRITERS, "word", write)


def add(*words, **more):
    with transaction():
        for word in words:
            recipient = f"{word}@warga.example"
            outbox.add(db.session.connection(), "word", recipient, {"word": word}, **more)


def left():
    db.session.rollback()
    return list(db.session.scalars(outbox.waiting()))


def failed():
    db.session.rollback()
    return [(row.recipient, row.error) for row in db.session.scalars(outbox.failed())]


def test_what_waits_is_sent_by_one_connection_and_is_gone(mailing, mail_server):
    add("satu", "dua")
    assert deliver().sent == 2
    assert [to for _from, to in mail_server.envelopes] == [
        ["satu@warga.example"],
        ["dua@warga.example"],
    ]
    assert (left(), mail_server.connections) == ([], 1)


def test_a_message_is_plain_text_with_an_html_part_and_asks_nobody_else_for_anything(
    mailing, mail_server
):
    add("satu")
    deliver()
    (message,) = mail_server.messages
    html = message.get_body(("html",)).get_content()
    assert "satu" in mail_server.texts()[0] and "<img" not in html and "http" not in html
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"].addresses[0].addr_spec == "situs@desa.example"


def test_what_has_nothing_to_say_any_more_is_done(mailing, mail_server):
    with transaction():
        outbox.add(db.session.connection(), "word", "a@warga.example", {"word": None})
    assert (deliver().sent, mail_server.messages, left()) == (1, [], [])


def test_the_same_key_is_one_mail_until_it_is_sent(mailing, mail_server):
    add("satu", "dua", key="k")
    deliver()
    add("tiga", key="k")
    deliver()
    assert [to[0][:4] for _from, to in mail_server.envelopes] == ["satu", "tiga"]


def test_what_is_due_later_waits(mailing, mail_server):
    add("satu", due_at=now() + timedelta(minutes=1))
    assert (deliver().sent, len(left())) == (0, 1)


def test_a_transaction_that_is_rolled_back_mails_nothing(mailing, mail_server):
    with pytest.raises(ZeroDivisionError), transaction():
        outbox.add(db.session.connection(), "word", "a@warga.example", {"word": "a"})
        raise ZeroDivisionError
    assert (deliver().sent, left()) == (0, [])


def test_numbers_of_one_key_are_told_in_one_mail_but_not_in_one_that_is_being_sent(mailing):
    def tell(*numbers):
        with transaction():
            connection = db.session.connection()
            outbox.add_to(connection, "n", "a@b.example", {}, numbers, key="k", due_at=now())

    tell(1, 2)
    tell(2, 3)
    assert [row.data for row in left()] == [{"numbers": [1, 2, 3]}]
    assert outbox.claim().data == {"numbers": [1, 2, 3]}
    tell(4)
    tell(5)
    assert [row.data["numbers"] for row in left()] == [[1, 2, 3], [4, 5]]


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("refuse", "recipient: 550 5.1.1 No such user"),
        ("reject", "content: 554 5.7.1 Spam"),
    ],
)
def test_what_the_server_refuses_for_good_is_kept_with_its_reason(
    mailing, mail_server, mode, error
):
    mail_server.mode = mode
    add("satu", "dua")
    assert deliver().failed == 2
    assert failed()[0][1] == error
    mail_server.mode = "take"
    with transaction():
        assert outbox.again([row.id for row in db.session.scalars(outbox.failed())]) == 2
    assert deliver().sent == 2


@pytest.mark.parametrize("mode", ["silent", "hang"])
def test_a_server_that_hangs_is_left_alone_until_later(mailing, mail_server, mode, monkeypatch):
    monkeypatch.setattr(smtp, "SECONDS", 0.3)
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(mail, "REST", 60)
    mail_server.mode = mode
    add("satu", "dua")
    found = deliver()
    assert (found.postponed, str(found.fault)) == (1, "slow")
    assert deliver(seconds=10) == mail.Delivered()  # this process rests, and others find none due
    assert all(row.due_at > now() + timedelta(seconds=50) for row in left())


def test_what_the_server_takes_later_is_tried_after_growing_pauses_for_five_days(
    mailing, mail_server, monkeypatch
):
    mail_server.mode = "later"
    add("satu")
    moment, pauses = now(), []
    for name in (outbox, mail):
        monkeypatch.setattr(name, "now", lambda: moment)
    while rows := left():
        pauses.append(rows[0].due_at - moment)
        moment = max(moment, rows[0].due_at) + timedelta(seconds=1)
        deliver()
    assert pauses[1:4] == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]
    assert timedelta(days=4) < sum(pauses, timedelta()) <= timedelta(days=5)
    assert failed()[0][1].startswith("later: 451 4.7.1")


def test_a_server_that_dies_in_the_middle_may_get_a_mail_twice_and_loses_none(mailing, mail_server):
    mail_server.mode = "die"
    add("satu", "dua", "tiga")
    for _try in range(6):
        with transaction():
            db.session.query(OutgoingMail).update({"due_at": now() - timedelta(minutes=1)})
        deliver()
    came = [to[0].partition("@")[0] for _from, to in mail_server.envelopes]
    assert ({*came}, left()) == ({"satu", "dua", "tiga"}, [])
    ids = [message["Message-ID"] for message in mail_server.messages]
    assert len({*ids}) == 3  # by which programs know the same again


def test_two_processes_do_not_claim_the_same(mailing):
    add("satu")
    assert outbox.claim() is not None
    assert outbox.claim() is None


def test_a_claim_of_a_process_that_died_runs_out(mailing, monkeypatch):
    add("satu")
    first = outbox.claim()
    later = now() + outbox.CLAIM + timedelta(seconds=1)
    monkeypatch.setattr(outbox, "now", lambda: later)
    second = outbox.claim()
    assert (first.id, second.attempts) == (second.id, 2)
    outbox.sent(first)  # whose claim it is no more
    assert len(left()) == 1


def test_without_starttls_nothing_is_sent_unless_the_host_gives_it_up(app):
    from tests.smtp_server import running

    with running(has_auth=False) as server:
        use_mail(app, server.url.removesuffix("&starttls=off"))
        add("satu")
        assert str(deliver().fault) == "no tls"
        with transaction():
            db.session.query(OutgoingMail).update({"due_at": now() - timedelta(minutes=1)})
        use_mail(app, server.url)
        assert deliver().sent == 1


def test_a_certificate_that_nobody_vouches_for_is_not_believed(mailing, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    add("satu")
    assert str(deliver().fault).startswith("certificate: ")


def test_a_wrong_password_is_said_without_it(app, mail_server):
    use_mail(app, mail_server.url.replace("rahasia", "salah"))
    add("satu")
    assert str(deliver().fault) == "login: 535"


def test_a_kind_that_cannot_be_written_stops_no_other(mailing, mail_server):
    with transaction():
        outbox.add(db.session.connection(), "none", "a@warga.example", {})
        outbox.add(db.session.connection(), "word", "a@warga.example", {})
    add("satu")
    assert (deliver().sent, len(failed())) == (1, 2)


def test_without_an_address_of_the_site_mail_waits(app, mail_server):
    use_mail(app, mail_server.url, site_url="")
    add("satu")
    assert (deliver().sent, len(left())) == (0, 1)
