"""All tables of a site: copied from one database to another, whatever their engines, and
compared.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Engine,
    FromClause,
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
from pnpm.audit import guards
from pnpm.audit.models import AuditEntry
from pnpm.comments.models import Comment
from pnpm.db.sequences import go_on_from, last_numbers
from pnpm.db.types import MYSQL, AnyRow
from pnpm.mail.models import OutgoingMail
from pnpm.markup.figures import keys_in
from pnpm.markup.sanitizer import RENDERER
from pnpm.media.models import Picture
from pnpm.search import index
from pnpm.site_settings import REVISION, Setting

from .schema import metadata

BATCH = 500  # rows read and written at a time
WHOLE = 1 << 256  # hashes of rows are added modulo this, so that the order does not matter
WRITTEN = "article", "comment", "picture"  # the tables whose sizes are shown for an archive
# what reading or copying a value of an unexpected type may raise
UNREADABLE = ValueError, LookupError, TypeError, DataError, IntegrityError


def count(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {table.name: _count(connection, table) for table in all_tables()}


def holds(connection: Connection) -> dict[str, int]:
    """Return how many articles, comments and pictures there are, also in an older version's
    schema.
    """
    known = set(inspect(connection).get_table_names())
    return {name: _count(connection, metadata.tables[name]) for name in WRITTEN if name in known}


def is_empty(connection: Connection) -> bool:
    """Return whether nobody has written anything yet: no article, no comment, no picture."""
    return not any(holds(connection).values())


def accounts(connection: Connection) -> set[tuple[str, str, str]]:
    """Return each account's name with its stored password hash and second factor."""
    found = connection.execute(select(User.name, User.password, User.second_factor))
    return {(name, password, factor) for name, password, factor in found}


def hold(connection: Connection) -> None:
    """Make other writers wait until the end of the caller's transaction; SQLite's has locked
    already. Readers go on.
    """
    if connection.dialect.name == "sqlite":
        return
    # The office's changes lock a row of `setting` first, and a new comment one of `article`.
    gates = "setting", "article"
    connection.execute(text("UPDATE setting SET value = value WHERE name = 'writer'"))
    connection.execute(text("SELECT id FROM article ORDER BY id FOR UPDATE"))
    # The other tables, for the few writers that lock neither. Whoever waits at a gate holds no lock
    # on these, so there is no deadlock.
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in all_tables() if table.name not in gates)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


@contextmanager
def unchanged(connection: Connection) -> Iterator[None]:
    """Make all who write wait for the block, in which the caller reads on this connection alone;
    readers go on. The caller then rolls back. On SQLite its transaction has locked already.
    """
    name = connection.dialect.name
    if name in MYSQL:
        # Only this shuts out those, too, who lock none of the rows that `hold` locks.
        names = ", ".join(f"`{table.name}` READ" for table in all_tables())
        connection.execute(text(f"LOCK TABLES {names}"))
        try:
            yield
        finally:
            connection.execute(text("UNLOCK TABLES"))
        return
    hold(connection)
    if name == "postgresql":
        connection.execute(text("LOCK TABLE setting, article IN SHARE ROW EXCLUSIVE MODE"))
    yield


def copy(
    source: Connection,
    target: Connection,
    step: Callable[[int], None] = lambda rows: None,
    numbers: dict[str, int] | None = None,
) -> None:
    """Replace all that the target's tables hold by what the source's hold, in the caller's
    transactions.

    Both have the newest schema. The target's search index is made anew afterwards. `step` is called
    with the number of rows after each batch. `numbers` are the last ids that were given out (None:
    those of the source), so that none stands for two things.
    """
    empty(target)
    for table in all_tables():
        for rows in batches(source, table):
            target.execute(insert(table), [dict(row._mapping) for row in rows])
            step(len(rows))
    go_on_from(target, all_tables(), numbers or last_numbers(source, all_tables()))


def differences(one: Connection, other: Connection) -> list[str]:
    """Return the names of the tables whose content differs, in order."""
    return [
        table.name for table in all_tables() if fingerprint(one, table) != fingerprint(other, table)
    ]


def fingerprint(connection: Connection, table: Table) -> tuple[int, int]:
    """Return how many rows a table has, and a hash of all its values that is the same on every
    engine.
    """
    total, rows = 0, 0
    for batch in batches(connection, table):
        for row in batch:
            total = (total + hash_of(row)) % WHOLE
            rows += 1
    return rows, total


def hash_of(row: AnyRow) -> int:
    """Return a hash of a row's values that is the same on every engine."""
    spelled = json.dumps(list(row), default=str, sort_keys=True)
    return int.from_bytes(hashlib.sha256(spelled.encode()).digest())


def read_through(connection: Connection) -> None:
    """Read every value. Raises one of UNREADABLE if a value has an unexpected type."""
    for table in all_tables():
        for _rows in batches(connection, table):
            pass


def render_again(
    connection: Connection, comment_html: Callable[[str], str], article_html: Callable[..., str]
) -> None:
    """Render all HTML from its sources, in the caller's transaction, as an archive's HTML is not
    trusted.
    """
    last: int | None = 0
    while last is not None:
        last = render_comments(connection, last, comment_html)
    last = 0
    while last is not None:
        last = render_articles(connection, last, article_html)


