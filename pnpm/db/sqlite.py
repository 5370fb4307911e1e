"""How SQLite is opened, and how writers wait for each other."""

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from functools import partial
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

PROBE = 32 * 1024  # bytes that the index of the write-ahead log takes
READ = "PRAGMA user_version"  # any first read opens the log
# Errors of opening a database that may still be read: SQLite needs to write the log's index.
UNWRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


def make(engine: Engine) -> None:
    """Create an empty database if there is none, readable by its owner alone; a file of 0 bytes is
    none.

    If that fails, opening it will say why.
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
    """Return why the database in that file cannot be written to, or None; tried with a temporary
    file beside it.
    """
    if not os.path.isfile(path) or not os.path.getsize(path):
        return StorageFault.AWAY
    if not os.access(path, os.W_OK):
        return StorageFault.READ_ONLY
    try:
        with tempfile.TemporaryFile(dir=os.path.dirname(path), buffering=0) as file:
            if file.write(b"\0" * PROBE) < PROBE:
                return StorageFault.FULL
            return None
    except OSError as error:
        return storage_fault_of(error) or StorageFault.READ_ONLY


def opened(
    path: str, info: dict[str, Any], journal: str, options: dict[str, Any]
) -> sqlite3.Connection:
    """Open the file at `path`, or, if it cannot be written to, open it for reading alone. `info`
    gets what is known of the file.
    """
    connect = partial(_connected, path, "mode=rw", options)
    with sqlite_wal.opening(path, connect) as (connection, file):
        info |= {"path": path, "file": file, "size": 0, "is_fresh": True}
        with suppress(OSError):
            info["size"] = os.path.getsize(path)
        if not info["size"]:  # SQLite would make a database of it
            connection.close()
            raise sqlite3.OperationalError("the database's file is empty")
        try:
            pragmas = [READ]
            if journal:
                pragmas.insert(0, f"PRAGMA journal_mode={journal}")
            _prepared(connection, *pragmas)
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code & 0xFF not in UNWRITABLE:
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
    """Return a connection to read the whole file while others write; it waits so many seconds for
    each lock.
    """
    connect = partial(sqlite3.connect, path, timeout=seconds)
    with sqlite_wal.opening(path, connect) as (connection, _file):
        return _prepared(connection, READ)


def check(connection: sqlite3.Connection, info: dict[str, Any]) -> None:
    """Before a connection is reused, raise DisconnectionError if the file in place is not its own
    any more, so that another connection is made.
    """
    if info.pop("is_fresh", False) or "path" not in info or _is_there(info):
        return
    sqlite_wal.let_go(connection, info["path"], info["file"], info["log"])
    raise DisconnectionError("another file is in its place")


def confirm(info: dict[str, Any]) -> None:
    """After a commit, raise NotStored if the file in place is not the connection's any more: nobody
    would find what was written.
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
    """Open without locks, as nobody can write, including what is in the log, with an index in
    memory. For one read alone.
    """
    if os.path.exists(f"{path}-journal"):
        raise error  # a transaction was written in part, and cannot be rolled back
    has_log = os.path.exists(f"{path}-wal")
    how = "mode=ro&vfs=unix-none" if has_log else "mode=ro&immutable=1"
    return _prepared(
        _connected(path, how, options),
        "PRAGMA locking_mode=EXCLUSIVE",
        "PRAGMA query_only=ON",
        "PRAGMA user_version",
    )


def _is_there(info: dict[str, Any]) -> bool:
    """Return whether the file in place is the same, and not shorter: it shrinks only if somebody
    overwrites it; and its log, which another process may have put away while the file was.
    """
    try:
        found = os.stat(info["path"])
    except OSError:
        return False
    is_it: bool = (found.st_dev, found.st_ino) == info["file"] and found.st_size >= info["size"]
    return is_it and sqlite_wal.identity(f"{info['path']}-wal") == info["log"]


# how long a writer waits for others: enough for 4 processes, as measured
BUSY_SECONDS = 10
# between two tries to get the lock, which cost little: a comment holds it about 7 times as long
STEP_SECONDS = 0.0001


def open_sqlite(  # noqa: C901 - seven listeners, side by side
    engine: Engine, transactional: Engine, journal: str = ""
) -> None:
    """Make `engine` open SQLite safely, with durable commits and foreign keys; and `transactional`,
    which has its connections, begin transactions.

    The driver's own BEGIN comes too late and lost updates silently (300 of 600 with 4 processes),
    hence ours: DEFERRED for readers, IMMEDIATE for `immediate` and `begin_writing`. With `engine`
    itself, each query is a transaction of its own.
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
        # what is deleted is overwritten; Debian's library does so anyway, others do not
        connection.execute("PRAGMA secure_delete=ON")

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
        # A connection keeps its locks if it is closed while an error refers to one of its
        # statements.
        with suppress(sqlite3.Error):
            connection.rollback()

    @event.listens_for(engine, "handle_error")
    def fail(context: "ExceptionContext") -> None:
        fault = fault_of_sqlite(getattr(context.original_exception, "sqlite_errorcode", 0))
        path = engine.url.database or ""
        if fault is StorageFault.FULL and obstacle(path) is StorageFault.READ_ONLY:
            # SQLite reports both in the same way
            raise NotStored(StorageFault.READ_ONLY) from context.original_exception
        # What this connection has cached is not to be trusted: open another one.
        if fault in (StorageFault.AWAY, StorageFault.READ_ONLY):
            context.is_disconnect = True

    @event.listens_for(transactional, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            begin_immediate(connection)
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")


def is_lost(url: URL) -> bool:
    """Return whether SQLite has no database to open there; False for any other engine."""
    path = url.database or ""
    is_a_file = url.get_backend_name() == "sqlite" and path not in ("", ":memory:")
    return is_a_file and not (os.path.isfile(path) and os.path.getsize(path))


def begin_immediate(connection: Connection) -> None:
    """Wait for the write lock in short steps: SQLite's own steps of 1 to 100 ms cost an eighth of
    the comments of a busy minute.

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
                # The low byte alone, as extended codes add why it is busy.
                if (
                    getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY
                    or monotonic() > deadline
                ):
                    # once more, so that SQLAlchemy raises its own error
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    return
                sleep(STEP_SECONDS)
    finally:
        # A connection that failed may be closed already.
        with suppress(sqlite3.ProgrammingError):
            driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def copy(source: Path, target: Path) -> None:
    """Copy a database that may be in use, as it is at one moment, to one file. Raises
    sqlite3.Error.
    """
    with (
        closing(for_copying(str(source), BUSY_SECONDS)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        # The caller syncs the finished file. Without WAL, writers wait until this is done.
        other.execute("PRAGMA synchronous=OFF")
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")
