"""The backups that the site makes of itself, one a day, in a folder of their own; each picture is
stored there once for all of them.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pnpm.config import Config
from pnpm.db import now
from pnpm.files import locked, sweep, within

from . import failure, pool, retention
from .archive import DATABASE, POOLED, Pooled, Unfit
from .export import copy_database
from .failure import Failure
from .reader import opened
from .writer import packed, written

FOLDER = "backups"  # in the instance folder
LOCK = "lock"  # in FOLDER
AGAIN = timedelta(hours=1)  # from a failure to the next try
LEFT = 3600  # seconds: an unfinished file of that age was left by a process that was killed
ALL_THE_TIME = float("inf")  # seconds


class Backup(NamedTuple):
    """A backup: its file, when it was made, its size in bytes with its pictures, and how many rows
    of each kind it has.
    """

    path: Path
    moment: datetime
    size: int
    holds: dict[str, int]

    @property
    def is_before_restore(self) -> bool:
        """Whether it was made by a restore, of what was there before."""
        return retention.is_before_restore(self.path)

    def packed(self) -> tuple[int | None, Iterator[bytes]]:
        """Return it as one file for download, pictures included: its length in bytes, if known, and
        its content. Raises Unfit if a picture is missing.
        """
        return packed(self.path)


class BackupStatus(NamedTuple):
    """The newest good backup, if there is one, and the last failure, if there was one since."""

    newest: Backup | None
    failure: Failure | None


def newest(instance: Path) -> BackupStatus:
    """Return the state of the backups in that instance folder."""
    return BackupStatus(next(iter(all_kept(instance)), None), failure.last(instance / FOLDER))


def all_kept(instance: Path) -> list[Backup]:
    """Return the backups that can be read, newest first."""
    kept = []
    for path in retention.files(instance / FOLDER):
        with suppress(Unfit), opened(path) as archive:
            about = archive.about
            kept.append(
                Backup(
                    path,
                    about["moment"],
                    path.stat().st_size + about.get("pooled", 0),
                    about.get("holds", {}),
                )
            )
    return sorted(kept, key=lambda each: each.moment, reverse=True)


def of(instance: Path, name: str) -> Backup | None:
    """Return the backup whose file has that name, or None."""
    path = within(instance / FOLDER, name)
    return next((kept for kept in all_kept(instance) if kept.path == path), None)


def make(config: Config, zone: ZoneInfo, seconds: float = ALL_THE_TIME) -> Path:
    """Make a backup of the site, delete outdated ones, and return the new file.

    Raises Failed if that cannot be done, files.Busy while another process does it, and Unfinished
    if new pictures take longer than `seconds`: those that were stored stay, and the next backup
    goes on from there.
    """
    with at_work(config) as room:
        return _made(config, room, zone, monotonic() + seconds)


def daily(config: Config, zone: ZoneInfo, seconds: float = ALL_THE_TIME) -> Path | None:
    """Do the same unless there is a backup of today, by that zone; then return None."""
    with at_work(config) as room:
        if retention.has_one_of(room, now().astimezone(zone).date()):
            return None
        return _made(config, room, zone, monotonic() + seconds)


def is_due(config: Config, zone: ZoneInfo) -> bool:
    """Return whether there is no backup of today yet and no try failed in the last hour."""
    room = config.instance / FOLDER
    moment = now()
    failed = failure.last(room)
    if failed and abs(moment - failed.moment) < AGAIN:
        return False
    return not retention.has_one_of(room, moment.astimezone(zone).date())


@contextmanager
def at_work(config: Config) -> Iterator[Path]:
    """Lock the folder of backups for the block, so that nobody else adds or deletes one, and give
    its path.
    """
    room = config.instance / FOLDER
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(room / LOCK, 0):
        sweep(room, LEFT)
        yield room


def write(
    config: Config, room: Path, zone: ZoneInfo, until: float = ALL_THE_TIME, ending: str = ""
) -> Path:
    """Write a backup into the folder, which the caller has locked by `at_work`. As in
    `export.keep`, pictures are stored both before and after the database.
    """
    path = room / retention.name_of(now().astimezone(zone), ending)
    pooled: dict[str, Pooled] = {}
    about: dict[str, Any] = {"secrets": False}
    with failure.noted(room):
        pool.take_in(config.instance, room, pooled, until)
        with written(path, about) as (writer, place):
            about |= copy_database(place / DATABASE)
            writer.add(DATABASE, (place / DATABASE).open("rb"))
            pool.take_in(config.instance, room, pooled)
            about["pooled"] = sum(file.size for file in pooled.values())
            writer.add(POOLED, io.BytesIO(json.dumps(list(pooled.values())).encode()))
    return path


def _made(config: Config, room: Path, zone: ZoneInfo, until: float) -> Path:
    path = write(config, room, zone, until)
    for old in retention.outdated(retention.files(room), now().astimezone(zone).date()):
        old.unlink()
    # If an archive cannot be read, nobody knows which pictures it needs, and all of them stay.
    with suppress(Unfit):
        pool.sweep(room, _needed(room))
    return path


def _needed(room: Path) -> Iterator[Pooled]:
    for path in retention.files(room):
        with opened(path) as archive:
            yield from archive.pooled