def render_comments(
    connection: Connection, last: int, comment_html: Callable[[str], str]
) -> int | None:
    """Do that with the BATCH of comments after the one with the id `last`; return the id of the
    last of them, or None if there was none.
    """
    return _rendered(
        connection, Comment.__table__, last, lambda body: comment_html(body), {"renderer": RENDERER}
    )


def render_articles(
    connection: Connection, last: int, article_html: Callable[..., str]
) -> int | None:
    """Do the same with articles."""
    known = {row.key: row for row in connection.execute(select(Picture.__table__))}
    return _rendered(
        connection,
        Article.__table__,
        last,
        lambda body: article_html(body, {key: known[key] for key in keys_in(body) & {*known}}),
        {},
    )


def _rendered(
    connection: Connection,
    table: FromClause,
    last: int,
    render: Callable[[str], str],
    more: dict[str, Any],
) -> int | None:
    query = select(table.c.id, table.c.body).order_by(table.c.id).limit(BATCH)
    rows = connection.execute(query.where(table.c.id > last)).all()
    if not rows:
        return None
    change = (
        update(table)  # type: ignore[arg-type]  # a model's table, which SQLAlchemy says wider
        .where(table.c.id == bindparam("number"))
        .values(html=bindparam("made"), **more)
    )
    connection.execute(change, [{"number": row.id, "made": render(row.body)} for row in rows])
    number: int = rows[-1].id
    return number


class Summary(NamedTuple):
    """What a site holds, to be compared with another: how many articles, comments and pictures,
    when the newest article and comment are from, who did what stands last in the log, and when, and
    the names of the accounts.
    """

    holds: dict[str, int]
    article: datetime | None
    comment: datetime | None
    who: str
    changed: datetime | None
    accounts: list[str]

    def written(self) -> list[Any]:
        """Return it as JSON has it."""
        moments = self.article, self.comment, self.changed
        article, comment, changed = [each.isoformat() if each else "" for each in moments]
        return [self.holds, article, comment, self.who, changed, self.accounts]

    @classmethod
    def read(cls, written: list[Any]) -> "Summary":
        """Return the one that was written so."""
        holds, *moments, accounts = written
        article, comment, who, changed = moments

        def moment(spelled: str) -> datetime | None:
            return datetime.fromisoformat(spelled) if spelled else None

        return cls(holds, moment(article), moment(comment), who, moment(changed), accounts)


def summary(connection: Connection) -> Summary:
    """Return the summary of a database at the newest schema."""
    last = connection.execute(
        select(AuditEntry.who, AuditEntry.created_at).order_by(AuditEntry.id.desc()).limit(1)
    ).first()
    return Summary(
        holds(connection),
        connection.scalar(select(func.max(Article.published_at))),
        connection.scalar(select(func.max(Comment.created_at))),
        last.who if last else "",
        last.created_at if last else None,
        sorted(connection.scalars(select(User.name))),
    )


def is_same(one: Engine, other: Engine) -> bool:
    """Return whether both URLs lead to the same database, by writing a mark to one and looking for
    it in the other.
    """
    mark = secrets.token_hex(8)
    table = Setting.__table__
    with one.begin() as connection:
        connection.execute(insert(table).values(name=mark, value="0"))
    with other.connect() as connection:
        found = connection.scalar(select(func.count()).where(table.c.name == mark)) or 0
    with one.begin() as connection:
        connection.execute(delete(table).where(table.c.name == mark))
    return found > 0


def renew(connection: Connection) -> None:
    """After a restore, end all sessions, since some that ended after the backup would be open
    again, make every cached page stale, and let no mail go out that waited then: most of it was
    sent since.
    """
    connection.execute(delete(SignIn))
    connection.execute(delete(OutgoingMail))
    is_flagged = Comment.__table__.c.announce.is_not(None)
    connection.execute(update(Comment.__table__).where(is_flagged).values(announce=None))
    connection.execute(delete(Setting).where(Setting.name == REVISION))
    connection.execute(
        insert(Setting).values(name=REVISION, value=json.dumps(secrets.token_hex(8)))
    )


def all_tables() -> list[Table]:
    """Return all tables, each after those that it refers to."""
    return metadata.sorted_tables


def batches(connection: Connection, table: Table) -> Iterator[Sequence[AnyRow]]:
    """Yield a table's rows, a few at a time, by key: so a reply comes after what it replies to."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with connection.execute(query) as result:
        yield from result.partitions()


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def empty(connection: Connection) -> None:
    """Delete all rows, and what the search knows of them, in the caller's transaction; the triggers
    that protect the log are disabled meanwhile.
    """
    index.forget(connection)
    with guards.lifted(connection):
        for table in reversed(all_tables()):
            parents = [
                column.name
                for column in table.columns
                if "id" in table.c and column.references(table.c.id)
            ]
            if parents:  # rows that refer to rows of the same table
                connection.execute(update(table).values(dict.fromkeys(parents)))
            connection.execute(delete(table))
