"""MySQL and MariaDB commit every statement that changes a table, so a copy of all data is made
before a migration and restored if it fails.

The copy is one SQLite file, table by table and without types, with values as the engine gives and
takes them.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from pnpm.files import sync, write

from . import of, steps, tables, upgrade

MARK = "upgrading"  # a file beside the copies that names the one of a migration under way
NOTHING = "before-upgrade-nothing.db"  # the copy of a database without tables
BATCH = 500  # rows at a time


class Unknown(Exception):
    """There are tables of ours, but no known revision: nothing is done to them."""


def ready(engine: Engine, folder: Path) -> tuple[Path | None, Callable[[], None]]:
    """Copy the database before a migration; return the copy, if there was any data, and a function
    that restores it.

    What a killed process left half done is restored first, unless its migration had finished.
    Raises Unknown if the tables' revision is not known.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    mark = folder / MARK
    target = steps()[-1]
    if mark.is_file():
        name, wanted = mark.read_text().split()
        if of(engine) != wanted:
            bring_back(engine, folder / name)
        over(folder)
    revision = of(engine)
    with engine.connect() as connection:
        if revision is None and _tables(connection):
            raise Unknown("there are tables, but nothing says of which version")
    kept = folder / NOTHING
    if revision:
        kept = folder / f"before-upgrade-{revision}.db"
    keep(engine, kept, revision)
    write(mark, f"{kept.name} {target}".encode())

    def undo() -> None:
        bring_back(engine, kept)
        over(folder)

    return kept if revision else None, undo


def over(folder: Path) -> None:
    """Mark the migration as over."""
    for name in (MARK, NOTHING):
        (folder / name).unlink(missing_ok=True)


def keep(engine: Engine, path: Path, revision: str | None) -> None:
    """Write every table and row of the database, which has that revision, to a new file."""
    path.unlink(missing_ok=True)
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as file, engine.connect() as connection:
        file.execute("CREATE TABLE kept_revision (revision)")
        file.execute("INSERT INTO kept_revision VALUES (?)", [revision])
        for table in _tables(connection) if revision else []:
            result = connection.execution_options(yield_per=BATCH).execute(
                text(f"SELECT * FROM `{table}`")
            )
            file.execute(f'CREATE TABLE "{table}" ({", ".join(map(_quoted, result.keys()))})')
            places = ", ".join("?" * len(result.keys()))
            file.executemany(
                f'INSERT INTO "{table}" VALUES ({places})',
                (tuple(map(_spelled, row)) for row in result),
            )
        file.commit()
    sync(path)


def bring_back(engine: Engine, path: Path) -> None:
    """Restore the database from a copy: create the tables of its revision anew and fill in every
    row.
    """
    with closing(sqlite3.connect(path)) as file:
        (revision,) = file.execute("SELECT revision FROM kept_revision").fetchone()
        with engine.connect() as connection:
            _change(connection, *(f"DROP TABLE `{table}`" for table in _tables(connection)))
        if revision is None:
            return
        upgrade(engine, revision)
        with engine.connect() as connection:
            _change(connection, "SET @restoring = 1")  # the triggers that protect the log check it
            names = "SELECT name FROM sqlite_master WHERE name <> 'kept_revision'"
            for (table,) in file.execute(names).fetchall():
                _fill(connection, table, file.execute(f'SELECT * FROM "{table}"'))
            connection.commit()


def _fill(connection: Connection, table: str, rows: sqlite3.Cursor) -> None:
    connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
    connection.execute(text(f"DELETE FROM `{table}`"))
    names = [column[0] for column in rows.description]
    places = ", ".join(f":v{number}" for number in range(len(names)))
    insert = text(
        f"INSERT INTO `{table}` ({', '.join(f'`{name}`' for name in names)}) VALUES ({places})"
    )
    while batch := rows.fetchmany(BATCH):
        connection.execute(
            insert, [{f"v{number}": value for number, value in enumerate(row)} for row in batch]
        )
    connection.execute(text("SET FOREIGN_KEY_CHECKS = 1"))


def _tables(connection: Connection) -> list[str]:
    """Return those of our tables that exist."""
    ours = tables()
    return [name for name in inspect(connection).get_table_names() if name in ours]


def _change(connection: Connection, *statements: str) -> None:
    for statement in ["SET FOREIGN_KEY_CHECKS = 0", *statements, "SET FOREIGN_KEY_CHECKS = 1"]:
        connection.execute(text(statement))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _spelled(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, Decimal):
        return str(value)
    return value
