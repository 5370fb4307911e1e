"""How an archive is made: to a file that is there whole or not at all, or piece by piece to whoever
takes it along.
"""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from pnpm.db import migrations, now
from pnpm.files import sync, workplace

from .archive import CHUNK, FORMAT, LIST, PICTURES, Member, Unfit, is_picture
from .pool import site_pictures
from .reader import opened


class Writer:
    """An archive on its way into a file, or into anything else that takes bytes."""

    def __init__(self, target: "IO[bytes] | _Outlet") -> None:
        self._zip = zipfile.ZipFile(
            cast(IO[bytes], target), "w", zipfile.ZIP_DEFLATED, compresslevel=1
        )
        self.members: dict[str, Member] = {}

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """Whatever is not ended then is given up."""
        with suppress(*([Exception] if kind else [])):
            self._zip.close()

    def add(self, name: str, source: IO[bytes]) -> Member:
        """Put all that can be read there into it; the file is closed."""
        for _ in self.adding(name, source):
            pass
        return self.members[name]

    def adding(self, name: str, source: IO[bytes]) -> Iterator[None]:
        """The same in steps."""
        digest, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, now().timetuple()[:6])
        # Pictures are packed already.
        if name.startswith(PICTURES):
            entry.compress_type = zipfile.ZIP_STORED
        else:
            entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with source, self._zip.open(entry, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                yield
        self.members[name] = Member(name, size, digest.hexdigest())

    def add_pictures(self, instance: Path) -> None:
        """Put the site's pictures into it that are not in it yet. One that goes away meanwhile is
        no picture any more.
        """
        for name, file in (named for files in site_pictures(instance) for named in files.items()):
            if name not in self.members:
                with suppress(FileNotFoundError):
                    self.add(name, file.open("rb"))

    def end(self, about: dict[str, Any]) -> None:
        """Put the list of all that into it, with more that is to be known of the archive."""
        about |= {"format": FORMAT, "files": list(self.members.values())}
        self._zip.writestr(LIST, json.dumps(about))


@contextmanager
def written(path: Path, about: dict[str, Any]) -> Iterator[tuple[Writer, Path]]:
    """An archive to be filled in the block, and a folder to work in; then it is read back, and gets
    its name.

    Unfit if it is not what was written, OSError if there is no room; then there is no such file, or
    the one from before.
    """
    about |= {"schema": migrations.newest(), "made": now().isoformat()}
    with workplace(path.parent) as place:
        made = place / path.name
        made.touch(0o600)  # people's e-mail addresses are in it
        with made.open("wb") as file, Writer(file) as writer:
            yield writer, place
            writer.end(about)
        sync(made)
        with opened(made, path.parent) as archive:
            archive.check(pool_too=False)
        os.replace(made, path)
    sync(path.parent)


def packed(path: Path) -> tuple[int | None, Iterator[bytes]]:
    """A kept archive as one file for elsewhere, its pictures in it: these bytes, and how many,
    unless that depends on more.

    Unfit if a picture is missing; if one is not what was taken in, that shows only when it is on
    its way, which then ends.
    """
    with opened(path) as archive:
        for pooled in archive.pooled:
            archive.open(pooled).close()
        size = sum(pooled.size for pooled in archive.pooled)
    size += sum(map(len, _packed(path, hollow=True)))
    return size if size <= zipfile.ZIP64_LIMIT else None, _packed(path)


def _packed(path: Path, hollow: bool = False) -> Iterator[bytes]:
    """The bytes of it; hollow, without what is in the pictures."""
    outlet = _Outlet()
    with opened(path) as archive, Writer(outlet) as writer:
        for file in (archive.database, *archive.pictures):
            source = io.BytesIO() if hollow and is_picture(file.name) else archive.open(file)
            for _ in writer.adding(file.name, source):
                yield outlet.taken()
            if hollow:
                writer.members[file.name] = Member(*file[:3])
            elif writer.members[file.name] != file[:3]:
                raise Unfit(f"{file.name} is not what was written.")
        writer.end(
            {
                name: value
                for name, value in archive.about.items()
                if name not in ("moment", "pooled")
            }
        )
    yield outlet.taken()


class _Outlet:
    """A file that is only written to, and taken from as it grows."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)
