"""An archive, read once into an SQLite file of its own: there it can be counted and put in order,
with little of it in memory, and taken in over several processes.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, time
from typing import Any, NamedTuple

from . import reading, record_json
from .file_types import split
from .records import (
    ArchivedArticle,
    ArchivedComment,
    ArchivedPicture,
    ArchivedSite,
    Bookmark,
    NotAnArchive,
    Record,
    System,
)
from .staging_rows import IN_ORDER, TABLES, Rows, text
from .thread_order import Place, ordered

FOLDER = "imports"  # of the instance folder
FILE = "staging.db"
BATCH = 500  # records written at a time
CHUNK = 1 << 20  # bytes of a file that are hashed at a time
STRAY = 24 * 3600  # seconds after which nobody goes on with an import by itself
FEW = 20  # of what could not be read alike, so many places are named

PREVIEW = "preview"  # the name of a note


class Staged(NamedTuple):
    """A comment in the order in which comments are taken in: its record, the number of its thread,
    and the keys of the comment that begins the thread and of the one that it answers (empty:
    none).
    """

    position: int
    thread: int
    record: ArchivedComment
    first: str
    answered: str


class Thread(NamedTuple):
    """What the comments of a thread belong to: the key of an article of the archive, or the address
    and the title of an article that is not in it.
    """

    number: int
    article: str
    address: str
    title: str


class Counts(NamedTuple):
    """How many articles and comments there are."""

    articles: int
    comments: int


class Staging:
    """The SQLite file in a folder of its own. Close it after use."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        (folder / FILE).touch(0o600)
        self._connection = sqlite3.connect(folder / FILE, isolation_level=None)
        # It can be made again from the archive, so no commit waits for the disk.
        for pragma in ("journal_mode=DELETE", "synchronous=OFF", "cache_size=-4000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(TABLES)
        self._rows = Rows(self._connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def remove(self) -> None:
        """Close and delete the file with its folder."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def is_read(self) -> bool:
        """Whether all of the archive is in it, in order."""
        return self._note("is_read") == "yes"

    @property
    def site(self) -> ArchivedSite:
        """The site that the archive is of."""
        values = (self._note(f"site {name}") for name in ("key", "title", "address"))
        return ArchivedSite(*values)

    def read(
        self,
        system: System,
        path: Path,
        seconds: float = float("inf"),
        tell: Callable[[int], None] = lambda records: None,
    ) -> bool:
        """Read on in the archive where an earlier call has stopped, for at most about so many
        seconds; return whether all of it is read. `tell` is called with the number of records that
        were read, now and then.

        Raises NotAnArchive.
        """
        until = monotonic() + seconds
        # what was read since the bookmark, or the beginning, is passed over
        since, before = int(self._note("since") or 0), int(self._note("before") or 0)
        number = 0
        batch: list[Record] = []
        for record in self._records(system, path):
            if isinstance(record, Bookmark):
                if number >= since:
                    before, number, since = before + number, 0, 0
                    self._keep(batch, before, number, record)
                    batch = []
                continue
            number += 1
            if number <= since:
                continue
            batch.append(record)
            if len(batch) == BATCH:
                self._keep(batch, before, number)
                tell(before + number)
                batch = []
                if monotonic() > until:
                    return False
        self._keep(batch, before, number)
        if not self._note("site"):
            raise NotAnArchive("There is nothing in it.")
        self._put_in_order()
        return True

    def keep_preview(self, values: list[Any]) -> None:
        """Keep what was found so far of what an import would do."""
        self._set(PREVIEW, json.dumps(values))

    def forget_preview(self) -> None:
        """Forget it, so that the next look sees the site as it is then."""
        self._set(PREVIEW, "null")
        self._connection.execute("DELETE FROM closed")

    def kept_preview(self) -> list[Any] | None:
        """Return that, or None."""
        values: list[Any] | None = json.loads(self._note(PREVIEW) or "null")
        return values

    @property
    def counts(self) -> Counts:
        """How many articles and comments it has."""
        query = "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM comment)"
        return Counts(*self._connection.execute(query).fetchone())

    def articles(self, after: int, most: int) -> list[tuple[int, ArchivedArticle]]:
        """Return the next articles after that position, each with its own."""
        query = "SELECT number, record FROM article WHERE number > ? ORDER BY number LIMIT ?"
        rows = self._connection.execute(query, (after, most))
        return [(number, record_json.article(record)) for number, record in rows]

    def comments(self, after: int, most: int) -> list[Staged]:
        """Return the next comments after that position, in order of their moments, what is answered
        before its answers.
        """
        query = (
            "SELECT position, thread, record, first, answered FROM placed "
            "JOIN comment ON comment.number = placed.comment "
            "WHERE position > ? ORDER BY position LIMIT ?"
        )
        return [
            Staged(position, thread, record_json.comment(record), first, answered)
            for position, thread, record, first, answered in self._connection.execute(
                query, (after, most)
            )
        ]

    def threads(self, numbers: Iterable[int]) -> list[Thread]:
        """Return these threads."""
        query = "SELECT number, article, address, title FROM thread WHERE number = ?"
        execute = self._connection.execute
        return [Thread(*execute(query, (number,)).fetchone()) for number in numbers]

    def has(self, key: str) -> bool:
        """Return whether it has an article of that key."""
        query = "SELECT 1 FROM article WHERE key = ?"
        return self._connection.execute(query, (key,)).fetchone() is not None

    def title_of(self, key: str) -> str:
        """Return the title of the article of that key, empty if there is none."""
        query = "SELECT title FROM article WHERE key = ?"
        row = self._connection.execute(query, (key,)).fetchone()
        return str(row[0]) if row else ""

    def note_closed(self, articles: dict[str, str]) -> None:
        """Note that articles of these keys would take no comments, and why."""
        query = "INSERT OR REPLACE INTO closed (article, why) VALUES (?, ?)"
        self._connection.executemany(query, [(text(key), why) for key, why in articles.items()])

    def closed(self, article: str) -> str:
        """Return why the article of that key would take no comments; empty if it would."""
        query = "SELECT why FROM closed WHERE article = ?"
        row = self._connection.execute(query, (text(article),)).fetchone()
        return str(row[0]) if row else ""

    def note_orphans(self, threads: Iterable[int]) -> None:
        """Note that no article was found for these threads."""
        values = [(number,) for number in threads]
        self._connection.executemany("UPDATE thread SET is_orphan = 1 WHERE number = ?", values)

    def orphans(self) -> Iterator[str]:
        """Yield the comments for which no article was found, packed, in order."""
        query = (
            "SELECT record FROM comment JOIN thread ON thread.number = comment.thread "
            "WHERE is_orphan AND NOT is_deleted ORDER BY comment.number"
        )
        for (record,) in self._connection.execute(query):
            yield str(record)

    def labels(self) -> dict[str, tuple[str, bool]]:
        """Return all labels of articles that are not in the trash, by slug: the name of each, and
        whether every article that has it has too many others.
        """
        query = "SELECT slug, name, is_too_many FROM label ORDER BY slug"
        rows = self._connection.execute(query)
        return {slug: (name, bool(is_too_many)) for slug, name, is_too_many in rows}

    def pictures(self) -> Iterator[ArchivedPicture]:
        """Yield the pictures that the archive names apart from articles."""
        for row in self._connection.execute("SELECT address, name, alt, file FROM picture"):
            yield ArchivedPicture(*row)

    def is_first(self, picture: str, article: int) -> bool:
        """Return whether the article of that number is the first that was asked for with this
        picture; noted at once, so that whoever goes on counts no picture twice.
        """
        execute = self._connection.execute
        execute("INSERT OR IGNORE INTO shown VALUES (?, ?)", (picture, article))
        query = "SELECT 1 FROM shown WHERE picture = ? AND article = ?"
        return execute(query, (picture, article)).fetchone() is not None

    def note_met(self, addresses: Iterable[str]) -> None:
        """Note that articles show the pictures of these addresses, as they are compared."""
        query = "INSERT OR IGNORE INTO met VALUES (?)"
        self._connection.executemany(query, [(text(one),) for one in addresses])

    def is_met(self, address: str) -> bool:
        """Return whether an article shows the picture of that address."""
        query = "SELECT 1 FROM met WHERE address = ?"
        return self._connection.execute(query, (text(address),)).fetchone() is not None

    def unreadable(self) -> list[dict[str, Any]]:
        """Return what could not be read, or has no place here: what, why, how many, and the lines
        of the first.
        """
        query = "SELECT what, why, count(*), min(number) FROM unreadable GROUP BY what, why"
        found = []
        for what, why, count, first in self._connection.execute(f"{query} ORDER BY 4").fetchall():
            lines = self._connection.execute(
                "SELECT DISTINCT line FROM unreadable WHERE what = ? AND why = ? "
                "AND line IS NOT NULL AND number >= ? ORDER BY line LIMIT ?",
                (what, why, first, FEW),
            )
            of_these = [line for (line,) in lines]
            found.append({"what": what, "why": why, "count": count, "lines": of_these})
        return found

    def _records(self, system: System, path: Path) -> Iterator[Record]:
        try:
            yield from reading.records(system, path, self._note("bookmark"))
        except OSError as error:
            raise reading.unreadable(error, path) from error

    def _keep(
        self, batch: list[Record], before: int, since: int, bookmark: Bookmark | None = None
    ) -> None:
        """Write a batch with how far the reading is: so many records before the newest bookmark,
        and so many since.
        """
        self._connection.execute("BEGIN")
        for record in batch:
            if isinstance(record, ArchivedSite):
                self._note_site(record)
            elif not isinstance(record, Bookmark):
                self._rows.add(record)
        self._rows.write()
        self._set("before", str(before))
        self._set("since", str(since))
        if bookmark:
            self._set("bookmark", bookmark.state)
        self._connection.execute("COMMIT")

    def _put_in_order(self) -> None:
        """Order all comments by their moments; what is answered comes before its answers."""
        self._connection.executescript(IN_ORDER)
        self._connection.execute("BEGIN")
        numbers = self._connection.execute("SELECT number FROM thread ORDER BY number").fetchall()
        query = (
            "SELECT number, key, parent, moment, is_deleted FROM comment WHERE thread = ? "
            "ORDER BY moment, number"
        )
        for number in numbers:
            places = [Place(*row) for row in self._connection.execute(query, number)]
            self._connection.executemany(
                "INSERT INTO found (comment, moment, step, first, answered) VALUES (?, ?, ?, ?, ?)",
                ordered(places),
            )
        self._connection.execute(
            "INSERT INTO placed (comment, first, answered) "
            "SELECT comment, first, answered FROM found ORDER BY moment, step, comment"
        )
        self._connection.execute("DROP TABLE found")
        self._set("is_read", "yes")
        self._connection.execute("COMMIT")

    def _note_site(self, site: ArchivedSite) -> None:
        if not self._note("site"):
            self._set("site", "yes")
            for name in ("key", "title", "address"):
                self._set(f"site {name}", text(getattr(site, name)))

    def _note(self, name: str) -> str:
        query = "SELECT value FROM note WHERE name = ?"
        row = self._connection.execute(query, (name,)).fetchone()
        return str(row[0]) if row else ""

    def _set(self, name: str, value: str) -> None:
        query = "INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)"
        self._connection.execute(query, (name, value))


def digest_of(system: System, *paths: Path) -> str:
    """Return the digest of what these files hold, in hex: of an archive and of its mapping. Raises
    NotAnArchive if one cannot be read.
    """
    found = hashlib.sha256(system.value.encode())
    for path in paths:
        archive, name = split(path)
        own = hashlib.sha256(name.encode())
        try:
            with archive.open("rb") as file:
                while chunk := file.read(CHUNK):
                    own.update(chunk)
        except OSError as error:
            raise reading.unreadable(error, path) from error
        found.update(own.digest())
    return found.hexdigest()


def of(instance: Path, archive: str) -> Staging:
    """Return the staging of the archive of that digest, begun or new."""
    return Staging(instance / FOLDER / archive)


def sweep(instance: Path) -> None:
    """Delete what imports left that nobody went on with for a day: it has readers' texts in it."""
    for folder in (instance / FOLDER).glob("[0-9a-f]*"):
        with suppress(OSError):
            if time() - max(one.stat().st_mtime for one in (folder, *folder.iterdir())) > STRAY:
                shutil.rmtree(folder, ignore_errors=True)
