"""Taking personal data out of entries of the log, which is otherwise only added to.

An entry keeps its link, so the chain goes on over it as it was written. What is left of it has a
mark, and a later entry of the chain tells of the hash of what is left: so a redaction cannot be
made, changed or taken back unseen. The salt goes with the values: what they were cannot be tried
out against the link.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from . import guards
from .models import BY_MAIL, REDACTED, UNDOES, AuditAction, AuditEntry, ChangeSet, content_of

_TABLE = AuditEntry.__table__


class Left(NamedTuple):
    """What is left of an entry: before and after."""

    before: dict[str, Any]
    after: dict[str, Any]


NOTHING = Left({}, {})


def redact(connection: Connection, left: Mapping[int, Left], change_set: ChangeSet) -> None:
    """Leave no more than this of these entries, by their ids, in the caller's transaction. What an
    entry undid, and that it was done by mail, stays. `change_set` tells of it.
    """
    told: list[tuple[int, dict[str, Any], dict[str, Any]]] = []
    with guards.lifted(connection):
        for number, sides in sorted(left.items()):
            entry = connection.execute(select(_TABLE).where(_TABLE.c.id == number)).one()
            marks = {name: entry.after[name] for name in (UNDOES, BY_MAIL) if name in entry.after}
            values = {
                "before": sides.before,
                "after": sides.after | marks | {REDACTED: True},
                "salt": None,
            }
            connection.execute(update(_TABLE).where(_TABLE.c.id == number).values(values))
            entry = connection.execute(select(_TABLE).where(_TABLE.c.id == number)).one()
            told.append((number, {}, {"content": content_of(entry)}))
    change_set.record(AuditAction.REDACTED, "log", told)
