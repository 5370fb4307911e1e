"""A restore that the office has begun: where it is, and the files that it needs meanwhile, in a
folder of their own. They are not in the database, which is what is replaced.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from time import time
from typing import Any

from pnpm.files import Busy, sync

from . import job as jobs
from . import tables
from .job import FILE, OLDEST, JobFolder

FOLDER = "restore"  # in the instance folder
ARCHIVE, UNPACKED, REBUILT = "archive.zip", "site.db", "rebuilt.db"  # files in it


class Phase(StrEnum):
    """Where a restore is, in order; READY waits for the password."""

    CHECKING = "checking"
    READING = "reading"
    READY = "ready"
    RENDERING = "rendering"
    PICTURES = "pictures"
    KEEPING = "keeping"
    REPLACING = "replacing"
    ENDING = "ending"
    DONE = "done"
    FAILED = "failed"


BEFORE = Phase.CHECKING, Phase.READING
CONFIRMED = Phase.RENDERING, Phase.PICTURES, Phase.KEEPING, Phase.REPLACING
WORKING = *BEFORE, *CONFIRMED, Phase.ENDING


@dataclass(kw_only=True)
class Job(jobs.Job):
    """A restore: the name of its archive, whether that is one of the backups that are kept, what it
    holds, and where it is. A fault is `archive`, `newer`, `slow`, `busy`, or one of `failure`.
    """

    phase: Phase = Phase.CHECKING
    name: str
    is_kept: bool
    made: str = ""
    holds: list[Any] = field(default_factory=list)  # the summary of the archive
    accounts: list[str] = field(default_factory=list)

    @property
    def is_at_work(self) -> bool:
        """Whether it goes on by itself."""
        return self.phase in WORKING

    @property
    def can_be_given_up(self) -> bool:
        """Whether nothing of the site has changed, and nobody is about to change it."""
        return self.phase not in (Phase.REPLACING, Phase.ENDING)

    @property
    def made_at(self) -> datetime:
        """When the archive was made, which is known once it was checked."""
        return datetime.fromisoformat(self.made)

    @property
    def summary(self) -> tables.Summary | None:
        """What the archive holds; None before that is known."""
        return tables.Summary.read(self.holds) if self.holds else None


STORED = JobFolder(FOLDER, Job, Phase)
current, turn, save, alone = STORED.current, STORED.turn, STORED.save, STORED.alone


def folder(instance: Path) -> Path:
    """Return the folder of the restore and of what is being uploaded for one."""
    return instance / FOLDER


def begin(instance: Path, name: str, who: str, upload: Path | None = None) -> Job:
    """Begin with an upload, which is moved away, or with the kept backup of that name. Raises Busy
    while another one is at work or waits for its password.
    """
    with alone(instance) as place:
        known = current(instance)
        if known and known.phase not in (Phase.DONE, Phase.FAILED):
            raise Busy(place)
        _empty(place)
        if upload:
            os.replace(upload, place / ARCHIVE)
            os.chmod(place / ARCHIVE, 0o600)
            sync(place / ARCHIVE)
        job = Job(key=secrets.token_hex(16), who=who, name=name, is_kept=upload is None)
        save(instance, job)
        return job


def confirm(instance: Path, key: str, who: str) -> Job | None:
    """Have the one with that key, which is ready, replace the site, in the name of `who`; None if
    there is no such. Raises Busy.
    """
    with alone(instance):
        job = current(instance)
        if job is None or job.key != key or job.phase is not Phase.READY:
            return None
        job.who = who
        turn(instance, job, Phase.RENDERING)
        return job


def retry(instance: Path) -> None:
    """Have one that failed begin again. Raises Busy."""
    with alone(instance):
        job = current(instance)
        if job and job.phase is Phase.FAILED:
            job.fault = job.words = ""
            turn(instance, job, Phase.READY if job.holds else Phase.CHECKING)


def give_up(instance: Path) -> None:
    """Delete what there is of it. Raises Busy while it cannot be given up."""
    with alone(instance) as place:
        job = current(instance)
        if job and not job.can_be_given_up:
            raise Busy(place)
        _empty(place)


def sweep(instance: Path) -> None:
    """Delete one that nobody went on with for a day."""
    job = current(instance)
    if job and job.can_be_given_up and abs(time() - job.moment) > OLDEST:
        with suppress(Busy):
            give_up(instance)


def _empty(place: Path) -> None:
    """Delete all but the lock, the job first: then there is none."""
    for name in (FILE, ARCHIVE, UNPACKED, REBUILT):
        forget(place / name)


def forget(path: Path) -> None:
    """Delete a file of the restore, with what was put beside it if it is a database."""
    for ending in ("", "-journal", "-wal", "-shm", ".lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
