"""What Isso keeps, read: its database, and its generic JSON. Text is as it was typed."""

import gzip
import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnpm.imports import isso, json_pieces
from pnpm.imports.records import (
    ArchivedComment,
    ArchivedSite,
    ArchivedStatus,
    NotAnArchive,
    Unreadable,
)
from tests.conftest import SHARED

SCHEMA = """
CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER,
    created FLOAT NOT NULL, modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR,
    author VARCHAR, email VARCHAR, website VARCHAR, likes INTEGER DEFAULT 0,
    dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
"""
COLUMNS = "id, tid, parent, created, mode, text, author, email, website, remote_addr, voters"
ROWS = [
    (1, 1, None, 1355970180.25, 1, "Halo *semua* :)", "Ani", "ani@desa.example", "https://ani.example", "10.0.0.1", b""),
    (2, 1, 1, 1355970190.0, 2, "menunggu", None, None, None, "10.0.0.2", b""),
    (3, 2, None, 1355970200.0, 4, "", "", "", "", "10.0.0.3", b""),
    (4, 9, 3, 1355970210.0, 7, "tanpa artikel", "", "", "", "10.0.0.4", b""),
]  # fmt: skip


@pytest.fixture
def database(tmp_path):
    """Make a database of Isso's: `database(rows, *statements)`."""

    def database(rows=ROWS, *statements, schema=SCHEMA, key="rahasia"):
        path = tmp_path / "comments 1?.db"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.executescript(schema)
        if schema == SCHEMA:
            connection.execute("INSERT INTO preferences VALUES ('session-key', ?)", [key])
            threads = [(1, "/2012/12/rapat.html", "Rapat"), (2, "/lain/", None)]
            connection.executemany("INSERT INTO threads VALUES (?, ?, ?)", threads)
            marks = ", ".join("?" * len(COLUMNS.split(",")))
            connection.executemany(f"INSERT INTO comments ({COLUMNS}) VALUES ({marks})", rows)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return path

    return database


@pytest.fixture
def written(tmp_path):
    """Write a file of JSON, or of what is given."""

    def written(content):
        path = tmp_path / "isso.json"
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def comments(path):
    return [one for one in isso.read(path) if isinstance(one, ArchivedComment)]


def faults(path):
    return [one for one in isso.read(path) if isinstance(one, Unreadable)]


