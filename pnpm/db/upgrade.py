"""The schema brought to the newest step, so that a failure, or a process that is killed, costs
nothing of what is there.
"""

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from pnpm.files import sync, workplace

from . import migrations
from .migrations import snapshot
from .sqlite import copy, is_lost


class Failed(Exception):
    """A migration that failed: what is there is as it was. `kept` is where a copy of it is, if
    there was anything.
    """

    def __init__(self, reason: str, kept: Path | None) -> None:
        super().__init__(reason)
        self.kept = kept


def run(engine: Engine, folder: Path) -> None:
    """Migrate that database, of which a copy is kept in `folder` first. Failed, OSError or
    sqlite3.Error if that cannot be done.

    One process at a time. On SQLite and PostgreSQL all steps are one transaction; MySQL and MariaDB
    commit each statement, so there what is half done is taken back from the copy: after a failure,
    or by the next process after a kill.
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
    """The step that it is at has to be one of ours, or nobody can say what leads on from it."""
    revision = None if is_lost(engine.url) else migrations.of(engine)
    if revision not in (None, *migrations.steps()):
        raise snapshot.Unknown(f"its version ({revision}) is none of this program's")


def keep(engine: Engine, folder: Path) -> Path | None:
    """A copy of a SQLite database in `folder`, made under the revision that it has; None if there
    is nothing, or no file.

    OSError or sqlite3.Error, and no copy, if that cannot be done.
    """
    path = Path(engine.url.database or "")
    if engine.dialect.name != "sqlite" or not (path.is_file() and path.stat().st_size):
        return None
    folder.mkdir(mode=0o700, exist_ok=True)
    kept = folder / f"before-upgrade-{migrations.of(engine)}.db"
    with workplace(folder) as place:
        (new := place / kept.name).touch(0o600)
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
    """What went wrong, without any value: the driver's own first line, or the kind of error."""
    return f"{type(error).__name__}: {str(getattr(error, 'orig', None) or error).splitlines()[0]}"
