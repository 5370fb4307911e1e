"""Restoring a site from an archive: all that the archive holds replaces all that is there, or
nothing changes.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.config import Config
from pnpm.db import db, migrations, upgrade
from pnpm.db.sqlite import is_lost
from pnpm.files import Busy, sync, workplace
from pnpm.markup import quantities, sanitizer
from pnpm.media import storage
from pnpm.privacy import carry_over, residue

from . import daily, pool, tables
from .archive import CHUNK, DATABASE, PICTURES, Member, Pooled, Unfit
from .export import transfer
from .reader import Archive, opened
from .retention import BEFORE
from .snapshot import DAMAGED, rebuilt


class NotEmpty(Exception):
    """The site holds something already, and it was not asked to replace that."""


class _Held(NamedTuple):
    """What is there while nobody else can write: the backup of it, its accounts, and what the
    office owes to persons whatever backup is restored.
    """

    before: Path | None
    accounts: set[tuple[str, str, str]]
    carried: carry_over.Carried


class Wanted(NamedTuple):
    """Which site is restored, the folder of its backups, which the caller has locked by
    `daily.at_work`, its time zone, and who does it.
    """

    config: Config
    room: Path
    zone: ZoneInfo
    who: str


class Restored(NamedTuple):
    """The result: the backup of what was there before, the names of the secrets in the archive,
    which are not restored, and the accounts that differ from before: back again, or with an older
    password or second factor.
    """

    before: Path | None
    secrets: list[str]
    accounts: list[str]


def bring_back(
    path: Path,
    config: Config,
    zone: ZoneInfo,
    who: str,
    replace: bool = False,
    translate: Callable[[str], str] = str,
) -> Restored:
    """Replace what the running site holds by what an archive holds.

    The archive's HTML is not trusted: articles and comments are rendered again from their sources;
    `translate` gives an emoticon's name in the site's language. Pictures are copied first, which
    the site does not know before the one transaction that replaces its database. In that
    transaction, while nobody else can write, a backup of what is there is made before anything is
    changed. Requests of persons for their data stay as they are, and what was erased at their
    request is erased again.

    Raises Unfit for an archive that is broken, foreign or newer, and NotEmpty if the site holds
    something and `replace` is false; then nothing was changed.
    """
    with daily.at_work(config) as room, opened(path) as archive, workplace(room) as place:
        revision = _revision()
        is_empty = _is_empty(revision)
        if not (is_empty or replace):
            raise NotEmpty
        archive.check(pool_too=True)
        check_space(archive, room)
        with rebuilt(unpacked(archive, place / DATABASE), place / "rebuilt.db") as engine:
            render_again(engine, translate)
            if revision is None:
                upgrade.run(db.engine, room)
            bring_pictures(archive, config.instance)
            # the pictures, which may be many, are stored before anybody has to wait
            pool.take_in(config.instance, room, {})
            done = replace_database(engine, Wanted(config, room, zone, who), path, archive)
        end(config)
        return done


def end(config: Config) -> None:
    """Do what comes after the transaction that restored the site: clear away what is left of the
    former one, and have an import that the office had begun look again at what there is now.
    """
    from pnpm.imports import job  # which few sites have

    residue.clear(config)
    with suppress(Busy):  # of an import that goes on at this moment
        job.begin_again(config.instance)


def replace_database(
    engine: Engine,
    wanted: Wanted,
    path: Path,
    archive: Archive,
    note: Callable[[Connection, Restored], None] = lambda there, done: None,
) -> Restored:
    """Replace the site's database by the rebuilt one of an archive, in one transaction, and write
    that down in its log. In it, while nobody else can write, a backup of what is there is made
    first, unless the site is empty. `note` is called last in it.
    """
    is_empty = _is_empty(migrations.newest())
    done = Restored(None, archive.secrets, [])

    def held(there: Connection) -> _Held:
        before = None
        if not is_empty:
            before = daily.write(wanted.config, wanted.room, wanted.zone, ending=BEFORE)
        carried = carry_over.of(there, is_empty, wanted.config.instance)
        return _Held(before, tables.accounts(there), carried)

    def finish(there: Connection, held: _Held) -> None:
        nonlocal done
        carry_over.go_on(there, held.carried, wanted.config.secret_key, wanted.who)
        accounts: list[str] = []
        if held.accounts:
            accounts = sorted({name for name, *_rest in tables.accounts(there) - held.accounts})
        done = Restored(held.before, archive.secrets, accounts)
        _write_down(there, wanted.who, path, archive, accounts)
        note(there, done)

    with engine.connect() as source:
        transfer(source, db.engine, held=held, finish=finish)
    return done


def render_again(engine: Engine, translate: Callable[[str], str] = str) -> None:
    """Render all HTML in a database that is not the site's anew from its sources; `translate` gives
    an emoticon's name in the site's language.
    """
    with engine.connect().execution_options(writes=True) as there, there.begin():
        tables.render_again(there, comment_renderer(translate), article_html)


def comment_renderer(translate: Callable[[str], str]) -> Callable[[str], str]:
    """Return what renders a comment's body, whatever that is."""
    # looked up when it is called
    return lambda body: sanitizer.safely(partial(sanitizer.comment_html, translate=translate), body)


