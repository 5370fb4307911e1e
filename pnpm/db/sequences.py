"""The ids that new rows get: none is used twice, even if the last row was deleted, and also in a
copy of the database.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from .types import AnyRow


def last_numbers(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """Return the last id that each of these tables gave out, as far as the engine remembers it."""
    rows: Iterable[AnyRow | tuple[str, Any]]
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
    elif connection.dialect.name == "postgresql":
        query = "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {}"
        rows = [
            (table.name, connection.scalar(text(query.format(_sequence(connection, table)))))
            for table in _numbered(tables)
        ]
    else:
        query = (
            "SELECT table_name, auto_increment - 1 FROM information_schema.tables WHERE "
            "table_schema = DATABASE()"
        )
        rows = connection.execute(text(f"{query} AND auto_increment IS NOT NULL"))
    return {name: int(number) for name, number in rows}


def go_on_from(connection: Connection, tables: Iterable[Table], numbers: dict[str, int]) -> None:
    """Make each of these tables continue after these ids and after those it has, in the caller's
    transaction.

    Not on MySQL and MariaDB, which would commit: they continue after what they have by themselves,
    see `go_on_once_committed`.
    """
    for table in _numbered(tables):
        number = numbers.get(table.name, 0)
        if connection.dialect.name == "sqlite" and table.dialect_options["sqlite"]["autoincrement"]:
            highest = _highest(connection, table)
            connection.execute(
                text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
            )
            values = {"name": table.name, "number": max(number, highest)}
            connection.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), values
            )
        elif connection.dialect.name == "postgresql":
            highest = _highest(connection, table)
            connection.execute(
                select(func.setval(_sequence(connection, table), max(number, highest) + 1, False))
            )


def higher(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    """Return the higher last id of each table, of two databases."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in {*one, *other}}


def go_on_once_committed(
    connection: Connection, tables: Iterable[Table], numbers: dict[str, int]
) -> None:
    """Do the same on MySQL and MariaDB, after the commit, where the table would continue earlier:
    the change waits for whoever reads it. A number that is lower than the ids of the rows is
    ignored.
    """
    if connection.dialect.name not in ("mysql", "mariadb"):
        return
    numbered = _numbered(tables)
    known = last_numbers(connection, numbered)
    for table in numbered:
        number = numbers.get(table.name, 0)
        if known.get(table.name, -1) < number:
            connection.execute(text(f"ALTER TABLE `{table.name}` AUTO_INCREMENT = {number + 1}"))


def _numbered(tables: Iterable[Table]) -> list[Table]:
    return [table for table in tables if table.autoincrement_column is not None]


def _highest(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.coalesce(func.max(table.autoincrement_column), 0))) or 0


def _sequence(connection: Connection, table: Table) -> str:
    column = table.autoincrement_column
    if column is None:  # never: all that are asked for are `_numbered`
        raise LookupError(table.name)
    return str(
        connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
    )
