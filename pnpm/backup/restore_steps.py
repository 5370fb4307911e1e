"""The steps of a restore that the office has begun, each of some seconds: for hosts that end a
process after half a minute, and for processes that are killed.

Until the one transaction that replaces the database nothing of the site has changed, so that who
reads meets the old site or the restored one, and a restore that is given up leaves nothing behind.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete
from sqlalchemy.exc import SQLAlchemyError

from pnpm.config import Config
from pnpm.db import db, sequences, transaction
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.files import Busy, within
from pnpm.site_settings import Setting, store

from . import daily, pool, restore, restore_job, tables
from .archive import Unfit
from .failure import Failed
from .job import FORGOTTEN, MOST_TRIES, SAVED, SECONDS, Work
from .reader import opened
from .restore import Restored, Wanted
from .restore_job import (
    ARCHIVE,
    CONFIRMED,
    REBUILT,
    UNPACKED,
    Job,
    Phase,
    alone,
    current,
    forget,
    turn,
)
from .schema import metadata
from .snapshot import opened as database
from .snapshot import rebuilt

MARK = "restore"  # the setting by which a restored database says which restore that was
AT_ONCE = Phase.READING, Phase.REPLACING  # have all the time of a process


def advance(
    config: Config, zone: ZoneInfo, translate: Callable[[str], str], seconds: float = SECONDS
) -> None:
    """Go on for a while, unless another process does. `translate` gives an emoticon's name in the
    site's language. Raises SQLAlchemyError if the database does not answer: the next time goes on.
    """
    with suppress(Busy), alone(config.instance, 0):
        job = current(config.instance)
        if job is None or not job.is_at_work:
            return
        if job.phase in CONFIRMED and abs(time() - job.moment) > FORGOTTEN and not _is_done(job):
            turn(config.instance, job, Phase.READY)
            return
        until, begun = monotonic() + seconds, True
        while job.is_at_work and (begun or _has_time_for(job, until)):
            begun = False
            _one_step(_Work(job=job, config=config, zone=zone, translate=translate, until=until))


def _has_time_for(job: Job, until: float) -> bool:
    return job.phase not in AT_ONCE and monotonic() < until


@dataclass(kw_only=True)
class _Work(Work[Job]):
    """A restore, and what it is done with."""

    kept_in = restore_job.STORED
    translate: Callable[[str], str]

    @property
    def room(self) -> Path:
        return self.config.instance / daily.FOLDER

    @property
    def path(self) -> Path:
        if not self.job.is_kept:
            return self.folder / ARCHIVE
        path = within(self.room, self.job.name)
        if path is None:
            raise Unfit(f"{self.job.name} is no backup.")
        return path


def _one_step(work: _Work) -> None:
    job = work.job
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
    except Unfit as error:
        _fail(work, error.fault, str(error))
    except Failed as error:
        _fail(work, error.failure.fault, error.failure.words)
    except (OSError, sqlite3.Error) as error:
        if job.phase is Phase.ENDING:  # the site is restored, and the next time goes on
            raise
        is_full = storage_fault_of(error) is StorageFault.FULL
        _fail(work, "full" if is_full else "other", getattr(error, "strerror", None) or "")
    except SQLAlchemyError:
        job.fault = "busy"  # in case it is so each time
        work.save()
        raise


def _check(work: _Work) -> None:
    with opened(work.path, work.room) as archive:
        restore.check_space(archive, work.instance)
        files = archive.files
        work.job.of, work.job.made = len(files), archive.about["moment"].isoformat()
        for number, file in enumerate(files[work.job.at :], work.job.at + 1):
            archive.check_file(file)
            if not work.goes_on_at(number):
                break
    if work.job.at >= work.job.of:
        work.turn(Phase.READING)


def _read(work: _Work) -> None:
    for name in (UNPACKED, REBUILT):
        forget(work.folder / name)
    with opened(work.path, work.room) as archive:
        restore.unpacked(archive, work.folder / UNPACKED)
    with (
        rebuilt(work.folder / UNPACKED, work.folder / REBUILT) as engine,
        engine.connect() as source,
    ):
        work.job.holds = tables.summary(source).written()
    forget(work.folder / UNPACKED)
    work.turn(Phase.READY)


def _render(work: _Work) -> None:
    """Render the comments, then the articles; `at` is the last id, negative for an article's."""
    comment_html = restore.comment_renderer(work.translate)
    with database(f"sqlite:///{work.folder / REBUILT}") as engine:
        last: int | None = work.job.at
        while last is not None and last >= 0:
            with engine.connect().execution_options(writes=True) as there, there.begin():
                last = tables.render_comments(there, last, comment_html)
            if not work.goes_on_at(-1 if last is None else last):
                return
        going = True
        while going:
            last = -1 - work.job.at if work.job.at < 0 else 0
            with engine.connect().execution_options(writes=True) as there, there.begin():
                last = tables.render_articles(there, last, restore.article_html)
            if last is None:
                work.turn(Phase.PICTURES)
            going = last is not None and work.goes_on_at(-1 - last)


