"""What a writer sends, made the source of an article: plain text, and what the editor writes. `text` makes it safe then."""

import html
import re

from . import characters


def paragraphs(source: str) -> str:
    """The HTML of a plain text: blank lines part paragraphs, line ends are kept."""
    parts = re.split(r"\n\s*\n", characters.lines(source))
    return "\n".join("<p>" + "<br>\n".join(html.escape(part, quote=False).split("\n")) + "</p>" for part in parts if part)
