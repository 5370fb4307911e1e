"""The HTML of another system's articles as the sources that our editor keeps, and its comments as
the text that somebody would type here.
"""

import html as entities
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice

from pnpm.markup import characters
from pnpm.markup.editor import inline
from pnpm.markup.editor.tree import (
    BLOCKS,
    HEADINGS,
    INLINE,
    LISTS,
    VOID,
    Element,
    Node,
    runs,
    spelled,
    start,
)
from pnpm.markup.urls import is_web

from . import picture_addresses as addresses
from .comment_text import comment_source
from .html_tree import parsed

__all__ = ["article_source", "comment_source"]

OURS = re.compile(r"/pictures/[0-9a-f]{32}/[0-9]{1,5}\.jpg")
# What Blogger's, WordPress's and old galleries' pages put around a picture and its caption.
_CAPTIONED = {"figure", "tr-caption-container", "wp-caption", "gallery-item", "wp-block-image"}
_GALLERY = re.compile(r"(?:^|\s)(?:blocks-gallery|wp-block-gallery|gallery)", re.IGNORECASE)
_ROWS = {"table": {"caption", "thead", "tbody", "tfoot", "tr"}, "tr": {"td", "th"}}
_ROWS |= {part: {"tr"} for part in ("thead", "tbody", "tfoot")}


def article_source(html: str) -> tuple[str, Counter[str]]:
    """Return the source of an archived article, and what of it is not there, by the elements'
    names. A picture of ours (`pictures.Pictures` puts them there) stands in a figure; in place of
    any other, which readers would not get, is a link to it, and it is counted as `img`. The result
    does not change if it is given once more.
    """
    nodes, dropped = parsed(html)
    ours = list(_with_ours(nodes, dropped))
    return "\n".join(_blocks(ours)), dropped


def _with_ours(nodes: Iterable[Node], dropped: Counter[str], link: str = "") -> Iterator[Node]:
    """Yield the nodes with links in place of pictures that are not ours; `link` is where a link
    around them leads.
    """
    for node in nodes:
        if isinstance(node, str):
            yield node
        elif node.tag == "img":
            yield from _picture_or_link(node, dropped, link)
        elif node.tag == "a":
            yield from _link_with_ours(node, dropped)
        else:
            inside = list(_with_ours(node.children, dropped, link))
            is_empty = node.tag in INLINE - VOID and all(map(_is_space, inside))
            yield from inside if is_empty else [Element(node.tag, node.attributes, inside)]


def _link_with_ours(element: Element, dropped: Counter[str]) -> Iterator[Node]:
    address = element.attributes.get("href", "")
    inside = [*_with_ours(element.children, dropped, address)]
    yield from inside if all(map(_is_space, inside)) else [Element("a", element.attributes, inside)]
    if addresses.is_picture(address):
        return
    for image in _images(element.children):  # which the link leads away from
        if not _is_ours(image) and (shown := _shown(image)):
            yield from (" (", Element("a", {"href": shown}, ["gambarnya"]), ")")


def _is_space(node: Node) -> bool:
    return isinstance(node, str) and characters.is_blank(node)


def _picture_or_link(image: Element, dropped: Counter[str], link: str) -> Iterator[Node]:
    if _is_ours(image):
        names = ("src", "alt", "title", "width", "height")
        given = {name: image.attributes[name] for name in names if name in image.attributes}
        yield Element("img", given)
        return
    dropped["img"] += 1
    if addresses.is_dot(image.attributes):
        return
    shown = _shown(image)
    named = image.attributes.get("alt") or image.attributes.get("title") or ""
    words = f"Gambar: {' '.join(named.split()) or addresses.name_of(shown)}".rstrip(" :")
    if shown and not link:
        yield Element("a", {"href": shown}, [words])
    else:
        yield words


def _shown(image: Element) -> str:
    return next(filter(is_web, addresses.shown_by(image.attributes)), "")


def _is_ours(image: Element) -> bool:
    return bool(OURS.fullmatch(image.attributes.get("src", "")))


def _images(nodes: Iterable[Node]) -> Iterator[Element]:
    """Yield the pictures among nodes and in them, from first to last."""
    left = [iter(nodes)]
    while left:
        node = next(left[-1], None)
        if node is None:
            left.pop()
        elif isinstance(node, Element):
            left.append(iter(node.children))
            if node.tag == "img":
                yield node


