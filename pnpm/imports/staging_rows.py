"""The tables of a staging file, and how the records of an archive become their rows."""

import sqlite3
from typing import Any

from pnpm.articles.tags import MOST, NAME_LENGTH, label_slug
from pnpm.markup.characters import one_line

from . import record_json
from .records import (
    ArchivedArticle,
    ArchivedComment,
    ArchivedPicture,
    ArchivedStatus,
    Unreadable,
)

MOST_THREADS = 20_000  # numbers of threads kept in memory
TABLES = """
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS article (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, record TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS label (
    slug TEXT PRIMARY KEY, name TEXT NOT NULL, is_too_many INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS thread (
    number INTEGER PRIMARY KEY, article TEXT NOT NULL, address TEXT NOT NULL, title TEXT NOT NULL,
    is_orphan INTEGER NOT NULL DEFAULT 0, UNIQUE (article, address, title)
);
CREATE TABLE IF NOT EXISTS comment (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, thread INTEGER NOT NULL,
    parent TEXT NOT NULL, moment REAL NOT NULL, is_deleted INTEGER NOT NULL, record TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS picture (
    number INTEGER PRIMARY KEY, address TEXT NOT NULL, name TEXT NOT NULL, alt TEXT NOT NULL,
    file TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS shown (picture TEXT PRIMARY KEY, article INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS met (address TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS closed (article TEXT PRIMARY KEY, why TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS unreadable (
    number INTEGER PRIMARY KEY, what TEXT NOT NULL, why TEXT NOT NULL, line INTEGER
);
"""
IN_ORDER = """
CREATE INDEX IF NOT EXISTS comment_thread ON comment (thread, moment, number);
DROP TABLE IF EXISTS found;
DROP TABLE IF EXISTS placed;
CREATE TABLE found (comment INTEGER PRIMARY KEY, moment REAL NOT NULL, step INTEGER NOT NULL,
    first TEXT NOT NULL, answered TEXT NOT NULL);
CREATE TABLE placed (position INTEGER PRIMARY KEY, comment INTEGER NOT NULL,
    first TEXT NOT NULL, answered TEXT NOT NULL);
"""
ADDED = {
    "article": "INSERT OR IGNORE INTO article (key, title, record) VALUES (?, ?, ?)",
    "comment": (
        "INSERT OR IGNORE INTO comment (key, thread, parent, moment, is_deleted, record) "
        "VALUES (?, ?, ?, ?, ?, ?)"
    ),
    "label": (
        "INSERT INTO label (slug, name, is_too_many) VALUES (?, ?, ?) "
        "ON CONFLICT (slug) DO UPDATE SET is_too_many = min(is_too_many, excluded.is_too_many)"
    ),
    "picture": "INSERT INTO picture (address, name, alt, file) VALUES (?, ?, ?, ?)",
    "unreadable": "INSERT INTO unreadable (what, why, line) VALUES (?, ?, ?)",
}
KEYED = "article", "comment"
TWICE = "another one before it has the same key"


class Rows:
    """The rows of a batch of records, by table, until they are written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._threads: dict[tuple[str, str, str], int] = {}
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ADDED}

    def add(self, record: ArchivedArticle | ArchivedComment | ArchivedPicture | Unreadable) -> None:
        """Add the row of a record."""
        if isinstance(record, ArchivedArticle):
            row = text(record.key), text(record.title), record_json.packed(record)
            self._rows["article"].append(row)
            if record.status is not ArchivedStatus.DELETED:
                self._rows["label"] += [
                    (label_slug(one), text(one), place >= MOST)
                    for place, one in enumerate(labels_of(record))
                ]
        elif isinstance(record, ArchivedComment):
            self._rows["comment"].append(self._comment(record))
        elif isinstance(record, ArchivedPicture):
            texts = record.address, record.name, record.alt, record.file
            self._rows["picture"].append(tuple(text(one) for one in texts))
        else:
            self._rows["unreadable"].append((text(record.what), text(record.why), record.line))

    def write(self) -> None:
        """Write them all, in the caller's transaction."""
        for name, rows in self._rows.items():
            if not rows:
                continue
            stored = self._connection.executemany(ADDED[name], rows).rowcount
            for _one in range(len(rows) - stored if name in KEYED else 0):
                self._connection.execute(ADDED["unreadable"], (name, TWICE, None))
        self._rows = {name: [] for name in ADDED}

    def _comment(self, record: ArchivedComment) -> tuple[Any, ...]:
        thread = self._thread(record)
        moment, is_deleted = record.created_at.timestamp(), record.status is ArchivedStatus.DELETED
        key, parent = text(record.key), text(record.parent)
        return key, thread, parent, moment, is_deleted, record_json.packed(record)

    def _thread(self, record: ArchivedComment) -> int:
        key = text(record.article), "", ""
        if not record.article:
            key = "", text(record.article_address), text(record.article_title)
        if key not in self._threads:
            if len(self._threads) >= MOST_THREADS:
                self._threads.clear()
            query = "INSERT OR IGNORE INTO thread (article, address, title) VALUES (?, ?, ?)"
            self._connection.execute(query, key)
            query = "SELECT number FROM thread WHERE article = ? AND address = ? AND title = ?"
            (self._threads[key],) = self._connection.execute(query, key).fetchone()
        return self._threads[key]


def labels_of(record: ArchivedArticle) -> list[str]:
    """Return the labels of an article as they fit here, none twice; it can have MOST of them."""
    found: dict[str, str] = {}
    for name in record.labels:
        name = one_line(name)[:NAME_LENGTH].strip()
        if name:
            found.setdefault(label_slug(name), name)
    return [*found.values()]


def text(given: str) -> str:
    """Return a text as SQLite takes it: without halves of letters."""
    return given if given.isascii() else given.encode("utf-8", "replace").decode()
