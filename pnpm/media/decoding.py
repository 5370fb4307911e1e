"""From the bytes of a picture to its pixels: upright, reduced, in sRGB, with little memory. Pillow
is loaded when one comes.

A host has 1 GB for everything: hence what decoding will take is told from the header, and too much
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
# Bytes that a process has more at the most while it works on a picture, whatever its format: two
# workers of 80 MB, each at a picture, leave half of a host's 1 GB. The tests measure it for each
# format and mode at the largest size that is taken.
MOST_MEMORY = 160 * 1024 * 1024
# of these, bytes for Pillow's own code, the file, a strip and what is encoded
FIXED = 46 * 1024 * 1024
# pixels: 38 rem of text on a dense screen, and what an old one shows on the whole of it
LONGEST_SIDE = 1600
# Times LONGEST_SIDE: so much is left by the cheap reduction, so that the fine one makes what is
# seen; and a JPEG of MOST_PIXELS that is not quite twice as large is still decoded whole within the
# memory.
GAP = 1.7
STRIP = 1_000_000  # pixels that are turned into full colours at a time
REACH = 3  # source pixels, times the scale, that LANCZOS looks at on each side
BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2}  # a pixel, as Pillow keeps it; 4 in every other mode
# a pixel: two canvases of libwebp's, its decoder's own, and Pillow's copy of one (measured: 16 to
# 18)
WEBP_BYTES = 20
# in EXIF; what it says, as Pillow's transpositions (see PIL.ImageOps.exif_transpose):
ORIENTATION = 0x0112
UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def exposed(data: bytes) -> "Pixels":
    """The picture in a file as it was sent: a PIL image in RGB, or in RGBA if one can look through
    it, without metadata.

    Refused if it is none of ours, too large, or broken.
    """
    if len(data) > LARGEST:
        raise Refused(Kind.LARGE)
    form = picture_format(data)
    if form == "WEBP":
        _refuse_too_large(webp_pixels(data), webp_pixels(data) * WEBP_BYTES)
    try:
        # of what is a little broken; the size is ours to judge
        with warnings.catch_warnings(action="ignore"):
            return _exposed(data, form)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused(Kind.MEMORY) from error
    # a broken file makes decoders raise anything: OSError, SyntaxError, struct.error …
    except Exception as error:
        raise Refused(Kind.BROKEN) from error


def _exposed(data: bytes, form: str) -> "Pixels":
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        image: Pixels = Image.open(io.BytesIO(data), formats=[form])
    except Image.DecompressionBombError:
        raise Refused(Kind.PIXELS) from None
    pixels = image.width * image.height
    orientation, profile = _orientation(image), image.info.get("icc_profile")
    # A JPEG is decoded at a half, a quarter or an eighth at once: a twentieth of the memory.
    buffer = pixels * jpeg_buffer(data) if form == "JPEG" else 0
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
    """Bytes of the picture as it is decoded, of its other frames, and of the rows that one of the
    reduced picture needs.
    """
    scale = max(image.size) / LONGEST_SIDE
    rows = min(image.height, 2 * REACH * scale)
    # what a frame is drawn over, and what comes back after it
    frames = 1 + 2 * bool(getattr(image, "is_animated", False))
    return image.width * (image.height * BYTES.get(image.mode, 4) * frames + rows * 8)


def _orientation(image: "Pixels") -> int | None:
    try:
        found: int | None = image.getexif().get(ORIENTATION)
        return found
    except Exception:  # a broken EXIF is none: the picture is what counts
        return None


def _reduced(image: "Pixels") -> "Pixels":
    """No side longer than LONGEST_SIDE, in full colours, which are made of a few rows at a time:
    all at once takes several times the room. Each strip sees the rows around it, so that the whole
    is the same as if it were made in one go.
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
        above, below = (
            max(0, int((top - REACH) * down)),
            min(image.height, math.ceil((bottom + REACH) * down)),
        )
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
    is_opaque = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255
    return image.convert("RGB") if is_opaque else image


def _coloured(image: "Pixels") -> "Pixels":
    """RGB, RGBA, or CMYK, which its profile may turn into RGB."""
    if image.mode in ("RGB", "RGBA", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode in ("I;16", "I"):  # 16 bits of grey
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image: "Pixels", profile: bytes | None) -> "Pixels":
    """The same colours without a profile, as far as that can be said; nothing is left but
    pixels.
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
            pass  # a broken profile, or one for other colours than these: then without
    bare = image.convert("RGB") if image.mode == "CMYK" else image
    return Image.frombytes(bare.mode, bare.size, bare.tobytes())
