"""The chain that holds the log together: each entry's link is made of the link before and of what
the entry says.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any, NamedTuple

from sqlalchemy import select

from pnpm.db import db
from pnpm.site_settings import Setting

# the setting that says how many entries there are and how the last one ends, so that none can be
# cut off
END = "log"


class End(NamedTuple):
    """How many entries there are, and the last one's link."""

    count: int = 0  # type: ignore[assignment]  # kept under this name, which tuples have for a method
    link: str = ""

    def then(self, entry: Mapping[Any, Any]) -> "End":
        """The end, once that entry is added."""
        moment = entry["created_at"].astimezone(UTC).isoformat(timespec="microseconds")
        said = [
            entry[name]
            for name in ("deed", "who", "action", "subject", "number", "before", "after")
        ]
        text = json.dumps(
            [self.link, moment, *said], sort_keys=True, ensure_ascii=True, separators=(",", ":")
        )
        return End(self.count + 1, hashlib.sha256(text.encode()).hexdigest())


class Break(NamedTuple):
    """Where the log is not what was written: in the entry of that number, in how many there are, or
    at its end.
    """

    kind: str
    number: int = 0
    written: int = 0


def end(lock: bool) -> End:
    """How the log ended when something was last written; locked for who writes, so that no two
    chain to the same entry.
    """
    query = select(Setting.value).where(Setting.name == END)  # SQLite has locked already
    value = db.session.scalar(query.with_for_update() if lock else query)
    return End(**json.loads(value)) if value else End()


def break_after(found: End) -> Break | None:
    """How the entries that were found end otherwise than was written down; None if they do not."""
    written = end(lock=False)
    if written.count != found.count:
        return Break("count", found.count, written.count)
    return None if written == found else Break("end")


def keep(last: End) -> None:
    """Write down how the log ends now."""
    db.session.merge(Setting(name=END, value=json.dumps(last._asdict())))
