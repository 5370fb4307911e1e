"""Archived HTML to the source that the editor and the sanitizer keep."""

import html
import re
from collections import Counter

_BREAK = re.compile(r"<br\s*/?>\n?|</p>\s*<p\b[^<>]*>", re.IGNORECASE)
_PARAGRAPH = re.compile(r"</?p\b[^<>]*>", re.IGNORECASE)


def article_source(text: str) -> tuple[str, Counter[str]]:
    """Return the source of an article, and which elements were dropped."""
    return text, Counter()


def comment_source(text: str, is_html: bool) -> tuple[str, Counter[str]]:
    """Return a comment as its author would have typed it here, and which elements were dropped."""
    if not is_html:
        return text, Counter()
    typed = _PARAGRAPH.sub("", _BREAK.sub("\n", text))
    return typed if "<" in typed else html.unescape(typed), Counter()
