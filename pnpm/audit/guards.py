"""The triggers by which the database itself refuses to change or remove an entry of the log."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Have the log's entries changed within the block, which is part of the caller's
    transaction: to redact them, or to replace all of them.
    """
    away, back = _statements(connection)
    for statement in away:
        connection.execute(text(statement))
    try:
        yield
    finally:
        # After an error the caller rolls back, and with it what was done here; MySQL's variable
        # belongs to the connection, and would stay.
        if connection.dialect.name not in _TRANSACTIONAL or connection.in_transaction():
            for statement in back:
                connection.execute(text(statement))


# engines on which triggers are part of a transaction
_TRANSACTIONAL = "sqlite", "postgresql"


def _statements(connection: Connection) -> tuple[list[str], list[str]]:
    """Return the statements that disable the triggers, and those that enable them."""
    engine = connection.dialect.name
    if engine == "sqlite":
        query = (
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log_entry'"
        )
        found = connection.execute(text(query)).all()
        return [f"DROP TRIGGER {row.name}" for row in found], [row.sql for row in found]
    if engine == "postgresql":
        return ["ALTER TABLE log_entry DISABLE TRIGGER USER"], [
            "ALTER TABLE log_entry ENABLE TRIGGER USER"
        ]
    return ["SET @restoring = 1"], ["SET @restoring = NULL"]  # the triggers look at it
