"""A name from outside leads to nothing but a file of ours."""

import os

import pytest

from pnpm.files import replaced, within

HOSTILE = [
    "",
    ".",
    "..",
    "../a",
    "a/../../b",
    "a/..",
    "a//b",
    "/etc/passwd",
    "//etc/passwd",
    "a/",
    ".htaccess",
    "a/.git/config",
    "..\\a",
    "a\\b",
    "C:\\a",
    "a\0b",
    "a\nb",
    "a.zip\n",
    "a b",
    "~root",
    "%2e%2e",
    "\udcff",
    "é",
    "\u2215etc\u2215passwd",
    "\uff0e\uff0e/a",
    "x" * 300,
    "x/" * 5000 + "x",
    "x" * 1_000_000,
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:20])
def test_a_name_that_is_none_of_ours_leads_nowhere_and_the_disk_is_not_asked(
    tmp_path, monkeypatch, name
):
    def asked(*_arguments, **_more):
        raise AssertionError(name)

    with monkeypatch.context() as patch:
        for function in ("stat", "lstat", "open", "readlink", "scandir"):
            patch.setattr(f"os.{function}", asked)
        found = within(tmp_path, name)
    assert found is None


@pytest.mark.parametrize(
    "name", ["a", "a.zip", "20260101-120000-before-restore.zip", "ab/cd-ef/400.webp", "a..b"]
)
def test_ours_lead_into_the_folder_whether_anything_is_there_or_not(tmp_path, name):
    assert within(tmp_path, name) == tmp_path / name


def test_what_leads_out_is_not_there_and_the_folder_itself_may_lie_elsewhere(tmp_path):
    room, outside = tmp_path / "room", tmp_path / "outside"
    room.mkdir()
    outside.mkdir()
    (outside / "secret").touch()
    (room / "file").symlink_to(outside / "secret")
    (room / "folder").symlink_to(outside)
    (tmp_path / "link").symlink_to(room)
    (room / "own").touch()
    assert [within(room, name) for name in ("file", "folder/secret")] == [None, None]
    assert within(tmp_path / "link", "own") == tmp_path / "link/own"


def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="something else"), replaced(tmp_path / "pipe"):
        raise AssertionError
    assert (tmp_path / "pipe").is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
