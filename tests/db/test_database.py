"""SQLite as this site opens it: durable, and no update lost between processes."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from pnpm.articles.models import Article
from pnpm.db import begin_writing, connected, db, immediate
from pnpm.db.types import Moment
from pnpm.site_settings import Setting
from tests.conftest import TOP, fields, on_sqlite, publish, soup

pytestmark = pytest.mark.engines

ADDER = """
import sys
from pnpm import create_app
from pnpm.articles.freshness import touch
from pnpm.articles.models import Article
from pnpm.db import begin_writing, db
with create_app({"INSTANCE": sys.argv[1]}).app_context():
    for _ in range(50):
        begin_writing()
        article = db.session.get(Article, 1, populate_existing=True, with_for_update=True)
        article.body += "."
        touch(db.session.connection(), 1, comments=1)
        db.session.commit()
"""


@on_sqlite
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_sqlite_is_opened_safely(app, pragma, value):
    assert db.session.execute(text(f"PRAGMA {pragma}")).scalar() == value


@on_sqlite
@pytest.mark.parametrize("settings", [{"SQLITE_JOURNAL": "DELETE"}])
def test_the_journal_is_a_setting(app):
    assert db.session.execute(text("PRAGMA journal_mode")).scalar() == "delete"


def test_no_update_is_lost_between_four_processes(instance, app):
    publish("satu")
    adders = [subprocess.Popen([sys.executable, "-c", ADDER, instance], cwd=TOP) for _ in range(4)]
    assert [adder.wait(60) for adder in adders] == [0, 0, 0, 0]
    assert db.session.execute(text("SELECT comment_count FROM article")).scalar() == 200
    assert (
        db.session.execute(text("SELECT body FROM article")).scalar()
        == "<p>Isi artikel.</p>" + "." * 200
    )


@on_sqlite
def test_a_writer_waits_for_nobody_who_only_reads(app):
    publish("satu")
    db.session.scalars(Article.published()).all()
    with db.engine.connect().execution_options(writes=True) as other:
        other.execute(text("UPDATE article SET title = 'dua'"))
        other.commit()
    assert db.session.execute(text("SELECT title FROM article")).scalar() == "satu"
    db.session.rollback()
    assert db.session.execute(text("SELECT title FROM article")).scalar() == "dua"


@on_sqlite
def test_a_writer_waits_for_another_and_says_so_when_it_takes_too_long(
    app, client, url, monkeypatch
):
    form = client.form(url)
    db.session.rollback()
    with connected() as connection, immediate(connection):
        monkeypatch.setattr("pnpm.db.sqlite.BUSY_SECONDS", 0.2)
        response = client.post(url, data={**form, "body": "menunggu"})
        assert response.status_code == 503
        assert fields(soup(response))["body"] == "menunggu"
        assert client.get(url).status_code == 200
    assert client.post(url, data={**form, "body": "menunggu"}).status_code == 303


def test_what_was_not_committed_is_gone(app):
    begin_writing()
    Setting.change(name="nobody commits this")
    db.session.rollback()
    assert Setting.words().name != "nobody commits this"


def test_a_moment_comes_back_in_utc_to_the_microsecond():
    moment = datetime(2012, 12, 25, 3, 13, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    kept = Moment().process_bind_param(moment, None)
    assert Moment().process_result_value(kept, None) == moment.astimezone(UTC)
    assert Moment().process_bind_param(None, None) is None


def test_an_enum_is_kept_by_its_value(app):
    publish("satu")
    assert db.session.execute(text("SELECT status FROM article")).scalar() == "published"
