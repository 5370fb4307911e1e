"""A move to another database that the office has begun: where it is, in a folder of its own, with
the files that it needs meanwhile. It is not in the database, which is what is left.

The address of the new database, which holds a password, is a file by itself that only its owner can
read. It is gone with the move.
"""

import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import time
from typing import Any

from pnpm.db import relocation
from pnpm.files import Busy, write

from . import job as jobs
from .job import FILE, OLDEST, JobFolder
from .target import Found

FOLDER = "move"  # in the instance folder
# in it: files, and the folder of what an upgrade of the new database's tables needs
ADDRESS, SOURCE, UPGRADE = "address", "source.db", "upgrade"


class Phase(StrEnum):
    """Where a move is, in order; READY waits for the password, WAITING for the site to use the new
    database.
    """

    READY = "ready"
    KEEPING = "keeping"
    PREPARING = "preparing"
    COPYING = "copying"
    SWITCHING = "switching"
    WAITING = "waiting"
    ENDING = "ending"
    DONE = "done"
    FAILED = "failed"


CONFIRMED = Phase.KEEPING, Phase.PREPARING, Phase.COPYING, Phase.SWITCHING
WORKING = *CONFIRMED, Phase.WAITING, Phase.ENDING


@dataclass(kw_only=True)
class Job(jobs.Job):
    """A move: what is at the new place, whether that may be replaced, and where it is; rows are
    counted. `is_by_hand` says that the host has to name the new database, as its address stands
    where the program may not change it. A fault is `slow`, `busy`, `differs`, one of
    `target.Unusable`, or of `failure`.
    """

    phase: Phase = Phase.READY
    target: dict[str, Any]
    is_by_hand: bool
    source: str  # the identity of the database that is left
    replaces: bool = False
    failed_at: str = ""

    @property
    def is_at_work(self) -> bool:
        """Whether it goes on by itself."""
        return self.phase in WORKING and not self.waits_for_the_host

    @property
    def waits_for_the_host(self) -> bool:
        """Whether all is copied, and nothing can be stored until the host names the new one."""
        return self.phase is Phase.WAITING and self.is_by_hand

    @property
    def can_be_given_up(self) -> bool:
        """Whether the site still uses its former database, and nobody is about to change that."""
        is_switching = self.phase in (Phase.SWITCHING, Phase.WAITING, Phase.ENDING)
        return self.waits_for_the_host or not is_switching

    @property
    def found(self) -> Found:
        """What is at the new place, as it was looked at."""
        return Found(**self.target)


STORED = JobFolder(FOLDER, Job, Phase)
current, turn, save, alone = STORED.current, STORED.turn, STORED.save, STORED.alone


def address(instance: Path) -> str:
    """Return the address of the new database. Raises OSError."""
    return (instance / FOLDER / ADDRESS).read_text("utf-8")


def begin(instance: Path, url: str, job: Job) -> None:
    """Begin to move to the database at `url`. Raises Busy while another move has begun."""
    with alone(instance) as place:
        known = current(instance)
        if known and known.phase not in (Phase.DONE, Phase.FAILED):
            raise Busy(place)
        _empty(place)
        write(place / ADDRESS, url.encode())
        save(instance, job)


def new(found: Found, who: str, is_by_hand: bool, url: str) -> Job:
    """Return the job of a move away from the database at `url`."""
    return Job(
        key=secrets.token_hex(16),
        who=who,
        target=found.written(),
        is_by_hand=is_by_hand,
        source=relocation.identity(url),
    )


def confirm(instance: Path, key: str, who: str, replaces: bool) -> Job | None:
    """Have the one with that key, which is ready, go on in the name of `who`; None if there is no
    such. Raises Busy.
    """
    with alone(instance):
        job = current(instance)
        if job is None or job.key != key or job.phase is not Phase.READY:
            return None
        job.who, job.replaces = who, replaces
        turn(instance, job, Phase.KEEPING)
        return job


def retry(instance: Path) -> None:
    """Have one that failed go on where it did. Raises Busy."""
    with alone(instance):
        job = current(instance)
        if job and job.phase is Phase.FAILED:
            job.words = ""
            turn(instance, job, Phase(job.failed_at))


def give_up(instance: Path) -> None:
    """Delete what there is of it here; a database that was closed for it is open again. Raises Busy
    while it cannot be given up.
    """
    with alone(instance) as place:
        job = current(instance)
        if job and not job.can_be_given_up:
            raise Busy(place)
        if job and job.phase is not Phase.DONE:
            relocation.reopen(instance, job.source)
        _empty(place)


def sweep(instance: Path) -> None:
    """Delete one that nobody went on with for a day, and an address that a kill left alone."""
    job = current(instance)
    if job is None and (instance / FOLDER / ADDRESS).exists():
        with suppress(Busy):
            give_up(instance)
    is_left = job and job.can_be_given_up and not job.waits_for_the_host
    if job and is_left and abs(time() - job.moment) > OLDEST:
        with suppress(Busy):
            give_up(instance)


def forget_files(place: Path) -> None:
    """Delete the address first, and all that a move needs but the note of where it is."""
    (place / ADDRESS).unlink(missing_ok=True)
    for ending in ("", "-journal", "-wal", "-shm", ".lock"):
        (place / f"{SOURCE}{ending}").unlink(missing_ok=True)
    shutil.rmtree(place / UPGRADE, ignore_errors=True)


def _empty(place: Path) -> None:
    """Delete all but the lock, the job first: then there is none."""
    (place / FILE).unlink(missing_ok=True)
    forget_files(place)
