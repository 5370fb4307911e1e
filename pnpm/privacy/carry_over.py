"""What is carried over a restore: the requests that the office has to answer, and the list of what
was erased. The running site's stay, whatever the backup has, and what was erased is erased again.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from pnpm.db import sequences

from . import erasure, matches, registry
from .models import DataRequest, erasures
from .registry import Erasure

_REQUESTS = DataRequest.__table__


class Carried(NamedTuple):
    """The list of erasures and the requests of a site; `requests` is None for a site that was
    empty: then those of the backup are the newest there are. `proofs` are those of what the
    requests name, by its key.
    """

    erasures: list[Erasure]
    requests: Sequence[dict[str, Any]] | None
    proofs: dict[str, str]


def of(connection: Connection, is_empty: bool, instance: Path) -> Carried:
    """Return those of the site behind a connection, with the list that the file in its instance
    folder has, in case its database was lost.
    """
    rows = connection.execute(select(_REQUESTS).order_by(_REQUESTS.c.id))
    requests = [dict(row._mapping) for row in rows]
    kept = None if is_empty and not requests else requests
    listed = [*registry.written(instance), *registry.listed(connection)]
    return Carried(listed, kept, _proofs(connection, requests))


def go_on(connection: Connection, carried: Carried, key: str, who: str) -> None:
    """Give them to the site that was just restored there, in the caller's transaction, and erase
    again what is on its list. `key` is its secret key. The requests go on to name only what is the
    same as before: the backup may have somebody else's with that id.
    """
    registry.note(connection, carried.erasures)
    if carried.requests is not None:
        connection.execute(delete(_REQUESTS))
        if carried.requests:
            connection.execute(insert(_REQUESTS), list(carried.requests))
            _let_go(connection, carried)
    tables = _REQUESTS, erasures
    sequences.go_on_from(connection, tables, sequences.last_numbers(connection, tables))
    erasure.erase_again(connection, key, who)


def _let_go(connection: Connection, carried: Carried) -> None:
    """Have the requests name no more what is not the same as before; where something was chosen
    that is not, the link to its copy ends, too.
    """
    there = _proofs(connection, carried.requests or ())

    def is_same(key: str) -> bool:
        return there.get(key) in (None, carried.proofs.get(key))

    for request in carried.requests or ():
        values: dict[str, Any] = {}
        chosen = request["chosen"] or []
        kept = [key for key in chosen if is_same(key)]
        if kept != chosen:
            values |= {"chosen": kept, "is_shared": False}
        if request["comment_id"] and not is_same(f"comment-{request['comment_id']}"):
            values |= {"comment_id": None, "is_author": False}
        if values:
            change = update(_REQUESTS).where(_REQUESTS.c.id == request["id"])
            connection.execute(change.values(values))


def _proofs(connection: Connection, requests: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the proofs of all that these requests name and that is there, by its key."""
    keys = {key for request in requests for key in request["chosen"] or ()}
    keys |= {f"comment-{request['comment_id']}" for request in requests if request["comment_id"]}
    by_kind: dict[str, list[int]] = {}
    for key in keys:
        if found := _numbered(key):
            by_kind.setdefault(found[0], []).append(found[1])
    return {
        f"{kind}-{number}": proof
        for kind, numbers in by_kind.items()
        for number, proof in registry.proofs(connection, kind, numbers).items()
    }


def _numbered(key: str) -> tuple[str, int] | None:
    """Return the kind and the id of what a key names; None for what it names by a hash."""
    kind, _dash, which = key.partition("-")
    number = matches.number_of(which)
    return (kind, number) if kind in matches.NUMBERED and number is not None else None
