"""The hash chain of the audit log: each entry's link is a hash of the previous link and the entry's
content.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any, NamedTuple

from sqlalchemy import select

from pnpm.db import db
from pnpm.site_settings import Setting

# the setting that has the number of entries and the last link, so that removing the last entries
# shows
END = "log"


class End(NamedTuple):
    """The end of the chain: how many entries there are, and the link of the last one."""

    count: int = 0  # type: ignore[assignment]  # stored under this name, which tuples use for a method
    link: str = ""

    def then(self, entry: Mapping[Any, Any]) -> "End":
        """Return the end after that entry is added."""
        moment = entry["created_at"].astimezone(UTC).isoformat(timespec="microseconds")
        names = ("deed", "who", "action", "subject", "number", "before", "after")
        values = [self.link, moment, *(entry[name] for name in names)]
        text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return End(self.count + 1, hashlib.sha256(text.encode()).hexdigest())


class Break(NamedTuple):
    """Where the log is not what was written: in the entry `number`, in the count, or at its end."""

    kind: str
    number: int = 0
    written: int = 0


def end(lock: bool) -> End:
    """Return the stored end of the log. A writer locks it, so that no two entries follow the same
    one.
    """
    query = select(Setting.value).where(Setting.name == END)
    if lock:
        query = query.with_for_update()  # does nothing on SQLite, which has locked already
    value = db.session.scalar(query)
    return End(**json.loads(value)) if value else End()


def break_after(found: End) -> Break | None:
    """Return how the end that was found differs from the stored one; None if it does not."""
    written = end(lock=False)
    if written.count != found.count:
        return Break("count", found.count, written.count)
    if written != found:
        return Break("end")
    return None


def keep(last: End) -> None:
    """Store the end of the log."""
    db.session.merge(Setting(name=END, value=json.dumps(last._asdict())))
