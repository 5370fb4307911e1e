"""Where each address of the site stands in a folder of files: at the same path, so that a web
server that is given the folder serves the same links; what has a query gets a name of its own.
"""

import re
from os.path import relpath
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urljoin

from pnpm.markup.urls import parts_of

_ARTICLE = re.compile(r"/[0-9]{4}/[0-9]{2}/[\w.~-]+\.html|/p/[\w.~-]+\.html")
_LISTS = re.compile(r"/|/label/[\w-]+|/[0-9]{4}/(?:[0-9]{2}/)?")
_FEEDS = re.compile(r"/feeds/[\w/-]+/default(?:/-/[\w-]+)?")
_FILES = re.compile(r"/(?:static|pictures)/[\w./-]+")
_LED = re.compile(r"/arsip|/search/label/.+")  # which only lead elsewhere
# where another system had an article: a page of its own, or a folder's
_OLD = re.compile(r"(?:/[\w~-][\w.~-]*)+")
_UP = re.compile(r"(?:^|/)\.\.?(?:/|$)")


class Place(NamedTuple):
    """An address of the site that has a file, as a path with its query, and that file's name; what
    `leads` elsewhere has none of its own.
    """

    path: str
    file: str
    kind: str

    def link_from(self, file: str) -> str:
        """Return the relative address of this file on the page that is in another."""
        return relpath(self.file, file.rpartition("/")[0] or ".")


def place_of(address: str) -> Place | None:
    """Return the place of a path with its query on this site; None if it has none in a folder of
    files, as a form.
    """
    path, _sign, asked = address.partition("?")
    path, query = path or "/", parse_qs(asked)
    if _UP.search(path) or not path.isascii():
        return None
    if _ARTICLE.fullmatch(path):
        return Place(path, path[1:], "page")  # with all of its comments, whichever are asked for
    if _FILES.fullmatch(path):
        return Place(path, path[1:], "file")
    if _FEEDS.fullmatch(path):
        return Place(path, f"{path[1:]}/index.xml", "feed")
    if _LED.fullmatch(path):
        return Place(path, "", "leads")
    if not _LISTS.fullmatch(path):
        return None
    folder = path[1:] if path.endswith("/") else f"{path[1:]}/"
    before = query.get("before", [""])[0]
    if before.isascii() and before.isdigit():
        return Place(f"{path}?before={int(before)}", f"{folder}sebelum/{int(before)}.html", "page")
    return Place(path, f"{folder}index.html", "page")


def file_of_former(path: str) -> str | None:
    """Return the file for an address that leads to another; None if a folder of files cannot have
    it.
    """
    if not path.isascii() or not _OLD.fullmatch(path):
        return None
    if path.endswith((".html", ".htm")):
        return path[1:]
    return None if "." in path.rpartition("/")[2] else f"{path[1:]}/index.html"


def on_site(site: str, page: str, link: str) -> tuple[str, str] | None:
    """Return where a link on the page at that URL leads on this site: a path with its query, and
    the fragment; None if it leads elsewhere. `site` is the site's URL without its last slash.
    """
    there = whole(page, link)
    is_here = there == site or there.startswith((f"{site}/", f"{site}?"))
    if parts_of(there) is None or not is_here:
        return None
    rest, _sign, fragment = there[len(site) :].partition("#")
    path, sign, query = rest.partition("?")
    return f"{unquote(path)}{sign}{query}", fragment


def whole(page: str, link: str) -> str:
    """Return the URL to which a link on the page at that URL leads; one that is malformed as it
    is.
    """
    try:
        return urljoin(page, link)
    except ValueError:
        return link
