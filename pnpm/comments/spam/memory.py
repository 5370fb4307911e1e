"""The names of what moderators called spam: a comment that has one of them waits."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, func, insert, select

from . import tables
from .fingerprint import Kind, Mark

MOST = 5000  # names and comments that are remembered; the oldest are forgotten
# One decision suffices for a name with a number or in letters of its own. An unusual word, which
# may be a person's name, has to be in several comments that were called spam.
COMMENTS = 2
SHOWN = 200  # names on the office's page
_KINDS = {Kind.NAME: True, Kind.HOST: True, Kind.PHONE: True, Kind.WORD: False}

_name, _ids = tables.remembered.c.name, tables.remembered.c.id
_worth = func.sum(case((tables.remembered.c.is_distinct, COMMENTS), else_=1))


class Remembered(NamedTuple):
    """A name, and in how many comments that moderators called spam it was."""

    name: str
    count: int  # type: ignore[assignment]  # tuples have a method of that name


def names_of(marks: Iterable[Mark]) -> list[str]:
    """Return those marks of a comment that are names to remember, as they are stored."""
    return [mark.text[: tables.NAME_LENGTH] for mark in marks if mark.kind in _KINDS]


def every(connection: Connection) -> set[str]:
    """Return all names that make comments wait."""
    return set(connection.scalars(select(_name).group_by(_name).having(_worth >= COMMENTS)))


def remember(connection: Connection, comment_id: int, marks: Iterable[Mark]) -> None:
    """Remember the names of a comment that a moderator called spam, in the caller's transaction."""
    forget(connection, [comment_id])
    rows = {
        mark.text[: tables.NAME_LENGTH]: _KINDS[mark.kind] for mark in marks if mark.kind in _KINDS
    }
    if not rows:
        return
    values = [
        {"name": name, "comment_id": comment_id, "is_distinct": is_distinct}
        for name, is_distinct in rows.items()
    ]
    connection.execute(insert(tables.remembered), values)
    oldest = connection.scalars(select(_ids).order_by(_ids.desc()).offset(MOST).limit(1)).first()
    if oldest is not None:
        connection.execute(delete(tables.remembered).where(_ids <= oldest))


def forget(connection: Connection, comment_ids: list[int]) -> None:
    """Forget the names of these comments, in the caller's transaction, as the decision about them
    was undone.
    """
    connection.execute(
        delete(tables.remembered).where(tables.remembered.c.comment_id.in_(comment_ids))
    )


def names(connection: Connection) -> list[Remembered]:
    """Return the names that make comments wait, the newest first, at most SHOWN."""
    query = (
        select(_name, func.count())
        .group_by(_name)
        .having(_worth >= COMMENTS)
        .order_by(func.max(_ids).desc())
        .limit(SHOWN)
    )
    return [Remembered(*row) for row in connection.execute(query)]


def drop(connection: Connection, name: str) -> list[list[Any]]:
    """Forget a name, whatever comments it was in, in the caller's transaction; return its rows for
    `put_back`.
    """
    columns = tables.remembered.c.comment_id, tables.remembered.c.is_distinct
    rows = connection.execute(select(*columns).where(_name == name).order_by(_ids))
    kept = [list(row) for row in rows]
    connection.execute(delete(tables.remembered).where(_name == name))
    return kept


def put_back(connection: Connection, name: str, rows: list[list[Any]]) -> bool:
    """Remember a name that was dropped, in the caller's transaction. Return False if it was
    remembered again meanwhile.
    """
    if connection.scalar(select(_ids).where(_name == name).limit(1)) is not None:
        return False
    values = [
        {"name": name, "comment_id": number, "is_distinct": is_distinct}
        for number, is_distinct in rows
    ]
    connection.execute(insert(tables.remembered), values)
    return bool(values)
