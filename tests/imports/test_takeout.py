"""The zip file of Google Takeout."""

import json
import zipfile
from pathlib import Path

import pytest

from pnpm.imports import blogger, staging, takeout
from pnpm.imports.records import NotAnArchive, System
from tests.imports.archives import SAMPLES, Archive

FEED = (SAMPLES / "takeout.atom").read_bytes()
COMMENTS = (
    b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>tag:blogger.com,1999:blog-1.post-1</id>"
    b"</entry></feed>"
)


@pytest.fixture
def packed(tmp_path):
    """Makes a zip file of these members."""

    def make(members, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "takeout.zip"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        return path

    return make


def test_the_feed_of_the_only_blog_is_read_and_its_pictures_are_named(packed):
    note = {"title": "Gotong royong.jpg", "url": "https://lh3.example/x", "description": "Warga"}
    found = Archive(
        blogger.read(
            packed(
                {
                    "Takeout/Blogger/Blogs/Kabar/feed.atom": FEED,
                    "Takeout/Blogger/Blogs/Kabar/theme-layouts.xml": "<html/>",
                    "Takeout/Blogger/Albums/Kabar/a.JPG": b"jpeg",
                    "Takeout/Blogger/Albums/Kabar/a.JPG.json": json.dumps(note),
                    "Takeout/Blogger/Albums/Kabar/b.png": b"png",
                    "__MACOSX/Takeout/Blogger/Albums/Kabar/._b.png": b"",
                }
            )
        )
    )
    assert (len(found.articles), len(found.comments)) == (5, 4)
    assert [(one.address, one.name, one.alt, one.file) for one in found.pictures] == [
        (
            "https://lh3.example/x",
            "Gotong royong.jpg",
            "Warga",
            "Takeout/Blogger/Albums/Kabar/a.JPG",
        ),
        ("", "b.png", "", "Takeout/Blogger/Albums/Kabar/b.png"),
    ]


def test_the_comments_that_the_owner_wrote_elsewhere_are_no_blog(packed):
    path = packed({"T/Blogger/Comments/Kabar/feed.atom": COMMENTS, "T/Blog/Kabar/feed.atom": FEED})
    assert len(Archive(blogger.read(path)).articles) == 5


@pytest.mark.parametrize("name", ["Dua", "T/Blogs/Dua/feed.atom"])
def test_of_several_blogs_one_is_to_be_named(packed, name):
    path = packed({"T/Blogs/Satu/feed.atom": FEED, "T/Blogs/Dua/feed.atom": FEED})
    with pytest.raises(NotAnArchive, match=r"several blogs .*\(Satu, Dua\).* takeout\.zip:Satu"):
        list(blogger.read(path))
    assert len(Archive(blogger.read(Path(f"{path}:{name}"))).articles) == 5


def test_a_zip_without_a_feed_says_what_to_choose(packed):
    with pytest.raises(NotAnArchive, match=r"no feed\.atom"):
        list(blogger.read(packed({"Takeout/Photos/a.jpg": b""})))


def test_a_feed_that_is_another_systems_is_named(packed):
    path = packed({"T/Blogs/Satu/feed.atom": "<rss xmlns:wp='http://wordpress.org/export/1.2/'/>"})
    with pytest.raises(NotAnArchive, match="a WordPress export"):
        list(blogger.read(path))


def test_a_note_that_is_none_is_passed_over(packed):
    path = packed({"B/feed.atom": FEED, "a.jpg": b"", "a.jpg.json": "[" * 50_000, "b.jpg": b""})
    assert [one.name for one in Archive(blogger.read(path)).pictures] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("damage", [b"PK\x03\x04", b"PK\x05\x06", b"PK\x03\x04" + b"x" * 100])
def test_a_damaged_zip_is_refused(tmp_path, damage):
    path = tmp_path / "takeout.zip"
    path.write_bytes(damage)
    with pytest.raises(NotAnArchive, match="damaged"):
        list(blogger.read(path))


def test_a_feed_that_is_damaged_within_its_zip_is_read_up_to_there(packed):
    path = packed({"B/feed.atom": FEED + b" " * 300_000}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[250_000] ^= 1
    path.write_bytes(data)
    found = Archive(blogger.read(path))
    assert len(found.articles) == 5
    assert "the zip file is damaged here" in found.unreadable[-1].why


def test_a_feed_locked_by_a_password_is_refused(packed):
    path = packed({"B/feed.atom": FEED})
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    path.write_bytes(data)
    with pytest.raises(NotAnArchive, match="password"):
        list(blogger.read(path))


def test_a_zip_bomb_ends_where_no_blog_would(packed, monkeypatch):
    monkeypatch.setattr(takeout, "LARGEST_FEED", 200_000)
    found = Archive(blogger.read(packed({"B/feed.atom": FEED[:-10] + b" " * 1_000_000})))
    assert len(found.articles) == 5
    assert [one.why for one in found.unreadable][-1:] == [
        "it is larger than any blog: the rest is not read"
    ]


def test_a_zip_with_too_many_files_is_refused_before_it_is_opened(packed, monkeypatch):
    path = packed({f"{number}.txt": b"" for number in range(100)} | {"B/feed.atom": FEED})
    monkeypatch.setattr(takeout, "LARGEST_LIST", 4_000)
    with pytest.raises(NotAnArchive, match="too many files"):
        list(blogger.read(path))


def test_two_blogs_of_a_zip_are_two_archives(packed):
    path = packed({"T/Blogs/Satu/feed.atom": FEED, "T/Blogs/Dua/feed.atom": FEED})
    digests = {
        staging.digest_of(System.BLOGGER, Path(f"{path}{name}")) for name in ("", ":Satu", ":Dua")
    }
    assert len(digests) == 3
