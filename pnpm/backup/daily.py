"""The backups that the site keeps of itself, one a day: in a folder of its own, with their pictures
once for all of them.
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

FOLDER, LOCK = "backups", "lock"  # in the instance folder, and in that
AGAIN = timedelta(hours=1)  # after one that failed
LEFT = 3600  # seconds: who left something unfinished so long ago is not at work any more
ALL_THE_TIME = float("inf")  # seconds


class Backup(NamedTuple):
    """A backup: its file, when it was made, how many bytes it has with its pictures, and how many
    things of a kind are in it.
    """

    path: Path
    moment: datetime
    size: int
    holds: dict[str, int]

    @property
    def is_before_restore(self) -> bool:
        """Whether it holds what was there before something was brought back."""
        return retention.is_before_restore(self.path)

    def packed(self) -> tuple[int | None, Iterator[bytes]]:
        """It as one file for elsewhere, with its pictures: the length, if it is known, and the
        bytes. Unfit if one is missing.
        """
        return packed(self.path)


class BackupStatus(NamedTuple):
    """The newest good backup, if there is one; and the last failure, if it came after that."""

    newest: Backup | None
    failure: Failure | None


def newest(instance: Path) -> BackupStatus:
    """How it stands with the backups of that instance folder."""
    return BackupStatus(next(iter(all_kept(instance)), None), failure.last(instance / FOLDER))


def all_kept(instance: Path) -> list[Backup]:
    """The backups that are there and can be read, the newest first."""
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
    """The backup whose file has that name."""
    path = within(instance / FOLDER, name)
    return next((kept for kept in all_kept(instance) if kept.path == path), None)


def make(config: Config, zone: ZoneInfo, seconds: float = ALL_THE_TIME) -> Path:
    """Keep a backup of the site as it is now, and thin the older ones; its file.

    Failed if that cannot be done; disk.Busy while somebody else is at it; Unfinished if new
    pictures would take longer than so many seconds: those that are in stay in, and the next backup
    goes on.
    """
    with at_work(config) as room:
        return _made(config, room, zone, monotonic() + seconds)


def daily(config: Config, zone: ZoneInfo, seconds: float = ALL_THE_TIME) -> Path | None:
    """The same once on each day of that zone; None if there is one of today."""
    with at_work(config) as room:
        has_one = retention.has_one_of(room, now().astimezone(zone).date())
        return None if has_one else _made(config, room, zone, monotonic() + seconds)


def is_due(config: Config, zone: ZoneInfo) -> bool:
    """Whether one of today is missing, and none failed just now."""
    room, moment = config.instance / FOLDER, now()
    failed = failure.last(room)
    return not (failed and abs(moment - failed.moment) < AGAIN) and not retention.has_one_of(
        room, moment.astimezone(zone).date()
    )


@contextmanager
def at_work(config: Config) -> Iterator[Path]:
    """The folder of backups, where nobody else makes or takes away one during the block."""
    room = config.instance / FOLDER
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(room / LOCK, 0):
        sweep(room, LEFT)
        yield room


def write(
    config: Config, room: Path, zone: ZoneInfo, until: float = ALL_THE_TIME, ending: str = ""
) -> Path:
    """Write a backup into the folder, for who is `at_work` there. As in `safekeeping.keep`,
    pictures come first and last.
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
    with suppress(Unfit):  # while one cannot be read, nobody knows which pictures it needs
        pool.sweep(room, _needed(room))
    return path


def _needed(room: Path) -> Iterator[Pooled]:
    for path in retention.files(room):
        with opened(path) as archive:
            yield from archive.pooled
