"""The backup of Remark42, read: a line about all, then a comment a line."""

import gzip
import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnpm.imports import json_pieces, remark42
from pnpm.imports.records import (
    ArchivedComment,
    ArchivedSite,
    ArchivedStatus,
    NotAnArchive,
    Unreadable,
)

ABOUT = {"version": 1, "users": [{"id": "github_1", "blocked": {"status": False}}], "posts": []}
SITE = {"site": "desa", "url": "https://desa.example/2012/12/rapat.html"}
ANI = {"name": "Ani &lt;3", "id": "github_1", "picture": "", "ip": "a1b2c3", "admin": True}
FIRST = {
    "id": "f1",
    "pid": "",
    "text": "<p>Halo <strong>semua</strong></p>\n",
    "orig": "Halo **semua**",
    "user": ANI,
    "locator": SITE,
    "score": 2,
    "votes": {"github_9": True},
    "voted_ips": {"d4e5f6": {"Timestamp": "2018-05-02T12:34:56Z", "Value": True}},
    "time": "2018-05-02T12:34:56.123456789-05:00",
    "title": "Rapat &lt;desa&gt;",
    "imported": True,
}
REPLY = FIRST | {"id": "f2", "pid": "f1", "text": "", "user": {"name": "Budi", "admin": False}}
DELETED = FIRST | {"id": "f3", "text": "", "orig": "", "delete": True}


@pytest.fixture
def written(tmp_path):
    """Write a backup of these lines: values, or texts as they are."""

    def written(*lines):
        path = tmp_path / "backup.json"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts) + "\n")
        return path

    return written


def comments(path):
    return [one for one in remark42.read(path) if isinstance(one, ArchivedComment)]


def faults(path):
    return [one for one in remark42.read(path) if isinstance(one, Unreadable)]


def test_every_comment_is_read(written):
    site, first, reply, deleted = remark42.read(written(ABOUT, FIRST, REPLY, DELETED))
    assert site == ArchivedSite(key="desa", title="desa")
    assert first == ArchivedComment(
        key="f1",
        text="<p>Halo <strong>semua</strong></p>\n",
        created_at=datetime(2018, 5, 2, 12, 34, 56, 123456, timezone(-timedelta(hours=5))),
        article_address=SITE["url"],
        article_title="Rapat <desa>",
        name="Ani <3",
        is_official=True,
    )
    assert (reply.parent, reply.text, reply.is_html) == ("f1", "Halo **semua**", False)
    assert (reply.name, reply.is_official) == ("Budi", False)
    assert (deleted.status, deleted.text) == (ArchivedStatus.DELETED, "")


def test_neither_votes_nor_addresses_of_computers_are_carried(written):
    found = repr(list(remark42.read(written(ABOUT, FIRST))))
    assert not [each for each in ("a1b2c3", "d4e5f6", "github") if each in found]


def test_packed_it_is_read_too(written):
    path = written(ABOUT, FIRST, REPLY)
    whole = list(remark42.read(path))
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed)
    assert list(remark42.read(path)) == whole
    path.write_bytes(packed[:-20])
    assert "gzip" in faults(path)[-1].why


def test_what_is_malformed_is_named_with_its_line_and_the_rest_is_read(written):
    path = written(
        ABOUT, "{", FIRST, "", "[]", {"id": "x"}, FIRST | {"text": "", "orig": ""}, REPLY
    )
    assert [one.key for one in comments(path)] == ["f1", "f2"]
    assert [(one.what, one.line) for one in faults(path)] == [
        ("line", 2),
        ("line", 5),
        ("comment", 6),
        ("comment", 7),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"time": "0001-01-01T00:00:00Z"},
        {"time": ["x"]},
        {"time": "9999-12-31T23:59:59-12:00"},
        {"id": ""},
        {"text": "x" * 200_001},
        {"text": 5, "orig": {}},
    ],
)
def test_a_comment_that_is_none_is_named(written, change):
    path = written(ABOUT, FIRST | change | {"orig": change.get("orig", "")}, REPLY)
    kept = [one.key for one in comments(path)]
    assert kept in (["f2"], ["f1", "f2"])
    assert len(faults(path)) + len(kept) == 2


def test_what_is_not_as_it_should_be_is_read_all_the_same(written):
    odd = {"user": "x", "locator": [], "pid": None, "title": 7, "delete": "no"}
    (one,) = comments(written(ABOUT, FIRST | odd))
    assert (one.name, one.article_address, one.parent, one.article_title) == ("", "", "", "7")
    assert next(remark42.read(written(ABOUT, FIRST | odd))) == ArchivedSite(key="Remark42")


def test_a_line_that_is_too_long_is_left_out(written, monkeypatch):
    path = written(ABOUT, FIRST | {"orig": "x" * 3000}, REPLY)
    monkeypatch.setattr(json_pieces, "LONGEST", 2000)
    monkeypatch.setattr(json_pieces, "CHUNK", 100)
    assert [one.key for one in comments(path)] == ["f2"]
    assert [one.line for one in faults(path)] == [2]
    monkeypatch.setattr(json_pieces, "LARGEST", 1000)
    assert "is not read" in faults(path)[-1].why


def test_without_the_first_line_or_any_comment(written):
    assert len(comments(written(FIRST, REPLY))) == 2
    assert list(remark42.read(written(ABOUT))) == [ArchivedSite(key="Remark42")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "it is empty"),
        ('[{"comments": []}]', "flask import isso"),
        ('<rss xmlns:wp="http://wordpress.org/export/1.2/">', "flask import wordpress"),
        ('{"a": 1}', "no archive of Remark42"),
        ({"version": 2, "users": []}, "version 2"),
        ({"version": [], "users": []}, "version"),
    ],
)
def test_another_file_is_refused(written, line, words):
    with pytest.raises(NotAnArchive, match=words):
        remark42.read(written(line))


@settings(max_examples=100)
@given(st.data())
def test_damage_is_refused_or_named_and_never_more(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("rusak") / "backup.json"
    content = bytearray("\n".join(map(json.dumps, (ABOUT, FIRST, REPLY, DELETED))).encode())
    for _flip in range(data.draw(st.integers(1, 20))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.sampled_from(b'"\\{}[],:\xff\n0a'))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        found = list(remark42.read(path))
    except NotAnArchive:
        return
    assert isinstance(found[0], ArchivedSite)
