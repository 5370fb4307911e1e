"""The whole site in one JSON document, or in a zip with its pictures beside it; see docs/export.md.

It is written piece by piece, each article and each comment on a line of its own.
"""

import base64
import enum
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, select

from pnpm import files
from pnpm.articles.models import Redirect
from pnpm.articles.related import related
from pnpm.articles.revisions import Revision
from pnpm.articles.tags import Label, Labelled
from pnpm.audit.chain import END
from pnpm.backup.export import reading
from pnpm.comments.models import CommentRevision
from pnpm.comments.policy import Policy
from pnpm.comments.subscriptions.tables import followed, subscriptions
from pnpm.db import now
from pnpm.db.sequences import last_numbers
from pnpm.db.types import AnyRow
from pnpm.imports.addresses import OldAddress
from pnpm.imports.models import ImportRun
from pnpm.markup.figures import widths_of
from pnpm.media import storage
from pnpm.site_settings import Setting, Words

from .site import Site, batches, rows
from .site_format import (
    ACCOUNT,
    ARTICLE,
    COMMENT,
    DOCUMENT,
    ERASURE,
    FORMAT,
    IMPERSONAL,
    LOG,
    NUMBERED,
    PICTURE,
    REQUEST,
    REVISION,
    SUBSCRIBER,
    SUBSCRIPTION,
    TRUST,
    VERSION,
    Kind,
    reasons_of,
    sides_of,
)

Object = dict[str, Any]


def keep(path: Path, site: Site, instance: Path) -> int:
    """Write the site to the file at `path`, whole or not at all, and return its size in bytes: a
    zip with the document and the pictures' files if it ends with `.zip`, else the document with the
    pictures in it. Raises OSError.
    """
    with reading() as connection, files.replaced(path) as target:
        if path.suffix.lower() == ".zip":
            _write_zip(target, connection, site, instance / "pictures")
        else:
            inlined = _Inlined(instance / "pictures")
            _write(target, _document(connection, site, inlined.files_of))
    return path.stat().st_size


class _Inlined:
    """Pictures whose files stand in the document, as base64."""

    def __init__(self, room: Path) -> None:
        self.room = room

    def files_of(self, picture: AnyRow) -> list[Object]:
        """Return the files of a picture that are there."""
        return [
            {"name": path.name, "data": base64.b64encode(content).decode()}
            for path, content in _contents(self.room, picture)
        ]


class _Packed:
    """Pictures whose files were put into the zip beforehand."""

    def __init__(self, archive: zipfile.ZipFile, room: Path, pictures: Iterable[AnyRow]) -> None:
        self.names: dict[str, list[str]] = {}
        for picture in pictures:
            self.names[picture.key] = []
            for path, content in _contents(room, picture):
                name = f"pictures/{picture.key}/{path.name}"
                archive.writestr(zipfile.ZipInfo(name, now().timetuple()[:6]), content)
                self.names[picture.key].append(name)

    def files_of(self, picture: AnyRow) -> list[Object]:
        """Return the files of a picture that are in the zip."""
        return [{"name": name.rpartition("/")[2], "file": name} for name in self.names[picture.key]]


def _contents(room: Path, picture: AnyRow) -> Iterator[tuple[Path, bytes]]:
    folder = storage.folder_of(room, picture.key)
    for width in widths_of(picture.width):
        for ending in storage.TYPES:
            path = folder / f"{width}.{ending}"
            with suppress(FileNotFoundError):  # lost, or deleted just now: the row goes along
                yield path, path.read_bytes()


