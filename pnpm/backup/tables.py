"""All tables of a site, copied from one database to another, whatever their engines, and
compared.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from pnpm.accounts.models import SignIn, User
from pnpm.articles.models import Article
from pnpm.comments.models import Comment
from pnpm.db import db
from pnpm.db.sequences import go_on_from, last_numbers
from pnpm.db.types import AnyRow
from pnpm.markup.figures import keys_in
from pnpm.markup.sanitizer import RENDERER
from pnpm.media.models import Picture
from pnpm.site_settings import REVISION, Setting

BATCH = 500  # rows read and written at a time
WHOLE = 1 << 256  # sums of hashes are counted round, so that their order does not matter
WRITTEN = "article", "comment", "picture"  # what somebody writes, as it is told of an archive
# what a value of no kind of ours leads to
UNREADABLE = ValueError, LookupError, TypeError, DataError, IntegrityError


def count(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: _count(connection, table) for table in _tables()}


def holds(connection: Connection) -> dict[str, int]:
    """How many articles, comments and pictures there are; also where the tables are an older
    version's.
    """
    known = set(inspect(connection).get_table_names())
    return {name: _count(connection, db.metadata.tables[name]) for name in WRITTEN if name in known}


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing yet that somebody wrote: no article, no comment, no picture."""
    return not any(holds(connection).values())


def accounts(connection: Connection) -> set[tuple[str, str, str]]:
    """Each account's name, and what lets somebody in: its password and second factor, as they are
    kept.
    """
    found = connection.execute(select(User.name, User.password, User.second_factor))
    return {(name, password, factor) for name, password, factor in found}


def hold(connection: Connection) -> None:
    """Whoever else would write waits from here on, for the end of the caller's transaction;
    SQLite's begins so. Readers go on.
    """
    if connection.dialect.name == "sqlite":
        return
    # a row of the one the office's changes lock first, one of the other a comment
    gates = "setting", "article"
    connection.execute(text("UPDATE setting SET value = value WHERE name = 'writer'"))
    connection.execute(text("SELECT id FROM article ORDER BY id FOR UPDATE"))
    # the rest for the few who pass by those; who waits there holds none of these
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in _tables() if table.name not in gates)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def copy(
    source: Connection, target: Connection, step: Callable[[int], None] = lambda rows: None
) -> None:
    """Replace all that the target's tables hold by what the source's hold, in the caller's
    transactions.

    Both are at the newest schema. `step` is told how many rows came, now and then.
    """
    _empty(target)
    for table in _tables():
        for rows in _batches(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in rows])
            step(len(rows))
    go_on_from(target, last_numbers(source))


def differences(one: Connection, other: Connection) -> list[str]:
    """The tables that do not hold the same in both: their names, in order."""
    return [
        table.name for table in _tables() if fingerprint(one, table) != fingerprint(other, table)
    ]


def fingerprint(connection: Connection, table: Table) -> tuple[int, int]:
    """What a table holds: how many rows, and what stands for all their values, alike on every
    engine.
    """
    total, rows = 0, 0
    for batch in _batches(connection, table):
        for row in batch:
            spelled = json.dumps(list(row), default=str, sort_keys=True)
            total = (total + int.from_bytes(hashlib.sha256(spelled.encode()).digest())) % WHOLE
            rows += 1
    return rows, total


def read_through(connection: Connection) -> None:
    """Read every value; one of UNREADABLE if one is none of ours."""
    for table in _tables():
        for _rows in _batches(connection, table):
            pass


def render_again(
    connection: Connection, comment_html: Callable[[str], str], article_html: Callable[..., str]
) -> None:
    """Make all HTML anew of its source, in the caller's transaction: what an archive says of it is
    not believed.
    """
    known = {row.key: row for row in connection.execute(select(Picture.__table__))}
    made: dict[type[Comment | Article], Callable[[str], str]] = {
        Comment: comment_html,
        Article: lambda body: article_html(
            body, {key: known[key] for key in keys_in(body) & {*known}}
        ),
    }
    for model, render in made.items():
        table, last = model.__table__, 0
        query = select(table.c.id, table.c.body).order_by(table.c.id).limit(BATCH)
        change = (
            update(table).where(table.c.id == bindparam("number")).values(html=bindparam("made"))
        )
        while rows := connection.execute(query.where(table.c.id > last)).all():
            connection.execute(
                change, [{"number": row.id, "made": render(row.body)} for row in rows]
            )
            last = rows[-1].id
    connection.execute(update(Comment.__table__).values(renderer=RENDERER))


def is_same(one: Engine, other: Engine) -> bool:
    """Whether both lead to the same database, whatever their URLs: what is written down in one is
    read in the other.
    """
    mark, written = secrets.token_hex(8), Setting.__table__
    with one.begin() as connection:
        connection.execute(insert(written).values(name=mark, value="0"))
    with other.connect() as connection:
        found = connection.scalar(select(func.count()).where(written.c.name == mark)) or 0
    with one.begin() as connection:
        connection.execute(delete(written).where(written.c.name == mark))
    return found > 0


def renew(connection: Connection) -> None:
    """After a restore: everybody signs in again, as sessions ended since would be open again; no
    page kept before is fresh.
    """
    connection.execute(delete(SignIn))
    connection.execute(delete(Setting).where(Setting.name == REVISION))
    connection.execute(
        insert(Setting).values(name=REVISION, value=json.dumps(secrets.token_hex(8)))
    )


def _tables() -> list[Table]:
    return db.metadata.sorted_tables


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[AnyRow]]:
    # By key, so that a reply comes after what it replies to.
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with connection.execute(query) as result:
        yield from result.partitions()


def _empty(connection: Connection) -> None:
    """Nothing is left in the target's tables; what guards the log is out of the way for that, and
    back.
    """
    away, back = _guards(connection)
    for statement in away:
        connection.execute(text(statement))
    for table in reversed(_tables()):
        if parent := [
            column for column in table.columns if column.references(table.c.get("id", column))
        ]:
            connection.execute(update(table).values({column.name: None for column in parent}))
        connection.execute(delete(table))
    for statement in back:
        connection.execute(text(statement))


def _guards(connection: Connection) -> tuple[list[str], list[str]]:
    engine = connection.dialect.name
    if engine == "sqlite":
        found = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        return [f"DROP TRIGGER {row.name}" for row in found], [row.sql for row in found]
    if engine == "postgresql":
        return ["ALTER TABLE log_entry DISABLE TRIGGER USER"], [
            "ALTER TABLE log_entry ENABLE TRIGGER USER"
        ]
    return ["SET @restoring = 1"], ["SET @restoring = NULL"]  # the log's guards look at it
