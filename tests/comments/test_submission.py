"""How a comment comes in, by the clock: once in a day without a nonce, within a limit that moves
on.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pnpm.articles.models import Article
from pnpm.articles.models import Status as ArticleStatus
from pnpm.comments.models import Comment, Status, Submission
from pnpm.comments.rules import Rules, Verdict
from pnpm.comments.submission import Refusal, Refused, store
from pnpm.config import Limit
from pnpm.db import connected, db, immediate

pytestmark = pytest.mark.engines

MONTHS_END = datetime(2026, 7, 31, 23, 59, tzinfo=UTC)


@pytest.fixture
def send(app, article):
    """Send a comment at a moment, and commit."""

    def send(moment, body="x", nonce="", address="192.0.2.1", verdict=None, **config):
        draft, settings = (
            Submission("Siti", "", "", body, body, nonce=nonce),
            replace(app.config["PNPM"], **config),
        )
        verdict = verdict or Rules().judge(draft, address, settings, None)
        with connected() as connection, immediate(connection):
            received = store(connection, article.id, draft, address, settings, verdict, moment)
            return received.comment.id

    return send


def count():
    return db.session.scalar(select(func.count(Comment.id)))


@pytest.mark.parametrize(
    ("after", "comments"),
    [
        (timedelta(0), 1),
        (timedelta(minutes=2), 1),
        (timedelta(hours=23), 1),
        (timedelta(hours=25), 2),
    ],
)
def test_without_a_nonce_the_address_stands_in_for_a_day_even_over_a_months_end(
    send, after, comments
):
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
    with pytest.raises(Refused, match=Refusal.RATE_LIMITED.value) as refusal:
        send(MONTHS_END + timedelta(seconds=100), body="lagi", comment_limit=limit)
    assert refusal.value.seconds == 500
    assert send(MONTHS_END + timedelta(seconds=601), body="lagi", comment_limit=limit)


def test_one_that_was_taken_before_the_limit_or_the_closing_is_still_answered(send, article):
    first = send(MONTHS_END, nonce="n", comment_limit=Limit(1, 600))
    article.comments_open = False
    db.session.commit()
    assert send(MONTHS_END, nonce="n", comment_limit=Limit(1, 600)) == first
    with pytest.raises(Refused, match=Refusal.CLOSED.value):
        send(MONTHS_END, nonce="another")


@pytest.mark.parametrize("status", [ArticleStatus.DRAFT, ArticleStatus.DELETED])
def test_an_article_that_was_taken_back_meanwhile_takes_none(send, article, status):
    article.status = status
    db.session.commit()
    with pytest.raises(Refused, match=Refusal.CLOSED.value):
        send(MONTHS_END)
    assert count() == 0


def test_what_the_rules_hold_waits_and_is_not_counted(send, article):
    kept = db.session.get(Comment, send(MONTHS_END, verdict=Verdict(["links", "words:judi*"])))
    assert (kept.status, kept.reasons) == (Status.PENDING, ["links", "words:judi*"])
    db.session.expire_all()
    assert db.session.get(Article, article.id).comment_count == 0


def test_what_the_rules_refuse_is_not_kept_but_what_came_before_is_answered(send):
    refused = Verdict(["words:judi"], is_refused=True)
    first = send(MONTHS_END, nonce="n")
    assert send(MONTHS_END, nonce="n", verdict=refused) == first
    with pytest.raises(Refused, match="words:judi"):
        send(MONTHS_END, nonce="another", verdict=refused)
    assert count() == 1


def test_the_trusted_are_not_held_by_the_limit_but_a_flood_of_theirs_is_refused(send):
    limit, trusted = Limit(1, 600), Verdict([], is_trusted=True)
    numbers = [
        send(MONTHS_END, body=str(number), comment_limit=limit, verdict=trusted)
        for number in range(10)
    ]
    assert {db.session.get(Comment, number).status for number in numbers} == {Status.PUBLISHED}
    with pytest.raises(Refused, match=Refusal.RATE_LIMITED.value):
        send(MONTHS_END, body="lagi", comment_limit=limit, verdict=trusted)


def test_the_limit_holds_whoever_is_not_trusted_beside_other_reasons(send):
    limit = Limit(1, 600)
    send(MONTHS_END, comment_limit=limit)
    kept = db.session.get(
        Comment, send(MONTHS_END, body="lagi", comment_limit=limit, verdict=Verdict(["emergency"]))
    )
    assert kept.reasons == ["emergency", "limit"]


SECOND = timedelta(seconds=1)
DAYS = timedelta(days=30)


@pytest.mark.parametrize(
    ("after", "site", "own", "is_open"),
    [
        (DAYS - SECOND, 30, None, True),
        (DAYS, 30, None, False),
        (DAYS + SECOND, 30, None, False),
        (DAYS + SECOND, None, None, True),
        (DAYS + SECOND, 30, 0, True),
        (DAYS + SECOND, 30, 31, True),
        (DAYS - SECOND, 30, 1, False),
        (DAYS, None, 30, False),
        (timedelta(0), 1, None, True),
        (-SECOND, 1, None, True),
    ],
)
def test_an_article_closes_so_many_days_after_it_was_published(
    send, article, after, site, own, is_open
):
    article.close_after = own
    db.session.commit()
    moment = article.published_at + after
    if is_open:
        assert send(moment, verdict=Verdict([], close_after=site))
    else:
        with pytest.raises(Refused, match=Refusal.CLOSED.value):
            send(moment, verdict=Verdict([], close_after=site))


def test_closed_goes_before_refused(send, article):
    article.comments_open = False
    db.session.commit()
    with pytest.raises(Refused, match=Refusal.CLOSED.value):
        send(MONTHS_END, verdict=Verdict(["words:judi"], is_refused=True))
