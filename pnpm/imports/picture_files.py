"""The files of pictures that came with an archive: in its zip, or in a folder beside it. They are
found by the names of those that are there, so that no address from an archive ever is a path.
"""

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple, Protocol

from pnpm.media.decoding import LARGEST

from .takeout import BROKEN_ZIP

MOST_FILES = 200_000  # that are looked at: 60 MB of names
LONGEST_PATH = 1000  # characters
DEEPEST = 30  # folders in folders
_ZIP = re.compile(r"(.+\.zip):[^/]*", re.IGNORECASE)
# Programs that write names put different signs in place of those that a disk does not take.
_SIGNS = re.compile(r"[^\w.-]+")


class Missing(Exception):
    """A file that was not to be had; says why, in English."""


class _Place(Protocol):
    """Where files are: their names there, and what is in one."""

    def names(self) -> Iterable[str]:
        """Yield the names of the files, with the folders that they are in."""

    def read(self, name: str) -> bytes:
        """Return the beginning of a file, up to one byte more than is taken. Raises Missing."""


class _File(NamedTuple):
    """A file: what its path is called when names are compared, and how its place reads it."""

    path: tuple[str, ...]
    name: str
    read: Callable[[str], bytes]


class PictureFiles:
    """The files in a zip or a folder; what is neither has none."""

    def __init__(self, *places: Path | None) -> None:
        self._places = [_place(each) for each in places if each is not None]

    def find(self, path: tuple[str, ...]) -> list[Callable[[], bytes]]:
        """Return how the files of the name at the end of a path are read: those in whose path most
        of it is. More than one: nothing tells them apart. Reading raises Missing.
        """
        wanted = tuple(map(_folded, path))
        found = self._by_name.get(wanted[-1], []) if wanted else []
        best = max((_shared(file.path, wanted) for file in found), default=0)
        return [
            partial(file.read, file.name) for file in found if _shared(file.path, wanted) == best
        ]

    def named(self, name: str) -> list[Callable[[], bytes]]:
        """Return how the file of that whole name is read; nothing if there is none."""
        return [
            partial(file.read, file.name)
            for file in self._by_name.get(_folded(name.rpartition("/")[2]), [])
            if file.name == name
        ]

    @cached_property
    def _by_name(self) -> dict[str, list[_File]]:
        found: dict[str, list[_File]] = {}
        left = MOST_FILES
        for place in self._places:
            for name in place.names():
                left -= 1
                if left < 0:
                    return found
                path = tuple(_folded(part) for part in name.split("/"))
                found.setdefault(path[-1], []).append(_File(path, name, place.read))
        return found


def _place(path: Path) -> _Place:
    if (inside := _ZIP.fullmatch(str(path))) and not path.exists():
        path = Path(inside[1])  # one of several blogs in it
    return _Folder(path) if path.is_dir() else _Zip(path)


class _Zip:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Iterator[str]:
        if self._archive is not None:
            for member in self._archive.infolist():
                if not member.is_dir() and len(member.filename) <= LONGEST_PATH:
                    yield member.filename

    def read(self, name: str) -> bytes:
        if self._archive is None:
            raise Missing("it is not in the archive")
        try:
            with self._archive.open(name) as file:  # whatever it says of its size
                return file.read(LARGEST + 1)
        except (*BROKEN_ZIP, KeyError) as error:
            raise Missing("its file in the archive is damaged or locked") from error

    @cached_property
    def _archive(self) -> zipfile.ZipFile | None:
        try:
            return zipfile.ZipFile(self._path)
        except BROKEN_ZIP:
            return None


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path.resolve()

    def names(self) -> Iterator[str]:
        """Yield the names of the files below the folder, but nothing behind a link, which could
        lead anywhere.
        """
        left = [("", 0)]
        while left:
            folder, depth = left.pop()
            try:
                found = sorted(os.scandir(self._path / folder), key=lambda each: each.name)
            except OSError:
                continue
            for each in found:
                name = f"{folder}{each.name}"
                if len(name) > LONGEST_PATH:
                    continue
                if each.is_dir(follow_symlinks=False) and depth < DEEPEST:
                    left.append((f"{name}/", depth + 1))
                elif each.is_file(follow_symlinks=False):
                    yield name

    def read(self, name: str) -> bytes:
        path = self._path / name
        # since it was found, a folder of its path may have become a link
        if not path.resolve().is_relative_to(self._path):
            raise Missing("its file is behind a link")
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise Missing("its file is none")
                return file.read(LARGEST + 1)
        except OSError as error:
            raise Missing("its file cannot be read") from error


def _folded(part: str) -> str:
    """Return a part of a path as it is compared: however its letters are encoded, and with one sign
    for all but letters and digits.
    """
    return _SIGNS.sub("_", unicodedata.normalize("NFKC", part.replace("+", " ")).casefold())


def _shared(path: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Return how many parts, from the last on, two paths have in common."""
    pairs = zip(reversed(path), reversed(wanted), strict=False)
    count = 0
    for own, other in pairs:
        if own != other:
            break
        count += 1
    return count