def _blocks(nodes: Iterable[Node], direction: dict[str, str] | None = None) -> Iterator[str]:
    for is_block, group in runs(nodes):
        if is_block:
            for node in group:
                if isinstance(node, Element):
                    yield from _block(node, direction)
        else:
            yield from _paragraphs(group, direction or {})


def _block(element: Element, direction: dict[str, str] | None) -> Iterator[str]:
    if element.attributes.get("dir"):
        direction = {"dir": element.attributes["dir"]}
    if _CAPTIONED & {element.tag, *element.attributes.get("class", "").split()}:
        yield from _figure(element, direction)
    elif element.tag in _WRITERS:
        yield from _WRITERS[element.tag](element)
    elif element.tag == "blockquote":
        if quoted := "\n".join(_blocks(element.children, direction)):
            yield f"{_start(element)}\n{quoted}\n</blockquote>"
    else:
        yield from _blocks(element.children, direction)


def _paragraphs(nodes: list[Node], direction: dict[str, str]) -> Iterator[str]:
    """Yield the paragraphs of inline nodes, and the figures of the pictures between them."""
    for is_picture, group in groupby(_opened(nodes), _is_picture):
        if is_picture:
            yield from (f"<figure>{spelled([node])}</figure>" for node in group)
            continue
        for lines in inline.paragraphs(group):
            yield f"{start(Element('p', direction))}{_linked(lines)}</p>"


def _linked(lines: str) -> str:
    """Return a paragraph, as a link if it is nothing but an address, which WordPress shows as what
    is there.
    """
    address = entities.unescape(lines)
    if "<" in lines or not is_web(address):
        return lines
    return spelled([Element("a", {"href": address}, [address])])


