"""SQLite's file: opened and never made, only read where it cannot be written, let go of when another one is in its place.

SQLite itself goes on writing into a file that was removed or renamed, and makes an empty one where there is none; what was
answered as kept would be gone.
"""

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Engine
from sqlalchemy.exc import DisconnectionError

from . import sqlite_wal
from .errors import Mishap, Unkept, mishap_of, of_sqlite

PROBE = 32 * 1024  # bytes: what the log's index takes
READ = "PRAGMA user_version"  # the first thing read opens the log
# What SQLite cannot read without writing beside it: its log's index needs 32 KB of the disk.
UNWRITABLE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def make(engine: Engine) -> None:
    """Have a database without tables there, readable by its owner alone: for who makes a site, since an empty file is none.

    Where that cannot be done, opening it says why.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or path in (None, ":memory:"):
        return
    with suppress(OSError, sqlite3.Error):
        Path(path).touch(0o600)
        if not os.path.getsize(path):
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("VACUUM")


def obstacle(path: str) -> Mishap | None:
    """What keeps the database in that file from being written to; tried with a small file beside it, which is gone at once."""
    if not os.path.isfile(path) or not os.path.getsize(path):
        return Mishap.AWAY
    if not os.access(path, os.W_OK):
        return Mishap.READ_ONLY
    try:
        with tempfile.TemporaryFile(dir=os.path.dirname(path), buffering=0) as file:
            return None if file.write(b"\0" * PROBE) == PROBE else Mishap.FULL
    except OSError as error:
        return mishap_of(error) or Mishap.READ_ONLY


def opened(path: str, info: dict, journal: str, options: dict) -> sqlite3.Connection:
    """A connection to the file at `path`, or one that can only read; `info` is told what is known of the file."""
    with sqlite_wal.opening(path):
        info |= {"path": path, "file": sqlite_wal.identity(path), "is_fresh": True}
        info["size"] = os.path.getsize(path) if info["file"] else 0
        if info["file"] and not info["size"]:  # SQLite would make a database of it
            raise sqlite3.OperationalError("the database's file is empty")
        try:
            asked = [f"PRAGMA journal_mode={journal}"] if journal else []  # or it stays as it is
            connection = _prepared(_connected(path, "mode=rw", options), *asked, READ)
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code & 0xFF not in UNWRITABLE or not info["file"]:
                raise
            connection = _for_reading(path, options, error)
            info["mishap"] = Mishap.FULL if of_sqlite(code) is Mishap.FULL else Mishap.READ_ONLY
        info["log"] = sqlite_wal.identity(f"{path}-wal")
    if not os.access(path, os.W_OK):  # SQLite opens it all the same, and goes on reading when it may be written to again
        info["mishap"] = Mishap.READ_ONLY
    return connection


def for_copying(path: str, seconds: float) -> sqlite3.Connection:
    """A connection to read all that the file holds, while others write; each lock is waited for so many seconds."""
    with sqlite_wal.opening(path):
        return _prepared(sqlite3.connect(path, timeout=seconds), READ)


def check(connection: sqlite3.Connection, info: dict) -> None:
    """Before a connection is used again: DisconnectionError, so that another one is made, if its file is not the one in place."""
    if info.pop("is_fresh", False) or "path" not in info or _is_there(info):
        return
    sqlite_wal.let_go(connection, info["path"], info["file"], info["log"])
    raise DisconnectionError("another file is in its place")


def confirm(info: dict) -> None:
    """After a commit: Unkept if it went into a file that is not in its place any more, where nobody would find it."""
    if "path" in info and not _is_there(info):
        raise Unkept(Mishap.AWAY)


def _connected(path, how, options):
    return sqlite3.connect(f"file:{quote(path)}?{how}", uri=True, **options)


def _prepared(connection, *pragmas):
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _for_reading(path, options, error):
    """Without locks, as nobody can write; what stands in the log is read, too, over an index in memory. For one reading alone."""
    if os.path.exists(f"{path}-journal"):
        raise error  # half of something was written, and nobody can take it back
    has_log = os.path.exists(f"{path}-wal")
    how = "mode=ro&vfs=unix-none" if has_log else "mode=ro&immutable=1"
    return _prepared(
        _connected(path, how, options), "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA query_only=ON", "PRAGMA user_version"
    )


def _is_there(info):
    """The same file, and not a shorter one: it never shrinks but when somebody else writes over it."""
    try:
        found = os.stat(info["path"])
    except OSError:
        return False
    return (found.st_dev, found.st_ino) == info["file"] and found.st_size >= info["size"]
