"""The text in the editor: its own markup, Trix's, made an article's source, and a source made the
editor's.

The editor knows paragraphs, headings, lists, quotes and pictures. Anything else it is given in a
closed box, and gives back so.
"""

import html
import re

from .. import characters
from . import from_trix, inline, to_trix
from .tree import parse, runs, spelled


def paragraphs(source: str) -> str:
    """The HTML of a plain text: blank lines part paragraphs, line ends are kept."""
    parts = re.split(r"\n\s*\n", characters.lines(source))
    return "\n".join(
        "<p>" + "<br>\n".join(html.escape(part, quote=False).split("\n")) + "</p>"
        for part in parts
        if part
    )


def source(sent: str, form: str) -> str:
    """The source of what was sent: `rich` is the editor's; in any other, blank lines part
    paragraphs, and HTML is HTML.
    """
    if form == "rich":
        return from_trix.from_editor(sent)
    found = list(runs(parse(sent)))
    if all(is_block or inline.is_blank(nodes) for is_block, nodes in found):
        return sent  # as it was given out, or written in HTML throughout
    parts = [[spelled(nodes)] if is_block else _paragraphs(nodes) for is_block, nodes in found]
    return "\n".join(part for group in parts for part in group)


def for_editor(source: str, root: str = "") -> str:
    """A source as the editor takes it; `root` is where the site lies on its host, empty or a
    path.
    """
    return to_trix.for_editor(source, root)


def _paragraphs(nodes):
    return [f"<p>{lines}</p>" for lines in inline.paragraphs(nodes, typed=True)]
