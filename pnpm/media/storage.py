"""Where the files of pictures lie, a folder a picture: filled whole or not at all, whatever is
killed meanwhile.

A folder is filled under another name beside its place, with every file on the disk, and renamed
into it.
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
NEW, GONE = "new-", "gone-"  # how folders begin that are being filled or emptied; no key does
STRAY = 24 * 3600  # seconds: nobody is at work any more on what is older


def folder_of(room: Path, key: str) -> Path:
    """Where the files of that key lie."""
    return room / key[:2] / key


def path_of(room: Path, key: str, name: str) -> tuple[Path, str] | None:
    """Where a file of that name lies, and its type; None for whatever is not named as ours are: it
    never reaches the disk.
    """
    named = FILE.fullmatch(name)
    path = within(room, f"{key[:2]}/{key}/{name}") if named and KEY.fullmatch(key) else None
    return (path, TYPES[named[1]]) if named and path else None


@contextmanager
def filled(room: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with these files, safe on the disk; gone after the block, unless it was put into its
    place.
    """
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=NEW, dir=room))
    try:
        for name, content in files.items():
            with os.fdopen(
                os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        sync(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(new: Path, place: Path, width: int) -> None:
    """The new folder into its place. One that lies there whole, of a picture that was never written
    down, will do as well.
    """
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if is_whole(place, width):
        os.utime(place)  # so that it is not swept
        return
    shutil.rmtree(place, ignore_errors=True)
    new.rename(place)
    sync(place.parent)


def is_whole(place: Path, width: int) -> bool:
    """Whether all files of a picture of that width are there."""
    return all(
        (place / f"{each}.{ending}").is_file() for each in widths_of(width) for ending in TYPES
    )


def taken_away(room: Path, key: str) -> Path:
    """The folder of that key, out of the way, to be emptied."""
    gone = Path(tempfile.mkdtemp(prefix=GONE, dir=room))
    if (place := folder_of(room, key)).is_dir():
        place.rename(gone / key)
    return gone


def strays(room: Path) -> tuple[list[Path], list[str]]:
    """What nobody is at work on any more: folders half filled or half emptied, and the keys of all
    pictures.
    """
    old = time.time() - STRAY
    half = [folder for folder in _folders(room, old) if folder.name.startswith((NEW, GONE))]
    return half, [
        folder.name
        for part in _folders(room)
        for folder in _folders(part, old)
        if KEY.fullmatch(folder.name)
    ]


def _folders(folder: Path, before: float = float("inf")) -> Iterator[Path]:
    with os.scandir(folder) as found:
        for each in found:
            if each.is_dir(follow_symlinks=False) and each.stat().st_mtime < before:
                yield Path(each)
