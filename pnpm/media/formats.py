"""What a file is, by its first bytes, never by its name: a picture of an accepted format, or what
else.
"""

import enum
import re

HEAD = 1024  # bytes that are looked at: an SVG's <svg may follow a comment


class Kind(enum.Enum):
    """Why a file is not accepted as a picture."""

    EMPTY = "empty"
    LARGE = "large"  # in bytes
    PIXELS = "pixels"
    MEMORY = "memory"  # that decoding it would take
    SVG = "svg"
    HEIC = "heic"
    PDF = "pdf"
    ARCHIVE = "archive"  # a zip, which Word's and Excel's files are, too
    VIDEO = "video"
    OTHER = "other"
    BROKEN = "broken"
    FULL = "full"  # the site, not the file
    MANY = "many"  # files at once
    LATE = "late"  # the time of one request is over


class Refused(Exception):
    """A file that is not accepted, and why (`kind`)."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind


def picture_format(data: bytes) -> str:
    """Return Pillow's name of the picture's format. Raises Refused for everything but the four
    accepted ones.
    """
    for name, start in _PICTURES.items():
        if start.match(data):
            return name
    for kind, start in _OTHERS:
        if start.match(data[:HEAD]):
            raise Refused(kind)
    raise Refused(Kind.OTHER)


def webp_pixels(data: bytes) -> int:
    """Return width times height of a WebP, from its header: Pillow would allocate a canvas of that
    size first.

    RFC 9649: of the canvas in VP8X, else of the only image. 0 if there is no such header.
    """
    if data[12:16] == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
    elif data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width = 1 + (bits & 0x3FFF)
        height = 1 + (bits >> 14 & 0x3FFF)
    else:
        width = int.from_bytes(data[26:28], "little") & 0x3FFF
        height = int.from_bytes(data[28:30], "little") & 0x3FFF
    return width * height


def jpeg_buffer(data: bytes) -> float:
    """Return the bytes per pixel that libjpeg buffers for a JPEG with its components or qualities
    in separate scans; 0 if one scan has all.

    ITU-T T.81, B.2: two bytes for each coefficient, of which there are as many as the components
    have samples.
    """
    # The largest possible values, in case no frame header is found.
    samples: float = 4
    count = 0
    is_progressive = True
    at = 2
    while data[at : at + 1] == b"\xff" and at + 4 < len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _FRAMES:
            factors = [
                (data[each] >> 4) * (data[each] & 15)
                for each in range(at + 11, min(at + 2 + length, len(data)), 3)
            ]
            samples = sum(factors) / max([1, *factors])
            count = len(factors)
            is_progressive = marker not in _SEQUENTIAL
            at += 2 + length
        elif marker == _SCAN:
            if is_progressive or data[at + 4] < count:
                return 2 * samples
            return 0
        else:
            at += 2 + length
    return 2 * samples


_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL, _SCAN = {0xC0, 0xC1}, 0xDA
_PICTURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "GIF": re.compile(rb"GIF8[79]a"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
# ISO/IEC 14496-12: a box of four bytes' length, `ftyp` and the brand; those of HEIF are in ISO/IEC
# 23008-12.
_OTHERS = (
    (Kind.EMPTY, re.compile(rb"\Z")),
    (Kind.HEIC, re.compile(rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)),
    (Kind.OTHER, re.compile(rb"....ftypavi[fs]", re.DOTALL)),  # AVIF, which few programs write
    (
        Kind.VIDEO,
        re.compile(
            rb"....(?:ftyp|moov|mdat|wide)|\x1aE\xdf\xa3|RIFF....AVI |\x00\x00\x01[\xb3\xba]|FLV",
            re.DOTALL,
        ),
    ),
    (Kind.PDF, re.compile(rb"\s*%PDF-")),
    (Kind.ARCHIVE, re.compile(rb"PK[\x03\x05\x07]|Rar!|7z\xbc\xaf|\x1f\x8b|\xd0\xcf\x11\xe0")),
    (
        Kind.SVG,
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:[^\0]*?<)?(?:svg|!DOCTYPE svg)[\s>]", re.IGNORECASE),
    ),
)
