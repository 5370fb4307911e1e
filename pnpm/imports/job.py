"""The import that the office has begun: its files in a folder of their own, and how far it is in a
file beside them. Its pages show that, and each of their answers is followed by some of the work:
no process has to live longer than a request.
"""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path, PurePosixPath
from time import time
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from pnpm import files
from pnpm.config import Config
from pnpm.db.errors import StorageFault, storage_fault_of

from . import pending, run, staging
from .models import Stage
from .records import NotAnArchive, System
from .report import Report
from .source import Given

# its folder, within that of all imports, and the file that says how far it is
NAME, STATE = PurePosixPath(pending.JOB).parts[1:]
REPORT = "report.json"
# what was uploaded, in that folder; by its ending a zip is one in which a blog can be named
ARCHIVE, ZIP, MAPPING, PICTURES = "archive", "archive.zip", "mapping.csv", "pictures.zip"
KEPT = 24 * 3600  # seconds after which nobody goes on: the files have readers' addresses in them
# of the work after one answer, before which nobody else is answered by that process
READING_SECONDS, SECONDS = 10, 5
WITH_PICTURES = 4  # articles of a batch: each may bring pictures, which take a second or more
WAIT = 15  # seconds for which who gives the job up waits for the work after another answer


class Phase(Enum):
    """What the job does next."""

    READING = "reading"  # the archive, into the staging file
    LOOKING = "looking"  # at what would become of each thing
    READY = "ready"  # an officer looks at the report
    IMPORTING = "importing"
    FAILED = "failed"


class Choice(Enum):
    """Where pictures are taken from."""

    GIVEN = "given"  # from the archive, and what was given beside it
    FETCH = "fetch"  # and from the hosts that it names
    NONE = "none"


AT_WORK = Phase.READING, Phase.LOOKING, Phase.IMPORTING
# why a job failed: the archive is none (in words), the disk is full or cannot be written to, or
# what the log of the server says
NO_ARCHIVE, FULL, DENIED, OTHER = "archive", "full", "denied", "other"
_FAULTS = {StorageFault.FULL: FULL, StorageFault.READ_ONLY: DENIED}


@dataclass(frozen=True)
class Job:
    """What `who` imports (`name` is what they call the file; paths are whole, empty where there is
    none), how, and how far that is: `done` of `total` (0: not known) of what `stage` says,
    of which `done_before` were done at `since` (seconds since 1970).
    """

    system: System
    path: str
    name: str
    who: str = ""
    mapping: str = ""
    pictures: str = ""
    choice: Choice = Choice.GIVEN
    phase: Phase = Phase.READING
    archive: str = ""
    run_id: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    since: float = 0
    done_before: int = 0
    # of a failed one: what it was at, why, and that in words of the reader
    failed_at: str = ""
    fault: str = ""
    words: str = ""

    @property
    def is_at_work(self) -> bool:
        """Whether the next answer is followed by work."""
        return self.phase in AT_WORK

    @property
    def seconds_left(self) -> float | None:
        """How long the rest of this stage takes if it goes on as before; None: not known."""
        news = self.done - self.done_before
        if not self.total or news <= 0:
            return None
        return max(0.0, (time() - self.since) * (self.total - self.done) / news)


def folder(instance: Path) -> Path:
    """Return the folder of the job."""
    return instance / staging.FOLDER / NAME


