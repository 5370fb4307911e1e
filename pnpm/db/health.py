"""The database's own condition: its encoding, its journal, whether it is damaged, and its clock."""

import sqlite3
from datetime import UTC, datetime
from time import monotonic
from typing import cast

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from . import db

STEPS = 10_000  # instructions of SQLite between two looks at the clock: a few milliseconds
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
    """Return the engine's kind: `sqlite`, `postgresql`, or `mysql`, also for MariaDB."""
    name = db.engine.dialect.name
    if name == "mariadb":
        return "mysql"
    return name


def encoding() -> str:
    """Return the name of the character set in which the database stores text."""
    name: str = db.session.scalar(_ENCODINGS[backend()])
    return name


def other_tables() -> list[str]:
    """Return the tables of MySQL or MariaDB that store text in another character set than
    utf8mb4.
    """
    return list(db.session.scalars(_OTHER_TABLES))


def journal() -> str:
    """Return SQLite's actual journal mode, which differs from the requested one where a file system
    cannot do that.
    """
    return str(db.session.scalar(text("PRAGMA journal_mode"))).upper()


def damage(seconds: float) -> str:
    """Return what SQLite finds damaged in its file, in its own words; empty if nothing is. Raises
    TimeoutError after `seconds`.
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
    if found == "ok":
        return ""
    return found.splitlines()[-1]


def clock() -> datetime | None:
    """Return the time of the database's server, or None if it has no clock of its own."""
    query = _CLOCKS.get(backend())
    if query is None:
        return None
    found: datetime | None = db.session.scalar(query)
    return found and found.replace(tzinfo=UTC)
