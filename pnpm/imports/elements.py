"""The elements of an XML file, as far as a reader of archives needs them."""

import html
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outline:
    """How the files of a system are laid out: the names of the things in them, and of those within
    these that are given by themselves, too. `level`: how many elements are around a thing.
    `prefixes`: those by which we know namespaces, whatever the file calls them.
    """

    root: str
    things: tuple[str, ...]
    parts: tuple[str, ...] = ()
    level: int = 1
    prefixes: dict[str, str] = field(default_factory=dict)


class Element:
    """An element of the file. `parts` are its texts and elements in order; `outer` is the thing
    that it is a part of. One that is not `complete` was cut off by the end or a damage; one that
    `is_section` has its text in a CDATA section, in which nothing is escaped.
    """

    __slots__ = (
        "attributes",
        "complete",
        "is_section",
        "line",
        "name",
        "outer",
        "parts",
        "raw",
        "size",
    )

    def __init__(self, name: str, raw: str, attributes: dict[str, str]) -> None:
        self.name, self.raw, self.attributes = name, raw, attributes
        self.parts: list[str | Element] = []
        self.outer: Element | None = None
        self.complete = True
        self.is_section = False
        self.line = self.size = 0

    def every(self, name: str) -> "list[Element]":
        """Its elements of that name."""
        return [part for part in self.parts if isinstance(part, Element) and part.name == name]

    def find(self, name: str) -> "Element | None":
        """The first of these, or None."""
        return next(iter(self.every(name)), None)

    def text(self, name: str = "") -> str:
        """The text within it, or within its first element of that name; elements in the text, which
        should have been escaped there, are markup of it.
        """
        element = self.find(name) if name else self
        return "" if element is None else "".join(element._texts())

    def word(self, name: str) -> str:
        """The same without white space around it."""
        return self.text(name).strip()

    def _texts(self) -> Iterator[str]:
        is_escaped = not self.is_section and any(isinstance(part, Element) for part in self.parts)
        for part in self.parts:
            if isinstance(part, Element):
                yield from part._markup()
            else:
                yield html.escape(part, quote=False) if is_escaped else part

    def _markup(self) -> Iterator[str]:
        yield f"<{self.name}"
        for name, value in self.attributes.items():
            yield f' {name}="{html.escape(value)}"'
        yield ">"
        for part in self.parts:
            if isinstance(part, Element):
                yield from part._markup()
            else:
                yield html.escape(part, quote=False)
        if self.name not in ("br", "img", "hr"):
            yield f"</{self.name}>"
