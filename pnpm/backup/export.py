"""A site kept safe: its database and pictures written to an archive, or its database copied to
another.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from pnpm.config import Config
from pnpm.db import db, migrations, sequences
from pnpm.files import workplace

from . import tables
from .archive import DATABASE, SECRETS, Unfit
from .snapshot import opened, snapshot
from .writer import written

T = TypeVar("T")


def keep(path: Path, config: Config, with_secrets: bool = False) -> int:
    """Write an archive of the site while it runs; its size in bytes. Unfit or OSError, and none, if
    that cannot be done.

    First the pictures, then the database, then the pictures that came meanwhile: what the database
    knows of is in it, since a picture's files come before its row, and go after it.
    """
    about: dict[str, Any] = {"secrets": with_secrets}
    with written(path, about) as (writer, place):
        writer.add_pictures(config.instance)
        about |= copy_database(place / DATABASE)
        writer.add(DATABASE, (place / DATABASE).open("rb"))
        writer.add_pictures(config.instance)
        for name in SECRETS if with_secrets else ():
            if (config.instance / name).is_file():
                writer.add(name, (config.instance / name).open("rb"))
    return path.stat().st_size


def copy_database(target: Path) -> dict[str, Any]:
    """A SQLite file with all that the site's database holds at one moment, whatever is written
    meanwhile; what is in it.
    """
    if db.engine.dialect.name == "sqlite":
        snapshot(_file(), target)
    else:
        with opened(f"sqlite:///{target}") as copy, reading() as source:
            migrations.upgrade(copy)
            with copy.begin() as connection:
                tables.copy(source, connection)
    with opened(f"sqlite:///{target}") as copy, copy.connect() as connection:
        return {"schema": migrations.of(copy), "holds": tables.holds(connection)}


@contextmanager
def reading() -> Iterator[Connection]:
    """The site's database as it is at one moment. SQLite's is copied for that, or writers would
    wait where WAL is off.
    """
    if db.engine.dialect.name == "sqlite":
        with workplace(_file().parent) as place:
            snapshot(_file(), place / DATABASE)
            with opened(f"sqlite:///{place / DATABASE}") as copy, copy.connect() as connection:
                yield connection
    else:
        with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection


def _file() -> Path:
    """Where SQLite's database is, which is a file for every site."""
    return Path(db.engine.url.database or "")


def transfer(
    source: Connection,
    target: Engine,
    step: Callable[[int], None] = lambda rows: None,
    held: Callable[[], T] | None = None,
) -> T | None:
    """Put all that one database holds in the place of what another holds, in one transaction. Both
    are at the newest schema.

    With `held` the other is the running site's: that is called first, while nobody else can write
    there, and gives the answer. Unfit if what arrives is not the same, or cannot be read or
    written; then nothing was changed.
    """
    with target.connect().execution_options(writes=True) as there, there.begin():
        tables.hold(there)
        answer = held() if held else None
        try:
            tables.copy(source, there, step)
            differing = tables.differences(source, there)
        except tables.UNREADABLE as error:
            raise Unfit(
                f"Its database has a value that is none of this program's ({type(error).__name__})."
            ) from error
        if differing:
            raise Unfit(f"The copy is not the same as what was copied: {', '.join(differing)}.")
        if held:
            tables.renew(there)
    with target.connect() as there, there.begin():
        sequences.go_on_once_committed(there, sequences.last_numbers(source))
    return answer
