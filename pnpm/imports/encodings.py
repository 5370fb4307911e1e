"""The bytes of an XML file as clean UTF-8: whatever encoding it declares, says it is in, or is in.

Exports lie about their encoding, mix two of them, and carry control characters that no XML may
hold. All of that is mended on the way, and counted.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 65_536  # bytes that are read at a time
_DECLARED = re.compile(rb"<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})[\"']")
# Encodings of text alone: what Python knows besides (zip, hex, rot13) is not for files of others.
_KNOWN = re.compile(r"(iso|windows|koi8|gb|big5|shift|euc|cp|mac|tis|us|ascii|latin)[\w.:-]*", re.I)
# What many declare who write UTF-8, and what stray bytes within UTF-8 mostly are.
_LATIN = {"ascii", "iso8859-1", "iso8859-15", "cp1252"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What XML 1.0 forbids of the first 32 characters (section 2.2); their bytes are no part of another
# character in UTF-8.
_CONTROL = bytes({*range(32)} - {9, 10, 13})
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
# A byte that is no UTF-8, as Python hands it on, to what it is in Windows-1252.
_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}


class CleanText:
    """The file in chunks of UTF-8, none of them empty. `controls` and `strays` count what was
    dropped or replaced; `head` is the first chunk as it is in the file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.controls = self.strays = 0
        self._is_utf8 = True
        self.head = b""
        self._file = file

    @property
    def is_as_it_was(self) -> bool:
        """Whether its bytes so far are those of the file."""
        return self._is_utf8 and not self.controls and not self.strays

    def __iter__(self) -> Iterator[bytes]:
        yield from filter(None, self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        chunk = self.head = self._file.read(CHUNK)
        mark, encoding = next((each for each in _MARKS if chunk.startswith(each[0])), (b"", ""))
        encoding = encoding or _encoding(chunk)
        self._is_utf8 = encoding == "utf-8" and not mark
        errors = "surrogateescape" if encoding == "utf-8" else "replace"
        decoder = codecs.getincrementaldecoder(encoding)(errors)
        chunk = chunk[len(mark) :]
        while chunk:
            yield self._clean(decoder.decode(chunk))
            chunk = self._file.read(CHUNK)
        yield self._clean(decoder.decode(b"", True))

    def _clean(self, text: str) -> bytes:
        try:
            data = text.encode()
        except UnicodeEncodeError:
            mended = text.translate(_STRAY)
            self.strays += sum(ours != theirs for ours, theirs in zip(text, mended, strict=True))
            data = mended.encode(errors="replace")
        clean = data.translate(None, _CONTROL)
        for character in _NONCHARACTERS:
            if character in clean:
                clean = clean.replace(character, b"")
        self.controls += len(data) - len(clean)
        return clean


def _encoding(head: bytes) -> str:
    """The encoding of a file without a byte order mark."""
    zeros = [at % 4 for at, byte in enumerate(head[:64]) if not byte]
    if len(zeros) > 16:
        return "utf-16-le" if zeros.count(1) else "utf-16-be"
    declared = _DECLARED.search(head[:1_000])
    if not declared or not _KNOWN.fullmatch(declared[1].decode()):
        return "utf-8"
    try:
        name = codecs.lookup(declared[1].decode()).name
    except LookupError:
        return "utf-8"
    if name in _LATIN or _is_utf8(head):
        return "utf-8"
    return name


def _is_utf8(head: bytes) -> bool:
    """Whether it has characters beyond ASCII, and all of them are right in UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not head.isascii()
