"""Lines of the office's lists that name a person: in the lists, in the log's entries about them,
and in the reasons why comments wait.
"""

import json
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, String, or_, select, update

from pnpm.audit.models import AuditAction, AuditEntry
from pnpm.audit.redaction import Left
from pnpm.comments.models import Comment
from pnpm.db.search import contains, in_json
from pnpm.site_settings import REVISION, Setting, store

LISTS = "lists"  # the setting that has them
_C = Comment.__table__.c
_ENTRIES = select(AuditEntry.__table__).where(
    AuditEntry.__table__.c.action == AuditAction.LISTS.value
)


def lines(connection: Connection) -> set[str]:
    """Return all lines of the lists, as they are and as the log has them."""
    texts = [*_texts(connection).values()]
    for entry in connection.execute(_ENTRIES):
        texts += [each for side in (entry.before, entry.after) for each in _strings(side)]
    return {line.strip() for text in texts for line in text.split("\n")} - {""}


def drop(connection: Connection, dropped: Iterable[str]) -> None:
    """Take lines out of the lists, and out of the reasons of comments, in the caller's
    transaction.
    """
    gone = set(dropped)
    if not gone:
        return
    texts = _texts(connection)
    left = _without(texts, gone)
    if left != texts:
        store(connection, LISTS, left)
        tell_rules(connection)
    reasons = _C.reasons.cast(String)
    query = select(_C.id, _C.reasons).where(
        or_(*(contains(reasons, line, in_json) for line in gone))
    )
    for row in connection.execute(query).all():
        kept = [each for each in row.reasons if each.partition(":")[2] not in gone]
        connection.execute(update(_C.id.table).where(_C.id == row.id).values(reasons=kept))


def tell_rules(connection: Connection) -> None:
    """Have every process read the rules for comments anew, in the caller's transaction."""
    store(connection, REVISION, secrets.token_hex(8))


def left_of(connection: Connection, gone: set[str]) -> dict[int, Left]:
    """Return what is left of the log's entries about the lists without these lines, by their ids;
    of those alone that have one of them.
    """
    found = {}
    for entry in connection.execute(_ENTRIES) if gone else ():
        left = Left(*(_without(side, gone) for side in (entry.before, entry.after)))
        if left != (entry.before, entry.after):
            found[entry.id] = left
    return found


def _without(texts: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    """Return these lists' texts without some lines."""
    return {
        name: "\n".join(line for line in text.split("\n") if line.strip() not in gone)
        if isinstance(text, str)
        else text
        for name, text in texts.items()
    }


def _texts(connection: Connection) -> dict[str, str]:
    query = select(Setting.__table__.c.value).where(Setting.__table__.c.name == LISTS)
    kept = connection.scalar(query)
    texts: dict[str, str] = json.loads(kept) if kept else {}
    return texts


def _strings(values: dict[str, Any]) -> list[str]:
    return [value for value in values.values() if isinstance(value, str)]
