"""The logo beside the site's name: which of a picture's files it is, and how large it is shown."""

from typing import NamedTuple

from pnpm.markup import figures
from pnpm.media.models import Picture

TALLEST, WIDEST = 48, 240  # pixels: it fits the smallest phone


class Logo(NamedTuple):
    """Its files, below the site's address, and its size in pixels."""

    webp: str
    jpeg: str
    width: int
    height: int

    @classmethod
    def of(cls, key: str) -> "Logo | None":
        """The picture of that key as the logo; None if there is none."""
        found = Picture.of(key) if key else None
        if found is None or found.deleted_at:
            return None
        smallest = figures.widths_of(found.width)[0]
        scale = min(1, TALLEST / found.height, WIDEST / found.width)
        files = [figures.path_of(key, smallest, ending) for ending in ("webp", "jpg")]
        return cls(*files, max(1, round(found.width * scale)), max(1, round(found.height * scale)))
