"""What is done once a day: what was deleted 30 days ago goes for ever."""

from datetime import timedelta

import pytest

from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.db import db, now, transaction
from pnpm.web.jobs import DONE_ON, tidy
from tests.conftest import drop_tables, write


@pytest.fixture
def deleted(article, app):
    """Three comments: deleted 30 days ago, 29 days ago, and not at all."""
    comments = write(article, app, "lama", "baru", "terbit")
    with transaction():
        move([1, 2], Status.DELETED, ChangeSet("Bu Camat"))
    with transaction():
        db.session.get(Comment, 1).moved_at -= timedelta(days=30, seconds=1)
        db.session.get(Comment, 2).moved_at -= timedelta(days=29)
    return comments


def left():
    db.session.rollback()
    return [comment.id for comment in db.session.query(Comment).order_by(Comment.id)]


def test_after_30_days_a_deleted_comment_goes_by_itself_when_somebody_sends_a_form(
    app, client, url, deleted
):
    assert client.comment(url, body="komentar biasa").status_code == 303
    assert left() == [2, 3, 4]
    assert db.session.query(AuditEntry).filter_by(action="removed").one().who == "situs"


def test_reading_alone_changes_nothing(client, url, deleted):
    client.get(url)
    assert left() == [1, 2, 3]


def test_another_process_does_it_once_a_day(deleted):
    today = now().date()
    assert tidy(today)
    assert not tidy(today)
    assert tidy(today + timedelta(days=1))


def test_more_than_one_batch_goes_in_one_day(app, article):
    comments = write(article, app, *[f"komentar {number}" for number in range(1100)])
    with transaction():
        move([comment.id for comment in comments], Status.DELETED, ChangeSet("Bu Camat"))
    with transaction():
        db.session.query(Comment).update({"moved_at": now() - timedelta(days=31)})
    tidy(now().date())
    assert left() == []


def test_while_the_database_is_away_the_readers_answer_stands(app, client, url, article):
    with app.app_context():
        drop_tables("log_entry")
    assert client.comment(url, body="tetap diterima").status_code == 303
    assert app.extensions[DONE_ON] == now().date()
