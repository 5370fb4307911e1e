"""That a comment waits is told to the officers who want it: in the transaction of what causes it,
and only where there is somebody to tell.
"""

from datetime import timedelta

import pytest

from pnpm.accounts.models import Notices, Role, User
from pnpm.audit.models import ChangeSet
from pnpm.comments import announcements, own
from pnpm.comments.models import Announcement, Comment, Status
from pnpm.comments.moderation import move
from pnpm.db import db, now, transaction
from pnpm.mail import outbox
from pnpm.mail.models import OutgoingMail
from pnpm.web.mail import deliver
from tests.conftest import write

pytestmark = [pytest.mark.engines, pytest.mark.parametrize("settings", [{"MODERATION": "all"}])]


@pytest.fixture
def officer(app):
    """An officer who wants to know at once."""
    with transaction():
        user = User.add("Bu Camat", Role.MODERATOR, "sawah luas sekali")
        user.email, user.notices = "camat@desa.example", Notices.EACH
        user.confirmed_at = now()
    return user


def rows():
    db.session.rollback()
    return list(db.session.scalars(outbox.waiting()))


def flags():
    db.session.rollback()
    return [comment.announce for comment in db.session.query(Comment).order_by(Comment.id)]


def test_a_comment_that_waits_is_mailed_after_the_answer(
    mailing, mail_server, client, url, article, officer
):
    assert client.comment(url, body="Kapan rapat?", name="Siti").status_code == 303
    (message,) = mail_server.messages
    assert message["To"] == "camat@desa.example"
    assert message["Subject"] == "1 komentar menunggu"
    assert "> Kapan rapat?" in mail_server.texts()[0]
    assert (rows(), flags()) == ([], [None])


def test_with_nobody_to_tell_nothing_is_flagged(mailing, client, url, article):
    client.comment(url, body="Kapan rapat?")
    assert (flags(), rows()) == ([None], [])


def test_where_mail_is_not_set_up_nothing_is_flagged(client, url, article, officer):
    client.comment(url, body="Kapan rapat?")
    assert flags() == [None]


def test_a_flood_is_one_mail(mailing, mail_server, app, client, url, article, officer):
    for number in range(4):
        client.comment(url, body=f"Komentar {number}")
    assert len(mail_server.messages) == 1  # of the first, at once
    assert flags() == [None, None, Announcement.WAITING, Announcement.WAITING]
    announcements.fan_out(app.config["PNPM"].timezone)  # within a minute
    (row,) = rows()
    assert (row.data["numbers"], row.due_at > now() + timedelta(minutes=8)) == ([2, 3, 4], True)
    with transaction():
        db.session.query(OutgoingMail).update({"due_at": now()})
    deliver()
    assert mail_server.messages[1]["Subject"] == "3 komentar menunggu"


def test_what_was_decided_meanwhile_is_not_told(mailing, mail_server, app, article, officer):
    comments = write(article, app, "satu", "dua", "tiga")
    with transaction():
        for comment in comments:
            move([comment.id], Status.PENDING, ChangeSet("-"), by_moderator=False)
    assert flags() == [Announcement.WAITING] * 3
    assert announcements.fan_out(app.config["PNPM"].timezone) == 3
    with transaction():
        move([1], Status.PUBLISHED, ChangeSet("Bu Camat"))
        move([2], Status.SPAM, ChangeSet("Bu Camat"))
    deliver()
    assert [message["Subject"] for message in mail_server.messages] == ["1 komentar menunggu"]


def test_what_is_taken_back_before_it_is_mail_is_flagged_no_more(mailing, app, article, officer):
    write(article, app, "satu")
    with transaction():
        move([1], Status.PENDING, ChangeSet("-"), by_moderator=False)
    with transaction():
        own.withdraw(1)
    assert flags() == [None]


def test_that_a_moderator_has_one_wait_is_no_news(mailing, app, article, officer):
    write(article, app, "satu")
    with transaction():
        move([1], Status.PENDING, ChangeSet("Bu Camat"))
    assert flags() == [None]


@pytest.mark.parametrize(
    ("notices", "hours"), [(Notices.HOURLY, (0.9, 1.1)), (Notices.DAILY, (0, 24.1))]
)
def test_a_digest_waits_for_its_time(mailing, client, url, article, officer, notices, hours):
    with transaction():
        db.session.get(User, officer.id).notices = notices
    client.comment(url, body="satu")
    client.comment(url, body="dua")
    announcements.fan_out(mailing.config["PNPM"].timezone)  # within a minute
    (row,) = rows()
    assert row.data["numbers"] == [1, 2]
    least, most = (now() + timedelta(hours=each) for each in hours)
    assert least <= row.due_at <= most


def test_a_crash_before_the_mail_is_made_loses_nothing(
    mailing, mail_server, client, url, article, officer, monkeypatch
):
    monkeypatch.setattr("pnpm.web.jobs._deliver", lambda: None)
    client.comment(url, body="Kapan rapat?")
    assert flags() == [Announcement.WAITING]
    deliver()
    assert len(mail_server.messages) == 1


def test_where_mail_was_given_up_flags_are_dropped(app, client, url, article, officer):
    write(article, app, "satu")
    with transaction():
        move([1], Status.PENDING, ChangeSet("-"), by_moderator=False)
    assert client.comment(url, body="dua").status_code == 303
    assert flags() == [None, None]
