"""The whole site as plain files that any web server can serve for ever, and a browser can open from
the disk: every public page with all of its comments, pictures, style and feeds.

The pages are those that the site itself answers, fetched by a function that is given.
"""

import os
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import NamedTuple, Protocol

from pnpm import files
from pnpm.db import now

from .page_tokens import Token, elements, first, parsed, spelled
from .static_addresses import Place, file_of_former, on_site, place_of, whole
from .static_page import Page, Sentences

SITEMAP = "/sitemap.xml"
LONGEST_PART = 200  # characters of a file's or folder's name, which every disk can have
NOWHERE = "/tidak-ada-404"  # an address that nothing has
_LOCATION = re.compile(rb"<loc>([^<]+)</loc>")
_NEXT = re.compile(r'<link rel="next"[^>]*/>\n?')  # of a feed, which has its first page alone here
_HTACCESS = "DirectoryIndex index.html\nErrorDocument 404 {root}/404.html\n"
_FEEDS_HTACCESS = "DirectoryIndex index.xml\nAddType application/atom+xml .xml\n"


class NotEmpty(Exception):
    """There is something already where the folder is to be."""


class Answer(NamedTuple):
    """What the site answers: its status, its body, and where it leads (empty: nowhere)."""

    status: int
    body: bytes
    location: str = ""


class _Target(Protocol):
    def write(self, name: str, content: bytes) -> None: ...


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, name: str, content: bytes) -> None:
        place = self._path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def write(self, name: str, content: bytes) -> None:
        entry = zipfile.ZipInfo(name, now().timetuple()[:6])
        entry.external_attr = 0o644 << 16
        if not name.startswith("pictures/"):  # they are compressed already
            entry.compress_type = zipfile.ZIP_DEFLATED
        self._archive.writestr(entry, content)


def keep(
    path: Path,
    url: str,
    get: Callable[[str], Answer],
    former: Iterable[str],
    sentences: Sentences,
    is_known: bool,
) -> int:
    """Write the site to a new folder at `path`, or to a zip if that ends with `.zip`, whole or not
    at all, and return how many bytes its files have.

    `get` answers a path of the site, whose address is `url`; unless that `is_known`, pages do not
    name it. `former` are the paths under which articles were found before. Raises NotEmpty or
    OSError.
    """
    with _target(path) as target:
        copy = _Copy(target, url, get, sentences, is_known)
        copy.write(former)
    return copy.size


@contextmanager
def _target(path: Path) -> Iterator[_Target]:
    if path.suffix.lower() == ".zip":
        with files.replaced(path) as file, zipfile.ZipFile(file, "w") as archive:
            yield _Zip(archive)
        return
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise NotEmpty(path)
    with files.workplace(path.parent) as place:
        new = place / path.name
        new.mkdir()
        yield _Folder(new)
        os.replace(new, path)
    files.sync(path.parent)


