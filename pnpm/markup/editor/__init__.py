"""Converts between an article's source and the markup of the editor, Trix.

The editor knows paragraphs, headings, lists, quotes and pictures. Anything else is put into a
closed box, an attachment, and comes back unchanged.
"""

import html
import re

from .. import characters
from . import from_trix, inline, to_trix
from .tree import parse, runs, spelled


def paragraphs(source: str) -> str:
    """Return the HTML of a plain text: blank lines separate paragraphs, line ends are kept."""
    parts = re.split(r"\n\s*\n", characters.lines(source))
    escaped = [html.escape(part, quote=False).replace("\n", "<br>\n") for part in parts if part]
    return "\n".join(f"<p>{part}</p>" for part in escaped)


def source(sent: str, form: str) -> str:
    """Return an article's source from what was sent: of the form `rich` from the editor's markup;
    else from HTML in which blank lines may separate paragraphs.
    """
    if form == "rich":
        return from_trix.from_editor(sent)
    found = list(runs(parse(sent)))
    if all(is_block or inline.is_blank(nodes) for is_block, nodes in found):
        return sent  # unchanged, or written in HTML throughout
    parts = []
    for is_block, nodes in found:
        if is_block:
            parts.append(spelled(nodes))
        else:
            parts += [f"<p>{lines}</p>" for lines in inline.paragraphs(nodes, typed=True)]
    return "\n".join(parts)


def for_editor(source: str, root: str = "") -> str:
    """Return a source as the editor takes it; `root` is the site's path on its host, or empty."""
    return to_trix.for_editor(source, root)
