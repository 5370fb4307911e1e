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
    """Open the database in the block without the log of a file that was in its place before.

    Raises sqlite3.OperationalError (busy) if another process is about to put that log aside and
    does not end in time.
    """
    with ExitStack() as stack:
        is_held = False
        try:
            stack.enter_context(locked(Path(f"{path}.lock"), LOCK_SECONDS))
            _set_aside(path)
            is_held = True
        except OSError:
            pass  # where no lock can be written nobody writes
        except Busy as error:  # no reason not to read, but with a log that is its own
            if _is_of_another(path):
                busy = sqlite3.OperationalError("the log of another file is in its place")
                busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise busy from error
        yield
        if is_held:
            with suppress(OSError):
                _write_down(path)


def let_go(
    connection: sqlite3.Connection, path: str, file: Identity | None, log: Identity | None
) -> None:
    """Move what is in the connection's log into its own database, and take the log away if it is
    still in place.

    `file` and `log` are what the connection opened. What is not moved in time because its folder is
    gone can do no harm.
    """
    with suppress(OSError, Busy, sqlite3.Error), locked(Path(f"{path}.lock"), LOCK_SECONDS):
        is_elsewhere = identity(path) != file
        is_moved = is_elsewhere and _is_moved(connection)
        if log and identity(f"{path}-wal") == log:
            if is_elsewhere and not is_moved:  # others go on with it where it is then
                os.replace(f"{path}-wal", f"{path}{OLD}")
            elif not is_moved:  # its file was overwritten
                shutil.copyfile(f"{path}-wal", f"{path}{OLD}")
                # so that other connections have nothing left to write to the new file
                os.truncate(f"{path}-wal", 0)
            _remove(f"{path}-wal", f"{path}-shm")


def _is_moved(connection: sqlite3.Connection) -> bool:
    """Move the log into its database, and return whether that was possible at once: who waited for
    others here would keep everybody from opening the new file, and others may be this very thread,
    in a transaction on another connection.
    """
    connection.execute("PRAGMA busy_timeout=0")
    busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _set_aside(path: str) -> None:
    if _is_of_another(path):
        os.replace(f"{path}-wal", f"{path}{OLD}")
        _remove(f"{path}-shm")


def _is_of_another(path: str) -> bool:
    """Return whether the log in place is known to belong to another file than the one in place. One
    that is away may come back, and has its last changes in this log alone.
    """
    file, log = identity(path), identity(f"{path}-wal")
    its_file, its_log = _written_down(path)
    return bool(file and log and log == its_log and file != its_file)


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