def _write_zip(target: IO[bytes], connection: Connection, site: Site, room: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        packed = _Packed(archive, room, rows(connection, PICTURE.table))
        entry = zipfile.ZipInfo(DOCUMENT, now().timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as document:
            _write(document, _document(connection, site, packed.files_of))


def _write(target: IO[bytes], pieces: Iterable[str]) -> None:
    for piece in pieces:
        # a lone surrogate, which only a JSON column can hold, is written as JSON escapes it
        target.write(piece.encode("utf-8", "backslashreplace"))


def _document(connection: Connection, site: Site, files_of: Any) -> Iterator[str]:
    personal = site.personal
    about: Object = {
        "format": FORMAT,
        "version": VERSION,
        "made": now().isoformat(),
        "personal": personal,
        "site": {
            "url": site.url,
            "identity": site.identity,
            "language": site.language,
            "timezone": site.zone.key,
        },
        "settings": _settings(connection, personal),
        "last_ids": _last_ids(connection),
    }
    lists: dict[str, Iterable[Object]] = {
        "accounts": _plain(connection, ACCOUNT, personal),
        "pictures": (
            _object(row, PICTURE.plain) | {"files": files_of(row)}
            for row in rows(connection, PICTURE.table)
        ),
        "articles": _articles(connection),
        "comments": _comments(connection, personal),
    }
    if personal:
        about["log_end"] = _stored(connection, END)
        lists |= {
            "trusted": _plain(connection, TRUST, personal),
            "subscribers": _subscribers(connection),
            "data_requests": _plain(connection, REQUEST, personal),
            "erasures": _plain(connection, ERASURE, personal),
        }
    lists["log"] = (
        _object(row, LOG.columns(personal)) | sides_of(row, personal)
        for row in rows(connection, LOG.table)
    )
    yield "{\n"
    for name, value in about.items():
        yield f"{_spelled(name)}: {_spelled(value)},\n"
    for place, (name, objects) in enumerate(lists.items()):
        yield f"{',' if place else ''}{_spelled(name)}: ["
        for number, one in enumerate(objects):
            yield f"{',' if number else ''}\n{_spelled(one)}"
        yield "\n]\n"
    yield "}\n"


def _articles(connection: Connection) -> Iterator[Object]:
    for row in rows(connection, ARTICLE.table):
        yield _object(row, ARTICLE.plain) | {
            "labels": _labels(connection, row.id),
            "former_slugs": _column(connection, Redirect.slug, Redirect.article_id == row.id),
            "old_addresses": _column(connection, OldAddress.path, OldAddress.article_id == row.id),
            "related": _column(
                connection, related.c.other_id, related.c.article_id == row.id, related.c.place
            ),
            "versions": [
                _object(version, REVISION.plain)
                for version in rows(connection, REVISION.table, Revision.article_id == row.id)
            ],
        }


def _labels(connection: Connection, number: int) -> list[Object]:
    query = select(Label.id, Label.name, Label.slug).join(Labelled)
    found = connection.execute(
        query.where(Labelled.article_id == number).order_by(Labelled.place)
    ).all()
    return [dict(row._mapping) for row in found]


def _comments(connection: Connection, personal: bool) -> Iterator[Object]:
    former = CommentRevision.__table__.c
    query = select(former.comment_id, former.body).order_by(former.id)
    for batch in batches(connection, COMMENT.table):
        earlier: dict[int, list[str]] = {row.id: [] for row in batch}
        for number, body in connection.execute(query.where(former.comment_id.in_(earlier))):
            earlier[number].append(body)
        for row in batch:
            yield _object(row, COMMENT.columns(personal)) | {
                "reasons": reasons_of(row.reasons, personal),
                "earlier": earlier[row.id],
            }


def _subscribers(connection: Connection) -> Iterator[Object]:
    for row in rows(connection, SUBSCRIBER.table):
        yield _object(row, SUBSCRIBER.personal) | {
            "follows": [
                _object(each, SUBSCRIPTION.personal)
                | {
                    "comments": _column(
                        connection, followed.c.comment_id, followed.c.subscription_id == each.id
                    )
                }
                for each in rows(connection, subscriptions, subscriptions.c.subscriber_id == row.id)
            ]
        }


def _plain(connection: Connection, kind: Kind, personal: bool) -> Iterator[Object]:
    for row in rows(connection, kind.table):
        yield _object(row, kind.columns(personal))


def _settings(connection: Connection, personal: bool) -> Object:
    words = asdict(Words())
    for name in words:
        found = _stored(connection, name)
        words[name] = words[name] if found is None else found
    lists = _stored(connection, "lists") or {}
    if not personal:
        kept = IMPERSONAL["lists"] or ()
        lists = {name: text for name, text in lists.items() if name in kept}
    return {
        "words": words,
        "policy": asdict(Policy()) | (_stored(connection, "policy") or {}),
        "lists": lists,
    }


def _stored(connection: Connection, name: str) -> Any:
    value = connection.scalar(select(Setting.value).where(Setting.name == name))
    return None if value is None else json.loads(value)


def _last_ids(connection: Connection) -> Object:
    kinds = ARTICLE, COMMENT, PICTURE, REVISION, REQUEST
    tables: list[Table] = [*(kind.table for kind in kinds), ImportRun.__table__]
    found = last_numbers(connection, tables)
    return {name: number for name, number in found.items() if name in NUMBERED}


def _column(connection: Connection, column: Any, condition: Any, order: Any = None) -> list[Any]:
    query = select(column).where(condition).order_by(column if order is None else order)
    return list(connection.scalars(query))


def _object(row: AnyRow, names: Iterable[str]) -> Object:
    return {name: row._mapping[name] for name in names}


def _spelled(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain_value)


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    raise TypeError(type(value))
