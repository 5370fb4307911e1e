"""What a file is, told by its first bytes: which pictures we take, and what to call everything else. Names are not asked."""

import enum
import re

HEAD = 1024  # bytes that are looked at: an SVG's <svg may stand behind a comment


class Kind(enum.Enum):
    """Why a file is no picture for this site."""

    EMPTY = "empty"
    LARGE = "large"  # in bytes
    PIXELS = "pixels"
    SVG = "svg"
    HEIC = "heic"
    PDF = "pdf"
    ARCHIVE = "archive"  # a zip, which Word's and Excel's files are, too
    VIDEO = "video"
    OTHER = "other"
    BROKEN = "broken"
    FULL = "full"  # the site, not the file
    MANY = "many"  # files at once


class Refused(Exception):
    """A file that is not taken, and which `kind` of reason that has."""

    def __init__(self, kind: Kind):
        super().__init__(kind.value)
        self.kind = kind


def picture_format(data: bytes) -> str:
    """Pillow's name of the picture's format; Refused for everything that is none of the four we take."""
    for name, start in _PICTURES.items():
        if start.match(data):
            return name
    raise Refused(next((kind for kind, start in _OTHERS if start.match(data[:HEAD])), Kind.OTHER))


def webp_pixels(data: bytes) -> int:
    """Width times height of a WebP, from its header: Pillow would set up a canvas of that size before we are asked.

    RFC 9649: of the whole canvas in VP8X, else of the one image. 0 where there is no such header.
    """
    if data[12:16] == b"VP8X":
        return (1 + int.from_bytes(data[24:27], "little")) * (1 + int.from_bytes(data[27:30], "little"))
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
    return (int.from_bytes(data[26:28], "little") & 0x3FFF) * (int.from_bytes(data[28:30], "little") & 0x3FFF)


_PICTURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "GIF": re.compile(rb"GIF8[79]a"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
# ISO/IEC 14496-12: a box of four bytes' length, `ftyp` and the brand; those of HEIF are in ISO/IEC 23008-12.
_OTHERS = (
    (Kind.EMPTY, re.compile(rb"\Z")),
    (Kind.HEIC, re.compile(rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)),
    (Kind.OTHER, re.compile(rb"....ftypavi[fs]", re.DOTALL)),  # AVIF, which few programs write
    (Kind.VIDEO, re.compile(rb"....(?:ftyp|moov|mdat|wide)|\x1aE\xdf\xa3|RIFF....AVI |\x00\x00\x01[\xb3\xba]|FLV", re.DOTALL)),
    (Kind.PDF, re.compile(rb"\s*%PDF-")),
    (Kind.ARCHIVE, re.compile(rb"PK[\x03\x05\x07]|Rar!|7z\xbc\xaf|\x1f\x8b|\xd0\xcf\x11\xe0")),
    (Kind.SVG, re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:[^\0]*?<)?(?:svg|!DOCTYPE svg)[\s>]", re.IGNORECASE)),
)
