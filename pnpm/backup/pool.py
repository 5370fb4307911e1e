"""The pool: the pictures of all kept archives, each file once, hard-linked to the site's own where
the disk allows that, else copied.

What was stored stays stored if the process is killed, and is not read again: the next one goes on
from there.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from pnpm.files import sync, within

from .archive import PICTURES, Pooled, Unfit, digest, is_picture

_NEW = ".new-"  # the beginning of the name of an unfinished copy


class Unfinished(Exception):
    """There was not enough time for all pictures; the next backup goes on from there."""


def site_pictures(instance: Path) -> Iterator[dict[str, Path]]:
    """Yield for each of the site's pictures its files, by their names in an archive.

    A picture may be deleted meanwhile, and is then no longer needed.
    """
    for folder in sorted((instance / PICTURES).glob("[0-9a-f][0-9a-f]/*")):
        named = {
            f"{PICTURES}/{folder.parent.name}/{folder.name}/{file.name}": file
            for file in sorted(folder.glob("*"))
        }
        yield {name: file for name, file in named.items() if is_picture(name)}


def take_in(
    instance: Path, room: Path, taken: dict[str, Pooled], until: float = float("inf")
) -> None:
    """Store every picture of the site in the pool in `room`, and add to `taken`, by name, those not
    in it yet.

    Raises Unfinished at the time `until`, by the monotonic clock.
    """
    for files in site_pictures(instance):
        new = {name: file for name, file in files.items() if name not in taken}
        for place in {(room / name).parent for name in new}:
            known = _known(place)
            found = [_taken_in(name, file, room, known, until) for name, file in new.items()]
            taken |= {pooled.name: pooled for pooled in found if pooled}
            if any(pooled and pooled.sha256 not in known.values() for pooled in found):
                sync(place)


def open_pooled(room: Path, pooled: Pooled) -> BinaryIO:
    """Open a file of the pool for reading. Raises Unfit if it is missing or has another size."""
    place = within(room, pooled.place)
    if place is None:
        raise Unfit(f"{pooled.name} lies nowhere in {room / PICTURES}.")
    try:
        file = place.open("rb")
    except OSError as error:
        raise Unfit(
            f"{pooled.name} is missing in {room / PICTURES}, where this backup has its pictures."
        ) from error
    if os.fstat(file.fileno()).st_size != pooled.size:
        file.close()
        raise Unfit(f"{pooled.name} is not whole in {room / PICTURES}.")
    return file


def sweep(room: Path, needed: Iterable[Pooled]) -> None:
    """Delete from the pool what no archive needs any more."""
    places = {pooled.place for pooled in needed}
    for folder in (room / PICTURES).glob("*/*"):
        for file in folder.iterdir():
            if file.relative_to(room).as_posix() not in places:
                file.unlink()
        for empty in (folder, folder.parent):
            if not any(empty.iterdir()):
                empty.rmdir()


def _known(folder: Path) -> dict[tuple[str, ...], str]:
    """Return the hashes of the files in a folder of the pool, by name and time of change."""
    known: dict[tuple[str, ...], str] = {}
    if folder.is_dir():
        for name in os.listdir(folder):
            if not name.startswith(_NEW):
                parts = name.rsplit(".", 2)  # see Pooled.place
                known[tuple(parts[:2])] = parts[-1]
    return known


def _taken_in(
    name: str, file: Path, room: Path, known: Mapping[tuple[str, ...], str], until: float
) -> Pooled | None:
    """Return the file as it lies in the pool, stored there if need be; None if it was deleted a
    moment ago.
    """
    try:
        size, changed = file.stat().st_size, file.stat().st_mtime_ns
        if sha256 := known.get((file.name, f"{changed:x}")):
            return Pooled(name, size, sha256, changed)
        if time.monotonic() > until:
            raise Unfinished
        pooled = Pooled(name, size, digest(file.open("rb")), changed)
        _put(file, room / pooled.place)
    except FileNotFoundError:
        return None
    return pooled


def _put(file: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.link(file, place)
    except FileExistsError:
        return
    except OSError:  # another disk, or one that knows no links
        _copy(file, place)


def _copy(file: Path, place: Path) -> None:
    handle, new = tempfile.mkstemp(prefix=_NEW, dir=place.parent)
    os.close(handle)
    try:
        shutil.copy2(file, new)
        sync(Path(new))
        os.replace(new, place)
    finally:
        Path(new).unlink(missing_ok=True)
