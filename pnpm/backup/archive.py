"""A site in one file: its database as SQLite, its pictures, and a list of all that with what proves
it whole.

Of an archive that is kept in the site's own folder, the pictures lie beside it in a pool, once for
all of them.
"""

import hashlib
import re
from typing import IO, NamedTuple

from pnpm.markup.figures import KEY_LENGTH

FORMAT = 1
LIST, DATABASE, POOLED, PICTURES = "list.json", "site.db", "pool.json", "pictures"
# of the instance folder: whoever has them can sign in as anyone
SECRETS = "secret_key", "config.py"
CHUNK = 1 << 18  # bytes read at a time

_PICTURE = re.compile(
    rf"{PICTURES}/([0-9a-f]{{2}})/\1[0-9a-f]{{{KEY_LENGTH - 2}}}/[1-9][0-9]{{0,3}}\.(?:webp|jpg)"
)


class Unfit(Exception):
    """An archive that is broken, foreign or of a newer program; the message says which, in one
    line.
    """


class Member(NamedTuple):
    """A file of an archive."""

    name: str
    size: int
    sha256: str


class Pooled(NamedTuple):
    """A file of a picture that lies in the pool, and when it was last changed: as long as that is
    so, it is the same.
    """

    name: str
    size: int
    sha256: str
    changed: int  # nanoseconds since 1970

    @property
    def place(self) -> str:
        """Where in the pool it lies: what is known of it stands in its name, so that no list of the
        pool can be wrong.
        """
        return f"{self.name}.{self.changed:x}.{self.sha256}"


def is_picture(name: str) -> bool:
    """Whether a file of that name is one of a picture; no such name leads out of a folder."""
    return bool(_PICTURE.fullmatch(name))


def digest(source: IO[bytes]) -> str:
    """The SHA-256 of all that can be read there, in hex; the file is closed."""
    found = hashlib.sha256()
    with source:
        while chunk := source.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
