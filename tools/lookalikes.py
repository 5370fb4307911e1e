"""Writes pnpm/comments/spam/lookalikes.py: which letters of other scripts and styles look like
which letter from a to z or digit.

`python -m tools.lookalikes` takes them from Unicode's published data: from Technical Standard 39
(confusables.txt, as the package confusable-homoglyphs has it), from the names of Latin letters in
Python's unicodedata, and from the pairs of pnpm/markup/confusables.py. What Unicode normalization
(NFKD) makes of a letter anyway is not listed.
"""

import json
import re
import string
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from pnpm.markup.confusables import _PAIRS

TARGET = Path(__file__).resolve().parent.parent / "pnpm/comments/spam/lookalikes.py"
PLAIN = string.ascii_lowercase + string.digits
PER_LINE = 72  # letters
# Scripts that people here read and write, and whose letters stand for themselves in any company.
HONEST = (
    "ARABIC HEBREW CJK HANGUL HIRAGANA KATAKANA THAI DEVANAGARI BUGINESE JAVANESE BALINESE".split()
)
HONEST += "SUNDANESE BATAK BENGALI TAMIL LAO KHMER MYANMAR".split()
_STYLE = r"(?:TURNED |REVERSED |DOTLESS )?([A-Z])(?: WITH .*)?"
_NAME = re.compile(rf"LATIN (?:SMALL|CAPITAL) LETTER {_STYLE}")
_SMALL_CAPITAL = re.compile(rf"LATIN LETTER SMALL CAPITAL {_STYLE}")
_BLACK = (0x1F150, 0x1F170)  # letters in dark circles and squares, which have no decomposition
# What advertisers use for their shape, against the sound or the small letter.
SHAPES = "Σe Ξe Яr Иn Дa Λa Πn Цu Щw Шw Фo Гr"
HEADER = '''\
"""Letters that look like a letter from a to z or like a digit. Written by tools/lookalikes.py
from Unicode's data (security/confusables.txt of Technical Standard 39, UnicodeData.txt): do not
edit. Copyright © 1991-2024 Unicode, Inc., Unicode License v3 (https://www.unicode.org/license.txt).
"""

'''


def main() -> None:
    """Write the module."""
    groups: dict[str, dict[str, set[str]]] = {"ALIKE": defaultdict(set), "SMALL": defaultdict(set)}
    seen: set[str] = set()
    for group, letter, plain in (*_named(), *_pairs(), *_confusable(), *_capitals()):
        if letter not in seen and not _is_normalized(letter):
            seen.add(letter)
            groups[group][plain].add(letter)
    TARGET.write_text(HEADER + "\n".join(_module(groups)) + "\n")


def _named() -> Iterator[tuple[str, str, str]]:
    for letter in map(chr, range(0x80, sys.maxunicode)):
        name = unicodedata.name(letter, "")
        if found := _SMALL_CAPITAL.fullmatch(name):
            yield "SMALL", letter, found[1].lower()
        elif found := _NAME.fullmatch(name):
            yield "ALIKE", letter, found[1].lower()
    for first in _BLACK:
        for number, plain in enumerate(string.ascii_lowercase):
            yield "SMALL", chr(first + number), plain


def _pairs() -> Iterator[tuple[str, str, str]]:
    for pair in (*SHAPES.split(), *_PAIRS.split()):
        if not pair[0].isascii() and pair[1] in PLAIN and not _is_honest(pair[0]):
            yield "ALIKE", pair[0], pair[1]


def _capitals() -> Iterator[tuple[str, str, str]]:
    for group, letter, plain in _pairs():
        if len(upper := letter.upper()) == 1:
            yield group, upper, plain


def _confusable() -> Iterator[tuple[str, str, str]]:
    """Yield what Unicode's list says, letters before digits where it looks like both."""
    listed = json.loads((files("confusable_homoglyphs") / "confusables.json").read_text())
    for letter, alike in listed.items():
        plain = sorted({each["c"].lower() for each in alike} & set(PLAIN), key=PLAIN.index)
        if len(letter) == 1 and not letter.isascii() and plain and not _is_honest(letter):
            yield "ALIKE", letter, "l" if "l" in plain else plain[0]


def _is_honest(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(tuple(HONEST))


def _is_normalized(letter: str) -> bool:
    apart = unicodedata.normalize("NFKD", letter)
    return any(each.isascii() and each.isalnum() for each in apart)


def _module(groups: dict[str, dict[str, set[str]]]) -> Iterator[str]:
    for group, letters in groups.items():
        yield f"{group} = {{"
        for plain in sorted(letters):
            found = "".join(sorted(letters[plain]))
            lines = [found[at : at + PER_LINE] for at in range(0, len(found), PER_LINE)]
            if len(lines) == 1:
                yield f'    "{plain}": "{lines[0]}",'
            else:
                yield f'    "{plain}": ('
                yield from (f'        "{line}"' for line in lines)
                yield "    ),"
        yield "}"


if __name__ == "__main__":
    main()
