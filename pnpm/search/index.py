"""The index: a table for articles and one for comments, with the tokens that `words` makes of them.
FTS5 on SQLite, FULLTEXT on MySQL and MariaDB, a tsvector on PostgreSQL; where SQLite lacks FTS5,
plain tables.

To FTS5 a text by itself costs a tenth of what a comment costs in all, and many at once cost little.
So on SQLite the newest comments are not in it yet: `first_new` tells from which number on the
comments themselves are looked through, which are found as soon as they are stored.

It is made of what the site holds, and can be made again at any time. So it is none of the schema
that migrations know, no backup needs it, and how far it is made stands beside it: an index that is
gone is made again.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from weakref import WeakSet

from sqlalchemy import Connection, Engine, inspect, text

from pnpm.db import without_events
from pnpm.db.types import LARGEST, MYSQL

ARTICLES, COMMENTS = "article", "comment"
KINDS = ARTICLES, COMMENTS
# What is made one after another: which articles are related is made of the words of all.
RELATED = "related"
STAGES = ARTICLES, RELATED, COMMENTS
PROGRESS = "search_progress"
NEW = "new"  # beside the stages: from which number on comments are not in FTS5 yet
# Of what `words` makes of a text: where that changes, the index is made anew.
VERSION = 1
_FTS5, _PLAIN, _POSTGRESQL, _MYSQL = "fts5", "plain", "postgresql", "mysql"
_MADE = {
    # Without the length of each text, which only FTS5's own ranking needs.
    _FTS5: ("CREATE VIRTUAL TABLE {table} USING fts5(words, columnsize=0, tokenize='ascii')",),
    _PLAIN: ("CREATE TABLE {table} (id INTEGER PRIMARY KEY, words TEXT NOT NULL)",),
    _POSTGRESQL: (
        "CREATE TABLE {table} (id INTEGER PRIMARY KEY, words TEXT NOT NULL, vector tsvector "
        "GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED)",
        "CREATE INDEX ix_{table}_vector ON {table} USING gin (vector)",
    ),
    _MYSQL: (
        "CREATE TABLE {table} (id INTEGER PRIMARY KEY, words MEDIUMTEXT NOT NULL, "
        "FULLTEXT INDEX ix_{table}_words (words)) "
        "ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    ),
}
_KNOWN: WeakSet[Engine] = WeakSet()  # whose index is there: it is looked for once a process


@cache
def has_fts5() -> bool:
    """Return whether the SQLite of this Python has full-text search."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE tried USING fts5(words)")
        except sqlite3.OperationalError:
            return False
    return True


def engine_of(connection: Connection) -> str:
    """Return which full-text search this database has: `fts5`, `plain` (none), `postgresql` or
    `mysql`, also for MariaDB.
    """
    name = connection.dialect.name
    if name == "sqlite":
        return _FTS5 if has_fts5() else _PLAIN
    return _MYSQL if name in MYSQL else _POSTGRESQL


def table_of(connection: Connection, kind: str) -> str:
    """Return the name of the table with the tokens of a kind. A plain one has another, since SQLite
    without FTS5 cannot even drop what it made elsewhere.
    """
    if engine_of(connection) == _PLAIN:
        return f"search_{kind}_plain"
    return f"search_{kind}"


def key_of(connection: Connection) -> str:
    """Return the name of the column with the number of the article or comment."""
    return "rowid" if connection.dialect.name == "sqlite" else "id"


def is_there(connection: Connection) -> bool:
    """Return whether there is an index of this version, finished or not."""
    engine = without_events(connection.engine)
    if engine not in _KNOWN and _is_current(connection):
        _KNOWN.add(engine)
    return engine in _KNOWN


def prepare(connection: Connection) -> None:
    """Make an empty index in place of what there is, in the caller's transaction where the engine
    can.
    """
    drop(connection)
    for kind in KINDS:
        for statement in _MADE[engine_of(connection)]:
            connection.execute(text(statement.format(table=table_of(connection, kind))))
    options = " ENGINE=InnoDB CHARACTER SET utf8mb4" * (engine_of(connection) == _MYSQL)
    connection.execute(text(_PROGRESS + options))
    begun = [
        {"stage": _name(connection, stage), "version": VERSION, "below": LARGEST}
        for stage in STAGES
    ]
    begun.append({"stage": NEW, "version": VERSION, "below": None})
    connection.execute(_BEGUN, begun)


def drop(connection: Connection) -> None:
    """Take the index away."""
    _KNOWN.discard(without_events(connection.engine))
    names = {f"search_{kind}_plain" for kind in KINDS} | {PROGRESS}
    if engine_of(connection) != _PLAIN:
        names |= {f"search_{kind}" for kind in KINDS}
    for name in sorted(names & {*inspect(connection).get_table_names()}):
        connection.execute(text(f"DROP TABLE {name}"))


