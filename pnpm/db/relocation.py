"""Databases that the site was moved away from: they are closed, so that nobody stores anything
where nobody looks for it any more.

A file in the instance folder names them. Every commit looks there, while it holds the locks of what
it has written; whoever closes a database holds all of those meanwhile. So what was committed before
was seen by who copied it, and what comes later is refused, whichever process it is in.
"""

import hashlib
import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from pnpm.files import write

from .errors import NotStored, StorageFault

FILE = "moved.json"  # in the instance folder
# what was read of that file, by its path, with its state then: it is asked for at every commit
_READ: dict[str, tuple[tuple[int, int], frozenset[str]]] = {}


class Moved(NotStored):
    """The site was moved to another database: this one takes nothing any more."""

    def __init__(self) -> None:
        super().__init__(StorageFault.MOVED)


@cache
def identity(url: str) -> str:
    """Return a hash that tells a database from others, made of its engine, host, port and name
    alone: nobody can learn an account or a password from it.
    """
    parsed = make_url(url)
    backend = parsed.get_backend_name().replace("mariadb", "mysql")
    parts = backend, parsed.host, parsed.port, parsed.database
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def is_closed(instance: Path, url: str) -> bool:
    """Return whether the site of that instance folder was moved away from the database at `url`."""
    path = f"{instance}/{FILE}"  # by a name, not by a Path, which takes longer than the look
    if not os.access(path, os.F_OK):  # as nearly always: in two thirds of the time of a stat
        return False
    try:
        found = os.stat(path)
    except OSError:
        return False
    state = found.st_mtime_ns, found.st_ino
    known = _READ.get(path)
    if known is None or known[0] != state:
        known = _READ[path] = state, _closed(instance)
    return identity(url) in known[1]


def close(instance: Path, url: str, opened: str) -> None:
    """Close the database at `url`, in whose place the one at `opened` comes: that is open, even if
    it was moved away from before. Raises OSError.
    """
    _store(instance, (_closed(instance) | {identity(url)}) - {identity(opened)})


def reopen(instance: Path, closed: str) -> None:
    """Open the database with that identity again, as the move was given up. Raises OSError."""
    before = _closed(instance)
    if closed in before:
        _store(instance, before - {closed})


def watch(engine: Engine, transactional: Engine, instance: Path) -> None:
    """Have each commit of `transactional` raise Moved once its database is closed, and
    `refuse_closed` do so for the connections of `engine`, to whose commits nothing listens.
    """
    url = engine.url.render_as_string(hide_password=False)

    def refuse(*_connection: Connection) -> None:
        if is_closed(instance, url):
            raise Moved

    event.listen(transactional, "commit", refuse)
    engine.update_execution_options(refuse_closed=refuse)


def refuse_closed(connection: Connection) -> None:
    """Raise Moved if a connection's database is closed, before its transaction is committed."""
    if refuse := connection.get_execution_options().get("refuse_closed"):
        refuse()


def _closed(instance: Path) -> frozenset[str]:
    with suppress(OSError, ValueError, TypeError):
        return frozenset(json.loads((instance / FILE).read_bytes()))
    return frozenset()


def _store(instance: Path, closed: frozenset[str]) -> None:
    if closed:
        write(instance / FILE, json.dumps(sorted(closed)).encode())
    else:
        (instance / FILE).unlink(missing_ok=True)
