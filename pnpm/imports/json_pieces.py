"""Files of JSON as Isso and Remark42 write them, packed by gzip or not, read one piece at a time: a
line, or an element of the list that the file is. The standard library reads such a file as a whole.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import BufferedIOBase
from pathlib import Path
from typing import Any, NamedTuple

from .records import NotAnArchive

CHUNK = 1 << 16  # bytes read at a time
HEAD = 1 << 12  # bytes by which a file is known
LONGEST = 16 << 20  # bytes of a piece: a thread of some ten thousand comments
LARGEST = 4 << 30  # bytes of a file, unpacked: gzip makes a thousand of one
LONGEST_TEXT = 200_000  # characters of a comment: no system lets readers write as many
LONGEST_LINE = 2_000  # characters of a name or an address
YEARS = range(1970, 2101)
# what a file is that begins so, and has that in it
_OTHERS = (
    (b"SQLite format 3\x00", b"", "An SQLite file it is: if it is Isso's, flask import isso."),
    (b"{", b'"version"', "It is a backup of Remark42: flask import remark42."),
    (b"[", b"", "It is a list of JSON: if it is Isso's, flask import isso."),
    (b"<", b"wordpress.org/export/", "It is a WordPress export: flask import wordpress."),
    (b"<", b"disqus.com", "It is a Disqus export: flask import disqus."),
    (b"<", b"blogger", "It is a Blogger export: flask import blogger."),
    (b"PK\x03\x04", b"", "It is a zip file: unpack it first."),
)
_OUTSIDE = re.compile(rb'["{}\[\]]')
_TO_QUOTE = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_LONG_FRACTION = re.compile(r"(\.[0-9]{6})[0-9]{1,20}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # of no database
_UNPACKING = OSError, EOFError, zlib.error


class Piece(NamedTuple):
    """A piece of a file, and the line (from 1) on which it begins; `why` it could not be read, if
    so.
    """

    line: int
    value: Any
    why: str = ""


def head(path: Path) -> bytes:
    """Return how a file begins, unpacked, without white space before it. Raises NotAnArchive for
    what cannot be read.
    """
    if path.exists() and not path.is_file():
        raise NotAnArchive(f"{path} is no file.")
    try:
        with closing(_opened(path)) as file:
            return file.read1(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    except _UNPACKING as error:
        raise NotAnArchive(f"{path} cannot be read: {_reason(error)}.") from error


def not_of(system: str, path: Path, begun: bytes) -> NotAnArchive:
    """Return the error for a file that begins so and is no archive of that system."""
    for sign, within, words in _OTHERS:
        if begun.startswith(sign) and within in begun:
            return NotAnArchive(f"{path} is no archive of {system}. {words}")
    return NotAnArchive(f"{path} is no archive of {system}{'' if begun else ': it is empty'}.")


def lines(path: Path) -> Iterator[Piece]:
    """Yield what is on each line that is not empty."""
    number = read = 0
    with closing(_opened(path)) as file:
        while True:
            number += 1
            try:
                line = file.readline(LONGEST + 1)
                is_long = len(line) > LONGEST
                while is_long and line and not line.endswith(b"\n"):
                    read += len(line)
                    line = file.readline(CHUNK) if read < LARGEST else b""
            except _UNPACKING as error:
                yield Piece(number, None, _reason(error))
                return
            read += len(line)
            if is_long:
                yield Piece(number, None, f"it is longer than {LONGEST >> 20} MB")
            elif line.strip():
                yield _parsed(number, line)
            if read >= LARGEST:
                yield Piece(number, None, f"what follows {LARGEST >> 30} GB is not read")
            if not line or read >= LARGEST:
                return


def elements(path: Path) -> Iterator[Piece]:
    """Yield the objects and lists that are elements of the list that a file is."""
    with closing(_opened(path)) as file:
        yield from _Elements(file).found()


class _Elements:
    """Finds where elements begin and end, without regard to what is in them."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file
        self._depth = 0
        self._in_string = False
        self._line, self._begun = 1, 1  # of the chunk, of the element
        self._held = bytearray()  # of the element, from the chunks before
        self._is_long = False

    def found(self) -> Iterator[Piece]:
        read = 0
        try:
            while (chunk := self._chunk()) and read < LARGEST:
                yield from self._within(chunk)
                read += len(chunk)
                self._line += chunk.count(b"\n")
        except _UNPACKING as error:
            yield Piece(self._line, None, _reason(error))
            return
        if read >= LARGEST:
            yield Piece(self._line, None, f"what follows {LARGEST >> 30} GB is not read")
        elif self._depth > 1:
            yield Piece(self._begun, None, "the file ends within it")
        elif self._depth:
            yield Piece(self._line, None, "the file ends before its end")

    def _chunk(self) -> bytes:
        """Return the next bytes; never with a backslash last, of which the next is a part."""
        chunk = self._file.read1(CHUNK)
        while chunk.endswith(b"\\") and (more := self._file.read(1)):
            chunk += more
        return chunk

    def _within(self, chunk: bytes) -> Iterator[Piece]:
        at = start = 0
        while True:
            if self._in_string:
                found = _TO_QUOTE.match(chunk, at)
                at = found.end() + 1 if found else len(chunk)
                if at > len(chunk):
                    break
                self._in_string = False
            found = _OUTSIDE.search(chunk, at)
            if found is None:
                break
            at, sign = found.end(), found[0]
            if sign == b'"':
                self._in_string = True
            elif sign in b"{[":
                self._depth += 1
                if self._depth == 2:
                    start, self._begun = found.start(), self._line + chunk.count(b"\n", 0, at)
            else:
                self._depth -= 1
                if self._depth == 1:
                    self._hold(chunk[start:at])
                    yield self._whole()
        if self._depth > 1:
            self._hold(chunk[start:])

    def _hold(self, part: bytes) -> None:
        self._is_long = self._is_long or len(self._held) + len(part) > LONGEST
        if self._is_long:
            self._held.clear()
        else:
            self._held += part

    def _whole(self) -> Piece:
        held, is_long = bytes(self._held), self._is_long
        self._held.clear()
        self._is_long = False
        if is_long:
            return Piece(self._begun, None, f"it is longer than {LONGEST >> 20} MB")
        return _parsed(self._begun, held)


def text_of(thing: dict[str, Any], name: str, longest: int = LONGEST_LINE) -> str:
    """Return the text of that name in an object, cut where it is too long; a number as a text;
    empty for what is neither.
    """
    value = thing.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return storable(str(value)[:longest])


def storable(text: str) -> str:
    """Return the text without characters that no database stores."""
    return _UNSTORABLE.sub("", text)


def moment_of(value: object) -> datetime | None:
    """Return the moment that is written so: in seconds since 1970, or as `2012-12-20 10:23:00`, in
    UTC unless it has an offset. None for what is no moment, or is of no year that has blogs.
    """
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", value.strip()))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found = datetime.fromtimestamp(value, UTC)
        else:
            return None
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware if aware.astimezone(UTC).year in YEARS else None
    except (ValueError, OverflowError, OSError):
        return None


def _opened(path: Path) -> BufferedIOBase:
    """Open a file to be read, unpacked if gzip has packed it."""
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if is_packed else path.open("rb")


def _parsed(line: int, raw: bytes) -> Piece:
    try:
        text = raw.decode("utf-8", "replace").removeprefix("\ufeff")
        return Piece(line, json.loads(text))
    except ValueError as error:
        return Piece(line, None, f"it is no JSON ({error})")
    except RecursionError:
        return Piece(line, None, "it is nested too deeply")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "what gzip packed is damaged or not whole"
