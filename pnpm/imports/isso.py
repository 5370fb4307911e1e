"""Reads what Isso keeps: its database of SQLite, or the generic JSON that its importer takes. Text
is as it was typed, in Markdown.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from .json_pieces import (
    LONGEST,
    LONGEST_LINE,
    LONGEST_TEXT,
    Piece,
    elements,
    head,
    moment_of,
    not_of,
    storable,
    text_of,
)
from .records import (
    ArchivedComment,
    ArchivedSite,
    ArchivedStatus,
    NotAnArchive,
    Record,
    Unreadable,
)

NAME = "Isso"
SQLITE = b"SQLite format 3\x00"
TABLES = {"comments", "threads", "preferences"}
# Anything else in a schema that a stranger wrote is refused, before it runs.
FUNCTIONS = {"substr"}
MOST_FAULTS = 1_000  # comments of a damaged database that cannot be read, before the rest is left
STATUSES = {"1": ArchivedStatus.PUBLISHED, "2": ArchivedStatus.PENDING, "4": ArchivedStatus.DELETED}
TOO_LONG = f"it is longer than {LONGEST_TEXT:,} characters"
_COMMENTS = """
SELECT c.id, c.parent, c.created, c.mode, substr(c.text, 1, :text),
       substr(c.author, 1, :line), substr(c.email, 1, :line), substr(c.website, 1, :line),
       substr(t.uri, 1, :line), substr(t.title, 1, :line)
FROM comments AS c LEFT JOIN threads AS t ON t.id = c.tid
WHERE c.id > :last ORDER BY c.id"""
_SIZES = {"text": LONGEST_TEXT + 1, "line": LONGEST_LINE}
_NEXT = "SELECT id FROM comments WHERE id > ? ORDER BY id LIMIT 1"
_SCHEMA = "SELECT name, type, substr(sql, 1, 12) FROM sqlite_master"
_COLUMNS = "PRAGMA table_xinfo(%s)"
_SESSION_KEY = "SELECT value FROM preferences WHERE key = 'session-key'"


def read(path: Path) -> Iterator[Record]:
    """Return what a database or a list of threads holds. Raises NotAnArchive for another file."""
    begun = head(path)
    if begun.startswith(SQLITE):
        with closing(_opened(path)) as connection:
            _check(path, connection)
        return _of_database(path)
    if begun.startswith(b"["):
        return _of_threads(path)
    raise not_of(NAME, path, begun)


def _opened(path: Path) -> sqlite3.Connection:
    """Open a database of a stranger's: nothing is written, neither into it nor beside it, and
    nothing of its schema is run.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_allowed)
    return connection


def _allowed(action: int, first: str | None, second: str | None, *_more: str | None) -> int:
    may = (
        action == sqlite3.SQLITE_SELECT
        or (action == sqlite3.SQLITE_READ and first in TABLES | {"sqlite_master"})
        or (action == sqlite3.SQLITE_FUNCTION and second in FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and first == "table_xinfo")
    )
    return sqlite3.SQLITE_OK if may else sqlite3.SQLITE_DENY


def _check(path: Path, connection: sqlite3.Connection) -> None:
    """Raise NotAnArchive unless Isso's tables are there, and are tables."""
    try:
        tables = {
            name
            for name, kind, sql in connection.execute(_SCHEMA)
            if kind == "table" and str(sql).upper() == "CREATE TABLE"
        }
        if not {"comments", "threads"} <= tables:
            raise NotAnArchive(f"{path} is an SQLite file without the tables of {NAME}.")
        columns = [row for name in TABLES for row in connection.execute(_COLUMNS % name)]
        if any(hidden for *_column, hidden in columns):
            raise NotAnArchive(f"{path} has columns that are calculated: that is not {NAME}'s.")
        connection.execute(f"EXPLAIN {_COMMENTS}", _SIZES | {"last": 0}).close()
    except sqlite3.Error as error:
        raise NotAnArchive(f"{path} cannot be read as {NAME}'s database: {error}.") from error


def _of_database(path: Path) -> Iterator[Record]:
    with closing(_opened(path)) as connection:
        yield ArchivedSite(key=_site_key(connection))
        for beside in ("wal", "journal"):
            journal = path.with_name(f"{path.name}-{beside}")
            if journal.is_file() and journal.stat().st_size:
                why = "what was written last is there; stop Isso, and copy the database then"
                yield Unreadable(journal.name, why)
        yield from _rows(connection)


