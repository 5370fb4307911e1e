"""The database: how our types are kept, and how it is read and written."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, Enum, MetaData, Table, text
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase

from .servers import REACH_SECONDS, is_crossed, open_server
from .sqlite import BUSY_SECONDS, begin_immediate, confirm, open_sqlite
from .types import AnyRow, AnySelect, Moment

TRIES = 5  # of a transaction that another one crosses: each time one of them goes through

# Threads of a process that hold a connection past the session: each may need the session's, too,
# and a pool may have three.
_TURNS = BoundedSemaphore(2)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model stands on: constraints have names, so that a migration can find them."""

    metadata = MetaData(naming_convention=NAMES)


# Where SQLite has one writer, others lock rows: the office's changes lock this one first, so that
# they come one after another. Readers' comments do not wait for it.
_ONE_AT_A_TIME = text("UPDATE setting SET value = value WHERE name = 'writer'")

T = TypeVar("T")
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:

    class Model(Base):
        """What models stand on, as a type checker can follow it: the real one is made as the
        program runs.
        """

        __abstract__ = True
        __table__: ClassVar[Table]
else:
    Model = db.Model

# The class attribute of the same purpose fails with SQLAlchemy 2.1 under Flask-SQLAlchemy.
Model.registry.update_type_annotation_map(
    {
        datetime: Moment(),
        enum.Enum: Enum(
            enum.Enum,
            native_enum=False,
            length=16,
            values_callable=lambda kind: [e.value for e in kind],
        ),
    }
)


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy's engine needs for a database of this URL. Errors never carry what a reader
    wrote into a log.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return options | {"connect_args": {"timeout": BUSY_SECONDS, "isolation_level": None}}
    # Shared hosts cap connections and close idle ones.
    options |= {
        "pool_size": 1,
        "max_overflow": 2,
        "pool_timeout": BUSY_SECONDS,
        "pool_pre_ping": True,
        "pool_recycle": 280,
    }
    # Whatever the URL says, four bytes a letter: three cannot hold an emoji.
    spelled = {"charset": "utf8mb4"} if url.startswith(("mysql", "mariadb")) else {}
    options |= {"connect_args": {"connect_timeout": REACH_SECONDS, **spelled}}
    # MySQL's own default locks the gaps between rows, and strangers' comments would wait for each
    # other.
    return options | {"isolation_level": "READ COMMITTED"}


def open_engine(engine: Engine, journal: str = "") -> None:
    """Make `engine` open its database as this program needs it; `journal` is SQLite's, or stays as
    it is.
    """
    if engine.dialect.name == "sqlite":
        open_sqlite(engine, journal)
    else:
        open_server(engine)


def first(engine: Engine, query: AnySelect, values: dict[str, Any]) -> AnyRow | None:
    """The first row of one query, past any session or transaction: for the few reads that every
    request pays.
    """
    with engine.connect().execution_options(one_query=True) as connection:
        return connection.execute(query, values).first()


def read(query: AnySelect, **values: Any) -> AnyRow | None:
    """The first row of one query of the site's database."""
    return first(db.engine, query, values)


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection past the session, for a block; what is read on it before `immediate` begins no
    transaction.

    TimeoutError, an SQLAlchemyError, where others need theirs for too long.
    """
    if not _TURNS.acquire(timeout=BUSY_SECONDS):
        raise TimeoutError("no turn at the database")
    try:
        with db.engine.connect().execution_options(one_query=True) as connection:
            yield connection
    finally:
        _TURNS.release()


@contextmanager
def immediate(connection: Connection) -> Iterator[None]:
    """A transaction on a `connected` one: locked from its start, committed at its end, undone if
    that is not reached.

    An SQLAlchemyError if it cannot be kept where readers look for it; `storage
    faults.storage_fault_of` tells why.
    """
    if connection.dialect.name == "sqlite":
        # ends what it has read: under the journal DELETE a reader keeps us from committing
        db.session.commit()
        begin_immediate(connection)
    else:  # rows are locked as they are read, FOR UPDATE, and what was read before is read again
        connection.commit()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    confirm(connection.info)


def begin_writing() -> Connection:
    """End what was read so far and begin a transaction that may write: what was read before it is
    read again under its lock.
    """
    db.session.commit()
    connection = db.session.connection(execution_options={"writes": True})
    if connection.dialect.name != "sqlite":
        connection.execute(_ONE_AT_A_TIME)
    return connection


@contextmanager
def transaction() -> Iterator[None]:
    """The same within the session, for a block: all that it changes is committed at its end, or
    nothing of it.

    What was loaded before it stays as it was then: what is decided on is to be loaded in the block,
    with `populate_existing`.
    """
    info = begin_writing().info
    try:
        yield
    except BaseException:
        db.session.rollback()
        raise
    db.session.commit()
    confirm(info)


def retrying(work: Callable[[], T]) -> T:
    """What `work` comes to, a transaction of its own: done again where another stood in its way, or
    was first with the same.
    """
    for _try in range(TRIES - 1):
        try:
            return work()
        except (IntegrityError, OperationalError) as error:
            if not (isinstance(error, IntegrityError) or is_crossed(error)):
                raise
    return work()


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)
