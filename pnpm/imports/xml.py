"""Large, damaged or hostile XML, read in one pass and constant memory.

expat reads it, without a document type: nothing is expanded but the five entities of XML and the
characters that HTML names, nothing else is opened. Behind a damaged place reading goes on at the
next thing (an article, a comment), whose beginning tag is looked for in the bytes.
"""

import re
from collections.abc import Iterator
from html.entities import html5
from itertools import chain, islice
from typing import BinaryIO
from xml.parsers import expat

from pnpm.imports.bookmarks import APART, Spot
from pnpm.imports.elements import Element, Outline
from pnpm.imports.encodings import CleanText
from pnpm.imports.file_types import name_of
from pnpm.imports.records import NotAnArchive, Unreadable
from pnpm.imports.xml_root import from_root

# Characters of an article with all that belongs to it, pictures within its text included; Python
# needs up to eight bytes for each while the pieces are joined.
LARGEST_THING = 8_000_000
LARGEST_TOKEN = 1_000_000  # bytes of one tag or XML comment, which expat keeps until its end
DEEPEST = 100  # elements within each other; exports have six
ELEMENT = 200  # what an element costs beside its text, in characters
MOST_REPAIRS = 100_000  # of single characters: each begins a parser
MOST_REOPENINGS = 20  # of a CDATA section in a thing: each looks far ahead
MOST_DAMAGES = 10_000  # places that are named; a file with more is no longer read
_LONGEST_TAG = 2_500  # bytes of a beginning tag that is looked for behind a damage

_THING = rb"<(?:[\w.-]{1,40}:)?(?:%s)(?:\s[^<>]{0,2000})?(?<!/)>"
_REFERENCE = re.compile(rb"&#?\w{0,40}")
_NUMBER = re.compile(rb"&#\w{1,10};")


def elements(
    file: BinaryIO, outline: Outline, spot: Spot | None = None
) -> Iterator[Element | Unreadable | Spot]:
    """Yield the things of a file one by one, from that spot on if one is given, and what else
    stands beside them (a title); parts come before the thing that they are in, as they end. Now and
    then a Spot, as long as nothing had to be mended. Raises NotAnArchive for a file without that
    root, or with a document type that declares something.
    """
    if spot:
        file.seek(spot.at)
    text = CleanText(file)
    chunks = iter(text)
    if spot:
        reader = _Reader(chunks, outline, text)
        reader.go_on(spot)
    else:
        begin, dropped = from_root(chunks, outline.root)
        if not begin:
            raise NotAnArchive(f"This is {name_of(text.head)}.")
        reader = _Reader(chain([begin], chunks), outline, text, dropped)
    yield from reader.read()
    yield from reader.repaired(text.controls, text.strays)


class _Damaged(Exception):
    """The thing that is being read cannot be read to its end: why, and where the parser is."""

    def __init__(self, why: str, parser: expat.XMLParserType) -> None:
        self.why, self.at, self.line = why, parser.CurrentByteIndex, parser.CurrentLineNumber


