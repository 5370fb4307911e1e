"""Writes pnpm/comments/spam/vocabulary.bin, the ordinary words: whoever uses one names nothing by
it. `python -m tools.vocabulary FOLDER` takes them from the collections that
tools/train_spam.py learns from: what several people wrote, and what advertisements of several
brands have in common.
"""

from argparse import ArgumentParser
from collections import Counter, defaultdict
from pathlib import Path

from pnpm.comments.spam.folding import folded
from pnpm.comments.spam.vocabulary import BITS, FILE, places
from tools.train_spam import ham, judol

PEOPLE, BRANDS = 2, 4  # texts, and brands, that have an ordinary word at least


def main() -> None:
    """Count the words and write the filter."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    people: Counter[str] = Counter()
    brands: dict[str, set[str]] = defaultdict(set)
    for text in (*judol(folder), *ham(folder)):
        for word in {word.text for word in folded(text.text).words if word.text.isalpha()}:
            if text.brand:
                brands[word].add(text.brand)
            elif not text.is_spam:
                people[word] += 1
    ordinary = {word for word, count in people.items() if count >= PEOPLE}
    ordinary |= {word for word, names in brands.items() if len(names) >= BRANDS}
    filled = bytearray(BITS // 8)
    for word in ordinary:
        for place in places(word):
            filled[place >> 3] |= 1 << (place & 7)
    FILE.write_bytes(filled)
    share = sum(byte.bit_count() for byte in filled) / BITS
    print(f"{len(ordinary)} words, {share:.0%} of the bits set")


if __name__ == "__main__":
    main()
