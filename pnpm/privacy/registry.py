"""The list of erasures: what of it has come back is found, and erased again.

It holds ids and hashes. A thing is known again by its id and something of its own that never
changes, as the moment of a comment; a name or a line, which could be guessed, by a hash that takes
the site's secret key: these are not found again once the site has another key.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, insert, select, update

from pnpm import files
from pnpm.audit.models import AuditEntry, digest
from pnpm.comments.models import Comment
from pnpm.comments.spam import tables as spam_tables
from pnpm.comments.subscriptions.tables import subscribers
from pnpm.comments.trust import Trust
from pnpm.db import now
from pnpm.db.types import AnyRow
from pnpm.mail.models import OutgoingMail
from pnpm.signing import keyed_hash

from . import lists
from .models import DataRequest, erasures

_C, _TRUST = Comment.__table__.c, Trust.__table__.c
# What is known again by its id and something of its own that stays the same whatever becomes of it:
# a comment's token is another one once it was corrected or taken back, its moment is not.
NUMBERED: dict[str, tuple[Any, ColumnElement[Any]]] = {
    "comment": (Comment.__table__, _C.created_at),
    "anonymous": (Comment.__table__, _C.created_at),
    "subscriber": (subscribers, subscribers.c.secret),
    # whose ids SQLite gives out once more
    "trust": (Trust.__table__, _TRUST.address_hash + _TRUST.name),
    "mail": (OutgoingMail.__table__, OutgoingMail.__table__.c.created_at),
    "entry": (AuditEntry.__table__, AuditEntry.__table__.c.link),
    "request": (DataRequest.__table__, DataRequest.__table__.c.created_at),
}
ADDRESSES = "address", "nobody"  # of which the moment counts, too: what is older is erased
FILE = "erasures.json"  # of the instance folder
AT_ONCE = 500  # ids in a query


class Erasure(NamedTuple):
    """One line of the list: what kind of thing, its id if it has one, and the proof that it is
    that one.
    """

    subject: str
    number: int | None
    proof: str
    created_at: datetime | None = None  # None: now


def note(connection: Connection, erased: Iterable[Erasure]) -> None:
    """Add what is not on the list yet, in the caller's transaction. An address that is on it gets
    the newer moment.
    """
    known = {(each.subject, each.proof): each.created_at for each in listed(connection)}
    moment = now()
    rows = {(each.subject, each.proof): each for each in erased}
    values = [
        each._asdict() | {"created_at": each.created_at or moment}
        for what, each in rows.items()
        if what not in known
    ]
    if values:
        connection.execute(insert(erasures), values)
    for what, each in rows.items():
        newer, before = each.created_at or moment, known.get(what)
        if each.subject in ADDRESSES and before and before < newer:
            is_it = (erasures.c.subject == each.subject) & (erasures.c.proof == each.proof)
            connection.execute(update(erasures).where(is_it).values(created_at=newer))


def listed(connection: Connection) -> list[Erasure]:
    """Return the whole list, oldest first."""
    columns = erasures.c.subject, erasures.c.number, erasures.c.proof, erasures.c.created_at
    rows = connection.execute(select(*columns).order_by(erasures.c.id))
    return [Erasure(*row) for row in rows]


def write(connection: Connection, instance: Path) -> None:
    """Write the list to its file in the instance folder. Raises OSError."""
    rows = [
        [each.subject, each.number, each.proof, each.created_at and each.created_at.isoformat()]
        for each in listed(connection)
    ]
    files.write(instance / FILE, json.dumps(rows).encode())


def written(instance: Path) -> list[Erasure]:
    """Return the list that the file has: what was erased since the last backup, if the database was
    lost. Empty without one that can be read.
    """
    try:
        rows = json.loads((instance / FILE).read_bytes())
        return [
            Erasure(subject, number, proof, datetime.fromisoformat(moment))
            for subject, number, proof, moment in rows
        ]
    except (OSError, ValueError, TypeError):
        return []


def of_numbers(connection: Connection, subject: str, numbers: Iterable[int]) -> list[Erasure]:
    """Return what is to be listed of these things of a kind, as they are now."""
    rows = _rows(connection, subject, numbers)
    return [Erasure(subject, row.id, _proof(subject, row)) for row in rows]


def of_texts(key: str, subject: str, texts: Iterable[str]) -> list[Erasure]:
    """Return what is to be listed of names (`name`), of lines of the office's lists (`line`), or of
    addresses of which nothing is left (`address`, or `nobody` where the comments stay).
    """
    return [Erasure(subject, None, keyed_hash(key, f"erased {subject}", text)) for text in texts]


def numbers_back(connection: Connection, subject: str) -> list[int]:
    """Return the ids of those things of a kind that are there again."""
    # a number may be on it twice, of things of two sites
    on_list = {(each.number, each.proof) for each in listed(connection) if each.subject == subject}
    rows = _rows(connection, subject, [number for number, _ in on_list if number is not None])
    return [row.id for row in rows if (row.id, _proof(subject, row)) in on_list]


def proofs(connection: Connection, subject: str, numbers: Iterable[int]) -> dict[int, str]:
    """Return the proofs of those of these things of a kind that are there, by their ids."""
    rows = _rows(connection, subject, numbers)
    return {row.id: _proof(subject, row) for row in rows}


def texts_back(connection: Connection, key: str, subject: str) -> list[str]:
    """Return those names or lines that are there again, lines also where the log has them."""
    on_list = {each.proof for each in listed(connection) if each.subject == subject}
    if not on_list:
        return []
    texts = lists.lines(connection)
    if subject == "name":
        texts = {*connection.scalars(select(spam_tables.remembered.c.name).distinct())}
    return sorted(each for each in texts if of_texts(key, subject, [each])[0].proof in on_list)


def addresses_back(connection: Connection, key: str, subject: str, column: Any) -> list[int]:
    """Return the ids of what has in that column an address of which nothing was left after an
    erasure, and is from before it: also what was deleted earlier, and only an older backup has.
    """
    moments = {
        each.proof: each.created_at for each in listed(connection) if each.subject == subject
    }
    if not moments:
        return []
    table = column.table
    found: list[int] = []
    for address in connection.scalars(select(column).where(column != "").distinct()).all():
        moment = moments.get(of_texts(key, subject, [address.lower()])[0].proof)
        if moment:
            is_older = (column == address) & (table.c.created_at <= moment)
            found += connection.scalars(select(table.c.id).where(is_older)).all()
    return found


def addresses(connection: Connection) -> dict[tuple[str, str], datetime]:
    """Return the moments of the erasures of whole addresses, by subject and proof."""
    rows = [each for each in listed(connection) if each.subject in ADDRESSES]
    return {(each.subject, each.proof): each.created_at for each in rows if each.created_at}


def erasure_of(
    erased: dict[tuple[str, str], datetime], key: str, address: str, moment: datetime
) -> str:
    """Return how comments with that address were erased after that moment, one of ADDRESSES, by
    what `addresses` gave; empty if they were not.
    """
    for subject in ADDRESSES if erased and address else ():
        proof = of_texts(key, subject, [address.lower()])[0].proof
        if (subject, proof) in erased and moment <= erased[subject, proof]:
            return subject
    return ""


def _rows(connection: Connection, subject: str, numbers: Iterable[int]) -> list[AnyRow]:
    table, own = NUMBERED[subject]
    wanted = sorted(set(numbers))
    rows: list[AnyRow] = []
    for first in range(0, len(wanted), AT_ONCE):
        part = wanted[first : first + AT_ONCE]
        query = select(table.c.id, own.label("own")).where(table.c.id.in_(part))
        rows += connection.execute(query).all()
    return rows


def _proof(subject: str, row: AnyRow) -> str:
    own = row.own.isoformat() if isinstance(row.own, datetime) else row.own
    return digest(f"{NUMBERED[subject][0].name} {row.id} {own}")
