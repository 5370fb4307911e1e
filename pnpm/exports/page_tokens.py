"""The HTML of this site's own pages as tags and the text between them. It is well-formed, since
templates and the sanitizer write it, and every `<` in a text is escaped: so no parser is needed.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_TAG = re.compile(r"""<(/?)([a-zA-Z][\w-]*+)((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s"'=<>/]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+)))?""")


@dataclass
class Token:
    """A tag, or the text before one (then `name` is empty). `end` is the place of the tag that
    closes this one, or its own.
    """

    text: str
    name: str = ""
    is_start: bool = False
    attributes: dict[str, str | None] = field(default_factory=dict)
    end: int = 0

    def has_class(self, name: str) -> bool:
        """Return whether the element is of that class."""
        return name in (self.attributes.get("class") or "").split()

    def write(self) -> None:
        """Have its text say its attributes as they are now."""
        self.text = f"<{self.name}{''.join(map(_spelled, self.attributes.items()))}>"


def parsed(page: str) -> list[Token]:
    """Return the tokens of a page."""
    tokens: list[Token] = []
    open_ones: list[int] = []
    at = 0
    for found in _TAG.finditer(page):
        if found.start() > at:
            tokens.append(Token(page[at : found.start()], end=len(tokens)))
        at = found.end()
        name = found[2].lower()
        token = Token(found[0], name, not found[1], end=len(tokens))
        if token.is_start:
            token.attributes = _attributes(found[3])
            if name not in VOID:
                open_ones.append(len(tokens))
        else:
            _close(tokens, open_ones, name)
        tokens.append(token)
    tokens.append(Token(page[at:], end=len(tokens)))
    return tokens


def _close(tokens: list[Token], open_ones: list[int], name: str) -> None:
    """Have the innermost open element of that name end here."""
    for depth in range(len(open_ones) - 1, -1, -1):
        if tokens[open_ones[depth]].name == name:
            tokens[open_ones[depth]].end = len(tokens)
            del open_ones[depth:]
            return


def elements(tokens: Sequence[Token], is_it: Callable[[Token], bool]) -> Iterator[tuple[int, int]]:
    """Yield the places of the first and the last token of each such element; none of what is in
    one.
    """
    at = 0
    while at < len(tokens):
        if tokens[at].is_start and is_it(tokens[at]):
            yield at, tokens[at].end
            at = tokens[at].end
        at += 1


def first(tokens: Sequence[Token], is_it: Callable[[Token], bool]) -> tuple[int, int] | None:
    """Return the places of the first such element, or None."""
    return next(elements(tokens, is_it), None)


def spelled(tokens: Iterable[Token]) -> str:
    """Return the tokens as HTML."""
    return "".join(token.text for token in tokens)


def _attributes(written: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for each in _ATTRIBUTE.finditer(written):
        values = [value for value in each.groups()[1:] if value is not None]
        found[each[1].lower()] = html.unescape(values[0]) if values else None
    return found


def _spelled(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    return f" {name}" if value is None else f' {name}="{html.escape(value)}"'
