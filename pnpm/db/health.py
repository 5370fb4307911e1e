"""What the database says of its own condition: how it keeps text, whether it is whole, and what
time it has.
"""

import sqlite3
from datetime import UTC, datetime
from time import monotonic
from typing import cast

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from . import db

STEPS = 10_000  # of SQLite's machine between two looks at the clock: a few milliseconds
_ENCODINGS = {
    "sqlite": text("PRAGMA encoding"),
    "postgresql": text("SHOW server_encoding"),
    "mysql": text(
        "SELECT default_character_set_name FROM information_schema.schemata WHERE "
        "schema_name = DATABASE()"
    ),
}
_CLOCKS = {
    "postgresql": text("SELECT clock_timestamp() AT TIME ZONE 'UTC'"),
    "mysql": text("SELECT UTC_TIMESTAMP(6)"),
}
_OTHER_TABLES = text(
    "SELECT DISTINCT table_name FROM information_schema.columns "
    "WHERE table_schema = DATABASE() AND character_set_name <> 'utf8mb4' ORDER BY table_name"
)


def backend() -> str:
    """Which engine it is: `sqlite`, `postgresql` or `mysql`, which MariaDB is, too."""
    name = db.engine.dialect.name
    return "mysql" if name == "mariadb" else name


def encoding() -> str:
    """How it keeps text: the name of a character set."""
    name: str = db.session.scalar(_ENCODINGS[backend()])
    return name


def other_tables() -> list[str]:
    """The tables of MySQL or MariaDB that keep some of their text in another character set than
    utf8mb4.
    """
    return list(db.session.scalars(_OTHER_TABLES))


def journal() -> str:
    """SQLite's journal mode, as it is: where a file system cannot do what was asked for, SQLite
    does another.
    """
    return str(db.session.scalar(text("PRAGMA journal_mode"))).upper()


def damage(seconds: float) -> str:
    """What SQLite finds damaged in its file, in its own words; empty if it is whole. TimeoutError
    if that takes longer.
    """
    end = monotonic() + seconds
    with db.engine.connect() as connection:
        driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        driver.set_progress_handler(lambda: monotonic() > end, STEPS)
        try:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
        except DBAPIError as error:
            if getattr(error.orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise TimeoutError from error
            raise
        finally:
            driver.set_progress_handler(None, 0)
    return "" if found == "ok" else found.splitlines()[-1]


def clock() -> datetime | None:
    """What time the database's server has; None where it has no clock of its own."""
    query = _CLOCKS.get(backend())
    found: datetime | None = None if query is None else db.session.scalar(query)
    return found and found.replace(tzinfo=UTC)
