"""A job of the office that goes on in steps, each of some seconds: for hosts that end a process
after half a minute, and for processes that are killed. Where it is stands in a folder of its own,
with the files that it needs meanwhile.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from time import monotonic, time
from typing import Any, ClassVar, Generic, TypeVar
from zoneinfo import ZoneInfo

from pnpm.config import Config
from pnpm.files import locked, write

FILE, LOCK = "job.json", "lock"  # in its folder
WAIT = 3  # seconds that who presses a button waits for the process at work
OLDEST = 24 * 3600  # seconds after which one that nobody goes on with is deleted
SECONDS = 8  # of work at a time
SAVED = 1  # seconds of work that a killed process loses at most, where a step is made of many
# Times that a step is begun without getting on: it is killed each time, or a database is busy.
MOST_TRIES = 5
# seconds without a step after which a confirmed job is confirmed again before it goes on
FORGOTTEN = 3600


@dataclass(kw_only=True)
class Job:
    """Who began and then confirmed it, and where it is. `at` of `of` things of a phase are done."""

    key: str
    who: str
    phase: StrEnum
    at: int = 0
    of: int = 0
    tries: int = 0
    moment: float = 0.0  # of the last step, in seconds since 1970
    fault: str = ""
    words: str = ""
    before: str = ""  # the name of the backup of what was there


AnyJob = TypeVar("AnyJob", bound=Job)


class JobFolder(Generic[AnyJob]):
    """The folder of one kind of job, of that name in the instance folder."""

    def __init__(self, name: str, kind: type[AnyJob], phases: type[StrEnum]) -> None:
        self.name, self.kind, self.phases = name, kind, phases

    def current(self, instance: Path) -> AnyJob | None:
        """Return the job that was begun, or is over and not yet put away; None if there is none."""
        try:
            found: dict[str, Any] = json.loads((instance / self.name / FILE).read_bytes())
            return self.kind(**found | {"phase": self.phases(found["phase"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def turn(self, instance: Path, job: AnyJob, phase: StrEnum) -> None:
        """Have it go on with another phase."""
        job.phase, job.at, job.of, job.tries = phase, 0, 0, 0
        if phase != "failed":
            job.fault = ""
        self.save(instance, job)

    def save(self, instance: Path, job: AnyJob) -> None:
        """Write down where it is, whole or not at all."""
        job.moment = time()
        write(instance / self.name / FILE, json.dumps(asdict(job)).encode())

    @contextmanager
    def alone(self, instance: Path, seconds: float = WAIT) -> Iterator[Path]:
        """Lock the folder for the block, and give its path. Raises files.Busy."""
        place = instance / self.name
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(place / LOCK, seconds):
            yield place


@dataclass(kw_only=True)
class Work(Generic[AnyJob]):
    """A job, and what it is done with, until a moment of `time.monotonic`."""

    kept_in: ClassVar[JobFolder[Any]]
    job: AnyJob
    config: Config
    zone: ZoneInfo
    until: float
    saved: float = field(default_factory=monotonic)

    @property
    def instance(self) -> Path:
        """The instance folder."""
        return self.config.instance

    @property
    def folder(self) -> Path:
        """The folder of the job."""
        return self.instance / self.kept_in.name

    def turn(self, phase: StrEnum) -> None:
        """Have the job go on with another phase."""
        self.kept_in.turn(self.instance, self.job, phase)

    def save(self) -> None:
        """Write down where the job is."""
        self.kept_in.save(self.instance, self.job)

    def goes_on_at(self, at: int) -> bool:
        """Note how much of the phase is done; return whether there is time for more."""
        is_last = monotonic() > self.until
        self.job.at, self.job.tries = at, 0
        if is_last or monotonic() - self.saved > SAVED:
            self.save()
            self.saved = monotonic()
        return not is_last
