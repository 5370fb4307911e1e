"""The steps of a move to another database that the office has begun, each of some seconds: for
hosts that end a process after half a minute, and for processes that are killed.

The site goes on in its own database while a snapshot of that is copied. In the last step, in which
nobody can write, the copy is brought up to date, compared, and the old database is closed; whoever
would store something there later is sent to the new one. So nothing is lost, and until then nothing
of the site has changed.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from pnpm import config as settings
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.config import Config
from pnpm.db import db, relocation, sequences, sqlite, transaction, upgrade
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.files import Busy
from pnpm.site_settings import Setting, store

from . import daily, move_job, pool, restore, tables
from .archive import Unfit
from .failure import Failed
from .job import FORGOTTEN, MOST_TRIES, SAVED, SECONDS, Work
from .move_job import (
    CONFIRMED,
    SOURCE,
    UPGRADE,
    Job,
    Phase,
    alone,
    current,
    turn,
)
from .reader import opened
from .snapshot import opened as database
from .synchronization import copied, synchronize
from .target import Unusable

MARK = "move"  # the setting by which a database says which move it came of
AT_ONCE = Phase.SWITCHING, Phase.WAITING  # has all the time of a process; and what comes after it


def advance(config: Config, zone: ZoneInfo, seconds: float = SECONDS) -> None:
    """Go on for a while, unless another process does. Raises SQLAlchemyError if a database does not
    answer: the next time goes on.
    """
    with suppress(Busy), alone(config.instance, 0):
        job = current(config.instance)
        if job is None or job.phase not in move_job.WORKING:
            return
        is_closed = relocation.is_closed(config.instance, config.database_url)
        is_forgotten = abs(time() - job.moment) > FORGOTTEN
        if job.phase in CONFIRMED and is_forgotten and not is_closed:
            turn(config.instance, job, Phase.READY)
            return
        until, begun = monotonic() + seconds, True
        while job.phase in move_job.WORKING and (begun or _has_time_for(job, until)):
            begun = False
            _one_step(_Work(job=job, config=config, zone=zone, until=until))


def _has_time_for(job: Job, until: float) -> bool:
    return job.phase not in AT_ONCE and monotonic() < until


@dataclass(kw_only=True)
class _Work(Work[Job]):
    """A move, and what it is done with."""

    kept_in = move_job.STORED

    @contextmanager
    def target(self) -> Iterator[Engine]:
        """Give an engine for the new database."""
        with database(move_job.address(self.instance)) as engine:
            yield engine


def _one_step(work: _Work) -> None:
    job = work.job
    if job.phase is Phase.WAITING:  # for as long as it takes: that is no try
        _wait(work)
        return
    if job.tries >= MOST_TRIES:
        _give_in(work)
        return
    job.tries += 1
    work.save()
    try:
        _STEPS[job.phase](work)
    except Busy:  # a backup is made: that is no try
        job.tries -= 1
        work.save()
        raise
    except Unusable as error:
        _fail(work, error.fault)
    except Unfit as error:
        _fail(work, "differs", str(error))
    except Failed as error:
        _fail(work, error.failure.fault, error.failure.words)
    except upgrade.Failed:  # its words may be the driver's
        _fail(work, "rights")
    except (OSError, sqlite3.Error) as error:
        is_full = storage_fault_of(error) is StorageFault.FULL
        _fail(work, "full" if is_full else "other", getattr(error, "strerror", None) or "")
    except SQLAlchemyError:
        job.fault = "busy"  # in case it is so each time
        work.save()
        raise


def _keep(work: _Work) -> None:
    """Make a backup, and take the database out of it: that is what is copied."""
    job = work.job
    if not job.before:
        try:
            seconds = max(work.until - monotonic(), SAVED)
            job.before = daily.make(work.config, work.zone, seconds).name
        except pool.Unfinished:  # some pictures were stored
            job.before = ""
        job.tries = 0
        work.save()
        return
    db.session.rollback()
    room = work.instance / daily.FOLDER
    with opened(room / job.before, room) as archive:
        restore.unpacked(archive, work.folder / SOURCE)
    work.turn(Phase.PREPARING)


def _prepare(work: _Work) -> None:
    """Give the new database empty tables, of this version."""
    with work.target() as engine:
        sqlite.make(engine)
        with engine.connect() as there:
            if not (work.job.replaces or tables.is_empty(there)):
                raise Unusable("filled")
        upgrade.run(engine, work.folder / UPGRADE)
        with engine.connect().execution_options(writes=True) as there, there.begin():
            tables.empty(there)
    work.turn(Phase.COPYING)


def _copy(work: _Work) -> None:
    with (
        work.target() as engine,
        database(f"sqlite:///{work.folder / SOURCE}") as snapshot,
        snapshot.connect() as source,
    ):
        work.job.of = sum(tables.count(source).values())
        for rows in copied(source, engine):
            if not work.goes_on_at(rows) and rows < work.job.of:
                return  # after a batch at least
    work.turn(Phase.SWITCHING)


def _switch(work: _Work) -> None:
    """Bring the copy up to date while nobody can write, and close the former database."""
    url = move_job.address(work.instance)
    if not relocation.is_closed(work.instance, work.config.database_url):
        db.session.rollback()  # frees its connection: a process has only three
        with daily.at_work(work.config), work.target() as engine, _held() as here:
            _bring_up_to_date(work, here, engine)
            relocation.close(work.instance, work.config.database_url, url)
            _name(work, url)
    else:  # the process that had closed it was killed
        _name(work, url)
    work.turn(Phase.WAITING)


def _name(work: _Work, url: str) -> None:
    """Have the settings name the new database, or say that only the host can."""
    if work.job.is_by_hand:
        return
    try:
        settings.change_database(work.instance, url)
    except (settings.NotWritable, OSError):
        work.job.is_by_hand = True


@contextmanager
def _held() -> Iterator[Connection]:
    """Give a connection to the site's database that is read alone, and nobody writes to."""
    with db.engine.connect().execution_options(writes=True) as here:
        held = here.begin()
        try:
            with tables.unchanged(here):
                yield here
        finally:
            held.rollback()


