"""The editor's attachments, closed boxes in its text: pictures, and whatever the editor does not
know.
"""

import html
import json
import re
from collections.abc import Iterable

from .tree import Element, Node, parse, spelled

BOX = "data-trix-attachment"
CAPTION = "data-trix-attributes"
ADDRESS = re.compile(r"(?:[^\s\"<>?#]*/)?(pictures/[0-9a-f]{32}/[0-9a-z.]+)")


def box(about: dict | None = None, **facts) -> str:
    """Return a box that has `content`, or the picture at `url`; `about` may have the picture's
    `caption`.
    """
    values = {BOX: facts}
    if about:
        values[CAPTION] = about
    attributes = "".join(
        f' {name}="{html.escape(json.dumps(value, ensure_ascii=False))}"'
        for name, value in values.items()
    )
    return f"<div><figure{attributes}></figure></div>"


def picture(figure: Element) -> str:
    """Return the box of a figure with a picture of ours, linked or not, and a plain caption; empty
    for any other figure.
    """
    inside = [node for node in figure.children if isinstance(node, Element) or node.strip()]
    under = None
    words = []
    if len(inside) > 1:
        under = _alone(inside[-1:], "figcaption")
    if under:
        words = [node for node in under.children if isinstance(node, str)]
        inside = inside[:-1]
    link = _alone(inside, "a")
    image = _alone(link.children if link else inside, "img")
    if image is None or (under and len(words) != len(under.children)):
        return ""
    given = image.attributes
    facts: dict[str, str | int] = {
        "contentType": "image/jpeg",
        "url": given.get("src", ""),
        "alt": given.get("alt", ""),
    }
    if given.get("role"):
        facts["role"] = given["role"]
    facts |= {
        name: int(given[name])
        for name in ("width", "height")
        if re.fullmatch("[0-9]{1,5}", given.get(name, ""))
    }
    if link and link.attributes.get("href"):
        facts["href"] = link.attributes["href"]
    caption = " ".join("".join(words).split())
    return box({"caption": caption} if caption else None, **facts)


def is_one(element: Element) -> bool:
    """Return whether an element is a box."""
    return BOX in element.attributes


def opened(element: Element) -> str:
    """Return the HTML that a box stands for: a picture of ours with its present caption, or the
    content that was put in. Empty for anything else.
    """
    facts = _facts(element, BOX)
    caption = _facts(element, CAPTION).get("caption")
    if isinstance(facts.get("content"), str):
        return spelled(placed(parse(facts["content"]), ""))
    found = ADDRESS.fullmatch(str(facts.get("url")))
    if not found:
        return ""
    values = {"src": "/" + found[1], "alt": facts.get("alt") or ""} | {
        name: facts.get(name) or None for name in ("width", "height", "role")
    }
    inside = Element(
        "img", {name: str(value) for name, value in values.items() if value is not None}
    )
    if facts.get("href"):
        inside = Element("a", {"href": str(facts["href"])}, [inside])
    figure = Element("figure", {}, [inside])
    if caption:
        figure.children.append(Element("figcaption", {}, [str(caption)]))
    return spelled([figure])


def placed(nodes: Iterable[Node], root: str) -> list[Node]:
    """Return the nodes with our pictures at their addresses below `root`; of other pictures, which
    no reader gets, only the alternative text is left.
    """
    return [_placed(node, root) if isinstance(node, Element) else node for node in nodes]


def _placed(element, root):
    if element.tag != "img":
        return Element(element.tag, element.attributes, placed(element.children, root))
    found = ADDRESS.fullmatch(element.attributes.get("src", ""))
    if found:
        return Element("img", element.attributes | {"src": f"{root}/{found[1]}"})
    return element.attributes.get("alt", "")


def _facts(element, name):
    try:
        found = json.loads(element.attributes.get(name, "{}"))
    except (ValueError, RecursionError):
        found = {}
    return found if isinstance(found, dict) else {}


def _alone(nodes: list[Node], tag: str) -> Element | None:
    """Return the only node, if it is an element of that tag."""
    if len(nodes) == 1 and isinstance(nodes[0], Element) and nodes[0].tag == tag:
        return nodes[0]
    return None
