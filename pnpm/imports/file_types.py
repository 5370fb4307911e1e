"""What a file is, by its first bytes: for who chose another system's, or no archive at all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pnpm.imports.records import NotAnArchive

HEAD = 65_536  # bytes at the beginning of a file that are looked at
# The beginnings of files that are often at hand where an archive is looked for.
_BEGINNINGS = (
    (b"\x1f\x8b", "a file that gzip has packed: unpack it first, then import what was in it"),
    (b"PK\x03\x04", "a zip file: unpack it first, then import the file that was in it"),
    (b"PK\x05\x06", "an empty zip file"),
    (b"SQLite format 3\x00", "an SQLite file, as Isso keeps it: flask import isso"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file: unpack it first, then import what was in it"),
    (b"Rar!", "a RAR file: unpack it first, then import what was in it"),
)
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?(rss|feed|disqus|html|RDF|svg|opml|plist)[\s>]", re.I)
_WORDPRESS = (b"wordpress.org/export/", b"<wp:")
_BLOGGER = (b"blogger.com", b"schemas.google.com/blogger")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file to read its bytes. Raises NotAnArchive for what is no file."""
    if path.is_dir():
        raise NotAnArchive("This is a folder: give the file that the other system wrote.")
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotAnArchive(f"The file cannot be opened: {error.strerror}.") from error
    with file:
        yield file


def split(path: Path) -> tuple[Path, str]:
    """Return the file that is meant, and the blog in it that `FILE.zip:NAME` names; nothing for any
    other path.
    """
    file, mark, name = str(path).rpartition(".zip:")
    if mark and not path.exists():
        return Path(f"{file}.zip"), name
    return path, ""


def name_of(head: bytes) -> str:
    """Return what the file that begins with these bytes seems to be, with its article ("a zip
    file"), and what to do with it where that is known.
    """
    for beginning, name in _BEGINNINGS:
        if head.startswith(beginning):
            return name
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not text:
        return "an empty file"
    if text[:1] in b"[{":
        return _json(text)
    found = _ROOT.search(text)
    if found:
        return _markup(found[1].lower(), text)
    if text.startswith(b"<"):
        return "a file of XML, but of none of the systems that are known here"
    return "no file of XML"


def is_wordpress(head: bytes) -> bool:
    """Whether an RSS file that begins so is WordPress's export, not a mere feed."""
    return any(sign in head for sign in _WORDPRESS)


def is_blogger(head: bytes) -> bool:
    """Whether an Atom file that begins so is Blogger's."""
    return any(sign in head for sign in _BLOGGER)


def _json(text: bytes) -> str:
    if b'"version"' in text[:200] and b'"users"' in text:
        return "a backup of Remark42: flask import remark42"
    return "a file of JSON, as Isso and Remark42 write it: flask import isso, or remark42"


def _markup(root: bytes, text: bytes) -> str:
    if root == b"rss":
        if is_wordpress(text):
            return "a WordPress export: flask import wordpress"
        return "an RSS feed, which holds the newest articles alone, and no export"
    if root == b"feed":
        if is_blogger(text):
            return "a Blogger export: flask import blogger"
        return "an Atom feed, but not Blogger's"
    if root == b"disqus":
        return "a Disqus export: flask import disqus"
    if root == b"html":
        return "a web page"
    return "a file of XML, but of none of the systems that are known here"