class _Copy:
    """The copy while it is made: which addresses were looked up, and which pages wait."""

    def __init__(
        self,
        target: _Target,
        url: str,
        get: Callable[[str], Answer],
        sentences: Sentences,
        is_known: bool,
    ) -> None:
        self._target, self._url, self._get = target, url, get
        self._sentences, self._is_known = sentences, is_known
        self._places: dict[str, Place | None] = {}
        self._waiting: deque[Place] = deque()
        self._listed: set[str] = set()  # by the sitemap: nobody need ask whether they are there
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self.size = 0  # bytes

    def write(self, former: Iterable[str]) -> None:
        """Write all of it."""
        self._write_sitemap()
        for path in ["/", *sorted(self._listed)]:
            self._place(path)
        while self._waiting:
            place = self._waiting.popleft()
            tokens = self._with_comments(_html(self._get(place.path)))
            self._write(place.file, self._page(place.file, place.path).changed(tokens))
        for path in former:
            self._write_former(path)
        tokens = _html(self._get(NOWHERE))
        nowhere = self._page("404.html", NOWHERE, self._style_of(tokens))
        self._write("404.html", nowhere.changed(tokens))
        root = self._url.partition("://")[2].partition("/")[2]
        self._write(".htaccess", _HTACCESS.format(root=f"/{root}" if root else ""))
        self._write("feeds/.htaccess", _FEEDS_HTACCESS)
        listed = f"\nSitemap: {self._url}{SITEMAP}\n" if self._is_known else ""
        self._write("robots.txt", f"User-agent: *\nDisallow:\n{listed}")

    def _write(self, name: str, content: str | bytes) -> None:
        written = content.encode() if isinstance(content, str) else content
        self._target.write(name, written)
        self._files.add(name)
        while name := name.rpartition("/")[0]:
            self._folders.add(name)
        self.size += len(written)

    def _write_sitemap(self) -> None:
        """Write the sitemap, or its parts, and remember what it lists."""
        waiting = [SITEMAP]
        while waiting:
            path = waiting.pop()
            answer = self._get(path)
            self._write(path[1:], answer.body)
            for found in _LOCATION.findall(answer.body):
                there = on_site(self._url, self._url, found.decode())
                if there and there[0].startswith("/sitemap-"):
                    waiting.append(there[0])
                elif there and (place := place_of(there[0])):
                    self._listed.add(place.path)

    def _write_former(self, path: str) -> None:
        """Write a page at a former address that leads to the present one."""
        file, present = file_of_former(path), self._led_to(path)
        if file is None or present is None or not self._is_free(file):
            return
        link, words = escape(present.link_from(file)), escape(self._sentences.moved)
        page = (
            '<!doctype html>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="refresh" content="0; url={link}">\n<title>{words}</title>\n'
            f'<p><a href="{link}">{words}</a></p>\n'
        )
        self._write(file, page)

    def _is_free(self, file: str) -> bool:
        """Return whether a file of that name can be made: neither it nor a folder of its path is
        there as something else.
        """
        parts = file.split("/")
        above = {"/".join(parts[:count]) for count in range(1, len(parts))}
        is_taken = file in self._files or file in self._folders or above & self._files
        return not is_taken and max(map(len, parts)) <= LONGEST_PART

    def _style_of(self, tokens: list[Token]) -> str:
        """Return the style sheet of a page."""
        found = first(tokens, lambda token: token.attributes.get("rel") == "stylesheet")
        href = tokens[found[0]].attributes.get("href") if found else None
        there = on_site(self._url, f"{self._url}/", href) if href else None
        return self._get(there[0]).body.decode() if there else ""

    def _led_to(self, path: str) -> Place | None:
        """Return the place to which an address leads that has none of its own."""
        location = self._get(path).location
        there = on_site(self._url, f"{self._url}{path}", location) if location else None
        return self._place(there[0]) if there else None

    def _place(self, path: str) -> Place | None:
        """Return the place of a path with its query if the site has something there."""
        found = place_of(path)
        if found is None:
            return None
        if found.path not in self._places:
            self._places[found.path] = None  # should it lead to itself
            self._places[found.path] = self._looked_up(found)
        return self._places[found.path]

    def _looked_up(self, place: Place) -> Place | None:
        """Return the place that an address leads to; what is no page is written at once."""
        if place.path in self._listed:
            self._waiting.append(place)
            return place
        answer = self._get(place.path)
        if answer.location:
            there = on_site(self._url, f"{self._url}{place.path}", answer.location)
            return self._place(there[0]) if there else None
        if answer.status != 200 or place.kind == "leads":
            return None
        if place.kind == "page":
            self._waiting.append(place)
        elif place.kind == "feed":
            self._write(place.file, _NEXT.sub("", answer.body.decode()))
        else:
            self._write(place.file, answer.body)
        return place

    def _page(self, file: str, path: str, style: str | None = None) -> Page:
        """Return how the page at that path is changed for its file; see `Page` for its `style`."""

        def path_of(value: str) -> str | None:
            there = on_site(self._url, f"{self._url}{path}", value)
            return there[0] if there else None

        def link(value: str) -> str | None:
            if value.startswith(("#", "data:")):
                return value
            there = on_site(self._url, f"{self._url}{path}", value)
            if there is None:
                return whole(f"{self._url}{path}", value)
            place = self._place(there[0])
            if place is None:
                return None
            fragment = f"#{there[1]}" if there[1] else ""
            if place.file == file and fragment:
                return fragment
            return f"{place.link_from(file)}{fragment}"

        return Page(link, path_of, self._sentences, self._is_known, style)

    def _with_comments(self, tokens: list[Token]) -> list[Token]:
        """Return an article's page with all of its comments and replies on it."""
        pieces: list[list[Token]] = []
        head: list[Token] = []
        rest = tokens
        while found := first(rest, lambda token: token.has_class("comments__earlier")):
            start, end = found
            head = head or rest[:start]
            pieces.append(rest[end + 1 :])
            rest = self._within(rest[start], "comment-list")
        if pieces:
            tails = (token for piece in reversed(pieces) for token in piece)
            tokens = parsed(spelled([*head, *rest, *tails]))
        return self._with_replies(tokens)

    def _with_replies(self, tokens: list[Token]) -> list[Token]:
        """Return the same with the earlier replies of each thread in place of the links to them."""
        if not first(tokens, _is_more):
            return tokens
        return parsed(spelled(self._unfolded(tokens)))

    def _unfolded(self, tokens: list[Token]) -> Iterator[Token]:
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if not (token.is_start and _is_more(token)):
                yield token
                at += 1
                continue
            at = token.end + 1
            if (token.attributes.get("rel") or "").startswith("prev"):
                thread = (token.attributes.get("href") or "").rpartition("#")[2]
                yield from self._unfolded(_without_count(self._within(token, thread)))

    def _within(self, link: Token, name: str) -> list[Token]:
        """Return what is in the element of that id on the page that a link leads to."""
        there = on_site(self._url, f"{self._url}/", link.attributes.get("href") or "")
        tokens = _html(self._get(there[0])) if there else []
        found = first(tokens, lambda token: token.attributes.get("id") == name)
        return parsed(spelled(tokens[found[0] + 1 : found[1]])) if found else []


def _html(answer: Answer) -> list[Token]:
    return parsed(answer.body.decode())


def _is_more(token: Token) -> bool:
    return token.has_class("comments__more")


def _without_count(tokens: list[Token]) -> list[Token]:
    """Return the replies without how many they are, which stands above the others already."""
    gone = {
        at
        for start, end in elements(tokens, lambda token: token.has_class("comments__reply-count"))
        for at in range(start, end + 1)
    }
    return parsed(spelled(token for at, token in enumerate(tokens) if at not in gone))
