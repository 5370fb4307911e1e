"""What the site keeps of itself: once a day, thinned, its pictures once for all, whole or not at
all.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pnpm.backup import daily, retention
from pnpm.backup.failure import Failed
from pnpm.backup.pool import Unfinished
from pnpm.comments.models import Comment
from pnpm.db import db, now, transaction
from pnpm.files import Busy, locked
from pnpm.media.models import Picture
from pnpm.web import jobs
from tests.conftest import SETTINGS, TOP, mounted, on_sqlite, write
from tests.keeping import KEYS, add_picture, contents, killed, unfinished

ZONE = ZoneInfo("Asia/Makassar")
POOL = "backups/pictures"


def pool(config):
    """The files of the pool: where each lies, and its content."""
    return {
        file.relative_to(config.instance / POOL): file.read_bytes()
        for file in (config.instance / POOL).glob("*/*/*")
    }


def zips(config):
    return [path.name for path in retention.files(config.instance / "backups")]


def aged(path, days):
    """The backup as one of so many days ago: its name says so."""
    day = now().astimezone(ZONE) - timedelta(days=days)
    return path.rename(path.with_name(retention.name_of(day)))


class TestDaily:
    def test_there_is_one_of_each_day_and_no_second(self, site, config):
        assert daily.daily(config, ZONE).is_file()
        assert daily.daily(config, ZONE) is None
        aged(next(iter((config.instance / "backups").glob("*.zip"))), 1)
        assert daily.daily(config, ZONE)
        assert len(zips(config)) == 2

    def test_the_day_is_the_sites(self, site, config):
        path = daily.daily(config, zone := ZoneInfo("Pacific/Kiritimati"))
        assert path.name.startswith(f"{now().astimezone(zone):%Y%m%d}")

    def test_eight_processes_make_one(self, site, config, instance):
        command = [sys.executable, "-m", "flask", "backup", "--daily"]
        environment = os.environ | {
            "PNPM_INSTANCE": str(instance),
            "PNPM_SECRET_KEY": SETTINGS["SECRET_KEY"],
        }
        db.session.remove()
        running = [
            subprocess.Popen(
                command,
                cwd=TOP,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(8)
        ]
        said = [process.communicate(timeout=120)[0] for process in running]
        assert [process.returncode for process in running] == [0] * 8, said
        assert sum("read back and whole" in words for words in said) == 1
        assert len(zips(config)) == 1

    @pytest.mark.parametrize("settings", [{"BACKUPS": "daily"}])
    def test_it_comes_after_the_answer_to_a_form(self, app, site, client, config, instance):
        address = "/" + "/".join(_address(site, config))
        assert client.get(address).status_code == 200
        assert zips(config) == []
        assert client.comment(address, body="komentar biasa").status_code == 303
        assert len(zips(config)) == 1
        (kept,) = daily.all_kept(instance)
        assert kept.holds == {"article": 1, "comment": 3, "picture": 2}
        assert client.comment(address, body="satu lagi").status_code == 303
        assert len(zips(config)) == 1

    def test_none_comes_where_it_is_switched_off(self, app, site, client, config):
        client.comment("/" + "/".join(_address(site, config)), body="komentar biasa")
        assert zips(config) == []

    def test_none_comes_where_cron_made_one(self, app, site, config):
        daily.daily(config, ZONE)
        jobs.back_up(config)
        assert len(zips(config)) == 1

    def test_while_somebody_is_at_it_a_form_goes_on(self, site, config):
        with daily.at_work(config):
            jobs.back_up(config)
            with pytest.raises(Busy):
                daily.make(config, ZONE)
        assert zips(config) == []


def _address(article, config):
    address = article.address(config.timezone)
    return str(address["year"]), f"{address['month']:02}", f"{address['slug']}.html"


class TestPictures:
    def test_each_lies_in_the_pool_once_and_in_no_archive(self, site, config):
        first = daily.make(config, ZONE)
        lying = pool(config)
        assert sorted(lying.values()) == sorted(
            file.read_bytes() for file in (config.instance / "pictures").glob("*/*/*")
        )
        aged(first, 1)
        second = daily.make(config, ZONE)
        assert pool(config) == lying
        assert zipfile.ZipFile(second).namelist() == ["site.db", "pool.json", "list.json"]

    def test_they_take_no_room_where_the_disk_knows_links(self, site, config):
        daily.make(config, ZONE)
        file = config.instance / "pictures" / KEYS[0][:2] / KEYS[0] / "400.webp"
        assert file.stat().st_nlink == 2

    def test_on_another_disk_they_are_copied(self, site, config):
        with mounted(config.instance / "backups", "-t", "tmpfs", "-o", "size=20m", "tmpfs"):
            daily.make(config, ZONE)
            before = {file: os.stat(config.instance / POOL / file).st_ino for file in pool(config)}
            daily.make(config, ZONE)
            assert {
                file: os.stat(config.instance / POOL / file).st_ino for file in pool(config)
            } == before
            assert len(before) == 4

    def test_on_an_ordinary_day_no_old_picture_is_read(self, site, config):
        daily.make(config, ZONE)
        add_picture(config.instance, "ef" * 16, b"baru")
        opened = []

        def watch(event, arguments):
            if (
                event == "open"
                and "/pictures/" in str(arguments[0])
                and "/backups/" not in str(arguments[0])
            ):
                opened.append(Path(arguments[0]).name)

        sys.addaudithook(watch)
        daily.make(config, ZONE)
        assert set(opened) <= {"400.webp", "400.jpg"}
        assert len(opened) == 2

    def test_one_that_was_changed_in_its_place_is_read_again(self, site, config):
        aged(daily.make(config, ZONE), 1)
        file = config.instance / "pictures" / KEYS[0][:2] / KEYS[0] / "400.webp"
        file.unlink()
        file.write_bytes(b"lain")
        daily.make(config, ZONE)
        assert b"lain" in pool(config).values()
        assert len(pool(config)) == 5

    def test_what_no_backup_needs_any_more_is_gone(self, site, config):
        old = aged(daily.make(config, ZONE), 400)
        shutil.rmtree(config.instance / "pictures" / KEYS[0][:2])
        with transaction():
            db.session.query(Picture).filter_by(key=KEYS[0]).delete()
        daily.make(config, ZONE)
        assert len(pool(config)) == 4, "the old one still needs it"
        old.unlink()
        daily.make(config, ZONE)
        assert len(pool(config)) == 2
        assert len(list((config.instance / POOL).iterdir())) == 1

    def test_too_many_at_once_are_gone_on_with_the_next_time(self, site, config):
        with pytest.raises(Unfinished):
            daily.make(config, ZONE, seconds=-1)
        assert zips(config) == []
        assert daily.newest(config.instance) == (None, None)
        daily.make(config, ZONE)
        assert len(zips(config)) == 1


class TestThinning:
    def test_seven_daily_and_four_weekly_stay(self, tmp_path):
        today, made = date(2026, 11, 5), []
        for back in range(80, -1, -1):
            made.append(tmp_path / f"{today - timedelta(days=back):%Y%m%d}-030000.zip")
            made = [
                path
                for path in made
                if path not in retention.outdated(made, today - timedelta(days=back))
            ]
        days = [date.fromisoformat(path.name[:8]) for path in made]
        assert days[-7:] == [today - timedelta(days=back) for back in range(6, -1, -1)]
        assert [day.isocalendar().week for day in days[:-7]] == [41, 42, 43, 44]
        assert all(day.isoweekday() == 7 for day in days[:-8]), "the last of each week"

    def test_of_a_day_the_last_stays_and_of_today_all(self, tmp_path):
        paths = [
            tmp_path / f"202611{day}-{hour}0000.zip"
            for day in ("04", "05")
            for hour in ("08", "12", "20")
        ]
        assert [path.name for path in retention.outdated(paths, date(2026, 11, 5))] == [
            "20261104-080000.zip",
            "20261104-120000.zip",
        ]

    def test_what_was_there_before_a_restore_stays_for_thirty_days(self, tmp_path):
        paths = [
            tmp_path / f"{day}-080000-before-restore.zip"
            for day in ("20261005", "20261006", "20261105")
        ]
        assert retention.outdated(paths, date(2026, 11, 5)) == paths[:1]

    def test_other_files_stay(self, site, config):
        (config.instance / "backups").mkdir(exist_ok=True)
        own = [
            config.instance / "backups" / name
            for name in ("mine.zip", "before-upgrade-0003.db", "99999999-000000.zip")
        ]
        for path in own:
            path.write_bytes(b"mine")
        daily.make(config, ZONE)
        assert all(path.is_file() for path in own)


class TestFailure:
    def test_a_full_disk_leaves_nothing_half_written_and_is_told(self, site, config, app):
        with mounted(
            config.instance / "backups", "-t", "tmpfs", "-o", "size=100k", "tmpfs"
        ) as room:
            with pytest.raises(Failed):
                daily.daily(config, ZONE)
            assert zips(config) == []
            assert not list(room.glob(".work-*"))
            failure = daily.newest(config.instance).failure
            assert failure.fault == "full"
            assert now() - failure.moment < timedelta(minutes=1)
            assert not daily.is_due(config, ZONE), "not at each form"
        daily.daily(config, ZONE)
        assert daily.newest(config.instance).failure is None

    @on_sqlite
    def test_a_damaged_database_is_told(self, site, config, instance):
        db.session.remove()
        db.engine.dispose()
        for name in ("site.db-wal", "site.db-shm"):
            (instance / name).unlink(missing_ok=True)
        with (instance / "site.db").open("r+b") as file:
            file.seek(8192)
            file.write(os.urandom(40000))
        with pytest.raises(Failed):
            daily.make(config, ZONE)
        assert daily.newest(instance).failure.fault == "damaged"

    def test_one_that_cannot_be_read_is_none_and_its_pictures_stay(self, site, config):
        broken = aged(daily.make(config, ZONE), 1)
        broken.write_bytes(broken.read_bytes()[:1000])
        shutil.rmtree(config.instance / "pictures" / KEYS[0][:2])
        path = daily.make(config, ZONE)
        assert [kept.path for kept in daily.all_kept(config.instance)] == [path]
        assert len(pool(config)) == 4


class TestConsistency:
    def test_comments_that_come_meanwhile_are_in_the_site_and_the_backup_agrees_with_itself(
        self, app, site, config
    ):
        stop, written = [], []

        def comment():
            with app.app_context():
                number = 0
                while not stop:
                    number += 1
                    written.extend(
                        each.id
                        for each in write(site, app, f"sementara {number}", name=f"Nama {number}")
                    )
                db.session.remove()

        with ThreadPoolExecutor(1) as writer:
            task = writer.submit(comment)
            try:
                paths = [daily.make(config, ZONE) for _ in range(3)]
            finally:
                stop.append(True)
            task.result(60)
        db.session.rollback()
        assert len(written) > 3
        assert {*written} <= {number for (number,) in db.session.query(Comment.id)}
        for path in {*paths}:
            said, there = _counts(path, config)
            assert said == there > 0


def _counts(path, config):
    """How many comments an archive's article says it has, and how many are there."""
    place = config.instance / f"{path.stem}-read"
    with zipfile.ZipFile(path) as archive:
        archive.extract("site.db", place)
    with closing(sqlite3.connect(place / "site.db")) as rows:
        said = rows.execute("SELECT sum(comment_count) FROM article").fetchone()[0]
        there = rows.execute("SELECT count(*) FROM comment WHERE status = 'published'").fetchone()[
            0
        ]
    return said, there


