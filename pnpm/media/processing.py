"""Makes the files that readers get of a picture, each within its budget. They are encoded from
pixels alone, so that nothing else of the original reaches a reader: no location, no script, no
thumbnail of what was cut off.
"""

import base64
import io
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from pnpm.markup import figures

from .decoding import LONGEST_SIDE, exposed

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

PREVIEW = 24  # pixels wide
PREVIEW_QUALITY = 20  # about 150 bytes, and blurred when it is shown
# Bytes of a file, by its width. An article with 6 photographs costs a phone at most 250 kB: 45 kB
# for the page, 6 times 33 kB for pictures of the width that a phone asks for (800 pixels at a
# density of 2 or 3), the rest for headers. Wider ones are for desktops, with room for quality
# 75 for anything but noise.
BUDGETS = {400: 24_000, 800: 33_000, LONGEST_SIDE: 400_000}
# below 20 a blurred picture looks better than one with blocks; above 75 nobody sees a difference
QUALITIES = range(20, 80, 5)
# radius in pixels, for noise, which stays large at any quality; the last leaves hardly any detail
BLURS = 0, 1, 2, 4, 8, 16, 32, 64

# One picture at a time in a process: each takes up to `decoding.MOST_MEMORY`.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True)
class Developed:
    """A processed picture: the size of its largest file, a preview (base64; empty if it has
    transparency), and its files by name.
    """

    width: int
    height: int
    preview: str
    files: dict[str, bytes]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(content) for content in self.files.values())


def develop(data: bytes) -> Developed:
    """Decode a picture's file and encode it for readers. Raises `formats.Refused` if it is none,
    too large, or broken.
    """
    with _ONE_AT_A_TIME:
        image = exposed(data)
        return Developed(*image.size, _preview(image), dict(_files(image)))


def reduced(data: bytes, width: int, budget: int, shape: float) -> bytes:
    """Return a WebP file of that width and of at most `budget` bytes, made of the middle of one of
    ours: `shape` times as wide as high.
    """
    from PIL import Image, ImageOps

    with _ONE_AT_A_TIME, Image.open(io.BytesIO(data), formats=["WEBP"]) as image:
        small = ImageOps.fit(image, (width, round(width / shape)), Image.Resampling.LANCZOS)
    return _within(budget, small, format="WEBP", method=6)


def _preview(image: "Pixels") -> str:
    if image.mode == "RGBA":
        return ""  # it would shine through
    width = min(PREVIEW, image.width)
    small = image.resize((width, min(_height(image, width), LONGEST_SIDE)))
    return base64.b64encode(
        _encoded(small, format="WEBP", quality=PREVIEW_QUALITY, method=6)
    ).decode()


def _files(image: "Pixels") -> Iterator[tuple[str, bytes]]:
    from PIL import Image

    for width in figures.widths_of(image.width):
        if width == image.width:
            small = image
        else:
            small = image.resize((width, _height(image, width)), Image.Resampling.LANCZOS)
        budget = next(BUDGETS[most] for most in BUDGETS if width <= most)
        yield f"{width}.webp", _within(budget, small, format="WEBP", method=4)
        yield (
            f"{width}.jpg",
            _within(budget, _on_white(small), format="JPEG", progressive=True, optimize=True),
        )


def _within(budget: int, image: "Pixels", **options: Any) -> bytes:
    """Encode the picture in the best quality that fits the budget (bytes); a noisy one is blurred
    as little as needed.
    """
    from PIL import ImageFilter

    for radius in BLURS:
        blurred = image.filter(ImageFilter.GaussianBlur(radius)) if radius else image
        fitting = cache(
            lambda quality, blurred=blurred: _fitting(budget, blurred, quality=quality, **options)
        )
        if best := fitting(QUALITIES[-1]):  # most pictures need one try only
            return best
        if least := fitting(QUALITIES[0]):
            too_large = bisect(QUALITIES, False, key=lambda quality: fitting(quality) is None)
            return fitting(QUALITIES[too_large - 1]) or least
    return _encoded(blurred, quality=QUALITIES[0], **options)


def _fitting(budget: int, image: "Pixels", **options: Any) -> bytes | None:
    """Return the encoded file, or None if it is larger than the budget; so a dozen files of noise,
    of megabytes each, are not kept.
    """
    if image.mode == "RGBA":
        # or transparent noise would be as large at every quality
        options["alpha_quality"] = options["quality"]
    encoded = _encoded(image, **options)
    if len(encoded) > budget:
        return None
    return encoded


def _encoded(image: "Pixels", **options: Any) -> bytes:
    kept = io.BytesIO()
    image.save(kept, **options)
    return kept.getvalue()


def _height(image: "Pixels", width: int) -> int:
    return max(1, round(image.height * width / image.width))


def _on_white(image: "Pixels") -> "Pixels":
    from PIL import Image

    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white