def article_html(body: str, known: Mapping[str, Any]) -> str:
    """Render an article's body, whatever that is; `known` are the pictures in it."""
    return sanitizer.safely(partial(sanitizer.article_html, known=known), body)


def _revision() -> str | None:
    """Return the revision of the site's tables, which is the newest, or None if there are none, as
    after the loss of the database.
    """
    db.session.rollback()  # frees its connection: a process has only three
    if is_lost(db.engine.url):
        return None
    try:
        revision = migrations.of(db.engine)
    except DatabaseError as error:
        if isinstance(error, OperationalError):  # it does not answer
            raise
        raise Unfit(DAMAGED.format(db.engine.url.database)) from error
    if revision not in (None, migrations.newest()):
        raise Unfit(
            f"The site's own tables are not this version's ({revision}). Run `flask db upgrade`."
        )
    return revision


def _is_empty(revision: str | None) -> bool:
    if revision is None:
        return True
    with db.engine.connect() as connection:
        return tables.is_empty(connection)


def check_space(archive: Archive, room: Path) -> None:
    """Raise Unfit if the disk has no room for what a restore of that archive writes."""
    free = shutil.disk_usage(room).free
    needed = 3 * archive.database.size + sum(
        file.size for file in archive.pictures if not archive.place(file)
    )
    if needed > free:
        raise Unfit(
            f"It needs {quantities.size(needed, 'en')} on this disk, where "
            f"{quantities.size(free, 'en')} are free.",
            "full",
        )


def unpacked(archive: Archive, target: Path) -> Path:
    """Write the archive's database to `target`, and return that."""
    with archive.open(archive.database) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, CHUNK)
    return target


def bring_pictures(
    archive: Archive, instance: Path, first: int = 0, until: float = float("inf")
) -> int:
    """Bring the files of the archive's pictures to their places, at least the one at `first`, until
    that time by the monotonic clock; return where to go on. All are done if that is their number.
    """
    room = instance / PICTURES
    room.mkdir(mode=0o700, exist_ok=True)
    # a folder of this name that a crash leaves is swept later
    place = Path(tempfile.mkdtemp(prefix=storage.NEW, dir=room))
    try:
        pictures = archive.pictures
        for file in pictures[first:]:
            target = instance / file.name
            for folder in (target.parent.parent, target.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            if not archive.is_at(file, target):
                _put(archive, file, place / target.name, target)
            first += 1
            if monotonic() > until and first < len(pictures):
                return first
        for folder in {(instance / file.name).parent for file in pictures}:
            os.utime(folder)  # so that it is not swept before the database knows it
            sync(folder)
            sync(folder.parent)
        return first
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _put(archive: Archive, file: Member | Pooled, new: Path, target: Path) -> None:
    try:
        os.link(archive.place(file) or "", new)
    except OSError:  # it is in the archive and not in the pool, or on another disk
        new.touch(0o600)
        with archive.open(file) as source, new.open("wb") as copy:
            shutil.copyfileobj(source, copy, CHUNK)
        sync(new)
    os.replace(new, target)


def _write_down(
    there: Connection, who: str, path: Path, archive: Archive, accounts: list[str]
) -> None:
    after = {"backup": path.name, "made": archive.about["made"], "accounts": accounts}
    after = {name: value for name, value in after.items() if value}
    ChangeSet(who, connection=there).record(AuditAction.RESTORED, "site", [(None, {}, after)])
