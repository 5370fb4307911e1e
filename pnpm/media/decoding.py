"""Decodes a picture's file to pixels: upright, reduced, in sRGB, with little memory. Pillow is
imported when a picture comes.

A host has 1 GB for everything. So the memory for decoding is computed from the header, and too much
is refused before anything is decoded; full colours are made of a few rows at a time.
"""

import io
import math
import warnings
from typing import TYPE_CHECKING

from .formats import Kind, Refused, jpeg_buffer, picture_format, webp_pixels

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

LARGEST = 10 * 1024 * 1024  # bytes of a file: what phones take has 2 to 8 MB
MOST_PIXELS = 40_000_000  # more than phones' cameras give unless told to
# Bytes that a process may need in addition while it works on a picture: two workers of 80 MB, each
# with a picture, leave half of a host's 1 GB. The tests measure it for each format and mode at the
# largest accepted size.
MOST_MEMORY = 160 * 1024 * 1024
# bytes of MOST_MEMORY for Pillow's own code, the file, a strip and the encoded files
FIXED = 46 * 1024 * 1024
# pixels: enough for 38 rem of text on a dense screen, and for the whole of an older one
LONGEST_SIDE = 1600
# How many times LONGEST_SIDE the cheap reduction while decoding leaves at least, so that the good
# one afterwards decides how the picture looks. A JPEG of MOST_PIXELS below that is still decoded
# whole within the memory.
GAP = 1.7
STRIP = 1_000_000  # pixels that are converted to full colours at a time
REACH = 3  # source pixels, times the scale, that LANCZOS uses on each side
BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2}  # per pixel in Pillow's memory; 4 in every other mode
# per pixel: two canvases of libwebp, its decoder's own, and Pillow's copy (measured: 16 to 18)
WEBP_BYTES = 20
# EXIF's tag of the orientation; its values as Pillow's transpositions (PIL.ImageOps.exif_transpose)
ORIENTATION = 0x0112
UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def exposed(data: bytes) -> "Pixels":
    """Return the picture in a file as a PIL image without metadata: RGB, or RGBA if it has
    transparency.

    Raises Refused if the file is no accepted picture, too large, or broken.
    """
    if len(data) > LARGEST:
        raise Refused(Kind.LARGE)
    form = picture_format(data)
    if form == "WEBP":
        _refuse_too_large(webp_pixels(data), webp_pixels(data) * WEBP_BYTES)
    try:
        # Pillow warns of slightly broken files, and of sizes, which we check ourselves.
        with warnings.catch_warnings(action="ignore"):
            return _exposed(data, form)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused(Kind.MEMORY) from error
    except Exception as error:  # decoders raise anything: OSError, SyntaxError, struct.error …
        raise Refused(Kind.BROKEN) from error


def _exposed(data: bytes, form: str) -> "Pixels":
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        image: Pixels = Image.open(io.BytesIO(data), formats=[form])
    except Image.DecompressionBombError:
        raise Refused(Kind.PIXELS) from None
    pixels = image.width * image.height
    orientation = _orientation(image)
    profile = image.info.get("icc_profile")
    buffer = 0.0
    if form == "JPEG":
        buffer = pixels * jpeg_buffer(data)
    # A JPEG is decoded at a half, a quarter or an eighth at once: a twentieth of the memory.
    side = LONGEST_SIDE if buffer else int(GAP * LONGEST_SIDE)
    width, height = (side * each // max(image.size) for each in image.size)
    image.draft(None, (width, height))
    _refuse_too_large(pixels, _memory(image) + buffer)
    image.load()
    image = _in_srgb(_reduced(image), profile)
    if orientation in UPRIGHT:
        return image.transpose(Image.Transpose(UPRIGHT[orientation]))
    return image


def _refuse_too_large(pixels: int, memory: float) -> None:
    if pixels > MOST_PIXELS:
        raise Refused(Kind.PIXELS)
    if memory > MOST_MEMORY - FIXED:
        raise Refused(Kind.MEMORY)


def _memory(image: "Pixels") -> float:
    """Return the bytes of the decoded picture, with an animation's other frames, and of the rows
    from which one row of the reduced picture is made.
    """
    scale = max(image.size) / LONGEST_SIDE
    rows = min(image.height, 2 * REACH * scale)
    frames = 1
    if getattr(image, "is_animated", False):
        frames = 3  # with the frame below, and the one to be restored afterwards
    return image.width * (image.height * BYTES.get(image.mode, 4) * frames + rows * 8)


def _orientation(image: "Pixels") -> int | None:
    try:
        found: int | None = image.getexif().get(ORIENTATION)
        return found
    except Exception:  # a broken EXIF is none: the picture is what counts
        return None


def _reduced(image: "Pixels") -> "Pixels":
    """Return the picture with no side longer than LONGEST_SIDE, in full colours. They are made in
    strips, which take a fraction of the memory; each strip includes the rows around it, so that the
    result is the same as in one go.
    """
    from PIL import Image

    scale = max(1, max(image.size) / LONGEST_SIDE)
    width, height = (max(1, round(side / scale)) for side in image.size)
    if (width, height) == image.size:
        return _opaque(_coloured(image))
    whole: Pixels | None = None
    down = image.height / height
    rows = max(1, int(STRIP / image.width / down))
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        above = max(0, int((top - REACH) * down))
        below = min(image.height, math.ceil((bottom + REACH) * down))
        strip = _coloured(image.crop((0, above, image.width, below)))
        box = (0, top * down - above, image.width, min(bottom * down - above, strip.height))
        strip = strip.resize(
            (width, bottom - top), Image.Resampling.LANCZOS, box=box, reducing_gap=GAP
        )
        whole = whole or Image.new(strip.mode, (width, height))
        whole.paste(strip, (0, top))
    if whole is None:  # never: there is a first strip
        raise ValueError(image.size)
    return _opaque(whole)


def _opaque(image: "Pixels") -> "Pixels":
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:
        return image.convert("RGB")
    return image


def _coloured(image: "Pixels") -> "Pixels":
    """Return the picture as RGB, RGBA, or CMYK, which its profile may convert to RGB."""
    if image.mode in ("RGB", "RGBA", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode in ("I;16", "I"):  # 16 bits of grey
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: "Pixels", profile: bytes | None) -> "Pixels":
    """Return the picture in sRGB, as far as its profile can be used, with nothing but pixels
    left.
    """
    from PIL import Image, ImageCms

    if profile:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            in_srgb = ImageCms.profileToProfile(
                image, given, ImageCms.createProfile("sRGB"), outputMode=mode
            )
            image = in_srgb or image
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile, or one for other colours, is ignored
    bare = image
    if image.mode == "CMYK":
        bare = image.convert("RGB")
    return Image.frombytes(bare.mode, bare.size, bare.tobytes())
