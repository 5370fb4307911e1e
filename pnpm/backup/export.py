"""A running site's data taken out: written to an archive, or copied to another database."""

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
from .schema import metadata
from .snapshot import opened, snapshot
from .writer import written

T = TypeVar("T")


def keep(path: Path, config: Config, with_secrets: bool = False) -> int:
    """Write an archive of the running site and return its size in bytes. Raises Unfit or OSError,
    and leaves none, if that fails.

    Pictures are stored before and after the database: a picture's files are made before its row and
    deleted after it, so every picture that the database knows is in the archive.
    """
    about: dict[str, Any] = {"secrets": with_secrets}
    with written(path, about) as (writer, place):
        writer.add_pictures(config.instance)
        about |= copy_database(place / DATABASE)
        writer.add(DATABASE, (place / DATABASE).open("rb"))
        writer.add_pictures(config.instance)
        if with_secrets:
            for file in [config.instance / name for name in SECRETS]:
                if file.is_file():
                    writer.add(file.name, file.open("rb"))
    return path.stat().st_size


def copy_database(target: Path) -> dict[str, Any]:
    """Copy the site's database, as it is at one moment, to a new SQLite file; return its schema and
    how many rows it holds.
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
    """Give a connection that sees the site's database as it is at one moment. SQLite is copied for
    that, as without WAL a long read would make writers wait.
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
    """Return the path of SQLite's database, which is a file on every site."""
    return Path(db.engine.url.database or "")


def transfer(
    source: Connection,
    target: Engine,
    step: Callable[[int], None] = lambda rows: None,
    held: Callable[[Connection], T] | None = None,
    finish: Callable[[Connection, T], None] = lambda there, answer: None,
) -> T | None:
    """Replace all that the target holds by what the source holds, in one transaction. Both have the
    newest schema.

    With `held` the target is the running site's database: `held` is called first, while nobody else
    can write, and its result is returned; `finish` is called with that after all was copied, in the
    same transaction. Raises Unfit, with nothing changed, if something cannot
    be read or written, or the copy differs.
    """
    with target.connect().execution_options(writes=True) as there, there.begin():
        tables.hold(there)
        answer = held(there) if held else None
        numbers = sequences.last_numbers(source, metadata.sorted_tables)
        if held:  # the running site goes on: no id of it stands for something else later
            numbers = sequences.higher(
                numbers, sequences.last_numbers(there, metadata.sorted_tables)
            )
        try:
            tables.copy(source, there, step, numbers)
            differing = tables.differences(source, there)
        except tables.UNREADABLE as error:
            raise Unfit(
                f"Its database has a value that is none of this program's ({type(error).__name__})."
            ) from error
        if differing:
            raise Unfit(f"The copy is not the same as what was copied: {', '.join(differing)}.")
        if answer is not None:
            tables.renew(there)
            finish(there, answer)
    with target.connect() as there, there.begin():
        sequences.go_on_once_committed(there, metadata.sorted_tables, numbers)
    return answer
