"""What an import takes from, and with what: the staged archive and the settings of this site; and
how a thing that was imported once is known again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from pnpm.config import Config
from pnpm.db.types import AnyRow
from pnpm.signing import keyed_hash

from . import record_json
from .mapping import Mapping
from .models import ImportedItem, Kind
from .pictures import Pictures
from .records import ArchivedArticle, ArchivedComment, System
from .staging import Staging

AT_ONCE = 500  # digests in a query: engines limit how many values one takes
_ITEM = ImportedItem.__table__.c


class Given(NamedTuple):
    """What an import is given beside the archive: the site's zone, what translates the names of
    emoticons into its language, where comments belong, and the pictures (None: none are taken).
    """

    zone: ZoneInfo
    translate: Callable[[str], str] = str
    mapping: Mapping | None = None
    pictures: Pictures | None = None


@dataclass(frozen=True)
class Source:
    """The archive, and this site."""

    system: System
    staging: Staging
    config: Config
    given: Given

    def __post_init__(self) -> None:
        # asked for with each of its things
        object.__setattr__(self, "_site", self.staging.site.key)

    def digest(self, kind: Kind, key: str) -> str:
        """Return by which an article or a comment of that key is known again."""
        site: str = vars(self)["_site"]
        spelled = json.dumps([self.system.value, site, kind.value, key])
        return hashlib.sha256(spelled.encode()).hexdigest()

    def token(self, digest: str) -> str:
        """Return the token of the comment of that digest, which no form can send."""
        return keyed_hash(self.key, "imported", digest)

    def said(self, record: ArchivedArticle | ArchivedComment) -> str:
        """Return the hash of all that the archive says of a thing."""
        return keyed_hash(self.key, "archived", record_json.packed(record))

    @property
    def key(self) -> str:
        """The site's secret key."""
        return self.config.secret_key


def hash_of(key: str, *values: Any) -> str:
    """Return the hash of what was written here; `key` is the site's secret key."""
    return keyed_hash(key, "written", json.dumps(values))


def items(connection: Connection, digests: Iterable[str]) -> dict[str, AnyRow]:
    """Return the items of these digests that were imported before, by digest."""
    found: dict[str, AnyRow] = {}
    for part in parts(digests):
        query = select(*_ITEM).where(_ITEM.digest.in_(part))
        found |= {row.digest: row for row in connection.execute(query)}
    return found


def parts(texts: Iterable[str]) -> list[list[str]]:
    """Return these in order, without duplicates, in lists short enough for a query."""
    wanted = sorted(set(texts))
    return [wanted[first : first + AT_ONCE] for first in range(0, len(wanted), AT_ONCE)]
