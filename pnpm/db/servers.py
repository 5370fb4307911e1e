"""Connecting to MariaDB, MySQL and PostgreSQL: each is configured to behave alike, whatever its
host's defaults.
"""

from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

LOCK_SECONDS = 10  # to wait for a lock, as on SQLite
REACH_SECONDS = 5  # to wait for a server that may not answer at all
# to wait for a free connection, where a host allows few: each is used for milliseconds
ROOM_SECONDS = 5
STEP_SECONDS = 0.05  # between two tries

# Without ONLY_FULL_GROUP_BY, as MariaDB refuses queries that group by a key; backslashes and quotes
# as SQLAlchemy writes them. The second timeout is for what changes a table or locks all of it: else
# that waits up to a day for whoever reads, and all who come meanwhile wait behind it. Texts outside
# a column are compared by code points, as in our columns.
_MYSQL = """SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
    innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds},
    character_set_connection = 'utf8mb4', collation_connection = 'utf8mb4_bin'"""
_POSTGRESQL = "SET lock_timeout = '{seconds}s'"
_GREETING = {"mysql": _MYSQL, "mariadb": _MYSQL, "postgresql": _POSTGRESQL}
# MySQL's codes for too many connections: in all, of one account, and by its grant. PostgreSQL's
# 53300 comes in words alone.
_NO_ROOM = {1040, 1203, 1226}
_NO_ROOM_IN_WORDS = "too many c", "remaining connection slots", "connection limit exceeded"
# deadlocks, and a serialization failure
_CROSSED = {1213, "40001", "40P01"}


def open_server(engine: Engine) -> None:
    """Configure each new connection of `engine`, and wait a moment for a free one."""

    # insert=True: before SQLAlchemy itself reads the SQL mode, by which it quotes names.
    @event.listens_for(engine, "connect", insert=True)
    def connect(connection: Any, _record: "ConnectionPoolEntry") -> None:
        with connection.cursor() as cursor:
            cursor.execute(_GREETING[engine.dialect.name].format(seconds=LOCK_SECONDS))
        connection.commit()  # or PostgreSQL would forget it with the first rollback

    @event.listens_for(engine, "do_connect")
    def do_connect(
        dialect: Dialect,
        _record: "ConnectionPoolEntry",
        arguments: list[Any],
        options: dict[str, Any],
    ) -> "DBAPIConnection":
        deadline = monotonic() + ROOM_SECONDS
        while True:
            try:
                return dialect.connect(*arguments, **options)
            except dialect.loaded_dbapi.Error as error:
                if not _has_no_room(error) or monotonic() > deadline:
                    raise
                sleep(STEP_SECONDS)


def is_crossed(error: Exception) -> bool:
    """Return whether the transaction was undone because another one interfered, so that it may be
    retried.
    """
    if not isinstance(error, DBAPIError):
        return False
    arguments = getattr(error.orig, "args", ())
    return bool(_CROSSED & {getattr(error.orig, "sqlstate", None), *arguments[:1]})


def _has_no_room(error: Exception) -> bool:
    said = str(error)
    return bool(_NO_ROOM & {*error.args[:1]}) or any(words in said for words in _NO_ROOM_IN_WORDS)
