"""Where the root element of an XML file begins, and what may stand before it."""

import re
from collections.abc import Iterator

from pnpm.imports.file_types import HEAD
from pnpm.imports.records import NotAnArchive

_ROOT = rb"<(?:[\w.-]{1,40}:)?(?:%s)[\s>]"


def from_root(chunks: Iterator[bytes], root: str) -> tuple[bytes, int]:
    """Return the beginning of the file from its root element on, nothing if it has none, and by how
    many bytes that is shorter. What is before it is not parsed at all: no declaration there can
    have an effect. Raises NotAnArchive for one that declares something.
    """
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD:
            break
    blank = _without_comments(head)
    found = re.search(_ROOT % root.encode(), blank)
    before = blank[: found.start()] if found else blank
    if b"<!ENTITY" in before or b"<!ATTLIST" in before:
        raise NotAnArchive(
            "This file declares entities of its own, which no export needs and an attack would do:"
            " it is refused."
        )
    if not found:
        return b"", 0
    lines = head.count(b"\n", 0, found.start())
    return b"\n" * lines + head[found.start() :], found.start() - lines


def _without_comments(head: bytes) -> bytes:
    """The same with spaces for comments."""
    pieces = []
    at = 0
    while (begin := head.find(b"<!--", at)) >= 0 and (end := head.find(b"-->", begin)) >= 0:
        pieces += [head[at:begin], b" " * (end + 3 - begin)]
        at = end + 3
    return b"".join([*pieces, head[at:]])
