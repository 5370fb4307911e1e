"""What befalls disk and database is told apart by what the system, and each engine, calls it."""

import errno
import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from pnpm.db.errors import Mishap, Unkept, mishap_of


class Given(Exception):
    """An error as a driver raises it."""

    def __init__(self, *args, **known):
        super().__init__(*args)
        self.__dict__ |= known


def of_sqlite(code):
    return OperationalError("", None, Given(sqlite_errorcode=code))


@pytest.mark.parametrize(
    ("error", "mishap"),
    [
        (OSError(errno.ENOSPC, ""), Mishap.FULL),
        (OSError(errno.EDQUOT, ""), Mishap.FULL),
        (OSError(errno.EROFS, ""), Mishap.READ_ONLY),
        (PermissionError(errno.EACCES, ""), Mishap.READ_ONLY),
        (OSError(errno.EMFILE, ""), Mishap.BUSY),
        (FileNotFoundError(errno.ENOENT, ""), None),
        (MemoryError(), Mishap.BUSY),
        (Unkept(Mishap.AWAY), Mishap.AWAY),
        (of_sqlite(sqlite3.SQLITE_FULL), Mishap.FULL),
        (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Mishap.FULL),
        (of_sqlite(sqlite3.SQLITE_IOERR_READ), Mishap.AWAY),
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Mishap.BUSY),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), Mishap.AWAY),
        (of_sqlite(sqlite3.SQLITE_READONLY_DIRECTORY), Mishap.READ_ONLY),
        (of_sqlite(sqlite3.SQLITE_CORRUPT), Mishap.AWAY),
        (of_sqlite(sqlite3.SQLITE_ERROR), None),
        (OperationalError("", None, Given(1114, "The table is full")), Mishap.FULL),
        (OperationalError("", None, Given(1205, "Lock wait timeout exceeded")), Mishap.BUSY),
        (OperationalError("", None, Given(2006, "MySQL server has gone away")), Mishap.AWAY),
        (OperationalError("", None, Given(sqlstate="53100")), Mishap.FULL),
        (DBAPIError("", None, Given(sqlstate="25006")), Mishap.READ_ONLY),
        (IntegrityError("", None, Given(1062, "Duplicate entry")), None),
        (None, None),
    ],
)
def test_each_is_known_by_its_name(error, mishap):
    assert mishap_of(error) is mishap
