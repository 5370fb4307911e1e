"""Restoring a site from an archive: all that the archive holds replaces all that is there, or
nothing changes.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.config import Config
from pnpm.db import db, migrations, transaction, upgrade
from pnpm.db.sqlite import is_lost
from pnpm.files import sync, workplace
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
        _check_space(archive, room)
        with (
            rebuilt(_unpacked(archive, place / DATABASE), place / "rebuilt.db") as engine,
            engine.connect() as source,
        ):
            render_again(engine, translate)
            if revision is None:
                upgrade.run(db.engine, room)
            _bring_pictures(archive, config.instance)
            keep: Callable[[], Path | None] = _nothing
            if not is_empty:
                keep = _keeper(config, room, zone)
            held = transfer(
                source,
                db.engine,
                held=lambda there: _Held(
                    keep(), _accounts(), carry_over.of(there, is_empty, config.instance)
                ),
                finish=lambda there, held: carry_over.go_on(
                    there, held.carried, config.secret_key, who
                ),
            )
            before, known = (held.before, held.accounts) if held else (None, set())
        changed: list[str] = []
        if known:
            changed = sorted({name for name, *_proofs in _accounts() - known})
        _write_down(who, path, archive, changed)
        residue.clear(config)
        return Restored(before, archive.secrets, changed)


def render_again(engine: Engine, translate: Callable[[str], str] = str) -> None:
    """Render all HTML in a database that is not the site's anew from its sources; `translate` gives
    an emoticon's name in the site's language.
    """
    with engine.connect().execution_options(writes=True) as there, there.begin():
        tables.render_again(
            there,
            lambda body: sanitizer.safely(
                partial(sanitizer.comment_html, translate=translate), body
            ),
            _article_html,
        )


def _article_html(body: str, known: Mapping[str, Any]) -> str:
    return sanitizer.safely(partial(sanitizer.article_html, known=known), body)


def _nothing() -> None:
    """Keep nothing, as the site is empty."""


def _accounts() -> set[tuple[str, str, str]]:
    with db.engine.connect() as connection:
        return tables.accounts(connection)


def _keeper(config: Config, room: Path, zone: ZoneInfo) -> Callable[[], Path]:
    """Return a function that makes a backup; the pictures, which may be many, are stored
    already.
    """
    pool.take_in(config.instance, room, {})
    return lambda: daily.write(config, room, zone, ending=BEFORE)


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


def _check_space(archive: Archive, room: Path) -> None:
    free = shutil.disk_usage(room).free
    needed = 3 * archive.database.size + sum(
        file.size for file in archive.pictures if not archive.place(file)
    )
    if needed > free:
        raise Unfit(
            f"It needs {quantities.size(needed, 'en')} on this disk, where "
            f"{quantities.size(free, 'en')} are free."
        )


def _unpacked(archive: Archive, target: Path) -> Path:
    with archive.open(archive.database) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, CHUNK)
    return target


def _bring_pictures(archive: Archive, instance: Path) -> None:
    room = instance / PICTURES
    room.mkdir(mode=0o700, exist_ok=True)
    # a folder of this name that a crash leaves is swept later
    place = Path(tempfile.mkdtemp(prefix=storage.NEW, dir=room))
    try:
        for file in archive.pictures:
            target = instance / file.name
            for folder in (target.parent.parent, target.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            if not archive.is_at(file, target):
                _put(archive, file, place / target.name, target)
        for folder in {(instance / file.name).parent for file in archive.pictures}:
            os.utime(folder)  # so that it is not swept before the database knows it
            sync(folder)
            sync(folder.parent)
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


def _write_down(who: str, path: Path, archive: Archive, accounts: list[str]) -> None:
    after = {"backup": path.name, "made": archive.about["made"], "accounts": accounts}
    after = {name: value for name, value in after.items() if value}
    with transaction():
        ChangeSet(who).record(AuditAction.RESTORED, "site", [(None, {}, after)])
