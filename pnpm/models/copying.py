"""All tables of a site, copied from one database to another, whatever their engines, and compared."""

import hashlib
import json
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, text

from ..database import db

BATCH = 500  # rows read and written at a time
WHOLE = 1 << 256  # sums of hashes are counted round, so that their order does not matter


def count(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: connection.scalar(select(func.count()).select_from(table)) for table in _tables()}


def copy(source: Connection, target: Connection, step: Callable[[int], None] = lambda rows: None) -> None:
    """Replace all that the target's tables hold by what the source's hold, in the caller's transactions.

    Both are at the newest schema. `step` is told how many rows came, now and then.
    """
    _empty(target)
    for table in _tables():
        for rows in _batches(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in rows])
            step(len(rows))
        _count_on(target, table)


def differences(one: Connection, other: Connection) -> list[str]:
    """The tables that do not hold the same in both: their names, in order."""
    return [table.name for table in _tables() if _sum(one, table) != _sum(other, table)]


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing yet that somebody wrote: no article, no comment, no picture."""
    counted = count(connection)
    return not any(counted[name] for name in ("article", "comment", "picture"))


def _tables():
    return db.metadata.sorted_tables


def _batches(connection: Connection, table: Table) -> Iterator[list[Row]]:
    # By key, so that a reply comes after what it replies to.
    query = select(table).order_by(*table.primary_key.columns)
    with connection.execution_options(yield_per=BATCH).execute(query) as result:
        yield from result.partitions()


def _empty(connection):
    engine = connection.dialect.name
    if engine == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in _tables())
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))  # past the guards of the log, within the transaction
        return
    guarded = connection.info.setdefault("guards", [])
    if engine == "sqlite":
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        guarded += [row.sql for row in found]
        for row in found:
            connection.execute(text(f"DROP TRIGGER {row.name}"))
    else:
        connection.execute(text("SET @restoring = 1"))  # the log's guards look at it
    for table in reversed(_tables()):
        if parent := [column for column in table.columns if column.references(table.c.get("id", column))]:
            connection.execute(table.update().values({column.name: None for column in parent}))
        connection.execute(delete(table))
    for guard in guarded:
        connection.execute(text(guard))
    guarded.clear()
    if engine != "sqlite":
        connection.execute(text("SET @restoring = NULL"))


def _count_on(connection, table):
    """Let the next new row have a number of its own."""
    if connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
        column = table.autoincrement_column
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
        following = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
        connection.execute(select(func.setval(sequence, following, False)))


def _sum(connection, table):
    total, rows = 0, 0
    for batch in _batches(connection, table):
        for row in batch:
            spelled = json.dumps(list(row), default=str, sort_keys=True)
            total = (total + int.from_bytes(hashlib.sha256(spelled.encode()).digest())) % WHOLE
            rows += 1
    return rows, total
