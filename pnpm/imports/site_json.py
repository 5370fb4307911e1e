"""Takes a whole site in from the JSON document that `flask export --format json` writes, into one
that holds nothing yet: all of it or nothing.

The document is not trusted: it is read into a database apart, value by value, its HTML is rendered
anew, and only rows of that database are copied, in one transaction.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from pnpm.articles.models import Article
from pnpm.audit import chain, guards
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, followed
from pnpm.backup import tables
from pnpm.backup.restore import render_again
from pnpm.backup.schema import metadata
from pnpm.backup.snapshot import opened
from pnpm.config import Config
from pnpm.db import db, migrations, sequences
from pnpm.exports.site import rows
from pnpm.exports.site_format import ERASURE, PICTURE
from pnpm.files import workplace
from pnpm.markup.figures import keys_in
from pnpm.media import storage
from pnpm.media.models import Illustration
from pnpm.privacy import erasure, registry
from pnpm.search import index
from pnpm.site_settings import IDENTITY, REVISION, store

from . import site_staging, site_values
from .json_stream import Malformed
from .models import ImportRun
from .site_staging import TABLES, Staged

COUNTED = "article", "comment", "picture", "log_entry"
_LOG = AuditEntry.__table__
_MEASURES = "article", "comment", "picture", "subscriber", "data_request"


class NotEmpty(Exception):
    """The site holds something already."""


class NotTaken(Exception):
    """The document was not taken in, and nothing was changed; the message says why, in one line."""


class Taken(NamedTuple):
    """What is here now: how many rows of each kind of COUNTED; whether the log's chain goes on as
    it was; and the accounts that the other site's office had, which have to be added here.
    """

    counts: dict[str, int]
    is_chain_whole: bool
    accounts: list[str]


def take_in(
    path: Path,
    config: Config,
    who: str,
    language: str,
    timezone: str,
    translator: Callable[[str], Callable[[str], str]] = lambda language: str,
) -> Taken:
    """Take the site in that the file at `path` has. `language` and `timezone` are what this site
    has without a choice of its office: where the other had others, they become its choice, as the
    addresses of articles hang on the time zone. `translator` gives the function that translates an
    emoticon's name into a language.

    Raises NotEmpty, NotTaken, or OSError; then nothing was changed.
    """
    db.session.rollback()  # frees its connection: a process has only three
    with db.engine.connect() as connection:
        _check_is_empty(connection)
    with workplace(config.instance) as place:
        (files := place / "pictures").mkdir(mode=0o700)
        with opened(f"sqlite:///{place / 'site.db'}") as engine:
            migrations.upgrade(engine)
            try:
                staged = _staged(engine, path, files)
                staged.settings |= _as_before(staged, language, timezone)
                render_again(engine, translator(staged.settings.get("language") or language))
                _illustrate(engine)
            except Malformed as error:
                raise NotTaken(f"{path.name}: {error}.") from error
            with engine.connect() as source:
                _put_pictures(source, staged.files, config.instance / "pictures")
                taken = _taken(source, staged, path, config, who)
    return taken


def _staged(engine: Engine, path: Path, files: Path) -> Staged:
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            return site_staging.read(path, connection, files)
    except IntegrityError as error:
        raise Malformed("it names something that is not in it") from error


def _illustrate(engine: Engine) -> None:
    """Store which pictures each article shows."""
    pictures = PICTURE.table.c
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        known: dict[str, int] = {
            row.key: row.id for row in connection.execute(select(pictures.key, pictures.id))
        }
        for row in rows(connection, Article.__table__):
            found = {known[key] for key in keys_in(row.body) if key in known}
            values = [{"article_id": row.id, "picture_id": number} for number in found]
            if values:
                connection.execute(insert(Illustration), values)


def _as_before(staged: Staged, language: str, timezone: str) -> dict[str, Any]:
    """Return the choices by which the site goes on in its own language and time zone."""
    site = staged.about.get("site")
    if not isinstance(site, dict):
        return {}
    here = {"language": language, "timezone": timezone}
    differing = {
        name: site[name]
        for name, value in here.items()
        if not staged.settings.get(name) and site.get(name, value) != value
    }
    return site_values.words_of(differing)


def _put_pictures(source: Connection, files: Path, room: Path) -> None:
    """Put the pictures' files in their places, before anybody can ask for them."""
    room.mkdir(mode=0o700, exist_ok=True)
    for row in rows(source, PICTURE.table):
        if (new := files / row.key).is_dir():
            storage.put(new, storage.folder_of(room, row.key), row.width)