def _bring_pictures(work: _Work) -> None:
    with opened(work.path, work.room) as archive:
        work.job.of = len(archive.pictures)
        at = restore.bring_pictures(archive, work.instance, work.job.at, work.until)
    if at >= work.job.of:
        work.turn(Phase.KEEPING)
    else:
        work.job.at, work.job.tries = at, 0
        work.save()


def _keep_pictures(work: _Work) -> None:
    with daily.at_work(work.config) as room:
        try:
            pool.take_in(work.instance, room, {}, max(work.until, monotonic() + SAVED))
        except pool.Unfinished:
            work.job.tries = 0  # some were stored
            work.save()
            return
    work.turn(Phase.REPLACING)


def _replace(work: _Work) -> None:
    if _is_done(work.job):  # the process was killed after the transaction
        work.turn(Phase.ENDING)
        return
    db.session.rollback()  # frees its connection: a process has only three
    with (
        daily.at_work(work.config) as room,
        opened(work.path, room) as archive,
        database(f"sqlite:///{work.folder / REBUILT}") as engine,
    ):
        wanted = Wanted(work.config, room, work.zone, work.job.who)

        def note(there: Connection, done: Restored) -> None:
            before = done.before.name if done.before else ""
            store(there, MARK, [work.job.key, before, done.accounts])

        restore.replace_database(engine, wanted, Path(work.job.name), archive, note)
    db.session.rollback()
    work.turn(Phase.ENDING)


def _end(work: _Work) -> None:
    """Do what comes after the transaction, again if need be."""
    _key, work.job.before, work.job.accounts = Setting.get(MARK, ["", "", []])
    db.session.rollback()
    with (
        database(f"sqlite:///{work.folder / REBUILT}") as engine,
        engine.connect() as source,
        db.engine.connect() as there,
        there.begin(),
    ):
        numbers = sequences.higher(
            sequences.last_numbers(source, metadata.sorted_tables),
            sequences.last_numbers(there, metadata.sorted_tables),
        )
        sequences.go_on_once_committed(there, metadata.sorted_tables, numbers)
    restore.end(work.config)
    work.turn(Phase.DONE)
    with transaction():
        db.session.execute(delete(Setting).where(Setting.name == MARK))
    for name in (ARCHIVE, REBUILT):
        forget(work.folder / name)


_STEPS: dict[Phase, Callable[[_Work], None]] = {
    Phase.CHECKING: _check,
    Phase.READING: _read,
    Phase.RENDERING: _render,
    Phase.PICTURES: _bring_pictures,
    Phase.KEEPING: _keep_pictures,
    Phase.REPLACING: _replace,
    Phase.ENDING: _end,
}


def _is_done(job: Job) -> bool:
    """Return whether the site's database is the restored one."""
    return bool(Setting.get(MARK, [""])[0] == job.key)


def _give_in(work: _Work) -> None:
    """End what does not get on, unless the database is replaced already."""
    if work.job.phase is Phase.ENDING:
        work.turn(Phase.DONE)
    else:
        _fail(work, work.job.fault or "slow", "")


def _fail(work: _Work, fault: str, words: str) -> None:
    if work.job.phase is Phase.REPLACING and _is_done(work.job):
        work.turn(Phase.ENDING)
        return
    work.job.fault, work.job.words = fault, words
    work.turn(Phase.FAILED)
