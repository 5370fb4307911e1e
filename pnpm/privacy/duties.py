"""What a restore may not undo: the requests that the office has to answer, and the list of what was
erased. The running site's stay, whatever the backup has, and what was erased is erased again.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from pnpm.db import sequences

from . import erasure, registry
from .models import DataRequest, erasures
from .registry import Erasure

_REQUESTS = DataRequest.__table__


class Duties(NamedTuple):
    """The list of erasures and the requests of a site; `requests` is None for a site that was
    empty: then those of the backup are the newest there are.
    """

    erasures: list[Erasure]
    requests: Sequence[dict[str, Any]] | None


def of(connection: Connection, is_empty: bool) -> Duties:
    """Return those of the site behind a connection."""
    rows = connection.execute(select(_REQUESTS).order_by(_REQUESTS.c.id))
    requests = [dict(row._mapping) for row in rows]
    return Duties(registry.listed(connection), None if is_empty and not requests else requests)


def go_on(connection: Connection, duties: Duties, key: str, who: str) -> None:
    """Give them to the site that was just restored there, in the caller's transaction, and erase
    again what is on its list. `key` is its secret key.
    """
    registry.note(connection, duties.erasures)
    if duties.requests is not None:
        connection.execute(delete(_REQUESTS))
        if duties.requests:
            connection.execute(insert(_REQUESTS), list(duties.requests))
    tables = _REQUESTS, erasures
    sequences.go_on_from(connection, tables, sequences.last_numbers(connection, tables))
    erasure.erase_again(connection, key, who)