def _taken(source: Connection, staged: Staged, path: Path, config: Config, who: str) -> Taken:
    numbers = sequences.last_numbers(source, metadata.sorted_tables)
    numbers = sequences.higher(numbers, staged.last_ids)
    filled = [table for table in metadata.sorted_tables if table in TABLES]
    with db.engine.connect().execution_options(writes=True) as there, there.begin():
        tables.hold(there)
        _check_is_empty(there)
        try:
            for table in filled:
                for batch in tables.batches(source, table):
                    there.execute(insert(table), [dict(row._mapping) for row in batch])
        except (IntegrityError, DataError) as error:
            raise NotTaken(
                f"{path.name} holds what this database cannot ({table.name})."
            ) from error
        index.forget(there)
        if index.is_there(there):  # which articles are related is in the document
            index.advance(there, index.RELATED, None)
        _settle(there, staged)
        is_whole = _carry_log(source, there, staged)
        name = path.name.encode(errors="replace").decode()
        after = {"name": name, "made": staged.made, "chain": is_whole}
        change_set = ChangeSet(who, connection=there)
        change_set.record(AuditAction.RESTORED, "export", [(None, {}, after)])
        _erase_again(source, there, config, who)
        numbered = [*filled, ImportRun.__table__]
        sequences.go_on_from(there, numbered, numbers)
        known = tables.count(there)
    with db.engine.connect() as there, there.begin():
        sequences.go_on_once_committed(there, numbered, numbers)
    return Taken({name: known[name] for name in COUNTED}, is_whole, staged.accounts)


def _check_is_empty(connection: Connection) -> None:
    known = tables.count(connection)
    if any(known[name] for name in _MEASURES):
        raise NotEmpty


def _settle(connection: Connection, staged: Staged) -> None:
    for name, value in staged.settings.items():
        store(connection, name, value)
    if staged.identity:
        store(connection, IDENTITY, staged.identity)
    store(connection, REVISION, secrets.token_hex(8))


def _carry_log(source: Connection, target: Connection, staged: Staged) -> bool:
    """Put the document's log before the few entries that this site has, which are chained anew
    behind it; return whether its chain goes on as it was. It does where all of it is there and
    whole. Else it begins anew with what is there, and the entry of this says so.
    """
    own = target.execute(select(_LOG).order_by(_LOG.c.id)).all()
    found = followed(rows(source, _LOG))
    written = staged.about.get("log_end")
    is_whole = isinstance(found, chain.End) and found._asdict() == (
        written or chain.End()._asdict()
    )
    with guards.lifted(target):
        target.execute(delete(_LOG))
    end, last = chain.End(), 0
    for batch in tables.batches(source, _LOG):
        values = []
        for row in batch:
            entry = dict(row._mapping)
            if not is_whole:
                entry["salt"] = secrets.token_hex(16)
                entry["link"] = end.then(entry).link
            end, last = chain.End(end.count + 1, entry["link"]), entry["id"]
            values.append(entry)
        target.execute(insert(_LOG), values)
    for number, row in enumerate(own, last + 1):
        entry = dict(row._mapping)
        end = end.then(entry)
        target.execute(insert(_LOG), entry | {"id": number, "link": end.link})
    chain.keep(end, target)
    sequences.go_on_from(target, [_LOG], {_LOG.name: last + len(own)})
    return is_whole


def _erase_again(source: Connection, target: Connection, config: Config, who: str) -> None:
    """Erase what was erased there, or here before, and is in the document all the same."""
    listed = [
        registry.Erasure(row.subject, row.number, row.proof, row.created_at)
        for row in rows(source, ERASURE.table)
    ]
    registry.note(target, [*listed, *registry.written(config.instance)])
    erasure.erase_again(target, config.secret_key, who)
