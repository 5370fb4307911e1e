"""Upgrading the schema so that nothing is lost if a migration fails or its process is killed."""

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from pnpm.files import sync, workplace

from . import migrations
from .migrations import snapshot
from .sqlite import copy, is_lost


class Failed(Exception):
    """A migration failed and was undone. `kept` is the copy made before it, if there was any
    data.
    """

    def __init__(self, reason: str, kept: Path | None) -> None:
        super().__init__(reason)
        self.kept = kept


def run(engine: Engine, folder: Path) -> None:
    """Migrate the database, after a copy is made in `folder`. Raises Failed, OSError or
    sqlite3.Error.

    For one process at a time. On SQLite and PostgreSQL all steps are one transaction. MySQL and
    MariaDB commit each statement, so a failed migration is undone from the copy; after a kill, the
    next process does that.
    """
    keeping = {"sqlite": _copied, "postgresql": _as_it_is}.get(engine.dialect.name, snapshot.ready)
    try:
        _know(engine)
        kept, bring_back = keeping(engine, folder)
    except snapshot.Unknown as error:
        raise Failed(str(error), None) from error
    try:
        migrations.upgrade(engine)
    except Exception as error:  # whatever a migration raises
        bring_back()
        raise Failed(_words(error), kept) from error
    snapshot.over(folder)


def _know(engine: Engine) -> None:
    """Raise Unknown unless the database's revision is one of ours, or there is none yet."""
    if is_lost(engine.url):
        return
    revision = migrations.of(engine)
    if revision not in (None, *migrations.steps()):
        raise snapshot.Unknown(f"its version ({revision}) is none of this program's")


def keep(engine: Engine, folder: Path) -> Path | None:
    """Copy a SQLite database to `folder`, under the name of its revision, and return the copy; None
    if there is no such file, or it is empty.

    Raises OSError or sqlite3.Error, and leaves no copy, if that fails.
    """
    path = Path(engine.url.database or "")
    if engine.dialect.name != "sqlite" or not (path.is_file() and path.stat().st_size):
        return None
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"before-upgrade-{migrations.of(engine)}.db"
    with workplace(folder) as place:
        new = place / kept.name
        new.touch(0o600)
        copy(path, new)
        sync(new)
        os.replace(new, kept)
    return kept


def _copied(engine: Engine, folder: Path) -> tuple[Path | None, Callable[[], None]]:
    kept = keep(engine, folder)
    if kept is None and engine.url.database:
        Path(engine.url.database).touch(0o600)  # before there is anything in it
    return kept, lambda: None


def _as_it_is(engine: Engine, folder: Path) -> tuple[None, Callable[[], None]]:
    return None, lambda: None


def _words(error: Exception) -> str:
    """Return what went wrong without any value: the driver's first line, or the kind of error."""
    return f"{type(error).__name__}: {str(getattr(error, 'orig', None) or error).splitlines()[0]}"