def current(instance: Path) -> Job | None:
    """Return the job, or None; what another version wrote is none."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        values: dict[str, Any] = json.loads((folder(instance) / STATE).read_bytes())
        kinds = {"system": System, "choice": Choice, "phase": Phase}
        read = {name: kind(values[name]) for name, kind in kinds.items()}
        return Job(**values | read)
    return None


def begin(instance: Path, job: Job, moved: dict[str, Path]) -> None:
    """Begin a job with these files, moved into its folder under these names; one before it is given
    up. Raises files.Busy, OSError.
    """
    with run.alone(instance, WAIT):
        _remove(instance, current(instance))
        place = folder(instance)
        place.mkdir(mode=0o700, parents=True)
        for name, path in moved.items():
            path.replace(place / name)
        _store(instance, job)


def go_on(instance: Path) -> None:
    """Have a failed job try again. Raises files.Busy, OSError."""
    with run.alone(instance, WAIT):
        job = current(instance)
        if job is not None and job.phase is Phase.FAILED:
            again = Phase(job.failed_at)
            _store(instance, replace(job, phase=again, fault="", words="", since=time()))


def give_up(instance: Path, run_id: int = 0) -> None:
    """Remove the job, its files and what was read of them; one that has begun to import only for
    the number of that run, which the caller takes back. Raises files.Busy.
    """
    with run.alone(instance, WAIT):
        job = current(instance)
        if job is None or job.run_id == run_id:
            _remove(instance, job)


def take_in(config: Config, about: Callable[[Job], Given], who: str) -> int | None:
    """Begin to import what the report has told of, in the name of `who`; return the number of the
    run, None if there is nothing to import. Raises files.Busy, NotAnArchive, OSError.
    """
    with run.alone(config.instance, WAIT):
        job = current(config.instance)
        if job is None or job.phase is not Phase.READY:
            return None
        work = _opened(config, job, about)
        try:
            number = work.begin(who)
        finally:
            work.close()
        begun = replace(job, phase=Phase.IMPORTING, run_id=number, who=who, done=0, total=0)
        _store(config.instance, begun)
        return number


def found(instance: Path) -> tuple[Report, list[dict[str, Any]]]:
    """Return what the job that is READY would do, and what of its archive was not read."""
    try:
        kept = json.loads((folder(instance) / REPORT).read_bytes())
        return Report(kept["report"]), kept["unreadable"]
    except (OSError, ValueError, TypeError, KeyError):
        return Report(), []


def begin_again(instance: Path) -> None:
    """After the site was restored, have a job look once more at what would become of each thing: it
    is another site, and may know nothing of a run that had begun. Raises files.Busy.
    """
    with run.alone(instance, WAIT):
        job = current(instance)
        is_unread = job and Phase.READING.value in (job.phase.value, job.failed_at)
        if job is None or not job.archive or is_unread:
            return
        read = staging.of(instance, job.archive)
        try:
            read.forget_preview()
        finally:
            read.close()
        (folder(instance) / REPORT).unlink(missing_ok=True)
        again = replace(job, phase=Phase.LOOKING, run_id=0, stage="", done=0, total=0)
        _store(instance, replace(again, since=time(), done_before=0, failed_at="", fault=""))


def advance(config: Config, about: Callable[[Job], Given]) -> bool:
    """Go on with the job for a while, unless another process does; return whether that has ended
    it. `about` gives what an import is given beside the archive. What goes wrong is kept with the
    job; what nobody foresaw is raised, too.
    """
    with suppress(files.Busy), run.alone(config.instance):
        job = current(config.instance)
        if job is None or not job.is_at_work:
            return False
        try:
            after = _step(config, job, about)
        except NotAnArchive as error:
            _fail(config, job, NO_ARCHIVE, str(error))
        except (OSError, MemoryError, SQLAlchemyError) as error:
            fault = storage_fault_of(error)
            if fault in _FAULTS:
                _fail(config, job, _FAULTS[fault])
            elif not isinstance(error, SQLAlchemyError):
                _fail(config, job, OTHER)
            raise  # a database that is only busy is asked again after the next answer
        except Exception:
            _fail(config, job, OTHER)
            raise
        else:
            if after is None:
                _remove(config.instance, job)
                return True
            _store(config.instance, after)
    return False


def sweep(instance: Path) -> None:
    """Remove a job that nobody went on with for a day, and what killed uploads left."""
    place = folder(instance)
    files.sweep(place.parent, KEPT)
    if not place.is_dir():
        return
    with suppress(OSError, files.Busy), run.alone(instance):
        touched = [path.stat().st_mtime for path in (place, *place.iterdir())]
        if time() - max(touched) > KEPT:
            _remove(instance, current(instance))


def _step(config: Config, job: Job, about: Callable[[Job], Given]) -> Job | None:
    """Do some of the work; return the job as it is then, None once all is imported."""
    work = _opened(config, job, about)
    try:
        if not job.archive:  # whoever removes the job finds the staging file by that
            job = replace(job, archive=work.archive, since=time())
            _store(config.instance, job)
        if job.phase is Phase.READING:
            return _read(config, job, work)
        if job.phase is Phase.LOOKING:
            return _look(config, job, work)
        return _import(config, job, work)
    finally:
        work.close()


def _read(config: Config, job: Job, work: run.Import) -> Job:
    counted = [job.done]
    if work.read(READING_SECONDS, counted.append):
        work.staging.forget_preview()
        return replace(job, phase=Phase.LOOKING, done=0, total=0, since=time(), done_before=0)
    return replace(job, done=counted[-1])


def _look(config: Config, job: Job, work: run.Import) -> Job:
    told: list[run.Progress] = []
    report = work.preview(SECONDS, told.append)
    if report is not None:
        unreadable = work.staging.unreadable()[: run.MOST_UNREADABLE]
        kept = json.dumps({"report": report.stored(), "unreadable": unreadable})
        files.write(folder(config.instance) / REPORT, kept.encode())
        return replace(job, phase=Phase.READY, stage="", done=0, total=0)
    return _moved_on(job, told[-1])


def _import(config: Config, job: Job, work: run.Import) -> Job | None:
    if run.state(job.run_id).stage not in run.WORKING:  # it is taken back meanwhile
        work.forget()
        return None
    progress = work.advance("", SECONDS)
    if progress.stage is Stage.DONE:
        work.forget()
        return None
    return _moved_on(job, progress)


def _moved_on(job: Job, progress: run.Progress) -> Job:
    stage = progress.stage.value
    if stage != job.stage:
        moment = time()
        job = replace(job, stage=stage, since=moment, done_before=progress.done)
    return replace(job, done=progress.done, total=progress.total)


def _opened(config: Config, job: Job, about: Callable[[Job], Given]) -> run.Import:
    mapping = Path(job.mapping) if job.mapping else None
    work = run.Import(job.system, Path(job.path), config, about(job), mapping, job.archive)
    if job.choice is not Choice.NONE:
        work.at_once = work.at_once | {Stage.ARTICLES: WITH_PICTURES}
    return work


def _fail(config: Config, job: Job, fault: str, words: str = "") -> None:
    now = current(config.instance) or job  # with the digest, if that is known
    failed = replace(now, phase=Phase.FAILED, failed_at=job.phase.value, fault=fault, words=words)
    with suppress(OSError):  # a full disk has not even room for that: the next answer tries again
        _store(config.instance, failed)


def _store(instance: Path, job: Job) -> None:
    values = {
        name: value.value if isinstance(value, Enum) else value
        for name, value in asdict(job).items()
    }
    files.write(folder(instance) / STATE, json.dumps(values).encode())


def _remove(instance: Path, job: Job | None) -> None:
    """Remove the job with its files, and its staging file."""
    if job is not None and job.archive:
        shutil.rmtree(instance / staging.FOLDER / job.archive, ignore_errors=True)
    shutil.rmtree(folder(instance), ignore_errors=True)
