"""What the site asks its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import event

from pnpm.db import db, without_events


class Query(NamedTuple):
    """A statement, and the values that the driver puts into it."""

    sql: str
    values: object


@contextmanager
def asked() -> Iterator[list[Query]]:
    """What is asked within the block, also outside transactions."""
    found: list[Query] = []

    def note(_connection, _cursor, statement, values, *_more):
        found.append(Query(statement, values))

    engine = without_events(db.engine)  # whose listeners hear those of transactions, too
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
