"""Inline content of a block: split into paragraphs and lines, and written as clean HTML."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from .. import characters
from .tree import INLINE, VOID, Element, Node, spelled, start

_SPACES = re.compile(r"[ \t\n\f\r]+")
# The editor, and Word, put no-break spaces where ordinary ones would be lost.
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


def paragraphs(nodes: Iterable[Node], typed: bool = False) -> Iterator[str]:
    """Yield the HTML of each paragraph, its lines separated by <br>; empty lines separate
    paragraphs.

    With `typed`, as in a plain text, line ends are lines, too, and no-break spaces are kept.
    """
    spaces = _SPACES if typed else _BLANKS
    for is_seen, lines in groupby(_lines(nodes, typed), _is_seen):
        if is_seen:
            yield "<br>\n".join(_written(line, spaces) for line in lines)


def is_blank(nodes: Iterable[Node]) -> bool:
    """Return whether nothing is visible."""
    return not any(map(_is_seen, _lines(nodes, typed=False)))


def _leaves(nodes, around=()):
    """Yield each text, <br> and <img> with the elements around it, the outermost first."""
    for node in nodes:
        if isinstance(node, str) or node.tag not in INLINE - VOID:
            yield around, node
        else:
            yield from _leaves(node.children, (*around, node))


def _lines(nodes, typed):
    lines: list[list[tuple[tuple[Element, ...], Node]]] = [[]]
    for around, leaf in _leaves(nodes):
        if isinstance(leaf, Element) and leaf.tag == "br":
            lines.append([])
            continue
        parts = [leaf]
        if typed and isinstance(leaf, str):
            if not lines[-1] and len(lines) > 1:  # after a <br>
                leaf = leaf.removeprefix("\n")
            parts = leaf.split("\n")
        lines[-1].append((around, parts[0]))
        lines += [[(around, part)] for part in parts[1:]]
    return lines


def _is_seen(line):
    return any(isinstance(leaf, Element) or not characters.is_blank(leaf) for _around, leaf in line)


def _written(line, spaces):
    written = ""
    open_ = ()
    is_spaced = True
    for around, leaf in _without_last_spaces(line, spaces):
        words = spaces.sub(" ", leaf) if isinstance(leaf, str) else leaf
        if is_spaced and isinstance(words, str):
            words = words.removeprefix(" ")
        if words == "":
            continue
        same = _shared(open_, around)
        written += _ends(open_[same:]) + "".join(map(start, around[same:])) + spelled([words])
        open_ = around
        is_spaced = isinstance(words, str) and words.endswith(" ")
    if is_spaced:
        written = written.removesuffix(" ")
    return written + _ends(open_)


def _without_last_spaces(line, spaces):
    """Return a line without the spaces at its end, and with them the elements that hold nothing
    else.
    """
    end = len(line)
    while end and isinstance(line[end - 1][1], str) and not spaces.sub("", line[end - 1][1]):
        end -= 1
    return line[:end]


def _shared(open_, around):
    """Return how many of the open elements, from the outermost on, are around the next leaf,
    too.
    """
    pairs = zip(open_, around, strict=False)
    return len(list(takewhile(lambda pair: pair[0] is pair[1], pairs)))


def _ends(elements):
    return "".join(f"</{element.tag}>" for element in reversed(elements))
