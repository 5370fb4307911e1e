"""A copy of a site's database that is made a little at a time while the site goes on: first from a
snapshot, batch by batch, then brought up to date with what has changed since.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Table, bindparam, delete, insert, select, update

from pnpm.audit import guards
from pnpm.db.types import AnyRow

from . import tables

Key = tuple[Any, ...]


class _Change(NamedTuple):
    """What differs in a table: rows to add and to change, and the keys of those to delete."""

    added: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    gone: list[Key]


def copied(source: Connection, target: Engine) -> Iterator[int]:
    """Copy the rows of a snapshot to `target`, whose tables were empty before the first time; yield
    the number of rows there after each batch, which is a transaction of its own.

    Who goes on after a kill finds by their number which rows are there: batches come in order.
    """
    with target.connect() as there:
        counts = tables.count(there)
    total = sum(counts.values())
    for table in tables.all_tables():
        keys = table.primary_key.columns
        query = select(table).order_by(*keys).offset(counts[table.name])
        with source.execute(query.execution_options(yield_per=tables.BATCH)) as result:
            for rows in result.partitions():
                with target.connect().execution_options(writes=True) as there, there.begin():
                    there.execute(insert(table), [dict(row._mapping) for row in rows])
                total += len(rows)
                yield total


def synchronize(source: Connection, target: Connection) -> list[str]:
    """Make the tables of `target` what those of `source` are, in the caller's transactions, row by
    row where they differ; return the names of those that differ all the same.

    Raises IntegrityError where two rows have changed places: then `tables.copy` does it.
    """
    names = tables.differences(source, target)
    differing = [table for table in tables.all_tables() if table.name in names]
    changes = {table.name: _change(source, target, table) for table in differing}
    with guards.lifted(target):
        for table in reversed(differing):
            _delete(target, table, changes[table.name].gone)
        for table in differing:
            _write(target, table, changes[table.name])
    return [
        table.name
        for table in differing
        if tables.fingerprint(source, table) != tables.fingerprint(target, table)
    ]


def _change(source: Connection, target: Connection, table: Table) -> _Change:
    known = {
        _key(table, row): tables.hash_of(row)
        for rows in tables.batches(target, table)
        for row in rows
    }
    added, changed = [], []
    for rows in tables.batches(source, table):
        for row in rows:
            before = known.pop(_key(table, row), None)
            if before is None:
                added.append(dict(row._mapping))
            elif before != tables.hash_of(row):
                changed.append(dict(row._mapping))
    return _Change(added, changed, list(known))


def _key(table: Table, row: AnyRow) -> Key:
    return tuple(row._mapping[column.name] for column in table.primary_key.columns)


def _delete(target: Connection, table: Table, gone: Sequence[Key]) -> None:
    """Delete the last first: a row may refer to an earlier one of the same table."""
    statement = delete(table)
    for number, column in enumerate(table.primary_key.columns):
        statement = statement.where(column == bindparam(f"key_{number}"))
    for key in reversed(gone):
        values = {f"key_{number}": part for number, part in enumerate(key)}
        target.execute(statement, values)


def _write(target: Connection, table: Table, change: _Change) -> None:
    names = [column.name for column in table.primary_key.columns]
    others = [column.name for column in table.columns if column.name not in names]
    if change.changed and others:
        statement = update(table).values({name: bindparam(f"new_{name}") for name in others})
        for number, name in enumerate(names):
            statement = statement.where(table.c[name] == bindparam(f"key_{number}"))
        for row in change.changed:
            values = {f"new_{name}": row[name] for name in others}
            values |= {f"key_{number}": row[name] for number, name in enumerate(names)}
            target.execute(statement, values)
    for start in range(0, len(change.added), tables.BATCH):
        target.execute(insert(table), change.added[start : start + tables.BATCH])
