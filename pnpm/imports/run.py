"""Imports an archive: it is read into a staging file, can be tried without changing anything, and
is taken in batch by batch. Each batch is a transaction that also stores how far the import is, so
that it goes on after whatever stopped it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import exists, or_, select

from pnpm import files
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet
from pnpm.config import Config
from pnpm.db import db, now, retrying, transaction

from . import article_storage, articles, comments, orphans, staging, threads
from .addresses import OldAddress
from .models import TITLE_LENGTH, ImportedItem, ImportRun, Stage
from .records import System
from .report import Report
from .source import Given, Source
from .staging import FOLDER

LOCK = "lock"  # in the folder of the imports
UNREADABLE = "unreadable"  # under which a run's report has what of the archive was not read
MOST_UNREADABLE = 100  # kinds of that
AT_ONCE = {Stage.ARTICLES: 20, Stage.COMMENTS: 500}  # of a batch: others who write wait for it
WORKING = Stage.ARTICLES, Stage.COMMENTS
FOREVER = float("inf")  # seconds

Tell = Callable[["Progress"], None]


class Progress(NamedTuple):
    """What an import is at, and how many articles or comments of that are done."""

    stage: Stage
    done: int
    total: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.stage not in WORKING


def _quietly(_progress: Progress) -> None:
    """Tell nobody."""


class Import:
    """An archive on its way into this site. Whoever makes one holds the lock (`alone`), and closes
    it. `archive` is the digest of the files, if it is known: a large one takes a while.
    """

    def __init__(
        self,
        system: System,
        path: Path,
        config: Config,
        given: Given,
        mapping: Path | None = None,
        archive: str = "",
    ) -> None:
        self.system, self.path, self.config, self.given = system, path, config, given
        named = [path] if mapping is None else [path, mapping]
        self.archive = archive or staging.digest_of(system, *named)
        self.at_once = AT_ONCE
        self.staging = staging.of(config.instance, self.archive)

    def read(
        self, seconds: float = FOREVER, tell: Callable[[int], None] = lambda records: None
    ) -> bool:
        """Read the archive, or on in it, for at most about so many seconds; return whether all of
        it is read. `tell` is called with the number of records. Raises NotAnArchive.
        """
        return self.staging.is_read or self.staging.read(self.system, self.path, seconds, tell)

    def preview(self, seconds: float = FOREVER, tell: Tell = _quietly) -> Report | None:
        """Look, for at most about so many seconds, at what the import would do, without changing
        anything; return that once all was looked at, else None: the next call goes on.
        """
        until = monotonic() + seconds
        self._begin_pictures(None)
        stage, position, report = self._previewed()
        if not position and stage is Stage.ARTICLES:
            articles.count_labels(self._source, report)
        while stage in WORKING:
            found = self._decide(stage, position, None)
            for decision in found:
                self._count(decision, report)
            if stage is Stage.ARTICLES:
                self.staging.note_closed(articles.closed(found))
            if found:
                position = _position(found[-1])
            else:
                self._end(stage, report)
                stage, position = _next(stage), 0
            self.staging.keep_preview([stage.value, position, report.stored()])
            tell(self._progress(stage, position))
            if monotonic() > until and stage in WORKING:
                return None
        return report

    def advance(self, who: str, seconds: float = FOREVER, tell: Tell = _quietly) -> Progress:
        """Go on with the import, or begin it, for at most about so many seconds; `who` is named in
        the log. Each batch is committed.
        """
        until = monotonic() + seconds
        run_id = self.begin(who)
        self._begin_pictures(run_id)
        while True:
            progress = self._batch(run_id)
            tell(progress)
            if progress.is_done or monotonic() > until:
                return progress

    def begin(self, who: str) -> int:
        """Return the number of the run that has not ended, or of a new one by `who`. It is
        committed.
        """

        def begin() -> int:
            with transaction():
                query = select(ImportRun.id).where(
                    ImportRun.archive == self.archive, ImportRun.stage.in_(WORKING)
                )
                known = db.session.scalar(query.order_by(ImportRun.id.desc()))
                return known or self._new(who)

        return retrying(begin)

    def result(self) -> Report:
        """Return what the newest import of this archive did."""
        query = select(ImportRun.report).where(ImportRun.archive == self.archive)
        stored = db.session.scalar(query.order_by(ImportRun.id.desc()).limit(1))
        db.session.rollback()
        return Report(stored)

    def close(self) -> None:
        """Close the staging file, which stays for whoever goes on."""
        self.staging.close()

    def forget(self) -> None:
        """Delete the staging file."""
        self.staging.remove()

    @property
    def orphans(self) -> Path:
        """Where the comments are kept for which there is no article."""
        folder = self.config.instance / FOLDER
        return folder / orphans.NAME.format(key=self.archive[:16])

    @cached_property
    def _source(self) -> Source:
        return Source(self.system, self.staging, self.config, self.given)

    @cached_property
    def _judges(self) -> comments.Judges:
        return comments.Judges.of(self._source)

    def _begin_pictures(self, run_id: int | None) -> None:
        """Tell the pictures what the archive names, and when that run began (None: a dry run)."""
        if self.given.pictures is None:
            return
        begun = None
        if run_id is not None:
            begun = db.session.scalar(select(ImportRun.started_at).where(ImportRun.id == run_id))
            db.session.rollback()
        self.given.pictures.begin(self.staging.pictures(), begun, run_id is None, self.staging)

    def _previewed(self) -> tuple[Stage, int, Report]:
        kept = self.staging.kept_preview() or [Stage.ARTICLES.value, 0, {}]
        return Stage(kept[0]), kept[1], Report(kept[2])

    def _new(self, who: str) -> int:
        change_set, report, site = ChangeSet(who), Report(), self.staging.site
        articles.count_labels(self._source, report)
        title = (site.title or site.address or site.key)[:TITLE_LENGTH]
        run = ImportRun(
            system=self.system,
            title=title,
            archive=self.archive,
            who=who,
            started_at=now(),
            stage=Stage.ARTICLES,
            position=0,
            change_set=change_set.key,
            report=report.stored(),
        )
        db.session.add(run)
        db.session.flush()
        after = {"system": self.system.value, "title": title}
        change_set.record(AuditAction.IMPORTED, "import", [(run.id, {}, after)])
        return run.id

    def _batch(self, run_id: int) -> Progress:
        """Take in the next articles or comments, or go on to what comes next."""
        run = state(run_id)
        if run.stage not in WORKING:
            return self._progress(run.stage, 0)
        found = self._decide(run.stage, run.position, run_id)
        if not found and _next(run.stage) is Stage.DONE:
            self._keep_orphans()

        def work() -> None:
            with transaction():
                held = _held(run_id)
                if (held.stage, held.position) == (run.stage, run.position):
                    self._store(held, found)

        retrying(work)
        run = state(run_id)
        return self._progress(run.stage, run.position)

    def _decide(self, stage: Stage, position: int, run_id: int | None) -> list[Any]:
        """Return what becomes of the next articles or comments after that position."""
        if stage is Stage.ARTICLES:
            next_articles = self.staging.articles(position, self.at_once[stage])
            return articles.decide(self._source, next_articles, run_id)
        rows = self.staging.comments(position, self.at_once[stage])
        found = comments.decide(self._source, self._judges, rows, run_id)
        self.staging.note_orphans({one.staged.thread for one in found if one.is_orphan})
        return found

    def _store(self, run: ImportRun, found: list[Any]) -> None:
        if not found:
            report = Report(run.report)
            self._end(run.stage, report)
            run.report = report.stored()
            run.stage, run.position = _next(run.stage), 0
            if run.stage is Stage.DONE:
                run.finished_at = now()
                run.report = run.report | {UNREADABLE: self.staging.unreadable()[:MOST_UNREADABLE]}
            return
        change_set = ChangeSet(run.who)
        change_set.key = run.change_set
        report = Report(run.report)
        store = article_storage.store if run.stage is Stage.ARTICLES else threads.store
        for decision in store(self._source, run.id, found, change_set):
            self._count(decision, report)
        run.report = report.stored()
        run.position = _position(found[-1])
        db.session.flush()

    def _end(self, stage: Stage, report: Report) -> None:
        """Count what is only known when all of a stage is done."""
        if stage is Stage.ARTICLES and self.given.pictures is not None:
            for outcome in self.given.pictures.unshown(self.staging.pictures()):
                report.add("pictures", outcome.result, outcome.name, outcome.why)

    def _count(self, decision: Any, report: Report) -> None:
        if isinstance(decision, comments.Decision):
            decision.count(self._source, report)
        else:
            decision.count(report)

    def _keep_orphans(self) -> None:
        path = self.orphans
        orphans.write(path, self.system, self.staging.site, self.staging.orphans())

    def _progress(self, stage: Stage, position: int) -> Progress:
        counts = self.staging.counts
        total = counts.articles if stage is Stage.ARTICLES else counts.comments
        return Progress(stage, total if stage not in WORKING else position, total)


class State(NamedTuple):
    """How far a run is."""

    stage: Stage
    position: int


@contextmanager
def alone(instance: Path, seconds: float = 0) -> Iterator[None]:
    """Run the block while no other import of this site runs. Raises files.Busy if one does, and
    goes on for so many seconds.
    """
    folder = instance / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with files.locked(folder / LOCK, seconds):
        yield


def state(run_id: int) -> State:
    """Return how far that run is."""
    row = db.session.execute(
        select(ImportRun.stage, ImportRun.position).where(ImportRun.id == run_id)
    ).one()
    db.session.rollback()
    return State(row.stage, row.position)


def newest() -> ImportRun | None:
    """Return the newest import that was not undone and has brought or changed something, or None:
    one that found everything as it was is nothing to take back.
    """
    brought = exists().where(ImportedItem.run_id == ImportRun.id)
    changed = exists().where(
        AuditEntry.deed == ImportRun.change_set, AuditEntry.action != AuditAction.IMPORTED.value
    )
    found_out = exists().where(OldAddress.run_id == ImportRun.id)
    did = or_(brought, changed, found_out)
    query = select(ImportRun).where(ImportRun.stage != Stage.UNDONE, did)
    return db.session.scalar(query.order_by(ImportRun.id.desc()).limit(1))


def numbered(number: int) -> ImportRun | None:
    """Return the import of that number, or None."""
    return db.session.get(ImportRun, number)


def last(most: int) -> list[ImportRun]:
    """Return the newest imports, at most so many."""
    query = select(ImportRun).order_by(ImportRun.id.desc()).limit(most)
    return list(db.session.scalars(query))


def unfinished(*stages: Stage) -> int | None:
    """Return the number of the newest run at one of these stages, or None."""
    query = select(ImportRun.id).where(ImportRun.stage.in_(stages))
    return db.session.scalar(query.order_by(ImportRun.id.desc()).limit(1))


def tidy(instance: Path) -> None:
    """Delete what imports left in files that nobody went on with, and comments without an article
    that were kept long enough. Raises OSError.
    """
    staging.sweep(instance)
    orphans.remove_old(instance / FOLDER)


def _held(run_id: int) -> ImportRun:
    """Lock a run and return it as it is now."""
    return db.session.get_one(ImportRun, run_id, populate_existing=True, with_for_update=True)


def _next(stage: Stage) -> Stage:
    return Stage.COMMENTS if stage is Stage.ARTICLES else Stage.DONE


def _position(decision: Any) -> int:
    if isinstance(decision, comments.Decision):
        return decision.staged.position
    position: int = decision.position
    return position
