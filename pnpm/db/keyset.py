"""Keyset pagination: a page goes on where the last one ended, by the columns of its order and not
by an offset, so that the thousandth page costs what the first does.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

Q = TypeVar("Q", bound=Select[Any])
T = TypeVar("T")


def after(
    query: Q,
    columns: Sequence[InstrumentedAttribute[Any]],
    key: Sequence[Any] | None,
    ascending: bool = False,
) -> Q:
    """The query in the order of these columns, from the row after the one with that key on.

    `key` has a value for each column; None: from the first row on.
    """
    if key is not None:
        order = tuple_(*columns) if len(columns) > 1 else columns[0]
        last = tuple(key) if len(columns) > 1 else key[0]
        query = query.where(order > last if ascending else order < last)
    return query.order_by(*[column.asc() if ascending else column.desc() for column in columns])


def cut(found: Sequence[T], size: int) -> tuple[list[T], T | None]:
    """A page of `size` rows, and its last row if more follow (None: that is all). `found` is one
    row more than the page, where there are so many.
    """
    shown = list(found[:size])
    return shown, shown[-1] if len(found) > size else None
