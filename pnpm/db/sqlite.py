"""How SQLite is opened, and how its one writer at a time is waited for."""

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Dialect, Engine, event
from sqlalchemy.exc import DisconnectionError

from . import sqlite_wal
from .errors import NotStored, StorageFault, fault_of_sqlite, storage_fault_of

if TYPE_CHECKING:
    from sqlalchemy.engine import ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

PROBE = 32 * 1024  # bytes: what the log's index takes
READ = "PRAGMA user_version"  # the first thing read opens the log
# What SQLite cannot read without writing beside it: its log's index needs 32 KB of the disk.
UNWRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


def make(engine: Engine) -> None:
    """Have a database without tables there, readable by its owner alone: for who makes a site,
    since an empty file is none.

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


def obstacle(path: str) -> StorageFault | None:
    """What keeps the database in that file from being written to; tried with a small file beside
    it, which is gone at once.
    """
    if not os.path.isfile(path) or not os.path.getsize(path):
        return StorageFault.AWAY
    if not os.access(path, os.W_OK):
        return StorageFault.READ_ONLY
    try:
        with tempfile.TemporaryFile(dir=os.path.dirname(path), buffering=0) as file:
            return None if file.write(b"\0" * PROBE) == PROBE else StorageFault.FULL
    except OSError as error:
        return storage_fault_of(error) or StorageFault.READ_ONLY


def opened(
    path: str, info: dict[str, Any], journal: str, options: dict[str, Any]
) -> sqlite3.Connection:
    """A connection to the file at `path`, or one that can only read; `info` is told what is known
    of the file.
    """
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
            if fault_of_sqlite(code) is StorageFault.FULL:
                info["fault"] = StorageFault.FULL
            else:
                info["fault"] = StorageFault.READ_ONLY
        info["log"] = sqlite_wal.identity(f"{path}-wal")
    # SQLite opens it all the same, and goes on reading when it may be written to again
    if not os.access(path, os.W_OK):
        info["fault"] = StorageFault.READ_ONLY
    return connection


def for_copying(path: str, seconds: float) -> sqlite3.Connection:
    """A connection to read all that the file holds, while others write; each lock is waited for so
    many seconds.
    """
    with sqlite_wal.opening(path):
        return _prepared(sqlite3.connect(path, timeout=seconds), READ)


def check(connection: sqlite3.Connection, info: dict[str, Any]) -> None:
    """Before a connection is used again: DisconnectionError, so that another one is made, if its
    file is not the one in place.
    """
    if info.pop("is_fresh", False) or "path" not in info or _is_there(info):
        return
    sqlite_wal.let_go(connection, info["path"], info["file"], info["log"])
    raise DisconnectionError("another file is in its place")


def confirm(info: dict[str, Any]) -> None:
    """After a commit: NotStored if it went into a file that is not in its place any more, where
    nobody would find it.
    """
    if "path" in info and not _is_there(info):
        raise NotStored(StorageFault.AWAY)


def _connected(path: str, how: str, options: dict[str, Any]) -> sqlite3.Connection:
    connection: sqlite3.Connection = sqlite3.connect(
        f"file:{quote(path)}?{how}", uri=True, **options
    )
    return connection


def _prepared(connection: sqlite3.Connection, *pragmas: str) -> sqlite3.Connection:
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _for_reading(path: str, options: dict[str, Any], error: sqlite3.Error) -> sqlite3.Connection:
    """Without locks, as nobody can write; what stands in the log is read, too, over an index in
    memory. For one reading alone.
    """
    if os.path.exists(f"{path}-journal"):
        raise error  # half of something was written, and nobody can take it back
    has_log = os.path.exists(f"{path}-wal")
    how = "mode=ro&vfs=unix-none" if has_log else "mode=ro&immutable=1"
    return _prepared(
        _connected(path, how, options),
        "PRAGMA locking_mode=EXCLUSIVE",
        "PRAGMA query_only=ON",
        "PRAGMA user_version",
    )


def _is_there(info: dict[str, Any]) -> bool:
    """The same file, and not a shorter one: it never shrinks but when somebody else writes
    over it.
    """
    try:
        found = os.stat(info["path"])
    except OSError:
        return False
    is_it: bool = (found.st_dev, found.st_ino) == info["file"] and found.st_size >= info["size"]
    return is_it


# how long a writer waits for another: measured enough for 4 processes, no update lost
BUSY_SECONDS = 10
# between two looks at the lock, which cost little: a comment holds it about seven times as long
STEP_SECONDS = 0.0001


def open_sqlite(engine: Engine, journal: str = "") -> None:  # noqa: C901 - seven listeners, side by side
    """Make `engine` open SQLite safely: durable commits, foreign keys, and transactions that we
    begin ourselves.

    The driver's own BEGIN comes too late and lost updates silently (300 of 600 with 4 processes),
    hence ours: DEFERRED for a reader, IMMEDIATE for `writing` and `begin_writing`.
    """

    @event.listens_for(engine, "do_connect")
    def open(
        _dialect: Dialect, record: "ConnectionPoolEntry", given: list[str], options: dict[str, Any]
    ) -> sqlite3.Connection | None:
        if given[0] != ":memory:" and not options.get("uri"):
            return opened(given[0], record.info, journal, options)
        return None

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: "ConnectionPoolEntry") -> None:
        # an acknowledged comment survives a power cut
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "checkout")
    def checkout(
        connection: sqlite3.Connection, record: "ConnectionPoolEntry", _proxy: object
    ) -> None:
        check(connection, record.info)

    @event.listens_for(engine, "checkin")
    def checkin(_connection: sqlite3.Connection, record: "ConnectionPoolEntry") -> None:
        if "fault" in record.info:  # the next one may write again
            record.invalidate()

    @event.listens_for(engine, "invalidate")
    def invalidate(
        connection: sqlite3.Connection, _record: "ConnectionPoolEntry", _error: object
    ) -> None:
        # closed while an error still refers to a statement of it, it would keep its locks
        with suppress(sqlite3.Error):
            connection.rollback()

    @event.listens_for(engine, "handle_error")
    def fail(context: "ExceptionContext") -> None:
        fault = fault_of_sqlite(getattr(context.original_exception, "sqlite_errorcode", 0))
        path = engine.url.database or ""
        if fault is StorageFault.FULL and obstacle(path) is StorageFault.READ_ONLY:
            # to SQLite it is all the same
            raise NotStored(StorageFault.READ_ONLY) from context.original_exception
        # what was read of it is not to be trusted; open it anew
        if fault in (StorageFault.AWAY, StorageFault.READ_ONLY):
            context.is_disconnect = True

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("writes"):
            begin_immediate(connection)
        elif not options.get("one_query"):  # which is a transaction of its own
            connection.exec_driver_sql("BEGIN DEFERRED")


def is_lost(url: URL) -> bool:
    """Whether SQLite has nothing to open there; of another engine that cannot be said."""
    path = url.database or ""
    is_a_file = url.get_backend_name() == "sqlite" and path not in ("", ":memory:")
    return is_a_file and not (os.path.isfile(path) and os.path.getsize(path))


def begin_immediate(connection: Connection) -> None:
    """Wait for the write lock in short steps: SQLite's own, 1 to 100 ms, cost an eighth of the
    comments of a busy minute.

    Raises NotStored for a connection that can only read.
    """
    if fault := connection.info.get("fault"):
        raise NotStored(fault)
    deadline = monotonic() + BUSY_SECONDS
    driver = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.Error as error:
                # The low byte: extended codes say more of why it is busy.
                if (
                    getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY
                    or monotonic() > deadline
                ):
                    # once more, for SQLAlchemy's own error
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    return
                sleep(STEP_SECONDS)
    finally:
        # one that turned out to be of no use is closed already
        with suppress(sqlite3.ProgrammingError):
            driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use, by SQLite's own backup, as one file;
    sqlite3.Error if that fails.
    """
    with (
        closing(for_copying(str(source), BUSY_SECONDS)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        # synced once it is whole; where WAL is off, writers wait as long as this lasts
        other.execute("PRAGMA synchronous=OFF")
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")
