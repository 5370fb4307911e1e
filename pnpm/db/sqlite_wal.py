"""Which file SQLite's write-ahead log belongs to. SQLite goes by names alone, and would apply the
log of a replaced database to its successor.

Whoever opens the database writes the identity of both files into the lock that it holds meanwhile.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pnpm.files import Busy, locked

LOCK_SECONDS = 3  # to wait for another process that opens or leaves the same file
# the ending of a log that belongs to another file: kept, as its last changes may be nowhere else
OLD = "-wal.old"
Identity = tuple[int, int]  # device and number


def identity(path: str) -> Identity | None:
    """Return the device and inode of a file, or None if it does not exist. A successor of the same
    name has others.
    """
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def opening(path: str) -> Iterator[None]:
    """Open the database in the block without the log of a file that was in its place before."""
    with ExitStack() as stack:
        is_held = False
        # Where no lock can be written nobody writes; and a busy lock is no reason not to read.
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
    """Move what is in the connection's log into its own database, and remove the log if it is still
    in place.

    `file` and `log` are what the connection opened. What is not moved in time because its folder is
    gone can do no harm.
    """
    with suppress(OSError, Busy, sqlite3.Error), locked(Path(f"{path}.lock"), LOCK_SECONDS):
        is_put_away = (
            identity(path) != file
            and not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        )
        if log and identity(f"{path}-wal") == log:
            if not is_put_away:  # its file was overwritten, or others read it for too long
                shutil.copyfile(f"{path}-wal", f"{path}{OLD}")
                # so that other connections have nothing left to write to the new file
                os.truncate(f"{path}-wal", 0)
            _remove(f"{path}-wal", f"{path}-shm")


def _set_aside(path: str) -> None:
    file, log = identity(path), identity(f"{path}-wal")
    its_file, its_log = _written_down(path)
    # One that is away may come back, and has its last changes in this log alone.
    if file and log and log == its_log and file != its_file:
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
