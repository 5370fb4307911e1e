"""The release file: everything to upload and nothing else, the same bytes from the same commit."""

import os
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime

import pytest

from deploy import dist
from tests.conftest import TOP

NOT_UPLOADED = (
    "tests/",
    "bench/",
    ".ci/",
    ".git",
    "Makefile",
    "ruff.toml",
    "pyproject.toml",
    "setup.cfg",
    "deploy/dist.py",
)


@pytest.fixture(scope="module")
def archive(release):
    with zipfile.ZipFile(release) as opened:
        yield opened


def committed(name):
    return subprocess.run(
        ["git", "-C", TOP, "show", f"HEAD:{name}"], check=True, capture_output=True
    ).stdout


def build_elsewhere(folder, zone, umask, moment):
    """Build it from a clone in that folder, on a machine in that zone, with other rights and times
    of the files.
    """
    clone = folder / "clone"
    subprocess.run(
        ["git", "-c", "core.autocrlf=true", "clone", "-q", "--shared", TOP, clone],
        check=True,
        umask=umask,
    )
    for path in clone.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (moment, moment))
    (clone / "instance/secret_key").write_text("a secret of this machine")
    (clone / "pnpm/config.py").write_text("changed, and not committed")
    command = [shutil.which("python3"), "-m", "deploy.dist"]
    subprocess.run(
        command,
        cwd=clone,
        env={**os.environ, "TZ": zone},
        umask=umask,
        check=True,
        capture_output=True,
    )
    return next((clone / "dist").glob("*.zip"))


def test_it_is_the_same_bytes_wherever_it_is_built(release, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "a longer name of a folder").mkdir()
    one = build_elsewhere(tmp_path / "here", "Asia/Makassar", 0o077, 1_000_000_000)
    other = build_elsewhere(
        tmp_path / "a longer name of a folder", "America/New_York", 0o002, 1_500_000_000
    )
    assert one.read_bytes() == other.read_bytes() == release.read_bytes()
    assert one.name == release.name == f"pnpm-{dist.version(TOP)}.zip"


def test_all_that_it_holds_is_committed_as_it_stands_there(archive):
    names = archive.namelist()
    assert names[:-1] == sorted(set(names[:-1]))
    assert names[-1] == "tmp/restart.txt"
    for name in names[:-1]:
        assert archive.read(name) == committed(name), name


def test_it_holds_what_runs_the_site_and_nothing_of_the_tests_or_of_an_instance(archive):
    names = set(archive.namelist())
    assert names >= {
        "passenger_wsgi.py",
        "wsgi.py",
        "requirements.txt",
        "requirements-mysql.txt",
        "deploy/cgi/pnpm.cgi",
        "LICENSE",
    }
    assert names >= {
        "pnpm/translations/en/LC_MESSAGES/messages.mo",
        "static/app.js",
        "templates/base.html",
        "README.md",
    }
    assert [name for name in names if name.startswith(NOT_UPLOADED)] == []
    assert [name for name in names if name.startswith("instance/")] == ["instance/.gitkeep"]


def test_its_files_have_the_time_of_the_commit_and_plain_rights(archive):
    moment = int(
        subprocess.run(
            ["git", "-C", TOP, "log", "-1", "--format=%ct"], check=True, capture_output=True
        ).stdout
    )
    # zip counts in two seconds
    wanted = datetime.fromtimestamp(moment - moment % 2, UTC).timetuple()[:6]
    assert {info.date_time for info in archive.infolist()} == {wanted}
    assert {info.external_attr >> 16 for info in archive.infolist()} <= {0o100644, 0o100755}


def test_its_checksum_is_right_and_it_unpacks(release, tmp_path):
    subprocess.run(
        ["sha256sum", "-c", f"{release.name}.sha256"],
        cwd=release.parent,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(release) as archive:
        assert archive.testzip() is None
    subprocess.run(["unzip", "-q", release, "-d", tmp_path], check=True)
    assert (tmp_path / "pnpm/config.py").read_bytes() == committed("pnpm/config.py")
    assert (tmp_path / "tmp/restart.txt").is_file()


def test_what_cannot_be_uploaded_is_not_left_out_in_silence(tmp_path):
    subprocess.run(["git", "clone", "-q", "--shared", TOP, tmp_path], check=True)
    (tmp_path / "static/link.js").symlink_to("app.js")
    said = ["-c", "user.name=Penguji", "-c", "user.email=penguji@desa.example"]
    subprocess.run(["git", "-C", tmp_path, "add", "--all"], check=True)
    subprocess.run(["git", "-C", tmp_path, *said, "commit", "-q", "-m", "A link"], check=True)
    with pytest.raises(ValueError, match=r"static/link\.js"):
        list(dist.entries(tmp_path))
