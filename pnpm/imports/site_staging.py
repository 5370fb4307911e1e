"""Reads a site's JSON document (docs/export.md) into a new database of its own, and its pictures
into a folder, checked value by value, before anything of it comes near the site.
"""

import io
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Table, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from pnpm.articles.models import Article, Redirect
from pnpm.articles.related import KEPT, related
from pnpm.articles.revisions import Revision
from pnpm.articles.tags import Label, Labelled
from pnpm.audit.models import digest
from pnpm.backup.reader import DENSEST, PLAIN
from pnpm.comments.models import Comment, CommentRevision, recount
from pnpm.comments.subscriptions.opt_in import Scope
from pnpm.comments.subscriptions.tables import followed, subscribers, subscriptions
from pnpm.exports.site_format import (
    ARTICLE,
    COMMENT,
    DOCUMENT,
    ERASURE,
    FORMAT,
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
)
from pnpm.markup.characters import one_line
from pnpm.media.models import Illustration

from . import json_stream, site_values
from .addresses import OldAddress, digest_of
from .json_stream import Malformed

BATCH = 500  # rows written at a time
MOST_ACCOUNTS = 100  # that are named
LONGEST_SHOWN = 80  # characters of a name in a message
LARGEST_FILE = 32 << 20  # bytes of a picture's file: ours are below two million
# the members that are no lists of rows; others are of a later version of the program, and passed
_ABOUT = frozenset({"format", "version", "made", "site", "settings", "last_ids", "log_end"})
# what a document without personal data, or of another program, has not: by table
_ABSENT: dict[str, dict[str, Any]] = {
    "article": {"html": "", "moderation": None, "close_after": None, "comments_open": True},
    "comment": {
        "html": "",
        "parent_id": None,
        "reply_to_id": None,
        "email": "",
        "address_hash": "",
        "reasons": [],
        "verdict": None,
        "signals": None,
        "marks": None,
        "official": False,
        "moved_at": None,
        "announced_at": None,
    },
    "log_entry": {"salt": None, "link": ""},
    "picture": {"alt": "", "preview": "", "who": "", "deleted_at": None},
    "data_request": {"chosen": None},
}
# what every new row has that the document says nothing of
_NEW: dict[str, Callable[[], dict[str, Any]]] = {
    "article": lambda: {"comment_count": 0, "revision": 1, "edition": 1, "token": None},
    "comment": lambda: {"renderer": 0, "announce": None, "token": secrets.token_hex(32)},
    "picture": lambda: {"size": 0},
    # a new one: links in old mails do not work at a new site
    "subscriber": lambda: {"secret": secrets.token_urlsafe(32)},
}
_LABEL = Label.__table__
_Parent = aliased(Comment)


@dataclass
class Staged:
    """What a document says that is no row: the site's settings by name, where its ids and its log
    ended, and the accounts that its office had. `files` is the folder of the pictures.
    """

    files: Path
    about: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    identity: str = ""
    last_ids: dict[str, int] = field(default_factory=dict)
    accounts: list[str] = field(default_factory=list)

    @property
    def made(self) -> str:
        """When the document was made, as it says; empty if that is no moment."""
        return site_values.moment_or_nothing(self.about.get("made"))


