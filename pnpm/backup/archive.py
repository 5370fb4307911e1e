"""The format of an archive: a site in one zip file, with its database as SQLite, its pictures, and
a list of all files with their hashes.

Of archives kept in the site's own folder, the pictures lie beside them in a pool, once for all
archives.
"""

import hashlib
import re
from typing import IO, NamedTuple

from pnpm.markup.figures import KEY_LENGTH

FORMAT = 1
LIST, DATABASE, POOLED, PICTURES = "list.json", "site.db", "pool.json", "pictures"
# files of the instance folder: whoever has them can sign in as anyone
SECRETS = "secret_key", "config.py"
CHUNK = 1 << 18  # bytes read at a time

_PICTURE = re.compile(
    rf"{PICTURES}/([0-9a-f]{{2}})/\1[0-9a-f]{{{KEY_LENGTH - 2}}}/[1-9][0-9]{{0,3}}\.(?:webp|jpg)"
)


class Unfit(Exception):
    """An archive that is broken, foreign or made by a newer version; the message says which, in one
    line. `fault` is `archive`, `newer`, or `full` where it is the disk that has no room for it.
    """

    def __init__(self, words: str, fault: str = "archive") -> None:
        super().__init__(words)
        self.fault = fault


class Member(NamedTuple):
    """A file in an archive. `size` is in bytes."""

    name: str
    size: int
    sha256: str


class Pooled(NamedTuple):
    """A picture's file in the pool. `size` is in bytes; while `changed` is the same, so is the
    content.
    """

    name: str
    size: int
    sha256: str
    changed: int  # nanoseconds since 1970

    @property
    def place(self) -> str:
        """Its path in the pool. All that is known of the file is in its name, so that no separate
        list can be wrong.
        """
        return f"{self.name}.{self.changed:x}.{self.sha256}"


def is_picture(name: str) -> bool:
    """Return whether that is the name of a picture's file; no such name leads out of a folder."""
    return bool(_PICTURE.fullmatch(name))


def digest(source: IO[bytes]) -> str:
    """Return the SHA-256 of a file's content, in hex, and close the file."""
    found = hashlib.sha256()
    with source:
        while chunk := source.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
