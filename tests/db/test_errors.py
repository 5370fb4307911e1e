"""What befalls disk and database is told apart by what the system, and each engine, calls it."""

import errno
import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from pnpm.db.errors import NotStored, StorageFault, storage_fault_of


class Given(Exception):
    """An error as a driver raises it."""

    def __init__(self, *args, **known):
        super().__init__(*args)
        self.__dict__ |= known


def fault_of_sqlite(code):
    return OperationalError("", None, Given(sqlite_errorcode=code))


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(errno.ENOSPC, ""), StorageFault.FULL),
        (OSError(errno.EDQUOT, ""), StorageFault.FULL),
        (OSError(errno.EROFS, ""), StorageFault.READ_ONLY),
        (PermissionError(errno.EACCES, ""), StorageFault.READ_ONLY),
        (OSError(errno.EMFILE, ""), StorageFault.BUSY),
        (FileNotFoundError(errno.ENOENT, ""), None),
        (MemoryError(), StorageFault.BUSY),
        (NotStored(StorageFault.AWAY), StorageFault.AWAY),
        (fault_of_sqlite(sqlite3.SQLITE_FULL), StorageFault.FULL),
        (fault_of_sqlite(sqlite3.SQLITE_IOERR_WRITE), StorageFault.FULL),
        (fault_of_sqlite(sqlite3.SQLITE_IOERR_READ), StorageFault.AWAY),
        (fault_of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), StorageFault.BUSY),
        (fault_of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), StorageFault.AWAY),
        (fault_of_sqlite(sqlite3.SQLITE_READONLY_DIRECTORY), StorageFault.READ_ONLY),
        (fault_of_sqlite(sqlite3.SQLITE_CORRUPT), StorageFault.AWAY),
        (fault_of_sqlite(sqlite3.SQLITE_ERROR), None),
        (OperationalError("", None, Given(1114, "The table is full")), StorageFault.FULL),
        (OperationalError("", None, Given(1205, "Lock wait timeout exceeded")), StorageFault.BUSY),
        (OperationalError("", None, Given(2006, "MySQL server has gone away")), StorageFault.AWAY),
        (OperationalError("", None, Given(sqlstate="53100")), StorageFault.FULL),
        (DBAPIError("", None, Given(sqlstate="25006")), StorageFault.READ_ONLY),
        (IntegrityError("", None, Given(1062, "Duplicate entry")), None),
        (None, None),
    ],
)
def test_each_is_known_by_its_name(error, fault):
    assert storage_fault_of(error) is fault
