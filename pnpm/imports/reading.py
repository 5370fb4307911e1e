"""Which reader takes which system's archives. A reader is imported when its system is asked for."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from . import orphans
from .file_types import split
from .records import NotAnArchive, Record, System

READERS = {
    System.BLOGGER: "pnpm.imports.blogger",
    System.WORDPRESS: "pnpm.imports.wordpress",
    System.DISQUS: "pnpm.imports.disqus",
    System.ISSO: "pnpm.imports.isso",
    System.REMARK42: "pnpm.imports.remark42",
}


def records(system: System, path: Path, bookmark: str = "") -> Iterator[Record]:
    """Yield what an archive of that system holds, from that bookmark on if one is given; or what an
    earlier import of one found no article for and kept in a file. Raises NotAnArchive, also while
    it is read.
    """
    if orphans.is_one(split(path)[0]):
        yield from orphans.read(path, system)
        return
    read = import_module(READERS[system]).read
    yield from read(path, bookmark) if bookmark else read(path)


def unreadable(error: OSError, path: Path) -> NotAnArchive:
    """Return what to say of a file that the disk does not give."""
    return NotAnArchive(f"{path} cannot be read: {error.strerror}.")
