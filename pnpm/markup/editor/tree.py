"""A text's HTML as a tree of the elements that an article may have, whatever was sent; and the tree
written as HTML again.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

from ..tags import with_short_references

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LISTS = {"ol", "ul"}
TABLE = {"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"}
BLOCKS = (
    HEADINGS
    | LISTS
    | TABLE
    | {"blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "hr", "li", "p", "pre"}
)
INLINE = {
    "a",
    "abbr",
    "b",
    "br",
    "cite",
    "code",
    "del",
    "em",
    "i",
    "img",
    "ins",
    "mark",
    "q",
    "s",
    "small",
    "strong",
}
INLINE |= {"sub", "sup", "u"}
VOID = {"br", "col", "hr", "img"}
# Others are passed through, with what is in them: Word's <o:p>, <font>, <span>. Of these nothing is
# left.
SILENCED = {
    "embed",
    "head",
    "iframe",
    "math",
    "noscript",
    "object",
    "script",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
}
# What a reader's browser is told; class and style are not kept, and what the editor says stands in
# `data-trix-…`.
ATTRIBUTES = {
    "lang",
    "dir",
    "href",
    "title",
    "src",
    "alt",
    "width",
    "height",
    "start",
    "span",
    "colspan",
    "rowspan",
    "scope",
}
DEEPEST = 60  # levels: what is nested deeper is no text
# inline elements that go on in each block that follows; nobody marks words in more ways at once
MOST_AGAIN = 8
_KNOWN = BLOCKS | INLINE
# Which open element a tag ends if its own end was left out, and what that does not reach out of
# (HTML 4.01 to HTML5).
_INSIDE = BLOCKS - {"p"} - HEADINGS
_ENDS = {"li": ({"li"}, LISTS), "dt": ({"dt", "dd"}, {"dl"}), "dd": ({"dt", "dd"}, {"dl"})}
_ENDS |= {
    "tr": ({"tr", "caption", "colgroup"}, {"table"}),
    "td": ({"td", "th"}, {"tr"}),
    "th": ({"td", "th"}, {"tr"}),
}
_ENDS |= dict.fromkeys(
    ["thead", "tbody", "tfoot"], ({"thead", "tbody", "tfoot", "caption", "colgroup"}, {"table"})
)


@dataclass(eq=False)
class Element:
    """One element: its tag, its attributes, and what is in it, elements and runs of text."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)


Node = Element | str


def parse(source: str) -> list[Node]:
    """What stands on the uppermost level of an HTML text. Each block is outside of what is inline,
    whoever wrote it.
    """
    parser = _Parser()
    parser.feed(_readable(source))
    parser.close()
    return parser.open[0].children


def runs(nodes: Iterable[Node]) -> Iterator[tuple[bool, list[Node]]]:
    """Neighbours of a kind: whether they are blocks, and they."""
    for is_block, group in groupby(
        nodes, lambda node: isinstance(node, Element) and node.tag in BLOCKS
    ):
        yield is_block, list(group)


def spelled(nodes: Iterable[Node]) -> str:
    """Nodes as HTML."""
    return "".join(
        html.escape(node, quote=False) if isinstance(node, str) else _spelled(node)
        for node in nodes
    )


def start(element: Element) -> str:
    """The tag that an element begins with."""
    kept = {name: value for name, value in element.attributes.items() if name in ATTRIBUTES}
    return (
        f"<{element.tag}"
        + "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())
        + ">"
    )


def _readable(source):
    """Without comments and the like, whole or not, which html.parser looks for again and again: 400
    kB of `<!--` took minutes.
    """
    first, *rest = with_short_references(source).split("<!--")
    parts = [first, *(part.partition("-->")[2] if "-->" in part else part for part in rest)]
    head, end, tail = "".join(parts).rpartition(">")
    return re.sub(r"<[!?][^>]*+>?", "", head + end) + tail.replace("<", "&lt;")


def _spelled(element):
    inside = spelled(element.children)
    # the first one of a pre is not read
    line = "\n" if element.tag == "pre" and inside.startswith("\n") else ""
    return start(element) + ("" if element.tag in VOID else f"{line}{inside}</{element.tag}>")


class _Parser(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = [Element("")]
        self.silenced = []

    def handle_starttag(self, tag, attrs):
        if tag in SILENCED:
            self.silenced.append(tag)
        if self.silenced or tag not in _KNOWN:
            return
        again = self._make_room(tag) if tag in BLOCKS else []
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID and len(self.open) < DEEPEST:
            self.open.append(element)
            for inline in again if tag not in TABLE | LISTS | {"dl", "figure"} else []:
                self.handle_starttag(inline.tag, inline.attributes.items())

    def handle_startendtag(self, tag, attrs):
        # Only what is empty ends with its own tag; any other slash is not read (HTML, 13.1.2.1).
        if tag not in SILENCED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if self.silenced:
            if tag == self.silenced[-1]:
                self.silenced.pop()
            return
        place = self._last({tag}, _INSIDE if tag in INLINE else set())
        if place:
            del self.open[place:]

    def handle_data(self, data):
        if self.silenced:
            return
        self.open[-1].children.append(data)

    def _make_room(self, tag):
        """Ends what a block cannot stand in, and gives the inline elements that go on in it."""
        ends, within = _ENDS.get(tag, ({"p"} | HEADINGS, _INSIDE))
        place = self._last(ends, within)
        inline = [element for element in self.open[place or 1 :] if element.tag in INLINE]
        if place:
            del self.open[place:]
        while self.open[-1].tag in INLINE:
            self.open.pop()
        return inline[:MOST_AGAIN]

    def _last(self, tags, within):
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag in tags:
                return place
            if self.open[place].tag in within:
                return None
        return None
