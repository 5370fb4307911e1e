"""Closed boxes in the editor's text, its attachments: pictures, and what the editor does not
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
    """A box that holds `content`, or the picture at `url`; `about` may have its `caption`."""
    values = {BOX: facts} | ({CAPTION: about} if about else {})
    spoken = "".join(
        f' {name}="{html.escape(json.dumps(value, ensure_ascii=False))}"'
        for name, value in values.items()
    )
    return f"<div><figure{spoken}></figure></div>"


def picture(figure: Element) -> str:
    """The box of a picture of ours, alone or linked, and the plain words under it; empty if the
    figure is another.
    """
    inside = [node for node in figure.children if isinstance(node, Element) or node.strip()]
    under = _alone(inside[-1:], "figcaption") if len(inside) > 1 else None
    words = [node for node in under.children if isinstance(node, str)] if under else []
    inside = inside[:-1] if under else inside
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
    facts |= {
        name: int(given[name])
        for name in ("width", "height")
        if re.fullmatch("[0-9]{1,5}", given.get(name, ""))
    }
    facts |= {"href": link.attributes["href"]} if link and link.attributes.get("href") else {}
    caption = " ".join("".join(words).split())
    return box({"caption": caption} if caption else None, **facts)


def is_one(element: Element) -> bool:
    """Whether that is a box."""
    return BOX in element.attributes


def opened(element: Element) -> str:
    """The HTML of what is in a box: a picture of ours under its caption of now, or what was put in.
    Else there is nothing.
    """
    facts, caption = _facts(element, BOX), _facts(element, CAPTION).get("caption")
    if isinstance(facts.get("content"), str):
        return spelled(placed(parse(facts["content"]), ""))
    found = ADDRESS.fullmatch(str(facts.get("url")))
    if not found:
        return ""
    values = {"src": "/" + found[1], "alt": facts.get("alt") or ""} | {
        name: facts.get(name) for name in ("width", "height")
    }
    inside = Element(
        "img", {name: str(value) for name, value in values.items() if value is not None}
    )
    if facts.get("href"):
        inside = Element("a", {"href": str(facts["href"])}, [inside])
    under = [Element("figcaption", {}, [str(caption)])] if caption else []
    return spelled([Element("figure", {}, [inside, *under])])


def placed(nodes: Iterable[Node], root: str) -> list[Node]:
    """The same with our pictures where they lie; of others, which no reader gets to see, the
    words.
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
    """The element of that tag, if there is nothing else."""
    node = nodes[0] if len(nodes) == 1 else None
    return node if isinstance(node, Element) and node.tag == tag else None
