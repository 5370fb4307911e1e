"""Which file SQLite's write-ahead log belongs to. SQLite goes by names alone, and would apply the
log of a replaced database to its successor.

Whoever opens the database writes the identity of both files into the lock that it holds meanwhile.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pnpm.files import Busy, locked

LOCK_SECONDS = 3  # to wait for another process that opens or leaves the same file
TRIES = 5  # to connect, where another file takes its place at that very moment
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
def opening(
    path: str, connect: Callable[[], sqlite3.Connection]
) -> Iterator[tuple[sqlite3.Connection, Identity | None]]:
    """Connect to the database, and give the connection and its file for the block, which reads from
    it for the first time: without the log of a file that was in its place before.

    SQLite opens the file as it connects, and the log as it first reads. Whoever puts another file
    in place does not know of our lock: so the log is that of the file that was opened, whatever is
    in place by then.

    Raises sqlite3.OperationalError (busy) if another process is about to put that log aside and
    does not end in time, or if files follow each other too fast.
    """
    with ExitStack() as stack:
        is_held = is_busy = False
        try:
            stack.enter_context(locked(Path(f"{path}.lock"), LOCK_SECONDS))
            is_held = True
        except OSError:
            pass  # where no lock can be written nobody writes
        except Busy:
            is_busy = True
        connection, file = _in_place(path, connect)
        if is_busy and _is_of_another(path, file):
            # no reason not to read, but with a log that is its own
            connection.close()
            raise _busy("the log of another file is in its place")
        with suppress(OSError):
            if is_held:
                _set_aside(path, file)
        yield connection, file
        with suppress(OSError):
            if is_held and not _is_of_another(path, file):
                _write_down(path, file)


def _in_place(
    path: str, connect: Callable[[], sqlite3.Connection]
) -> tuple[sqlite3.Connection, Identity | None]:
    """Connect, and return the connection and its file: the one in place before and after it."""
    for _try in range(TRIES):
        file = identity(path)
        connection = connect()
        if identity(path) == file:
            return connection, file
        connection.close()  # nothing was read, so that this leaves the log alone
    raise _busy("another file takes its place again and again")


def _busy(words: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


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


def _set_aside(path: str, file: Identity | None) -> None:
    if _is_of_another(path, file):
        os.replace(f"{path}-wal", f"{path}{OLD}")
        _remove(f"{path}-shm")


def _is_of_another(path: str, file: Identity | None) -> bool:
    """Return whether the log in place is known to belong to another file than that one. One that is
    away may come back, and has its last changes in this log alone.
    """
    log = identity(f"{path}-wal")
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


def _write_down(path: str, file: Identity | None) -> None:
    log = identity(f"{path}-wal")
    if file and log and _written_down(path) != (file, log):
        Path(f"{path}.lock").write_text(" ".join(map(str, (*file, *log))), "ascii")


def _remove(*paths: str) -> None:
    for path in paths:
        with suppress(FileNotFoundError):
            os.unlink(path)
