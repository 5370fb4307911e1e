"""What befalls a site's disk and database, told from one another: each has its own words and its
own remedy.
"""

import errno
from enum import Enum

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError


class StorageFault(Enum):
    """What keeps the site from being written to, or even read."""

    FULL = "full"  # the disk, or what of it the host gives us
    READ_ONLY = "read only"  # the folder, the disk, the database
    BUSY = "busy"  # somebody else holds the database for too long
    AWAY = "away"  # the database is gone, broken, or another one


class NotStored(SQLAlchemyError):
    """What was to be written is not, or not where readers look for it."""

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
    """Which one an error tells of; None for any other trouble, such as a table that is not
    there.
    """
    if isinstance(error, NotStored):
        return error.fault
    if isinstance(error, OSError):
        return OF_THE_SYSTEM.get(error.errno or 0)
    if isinstance(error, MemoryError):
        return StorageFault.BUSY
    return _of_driver(error) if isinstance(error, DBAPIError) else None


def fault_of_sqlite(code: int) -> StorageFault | None:
    """Which one a code of SQLite's stands for."""
    return OF_SQLITE.get(code, OF_SQLITE.get(code & 0xFF))


def _of_driver(error: DBAPIError) -> StorageFault | None:
    given = error.orig
    if code := getattr(given, "sqlite_errorcode", None):
        return fault_of_sqlite(code)
    known = {**OF_MYSQL, **OF_POSTGRESQL}
    found = known.get(getattr(given, "sqlstate", None)) or known.get(
        given.args[0] if given and given.args else None
    )
    return found or (StorageFault.AWAY if isinstance(error, OperationalError) else None)
