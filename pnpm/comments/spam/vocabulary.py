"""Ordinary words of Indonesian comments, as a Bloom filter: a word that is not among them may be a
name.

The filter is written by tools/vocabulary.py, which says from what; weights.LICENSE has the
licences. It is read when the first comment is judged.
"""

from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

FILE = Path(__file__).with_name("vocabulary.bin")
BITS = 1 << 18  # of the filter: 32 kB
# of a word; with so many of 18,000 words, one unusual word in 200 is taken for an ordinary one
PLACES = 6


@lru_cache(2048)
def is_ordinary(word: str) -> bool:
    """Return whether a word in small letters is an ordinary one; of the others, one in 200 is taken
    for one.
    """
    filled = _filter()
    return all(filled[place >> 3] >> (place & 7) & 1 for place in places(word))


def places(word: str) -> list[int]:
    """Return the bits of the filter that an ordinary word sets."""
    spelled = word.encode("utf-8", "replace")
    first, step = crc32(spelled), crc32(spelled, 1) | 1
    return [(first + step * number) % BITS for number in range(PLACES)]


@cache
def _filter() -> bytes:
    return FILE.read_bytes()