def _rows(connection: sqlite3.Connection) -> Iterator[Record]:
    """Yield the comments, also those behind one that cannot be read."""
    last: Any = -(2**63)
    faults = 0
    while faults < MOST_FAULTS:
        try:
            for row in connection.execute(_COMMENTS, _SIZES | {"last": last}):
                last = row[0]
                yield _comment(*row)
            return
        except sqlite3.Error:
            # Python steps to a row before it gives the one before it: which one is it?
            last, record = _one(connection, last)
            faults += isinstance(record, Unreadable)
            yield record
        if last is None:
            return


def _one(connection: sqlite3.Connection, last: Any) -> tuple[Any, Record]:
    """Return the number of the comment after that one, and the comment, or why it cannot be read;
    None in place of a number that cannot be read itself.
    """
    given = _SIZES | {"last": last}
    try:
        row = connection.execute(f"{_COMMENTS} LIMIT 1", given).fetchone()
        if row is not None:
            return row[0], _comment(*row)
        why = "the rest is damaged"
    except sqlite3.Error as error:
        why = str(error)
    try:
        (number,) = connection.execute(_NEXT, [last]).fetchone()
    except (sqlite3.Error, TypeError):
        return None, Unreadable("comments", f"after number {last}: {why}")
    return number, Unreadable(f"comment {number}", why)


def _site_key(connection: sqlite3.Connection) -> str:
    """Return what tells this database from others of Isso's, whose comments have the same numbers:
    made of the key that it drew when it began, which is a secret itself.
    """
    try:
        found = connection.execute(_SESSION_KEY).fetchone()
    except sqlite3.Error:  # an old one
        found = None
    if not found:
        return NAME
    return hashlib.sha256(f"{NAME} {found[0]}".encode()).hexdigest()[:16]


def _comment(
    key: object, parent: object, created: object, mode: object, text: object, *more: object
) -> Record:
    name, email, website, address, title = (_text(value) for value in more)
    thing = {
        "id": _text(key),
        "parent": _text(parent),
        "created": created,
        "mode": mode,
        "text": _text(text),
        "author": name,
        "email": email,
        "website": website,
    }
    return _record(thing, address, title, None)


def _text(value: object) -> str:
    """Return a column as text: SQLite's may hold anything."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return storable(value.decode("utf-8", "replace"))
    return storable(str(value))


def _of_threads(path: Path) -> Iterator[Record]:
    yield ArchivedSite(key=NAME)
    for piece in elements(path):
        if piece.why:
            yield Unreadable("thread", piece.why, piece.line)
        elif not _is_thread(piece.value):
            yield Unreadable("thread", "it has no id, or no list of comments", piece.line)
        else:
            yield from _of_thread(piece)


def _is_thread(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(text_of(value, "id"))
        and isinstance(value.get("comments"), list)
    )


def _of_thread(piece: Piece) -> Iterator[Record]:
    """Yield the comments of a thread. Their ids are of that thread alone, and in some files two
    have the same even there.
    """
    address, title = text_of(piece.value, "id"), text_of(piece.value, "title")
    known: set[str] = set()
    for place, thing in enumerate(piece.value["comments"]):
        if not isinstance(thing, dict):
            yield Unreadable("comment", "it is no object", piece.line)
            continue
        key = text_of(thing, "id") or f"({place})"
        if key in known:
            key = f"{key} ({place})"
        known.add(key)
        parent = text_of(thing, "parent")
        keys = {"id": f"{address} {key}", "parent": f"{address} {parent}" if parent else ""}
        yield _record(thing | keys, address, title, piece.line)


def _record(thing: dict[str, Any], address: str, title: str, line: int | None) -> Record:
    """Return a comment, or why it is none; `line` is where it stands, if that is known."""
    key, moment = text_of(thing, "id", 2 * LONGEST_LINE), moment_of(thing.get("created"))
    what = "comment" if line else f"comment {key}"
    status = STATUSES.get(text_of(thing, "mode") or "1", ArchivedStatus.PENDING)
    text = text_of(thing, "text", LONGEST_TEXT + 1)
    if moment is None:
        return Unreadable(what, "it has no moment", line)
    if len(text) > LONGEST_TEXT:
        return Unreadable(what, TOO_LONG, line)
    if not text.strip() and status is not ArchivedStatus.DELETED:
        return Unreadable(what, "it has no text", line)
    parent = text_of(thing, "parent", 2 * LONGEST_LINE)
    return ArchivedComment(
        key=key,
        text=text,
        created_at=moment,
        is_html=False,
        article_address=address,
        article_title=title,
        parent="" if parent == "0" else parent,
        name=text_of(thing, "author"),
        email=text_of(thing, "email"),
        website=text_of(thing, "website"),
        status=status,
    )
