"""Errors of the disk and the database, sorted into the few faults that have a remedy of their
own.
"""

import errno
from enum import Enum

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError


class StorageFault(Enum):
    """Why the site cannot be written to, or even read."""

    FULL = "full"  # the disk, or the host's quota
    READ_ONLY = "read only"  # the folder, the disk, the database
    BUSY = "busy"  # somebody else holds the database for too long
    AWAY = "away"  # the database is gone, broken, or was replaced
    MOVED = "moved to another one"  # the site is in another database now, or is about to be


class NotStored(SQLAlchemyError):
    """Data was not written, or not where readers look for it."""

    def __init__(self, fault: StorageFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


OF_THE_SYSTEM = {
    errno.ENOSPC: StorageFault.FULL,
    errno.EDQUOT: StorageFault.FULL,
    errno.EROFS: StorageFault.READ_ONLY,
    errno.EACCES: StorageFault.READ_ONLY,
    errno.EPERM: StorageFault.READ_ONLY,
    errno.EMFILE: StorageFault.BUSY,
    errno.ENFILE: StorageFault.BUSY,
    errno.EAGAIN: StorageFault.BUSY,
}
# sqlite.org/rescode.html. Extended codes say more than their low byte: what failed to be written
# under a quota is an I/O error.
OF_SQLITE = {
    # FULL, IOERR_WRITE, IOERR_FSYNC, IOERR_SHMSIZE
    **dict.fromkeys((13, 778, 1034, 4874), StorageFault.FULL),
    **dict.fromkeys((3, 8), StorageFault.READ_ONLY),  # PERM, READONLY
    **dict.fromkeys((5, 6), StorageFault.BUSY),  # BUSY, LOCKED
    # IOERR, CORRUPT, CANTOPEN, PROTOCOL, NOTADB, READONLY_DBMOVED
    **dict.fromkeys((10, 11, 14, 15, 26, 1032), StorageFault.AWAY),
}
OF_MYSQL: dict[object, StorageFault] = {
    **dict.fromkeys((1021, 1114), StorageFault.FULL),  # ER_DISK_FULL, ER_RECORD_FILE_FULL
    **dict.fromkeys((1290, 1836), StorageFault.READ_ONLY),  # --read-only, ER_READ_ONLY_MODE
    # too many connections, lock wait timeout, deadlock
    **dict.fromkeys((1040, 1203, 1205, 1213, 1226), StorageFault.BUSY),
}
OF_POSTGRESQL: dict[object, StorageFault] = {
    **dict.fromkeys(("53100",), StorageFault.FULL),
    **dict.fromkeys(("25006",), StorageFault.READ_ONLY),
    # too many connections, lock not available, deadlock
    **dict.fromkeys(("53300", "55P03", "40P01"), StorageFault.BUSY),
}


def storage_fault_of(error: BaseException | None) -> StorageFault | None:
    """Return the fault that an error tells of; None for any other error, such as a missing
    table.
    """
    if isinstance(error, NotStored):
        return error.fault
    if isinstance(error, OSError):
        return OF_THE_SYSTEM.get(error.errno or 0)
    if isinstance(error, MemoryError):
        return StorageFault.BUSY
    if isinstance(error, DBAPIError):
        return _of_driver(error)
    return None


def fault_of_sqlite(code: int) -> StorageFault | None:
    """Return the fault of an error code of SQLite, or None."""
    return OF_SQLITE.get(code, OF_SQLITE.get(code & 0xFF))


def _of_driver(error: DBAPIError) -> StorageFault | None:
    original = error.orig
    if code := getattr(original, "sqlite_errorcode", None):
        return fault_of_sqlite(code)
    known = {**OF_MYSQL, **OF_POSTGRESQL}
    arguments = getattr(original, "args", ())
    for code in (getattr(original, "sqlstate", None), *arguments[:1]):
        if code in known:
            return known[code]
    if isinstance(error, OperationalError):
        return StorageFault.AWAY
    return None
