"""The hash chain of the audit log: each entry's link is a hash of the previous link, the entry's
content and a random salt. What a redaction took out of an entry cannot be guessed from its link,
since the salt goes with it.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from pnpm.db import db
from pnpm.site_settings import Setting, store

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
        if entry.get("salt"):  # those of version 0.9 have none
            values.append(entry["salt"])
        text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return End(self.count + 1, hashlib.sha256(text.encode()).hexdigest())


class Break(NamedTuple):
    """Where the log is not what was written: in the entry `number`, in the count, or at its end."""

    kind: str
    number: int = 0
    written: int = 0


def end(lock: bool, connection: Connection | None = None) -> End:
    """Return the stored end of the log, of the site's or that behind another connection. A writer
    locks it, so that no two entries follow the same one.
    """
    query = select(Setting.value).where(Setting.name == END)
    if lock:
        query = query.with_for_update()  # does nothing on SQLite, which has locked already
    value = (connection or db.session.connection()).scalar(query)
    return End(**json.loads(value)) if value else End()


def break_after(found: End) -> Break | None:
    """Return how the end that was found differs from the stored one; None if it does not."""
    written = end(lock=False)
    if written.count != found.count:
        return Break("count", found.count, written.count)
    if written != found:
        return Break("end")
    return None


def keep(last: End, connection: Connection) -> None:
    """Store the end of the log."""
    store(connection, END, last._asdict())
