"""Numbers in the query string of an address."""

from flask import abort
from werkzeug.datastructures import MultiDict

from pnpm.db.types import LARGEST


def number_of(args: MultiDict, name: str) -> int | None:
    """The whole number of that name, None if there is none. 404 for what is no number."""
    value = args.get(name)
    return whole(value) if value else None


def whole(value: str) -> int:
    """The whole number that is spelled so, or the largest that one can be. 404 for what is no
    number.
    """
    if value.isascii() and value.isdigit() and len(value) < 16:
        return min(int(value), LARGEST)
    return abort(404)
