"""What a file is, by its first bytes."""

import gzip

import pytest

from pnpm.imports import blogger, disqus, wordpress
from pnpm.imports.file_types import name_of, opened
from pnpm.imports.records import NotAnArchive
from tests.imports.archives import SAMPLES


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", "an empty file"),
        (b" \n", "an empty file"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"SQLite format 3\x00", "flask import isso"),
        (b"\x89PNG\r\n", "a picture"),
        (b'{"version": 1, "users": [', "flask import remark42"),
        (b"[{}]", "flask import isso"),
        (b"\xff\xfe<\x00r\x00s\x00s\x00>\x00", "an RSS feed"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"<?xml version='1.0'?><opml>", "of none of the systems"),
        (b"Halo", "no file of XML"),
        (b"\x00\x01\x02", "no file of XML"),
    ],
)
def test_a_file_is_named(head, name):
    assert name in name_of(head)


@pytest.mark.parametrize("reader", [blogger, disqus, wordpress])
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (gzip.compress(b"<rss/>", mtime=0), "a file that gzip has packed: unpack it first"),
        (b"", "an empty file"),
        (b"SQLite format 3\x00" + bytes(100), "an SQLite file"),
        (b"<html><body>x</body></html>", "a web page"),
    ],
)
def test_what_is_no_archive_is_named_by_each_reader(reader, data, name, tmp_path):
    path = tmp_path / "archive"
    path.write_bytes(data)
    with pytest.raises(NotAnArchive, match=f"This is {name}"):
        list(reader.read(path))


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(NotAnArchive, match="a folder"), opened(tmp_path):
        pass
    with pytest.raises(NotAnArchive, match="cannot be opened"), opened(tmp_path / "x"):
        pass


@pytest.mark.parametrize("reader", [blogger, disqus, wordpress])
def test_a_folder_is_refused_by_each_reader(reader, tmp_path):
    with pytest.raises(NotAnArchive, match="a folder"):
        list(reader.read(tmp_path))


@pytest.mark.parametrize("reader", [blogger, disqus, wordpress])
@pytest.mark.parametrize(
    ("sample", "system"),
    [("blogger_old.xml", "blogger"), ("wordpress.xml", "wordpress"), ("disqus.xml", "disqus")],
)
def test_the_export_of_another_system_names_the_command_for_it(reader, sample, system):
    if reader.__name__.endswith(system):
        return
    with pytest.raises(NotAnArchive, match=f"flask import {system}"):
        list(reader.read(SAMPLES / sample))
