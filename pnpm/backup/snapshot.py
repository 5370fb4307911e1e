"""The database of an archive: copied from SQLite in use, and made anew of what an archive holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError

from pnpm.db import engine_options, migrations, open_engine
from pnpm.db.sqlite import copy

from . import tables, untrusted
from .archive import Unfit

DAMAGED = "{} is damaged. Move it away, then restore the newest backup with `flask restore`."


def snapshot(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite database that is in use. Unfit if it is damaged."""
    try:
        copy(source, target)
        with closing(sqlite3.connect(target)) as found:
            is_whole = found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        is_whole = False
    if not is_whole:
        raise Unfit(DAMAGED.format(source))


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine for that database, as the site has one for its own; the journal of SQLite stays
    what it is.
    """
    engine = create_engine(url, **engine_options(url))
    open_engine(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def rebuilt(found: Path, made: Path) -> Iterator[Engine]:
    """The rows of an archive's database in a new one of our own, at the newest schema. Unfit for
    another program's.
    """
    known = migrations.steps()
    with opened(f"sqlite:///{made}") as engine:
        try:
            revision = untrusted.revision(found)
            if revision and revision > known[-1]:
                raise Unfit(
                    "The archive's database is of a newer version of the program "
                    f"({revision}). Put that version here."
                )
            if revision not in known:
                raise untrusted.Foreign("its tables are others")
            migrations.upgrade(engine, revision)
            untrusted.adopt(found, made)
            migrations.upgrade(engine)
            with engine.connect() as connection:
                tables.read_through(connection)
        except (untrusted.Foreign, sqlite3.Error, SQLAlchemyError, *tables.UNREADABLE) as error:
            if isinstance(error, untrusted.Foreign):
                words = str(error).partition("\n")[0]
            else:
                words = type(error).__name__
            raise Unfit(
                f"The archive's database is not this program's, or is damaged: {words}."
            ) from error
        yield engine