def _opened(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield inline nodes with each picture in none of them but a link."""
    for node in nodes:
        if isinstance(node, str) or node.tag in VOID or not [*islice(_images([node]), 1)]:
            yield node
            continue
        for is_picture, group in groupby(_opened(node.children), _is_picture):
            if not is_picture:
                yield Element(node.tag, node.attributes, list(group))
            elif node.tag == "a":
                yield from (Element("a", node.attributes, [picture]) for picture in group)
            else:
                yield from group


def _is_picture(node: Node) -> bool:
    """Return whether a node is nothing but a picture of ours, in a link or not."""
    if not isinstance(node, Element):
        return False
    is_link = node.tag == "a" and len(node.children) == 1
    return node.tag == "img" or (is_link and _is_picture(node.children[0]))


def _figure(element: Element, direction: dict[str, str] | None) -> Iterator[str]:
    """Yield the figure of the only picture in an element, with the words in it as its caption; or
    all that is in it.
    """
    if len([*islice(_images(element.children), 2)]) == 1:
        pictures, words = _apart(element.children)
        caption = "<br>\n".join(inline.paragraphs(_in_lines(words)))
        if caption:
            caption = f"<figcaption>{caption}</figcaption>"
        yield f"<figure>{spelled(pictures)}{caption}</figure>"
    else:
        yield from _blocks(_unframed(element), direction)


def _apart(nodes: Iterable[Node]) -> tuple[list[Node], list[Node]]:
    """Return the pictures in nodes at any depth, and the nodes without them."""
    pictures: list[Node] = []
    others: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag in BLOCKS:
            within, rest = _apart(node.children)
            pictures += within
            others.append(Element(node.tag, node.attributes, rest))
            continue
        for part in _opened([node]):
            (pictures if _is_picture(part) else others).append(part)
    return pictures, others


def _unframed(element: Element) -> list[Node]:
    """Return what is in an element that shows several pictures, or none, without that element."""
    if element.tag in ("table", "dl"):
        return [Element(element.tag, {}, element.children)]
    return element.children


def _heading(element: Element) -> Iterator[str]:
    for is_picture, group in groupby(_opened(_in_lines(element.children)), _is_picture):
        if is_picture:
            yield from _paragraphs(list(group), {})
        else:
            for lines in inline.paragraphs(group):
                yield f"{_start(element)}{lines}</{element.tag}>"


def _list(element: Element) -> Iterator[str]:
    if _GALLERY.search(element.attributes.get("class", "")):
        yield from _blocks(Element("div", {}, [node]) for node in element.children)
    elif items := "".join(_items(element.children)):
        yield f"{_start(element)}\n{items}</{element.tag}>"


def _items(nodes: Iterable[Node]) -> Iterator[str]:
    for is_block, group in runs(nodes):
        for item in group if is_block else [Element("li", {}, group)]:
            inside = [item]
            if isinstance(item, Element) and item.tag == "li":
                inside = item.children
            if words := _cell(inside):
                yield f"<li>{words}</li>\n"


def _cell(nodes: Iterable[Node]) -> str:
    """Return what is in an item or a cell: its first words without a paragraph of their own."""
    parts = list(_blocks(nodes))
    if parts and parts[0].startswith("<p>") and not any(map(_is_paragraph, parts[1:])):
        parts[0] = parts[0].removeprefix("<p>").removesuffix("</p>")
    return "".join(parts)


def _is_paragraph(block: str) -> bool:
    return block.startswith("<p")


def _descriptions(element: Element) -> Iterator[str]:
    items = ""
    strays: list[Node] = []
    for node in _flat(element.children):
        if isinstance(node, Element) and node.tag in ("dt", "dd"):
            words = _cell(node.children if node.tag == "dd" else _in_lines(node.children))
            items += f"<{node.tag}>{words}</{node.tag}>\n" if words else ""
        else:
            strays.append(node)
    yield from _blocks(strays)
    if items:
        yield f"<dl>\n{items}</dl>"


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield nodes with those in a `div` in its place, as a description list may group them."""
    for node in nodes:
        if isinstance(node, Element) and node.tag == "div":
            yield from _flat(node.children)
        else:
            yield node


def _table(element: Element) -> Iterator[str]:
    """Yield a table, behind what is in it and in none of its cells. One of a single cell only
    arranges what is in that.
    """
    strays: list[Node] = []
    table = _tidied(element, strays)
    parts = list(_parts(table))
    yield from _blocks(strays)
    if len(parts) == 1:
        yield from _blocks(parts[0].children)
    elif not all(_is_empty(part.children) for part in parts):
        yield f"<table>{_written(table)}</table>"


def _tidied(element: Element, strays: list[Node]) -> Element:
    """Return a part of a table with nothing in it but what belongs there; what does not is added to
    `strays`.
    """
    tidy = Element(element.tag)
    for node in element.children:
        if isinstance(node, str) or node.tag not in _ROWS[element.tag]:
            is_column = isinstance(node, Element) and node.tag in ("colgroup", "col")
            strays += [] if is_column else [node]
        elif node.tag in _ROWS:
            tidy.children.append(_tidied(node, strays))
        else:
            tidy.children.append(node)
    return tidy


def _parts(table: Element) -> Iterator[Element]:
    """Yield the cells and captions of a table."""
    for node in table.children:
        if isinstance(node, Element) and node.tag in _ROWS:
            yield from _parts(node)
        elif isinstance(node, Element):
            yield node


def _written(table: Element) -> str:
    written = ""
    for node in table.children:
        if isinstance(node, str):
            continue
        if node.tag in _ROWS:
            inside = _written(node)
            written += f"<{node.tag}>{inside}</{node.tag}>\n" if inside else ""
        elif node.tag == "caption":
            words = "<br>\n".join(inline.paragraphs(_in_lines(node.children)))
            written += f"<caption>{words}</caption>" if words else ""
        else:
            written += f"{_start(node)}{_cell(node.children)}</{node.tag}>"
    return written


def _preformatted(element: Element) -> Iterator[str]:
    if not _is_empty(element.children):
        lines = spelled(_in_lines(element.children, "\n")).strip("\n")
        yield f"{_start(element)}{lines}</pre>"


def _is_empty(nodes: Iterable[Node]) -> bool:
    return inline.is_blank(_in_lines(nodes))


def _in_lines(nodes: Iterable[Node], end: str = "") -> list[Node]:
    """Return nodes as inline ones: each block in them as lines of its own, that end with a <br>, or
    with `end`.
    """
    lines: list[Node] = []
    for is_block, group in runs(nodes):
        if not is_block:
            lines += group
            continue
        for node in group:
            if isinstance(node, Element):
                edge: Node = end or Element("br")
                lines += [edge, *_in_lines(node.children, end), edge]
    return lines


def _start(element: Element) -> str:
    return start(Element(element.tag, _said(element)))


def _said(element: Element) -> dict[str, str]:
    return {name: value for name, value in element.attributes.items() if name != "class"}


_WRITERS: dict[str, Callable[[Element], Iterator[str]]] = {
    **dict.fromkeys(HEADINGS, _heading),
    **dict.fromkeys(LISTS, _list),
    "dl": _descriptions,
    "hr": lambda _element: iter(["<hr>"]),
    "pre": _preformatted,
    "table": _table,
}
