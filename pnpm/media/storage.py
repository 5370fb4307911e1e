"""The files of pictures, one folder for each, which appears whole or not at all, even if the
process is killed.

A folder is filled under a temporary name, with every file synced to the disk, and then renamed.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pnpm.files import sync, within
from pnpm.markup.figures import KEY_LENGTH, widths_of

TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
KEY = re.compile(rf"[0-9a-f]{{{KEY_LENGTH}}}")
FILE = re.compile(r"[1-9][0-9]{0,3}\.(webp|jpg)")
# the beginnings of the names of folders that are being filled or emptied; no key begins so
NEW, GONE = "new-", "gone-"
STRAY = 24 * 3600  # seconds: no process works that long, so an older folder is left over


def folder_of(room: Path, key: str) -> Path:
    """Return the folder of the picture with that key."""
    return room / key[:2] / key


def path_of(room: Path, key: str, name: str) -> tuple[Path, str] | None:
    """Return the path and the media type of a file; None for a key or name unlike ours, which never
    reaches the disk.
    """
    named = FILE.fullmatch(name)
    if not named or not KEY.fullmatch(key):
        return None
    path = within(room, f"{key[:2]}/{key}/{name}")
    if path is None:
        return None
    return path, TYPES[named[1]]


@contextmanager
def filled(room: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """Give a new folder with these files, synced to the disk; it is removed after the block unless
    it was `put` in place.
    """
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=NEW, dir=room))
    try:
        for name, content in files.items():
            handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        sync(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(new: Path, place: Path, width: int) -> None:
    """Move the new folder into place. If a whole one is there, left by an upload that was never
    committed, it is used instead.
    """
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if is_whole(place, width):
        os.utime(place)  # so that it is not swept
        return
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)
    sync(place.parent)


def is_whole(place: Path, width: int) -> bool:
    """Return whether all files of a picture of that width are there."""
    return all(
        (place / f"{each}.{ending}").is_file() for each in widths_of(width) for ending in TYPES
    )


def taken_away(room: Path, key: str) -> Path:
    """Move the folder of that key out of the way and return where it is, for deleting."""
    gone = Path(tempfile.mkdtemp(prefix=GONE, dir=room))
    if (place := folder_of(room, key)).is_dir():
        place.rename(gone / key)
    return gone


def strays(room: Path) -> tuple[list[Path], list[str]]:
    """Return what is older than STRAY: folders that were left half filled or half emptied, and the
    keys of all others.
    """
    old = time.time() - STRAY
    half = [folder for folder in _folders(room, old) if folder.name.startswith((NEW, GONE))]
    keys: list[str] = []
    for part in _folders(room):
        keys += [folder.name for folder in _folders(part, old) if KEY.fullmatch(folder.name)]
    return half, keys


def _folders(folder: Path, before: float = float("inf")) -> Iterator[Path]:
    with os.scandir(folder) as found:
        for each in found:
            if each.is_dir(follow_symlinks=False) and each.stat().st_mtime < before:
                yield Path(each)
