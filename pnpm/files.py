"""Files that are written whole or not at all, whatever is killed or cut off meanwhile."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep, time

WORK = ".work-"  # how a folder of unfinished things begins
STRAY = 24 * 3600  # seconds: nobody is at work any more on what is older
STEP_SECONDS = 0.05  # between two looks at a lock
LONGEST_NAME = 1024  # of a path within a folder
# Names as this program gives them: nothing hidden, no "..", no separator but "/", no NUL, and no
# part that a disk refuses.
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,199})*")


class Busy(Exception):
    """Another process is at work here, and was not done in time."""


def within(folder: Path, name: str) -> Path | None:
    """The file or folder of that name in `folder`; None if the name, which may come from anywhere,
    is none of ours or leads out.

    The disk is not asked before the name is known to be harmless. Whether anything is there is not
    said.
    """
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
        return None
    path = folder / name
    return path if path.resolve().is_relative_to(folder.resolve()) else None


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A folder beside what is to be made, gone at the end; one that a crash left there goes once it
    is a day old.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sweep(folder, STRAY)
    place = Path(tempfile.mkdtemp(prefix=WORK, dir=folder))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sweep(folder: Path, age: int) -> None:
    """Remove the workplaces in that folder which were left so many seconds ago."""
    for place in folder.glob(f"{WORK}*"):
        if time() - _touched(place) >= age:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """A block that one process at a time is in, of all that name this file; Busy if it takes the
    others longer than that.

    A process that is killed leaves no lock. Where the file system knows none (some of the
    network's), nobody waits.
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
    """A file with that content in the place of what is there: whole or not at all, and on the
    disk.
    """
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


def sync(path: Path) -> None:
    """Have a file or folder on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _touched(place):
    try:
        return place.stat().st_mtime
    except FileNotFoundError:  # whose work it was has just ended
        return time()
