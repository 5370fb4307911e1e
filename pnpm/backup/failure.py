"""The last failure to make a backup, stored beside the backups, not in the database, which may be
what failed.
"""

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from pnpm.db import now
from pnpm.files import write

from .archive import Unfit

FILE = "failure.json"
_FULL, _DENIED = {errno.ENOSPC, errno.EDQUOT}, {errno.EACCES, errno.EPERM, errno.EROFS}


class Failure(NamedTuple):
    """When a backup failed, why (`full`, `denied`, `damaged`, `database`, `other`), and the
    system's message, one line.
    """

    moment: datetime
    fault: str
    words: str


class Failed(Exception):
    """No backup was made, and no half of one is left; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.words)
        self.failure = failure


@contextmanager
def noted(room: Path) -> Iterator[None]:
    """Store the failure if a backup fails in the block, and raise Failed; forget the last one if it
    does not.
    """
    try:
        yield
    except (Unfit, OSError, SQLAlchemyError, sqlite3.Error) as error:
        failure = Failure(now(), _fault(error), _words(error))
        # If not even this can be written, the age of the newest backup tells.
        with suppress(OSError):
            write(room / FILE, json.dumps([failure.moment.isoformat(), *failure[1:]]).encode())
        raise Failed(failure) from error
    (room / FILE).unlink(missing_ok=True)


def last(room: Path) -> Failure | None:
    """Return the stored failure, or None."""
    try:
        moment, fault, words = json.loads((room / FILE).read_text())
        return Failure(datetime.fromisoformat(moment), fault, words)
    except (OSError, ValueError, TypeError):
        return None


def _fault(error: Exception) -> str:
    if isinstance(error, Unfit):
        return "damaged"
    error = getattr(error, "orig", None) or error
    code = getattr(error, "errno", None)
    sqlite_code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _FULL or sqlite_code == sqlite3.SQLITE_FULL:
        return "full"
    if code in _DENIED:
        return "denied"
    if isinstance(error, OSError):
        return "other"
    return "database"


def _words(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or getattr(error, "orig", None) or error
    return str(reason).partition("\n")[0]
