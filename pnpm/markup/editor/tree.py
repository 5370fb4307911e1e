"""HTML as a tree of the elements that an article may have, whatever was sent, and the tree written
as HTML.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

from ..figures import DECORATION
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
    "sub",
    "sup",
    "u",
}
VOID = {"br", "col", "hr", "img"}
# These are dropped with all they contain. Of other unknown elements, like Word's <o:p>, <font> and
# <span>, the content stays; an <embed> has none, and no end tag.
SILENCED = {
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
# The attributes that are kept; class, style and the editor's `data-trix-…` are not.
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
DEEPEST = 60  # levels: nobody writes text that is nested deeper
# inline elements that continue in a following block; nobody marks words in more ways at once
MOST_AGAIN = 8
_KNOWN = BLOCKS | INLINE
# For a tag, the open elements that it ends if their end tags were left out, and the elements whose
# border it does not cross for that (HTML 4.01 to HTML5).
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
    """An element: its tag, its attributes, and its children, elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)


Node = Element | str


def parse(source: str) -> list[Node]:
    """Return the top-level nodes of an HTML text. Blocks are never inside inline elements, whoever
    wrote it.
    """
    parser = Parser()
    parser.feed(readable(source))
    parser.close()
    return parser.open[0].children


def runs(nodes: Iterable[Node]) -> Iterator[tuple[bool, list[Node]]]:
    """Yield runs of neighbouring nodes, blocks or not: whether they are blocks, and the nodes."""
    for is_block, group in groupby(
        nodes, lambda node: isinstance(node, Element) and node.tag in BLOCKS
    ):
        yield is_block, list(group)


def spelled(nodes: Iterable[Node]) -> str:
    """Return the HTML of nodes."""
    return "".join(
        html.escape(node, quote=False) if isinstance(node, str) else _spelled(node)
        for node in nodes
    )


def start(element: Element) -> str:
    """Return the start tag of an element."""
    kept = {name: value for name, value in element.attributes.items() if name in ATTRIBUTES}
    if element.tag == "img" and element.attributes.get("role") == DECORATION:
        kept["role"] = DECORATION
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())
    return f"<{element.tag}{attributes}>"


def readable(source: str) -> str:
    """Return the text without comments and declarations, complete or not, which html.parser would
    search for again and again: 400 kB of `<!--` took minutes.
    """
    first, *rest = with_short_references(source).split("<!--")
    parts = [first, *(part.partition("-->")[2] if "-->" in part else part for part in rest)]
    head, end, tail = "".join(parts).rpartition(">")
    return re.sub(r"<[!?][^>]*+>?", "", head + end) + tail.replace("<", "&lt;")


def _spelled(element):
    if element.tag in VOID:
        return start(element)
    inside = spelled(element.children)
    if element.tag == "pre" and inside.startswith("\n"):
        inside = f"\n{inside}"  # parsers drop the first line end of a pre
    return f"{start(element)}{inside}</{element.tag}>"


class Parser(HTMLParser):
    """Makes the tree of a `readable` text; the top-level nodes are in `open[0].children`."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]
        self.silenced: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENCED:
            self.silenced.append(tag)
        if not self.silenced and tag in _KNOWN:
            self.begin(tag, {name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Only void elements end with their own tag; any other slash is ignored (HTML, 13.1.2.1).
        if tag not in SILENCED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.silenced:
            self.end(tag)
        elif tag == self.silenced[-1]:
            self.silenced.pop()

    def handle_data(self, data: str) -> None:
        if self.silenced:
            return
        self.open[-1].children.append(data)

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Add an element of a known tag at the place that is reached."""
        again = []
        if tag in BLOCKS:
            again = self._make_room(tag)
        element = Element(tag, attributes)
        self.open[-1].children.append(element)
        if tag not in VOID and len(self.open) < DEEPEST:
            self.open.append(element)
            if tag not in TABLE | LISTS | {"dl", "figure"}:
                for inline in again:
                    self.begin(inline.tag, dict(inline.attributes))

    def end(self, tag: str) -> None:
        """End the innermost open element of that tag, if there is one."""
        place = self._last({tag}, _INSIDE if tag in INLINE else set())
        if place:
            del self.open[place:]

    def _make_room(self, tag):
        """End what a block cannot be inside of, and return the inline elements that continue in
        it.
        """
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
