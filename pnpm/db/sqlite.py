"""How SQLite is opened, and how its one writer at a time is waited for."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import URL, Connection, Engine, event

from . import sqlite_file
from .errors import Mishap, Unkept, of_sqlite

BUSY_SECONDS = 10  # how long a writer waits for another: measured enough for 4 processes, no update lost
STEP_SECONDS = 0.0001  # between two looks at the lock, which cost little: a comment holds it about seven times as long


def open_sqlite(engine: Engine, journal: str = "") -> None:
    """Make `engine` open SQLite safely: durable commits, foreign keys, and transactions that we begin ourselves.

    The driver's own BEGIN comes too late and lost updates silently (300 of 600 with 4 processes), hence ours:
    DEFERRED for a reader, IMMEDIATE for `writing` and `begin_writing`.
    """

    @event.listens_for(engine, "do_connect")
    def open(_dialect, record, given, options):
        if given[0] != ":memory:" and not options.get("uri"):
            return sqlite_file.opened(given[0], record.info, journal, options)

    @event.listens_for(engine, "connect")
    def connect(connection, _record):
        connection.execute("PRAGMA synchronous=FULL")  # an acknowledged comment survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "checkout")
    def checkout(connection, record, _proxy):
        sqlite_file.check(connection, record.info)

    @event.listens_for(engine, "checkin")
    def checkin(_connection, record):
        if "mishap" in record.info:  # the next one may write again
            record.invalidate()

    @event.listens_for(engine, "invalidate")
    def invalidate(connection, _record, _error):
        with suppress(sqlite3.Error):  # closed while an error still refers to a statement of it, it would keep its locks
            connection.rollback()

    @event.listens_for(engine, "handle_error")
    def fail(context):
        mishap = of_sqlite(getattr(context.original_exception, "sqlite_errorcode", 0))
        if mishap is Mishap.FULL and sqlite_file.obstacle(engine.url.database) is Mishap.READ_ONLY:
            raise Unkept(Mishap.READ_ONLY) from context.original_exception  # to SQLite it is all the same
        if mishap in (Mishap.AWAY, Mishap.READ_ONLY):  # what was read of it is not to be trusted; open it anew
            context.is_disconnect = True

    @event.listens_for(engine, "begin")
    def begin(connection):
        options = connection.get_execution_options()
        if options.get("writes"):
            begin_immediate(connection)
        elif not options.get("one_query"):  # which is a transaction of its own
            connection.exec_driver_sql("BEGIN DEFERRED")


def is_lost(url: URL) -> bool:
    """Whether SQLite has nothing to open there; of another engine that cannot be said."""
    path = url.database
    is_a_file = url.get_backend_name() == "sqlite" and path not in (None, "", ":memory:")
    return is_a_file and not (os.path.isfile(path) and os.path.getsize(path))


def begin_immediate(connection: Connection) -> None:
    """Wait for the write lock in short steps: SQLite's own, 1 to 100 ms, cost an eighth of the comments of a busy minute.

    Unkept for a connection that can only read.
    """
    if mishap := connection.info.get("mishap"):
        raise Unkept(mishap)
    deadline = monotonic() + BUSY_SECONDS
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                return driver.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                # The low byte: extended codes say more of why it is busy.
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                    return connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for SQLAlchemy's own error
                sleep(STEP_SECONDS)
    finally:
        with suppress(sqlite3.ProgrammingError):  # one that turned out to be of no use is closed already
            driver.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


def copy(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use, by SQLite's own backup, as one file; sqlite3.Error if that fails."""
    with closing(sqlite_file.for_copying(str(source), BUSY_SECONDS)) as one, closing(sqlite3.connect(target)) as other:
        other.execute("PRAGMA synchronous=OFF")  # synced once it is whole; where WAL is off, writers wait as long as this lasts
        one.backup(other)
        other.execute("PRAGMA journal_mode=DELETE")
