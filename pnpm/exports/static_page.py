"""A page of the site as a file that stands by itself: relative links, no script, and in place of
each form a sentence.
"""

import html
from collections.abc import Callable
from typing import NamedTuple

from .page_tokens import Token

# What makes no sense without a server, or a script, by class and by id.
_CLASSES = frozenset(
    {
        "color-scheme",
        "comment__reply",
        "comment__published",
        "comments__later",
        "comments__new",
        "comments__order",
        "comments__thanks",
        "footer__office",
        "offline",
    }
)
_IDS = frozenset({"copied", "form-home", "posting", "status", "waiting-own"})
_ELEMENTS = frozenset({"button", "noscript"})
_RELATIONS = frozenset({"manifest", "search"})
# what leads to the site's other pages, or to what is on this one
_LEADING = frozenset({"pager", "skip"})
# what names the page to others, by its address
_NAMING = frozenset({"og:url", "og:image", "og:image:width", "og:image:height", "og:image:alt"})
_OURS = "data-"  # attributes for scripts
REQUESTS = "/permintaan-data"


class Sentences(NamedTuple):
    """What stands in place of what a folder of files cannot do, in the site's language."""

    comments: str
    search: str
    requests: str
    moved: str


class Page:
    """How pages are changed. `link` gives a link on the page as it stands in the file (None: it
    leads to nothing there), `path_of` the path of one that leads to this site (None: elsewhere).
    Unless the site's address `is_known`, what names the page to others by it is left out. A page
    with a `style` needs no other file and links to none of the site's, as a server may answer with
    it at any address: it has that text in place of its style sheet, and no picture.
    """

    def __init__(
        self,
        link: Callable[[str], str | None],
        path_of: Callable[[str], str | None],
        sentences: Sentences,
        is_known: bool,
        style: str | None = None,
    ) -> None:
        self._link, self._path_of = link, path_of
        self._sentences, self._is_known, self._style = sentences, is_known, style

    def changed(self, tokens: list[Token]) -> str:
        """Return the page as it stands in its file."""
        parts: list[str] = []
        unwrapped: set[int] = set()
        at = 0
        while at < len(tokens):
            token = tokens[at]
            written = self._instead(token, tokens[at - 1]) if token.is_start else None
            if written is not None:
                parts.append(written)
                at = token.end + 1
                continue
            if token.is_start and not self._relinked(token):
                unwrapped |= {at, token.end}
                parts.append(html.escape(token.attributes.get("alt") or ""))
            if at not in unwrapped:
                parts.append(token.text)
            at += 1
        return "".join(parts)

    def _instead(self, token: Token, before: Token) -> str | None:
        """Return what stands in place of an element; empty: nothing; None: it stays."""
        if token.name == "form":
            is_comment = token.attributes.get("id") == "comment-form"
            sentence = self._sentences.comments if is_comment else self._sentences.search
            return f'<p class="comments__closed">{html.escape(sentence)}</p>'
        if self._needs_server(token) or self._names_page(token):
            return ""
        if self._style is not None:
            return self._instead_of_file(token)
        if token.name == "a" and before.has_class("pager") and self._leads_to(token, REQUESTS):
            return html.escape(self._sentences.requests)
        return None

    def _instead_of_file(self, token: Token) -> str | None:
        """Return what stands in place of an element that needs another file of the site."""
        if token.name == "link":
            is_style = token.attributes.get("rel") == "stylesheet"
            return f"<style>{self._style}</style>" if is_style else ""
        is_gone = token.name == "picture" or any(map(token.has_class, _LEADING))
        return "" if is_gone else None

    def _needs_server(self, token: Token) -> bool:
        values = token.attributes
        return (
            token.name in _ELEMENTS
            or values.get("id") in _IDS
            or values.get("name") == "htmx-config"
            or any(map(token.has_class, _CLASSES))
            or (token.name == "link" and values.get("rel") in _RELATIONS)
            or (token.name == "script" and values.get("type") != "application/ld+json")
            or (token.name == "a" and self._is_for_reader_alone(token))
        )

    def _is_for_reader_alone(self, token: Token) -> bool:
        """Return whether it is a link of ours to a form, or to what is one reader's own."""
        href = token.attributes.get("href") or ""
        if href.endswith("#comment-form"):
            return True
        is_ours = token.attributes.get("rel") == "nofollow"
        return is_ours and self._path_of(href) is not None and self._link(href) is None

    def _names_page(self, token: Token) -> bool:
        """Return whether it names the page by an address that nobody knows."""
        values = token.attributes
        return not self._is_known and (
            values.get("property") in _NAMING
            or values.get("rel") == "canonical"
            or token.has_class("article__share")
            or token.name == "script"
        )

    def _leads_to(self, token: Token, path: str) -> bool:
        return self._path_of(token.attributes.get("href") or "") == path

    def _relinked(self, token: Token) -> bool:
        """Have the tag's addresses lead to files; return False for one that leads to nothing here,
        or to a picture elsewhere, which this site does not show either.
        """
        kept = {
            name: value for name, value in token.attributes.items() if not name.startswith(_OURS)
        }
        if kept.get("property") == "og:image":
            self._link(kept.get("content") or "")  # so that it is there
        if kept.get("rel") != "canonical":
            for name in {"href", "src"} & {*kept}:
                there = self._link(kept[name] or "")
                if there is None or (self._style is not None and ":" not in there):
                    return False
                if name == "src" and "//" in there:
                    return False
                kept[name] = there
        if srcset := kept.get("srcset"):
            kept["srcset"] = ", ".join(map(self._relinked_file, srcset.split(",")))
        if kept != token.attributes:
            token.attributes = kept
            token.write()
        return True

    def _relinked_file(self, written: str) -> str:
        """Return a file of a `srcset` with its width."""
        address, *width = written.split()
        return " ".join([self._link(address) or "", *width])
