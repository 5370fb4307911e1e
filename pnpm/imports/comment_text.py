"""A comment of another system as the text that somebody would type here to have the same."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from pnpm.markup import characters, emoticons
from pnpm.markup.editor.tree import BLOCKS, HEADINGS, Element, Node
from pnpm.markup.tags import unmarked
from pnpm.markup.urls import is_mail, is_web

from . import html_tree

INLINE = {"b", "code", "em", "i", "strong"}
KEPT_BLOCKS = {"blockquote", "li", "ol", "pre", "ul"}
# What a comment cannot have here, and of which the words stay.
COUNTED = {"abbr", "acronym", "cite", "del", "dl", "figure", "h1", "hr", "ins", "mark", "q", "s"}
COUNTED |= {"small", "strike", "sub", "sup", "table", "u"} | HEADINGS
_PARAGRAPHS = {"p", "table", "dl", "figure"} | HEADINGS  # an empty line is around them
_CELLS = {"td", "th"}
_SPACES = re.compile(r"[ \t\n\f\r]+")
# What would begin a tag or a reference if it were typed.
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])|&(?:#|[a-zA-Z][a-zA-Z0-9]{1,31}+;?)")
_BREAKS = re.compile(r"<(?:br|p|div)\b", re.IGNORECASE)
# A picture that stands for a letter, as WordPress writes it.
_LETTER = re.compile(r"(?:^|\s)(?:wp-smiley|emoji|emoticon|smiley)(?:\s|$)", re.IGNORECASE)
_LONGEST_LETTER = 20  # characters
# What makes another code, or none, of one that it stands beside.
_JOINS = re.compile(r"[\w:;=~()\[\]}*|/-]")


def comment_source(text: str, is_html: bool) -> tuple[str, Counter[str]]:
    """Return the text of an archived comment as it is typed here, which `sanitizer.comment_html`
    renders to the same, and what of it is not there, by the elements' names. A text that is no HTML
    stays as it was typed.

    In HTML without any element that breaks lines, line ends do so, as in WordPress's comments.
    """
    if not is_html:
        return characters.lines(text), Counter()
    source = unmarked(characters.lines(text))
    nodes, dropped = html_tree.parsed(source, COUNTED)
    writer = _Writer(dropped, has_lines=not _BREAKS.search(source))
    writer.write(nodes)
    return writer.text(), dropped


class _Writer:
    """Writes nodes as typed text. What stands between two words (line ends, a space, the tags that
    begin there) is written with the second of them, so that there is none without words.
    """

    def __init__(self, dropped: Counter[str], has_lines: bool) -> None:
        self.dropped, self.has_lines = dropped, has_lines
        self.parts: list[tuple[bool, str]] = []  # whether it is text, and the text or tag
        self.lines, self.is_spaced = 0, False
        self.opening: list[str] = []
        self.is_by_block = True  # at the place that is reached
        self.is_by_code = False
        self.verbatim = 0

    def text(self) -> str:
        """Return what was written."""
        parts = []
        for is_text, group in groupby(self.parts, lambda part: part[0]):
            joined = "".join(piece for _is_text, piece in group)
            if is_text:
                joined = _MARKUP.sub(_as_text, joined)
            parts.append(joined)
        return "".join(parts).strip()

    def write(self, nodes: Iterable[Node]) -> None:
        """Write nodes."""
        for node in nodes:
            if isinstance(node, str):
                self._words(node)
            else:
                self._element(node)

    def _element(self, element: Element) -> None:
        tag, inside = element.tag, element.children
        if tag in INLINE or (tag == "a" and self._is_link(element)):
            self._within(tag, _start(element), inside)
        elif tag in KEPT_BLOCKS:
            self._break(1)
            self._block(tag, inside)
            self._break(1)
        elif tag == "br":
            self.lines += 1
        elif tag == "img":
            self._picture(element)
        elif tag in _CELLS:
            self.write(inside)
            self.is_spaced = True
        elif tag in BLOCKS:
            around = 2 if tag in _PARAGRAPHS else 1
            self._break(around)
            self.write(inside)
            self._break(around)
        else:
            self.write(inside)

    def _is_link(self, element: Element) -> bool:
        address = element.attributes.get("href", "")
        if is_web(address) or is_mail(address):
            return True
        self.dropped["a"] += 1  # one within the other site
        return False

    def _within(self, tag: str, written: str, inside: list[Node]) -> None:
        self.opening.append(written)
        depth = len(self.opening)
        self.write(inside)
        if len(self.opening) >= depth:  # no word was in it
            self.opening.pop()
        else:
            self.parts.append((False, f"</{tag}>"))

    def _block(self, tag: str, inside: list[Node]) -> None:
        self.opening.append(f"<{tag}>")
        depth = len(self.opening)
        self.verbatim += tag == "pre"
        self.write(inside)
        self.verbatim -= tag == "pre"
        if len(self.opening) >= depth:
            self.opening.pop()
        else:
            self.lines, self.is_spaced, self.is_by_block = 0, False, True
            self.parts.append((False, f"</{tag}>"))

    def _picture(self, element: Element) -> None:
        """Write the code or letter that a picture stands for; any other is dropped."""
        words = element.attributes.get("alt", "").strip()
        is_code = words.lower() in emoticons.BY_CODE
        is_letter = _LETTER.search(element.attributes.get("class", ""))
        if not (is_code or (is_letter and 0 < len(words) <= _LONGEST_LETTER)):
            self.dropped["img"] += 1
            return
        self._put(words, is_code)
        self.is_by_code = is_code

    def _words(self, text: str) -> None:
        if self.verbatim:
            self._put(text)
            return
        for number, line in enumerate(text.split("\n") if self.has_lines else [text]):
            self.lines += number > 0
            words = _SPACES.sub(" ", line)
            self.is_spaced |= words.startswith(" ")
            self._put(words.strip(" "))
            self.is_spaced |= words.endswith(" ")

    def _put(self, words: str, is_code: bool = False) -> None:
        if not words:
            return
        last = self.parts[-1][1][-1] if self.parts and self.parts[-1][0] else ""
        if (is_code and _JOINS.match(last)) or (self.is_by_code and _JOINS.match(words)):
            self.is_spaced = True
        self._begin()
        self.parts.append((True, words))
        self.is_by_block = self.is_by_code = False

    def _begin(self) -> None:
        """Write what stands before a word."""
        begins_block = any(tag[1:-1] in KEPT_BLOCKS for tag in self.opening)
        if self.parts and self.lines:
            lines = 1 if self.is_by_block or begins_block else self.lines
            self.parts.append((True, "\n" * lines))
        elif self.parts and self.is_spaced and not self.is_by_block:
            self.parts.append((True, " "))
        self.parts += [(False, tag) for tag in self.opening]
        self.lines, self.is_spaced, self.opening = 0, False, []

    def _break(self, lines: int) -> None:
        self.lines = max(self.lines, lines)


def _as_text(found: re.Match[str]) -> str:
    """Return what has to be typed to have this as text."""
    typed = found[0]
    if typed == "<":
        return "&lt;"
    if typed == "&#" or typed.endswith(";") or html.unescape(typed) != typed:
        return f"&amp;{typed[1:]}"
    return typed


def _start(element: Element) -> str:
    if element.tag == "a":
        return f'<a href="{html.escape(element.attributes["href"])}">'
    return f"<{element.tag}>"
