"""Pictures for tests, made here: photographs with a place in them, bombs, halves, and what only
calls itself a picture.
"""

import io
import os
import struct
import zipfile
import zlib
from functools import cache
from random import Random

from PIL import Image, ImageDraw, ImageFilter

MAKER, PLACE = "Kamera Rahasia", (4.0, 44.0, 12.34)
SCRIPT = b"/*" + b"=1;alert(document.cookie)//*/"
SVG = (
    b'<?xml version="1.0"?>\n<!-- peta -->\n<svg '
    b'xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
HTML = b"<!doctype html><script>alert(1)</script>"
HEIC = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + b"\0" * 400
VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 400
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def scene(width, height, seed=0):
    """Something like a photograph: a sky that is red on the left and blue on the right, with a few
    thousand details.
    """
    few = max(1, width // 8), max(1, height // 8)
    details = Image.frombytes("L", few, Random(seed).randbytes(few[0] * few[1])).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    light = Image.linear_gradient("L").resize((width, height))
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    bands = (
        across.point(lambda value: 255 - value),
        details.point(lambda value: value // 3 + seed),
        across,
    )
    return Image.merge("RGB", [Image.blend(band, light, 0.2) for band in bands])


def encoded(image, form, **options):
    """The image as a file."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


@cache
def photograph(width=800, height=600, seed=0, orientation=1, **options):
    """A JPEG as a telephone makes one: how it was held, with what, and where. `width` and `height`
    are as the sensor has them.
    """
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, MAKER
    exif.get_ifd(0x8825).update({1: "S", 2: PLACE, 3: "E", 4: (120.0, 1.0, 2.0)})
    more = {"exif": exif, "comment": b"rahasia", "quality": 85} | options
    return encoded(scene(width, height, seed), "JPEG", **more)


def noise(width, height, form="JPEG", **options):
    """What no encoder makes small."""
    return encoded(
        Image.frombytes("RGB", (width, height), os.urandom(width * height * 3)), form, **options
    )


def bomb(width=50_000, height=50_000):
    """A PNG of a few kB whose pixels would take gigabytes."""
    return png(width, height, zlib.compress(bytes(2_000_000), 9))


def png(width, height, packed, depth=8, colour=2, interlaced=0):
    """A PNG with that header and those packed rows, whether they belong together or not."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", packed)
        + _chunk(b"IEND", b"")
    )


def webp_bomb(width=16_384, height=16_384):
    """A WebP of nothing but a header with that canvas."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + sides
    return b"RIFF" + struct.pack("<I", len(canvas) + 4) + b"WEBP" + canvas


def polyglot():
    """A GIF that shows, and that a browser would also run as JavaScript: its width is `/*`, and a
    comment closes it.
    """
    gif = bytearray(encoded(scene(32, 24).quantize(16), "GIF"))
    return bytes(gif[:-1]) + b"\x21\xfe" + bytes([len(SCRIPT)]) + SCRIPT + b"\0;"


def broken_polyglot():
    """The classic one, of nothing but a header: it shows nothing."""
    return b"GIF89a/*" + bytes(8) + b"*/=1;alert(1)//" + bytes(40)


def archive():
    """A zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("foto.jpg", b"x" * 1000)
    return file.getvalue()


def opened(content):
    """A file that was kept, as an image."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def village(width=1200, height=900, house=0.55):
    """A picture of a village, for the guides: a sky, hills, rice fields, and a house on stilts."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image = Image.blend(Image.new("RGB", (width, height), "#8ec3ea"), image, 0.25)
    draw = ImageDraw.Draw(image)
    draw.ellipse(
        [width * 0.12, height * 0.1, width * 0.22, height * 0.1 + width * 0.1], fill="#ffe9a8"
    )
    draw.polygon(
        [(0, height * 0.5), (width * 0.3, height * 0.28), (width * 0.62, height * 0.5)],
        fill="#5d8a7a",
    )
    draw.polygon(
        [(width * 0.35, height * 0.5), (width * 0.75, height * 0.22), (width, height * 0.5)],
        fill="#4b7566",
    )
    for step in range(8):
        top = height * (0.5 + 0.0625 * step)
        draw.rectangle([0, top, width, height], fill=("#7fb15a", "#96c46c")[step % 2])
    left, top, side = width * house, height * 0.42, width * 0.24
    for leg in (0.05, 0.35, 0.65, 0.95):
        draw.rectangle(
            [left + side * leg - 5, top + side * 0.5, left + side * leg + 5, top + side * 0.85],
            fill="#5a3d28",
        )
    draw.rectangle([left, top + side * 0.2, left + side, top + side * 0.55], fill="#a8703f")
    draw.rectangle(
        [left + side * 0.4, top + side * 0.28, left + side * 0.6, top + side * 0.55], fill="#4a2f1d"
    )
    eaves = top + side * 0.2
    draw.polygon(
        [
            (left - side * 0.1, eaves),
            (left + side / 2, top - side * 0.2),
            (left + side * 1.1, eaves),
        ],
        fill="#8f2f24",
    )
    return encoded(image.filter(ImageFilter.GaussianBlur(1)), "JPEG", quality=90)
