"""What is left in files of what was erased in the database: pages on the disk, copies of the
database from before an upgrade, forms that officers sent and that wait, comments for which an
import found no article, and what SQLite leaves in its own files. It is cleared away after the
answer, and tried again until that succeeds.

Backups keep it until they are outdated; what is restored from them is erased again (`registry`).
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import Connection

from pnpm.bootstrap import page_store
from pnpm.config import Config
from pnpm.db import db, sqlite, sqlite_wal, transaction
from pnpm.search import index
from pnpm.site_settings import Setting, store

from . import registry

MARK = "residue"  # the setting that tells that there may be something
SAVED_REQUESTS = "requests"  # folders and files of the instance folder
BEFORE_UPGRADE = "backups/before-upgrade-*.db"
ARTICLES = re.compile(r"/admin/articles\b")
BUSY_SECONDS = 2  # to wait for others that write, and then for those that read


def mark(connection: Connection) -> None:
    """Note, in the caller's transaction, that something was erased."""
    store(connection, MARK, True)


def is_left() -> bool:
    """Return whether something was erased that may be left in files."""
    return bool(Setting.get(MARK, False))


def clear(config: Config) -> bool:
    """Clear away what is left in files, if anything was erased; return whether nothing is left.

    Raises OSError where a file cannot be removed; it is tried again then.
    """
    if not is_left():
        db.session.rollback()
        return True
    db.session.rollback()  # a transaction that reads would keep SQLite's log as it is
    instance = config.instance
    shutil.rmtree(instance / page_store.FOLDER, ignore_errors=True)
    for path in [*instance.glob(BEFORE_UPGRADE), *_saved_requests(instance)]:
        path.unlink(missing_ok=True)
    _erase_orphans(config)
    with transaction():
        registry.write(db.session.connection(), instance)
        index.compact(db.session.connection())
    if db.engine.dialect.name == "sqlite" and not _is_rewritten(db.engine.url.database or ""):
        return False
    with transaction():
        Setting.keep(MARK, False)
    return True


def _erase_orphans(config: Config) -> None:
    """Take comments of erased addresses out of the files of those for which an import found no
    article.
    """
    from pnpm.imports import orphans, staging

    erased, key = registry.addresses(db.session.connection()), config.secret_key
    db.session.rollback()
    if erased:
        orphans.erase(
            config.instance / staging.FOLDER,
            lambda one: registry.erasure_of(erased, key, one.email.strip(), one.created_at),
        )


def _saved_requests(instance: Path) -> Iterator[Path]:
    """Yield the files of officers' forms that wait, but of those for articles, which may be a day's
    work and which no reader wrote.
    """
    for path in (instance / SAVED_REQUESTS).glob("*.json"):
        with suppress(OSError, ValueError, AttributeError):
            if not ARTICLES.search(json.loads(path.read_text()).get("path", "")):
                yield path


def _is_rewritten(path: str) -> bool:
    """Write SQLite's file anew, without what was deleted; return False if that was not possible, or
    its log could not be emptied since somebody still reads.
    """
    Path(f"{path}{sqlite_wal.OLD}").unlink(missing_ok=True)
    before = os.path.getsize(path)
    try:
        with closing(sqlite.for_copying(path, BUSY_SECONDS)) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            is_empty = _has_emptied_log(connection)
            # Who has it open takes a file that is shorter than it was for another one, put in its
            # place: so it stays as long, with zeros.
            missing = before - os.path.getsize(path)
            if is_empty and missing > 0:
                connection.execute("CREATE TABLE filler (zeros)")
                connection.execute("INSERT INTO filler VALUES (zeroblob(?))", [missing])
                connection.execute("DROP TABLE filler")
                is_empty = _has_emptied_log(connection)
    except sqlite3.Error:  # the disk is full, or somebody writes for long
        return False
    return is_empty


def _has_emptied_log(connection: sqlite3.Connection) -> bool:
    """Bring the write-ahead log into the file and empty it; return False if a reader kept it."""
    busy, _pages, _written = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
