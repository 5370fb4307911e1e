"""A site kept safe, and brought back: its database and pictures to an archive, and from one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine

from . import archive, migrations
from .archive import Unfit
from .config import Config
from .database import db, engine_options, now
from .disk import workplace
from .models import copying
from .sqlite import open_sqlite

FOLDER = "backups"  # in the instance folder


class NotEmpty(Exception):
    """The site holds something already, which was not to be replaced."""


def keep(path: Path, config: Config, with_secrets: bool = False) -> int:
    """Write an archive of the site while it runs; its size in bytes. Unfit or OSError, and none, if that cannot be done."""
    with workplace(path.parent) as place:
        database = place / archive.DATABASE
        if db.engine.dialect.name == "sqlite":
            archive.snapshot(Path(db.engine.url.database), database)
        else:
            with opened(f"sqlite:///{database}") as copy, _reading() as source, copy.begin() as target:
                copying.copy(source, target)
        return archive.write(path, database, config, with_secrets)


def bring_back(path: Path, config: Config, replace: bool = False) -> Path | None:
    """Put what an archive holds in the place of what the site holds: all of it, or nothing.

    What is there is kept in an archive first, whose path is given. Unfit for an archive that is broken, foreign or newer,
    NotEmpty if the site holds something and that was not to be replaced; then nothing was touched.
    """
    archive.check(path)
    with db.engine.connect() as connection:
        is_empty = copying.is_empty(connection)
    if not is_empty and not replace:
        raise NotEmpty
    with workplace(config.instance) as place:
        database = archive.unpack(path, place)
        with opened(f"sqlite:///{database}") as source:
            kept = None if is_empty else _kept(config)
            archive.bring_pictures(place, config.instance)
            transfer(source, db.engine)
    return kept


def transfer(source: Engine, target: Engine, step: Callable[[int], None] = lambda rows: None) -> None:
    """Put all that one database holds in the place of what another holds, in one transaction. Both are at the newest schema."""
    with source.connect() as one, target.connect().execution_options(writes=True) as other, other.begin():
        copying.copy(one, other, step)
        if differing := copying.differences(one, other):
            raise Unfit(f"The copy is not the same as what was copied: {', '.join(differing)}. Nothing was changed.")


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine for that database, brought to the newest schema."""
    engine = create_engine(url, **engine_options(url))
    if url.startswith("sqlite"):
        open_sqlite(engine, "DELETE")
    try:
        migrations.upgrade(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _reading() -> Iterator[Connection]:
    """The site's database as it is at one moment, whatever is written meanwhile."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield connection


def _kept(config):
    path = config.instance / FOLDER / f"before-restore-{now():%Y%m%d-%H%M%S}.zip"
    keep(path, config)
    return path
