"""That a backup could not be made, written down beside the backups: the database may be what
failed.
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
    """When one failed, why (`full`, `denied`, `damaged`, `database`, `other`), and the same in the
    system's words, one line.
    """

    moment: datetime
    fault: str
    words: str


class Failed(Exception):
    """No backup was made, and none is left half made; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.words)
        self.failure = failure


@contextmanager
def noted(room: Path) -> Iterator[None]:
    """Write down that a backup fails in the block, or that none does any more."""
    try:
        yield
    except (Unfit, OSError, SQLAlchemyError, sqlite3.Error) as error:
        failure = Failure(now(), _fault(error), _words(error))
        with suppress(OSError):  # where not even this can be written, the age of the newest tells
            write(room / FILE, json.dumps([failure.moment.isoformat(), *failure[1:]]).encode())
        raise Failed(failure) from error
    (room / FILE).unlink(missing_ok=True)


def last(room: Path) -> Failure | None:
    """What was written down last."""
    try:
        moment, fault, words = json.loads((room / FILE).read_text())
        return Failure(datetime.fromisoformat(moment), fault, words)
    except (OSError, ValueError, TypeError):
        return None


def _fault(error: Exception) -> str:
    if isinstance(error, Unfit):
        return "damaged"
    error = getattr(error, "orig", None) or error
    code, sqlite_code = getattr(error, "errno", None), getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _FULL or sqlite_code == sqlite3.SQLITE_FULL:
        return "full"
    if code in _DENIED:
        return "denied"
    return "other" if isinstance(error, OSError) else "database"


def _words(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or getattr(error, "orig", None) or error
    return str(reason).partition("\n")[0]