def _bring_up_to_date(work: _Work, here: Connection, target: Engine) -> None:
    """Make the target's tables what the site's are, compare them, and write the move down there.
    Raises Unfit if they differ.
    """
    numbers = sequences.last_numbers(here, tables.all_tables())
    try:
        _in_one_transaction(work, here, target, numbers, synchronize)
    except IntegrityError:  # where two rows have changed places
        _in_one_transaction(work, here, target, numbers, _anew)
    with target.connect() as there, there.begin():
        sequences.go_on_once_committed(there, tables.all_tables(), numbers)


def _in_one_transaction(
    work: _Work,
    here: Connection,
    target: Engine,
    numbers: dict[str, int],
    bring: Callable[[Connection, Connection], list[str]],
) -> None:
    with target.connect().execution_options(writes=True) as there, there.begin():
        try:
            differing = bring(here, there)
        except IntegrityError:
            raise
        except tables.UNREADABLE as error:
            raise Unfit(type(error).__name__) from error
        if differing:
            raise Unfit(", ".join(differing))
        sequences.go_on_from(there, tables.all_tables(), numbers)
        moved = [(None, {"engine": db.engine.dialect.name}, {"engine": work.job.found.kind})]
        ChangeSet(work.job.who, connection=there).record(AuditAction.MOVED, "database", moved)
        store(there, MARK, work.job.key)


def _anew(source: Connection, target: Connection) -> list[str]:
    tables.copy(source, target)
    return tables.differences(source, target)


def _wait(work: _Work) -> None:
    """Go on once the site uses the new database, in this process at least."""
    is_there = Setting.get(MARK, "") == work.job.key
    db.session.rollback()
    if is_there:
        work.turn(Phase.ENDING)


def _end(work: _Work) -> None:
    move_job.forget_files(work.folder)
    with transaction():
        db.session.execute(delete(Setting).where(Setting.name == MARK))
    work.turn(Phase.DONE)


_STEPS: dict[Phase, Callable[[_Work], None]] = {
    Phase.KEEPING: _keep,
    Phase.PREPARING: _prepare,
    Phase.COPYING: _copy,
    Phase.SWITCHING: _switch,
    Phase.ENDING: _end,
}


def _give_in(work: _Work) -> None:
    """End what does not get on, unless the site is in the new database already."""
    if work.job.phase is Phase.ENDING:
        work.turn(Phase.DONE)
    else:
        _fail(work, work.job.fault or "slow")


def _fail(work: _Work, fault: str, words: str = "") -> None:
    work.job.fault, work.job.words, work.job.failed_at = fault, words, work.job.phase.value
    work.turn(Phase.FAILED)
