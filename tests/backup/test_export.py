"""A site kept in one file while it runs: all of it, agreeing with itself, whole or not at all."""

import json
import os
import sqlite3
import threading
import zipfile
from contextlib import closing

import pytest

from pnpm.backup import export
from pnpm.backup.archive import Unfit
from pnpm.backup.reader import opened
from pnpm.comments.models import Comment
from pnpm.db import db
from pnpm.media.models import Picture
from tests.conftest import on_sqlite, write
from tests.keeping import KEYS, STEP, add_picture, contents, killed


def test_secrets_are_in_it_only_if_asked_and_nobody_else_may_read_it(app, site, config, tmp_path):
    (config.instance / "secret_key").write_text("sangat rahasia")
    for with_secrets in (False, True):
        export.keep(tmp_path / "a.zip", config, with_secrets)
        assert ("secret_key" in zipfile.ZipFile(tmp_path / "a.zip").namelist()) is with_secrets
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0


@pytest.mark.engines
def test_it_is_one_sqlite_database_whatever_the_engine(app, site, config, tmp_path):
    export.keep(path := tmp_path / "a.zip", config)
    zipfile.ZipFile(path).extract("site.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "site.db")) as rows:
        assert rows.execute("SELECT title FROM article").fetchall() == [("Rapat désa 😊",)]
        (revision,) = rows.execute("SELECT version_num FROM alembic_version").fetchone()
    about = json.loads(zipfile.ZipFile(path).read("list.json"))
    assert about["schema"] == revision
    assert about["holds"] == {"article": 1, "comment": 2, "picture": 2}


@pytest.mark.engines
def test_what_comes_meanwhile_is_in_the_site_and_the_archive_agrees_with_itself(
    app, site, config, tmp_path
):
    """Comments and pictures keep coming while archives are made: the count of an article is that of
    its comments, a picture's row is there with its files.
    """
    stop, came, written = threading.Event(), threading.Semaphore(0), []

    def go_on():
        with app.app_context():
            number = 0
            while not stop.is_set():
                number += 1
                written.extend(
                    each.id
                    for each in write(site, app, f"sementara {number}", name=f"Nama {number}")
                )
                add_picture(config.instance, f"{number:032x}", b"baru")
                came.release()
            db.session.remove()

    paths = [tmp_path / f"{number}.zip" for number in range(4)]
    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        for path in paths:
            assert came.acquire(timeout=60)
            export.keep(path, config)
        assert came.acquire(timeout=60)
    finally:
        stop.set()
        thread.join()
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            archive.extract("site.db", tmp_path)
            names = {*archive.namelist()}
        with closing(sqlite3.connect(tmp_path / "site.db")) as rows:
            (said,) = rows.execute("SELECT sum(comment_count) FROM article").fetchone()
            (there,) = rows.execute(
                "SELECT count(*) FROM comment WHERE status = 'published'"
            ).fetchone()
            keys = [key for (key,) in rows.execute("SELECT key FROM picture")]
        assert said == there
        assert {f"pictures/{key[:2]}/{key}/400.webp" for key in keys} <= names
    db.session.rollback()
    assert len(written) > len(paths)
    assert {*written} <= {number for (number,) in db.session.query(Comment.id)}
    assert db.session.query(Picture).count() == len(written) + len(KEYS)


@on_sqlite
def test_the_journal_of_the_site_stays_what_it_is(app, site, config, tmp_path):
    export.keep(tmp_path / "a.zip", config)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@pytest.mark.system
def test_a_file_that_is_there_already_is_only_replaced_by_a_whole_one(
    app, site, config, tmp_path, instance
):
    path = tmp_path / "a.zip"
    export.keep(path, config)
    before, old, kills, moment = contents(instance), path.read_bytes(), 0, 0
    while killed(instance, moment, "backup", path):
        kills, moment = kills + 1, moment + STEP
        with opened(path) as archive:
            archive.check(pool_too=True)
    assert kills > 2
    assert contents(instance) == before
    assert path.read_bytes() != old


def test_one_that_is_damaged_on_its_way_to_the_disk_is_found_when_it_is_read_back(
    app, site, config, tmp_path, monkeypatch
):
    export.keep(path := tmp_path / "a.zip", config)
    before = path.read_bytes()

    def damage(made):
        made.write_bytes(made.read_bytes().replace(b"RIFF0", b"RIFF1", 1))

    monkeypatch.setattr("pnpm.backup.writer.sync", damage)
    with pytest.raises(Unfit):
        export.keep(path, config)
    assert path.read_bytes() == before


def test_what_a_killed_one_left_beside_the_file_is_swept_the_next_day(app, site, config, tmp_path):
    left = tmp_path / "there" / ".work-abc"
    left.mkdir(parents=True)
    export.keep(tmp_path / "there" / "a.zip", config)
    assert left.exists()
    os.utime(left, (0, 0))
    export.keep(tmp_path / "there" / "a.zip", config)
    assert not left.exists()
