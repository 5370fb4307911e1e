"""Places between the things of an XML file, at which reading can begin again."""

import json
from typing import Any, NamedTuple

from pnpm.imports.elements import Element

APART = 4_000_000  # bytes between two of them, at least: a second of reading


class Spot(NamedTuple):
    """Such a place: the byte of the file, its line, the elements that are open there, and by which
    prefixes they know their namespaces.
    """

    at: int
    line: int
    frame: list[tuple[str, str, dict[str, str]]]
    prefixes: dict[str, str]

    @staticmethod
    def within(at: int, line: int, frame: list[Element], prefixes: dict[str, str]) -> "Spot":
        """Return the spot within these elements."""
        return Spot(at, line, [(each.name, each.raw, each.attributes) for each in frame], prefixes)

    @property
    def elements(self) -> list[Element]:
        """Return the elements that are open there."""
        return [Element(name, raw, attributes) for name, raw, attributes in self.frame]

    def bookmark(self, **known: Any) -> str:
        """Return it as text, with what the reader knows of the file up to there."""
        return json.dumps([list(self), known])


def opened(bookmark: str) -> tuple[Spot | None, dict[str, Any]]:
    """Return the spot of a bookmark and what the reader knew; no spot and nothing without one."""
    if not bookmark:
        return None, {}
    spot, known = json.loads(bookmark)
    return Spot(*spot), known
