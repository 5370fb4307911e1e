"""Copies the rows of a SQLite file from an untrusted source into tables of our own.

Only the rows of the file's tables are read: its triggers, views and generated columns never run.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

VERSION = "alembic_version"


class Foreign(ValueError):
    """The file is another program's, or damaged; the message says how."""


def revision(found: Path) -> str | None:
    """Return the schema's revision as the file has it, or None if it has no valid one."""
    with closing(sqlite3.connect(_read_only(found), uri=True)) as theirs:
        if not _is_table(theirs, "main", VERSION):
            return None
        rows = theirs.execute(f"SELECT version_num FROM {VERSION} LIMIT 2").fetchall()
    if len(rows) == 1 and isinstance(rows[0][0], str):
        return rows[0][0]
    return None


def adopt(found: Path, ours: Path) -> None:
    """Fill the empty database `ours`, of the same revision, with the file's rows. Raises Foreign or
    sqlite3.Error if they do not fit.
    """
    with closing(sqlite3.connect(ours, isolation_level=None, uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("ATTACH ? AS found", (_read_only(found),))
        if connection.execute("PRAGMA found.integrity_check(1)").fetchone() != ("ok",):
            raise Foreign("it is not whole")
        tables = (
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE "
            "'sqlite_%' AND name <> ?"
        )
        connection.execute("BEGIN")
        for (table,) in connection.execute(tables, (VERSION,)).fetchall():
            _adopt_table(connection, table)
        _adopt_numbers(connection)
        connection.execute("COMMIT")
        if connection.execute("PRAGMA main.foreign_key_check").fetchone():
            raise Foreign("it has rows that belong to none")


def _adopt_table(connection: sqlite3.Connection, table: str) -> None:
    columns = {
        name: kind
        for _id, name, kind, *_more in connection.execute(f'PRAGMA main.table_info("{table}")')
    }
    theirs = {
        name: hidden
        for _id, name, *_more, hidden in connection.execute(f'PRAGMA found.table_xinfo("{table}")')
    }
    if not _is_table(connection, "found", table) or any(theirs.get(name, 1) for name in columns):
        raise Foreign(f"its table {table} is another")
    names = ", ".join(f'"{name}"' for name in columns)
    kinds = " AND ".join(
        f"typeof(\"{name}\") IN ('null', '{_kept_as(kind)}')" for name, kind in columns.items()
    )
    if connection.execute(f'SELECT 1 FROM found."{table}" WHERE NOT ({kinds}) LIMIT 1').fetchone():
        raise Foreign(f"its table {table} has values of another kind")
    connection.execute(f'DELETE FROM main."{table}"')
    connection.execute(f'INSERT INTO main."{table}" ({names}) SELECT {names} FROM found."{table}"')


def _adopt_numbers(connection: sqlite3.Connection) -> None:
    """Copy the last id that each table gave out, so that none is used again."""
    if _is_table(connection, "found", "sqlite_sequence"):
        connection.execute("DELETE FROM main.sqlite_sequence")
        taken = (
            "SELECT name, CAST(seq AS INTEGER) FROM found.sqlite_sequence WHERE name IN "
            "(SELECT name FROM main.sqlite_master)"
        )
        connection.execute(f"INSERT INTO main.sqlite_sequence {taken}")


def _is_table(connection: sqlite3.Connection, schema: str, table: str) -> bool:
    query = f"SELECT type, sql FROM {schema}.sqlite_master WHERE name = ?"
    found = connection.execute(query, (table,)).fetchall()
    return (
        len(found) == 1
        and found[0][0] == "table"
        and not str(found[0][1]).upper().startswith("CREATE VIRTUAL")
    )


def _read_only(path: Path) -> str:
    return f"{path.as_uri()}?mode=ro&immutable=1"


def _kept_as(kind: str) -> str:
    return "integer" if kind.startswith(("INTEGER", "BOOLEAN")) else "text"
