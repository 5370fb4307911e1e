"""The last part of an article's address."""

import re
import unicodedata

SLUG_LENGTH = 100  # of an address that people pass on by hand
NOTHING = "artikel"  # what stands for a title of which nothing is ASCII
PAGES = "p/"  # before those of pages about the site itself: an article's own has no slash, so that it never takes theirs


def slug_of(title: str, nothing: str = NOTHING) -> str:
    """An ASCII slug of a title: `Rapat Désa!` is `rapat-desa`; `nothing` where nothing of it is ASCII (Passenger needs ASCII)."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`]", "", plain)).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[:SLUG_LENGTH].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words or nothing


def of_a_page(slug: str) -> bool:
    """Whether it is a page's about the site itself."""
    return slug.startswith(PAGES)
