"""From what the editor sent to an article's source: clean paragraphs, whatever was pasted into
it.
"""

from . import attachments, inline
from .tree import HEADINGS, LISTS, Element, parse, runs, spelled, start


def from_editor(sent: str) -> str:
    """The source of what the editor sent."""
    return "\n".join(_blocks(parse(sent)))


def _blocks(nodes, direction=None):
    for is_block, group in runs(nodes):
        for element in group if is_block else []:
            yield from _block(element)
        for lines in [] if is_block else inline.paragraphs(group):
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
        for item in group if is_block else [Element("li", {}, group)]:
            parts = [
                "".join(_blocks(inside)) if is_block else "<br>\n".join(inline.paragraphs(inside))
                for is_block, inside in runs(
                    item.children if isinstance(item, Element) and item.tag == "li" else [item]
                )
            ]
            if any(parts):
                yield f"<li>{''.join(parts)}</li>\n"
