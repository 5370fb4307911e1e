"""Writing an archive, to a file that appears whole or not at all, or piece by piece for a
download.
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
    """An archive being written to a file, or to anything else that takes bytes."""

    def __init__(self, target: "IO[bytes] | _Outlet") -> None:
        self._zip = zipfile.ZipFile(
            cast(IO[bytes], target), "w", zipfile.ZIP_DEFLATED, compresslevel=1
        )
        self.members: dict[str, Member] = {}

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """Close the archive; after an error it is lost anyway, and closing may fail, too."""
        if kind is None:
            self._zip.close()
            return
        with suppress(Exception):
            self._zip.close()

    def add(self, name: str, source: IO[bytes]) -> Member:
        """Add a file with all that `source` gives, and close `source`."""
        for _ in self.adding(name, source):
            pass
        return self.members[name]

    def adding(self, name: str, source: IO[bytes]) -> Iterator[None]:
        """Do the same in steps, one for each chunk."""
        digest = hashlib.sha256()
        size = 0
        entry = zipfile.ZipInfo(name, now().timetuple()[:6])
        if name.startswith(PICTURES):  # they are compressed already
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
        """Add the site's pictures that are not in it yet. One that is deleted meanwhile is no
        longer needed.
        """
        for files in site_pictures(instance):
            for name, file in files.items():
                if name not in self.members:
                    with suppress(FileNotFoundError):
                        self.add(name, file.open("rb"))

    def end(self, about: dict[str, Any]) -> None:
        """Add the list of all files, with `about` it."""
        about |= {"format": FORMAT, "files": list(self.members.values())}
        self._zip.writestr(LIST, json.dumps(about))


@contextmanager
def written(path: Path, about: dict[str, Any]) -> Iterator[tuple[Writer, Path]]:
    """Give an archive to fill in the block, and a folder to work in; then read the archive back and
    put it in place.

    Raises Unfit if it is not what was written, OSError if there is no room; then the file is
    absent, or the one from before.
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
    """Return a kept archive as one file with its pictures in it: the length in bytes, if it can be
    known beforehand, and the content.

    Raises Unfit if a picture is missing. If a picture has changed, that shows only while the
    content is read, which then ends with Unfit.
    """
    with opened(path) as archive:
        for pooled in archive.pooled:
            archive.open(pooled).close()
        size = sum(pooled.size for pooled in archive.pooled)
    size += sum(map(len, _packed(path, hollow=True)))
    return size if size <= zipfile.ZIP64_LIMIT else None, _packed(path)


def _packed(path: Path, hollow: bool = False) -> Iterator[bytes]:
    """Yield the archive's bytes; if `hollow`, without the content of its pictures."""
    outlet = _Outlet()
    with opened(path) as archive, Writer(outlet) as writer:
        for file in (archive.database, *archive.pictures):
            if hollow and is_picture(file.name):
                source: IO[bytes] = io.BytesIO()
            else:
                source = archive.open(file)
            for _ in writer.adding(file.name, source):
                yield outlet.taken()
            if hollow:
                writer.members[file.name] = Member(*file[:3])
            elif writer.members[file.name] != file[:3]:
                raise Unfit(f"{file.name} is not what was written.")
        about = archive.about.copy()
        about.pop("moment", None)
        about.pop("pooled", None)
        writer.end(about)
    yield outlet.taken()


class _Outlet:
    """A write-only file whose content is taken out as it grows."""

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