def forget(connection: Connection) -> None:
    """Empty the index, in the caller's transaction, as what the site holds is replaced: it is made
    anew, and readers are told that it is not finished.
    """
    if not _is_current(connection):
        # One that a Python with another SQLite made: that one makes it anew. Not on other engines:
        # to drop a table would end the transaction on MySQL, also where there is none.
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TABLE IF EXISTS {PROGRESS}"))
        return
    if engine_of(connection) == _MYSQL:  # where making a table would end the transaction
        for kind in KINDS:
            connection.execute(text(f"DELETE FROM {table_of(connection, kind)}"))
        for stage in STAGES:
            advance(connection, stage, LARGEST)
    else:
        prepare(connection)


def put(connection: Connection, kind: str, entries: Mapping[int, str | None]) -> None:
    """Put the tokens of these texts into the index in place of what it had of them, by the texts'
    numbers, in the caller's transaction; None takes a text out. Nothing happens where there is no
    index yet: whoever makes it finds them; nor to new comments, which are found without it.
    """
    first = first_new(connection) if kind == COMMENTS and entries else None
    if first is not None:
        entries = {number: words for number, words in entries.items() if number < first}
    if entries and is_there(connection):
        where = f"{table_of(connection, kind)} WHERE {key_of(connection)} = :number"
        values = [{"number": number} for number in entries]
        connection.execute(text(f"DELETE FROM {where}"), values)
        add(connection, kind, {number: words for number, words in entries.items() if words})


def add(connection: Connection, kind: str, entries: Mapping[int, str]) -> None:
    """Do the same for texts that are not in the index."""
    if entries and is_there(connection):
        # As the driver takes it: a comment waits for this, and SQLAlchemy would double it.
        statement = _ADDED[connection.dialect.paramstyle].format(
            table=table_of(connection, kind), key=key_of(connection)
        )
        connection.exec_driver_sql(statement, [*entries.items()])


def has_new(connection: Connection) -> bool:
    """Return whether new comments are not put into the index at once. Only SQLite has no two
    writers, so that a higher number is a later comment.
    """
    return engine_of(connection) == _FTS5


def first_new(connection: Connection) -> int | None:
    """Return the number from which on comments are not in the index yet; None where there is
    none: all are, or are found by whoever makes it.
    """
    if not has_new(connection) or not is_there(connection):
        return None
    first: int | None = connection.scalar(_FIRST_NEW)
    return first


def begin_new(connection: Connection, number: int) -> None:
    """Note, in the caller's transaction, that comments from that number on are new."""
    connection.execute(_ADVANCED, {"stage": NEW, "below": number})


def compact(connection: Connection) -> None:
    """Leave nothing in SQLite's index of texts that were taken out, in the caller's transaction:
    FTS5 only notes that they are gone.
    """
    if engine_of(connection) == _FTS5 and is_there(connection):
        for kind in KINDS:
            table = table_of(connection, kind)
            connection.execute(text(f"INSERT INTO {table} ({table}) VALUES ('optimize')"))


def remaining(connection: Connection) -> dict[str, int]:
    """Return which stages are not finished, in order, each with the number below which nothing is
    made yet.
    """
    if not is_there(connection):
        return dict.fromkeys(STAGES, LARGEST)
    found = {row.stage: row.below for row in connection.execute(_REMAINING)}
    names = {stage: _name(connection, stage) for stage in STAGES}
    return {stage: found[name] for stage, name in names.items() if name in found}


def advance(connection: Connection, stage: str, below: int | None) -> None:
    """Note that a stage is made from that number on; None: all of it."""
    connection.execute(_ADVANCED, {"stage": _name(connection, stage), "below": below})


_ADDED = {
    "qmark": "INSERT INTO {table} ({key}, words) VALUES (?, ?)",
    "format": "INSERT INTO {table} ({key}, words) VALUES (%s, %s)",
    "pyformat": "INSERT INTO {table} ({key}, words) VALUES (%s, %s)",
}
_PROGRESS = (
    f"CREATE TABLE {PROGRESS} (stage VARCHAR(32) PRIMARY KEY, version INTEGER NOT NULL, "
    "below INTEGER)"
)
_BEGUN = text(f"INSERT INTO {PROGRESS} (stage, version, below) VALUES (:stage, :version, :below)")
_STATE = text(f"SELECT stage, version FROM {PROGRESS}")
_FIRST_NEW = text(f"SELECT below FROM {PROGRESS} WHERE stage = '{NEW}'")
_REMAINING = text(f"SELECT stage, below FROM {PROGRESS} WHERE below IS NOT NULL")
_ADVANCED = text(f"UPDATE {PROGRESS} SET below = :below WHERE stage = :stage")


def _name(connection: Connection, stage: str) -> str:
    """Return the name of a stage: of an index the table's, so that one that another SQLite made is
    not taken for this one's.
    """
    return table_of(connection, stage) if stage in KINDS else stage


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table(PROGRESS):
        return False
    wanted = {(_name(connection, stage), VERSION) for stage in STAGES} | {(NEW, VERSION)}
    return {(row.stage, row.version) for row in connection.execute(_STATE)} == wanted
