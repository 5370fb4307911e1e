"""How a comment comes in, by the clock: once in a day without a nonce, within a limit that moves on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pnpm.config import Limit
from pnpm.database import connected, db, writing
from pnpm.models import Comment
from pnpm.models.draft import Draft
from pnpm.models.reception import Closed, TooMany, receive

MONTHS_END = datetime(2026, 7, 31, 23, 59, tzinfo=UTC)


@pytest.fixture
def send(app, article):
    """Send a comment at a moment, and commit."""

    def send(moment, body="x", nonce="", address="192.0.2.1", **config):
        draft = Draft("Siti", "", "", body, body, nonce=nonce)
        with connected() as connection, writing(connection):
            return receive(connection, article.id, draft, address, replace(app.config["PNPM"], **config), moment).comment.id

    return send


def count():
    return db.session.scalar(select(func.count(Comment.id)))


@pytest.mark.parametrize(
    ("after", "comments"), [(timedelta(0), 1), (timedelta(minutes=2), 1), (timedelta(hours=23), 1), (timedelta(hours=25), 2)]
)
def test_without_a_nonce_the_address_stands_in_for_a_day_even_over_a_months_end(send, after, comments):
    send(MONTHS_END)
    send(MONTHS_END + after)
    assert count() == comments


def test_without_a_nonce_two_people_may_write_the_same(send):
    send(MONTHS_END)
    send(MONTHS_END, address="192.0.2.2")
    assert count() == 2


def test_with_a_nonce_it_is_one_comment_for_ever_and_from_anywhere(send):
    first = send(MONTHS_END, nonce="n")
    assert send(MONTHS_END + timedelta(days=40), nonce="n", address="198.51.100.1") == first


def test_the_limit_moves_on_and_says_how_long_to_wait(send):
    limit = Limit(1, 600)
    for number in range(10):
        send(MONTHS_END + timedelta(seconds=number), body=str(number), comment_limit=limit)
    with pytest.raises(TooMany) as refusal:
        send(MONTHS_END + timedelta(seconds=100), body="lagi", comment_limit=limit)
    assert refusal.value.seconds == 500
    assert send(MONTHS_END + timedelta(seconds=601), body="lagi", comment_limit=limit)


def test_one_that_was_taken_before_the_limit_or_the_closing_is_still_answered(send, article):
    first = send(MONTHS_END, nonce="n", comment_limit=Limit(1, 600))
    article.comments_open = False
    db.session.commit()
    assert send(MONTHS_END, nonce="n", comment_limit=Limit(1, 600)) == first
    with pytest.raises(Closed):
        send(MONTHS_END, nonce="another")
