"""Files that are written whole or not at all, even if the process is killed meanwhile, and
locks.
"""

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep, time
from typing import BinaryIO

WORK = ".work-"  # the beginning of the name of a workplace
STRAY = 24 * 3600  # seconds: no process works that long, so an older workplace is left over
STEP_SECONDS = 0.05  # between two tries to get a lock
LONGEST_NAME = 1024  # characters of a path within a folder
# Names like those that this program gives: nothing hidden, no "..", no separator but "/", no NUL,
# and no part that a disk refuses.
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,199})*")


class Busy(Exception):
    """Another process holds the lock and did not release it in time."""


def within(folder: Path, name: str) -> Path | None:
    """Return the path of that name in `folder`; None if the name, which may come from anywhere, is
    not like ours or leads out of the folder.

    The disk is not asked before the name is known to be harmless. The path need not exist.
    """
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        return None
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return None
    return path


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Give a temporary folder inside `folder`, removed after the block; those that crashes left are
    removed after a day.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder, STRAY)
    place = Path(tempfile.mkdtemp(prefix=WORK, dir=folder))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sweep(folder: Path, age: int) -> None:
    """Remove the workplaces in a folder that were left at least `age` seconds ago."""
    for place in folder.glob(f"{WORK}*"):
        if time() - _touched(place) >= age:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Run the block in one process at a time, of all that lock this file. Raises Busy after waiting
    `seconds`.

    A killed process leaves no lock. On file systems without locks (some network ones) nobody waits.
    """
    with path.open("a") as file:
        deadline = monotonic() + seconds
        while not _takes(file):
            if monotonic() > deadline:
                raise Busy(path)
            sleep(STEP_SECONDS)
        yield


def _takes(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file's content, whole or not at all, and wait until it is on the disk."""
    handle, new = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(new, mode)
        os.replace(new, path)
    except BaseException:
        os.unlink(new)
        raise


@contextmanager
def replaced(path: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Give a file to write to in the block; after it, the file stands at `path` whole and on the
    disk. If the block fails, what was there before is as it was. Raises OSError, also where
    something else than a file is there already: a device must not be replaced.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "something else than a file is there already")
    with workplace(path.parent) as place:
        new = place / path.name
        new.touch(mode)
        with new.open("r+b") as file:
            yield file
        sync(new)
        os.replace(new, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _touched(place):
    try:
        return place.stat().st_mtime
    except FileNotFoundError:  # its process has just removed it
        return time()
