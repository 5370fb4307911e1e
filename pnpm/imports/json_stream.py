"""Reads one large JSON object with no more of it in memory than one member, or one element of a
member that is a list.
"""

import json
import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError
from typing import IO, Any, NamedTuple

CHUNK = 1 << 20  # characters read at a time
LONGEST = 64 << 20  # characters of one element: a picture with all of its files has two million
MOST_WITHIN = 1_000_000  # lists and objects in one element: each takes 30 times its two characters
MOST_MEMBERS = 1_000
LONGEST_NAME = 100  # characters of a member's
NEAR = 32  # characters: no number of ours, and no escaped letter, is longer
_SPACE = re.compile(r"[ \t\n\r]*")


class Malformed(ValueError):
    """The text is no such JSON; the message says where and how."""


class Part(NamedTuple):
    """A member of the object, or with a `place` (counted from 1) an element of its list; that of an
    empty list is None and has the place 0.
    """

    name: str
    value: Any
    place: int | None = None


def parts(file: IO[str]) -> Iterator[Part]:
    """Yield the parts of the object that a file holds, in order. Raises Malformed, also where the
    file is not UTF-8.
    """
    try:
        yield from _Text(file).parts()
    except UnicodeDecodeError as error:
        raise Malformed(f"it is not UTF-8 text ({error.reason})") from error
    except RecursionError as error:
        raise Malformed("it is nested too deeply") from error


class _Text:
    """A text that is read as it is needed; `at` is the place in what is in memory."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._decoder = json.JSONDecoder(parse_constant=_refuse)
        self._text = ""
        self._at = 0
        self._gone = 0  # characters that are not in memory any more
        self._is_over = False

    def parts(self) -> Iterator[Part]:
        self._take("{")
        names: set[str] = set()
        sign = self._next()
        if sign == "}":
            self._take("}")
        while sign != "}":
            name = self._value()
            if not isinstance(name, str) or len(name) > LONGEST_NAME:
                raise self._malformed("a member's name is expected")
            if name in names:
                raise self._malformed(f"there is a second {name!r}")
            names.add(name)
            if len(names) > MOST_MEMBERS:
                raise self._malformed(f"it has more than {MOST_MEMBERS:,} members")
            self._take(":")
            if self._next() == "[":
                yield from self._elements(name)
            else:
                yield Part(name, self._value())
            sign = self._take(",}")
        if self._next():
            raise self._malformed("there is more after its end")

    def _elements(self, name: str) -> Iterator[Part]:
        self._take("[")
        if self._next() == "]":
            self._take("]")
            yield Part(name, None, 0)
            return
        place, sign = 0, ","
        while sign == ",":
            place += 1
            yield Part(name, self._value(), place)
            sign = self._take(",]")

    def _value(self) -> Any:
        self._next()
        wanted = CHUNK
        while True:
            self._check_within()
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
                # near the end of what is in memory, a number may go on
                if end < len(self._text) - NEAR or self._is_over:
                    self._at = end
                    return value
            except (JSONDecodeError, IndexError) as error:
                if self._is_over or self._is_certain(error):
                    raise self._malformed("a value is malformed, or not whole") from error
            except Malformed as error:
                raise self._malformed(str(error)) from error
            except ValueError as error:  # an integer with thousands of digits
                raise self._malformed("a number is too long") from error
            if len(self._text) - self._at > LONGEST:
                raise self._malformed(f"an element is longer than {LONGEST:,} characters")
            self._read(wanted)
            wanted *= 2  # so that a long element is not parsed many times

    def _check_within(self) -> None:
        """Refuse an element that would take many times the memory of its text."""
        if len(self._text) - self._at < 2 * MOST_WITHIN:
            return
        if sum(self._text.count(sign, self._at) for sign in "[{") > MOST_WITHIN:
            raise self._malformed(f"an element has more than {MOST_WITHIN:,} lists and objects")

    def _is_certain(self, error: Exception) -> bool:
        """Return whether more text could not mend that: it is far from the end of what is read."""
        at = getattr(error, "pos", len(self._text))
        is_string = isinstance(error, JSONDecodeError) and error.msg.startswith("Unterminated")
        return not is_string and at < len(self._text) - NEAR

    def _take(self, signs: str) -> str:
        """Pass one of these signs and return it."""
        sign = self._next()
        if not sign or sign not in signs:
            raise self._malformed(f"{' or '.join(signs)} is expected")
        self._at += 1
        return sign

    def _next(self) -> str:
        """Return the next character that is no space, without passing it; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if self._is_over:
                return ""
            self._read(CHUNK)

    def _read(self, size: int) -> None:
        more = self._file.read(size)
        self._is_over = not more
        self._gone += self._at
        self._text, self._at = self._text[self._at :] + more, 0

    def _malformed(self, words: str) -> Malformed:
        return Malformed(f"{words}, at character {self._gone + self._at + 1:,}")


def _refuse(constant: str) -> None:
    raise Malformed(f"{constant} is no number")
