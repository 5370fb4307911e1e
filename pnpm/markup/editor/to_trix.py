"""From an article's source to what the editor takes: what it knows in its own words, anything else
in boxes.
"""

from itertools import groupby

from . import attachments, inline
from .tree import ATTRIBUTES, HEADINGS, INLINE, LISTS, Element, parse, runs, spelled

# As the editor writes it; a <b> in a heading it does not see, and a line's end is a space to it.
OURS = {"<br>\n": "<br>", "<b>": "<strong>", "</b>": "</strong>", "<i>": "<em>", "</i>": "</em>"}


def for_editor(source: str, root: str = "") -> str:
    """A source as the editor takes it; `root` is where the site lies on its host, empty or a
    path.
    """
    return "".join(_held(attachments.placed(parse(source), root)))


def _held(nodes):
    for is_block, group in runs(nodes):
        for element in group if is_block else []:
            yield from _hold(element)
        if not is_block:
            yield from _paragraphs(group)


def _hold(element):
    tag, inside = element.tag, element.children
    if tag == "div" and not _says(element):
        yield from _held(inside)
    elif tag == "p" and not _says(element):
        yield from _paragraphs(inside)
    elif known := attachments.picture(element) if tag == "figure" else _known(element):
        yield known
    else:
        yield attachments.box(content=spelled([element]))


def _paragraphs(nodes):
    """Paragraphs, each a <div> as the editor has it, and pictures by themselves."""
    parts = [(_picture(node), [node]) for node in nodes]
    if not all(picture or _is_plain(node) for picture, node in parts):
        yield attachments.box(content=spelled([Element("p", {}, nodes)]))
        return
    for picture, group in groupby(parts, lambda part: part[0]):
        for lines in [] if picture else _lines(node for _none, [node] in group):
            yield f"<div>{lines}</div>"
        yield picture


def _picture(node):
    return attachments.picture(Element("figure", {}, [node])) if isinstance(node, Element) else ""


def _lines(nodes):
    for lines in inline.paragraphs(nodes):
        for theirs, ours in OURS.items():
            lines = lines.replace(theirs, ours)
        yield lines


def _known(element):
    """A heading, list, quote or text as typed, as the editor has it; nothing if there is more to it
    than the editor knows.
    """
    tag, inside = element.tag, element.children
    if _says(element):
        return ""
    if tag in HEADINGS and _is_plain(inside):
        tag = "h2" if tag == "h1" else tag  # the title is the page's h1
        return "".join(f"<{tag}>{lines}</{tag}>" for lines in _lines(inside))
    if tag in LISTS:
        items = [_item(node) for node in inside if isinstance(node, Element) or node.strip()]
        return f"<{tag}>{''.join(items)}</{tag}>" if items and all(items) else ""
    if tag == "blockquote":
        return _quote(inside)
    if tag == "pre" and all(isinstance(node, str) for node in inside):
        return spelled([element])
    return ""


def _quote(nodes):
    parts = []
    for is_block, group in runs(nodes):
        parts += [_inside(node, "p") for node in group] if is_block else [group]
    if not all(parts) or not all(map(_is_plain, parts)):
        return ""
    lines = "<br><br>".join(line for part in parts for line in _lines(part))
    return lines and f"<blockquote>{lines}</blockquote>"


def _item(element):
    """An item: words, then lists."""
    nodes = [node for node in _inside(element, "li") if isinstance(node, Element) or node.strip()]
    parts = list(runs(nodes))
    if [is_block for is_block, _group in parts] not in ([False], [False, True]) or not _is_plain(
        parts[0][1]
    ):
        return ""
    lists = [
        _known(node) if isinstance(node, Element) and node.tag in LISTS else ""
        for _is_block, group in parts[1:]
        for node in group
    ]
    return f"<li>{'<br><br>'.join(_lines(parts[0][1]))}{''.join(lists)}</li>" if all(lists) else ""


def _inside(element, tag):
    """What is in a bare element of that tag; nothing of another."""
    if isinstance(element, Element) and element.tag == tag and not _says(element):
        return element.children
    return []


def _is_plain(nodes):
    """Whether it is words alone, marked as the editor can: it does not know of another language in
    them, say.
    """
    return all(
        isinstance(node, str)
        or (
            node.tag in INLINE - {"img"}
            and _says(node) <= ({"href"} if node.tag == "a" else set())
            and _is_plain(node.children)
        )
        for node in nodes
    )


def _says(element):
    """What its attributes say that the editor does not find out by itself."""
    return set(element.attributes) & ATTRIBUTES - {"dir"}
