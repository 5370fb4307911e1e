"""A folder that cannot be written to: readers read on, who writes is told, and nothing is lost."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.conftest import TOP, missing, mounted, need_root
from tests.faults.conftest import (
    ARTICLE,
    NOBODY,
    UNPRIVILEGED,
    House,
    is_plain,
    readable,
    run,
    typed,
)

READ_ONLY = "Situs sedang hanya dapat dibaca"


def is_told(house, reader, form, body="tidak tersimpan"):
    """Who writes is told, and keeps the text; who watches the site is told, too."""
    answer = reader.comment(form, body)
    assert is_plain(answer, READ_ONLY)
    assert typed(answer)["body"] == body
    assert is_plain(reader.comment(form, body, htmx=True), READ_ONLY)
    assert "cannot be written to" in reader.ask("/healthz").text
    assert type(reader)(house.url).sign_in() == 503
    return True


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_process_that_starts_on_it_shows_the_site(disk, new_instance, journal):
    with new_instance(disk.folder / "instance") as folder:
        house = House(folder, {"SQLITE_JOURNAL": journal}).furnish()
        with house.served() as reader:
            form = reader.form()
        run("mount", "-o", "remount,ro", disk.folder)
        with house.served() as reader:
            readable(reader, house)
            assert is_told(house, reader, form)
            run("mount", "-o", "remount,rw", disk.folder)
            assert reader.comment(form, "tersimpan").status == 303
            readable(reader, house, "/healthz")
        assert house.bodies()[3:] == ["tersimpan"]


def test_what_a_killed_process_left_in_the_log_is_shown(disk, new_instance):
    with new_instance(disk.folder / "instance") as folder:
        house = House(folder).furnish()
        with house.served(workers=1) as reader:
            form = reader.form()
            assert reader.comment(form, "diakui").status == 303
            (worker,) = house.workers()
            os.kill(worker, 9)
            house.database.with_name("site.db-shm").unlink()  # as on a disk that was cut off
        run("mount", "-o", "remount,ro", disk.folder)
        with house.served() as reader:
            assert "diakui" in readable(reader, house).text
            assert is_told(house, reader, form)
        run("mount", "-o", "remount,rw", disk.folder)
        assert house.bodies()[3:] == ["diakui"]


def test_a_disk_that_turns_read_only_while_it_runs(tmp_path, new_instance):
    """As Linux does with a disk that has errors, whatever is open on it."""
    need_root("a disk with errors")
    image = tmp_path / "disk.img"
    with image.open("wb") as file:
        file.truncate(24 * 1024 * 1024)
    if not shutil.which("mkfs.ext4") or not os.path.exists("/dev/loop-control"):
        missing(
            "a loop device with ext4",
            "apt-get install e2fsprogs, on a machine that has loop devices",
        )
    run("mkfs.ext4", "-q", image)
    options = "-o", "loop,errors=remount-ro"
    with (
        mounted(tmp_path / "disk", *options, image) as disk,
        new_instance(disk / "instance") as folder,
    ):
        house = House(folder).furnish()
        with house.served() as reader:
            form = reader.form()
            assert reader.comment(form, "diakui").status == 303
            run("mount", "-o", "remount,abort", disk)
            assert "diakui" in readable(reader, house).text
            assert is_told(house, reader, form)
            assert "diakui" in readable(reader, house).text
        with house.served() as reader:
            assert "diakui" in readable(reader, house).text


@pytest.fixture
def of_another(new_instance):
    """A site whose files are another user's than the server's: it reads them, and nothing more."""
    need_root("a server of another user")
    if (
        not os.access(TOP, os.X_OK)
        or os.stat(TOP.resolve()).st_mode & 0o005 != 0o005
        or not os.path.exists("/usr/bin/python3")
    ):
        missing(
            "a checkout that others may read", "chmod a+rx its folders, and apt-get install python3"
        )
    with tempfile.TemporaryDirectory() as place, new_instance(Path(place) / "instance") as folder:
        Path(place).chmod(0o755)  # pytest's own folders are closed to others
        yield House(folder).furnish()


def test_files_of_another_user_can_be_read(of_another):
    with of_another.served() as reader:
        form = reader.form()
    run("chmod", "-R", "a+rX", of_another.instance)
    with of_another.served(UNPRIVILEGED) as reader:
        readable(reader, of_another)
        assert is_told(of_another, reader, form)
        run("chown", "-R", NOBODY, of_another.instance)
        assert reader.comment(form, "tersimpan").status == 303
        readable(reader, of_another, "/healthz")
    assert of_another.bodies()[3:] == ["tersimpan"]


def test_files_that_cannot_even_be_read_get_a_plain_page(of_another):
    with of_another.served():
        pass
    run("chmod", "-R", "a+rX", of_another.instance)
    of_another.database.chmod(0o600)
    with of_another.served(UNPRIVILEGED) as reader:
        assert is_plain(reader.ask("/"))
        assert is_plain(reader.ask(ARTICLE, {"body": "halo semua"}))
        assert reader.ask("/healthz").status == 503
