"""A clock that jumps: three days ahead and corrected, or three days behind. Nobody is kept out, and
nothing stops, for days.
"""

import time
from datetime import timedelta

import pyotp
import pytest
from itsdangerous import SignatureExpired, URLSafeTimedSerializer

from pnpm import signing
from pnpm.accounts import two_factor
from pnpm.accounts.models import IDLE, Role, SignIn, User
from pnpm.accounts.throttling import Attempt
from pnpm.backup import daily
from pnpm.backup.failure import Failure
from pnpm.bootstrap import page_store
from pnpm.comments.models import Comment
from pnpm.db import db, now, transaction
from pnpm.web import jobs, page_cache
from tests.admin.conftest import PASSWORD, account, token

DAYS = pytest.mark.parametrize("days", [3, -3])
REAL = time.time


@pytest.fixture
def jump(monkeypatch):
    """Set the clock so many days off what it is: what asks for the moment, whichever way, is told
    so.
    """
    import pnpm.db as database

    real = database.now
    users = [
        module
        for module in __import__("sys").modules.values()
        if getattr(module, "now", None) is real
    ]

    def jump(days):
        for module in users:
            monkeypatch.setattr(module, "now", lambda: real() + timedelta(days=days))
        monkeypatch.setattr(time, "time", lambda: REAL() + days * 86_400)

    return jump


def comment(client, url, body):
    return client.post(url, data={**client.form(url), "body": body})


@DAYS
@pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "2/10min", "MODERATION": "off"}])
def test_comments_are_held_for_no_longer_than_their_stretch(client, url, jump, days):
    jump(days)
    for number in range(21):
        answer = comment(client, url, f"komentar {number}")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 600
    jump(0)
    answer = comment(client, url, "sesudah jamnya benar")
    assert answer.status_code == 303
    assert db.session.query(Comment).order_by(Comment.id.desc()).first().is_visible


@pytest.mark.parametrize("settings", [{"COMMENT_LIMIT": "2/10min", "MODERATION": "off"}])
def test_comments_of_a_clock_a_little_ahead_count_as_of_now(client, url, jump):
    jump(5 / 24 / 60)
    for number in range(20):
        comment(client, url, f"komentar {number}")
    jump(0)
    answer = comment(client, url, "sesudah jamnya benar")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 600


@DAYS
def test_a_form_that_was_given_out_then_is_taken(client, url, jump, days):
    jump(days)
    form = client.form(url)
    jump(0)
    assert client.post(url, data={**form, "body": "halo"}).status_code == 303


def signed_in(app):
    client = app.test_client()
    data = {**token(client), "username": "Bu Camat", "password": PASSWORD}
    assert client.post("/admin/login", data=data).status_code == 303
    return client


@DAYS
def test_who_signed_in_then_stays_in_and_no_longer_than_others(app, jump, days):
    account("Bu Camat", Role.ADMIN)
    jump(days)
    client = signed_in(app)
    jump(0)
    assert client.get("/admin/").status_code == 200
    assert abs(db.session.query(SignIn).one().seen_at - now()) < timedelta(hours=1)
    jump((IDLE + timedelta(hours=1)).days + 1)
    assert client.get("/admin/").status_code == 303


@DAYS
def test_a_browser_that_signed_in_then_is_known(app, jump, days):
    from flask import Response

    from pnpm.admin.accounts import throttling

    user = account("Bu Camat", Role.ADMIN)
    jump(days)
    with app.test_request_context("/admin/login"):
        (line,) = throttling.know(user, Response()).headers.getlist("Set-Cookie")
    jump(0)
    with app.test_request_context("/admin/login", headers={"Cookie": line.partition(";")[0]}):
        assert set(throttling.of_name("Bu Camat")) == {"browser"}


@DAYS
def test_a_wrong_password_of_then_keeps_nobody_out(app, jump, days):
    account("Bu Camat", Role.ADMIN)
    client = app.test_client()
    jump(days)
    for _ in range(6):
        client.post(
            "/admin/login",
            data={**token(client), "username": "Bu Camat", "password": "salah semua"},
        )
    jump(0)
    data = {"username": "Bu Camat", "password": PASSWORD}
    answer = client.post("/admin/login", data={**token(client), **data})
    wait = int(answer.headers.get("Retry-After", 0))
    assert wait <= 3
    jump((wait + 1) / 86_400)
    assert (
        answer.status_code == 303
        or client.post("/admin/login", data={**token(client), **data}).status_code == 303
    )
    assert all(one.created_at <= now() for one in db.session.query(Attempt))


@DAYS
def test_a_code_that_was_used_then_does_not_stop_later_ones(app, jump, days):
    user, secret = account("Bu Camat", Role.ADMIN), two_factor.new_secret()
    jump(days)
    moment = now()
    with transaction():
        two_factor.turn_on(User.held(user.id), secret, pyotp.TOTP(secret).at(moment))
    jump(0)
    with transaction():
        held = User.held(user.id)
        assert two_factor.accepts(held, pyotp.TOTP(secret).at(now()))
        assert not two_factor.accepts(held, pyotp.TOTP(secret).at(now()))


@DAYS
def test_a_page_that_was_kept_then_is_kept_anew(app, client, url, jump, days):
    jump(days)
    before = page_cache.hour()
    client.get(url)
    jump(0)
    assert abs(page_cache.hour() - before) in (71, 72, 73)
    assert client.get(url).status_code == 200


def test_a_resting_page_of_a_clock_that_was_ahead_is_not_good_and_goes_first(tmp_path, jump):
    class Site:
        site = None

    step = page_store.PageStore(str(tmp_path), str(tmp_path), "program", Site())
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.url_scheme": "http"}
    database = tmp_path / "site.db"
    import sqlite3

    sqlite3.connect(database).close()

    def keep():
        proof = {
            "database": str(database),
            "query": "SELECT 1",
            "row": [1],
            "until": REAL() + 10**9,
        }
        step._keep(page_store._key(environ), "tag", {}, b"x", lambda: dict(proof))

    jump(3)
    keep()
    assert step._kept(environ)
    jump(0)
    assert not step._kept(environ)
    keep()  # by the same process, with the same tag
    assert step._kept(environ)


def test_a_backup_that_failed_then_is_tried_again(app, config, jump, tmp_path, monkeypatch):
    ahead = Failure(now() + timedelta(days=3), "full", "")
    monkeypatch.setattr(daily.failure, "last", lambda _room: ahead)
    from zoneinfo import ZoneInfo

    assert daily.is_due(config, ZoneInfo("Asia/Makassar"))


@pytest.mark.parametrize("settings", [{"BACKUPS": "daily"}])
def test_backups_are_looked_after_when_the_clock_went_back(app, jump, monkeypatch):
    ticking = [1000.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: ticking[0])
    jump(3)
    assert jobs._duties(app)
    jump(0)
    ticking[0] += jobs.LOOK_AGAIN
    assert len(jobs._duties(app)) == 2  # what is done once a day, too, since it is another day


@DAYS
def test_what_was_signed_by_a_clock_that_was_ahead_counts_as_signed_now(jump, days):
    serializer = URLSafeTimedSerializer("key", signer=signing.Dated)
    jump(days)
    signed = serializer.dumps("x")
    jump(0)
    assert serializer.loads(signed, max_age=4 * 86_400) == "x"
    jump(days + 5)
    with pytest.raises(SignatureExpired):
        serializer.loads(signed, max_age=4 * 86_400)
