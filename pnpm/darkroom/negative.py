"""From the bytes of a picture to its pixels: upright, reduced, in sRGB, with little memory. Pillow is loaded when one comes.

A host has 1 GB for everything: hence a size is refused before anything is decoded, and large pictures are never held in full
colours twice.
"""

import io
import warnings

from .formats import Kind, Refused, picture_format, webp_pixels

LARGEST = 10 * 1024 * 1024  # bytes of a file: what phones take has 2 to 8 MB
MOST_PIXELS = 40_000_000  # more than phones' cameras give unless told to; as much as 160 MB while it is developed
LONGEST_SIDE = 1600  # pixels: 38 rem of text on a dense screen, and what an old one shows on the whole of it
GAP = 2  # times LONGEST_SIDE: so much is left by the cheap reduction, so that the fine one makes what is seen
STRIP = 256  # rows, times the factor, that are turned into full colours at a time
ORIENTATION = 0x0112  # in EXIF; what it says, as Pillow's transpositions (see PIL.ImageOps.exif_transpose):
UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def exposed(data: bytes):
    """The picture in a file as it was sent: a PIL image in RGB, or in RGBA if one can look through it, without metadata.

    Refused if it is none of ours, too large, or broken.
    """
    if len(data) > LARGEST:
        raise Refused(Kind.LARGE)
    form = picture_format(data)
    if form == "WEBP" and webp_pixels(data) > MOST_PIXELS:
        raise Refused(Kind.PIXELS)
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is a little broken; the size is ours to judge
            return _exposed(data, form)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused(Kind.PIXELS) from error
    except Exception as error:  # a broken file makes decoders raise anything: OSError, SyntaxError, struct.error …
        raise Refused(Kind.BROKEN) from error


def _exposed(data, form):
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        image = Image.open(io.BytesIO(data), formats=[form])
    except Image.DecompressionBombError:
        raise Refused(Kind.PIXELS) from None
    if image.width * image.height > MOST_PIXELS:
        raise Refused(Kind.PIXELS)
    orientation, profile = _orientation(image), image.info.get("icc_profile")
    # A JPEG is decoded at a half, a quarter or an eighth at once: a twentieth of the memory.
    image.draft(None, [GAP * LONGEST_SIDE * side // max(image.size) for side in image.size])
    image.load()
    image = _in_srgb(_reduced(image), profile)
    return image.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else image


def _orientation(image):
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # a broken EXIF is none: the picture is what counts
        return None


def _reduced(image):
    """No side longer than LONGEST_SIDE, in full colours."""
    from PIL import Image

    factor = max(image.size) // (GAP * LONGEST_SIDE)
    image = _coloured(_divided(image, factor) if factor > 1 else image)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    is_opaque = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255
    return image.convert("RGB") if is_opaque else image


def _divided(image, factor):
    """One pixel of `factor` each way, made in strips: full colours of all of it at once would take four times the room."""
    from PIL import Image

    size, small = (-(-image.width // factor), -(-image.height // factor)), None
    for top in range(0, image.height, STRIP * factor):
        strip = image.crop((0, top, image.width, min(image.height, top + STRIP * factor)))
        strip = _coloured(strip).reduce(factor)
        small = small or Image.new(strip.mode, size)
        small.paste(strip, (0, top // factor))
    return small


def _coloured(image):
    """RGB, RGBA, or CMYK, which its profile may turn into RGB."""
    if image.mode in ("RGB", "RGBA", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode in ("I;16", "I"):  # 16 bits of grey
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(image, profile):
    """The same colours without a profile, as far as that can be said; nothing is left but pixels."""
    from PIL import Image, ImageCms

    if profile:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a broken profile, or one for other colours than these: then without
    bare = image.convert("RGB") if image.mode == "CMYK" else image
    return Image.frombytes(bare.mode, bare.size, bare.tobytes())