class _Reader:
    """What is known of the file so far. `held` are the bytes that the parser was given since what
    it has read wholly; they begin at its byte `origin`.
    """

    def __init__(
        self, chunks: Iterator[bytes], outline: Outline, text: CleanText, given: int = 0
    ) -> None:
        self.outline, self._text = outline, text
        self._given = self._marked = given  # bytes of the file so far; those before the newest spot
        self._chunks = chunks
        self._is_over = self._is_seeking = False
        self._sections: list[Element] = []
        self._stack: list[Element] = []
        self._frame: list[Element] = []
        self._done: list[Element | Unreadable | Spot] = []
        self._prefixes: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._outer_prefixes: list[tuple[Element, dict[str, str]]] = []
        self._size = self._damages = 0
        self._repairs = self._first_repair = self._reopenings = 0
        self._next = re.compile(_THING % "|".join((*outline.things, *outline.parts)).encode())
        self._held = b""
        self._begin(line=1)

    def go_on(self, spot: Spot) -> None:
        """Begin at a spot."""
        self._frame = spot.elements
        self._stack, self._prefixes = [*self._frame], spot.prefixes
        self._given = self._marked = spot.at
        self._begin(spot.line)

    def read(self) -> Iterator[Element | Unreadable | Spot]:
        """Yield what ends in each chunk, and what is left when the file has ended."""
        while not self._is_over and (chunk := next(self._chunks, b"")):
            self._given += len(chunk)
            while chunk and not self._is_over:
                chunk = self._sought(chunk) if self._is_seeking else self._parsed(chunk)
                yield from self._done
                self._done.clear()
        if self._is_seeking or self._is_over:
            self._close_thing()
        else:
            try:
                self._parser.Parse(b"", True)
            except (expat.ExpatError, _Damaged):
                if self._stack:
                    self._give_up("the file ends within it")
                    self._close_thing()
        yield from self._done

    def repaired(self, controls: int, strays: int) -> Iterator[Unreadable]:
        """Yield what was repaired in single characters."""
        for number, why in (
            (controls, "control characters, which XML forbids, were left out"),
            (strays, "bytes that are no UTF-8 were read as Windows-1252"),
        ):
            if number:
                yield Unreadable("character", f"{number} {why}")
        if self._repairs:
            why = f"{self._repairs} & or < that should have been escaped were read as such"
            yield Unreadable("character", why, self._first_repair)

    # Reading

    def _begin(self, line: int) -> None:
        """Set a parser to go on within the elements that are open now."""
        parser = expat.ParserCreate("utf-8")
        # Names of characters that XML does not know are handed on, as if a document type that
        # nobody reads had declared them.
        parser.UseForeignDTD(True)
        around = "".join(f"<{element.raw}>" for element in self._stack).encode()
        parser.Parse(around, False)
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.SkippedEntityHandler = self._entity
        parser.EndCdataSectionHandler = self._section
        self._parser, self._origin, self._line = parser, len(around), line - 1

    def _parsed(self, chunk: bytes) -> bytes:
        """Parse the chunk; give what is to be parsed once more, after a repair or a damage."""
        parser = self._parser
        self._held += chunk
        try:
            try:
                parser.Parse(chunk, False)
            except expat.ExpatError:
                parser.buffer_text = False  # hands on the text before it
                raise
        except expat.ExpatError as error:
            at, line = parser.ErrorByteIndex - self._origin, parser.ErrorLineNumber + self._line
            return (
                self._repaired(at, line)
                or self._reopened(at, line)
                or self._skip(at, line, expat.ErrorString(error.code))
            )
        except _Damaged as damage:
            return self._skip(damage.at - self._origin, damage.line + self._line, damage.why)
        whole = parser.CurrentByteIndex - self._origin
        if whole > 0:
            self._held, self._origin = self._held[whole:], self._origin + whole
        if len(self._held) > LARGEST_TOKEN:
            return self._skip(1, self._current_line(), "a tag or comment in it is too long")
        return b""

    def _repaired(self, at: int, line: int) -> bytes:
        """The bytes from the damage on with a character there escaped, if that mends it."""
        held = self._held
        begin = held.rfind(b"&", max(0, at - 41), at)
        bad_number = _NUMBER.match(held, at)
        if bad_number:
            begin, after, repair = at, bad_number.end(), b""
        elif begin >= 0 and _REFERENCE.fullmatch(held, begin, at):
            after, repair = begin + 1, b"&amp;"
        elif at > 0 and held.startswith(b"<", at - 1):
            begin, after, repair = at - 1, at, b"&lt;"
        else:
            return b""
        self._repairs += 1
        self._first_repair = self._first_repair or line
        if self._repairs > MOST_REPAIRS:
            return b""
        tag = held.rfind(b"<", 0, begin)
        if tag > held.rfind(b">", 0, begin):
            repair, begin = held[tag:begin] + repair, tag
        self._held = b""
        self._begin(line - held.count(b"\n", begin, at))
        return repair + held[after:]

    def _reopened(self, at: int, line: int) -> bytes:
        """The bytes from the damage on within a CDATA section, if one ended too early: WordPress
        before 3.1 left what looks like its end in a text as it was.
        """
        section = self._sections[-1] if self._sections else None
        self._reopenings += 1
        if section not in self._stack or self._reopenings > MOST_REOPENINGS:
            return b""
        end = f"]]></{section.raw}>".encode()
        while (found := self._held.find(end, at)) < 0 and len(self._held) < LARGEST_TOKEN:
            chunk = next(self._chunks, b"")
            if not chunk:
                return b""
            self._held += chunk
        begin = self._held.rfind(b"<", 0, at + 1)
        if begin < 0 or found < 0 or self._next.search(self._held, begin, found):
            return b""
        rest, self._held = self._held[begin:], b""
        del self._stack[self._stack.index(section) + 1 :]
        self._repairs += 1
        self._first_repair = self._first_repair or line
        self._begin(line - rest.count(b"\n", 0, at - begin))
        return b"<![CDATA[" + rest

    def _skip(self, at: int, line: int, why: str) -> bytes:
        """Give up what is open, and give the bytes in which its successor is to be looked for."""
        self._give_up(why, line)
        self._line = line
        self._is_seeking = True
        rest, self._held = self._held[max(0, at) :], b""
        return rest

    def _sought(self, chunk: bytes) -> bytes:
        """Look for the next thing; give the bytes from there on."""
        text = self._held + chunk
        for found in self._next.finditer(text):
            is_part = self._is_part(found[0])
            if is_part and len(self._stack) <= self.outline.level:
                continue  # of a thing that was given up
            if not is_part:
                self._close_thing()
            self._is_seeking, self._held = False, b""
            self._begin(self._line + text.count(b"\n", 0, found.start()))
            return text[found.start() :]
        keep = max(0, len(text) - _LONGEST_TAG)
        self._line += text.count(b"\n", 0, keep)
        self._held = text[keep:]
        return b""

    def _is_part(self, tag: bytes) -> bool:
        name = re.split(rb"[\s>]", tag[1:], maxsplit=1)[0].rpartition(b":")[2]
        return name.decode() in self.outline.parts

    def _current_line(self) -> int:
        return self._parser.CurrentLineNumber + self._line

    # What the parser finds

    def _start(self, raw: str, attributes: dict[str, str]) -> None:
        outer = self._prefixes
        if attributes and any(name.startswith("xmlns") for name in attributes):
            self._declare(attributes)
        name = self._names.get(raw) or self._known(raw)
        element, depth, level = Element(name, raw, attributes), len(self._stack), self.outline.level
        if self._prefixes is not outer:
            self._outer_prefixes.append((element, outer))
        if depth >= DEEPEST:
            raise _Damaged("its elements are nested too deeply", self._parser)
        if depth < level:
            self._frame = [*self._frame[:depth], element]
        else:
            self._place(element, depth, level)
        self._stack.append(element)
        if depth >= level:
            self._grow(ELEMENT + sum(map(len, attributes.values())))

    def _place(self, element: Element, depth: int, level: int) -> None:
        if depth == level:
            element.line, self._reopenings = self._current_line(), 0
            return
        is_part = element.name.rpartition(":")[2] in self.outline.parts
        if element.name == self._stack[level].name or (is_part and self._open_part()):
            raise _Damaged("another begins before it ends", self._parser)
        if is_part:
            element.line, element.outer = self._current_line(), self._stack[level]
            element.size, self._size = self._size, 0
        else:
            self._stack[-1].parts.append(element)

    def _open_part(self) -> Element | None:
        return next((element for element in self._stack if element.outer is not None), None)

    def _end(self, _raw: str) -> None:
        element = self._stack.pop()
        if self._outer_prefixes and self._outer_prefixes[-1][0] is element:
            self._prefixes, self._names = self._outer_prefixes.pop()[1], {}
        if element.outer is not None:
            self._size = element.size
            self._done.append(element)
        elif len(self._stack) == self.outline.level:
            self._size = 0
            self._done.append(element)
            is_thing = element.name.rpartition(":")[2] in self.outline.things
            if is_thing and self._given - self._marked > APART and self._text.is_as_it_was:
                self._mark()

    def _mark(self) -> None:
        """Give the spot behind the end tag that the parser is at, if nothing was mended before."""
        at = self._parser.CurrentByteIndex - self._origin
        end = self._held.find(b">", at) + 1
        if self._repairs or self._damages or not end or not self._held.startswith(b"</", at):
            return
        begin = self._given - len(self._held)
        line = self._current_line() + self._held.count(b"\n", at, end)
        self._done.append(Spot.within(begin + end, line, self._stack, self._prefixes))
        self._marked = self._given

    def _data(self, text: str) -> None:
        if len(self._stack) > self.outline.level:
            self._grow(len(text))
            self._stack[-1].parts.append(text)

    def _entity(self, name: str, _is_parameter: bool) -> None:
        self._data(html5.get(f"{name};", f"&{name};"))

    def _section(self) -> None:
        self._sections = self._stack[-1:]
        self._stack[-1].is_section = True

    def _grow(self, characters: int) -> None:
        self._size += characters
        if self._size > LARGEST_THING:
            why = f"it has more than {LARGEST_THING:,} characters"
            raise _Damaged(why, self._parser)

    # Damages

    def _give_up(self, why: str, line: int | None = None) -> None:
        """Name the thing or part that is open as one that cannot be read, and close it."""
        line = self._current_line() if line is None else line
        inner, part = self._stack[self.outline.level :], self._open_part()
        broken = part or next(iter(inner), None)
        name = broken.name.rpartition(":")[2] if broken else "file"
        self._damages += 1
        self._done.append(Unreadable(name, why, line))
        if self._damages > MOST_DAMAGES or self._repairs > MOST_REPAIRS:
            self._done.append(Unreadable("file", "it is too damaged: the rest is not read", line))
            self._is_over = True
        missing = self.outline.level - len(self._frame)
        self._frame += [Element("", "missing", {}) for _ in range(missing)]
        self._stack = [*self._frame, *inner[:1]]
        if inner:
            inner[0].complete = False
            self._size = part.size if part else self._lighten(inner)
        while self._outer_prefixes and self._outer_prefixes[-1][0] not in self._stack:
            self._prefixes, self._names = self._outer_prefixes.pop()[1], {}

    def _lighten(self, inner: list[Element]) -> int:
        """Drop what is cut off of a thing, and what is long, but not its names; gives its size."""
        thing = inner[0]
        if len(inner) > 1 and thing.parts[-1] is inner[1]:
            thing.parts.pop()
        if self._size <= LARGEST_THING:
            return self._size
        fields = (part for part in thing.parts if isinstance(part, Element))
        short = (field for field in fields if len(field.text()) < ELEMENT)
        thing.parts = [*islice(short, ELEMENT)]
        return ELEMENT * ELEMENT

    def _close_thing(self) -> None:
        """Hand on what is known of a thing that was given up."""
        self._done += self._stack[self.outline.level :][:1]
        self._stack = self._stack[: self.outline.level]
        self._size = 0

    def _declare(self, attributes: dict[str, str]) -> None:
        self._prefixes = dict(self._prefixes)
        self._names = {}
        for name, address in attributes.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                given = name[6:]
                self._prefixes[given] = self.outline.prefixes.get(address, given)

    def _known(self, raw: str) -> str:
        """The name of an element with the prefix by which we know its namespace."""
        prefix, _, local = raw.rpartition(":")
        prefix = self._prefixes.get(prefix, prefix)
        name = f"{prefix}:{local}" if prefix else local
        if len(self._names) < ELEMENT:
            self._names[raw] = name
        return name
