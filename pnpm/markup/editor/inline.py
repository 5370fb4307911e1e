"""Words and what marks them, inside of a block: cut into paragraphs and lines, and written
cleanly.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from .. import characters
from .tree import INLINE, VOID, Element, Node, spelled, start

_SPACES = re.compile(r"[ \t\n\f\r]+")
# the editor, and Word, put hard spaces where others would be lost
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


def paragraphs(nodes: Iterable[Node], typed: bool = False) -> Iterator[str]:
    """The HTML of the paragraphs: their lines are parted by <br>, they by an empty line.

    `typed` as in a plain text: the end of a line is one, and hard spaces are meant.
    """
    for is_seen, lines in groupby(_lines(nodes, typed), _is_seen):
        if is_seen:
            yield "<br>\n".join(_written(line, _SPACES if typed else _BLANKS) for line in lines)


def is_blank(nodes: Iterable[Node]) -> bool:
    """Whether there is nothing to see."""
    return not any(map(_is_seen, _lines(nodes, typed=False)))


def _leaves(nodes, around=()):
    """Runs of text, <br> and <img>, each with the elements around it, the outermost first."""
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
        after_break = typed and not lines[-1] and len(lines) > 1
        if typed and isinstance(leaf, str):
            parts = leaf.removeprefix("\n" if after_break else "").split("\n")
        else:
            parts = [leaf]
        lines[-1].append((around, parts[0]))
        lines += [[(around, part)] for part in parts[1:]]
    return lines


def _is_seen(line):
    return any(isinstance(leaf, Element) or not characters.is_blank(leaf) for _around, leaf in line)


def _written(line, spaces):
    written, open_, is_spaced = "", (), True
    for around, leaf in line:
        words = spaces.sub(" ", leaf) if isinstance(leaf, str) else leaf
        if is_spaced and isinstance(words, str):
            words = words.removeprefix(" ")
        if words == "":
            continue
        same = len(
            list(takewhile(lambda pair: pair[0] is pair[1], zip(open_, around, strict=False)))
        )
        written += _ends(open_[same:]) + "".join(map(start, around[same:])) + spelled([words])
        open_, is_spaced = around, isinstance(words, str) and words.endswith(" ")
    return (written.removesuffix(" ") if is_spaced else written) + _ends(open_)


def _ends(elements):
    return "".join(f"</{element.tag}>" for element in reversed(elements))
