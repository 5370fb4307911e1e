"""From an article's source to what the editor takes: what it knows in its own markup, anything else
in boxes.
"""

from itertools import groupby

from . import attachments, inline
from .tree import ATTRIBUTES, HEADINGS, INLINE, LISTS, Element, parse, runs, spelled

# As the editor writes it: it ignores a <b> in a heading, and takes a line end for a space.
OURS = {"<br>\n": "<br>", "<b>": "<strong>", "</b>": "</strong>", "<i>": "<em>", "</i>": "</em>"}


def for_editor(source: str, root: str = "") -> str:
    """Return a source as the editor takes it; `root` is the site's path on its host, or empty."""
    return "".join(_held(attachments.placed(parse(source), root)))


def _held(nodes):
    for is_block, group in runs(nodes):
        if is_block:
            for element in group:
                yield from _hold(element)
        else:
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
    """Yield paragraphs as the editor's <div>s, and pictures as boxes between them."""
    parts = [(_picture(node), [node]) for node in nodes]
    if not all(picture or _is_plain(node) for picture, node in parts):
        yield attachments.box(content=spelled([Element("p", {}, nodes)]))
        return
    for picture, group in groupby(parts, lambda part: part[0]):
        if picture:
            yield from (picture for _each in group)  # the same one may stand there twice
        else:
            for lines in _lines(node for _none, [node] in group):
                yield f"<div>{lines}</div>"


def _picture(node):
    if not isinstance(node, Element):
        return ""
    return attachments.picture(Element("figure", {}, [node]))


def _lines(nodes):
    for lines in inline.paragraphs(nodes):
        for theirs, ours in OURS.items():
            lines = lines.replace(theirs, ours)
        yield lines


def _known(element):
    """Return a heading, list, quote or preformatted text in the editor's markup; empty if it has
    more than the editor knows.
    """
    tag, inside = element.tag, element.children
    if _says(element):
        return ""
    if tag in HEADINGS and _is_plain(inside):
        if tag == "h1":
            tag = "h2"  # the title is the page's h1
        return "".join(f"<{tag}>{lines}</{tag}>" for lines in _lines(inside))
    if tag in LISTS:
        items = [_item(node) for node in inside if isinstance(node, Element) or node.strip()]
        if not items or not all(items):
            return ""
        return f"<{tag}>{''.join(items)}</{tag}>"
    if tag == "blockquote":
        return _quote(inside)
    if tag == "pre" and all(isinstance(node, str) for node in inside):
        return spelled([element])
    return ""


def _quote(nodes):
    parts = []
    for is_block, group in runs(nodes):
        if is_block:
            parts += [_inside(node, "p") for node in group]
        else:
            parts.append(group)
    if not all(parts) or not all(map(_is_plain, parts)):
        return ""
    lines = "<br><br>".join(line for part in parts for line in _lines(part))
    return lines and f"<blockquote>{lines}</blockquote>"


def _item(element):
    """Return a list item of words and then lists; empty if it has anything else."""
    nodes = [node for node in _inside(element, "li") if isinstance(node, Element) or node.strip()]
    parts = list(runs(nodes))
    kinds = [is_block for is_block, _group in parts]
    if kinds not in ([False], [False, True]) or not _is_plain(parts[0][1]):
        return ""
    html = "<br><br>".join(_lines(parts[0][1]))
    for _is_block, group in parts[1:]:
        for node in group:
            known = _known(node) if isinstance(node, Element) and node.tag in LISTS else ""
            if not known:
                return ""
            html += known
    return f"<li>{html}</li>"


def _inside(element, tag):
    """Return the content of an element of that tag without attributes that matter; nothing of any
    other.
    """
    if isinstance(element, Element) and element.tag == tag and not _says(element):
        return element.children
    return []


def _is_plain(nodes):
    """Return whether it is text with only such inline markup as the editor knows; not, say, with a
    `lang`.
    """
    for node in nodes:
        if isinstance(node, str):
            continue
        allowed = {"href"} if node.tag == "a" else set()
        if node.tag not in INLINE - {"img"} or not _says(node) <= allowed:
            return False
        if not _is_plain(node.children):
            return False
    return True


def _says(element):
    """Return the attributes that the editor would lose: all that are kept, except the text
    direction.
    """
    return set(element.attributes) & ATTRIBUTES - {"dir"}
