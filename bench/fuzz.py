"""The fuzz of every route that the tests run with 3,000 requests, with 50,000."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.system import fuzz

from .budget import Row

SEED, REQUESTS = 50, 50_000


def measure(instance: Path) -> Iterator[Row]:
    """The row on what went wrong in the site of that prepared instance: 5xx, dropped connections,
    errors in its log.

    Each is printed whole, beside the table.
    """
    found = fuzz.fuzz(instance, instance, SEED, REQUESTS)
    for fault in found.faults:
        print(fault, file=sys.stderr)
    classes = ", ".join(f"{100 * found.share(first):.0f} % {first}xx" for first in (2, 3, 4, 5))
    note = f"of {len(found.answers):,} requests: {classes}; the slowest {found.worst.seconds:.1f} s"
    yield Row("faults in a fuzz of every route", len(found.faults), 0, note=note)
