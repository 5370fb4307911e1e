"""The zip file of Google Takeout: the feed of one blog in it, and the pictures of its albums.

Nothing is unpacked onto the disk, nor read whole; what a zip file says of its sizes is not
believed.
"""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from pnpm.imports.encodings import CHUNK
from pnpm.imports.file_types import HEAD, split
from pnpm.imports.file_types import opened as opened_file
from pnpm.imports.records import ArchivedPicture, NotAnArchive, Unreadable

PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".heic", ".avif")
LARGEST_FEED = 4 * 1024**3  # bytes that a feed may have once it is unpacked
LARGEST_LIST = 16 * 1024**2  # bytes of the list of files in a zip: some 150,000 of them
LARGEST_NOTE = 65_536  # bytes of what an album says of a picture
_NAMED = 20  # blogs that are named where there are several
# What zipfile raises for damaged, locked and odd files; NotImplementedError is a RuntimeError.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
_NO_ZIP = "The zip file is damaged: download it once more."


@dataclass
class Found:
    """A feed that can be read, its first bytes, and the zip that it is in."""

    feed: BinaryIO
    head: bytes
    zip: zipfile.ZipFile | None = None
    damage: list[str] = field(default_factory=list)

    def damages(self) -> Iterator[Unreadable]:
        """Yield what stopped the feed before its end."""
        yield from (Unreadable("file", why) for why in self.damage)

    def pictures(self) -> Iterator[ArchivedPicture]:
        """Yield the pictures in the zip, with the address that its album notes of each."""
        names = self.zip.namelist() if self.zip else []
        known = {*names}
        for name in names:
            if name.lower().endswith(PICTURES) and not _is_rubbish(name):
                note = next((f"{name}{end}" for end in _NOTES if f"{name}{end}" in known), "")
                yield _picture(self.zip, name, note)


_NOTES = (".json", ".supplemental-metadata.json")


@contextmanager
def opened(path: Path) -> Iterator[Found]:
    """Open a feed, or the one feed in a zip; `FILE.zip:NAME` is that of the blog (or with the path)
    NAME in it. Raises NotAnArchive.
    """
    archive_path, name = split(path)
    with opened_file(archive_path) as file, ExitStack() as stack:
        head = file.read(HEAD)
        file.seek(0)
        if not head.startswith(b"PK"):
            yield Found(file, head)
            return
        archive = stack.enter_context(_zip(file))
        damage: list[str] = []
        member = _feed(archive, name)
        try:
            packed = stack.enter_context(_member(archive, member))
        except BROKEN_ZIP as error:
            raise NotAnArchive(_NO_ZIP) from error
        yield Found(cast(BinaryIO, _Member(packed, damage)), b"", archive, damage)


class _Member:
    """A file in a zip, which ends where it is damaged or too large."""

    def __init__(self, file: IO[bytes], damage: list[str]) -> None:
        self._file, self._damage, self._left = file, damage, LARGEST_FEED

    def seek(self, at: int) -> None:
        """Read on to that byte, from the beginning."""
        while at > 0 and (data := self.read(min(at, CHUNK))):
            at -= len(data)

    def read(self, size: int) -> bytes:
        """Read as many bytes."""
        try:
            data = self._file.read(size)
        except BROKEN_ZIP:
            self._damage.append("the zip file is damaged here: download it once more")
            return b""
        self._left -= len(data)
        if self._left < 0:
            self._damage.append("it is larger than any blog: the rest is not read")
            return b""
        return data


def _zip(file: BinaryIO) -> zipfile.ZipFile:
    if _size_of_list(file) > LARGEST_LIST:
        raise NotAnArchive("This zip file holds too many files to be a blog's.")
    try:
        return zipfile.ZipFile(file)
    except BROKEN_ZIP as error:
        raise NotAnArchive(_NO_ZIP) from error


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """Open a file in it. Raises what is in BROKEN_ZIP, also for a way of packing that may not be
    installed here, which Takeout does not use.
    """
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile("packed in another way")
    return archive.open(member)


def _size_of_list(file: BinaryIO) -> int:
    """The bytes of the zip's list of files, all of which Python reads into memory: by its records
    at the end (APPNOTE 4.3.14 and 4.3.16).
    """
    size = file.seek(0, 2)
    begin = max(0, size - 66_000)
    file.seek(begin)
    end = file.read()
    at, at_64 = end.rfind(b"PK\x05\x06"), end.rfind(b"PK\x06\x06")
    if at < 0 or len(end) < at + 20:
        raise NotAnArchive(_NO_ZIP)
    (length,) = struct.unpack_from("<L", end, at + 12)
    if at_64 >= 0 and len(end) >= at_64 + 48:
        (length_64,) = struct.unpack_from("<Q", end, at_64 + 40)
        length = max(length_64, 0 if length == 0xFFFFFFFF else length)
    return int(length)


def _feed(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The feed of the blog of that name, or of the only one."""
    feeds = [
        each
        for each in archive.infolist()
        if each.filename.lower().endswith(".atom") and not _is_rubbish(each.filename)
    ]
    if name:
        feeds = [each for each in feeds if name in (each.filename, _blog(each))]
    # Beside the blogs are the comments that their owner wrote, on these and on others.
    posts = [each for each in feeds if _has_articles(archive, each)]
    if len(posts) > 1:
        names = ", ".join(_blog(each) for each in posts[:_NAMED])
        raise NotAnArchive(
            f"There are several blogs in this zip file ({names}): name one behind it, as in"
            f" takeout.zip:{_blog(posts[0])}"
        )
    if not posts and not feeds:
        raise NotAnArchive(
            "This zip file has no feed.atom: choose Blogger where Takeout asks what to take, and"
            " where it came in several files, give the first."
        )
    found = (posts or feeds)[0]
    if found.flag_bits & 1:
        raise NotAnArchive("This zip file is locked by a password: unpack it first.")
    return found


def _has_articles(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether it begins as the feed of a blog does, which may have comments first."""
    if "Comments" in PurePosixPath(member.filename).parts:
        return False
    try:
        with _member(archive, member) as file:
            head = file.read(HEAD * 16)
    except BROKEN_ZIP:
        return True  # says so when it is read
    return b"<blogger:type>POST" in head or b"<blogger:type>PAGE" in head or b"kind#" in head


def _blog(member: zipfile.ZipInfo) -> str:
    """What Takeout calls the blog: the folder of its feed."""
    return PurePosixPath(member.filename).parent.name


def _is_rubbish(name: str) -> bool:
    return "__MACOSX" in name or PurePosixPath(name).name.startswith("._")


def _picture(archive: zipfile.ZipFile | None, name: str, note: str) -> ArchivedPicture:
    said = _noted(archive, note) if archive and note else {}
    return ArchivedPicture(
        address=said.get("url", ""),
        name=said.get("title", "") or PurePosixPath(name).name,
        alt=said.get("description", ""),
        file=name,
    )


def _noted(archive: zipfile.ZipFile, note: str) -> dict[str, str]:
    try:
        with _member(archive, archive.getinfo(note)) as file:
            said = json.loads(file.read(LARGEST_NOTE))
    except (*BROKEN_ZIP, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {key: value for key, value in said.items() if isinstance(value, str)}
