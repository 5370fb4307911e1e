"""What a file is, told by its first bytes: which pictures we take, and what to call everything
else. Names are not asked.
"""

import enum
import re

HEAD = 1024  # bytes that are looked at: an SVG's <svg may stand behind a comment


class Kind(enum.Enum):
    """Why a file is no picture for this site."""

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
    """A file that is not taken, and which `kind` of reason that has."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind


def picture_format(data: bytes) -> str:
    """Pillow's name of the picture's format; Refused for everything that is none of the four we
    take.
    """
    for name, start in _PICTURES.items():
        if start.match(data):
            return name
    raise Refused(next((kind for kind, start in _OTHERS if start.match(data[:HEAD])), Kind.OTHER))


def webp_pixels(data: bytes) -> int:
    """Width times height of a WebP, from its header: Pillow would set up a canvas of that size
    before we are asked.

    RFC 9649: of the whole canvas in VP8X, else of the one image. 0 where there is no such header.
    """
    if data[12:16] == b"VP8X":
        return (1 + int.from_bytes(data[24:27], "little")) * (
            1 + int.from_bytes(data[27:30], "little")
        )
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (1 + (bits & 0x3FFF)) * (1 + (bits >> 14 & 0x3FFF))
    return (int.from_bytes(data[26:28], "little") & 0x3FFF) * (
        int.from_bytes(data[28:30], "little") & 0x3FFF
    )


def jpeg_buffer(data: bytes) -> float:
    """Bytes a pixel that libjpeg keeps of a JPEG whose colours or qualities come one after the
    other; 0 where they come together.

    ITU-T T.81, B.2: two bytes for each coefficient, as many of them as the frame's components have
    samples.
    """
    # the most that there can be, where a header cannot be read
    samples: float
    at, samples, count, is_progressive = 2, 4, 0, True
    while data[at : at + 1] == b"\xff" and at + 4 < len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xFF:  # a byte that fills
            at += 1
        elif marker in _FRAMES:
            factors = [
                (data[each] >> 4) * (data[each] & 15)
                for each in range(at + 11, min(at + 2 + length, len(data)), 3)
            ]
            samples, count = sum(factors) / max([1, *factors]), len(factors)
            is_progressive = marker not in _SEQUENTIAL
            at += 2 + length
        elif marker == _SCAN:
            return 2 * samples if is_progressive or data[at + 4] < count else 0
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
