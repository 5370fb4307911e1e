"""How MariaDB, MySQL and PostgreSQL are connected to: each told to be like the others, whatever its
host has as default.
"""

from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

LOCK_SECONDS = 10  # how long one waits for what another has locked, as on SQLite
REACH_SECONDS = 5  # for a server to answer at all: behind a broken line nobody says no
# for a connection to be free where a host allows an account few of them: each is used for
# milliseconds
ROOM_SECONDS = 5
STEP_SECONDS = 0.05

# Not ONLY_FULL_GROUP_BY, which MariaDB takes amiss where a key decides; backslashes and quotes as
# SQLAlchemy writes them. Of two texts without a column, letters are compared one by one, as in our
# columns.
_MYSQL = """SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
    innodb_lock_wait_timeout = {seconds},
    character_set_connection = 'utf8mb4', collation_connection = 'utf8mb4_bin'"""
_POSTGRESQL = "SET lock_timeout = '{seconds}s'"
_GREETING = {"mysql": _MYSQL, "mariadb": _MYSQL, "postgresql": _POSTGRESQL}
# Too many connections in all, of one account at once, and as its grant has it (MySQL); 53300 of
# PostgreSQL comes in words alone.
_NO_ROOM = {1040, 1203, 1226}
_NO_ROOM_IN_WORDS = "too many c", "remaining connection slots", "connection limit exceeded"
# a deadlock, or a transaction that could not be put in order with others
_CROSSED = {1213, "40001", "40P01"}


def open_server(engine: Engine) -> None:
    """Make `engine` tell the server how we speak, and wait a moment for a free connection."""

    # First of all: SQLAlchemy looks at the mode when it connects, and quotes names accordingly.
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
    """Whether two transactions stood in each other's way and this one was undone for the other:
    done again, it will do.
    """
    if not isinstance(error, DBAPIError):
        return False
    arguments = error.orig.args if error.orig else ()
    return bool(_CROSSED & {getattr(error.orig, "sqlstate", None), *arguments[:1]})


def _has_no_room(error: Exception) -> bool:
    said = str(error)
    return bool(_NO_ROOM & {*error.args[:1]}) or any(words in said for words in _NO_ROOM_IN_WORDS)
