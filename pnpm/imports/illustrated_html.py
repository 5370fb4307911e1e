"""The HTML of archived articles with the pictures in it: which those are, and written anew with
those that are here.
"""

import html as entities
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple

from pnpm.markup import figures
from pnpm.markup.editor.tree import readable
from pnpm.media.models import ALT_LENGTH


class PictureOutcome(NamedTuple):
    """What became of a picture: `taken`, `merged` (it was here already) or `dropped`, and why; its
    key, if it is here.
    """

    result: str
    name: str
    why: str = ""
    key: str = ""


class Found(NamedTuple):
    """A picture that was looked for: what became of it, and its size if it is here."""

    outcome: PictureOutcome
    width: int = 0
    height: int = 0


@dataclass
class Shown:
    """A picture in an article: the attributes of its tag and of the link around it, and what became
    of it.
    """

    image: dict[str, str]
    link: dict[str, str]
    found: Found | None = None


@dataclass
class IllustratedHtml(HTMLParser):
    """An article's HTML in pieces: pictures and the tags of links, and what is between them."""

    pieces: list["str | Shown | dict[str, str]"] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    link: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    @staticmethod
    def of(html: str) -> "IllustratedHtml":
        """Return the pieces of that HTML."""
        article = IllustratedHtml()
        article.feed(readable(html))
        article.close()
        return article

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")
        if tag in ("img", "image"):
            self.shown.append(Shown(given, self.link))
            self.pieces.append(self.shown[-1])
        elif tag == "a":
            self.link = given
            self.pieces.append(given)
        else:
            self.pieces.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.link = {}
        self.pieces.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.pieces.append(entities.escape(data, quote=False))

    def written(self, here: Callable[[str], str]) -> str:
        """Return the HTML with the pictures that were found in their places; `here` gives the
        address of one on this site.
        """
        return "".join(self._piece(piece, here) for piece in self.pieces)

    def _piece(self, piece: "str | Shown | dict[str, str]", here: Callable[[str], str]) -> str:
        if isinstance(piece, str):
            return piece
        if isinstance(piece, dict):
            address = here(piece.get("href", ""))
            return _tag("a", piece | {"href": address} if address else piece)
        found = piece.found
        if found is None or not found.outcome.key:
            return _tag("img", piece.image)
        middle = [w for w in figures.widths_of(found.width) if w <= max(figures.WIDTHS)]
        values = {
            "src": file_of(found, (middle or [found.width])[-1]),
            "alt": " ".join(piece.image.get("alt", "").split())[:ALT_LENGTH],
            "width": str(found.width),
            "height": str(found.height),
        }
        return _tag("img", values)


def file_of(found: Found, width: int) -> str:
    """Return the address of a picture's file of that width."""
    return f"/{figures.path_of(found.outcome.key, width, 'jpg')}"


def _tag(name: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {key}="{entities.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{written}>"