def read(path: Path, connection: Connection, files: Path) -> Staged:
    """Read the document, or the zip with it, at `path` into the empty database behind a connection,
    in the caller's transaction, and its pictures into the folder `files`. Raises Malformed, and
    OSError if the file cannot be read. What names something that is not there is an IntegrityError
    of the commit.
    """
    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    staged = Staged(files)
    with _opened(path) as (document, member):
        reader = _Reader(connection, staged, member)
        for part in json_stream.parts(document):
            with _named(part):
                reader.take(part)
        reader.finish()
    return staged


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[str], Callable[[Any], bytes]]]:
    """Give the document to read, and a function that gives the content of a picture's file."""
    if not zipfile.is_zipfile(path):
        with path.open(encoding="utf-8-sig") as document:
            yield document, _no_member
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.file_size > max(PLAIN, DENSEST * entry.compress_size):
                    raise Malformed(f"{entry.filename!r} is packed as this program packs none")
            if DOCUMENT not in archive.NameToInfo:
                raise Malformed(f"it has no {DOCUMENT}")
            with archive.open(DOCUMENT) as member, io.TextIOWrapper(member, "utf-8-sig") as text:
                yield text, lambda name: _member(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Malformed("the zip is broken") from error


def _member(archive: zipfile.ZipFile, name: Any) -> bytes:
    entry = archive.NameToInfo.get(name) if isinstance(name, str) else None
    if entry is None:
        raise Malformed(f"files: {str(name)[:LONGEST_SHOWN]!r} is not in the zip")
    if entry.file_size > LARGEST_FILE:
        raise Malformed(f"files: {str(name)[:LONGEST_SHOWN]!r} is too large for a picture")
    return archive.read(entry)


def _no_member(name: Any) -> bytes:
    raise Malformed(f"files: {str(name)[:LONGEST_SHOWN]!r} is in no zip")


@contextmanager
def _named(part: json_stream.Part) -> Iterator[None]:
    """Say of which part of the document it is that something is wrong with it."""
    try:
        yield
    except Malformed as error:
        at = f"{part.name} {part.place}" if part.place else part.name
        raise Malformed(f"{at}: {error}") from error
    except RecursionError as error:
        raise Malformed(f"{part.name}: it is nested too deeply") from error


class _Reader:
    """Takes one part of the document after another."""

    def __init__(
        self, connection: Connection, staged: Staged, member: Callable[[Any], bytes]
    ) -> None:
        self._connection, self._staged, self._member = connection, staged, member
        self._waiting: dict[Table, list[dict[str, Any]]] = {}
        self._labels: dict[int, tuple[str, str]] = {}
        self._is_ours = False
        self._elements: dict[str, Callable[[dict[str, Any]], object]] = {
            "accounts": self._account,
            "pictures": self._picture,
            "articles": self._article,
            "comments": self._comment,
            "trusted": lambda given: self._add(TRUST, given),
            "subscribers": self._subscriber,
            "data_requests": self._request,
            "erasures": lambda given: self._add(ERASURE, given),
            "log": self._entry,
        }

    def take(self, part: json_stream.Part) -> None:
        """Take a part: an element of a list that is known, or a member."""
        if part.name in self._elements:
            if not self._is_ours:
                self._check_format()
            if part.place:
                self._elements[part.name](site_values.objects([part.value])[0])
            elif part.place is None:
                raise Malformed("a list is expected")
        elif part.place is None and part.name in _ABOUT:
            self._staged.about[part.name] = part.value

    def finish(self) -> None:
        """Check what can only be seen of the whole, and write what waits."""
        self._check_format()
        for table, rows in self._waiting.items():
            self._write(table, rows)
        self._settle()

    def _check_format(self) -> None:
        about = self._staged.about
        version = about.get("version")
        is_number = isinstance(version, int) and not isinstance(version, bool) and version > 0
        if about.get("format") != FORMAT or not is_number:
            raise Malformed("it is no site that this program has exported")
        if about["version"] > VERSION:
            raise Malformed("it is of a newer version of the program")
        self._is_ours = True

    def _settle(self) -> None:
        about, staged = self._staged.about, self._staged
        settings = about.get("settings", {})
        if not isinstance(settings, dict):
            raise Malformed("settings: an object is expected")
        staged.settings = site_values.words_of(settings.get("words", {}))
        for name, read in {"policy": site_values.policy_of, "lists": site_values.lists_of}.items():
            if found := read(settings.get(name, {})):
                staged.settings[name] = found
        site = about.get("site", {})
        if isinstance(site, dict) and "identity" in site:
            staged.identity = site_values.identity_of(site["identity"])
        last = about.get("last_ids", {})
        if not isinstance(last, dict):
            raise Malformed("last_ids: an object is expected")
        staged.last_ids = {
            name: site_values.numbers([last[name]])[0] for name in NUMBERED if name in last
        }
        self._check_threads()

    def _check_threads(self) -> None:
        query = select(Comment.id).join(_Parent, _Parent.id == Comment.parent_id)
        is_wrong = _Parent.parent_id.is_not(None) | (_Parent.article_id != Comment.article_id)
        wrong = self._connection.scalar(query.where(is_wrong).limit(1))
        if wrong is not None:
            raise Malformed(f"comments: {wrong} stands under what begins no thread there")
        query = select(Comment.id).join(_Parent, _Parent.id == Comment.reply_to_id)
        wrong = self._connection.scalar(
            query.where(_Parent.article_id != Comment.article_id).limit(1)
        )
        if wrong is not None:
            raise Malformed(f"comments: {wrong} answers what is under another article")
        articles = self._connection.scalars(select(Article.id)).all()
        recount(self._connection, articles, [])

    def _add(self, kind: Kind, given: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Add a row of that kind, and return it."""
        row = self._row(kind, given) | more
        self._put(kind.table, row)
        return row

    def _row(self, kind: Kind, given: Mapping[str, Any]) -> dict[str, Any]:
        names, table = kind.columns(personal=True), kind.table
        columns = {name: table.c[name] for name in names}
        row = site_values.row_of(columns, given, _ABSENT.get(table.name, {}))
        return row | _NEW.get(table.name, dict)()

    def _put(self, table: Table, row: dict[str, Any]) -> None:
        waiting = self._waiting.setdefault(table, [])
        waiting.append(row)
        if len(waiting) >= BATCH:
            self._write(table, waiting)

    def _write(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            try:
                self._connection.execute(insert(table), rows)
            except IntegrityError as error:
                raise Malformed("two things have the same id, key or address") from error
            rows.clear()

    def _account(self, given: dict[str, Any]) -> None:
        name, role = (
            one_line(text)
            for text in site_values.texts([given.get("name"), given.get("role") or ""])
        )
        if len(self._staged.accounts) < MOST_ACCOUNTS:
            self._staged.accounts.append(f"{name} ({role})"[:80] if role else name[:80])

    def _picture(self, given: dict[str, Any]) -> None:
        row = self._row(PICTURE, given)
        site_values.check_picture(row)
        for file in site_values.objects(given.get("files", [])):
            if "data" in file:
                content = site_values.decoded(file["data"])
            else:
                content = self._member(file.get("file"))
            site_values.file_of(row, file.get("name"), content)
            folder = self._staged.files / row["key"]
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / file["name"]).touch(0o600)
            (folder / file["name"]).write_bytes(content)
            row["size"] += len(content)
        self._put(PICTURE.table, row)

    def _article(self, given: dict[str, Any]) -> None:
        row = self._add(ARTICLE, given)
        site_values.check_article(row)
        number = row["id"]
        for place, label in enumerate(site_values.objects(given.get("labels", []))):
            found = self._label(label)
            self._put(Labelled.__table__, {"article_id": number, "label_id": found, "place": place})
        for slug in site_values.texts(given.get("former_slugs", [])):
            values = {"slug": site_values.check_slug(slug), "article_id": number}
            self._put(Redirect.__table__, values)
        for path in site_values.texts(given.get("old_addresses", [])):
            values = {"digest": digest_of(path), "path": path, "article_id": number, "run_id": None}
            self._put(OldAddress.__table__, values)
        for place, other in enumerate(site_values.numbers(given.get("related", []))[:KEPT]):
            self._put(related, {"article_id": number, "place": place, "other_id": other})
        for version in site_values.objects(given.get("versions", [])):
            body = digest(str(version.get("body", "")))
            self._add(REVISION, version, article_id=number, digest=body)

    def _label(self, given: dict[str, Any]) -> int:
        """Return the id of a label, which the first article that has it brings along."""
        columns = {name: _LABEL.c[name] for name in ("id", "name", "slug")}
        row = site_values.row_of(columns, given, {})
        site_values.check_slug(row["slug"])
        number: int = row["id"]
        if number not in self._labels:
            self._put(_LABEL, row)
        if self._labels.setdefault(number, (row["name"], row["slug"])) != (
            row["name"],
            row["slug"],
        ):
            raise Malformed(f"label {number} has two names")
        return number

    def _comment(self, given: dict[str, Any]) -> None:
        row = self._add(COMMENT, given)
        site_values.check_comment(row)
        for body in dict.fromkeys(site_values.texts(given.get("earlier", []))):
            values = {"comment_id": row["id"], "digest": digest(body), "body": body}
            self._put(CommentRevision.__table__, values)

    def _subscriber(self, given: dict[str, Any]) -> None:
        row = self._add(SUBSCRIBER, given)
        site_values.check_subscriber(row)
        for follow in site_values.objects(given.get("follows", [])):
            added = self._add(SUBSCRIPTION, follow, subscriber_id=row["id"])
            if added["scope"] not in [scope.value for scope in Scope]:
                raise Malformed("scope: that is none of its values")
            for number in site_values.numbers(follow.get("comments", [])):
                self._put(followed, {"subscription_id": added["id"], "comment_id": number})

    def _request(self, given: dict[str, Any]) -> None:
        site_values.check_request(self._add(REQUEST, given))

    def _entry(self, given: dict[str, Any]) -> None:
        site_values.check_entry(self._add(LOG, given))


# the tables that it fills, but for the log and the list of erasures, which a site goes on with
TABLES = frozenset(
    {
        ARTICLE.table,
        COMMENT.table,
        PICTURE.table,
        REQUEST.table,
        TRUST.table,
        _LABEL,
        Labelled.__table__,
        Redirect.__table__,
        OldAddress.__table__,
        Revision.__table__,
        CommentRevision.__table__,
        related,
        subscribers,
        subscriptions,
        followed,
        Illustration.__table__,
    }
)