class TestDatabase:
    def test_every_comment_is_read(self, database):
        first, *others = comments(database())
        assert first == ArchivedComment(
            key="1",
            text="Halo *semua* :)",
            created_at=datetime(2012, 12, 20, 2, 23, 0, 250000, UTC),
            is_html=False,
            article_address="/2012/12/rapat.html",
            article_title="Rapat",
            name="Ani",
            email="ani@desa.example",
            website="https://ani.example",
        )
        assert [(one.key, one.parent, one.article_address) for one in others] == [
            ("2", "1", "/2012/12/rapat.html"),
            ("3", "", "/lain/"),
            ("4", "3", ""),
        ]
        assert [one.status for one in others] == [
            ArchivedStatus.PENDING,
            ArchivedStatus.DELETED,
            ArchivedStatus.PENDING,  # a mode that is not known
        ]

    def test_no_address_of_a_computer_is_carried(self, database):
        assert "10.0.0" not in repr(list(isso.read(database())))

    def test_another_database_is_another_site_whose_secret_is_not_told(self, database):
        one, again, other = (
            next(isso.read(database(key=key))) for key in ("rahasia", "rahasia", "lain")
        )
        assert isinstance(one, ArchivedSite)
        assert one == again != other
        assert "rahasia" not in repr(one)

    def test_it_is_left_as_it_is(self, database):
        path = database()
        before = path.read_bytes(), sorted(path.parent.iterdir())
        list(isso.read(path))
        assert (path.read_bytes(), sorted(path.parent.iterdir())) == before

    def test_what_is_not_yet_in_it_is_said(self, database):
        path = database()
        path.with_name(f"{path.name}-wal").write_bytes(b"x")
        assert [one.what for one in faults(path)] == ["comments 1?.db-wal"]

    @pytest.mark.parametrize(
        ("values", "why"),
        [
            ({3: "kemarin"}, "no moment"),
            ({3: 1e300}, "no moment"),
            ({5: None}, "no text"),
            ({5: "x" * 200_001}, "longer than 200,000"),
            ({5: b"\0" * (17 << 20)}, "too big"),
        ],
    )
    def test_one_that_cannot_be_read_is_named_and_the_others_are_read(self, database, values, why):
        row = [values.get(place, value) for place, value in enumerate(ROWS[1])]
        path = database([ROWS[0], row, *ROWS[2:]])
        assert [one.key for one in comments(path)] == ["1", "3", "4"]
        (fault,) = faults(path)
        assert (fault.what, why in fault.why) == ("comment 2", True)

    def test_columns_of_any_kind_are_read(self, database):
        odd = (5, 1, "x", "1355970180", "1", b"\xffbiner\0", 7, 1.5, None, None, b"")
        (one,) = comments(database([odd]))
        assert (one.text, one.name, one.email, one.parent) == ("\ufffdbiner", "7", "1.5", "x")

    @pytest.mark.parametrize(
        "statements",
        [
            ["DROP TABLE comments", "CREATE VIEW comments AS SELECT 1 AS id, 1 AS tid"],
            ["DROP TABLE threads"],
            [
                "DROP TABLE comments",
                "CREATE TABLE comments (id INTEGER PRIMARY KEY, tid, parent, created, mode, "
                "author, email, website, text AS (hex(tid)))",
            ],
            [
                "DROP TABLE comments",
                "CREATE VIRTUAL TABLE comments USING fts5(tid, parent, created, mode, text)",
            ],
            ["ALTER TABLE comments DROP COLUMN website"],
        ],
    )
    def test_what_runs_something_or_is_another_schema_is_refused(self, database, statements):
        with pytest.raises(NotAnArchive):
            isso.read(database(ROWS, *statements))

    def test_a_trigger_or_a_view_beside_them_does_not_run(self, database):
        path = database(
            ROWS,
            "CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
            "SELECT * FROM r",
            "CREATE TRIGGER t AFTER INSERT ON comments BEGIN DELETE FROM threads; END",
        )
        assert len(comments(path)) == 4

    @settings(max_examples=60)
    @given(st.data())
    def test_damage_is_refused_or_named_and_never_more(self, tmp_path_factory, data):
        path = tmp_path_factory.mktemp("rusak") / "a.db"
        connection = sqlite3.connect(path)
        connection.executescript(SCHEMA)
        connection.execute("INSERT INTO threads VALUES (1, '/a/', 'A')")
        rows = [(1, 1.0, 1, "isi " * 200, b"")] * 40
        connection.executemany(
            "INSERT INTO comments (tid, created, mode, text, voters) VALUES (?, ?, ?, ?, ?)", rows
        )
        connection.commit()
        connection.close()
        content = bytearray(path.read_bytes())
        for _flip in range(data.draw(st.integers(1, 40))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.integers(0, 255))
        path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
        survives(path)


THREADS = [
    {
        "comments": [
            {"id": 0, "author": "Ani", "email": "", "website": "", "remote_addr": "10.0.0.1",
             "created": "2005-02-24 04:03:37", "text": "Baik \"sekali\" }]{[ \\"},
            {"id": 1, "author": "Budi", "email": "b@x.example", "website": "https://b.example",
             "remote_addr": "10.0.0.2", "created": "2005-02-25 04:03:37", "text": "Ya", "parent": 0},
        ],
        "id": "/posts/0001/",
        "title": "Rapat",
    },
    {"id": "/posts/0002/", "title": "Lain", "comments": [
        {"id": 0, "author": None, "created": 1355970180, "text": "Dua"},
        {"id": 0, "created": "2012-12-20T10:23:00+08:00", "text": "Kembar"}]},
]  # fmt: skip


