"""From what the editor sent to an article's source: clean paragraphs, whatever was pasted."""

from . import attachments, inline
from .tree import HEADINGS, LISTS, Element, parse, runs, spelled, start


def from_editor(sent: str) -> str:
    """Return the source of what the editor sent."""
    return "\n".join(_blocks(parse(sent)))


def _blocks(nodes, direction=None):
    for is_block, group in runs(nodes):
        if is_block:
            for element in group:
                yield from _block(element)
        else:
            for lines in inline.paragraphs(group):
                yield f"{start(Element('p', direction or {}))}{lines}</p>"


def _block(element):
    tag, inside = element.tag, element.children
    direction = {name: value for name, value in element.attributes.items() if name == "dir"}
    if attachments.is_one(element):
        yield from filter(None, [attachments.opened(element)])
    elif tag in HEADINGS:
        yield from (f"{start(element)}{lines}</{tag}>" for lines in inline.paragraphs(inside))
    elif tag in LISTS:
        if items := "".join(_items(inside)):
            yield f"{start(element)}\n{items}</{tag}>"
    elif tag == "blockquote":
        if quoted := "\n".join(_blocks(inside)):
            yield f"{start(element)}\n{quoted}\n</blockquote>"
    elif tag in ("p", "div", "li"):
        yield from _blocks(inside, direction)
    elif tag != "pre" or not inline.is_blank(inside):
        yield spelled([element])


def _items(nodes):
    for is_block, group in runs(nodes):
        items = group if is_block else [Element("li", {}, group)]
        for item in items:
            inside = [item]
            if isinstance(item, Element) and item.tag == "li":
                inside = item.children
            if words := _item(inside):
                yield f"<li>{words}</li>\n"


def _item(nodes):
    parts = []
    for is_block, group in runs(nodes):
        if is_block:
            parts += _blocks(group)
        else:
            parts.append("<br>\n".join(inline.paragraphs(group)))
    return "".join(parts)
