"""The database of an archive: a copy of the running site's, and a clean one rebuilt from an
archive's.
"""

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
    """Copy a SQLite database, which may be in use, as it is at one moment. Raises Unfit if it is
    damaged.
    """
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
    """Give an engine for that database, configured as the site's own is; SQLite's journal mode
    stays as it is.
    """
    engine = open_engine(create_engine(url, **engine_options(url)))
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def rebuilt(found: Path, made: Path) -> Iterator[Engine]:
    """Give an engine for a new database, at the newest schema, with the rows of an archive's.
    Raises Unfit for another program's database.
    """
    known = migrations.steps()
    with opened(f"sqlite:///{made}") as engine:
        try:
            revision = untrusted.revision(found)
            if revision and revision > known[-1]:
                raise Unfit(
                    "The archive's database is of a newer version of the program "
                    f"({revision}). Put that version here.",
                    "newer",
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
