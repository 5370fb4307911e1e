"""What is decided about subscriptions where several processes decide at once, and addresses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pnpm.comments.subscriptions import choices, mailboxes, notices, opt_in
from pnpm.comments.subscriptions.opt_in import Scope
from pnpm.comments.subscriptions.tables import requests, subscribers, subscriptions
from pnpm.db import db, now, transaction
from pnpm.mail import outbox
from pnpm.mail.models import OutgoingMail
from tests.conftest import at_once, publish, write

pytestmark = pytest.mark.engines

SITI = "siti@contoh.id"


def ask(article, config, address=SITI, network="192.0.2.1", scope=Scope.ALL):
    with transaction():
        opt_in.ask(db.session.connection(), article.id, address, scope, network, config)


def follow(article, config, address=SITI, scope=Scope.ALL):
    ask(article, config, address, scope=scope)
    with transaction():
        connection = db.session.connection()
        number = connection.scalar(select(subscribers.c.id).where(subscribers.c.address == address))
        owner = choices.subscriber(connection, number)
        assert choices.decide(connection, owner, article.id, scope, config)
    return owner


def count(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def mails():
    """How many mails go to somebody."""
    db.session.rollback()
    return len(db.session.scalars(outbox.waiting().where(OutgoingMail.recipient != "")).all())


def test_asked_by_many_at_once_it_is_one_mail(app, article, config):
    at_once(app, *[lambda: ask(article, config)] * 6)
    assert [count(table) for table in (subscribers, subscriptions, requests)] == [1, 1, 1]
    assert mails() == 1


def test_the_limit_of_a_mailbox_holds_at_once(app, config):
    articles = [publish(f"Artikel {number}", now() - timedelta(days=1)) for number in range(8)]
    deeds = [
        lambda article=article, number=number: ask(article, config, network=f"198.51.100.{number}")
        for number, article in enumerate(articles)
    ]
    at_once(app, *deeds)
    assert mails() == opt_in.MOST_TO_MAILBOX


def test_confirmed_and_stopped_at_once_it_is_one_of_both(app, article, config):
    owner = follow(article, config)

    def stop():
        with transaction():
            choices.stop(db.session.connection(), owner, article.id)

    def decide():
        with transaction():
            return choices.decide(db.session.connection(), owner, article.id, Scope.REPLIES, config)

    at_once(app, stop, decide, stop, decide)
    assert (count(subscribers), count(subscriptions)) == (0, 0)


def test_spread_by_two_at_once_a_comment_is_told_once(app, article, config):
    follow(article, config)
    told = write(article, app, "satu", "dua")

    def spread():
        with transaction():
            notices.spread(db.session.connection(), [comment.id for comment in told])

    at_once(app, spread, spread, spread)
    mails = db.session.scalars(outbox.waiting().where(OutgoingMail.kind == opt_in.NEWS)).all()
    assert [mail.data["numbers"] for mail in mails] == [[1, 2]]


def test_the_mails_of_who_is_forgotten_go_too_waiting_or_failed(app, article, config):
    owner = follow(article, config)
    (comment,) = write(article, app, "satu")
    with transaction():
        notices.spread(db.session.connection(), [comment.id])
    assert count(OutgoingMail) == 2
    mail = outbox.claim()
    outbox.fail(mail, "recipient")
    with transaction():
        choices.stop(db.session.connection(), owner)
    assert count(OutgoingMail) == 0


def test_how_many_follow_counts_who_has_confirmed(app, article, config):
    follow(article, config)
    ask(article, config, "budi@contoh.id")
    assert choices.count(db.session.connection(), article.id) == 1


def test_who_asks_from_many_addresses_of_one_network_is_one(app, article, config):
    for number in range(opt_in.MOST_FROM_NETWORK + 2):
        ask(article, config, f"a{number}@contoh.id", network=f"2001:db8:0:1::{number:x}")
    assert mails() == opt_in.MOST_FROM_NETWORK


def test_another_secret_key_leaves_old_links_alone(app, article, config):
    owner = follow(article, config)
    other = replace(config, secret_key="yang lain")
    with transaction():
        connection = db.session.connection()
        found = choices.subscriber_of(connection, owner.token)
        assert choices.decide(connection, found, article.id, Scope.REPLIES, other)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("siti@contoh.id", "siti@contoh.id"),
        ("Siti@CONTOH.Id", "Siti@contoh.id"),
        ("siti+desa@contoh.id", "siti+desa@contoh.id"),
        ("siti@désa.id", "siti@xn--dsa-bma.id"),
        ("siti@contoh.xn--p1ai", "siti@contoh.xn--p1ai"),
        ("siti@contoh", None),
        ("siti@@contoh.id", None),
        (".siti@contoh.id", None),
        ("si..ti@contoh.id", None),
        ("síti@contoh.id", None),
        ("siti@contoh.id\n", None),
        ("siti@contoh.id,budi@contoh.id", None),
        ("siti@192.0.2.1", None),
        ("siti@-contoh.id", None),
        ("siti@con_toh.id", None),
        ("siti@" + "é" * 63 + ".id", None),
        ("", None),
    ],
)
def test_an_address_is_stored_as_it_is_mailed_to(typed, stored):
    assert mailboxes.normalized(typed) == stored


def test_spellings_of_one_mailbox_are_one_and_others_are_not():
    def hashed(address):
        return mailboxes.hashed("kunci", address)

    alike = ["siti.aminah@contoh.id", "sitiaminah@contoh.id", "SitiAminah+x@contoh.id"]
    assert len({hashed(address) for address in alike}) == 1
    assert len({hashed("+@contoh.id"), hashed("+a@contoh.id"), hashed("siti@lain.id")}) == 3
    assert "siti" not in hashed("siti@contoh.id")