@pytest.mark.system
class TestKilled:
    def test_at_any_moment_nothing_half_is_left_under_a_final_name_and_the_next_one_is_whole(
        self, app, site, config, instance
    ):
        before, kills, moment = contents(instance), 0, 0
        while killed(instance, moment, "backup", "--daily"):
            kills, moment = kills + 1, moment + 3
            assert unfinished(instance / "backups") == []
            assert contents(instance) == before
            for path in (instance / "backups").glob("*.zip"):
                path.unlink()
        assert kills > 3
        assert [kept.holds for kept in daily.all_kept(instance)] == [
            {"article": 1, "comment": 2, "picture": 2}
        ]
        assert len(pool(config)) == 4

    def test_what_it_left_is_swept_by_a_later_one(self, site, config):
        room = config.instance / "backups"
        left = room / ".work-abc"
        left.mkdir(parents=True)
        (left / "site.db").write_bytes(b"x")
        daily.make(config, ZONE)
        assert left.exists(), "somebody may be at work there"
        old = time.time() - 2 * 3600
        os.utime(left, (old, old))
        daily.make(config, ZONE)
        assert not left.exists()
        with locked(room / "lock", 0):
            pass


def test_how_it_stands_for_the_doctor(site, config, instance):
    assert daily.newest(instance) == (None, None)
    path = daily.make(config, ZONE)
    newest, failure = daily.newest(instance)
    assert (newest.path, failure) == (path, None)
    assert now() - newest.moment < timedelta(minutes=1)
    with zipfile.ZipFile(path) as archive:
        listed = json.loads(archive.read("pool.json"))
    assert newest.size == path.stat().st_size + sum(size for _name, size, *_more in listed)
