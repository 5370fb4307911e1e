"""The database: its engine, its base class for models, and how it is read and written."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, Enum, MetaData, Table, text
from sqlalchemy.exc import IntegrityError, OperationalError, TimeoutError
from sqlalchemy.orm import DeclarativeBase

from . import relocation
from .servers import REACH_SECONDS, is_crossed, open_server
from .sqlite import BUSY_SECONDS, begin_immediate, confirm, open_sqlite
from .types import AnyRow, AnySelect, Moment

TRIES = 5  # of a transaction that meets others: of those that meet, one succeeds each time

# Threads of a process with a connection outside the session. Each may need the session's, too, and
# the pool has three.
_TURNS = BoundedSemaphore(2)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base class of all models. Constraints have names, so that a migration can find them."""

    metadata = MetaData(naming_convention=NAMES)


# SQLite has one writer; the other engines lock rows. The office's changes lock this row first, so
# that they come one after another. Readers' comments do not wait for it.
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
    """Return SQLAlchemy's options for an engine of this URL. Parameters are hidden, so that no
    error writes a reader's text into a log.
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
    connect_args: dict[str, Any] = {"connect_timeout": REACH_SECONDS}
    if url.startswith(("mysql", "mariadb")):
        connect_args["charset"] = "utf8mb4"  # whatever the URL says: three bytes hold no emoji
    # MySQL's default locks the gaps between rows, too: comments would wait for each other.
    return options | {"connect_args": connect_args, "isolation_level": "READ COMMITTED"}


def open_engine(engine: Engine, journal: str = "", instance: Path | None = None) -> Engine:
    """Configure how `engine` connects to its database, and return the engine to use: it has the
    same connections, and begins their transactions. `journal` is SQLite's mode (empty: as it is).
    Once the site of that `instance` folder was moved away, nothing is committed any more.
    """
    transactional = engine.execution_options(without_events=engine)
    if engine.dialect.name == "sqlite":
        open_sqlite(engine, transactional, journal)
    else:
        open_server(engine)
    if instance:
        relocation.watch(engine, transactional, instance)
    return transactional


def use(engine: Engine) -> None:
    """Make one of `open_engine` the site's."""
    cast(dict[str | None, Engine], db.engines)[None] = engine


def without_events(engine: Engine) -> Engine:
    """Return the engine below one of `open_engine`, for single queries and for `immediate`, which
    begins its transaction itself. SQLAlchemy takes a sixth less for a query of an engine to which
    nothing listens.
    """
    found: Engine = engine.get_execution_options().get("without_events", engine)
    return found


def first(engine: Engine, query: AnySelect, values: dict[str, Any]) -> AnyRow | None:
    """Return the first row of a query, outside any session and transaction: for the few reads of
    every request.
    """
    with without_events(engine).connect() as connection:
        return connection.execute(query, values).first()


def read(query: AnySelect, **values: Any) -> AnyRow | None:
    """Return the first row of a query to the site's database."""
    return first(db.engine, query, values)


@contextmanager
def connected() -> Iterator[Connection]:
    """Give a connection outside the session. Reading on it before `immediate` begins no
    transaction.

    Raises SQLAlchemy's TimeoutError if others hold theirs for too long.
    """
    if not _TURNS.acquire(timeout=BUSY_SECONDS):
        raise TimeoutError("no turn at the database")
    try:
        with without_events(db.engine).connect() as connection:
            yield connection
    finally:
        _TURNS.release()


@contextmanager
def immediate(connection: Connection) -> Iterator[None]:
    """Run the block in a transaction on a `connected` connection: locked from its start, committed
    at its end, rolled back on an error.

    Raises an SQLAlchemyError if it cannot be stored where readers look for it;
    `errors.storage_fault_of` tells why.
    """
    if connection.dialect.name == "sqlite":
        # With the journal DELETE, a session that still reads would keep us from committing.
        if db.session.registry.has():
            db.session.commit()
        begin_immediate(connection)
    else:  # rows are locked when they are read, with FOR UPDATE
        connection.commit()
    try:
        yield
        relocation.refuse_closed(connection)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    confirm(connection.info)


def begin_writing() -> Connection:
    """End the session's reading transaction, begin a writing one and return its connection. What
    was read before has to be read again under its lock.
    """
    db.session.commit()
    connection = db.session.connection(execution_options={"writes": True})
    if connection.dialect.name != "sqlite":
        connection.execute(_ONE_AT_A_TIME)
    return connection


@contextmanager
def transaction() -> Iterator[None]:
    """Run the block in a writing transaction of the session: all its changes are committed at its
    end, or none.

    Objects loaded before keep their old values: load what decides within the block, with
    `populate_existing`.
    """
    try:
        info = begin_writing().info
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    confirm(info)


def retrying(work: Callable[[], T]) -> T:
    """Return the result of `work`, which is a transaction of its own, and is retried if another
    transaction interfered or stored the same first.
    """
    for _try in range(TRIES - 1):
        try:
            return work()
        except (IntegrityError, OperationalError) as error:
            if not (isinstance(error, IntegrityError) or is_crossed(error)):
                raise
    return work()


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)
