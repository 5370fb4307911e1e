"""Keyset pagination: a page continues after the last row of the one before, by the columns of its
order and not by an offset, so that every page costs the same.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

Q = TypeVar("Q", bound=Select[Any])
T = TypeVar("T")


def after(
    query: Q,
    columns: Sequence[InstrumentedAttribute[Any] | ColumnElement[Any]],
    key: Sequence[Any] | None,
    ascending: bool = False,
) -> Q:
    """Return the query in the order of these columns, from the row after `key` on.

    `key` has a value for each column; None means from the first row on.
    """
    if key is not None:
        order, last = _compared(columns, key)
        query = query.where(order > last if ascending else order < last)
    if ascending:
        return query.order_by(*[column.asc() for column in columns])
    return query.order_by(*[column.desc() for column in columns])


def _compared(
    columns: Sequence[InstrumentedAttribute[Any] | ColumnElement[Any]], key: Sequence[Any]
) -> tuple[ColumnElement[Any] | InstrumentedAttribute[Any], Any]:
    """Return what is compared with what: a single column with its value, or rows."""
    if len(columns) == 1:
        return columns[0], key[0]
    return tuple_(*columns), tuple(key)


def cut(found: Sequence[T], size: int) -> tuple[list[T], T | None]:
    """Return a page of `size` rows, and its last row if more follow (None: none do). `found` has
    one row more than a page if there are so many.
    """
    shown = list(found[:size])
    if len(found) > size:
        return shown, shown[-1]
    return shown, None
