"""Numbers and sizes as people read them, in the site's language: `3.000`, `73 GB`."""

from functools import cache

from babel import Locale
from babel.numbers import format_decimal, get_group_symbol

from pnpm.languages import locale_of

UNITS = "kB", "MB", "GB", "TB"
STEP = 1024


def grouped(number: int, language: Locale | str) -> str:
    """Return a number with its thousands separated: `3.000`, in English `3,000`."""
    # Babel's format_decimal reads its pattern anew each time, for which the answer to each comment
    # under an article of a thousand would pay.
    return f"{number:,}".replace(",", _separator(language))


@cache
def _separator(language):
    return get_group_symbol(locale_of(language))


def size(amount: int, language: Locale | str) -> str:
    """Return a number of bytes in the largest fitting unit, with one decimal below ten: `820 kB`,
    `1,5 MB`, `73 GB`.
    """
    value, place = amount / STEP, 0
    while round(value) >= STEP and place < len(UNITS) - 1:
        value, place = value / STEP, place + 1
    pattern = "#,##0.#" if place and value < 10 else "#,##0"
    return f"{format_decimal(value, pattern, locale=locale_of(language))} {UNITS[place]}"


def spelled(values: dict, language: Locale | str) -> dict:
    """Return the values for a sentence, with large numbers grouped, except `number`, which is an id
    or a line's number.
    """
    if not any(type(value) is int and abs(value) >= 1000 for value in values.values()):
        return values
    return {
        name: grouped(value, language) if type(value) is int and name != "number" else value
        for name, value in values.items()
    }
