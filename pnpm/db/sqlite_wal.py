"""Which file SQLite's log belongs to: SQLite goes by the names alone, and would take a file's log
for that of its successor.

Whoever opens the database writes down which two files belong together, into the lock that is held
meanwhile.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pnpm.files import Busy, locked

LOCK_SECONDS = 3  # for another process that opens the same file, or lets go of it
# what a log is called that is none of the file in place: kept, since its last lines may be nowhere
# else
OLD = "-wal.old"
Identity = tuple[int, int]  # device and number


def identity(path: str) -> Identity | None:
    """Device and number of a file; None if it is not there. Its successor of the same name has
    others.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def opening(path: str) -> Iterator[None]:
    """A block that opens the database in that file, without the log of one that was in its place
    before.
    """
    with ExitStack() as stack:
        is_held = False
        # where no lock can be written nobody writes; who is busy keeps nobody from reading
        with suppress(OSError, Busy):
            stack.enter_context(locked(Path(f"{path}.lock"), LOCK_SECONDS))
            _set_aside(path)
            is_held = True
        yield
        if is_held:
            with suppress(OSError):
                _write_down(path)


def let_go(
    connection: sqlite3.Connection, path: str, file: Identity | None, log: Identity | None
) -> None:
    """Put what stands in the log of that connection where it belongs; take the log away if it is
    still in place.

    `file` and `log` are what the connection opened. What is not let go of in time, as its folder is
    gone, cannot be mixed up.
    """
    with suppress(OSError, Busy, sqlite3.Error), locked(Path(f"{path}.lock"), LOCK_SECONDS):
        is_put_away = (
            identity(path) != file
            and not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        )
        if log and identity(f"{path}-wal") == log:
            if not is_put_away:  # as its file was written over, or is read for too long
                shutil.copyfile(f"{path}-wal", f"{path}{OLD}")
                # so that whoever has it open still has nothing to write
                os.truncate(f"{path}-wal", 0)
            _remove(f"{path}-wal", f"{path}-shm")


def _set_aside(path: str) -> None:
    log = identity(f"{path}-wal")
    file, its_log = _written_down(path)
    if log and log == its_log and file != identity(path):
        os.replace(f"{path}-wal", f"{path}{OLD}")
        _remove(f"{path}-shm")


def _written_down(path: str) -> tuple[Identity, Identity] | tuple[None, None]:
    try:
        numbers = [int(number) for number in Path(f"{path}.lock").read_text("ascii").split()]
    except (OSError, ValueError):
        return None, None
    if len(numbers) != 4:
        return None, None
    return (numbers[0], numbers[1]), (numbers[2], numbers[3])


def _write_down(path: str) -> None:
    file, log = identity(path), identity(f"{path}-wal")
    if file and log and _written_down(path) != (file, log):
        Path(f"{path}.lock").write_text(" ".join(map(str, (*file, *log))), "ascii")


def _remove(*paths: str) -> None:
    for path in paths:
        with suppress(FileNotFoundError):
            os.unlink(path)
