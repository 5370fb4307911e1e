"""Numbers in a query string or a form."""

from flask import abort
from werkzeug.datastructures import MultiDict

from pnpm.db.types import LARGEST


def number_of(args: MultiDict, name: str) -> int | None:
    """Return the whole number of that name, None without one. 404 for what is no number."""
    value = args.get(name)
    if not value:
        return None
    return whole(value)


def whole(value: str) -> int:
    """Return the whole number that is written so, at most the database's largest. 404 for what is
    no number, or has more than 15 digits.
    """
    number = parsed(value)
    if number is None:
        abort(404)
    return number


def parsed(value: str) -> int | None:
    """Return the whole number that is written so, at most the database's largest; None for what is
    no number, or has more than 15 digits.
    """
    if value.isascii() and value.isdigit() and len(value) < 16:
        return min(int(value), LARGEST)
    return None
