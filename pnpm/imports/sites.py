"""The site that an archive is of, which comes before all that was on it."""

from collections.abc import Callable, Iterable, Iterator

from pnpm.imports.records import ArchivedSite, Record, Unreadable
from pnpm.markup.urls import parts_of

MOST_EARLY = 1_000  # what cannot be read before the file has said whose it is


def site_first(site: Callable[[], ArchivedSite], records: Iterable[Record]) -> Iterator[Record]:
    """Yield the site and then the records. It is asked for with the first thing that the file
    holds, when all that stood before has been read.
    """
    early: list[Record] = []
    is_named = False
    for record in records:
        if not is_named and isinstance(record, Unreadable) and len(early) < MOST_EARLY:
            early.append(record)
            continue
        if not is_named:
            yield site()
            yield from early
            is_named = True
        yield record
    if not is_named:
        yield site()
        yield from early


def origin(address: str) -> str:
    """Return the beginning of an address, with its host, or nothing if it has none."""
    parts = parts_of(address)
    return f"{parts.scheme}://{parts.netloc}/" if parts and parts.netloc else ""


def key_of(address: str) -> str:
    """Return what tells a site of that address from others, whether it is reached by http or https:
    `www.example.com/blog`.
    """
    parts = parts_of(address)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}" if parts else ""