class TestThreads:
    def test_every_comment_is_read(self, written):
        first, second, third, fourth = comments(written(THREADS))
        assert first == ArchivedComment(
            key="/posts/0001/ 0",
            text='Baik "sekali" }]{[ \\',
            created_at=datetime(2005, 2, 24, 4, 3, 37, tzinfo=UTC),
            is_html=False,
            article_address="/posts/0001/",
            article_title="Rapat",
            name="Ani",
        )
        assert (second.parent, second.email) == ("/posts/0001/ 0", "b@x.example")
        assert (third.key, third.name) == ("/posts/0002/ 0", "")
        assert fourth.key == "/posts/0002/ 0 (1)"
        assert third.created_at == fourth.created_at == datetime(2012, 12, 20, 2, 23, tzinfo=UTC)

    @pytest.mark.parametrize("size", [1, 2, 7, 64])
    @pytest.mark.parametrize("indent", [None, 2])
    def test_however_it_is_cut_and_written(self, written, monkeypatch, size, indent):
        path = written(json.dumps(THREADS, indent=indent, ensure_ascii=False))
        whole = list(isso.read(path))
        monkeypatch.setattr(json_pieces, "CHUNK", size)
        assert list(isso.read(path)) == whole
        path.write_bytes(gzip.compress(path.read_bytes()))
        assert list(isso.read(path)) == whole

    def test_what_is_malformed_is_named_with_its_line_and_the_rest_is_read(self, written):
        one = json.dumps(THREADS[0])
        two = json.dumps(THREADS[1])
        path = written(f'[{one},\n{{"id": "/x/", comments: []}},\n{{"id": "/y/"}},\n[1],\n{two}]')
        assert len(comments(path)) == 4
        assert [(each.what, each.line) for each in faults(path)] == [
            ("thread", 2),
            ("thread", 3),
            ("thread", 4),
        ]

    @pytest.mark.parametrize(
        ("comment", "why"),
        [
            ({}, "no moment"),
            ({"created": "kemarin", "text": "x"}, "no moment"),
            ({"created": 1e300, "text": "x"}, "no moment"),
            ({"created": 5, "text": " "}, "no text"),
            ({"created": 5, "text": ["x"]}, "no text"),
            ({"created": 5, "text": "x" * 200_001}, "longer than"),
            ("x", "no object"),
        ],
    )
    def test_a_comment_that_is_none_is_named(self, written, comment, why):
        path = written([{"id": "/a/", "comments": [comment, {"created": 5, "text": "ada"}]}])
        assert [one.text for one in comments(path)] == ["ada"]
        assert why in faults(path)[0].why

    def test_a_file_that_ends_too_early_is_read_so_far(self, written):
        text = json.dumps(THREADS)
        path = written(text[: text.index("Kembar")])
        assert len(comments(path)) == 2
        assert [(one.line, one.why) for one in faults(path)] == [(1, "the file ends within it")]
        path.write_bytes(gzip.compress(text.encode())[:-30])
        assert "gzip" in faults(path)[0].why

    def test_what_is_too_long_is_left_out_and_named(self, written, monkeypatch):
        monkeypatch.setattr(json_pieces, "LONGEST", 200)
        path = written(THREADS)
        assert [one.article_address for one in comments(path)] == ["/posts/0002/"] * 2
        assert "longer" in faults(path)[0].why
        monkeypatch.setattr(json_pieces, "LARGEST", 300)
        monkeypatch.setattr(json_pieces, "CHUNK", 100)
        assert "is not read" in faults(path)[-1].why

    def test_lone_surrogates_and_nul_are_dropped(self, written):
        text = '[{"id": "/a\\u0000/", "comments": [{"created": 5, "text": "a\\ud800b"}]}]'
        (one,) = comments(written(text))
        assert (one.article_address, one.text) == ("/a/", "ab")

    @pytest.mark.parametrize(
        "text", ["[" * 100_000, '[{"a":' * 50_000, "[{}" + "]" * 99, '["', "[1]"]
    )
    def test_strange_ones_end(self, written, text):
        assert comments(written(text)) == []

    @settings(max_examples=100)
    @given(st.data())
    def test_damage_is_refused_or_named_and_never_more(self, tmp_path_factory, data):
        path = tmp_path_factory.mktemp("rusak") / "a.json"
        content = bytearray(json.dumps(THREADS, indent=1).encode())
        for _flip in range(data.draw(st.integers(1, 20))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.sampled_from(b'"\\{}[],:\xff\n0a'))
        path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
        survives(path)


def survives(path):
    """Read it, or have it refused."""
    try:
        found = list(isso.read(path))
    except NotAnArchive:
        return
    assert isinstance(found[0], ArchivedSite)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b'{"version":1,"users":[]}', "flask import remark42"),
        (b"<?xml version='1.0'?><disqus xmlns='http://disqus.com'>", "flask import disqus"),
        (b"PK\x03\x04", "zip"),
        (b"halo", "no archive of Isso"),
        (b"\x1f\x8bhalo", "cannot be read"),
        (b"SQLite format 3\x00", "cannot be read"),
    ],
)
def test_another_file_is_refused(written, content, words):
    with pytest.raises(NotAnArchive, match=words):
        isso.read(written(content))


def test_what_is_no_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(NotAnArchive):
            isso.read(path)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not there")
def test_the_real_list_is_read_whole():
    path = SHARED / "isso/isso_generic.json"
    threads = json.loads(path.read_text())
    counted = Counter(
        (thread["id"], one["author"], one["text"], one["created"])
        for thread in threads
        for one in thread["comments"]
    )
    assert faults(path) == []
    assert counted == Counter(
        (one.article_address, one.name, one.text, f"{one.created_at:%Y-%m-%d %H:%M:%S}")
        for one in comments(path)
    )
