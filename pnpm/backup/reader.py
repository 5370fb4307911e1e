"""Reading an archive: nothing in it is trusted before it was checked."""

import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from pnpm.db import migrations

from .archive import (
    DATABASE,
    FORMAT,
    LIST,
    POOLED,
    SECRETS,
    Member,
    Pooled,
    Unfit,
    digest,
    is_picture,
)
from .pool import open_pooled

LONGEST_LIST = 32 << 20  # bytes: enough for 200,000 files
# Against zip bombs, whose ratio is 1,000: a file of more bytes than PLAIN may be at most DENSEST
# times as large as it is packed.
PLAIN = 64 << 20
DENSEST = 100
PACKINGS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
# What parsing a file that is something else may raise.
NOT_OURS = ValueError, TypeError, AttributeError, KeyError, RuntimeError
BROKEN = *NOT_OURS, zipfile.BadZipFile, zlib.error, struct.error, EOFError


class Archive:
    """An open archive. Its list is valid; its files are whole only once `check` has passed."""

    def __init__(self, path: Path, room: Path) -> None:
        self.path = path
        self._room = room
        self._zip = zipfile.ZipFile(path)
        try:
            self._read_lists()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close it."""
        self._zip.close()

    @cached_property
    def pooled(self) -> list[Pooled]:
        """Its files that lie in the pool."""
        if POOLED not in self._members:
            return []
        with _plainly(self.path):
            found = [Pooled(*pooled) for pooled in json.loads(self._text(POOLED))]
            self._check_names(pooled.name for pooled in found)
        return found

    @property
    def pictures(self) -> list[Member | Pooled]:
        """The files of its pictures, in the archive or in the pool."""
        members = [member for member in self._members.values() if is_picture(member.name)]
        return members + self.pooled

    @property
    def secrets(self) -> list[str]:
        """The names of the secrets in it."""
        return [name for name in SECRETS if name in self._members]

    def open(self, file: Member | Pooled) -> IO[bytes]:
        """Open one of its files for reading."""
        if isinstance(file, Pooled):
            return open_pooled(self._room, file)
        return self._zip.open(file.name)

    def place(self, file: Member | Pooled) -> Path | None:
        """Return the path of a file in the pool; None for one in the archive."""
        if isinstance(file, Pooled):
            return self._room / file.place
        return None

    def is_at(self, file: Member | Pooled, target: Path) -> bool:
        """Return whether `target` is that file, with the same content."""
        if not target.is_file() or target.stat().st_size != file.size:
            return False
        place = self.place(file)
        if place and place.samefile(target):
            return True
        return digest(target.open("rb")) == file.sha256

    @property
    def database(self) -> Member:
        """The file of its database."""
        return self._members[DATABASE]

    @property
    def files(self) -> list[Member | Pooled]:
        """All of its files, also those in the pool."""
        return [*self._members.values(), *self.pooled]

    def check(self, pool_too: bool) -> None:
        """Raise Unfit unless each of its files is there and has the content that was written; files
        in the pool are read only with `pool_too`.
        """
        for file in self.files:
            if pool_too or isinstance(file, Member):
                self.check_file(file)
            else:
                open_pooled(self._room, file).close()

    def check_file(self, file: Member | Pooled) -> None:
        """Raise Unfit unless that file of it has the content that was written."""
        with _plainly(self.path):
            if isinstance(file, Member):
                self._check_packing(file)
            self._check_content(file)

    def _read_lists(self) -> None:
        self.about: dict[str, Any] = json.loads(self._text(LIST))
        schema = self.about["schema"]
        if self.about["format"] > FORMAT or schema > migrations.newest():
            raise Unfit(
                f"{self.path.name} is of a newer version of the program (schema {schema}). "
                "Put that version here.",
                "newer",
            )
        self.about["moment"] = datetime.fromisoformat(self.about["made"])
        self._members = {name: Member(name, *more) for name, *more in self.about["files"]}
        if sorted(self._zip.namelist()) != sorted([LIST, *self._members]):
            raise Unfit(f"{self.path.name} holds other files than it lists.")
        self._check_names(self._members.keys() - {DATABASE, POOLED, *SECRETS})
        packed = sum(entry.compress_size for entry in self._zip.infolist())
        if self.database.size == 0 or packed > self.path.stat().st_size:
            raise Unfit(f"{self.path.name} holds less than it says.")

    def _check_names(self, names: Iterable[str]) -> None:
        for name in names:
            if not is_picture(name):
                raise Unfit(f"{self.path.name} holds {name!r}, which is no file of a site.")

    def _text(self, name: str) -> bytes:
        if self._zip.getinfo(name).file_size > LONGEST_LIST:
            raise Unfit(f"{self.path.name} has a list that is too long.")
        return self._zip.read(name)

    def _check_packing(self, member: Member) -> None:
        entry = self._zip.getinfo(member.name)
        if entry.file_size != member.size:
            raise Unfit(f"{self.path.name} is broken: {member.name} is not whole.")
        most = max(PLAIN, DENSEST * entry.compress_size)
        if entry.compress_type not in PACKINGS or entry.file_size > most:
            raise Unfit(
                f"{self.path.name} holds {member.name!r} packed as this program packs none."
            )

    def _check_content(self, file: Member | Pooled) -> None:
        if digest(self.open(file)) != file.sha256:
            raise Unfit(f"{self.path.name} is broken: {file.name} is not what was written.")


@contextmanager
def opened(path: Path, room: Path | None = None) -> Iterator[Archive]:
    """Open an archive for the block; its pool, if it has one, is in `room`, or else beside it.
    Raises Unfit if it is not a valid one.
    """
    with _plainly(path):
        archive = Archive(path, room or path.parent)
    try:
        yield archive
    finally:
        archive.close()


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise Unfit(f"{path.name} is no archive of this program, or is broken.") from error
    except OSError as error:
        raise Unfit(f"{path} cannot be read: {error.strerror}.") from error
