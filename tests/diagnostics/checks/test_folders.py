"""Files that others can read, folders that cannot be written to, a full disk, an old backup: each
found, and told.
"""

import os
import time
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from pnpm.backup import daily as kept
from pnpm.backup.failure import Failed
from pnpm.db import now
from pnpm.diagnostics.checks import content as backups
from pnpm.diagnostics.checks import files as folders
from tests.conftest import mounted, on_sqlite
from tests.diagnostics.checks.conftest import read_only

DAY = 24 * 3600
UTC = ZoneInfo("UTC")


def files(folder):
    """What lies there, but for what SQLite has while it is open."""
    return sorted(path for path in folder.rglob("*") if not path.name.startswith("site.db-"))


def aged(file, days):
    """That file, changed so many days ago."""
    file.parent.mkdir(exist_ok=True)
    file.touch()
    os.utime(file, (time.time() - days * DAY,) * 2)
    return file


@on_sqlite
@pytest.mark.parametrize("name", ["config.py", "site.db"])
def test_settings_and_data_are_their_owners_alone(look, instance, name):
    (instance / name).touch(0o600)
    assert look(folders.secrets) is None
    (instance / name).chmod(0o604)
    found = look(folders.secrets)
    assert not found.is_fine
    assert found.words.endswith(f"chmod 600 {instance / name}")


class TestWritable:
    def test_all_is(self, look, instance):
        before = files(instance)
        assert look(folders.writable).is_fine
        assert files(instance) == before

    @pytest.mark.parametrize("name", ["pictures", "backups", "static"])
    def test_a_folder_that_is_not(self, look, instance, name):
        (instance / name).mkdir(exist_ok=True)
        with read_only(instance / name):
            found = look(folders.writable)
        assert not found.is_fine
        assert str(instance / name) in found.words

    def test_the_web_servers_folder_that_is_not(self, look, config, tmp_path):
        web = tmp_path / "public_html"
        web.mkdir()
        with read_only(web):
            found = look(folders.writable, replace(config, web_folder=web))
        assert not found.is_fine
        assert str(web) in found.words

    def test_none_of_it(self, look, instance):
        with read_only(instance):
            assert str(instance) in look(folders.writable).words

    @on_sqlite
    def test_data_that_can_only_be_read(self, look, config, tmp_path):
        data = tmp_path / "data"
        data.mkdir()
        (data / "site.db").touch(0o400)
        with read_only(data):
            here = replace(config, database_url=f"sqlite:///{data}/site.db")
            assert str(data) in look(folders.writable, here).words
            assert not look(folders.writable, here).is_fine

    def test_what_is_not_there_yet_will_be_made_where_something_can_be(
        self, look, config, tmp_path
    ):
        new = replace(
            config, instance=tmp_path / "a" / "b", database_url=f"sqlite:///{tmp_path}/a/b/site.db"
        )
        assert look(folders.writable, new).is_fine
        assert not (tmp_path / "a").exists()


class TestRoom:
    def test_there_is(self, look, instance):
        before = files(instance)
        assert look(folders.room).is_fine
        assert files(instance) == before

    def test_a_full_disk(self, look, config, tmp_path):
        (disk := tmp_path / "disk").mkdir()
        with mounted(disk, "-t", "tmpfs", "-o", "size=512k", "small"):
            (disk / "full").write_bytes(b"x" * 400_000)
            found = look(
                folders.room,
                replace(config, instance=disk, database_url=f"sqlite:///{disk}/site.db"),
            )
            assert sorted(path.name for path in disk.iterdir()) == ["full"]
        assert not found.is_fine
        assert "No space left on device" in found.words

    def test_a_disk_that_is_nearly_full(self, look, config, tmp_path):
        (disk := tmp_path / "disk").mkdir()
        with mounted(disk, "-t", "tmpfs", "-o", "size=20m", "small"):
            found = look(
                folders.room,
                replace(config, instance=disk, database_url=f"sqlite:///{disk}/site.db"),
            )
        assert not found.is_fine
        assert "Tinggal 19 MB" in found.words or "Tinggal 20 MB" in found.words
        assert "50 MB" in found.words

    def test_too_little_for_a_copy_of_the_data(self, look, config, tmp_path):
        (disk := tmp_path / "disk").mkdir()
        with mounted(disk, "-t", "tmpfs", "-o", "size=120m", "small"):
            (disk / "site.db").write_bytes(b"x" * 40 * folders.MB)
            here = replace(config, instance=disk, database_url=f"sqlite:///{disk}/site.db")
            found = look(folders.room, here)
            assert found.is_fine, found.words
            with (disk / "site.db").open("ab") as file:
                file.write(b"x" * 10 * folders.MB)
            found = look(folders.room, here)
        assert not found.is_fine
        assert "100 MB" in found.words


class TestBackup:
    def test_a_young_site_needs_none_yet(self, look, instance):
        aged(instance / "made", 1)
        found = look(backups.backup)
        assert found.is_fine
        assert "masih baru" in found.words

    def test_an_older_site_without_one(self, look, instance):
        aged(instance / "made", 3)
        found = look(backups.backup)
        assert not found.is_fine
        assert "Belum ada cadangan" in found.words

    def test_a_site_is_as_old_as_its_oldest_file(self, look, instance):
        aged(instance / "made", 0)
        aged(instance / "secret_key", 3)
        assert not look(backups.backup).is_fine

    def test_the_newest_counts(self, look, config, monkeypatch):
        kept.make(config, UTC)
        assert look(backups.backup).is_fine
        today = now()
        monkeypatch.setattr(backups, "now", lambda: today + timedelta(days=9))
        found = look(backups.backup)
        assert not found.is_fine
        assert "berumur 9 hari" in found.words

    def test_one_that_failed_is_told(self, look, config, instance):
        kept.make(config, UTC)
        picture = instance / "pictures/ab" / ("ab" + "0" * 30) / "400.webp"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"RIFF")
        (instance / "backups/pictures").write_text("no folder")
        with pytest.raises(Failed):
            kept.make(config, UTC)
        found = look(backups.backup)
        assert not found.is_fine
        assert "gagal" in found.words
