"""Which article of this site the comments of an archive belong to that has no articles itself: by
the address at which they stood, which a file may lead elsewhere, or by the title.
"""

import csv
import html
import unicodedata
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_plus

from sqlalchemy import Connection, select

from pnpm.articles.models import Article, Redirect, Status, dated_slug, last_of

from .addresses import ARTICLE, ENDING, OldAddress, digest_of, forms, split
from .records import NotAnArchive

LARGEST = 20 * 1024 * 1024  # bytes of a file
SEPARATORS = ",;\t"  # spreadsheets write what their language has for a comma
# of a first line that names its columns
HEADINGS = {("old", "new"), ("lama", "baru"), ("from", "to"), ("dari", "ke")}


class Line(NamedTuple):
    """A line of the file: its number, and the address or slug here that it leads to."""

    number: int
    new: str


class Mapping:
    """What a file says of old addresses, and what is known of the articles of this site; those are
    read once, with the first question.
    """

    def __init__(self, lines: dict[str, Line] | None = None) -> None:
        self.lines = lines or {}  # by the keys of old addresses
        self._articles: _Articles | None = None

    @staticmethod
    def read(path: Path) -> "Mapping":
        """Read a file of CSV: on each line an old address, and the address (path, URL or slug) of
        an article here. Raises NotAnArchive for what is none, with the number of the line.
        """
        lines: dict[str, Line] = {}
        for number, old, new in _rows(path):
            keys = _keys(old)
            if not keys:
                raise _bad(path, number, f"{old!r} is no address")
            known = lines.setdefault(keys[0], Line(number, new))
            if known.new != new:
                raise _bad(path, number, f"line {known.number} leads {old} elsewhere")
        return Mapping(lines)

    def check(self, connection: Connection) -> None:
        """Raise NotAnArchive if a line leads to no article of this site."""
        for line in self.lines.values():
            if self._of_address(connection, line.new) is None:
                raise NotAnArchive(
                    f"Line {line.number} of the mapping leads to {line.new!r}, and no article is "
                    "there."
                )

    def find(self, connection: Connection, address: str, title: str = "") -> int | None:
        """Return the number of the article that stood at that address (a URL or path) or has that
        title; None if there is none, or several that may be meant.
        """
        for key in _keys(address):
            if key in self.lines:
                return self._of_address(connection, self.lines[key].new)
        found = self._of_address(connection, address)
        if found is not None or not title:
            return found
        articles = self._all(connection)
        return articles.titled(title) or articles.titled(unquote_plus(title))

    def _of_address(self, connection: Connection, address: str) -> int | None:
        return self._all(connection).at(address)

    def _all(self, connection: Connection) -> "_Articles":
        if self._articles is None:
            self._articles = _Articles(connection)
        return self._articles


class _Articles:
    """The articles by slugs, old addresses, ends of slugs, and titles; under None what several
    have.
    """

    def __init__(self, connection: Connection) -> None:
        here = Article.status.in_([Status.PUBLISHED, Status.DRAFT])
        self.slugs: dict[str, int] = {}
        self.ends: dict[str, int | None] = {}
        self.titles: dict[str, int | None] = {}
        for number, slug, title in connection.execute(
            select(Article.id, Article.slug, Article.title).where(here)
        ):
            self.slugs[slug.lower()] = number
            _add(self.ends, last_of(slug).lower(), number)
            _add(self.titles, _plain(title), number)
        former = select(Redirect.slug, Redirect.article_id).join(Article).where(here)
        for slug, number in connection.execute(former):
            self.slugs.setdefault(slug.lower(), number)
        old = select(OldAddress.digest, OldAddress.article_id).join(Article).where(here)
        self.old: dict[str, int] = {row.digest: row.article_id for row in connection.execute(old)}

    def at(self, address: str) -> int | None:
        """Return the article that stands, or stood, at an address, or whose slug is its end."""
        for form in forms(*split(address)):
            if (number := self._standing(form)) is not None:
                return number
            if (number := self.old.get(digest_of(form))) is not None:
                return number
        return self._ending(next((form for form in forms(*split(address)) if "?" not in form), ""))

    def titled(self, title: str) -> int | None:
        """Return the only article of that title."""
        return self.titles.get(_plain(title))

    def _standing(self, form: str) -> int | None:
        found = ARTICLE.fullmatch(form if form.endswith(".html") else f"{form}.html")
        if found is None:
            return None
        last = found[3].lower()
        dated = dated_slug(int(found[1]), int(found[2]), last)
        return self.slugs.get(dated, self.slugs.get(last))

    def _ending(self, path: str) -> int | None:
        last = ENDING.sub("", path.rpartition("/")[2]).lower()
        return self.slugs.get(last, self.ends.get(last))


def _keys(address: str) -> list[str]:
    """Return the ways to write an old address, the most particular first, without `.html`. The
    front page has one here, as people comment on that, too.
    """
    path, query = split(address)
    found = [form if "?" in form else ENDING.sub("", form) for form in forms(path, query)]
    return found or ["/"] * (path == "/")


def _add(known: dict[str, int | None], key: str, number: int) -> None:
    known[key] = None if key in known else number


def _plain(title: str) -> str:
    """Return a title as it is compared: without regard to case, white space and its encoding."""
    return " ".join(unicodedata.normalize("NFKC", html.unescape(title)).casefold().split())


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield the number of each line that says something, and its two columns."""
    text = _text(path)
    first = text.partition("\n")[0]
    separator = next((sign for sign in SEPARATORS if sign in first), ",")
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise _bad(path, reader.line_num, f"it is no CSV ({error})") from error
        if row is None:
            return
        cells = [cell.strip() for cell in row]
        if not any(cells) or _is_heading(reader.line_num, cells):
            continue
        if len(cells) < 2 or not all(cells[:2]) or any(cells[2:]):
            raise _bad(path, reader.line_num, "two columns are needed: old address, new address")
        yield reader.line_num, cells[0], cells[1]


def _is_heading(number: int, cells: list[str]) -> bool:
    return number == 1 and tuple(cell.lower() for cell in cells[:2]) in HEADINGS


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise NotAnArchive(f"{path} is larger than {LARGEST // 1024**2} MB: no mapping is.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise NotAnArchive(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        words = "it is not UTF-8 text. Save it as CSV UTF-8, then try again"
        raise _bad(path, line, words) from error


def _bad(path: Path, number: int, words: str) -> NotAnArchive:
    return NotAnArchive(f"{path}, line {number}: {words}.")
