"""What the model looks at in a folded text: pieces of its words, how they were dressed, and the
shapes of names such as gambling sites have.

A feature is a name of bytes that is hashed into a table; its group is the seed of the hash. Those
of the text (letters, words, pairs of words) count as often as they occur in different words, in
proportion to the length; those of dress count once.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import NamedTuple
from zlib import crc32

from .folding import ADDRESSED, BROKEN, FANCY, LINK, SPACED, Folded, Word
from .letters import PLAIN

LETTERS, WORD, PAIR, DRESS = 0, 1, 2, 3  # groups
SHORTEST, FARTHEST = 3, 5  # bytes of a piece of a word
LONGEST_KEY = 48  # bytes of a word
DRESS_VALUE = 0.3  # of a feature of dress; those of the text share about 10 among them
# Words of a window, and from one to the next: harmless words around an advertisement do not hide it
WINDOW, STEP = 30, 15
# Beyond so many words the windows overlap less: 3,000 characters have 1,500 words of one letter.
MANY, FAR_STEP = 600, 25
# A text of this many words has only one window.
SINGLE = 36
NUMERALS = frozenset(
    ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
)
SHORT_TEXTS = 2, 4, 8, 16, 32  # words: the length says a little
BARE = frozenset(PLAIN)
REMEMBERED = 2048  # words whose sums a table keeps at hand
Weights = Sequence[int] | memoryview


class Manner(NamedTuple):
    """How most of a text is written: nobody stands out by what all words have."""

    is_fancy: bool
    is_upper: bool


@lru_cache(2048)
def key(stem: str, has_number: bool) -> bytes:
    """Return a word as its pieces are made of: its number is only a sign, as names change it."""
    ending = "#" if has_number else ""
    return f"<{stem}{ending}>".encode("utf-8", "replace")[:LONGEST_KEY]


def pieces(whole: bytes) -> Iterator[bytes]:
    """Yield the pieces of a word's key; none of one in letters that nobody advertises in here."""
    if not whole.isascii():
        return
    for size in range(SHORTEST, FARTHEST + 1):
        for at in range(len(whole) - size + 1):
            yield whole[at : at + size]


def hashes(whole: bytes) -> list[int]:
    """Return the hashes of a word and its pieces, as scoring needs them: fast."""
    found = [crc32(whole, WORD)]
    if not whole.isascii():
        return found
    length = len(whole)
    for size in range(SHORTEST, FARTHEST + 1):
        found += [crc32(whole[at : at + size]) for at in range(length - size + 1)]
    return found


def pair(before: bytes, whole: bytes) -> int:
    """Return the hash of two words that follow each other."""
    return crc32(before + whole, PAIR)


def manner(found: Folded) -> Manner:
    """Return how most of a text is written."""
    others = [word for word in found.words if not word.is_alone]
    plain = len(found.words) - len(others)
    words = [word for word in others if len(word.text) > 1]
    count = plain + len(words)
    if count < 4:
        return Manner(False, False)
    fancy = sum([not word.kinds.isdisjoint(FANCY) for word in words])
    upper = sum([word.cased.isupper() for word in words])
    return Manner(fancy * 2 > count, upper * 2 > count)


def dress(word: Word, after: Word | None, usual: Manner) -> list[str]:
    """Return how a word was dressed; `after` is the word that follows."""
    if ADDRESSED in word.kinds:
        return ["addressed"]  # a person, whatever the name
    found = _kinds(word, usual)
    if word.number:
        found += _shape(word, usual)
    elif after and after.text.isdigit() and after.start - word.end == 1 and word.stem.isalpha():
        found += [f"then {after.text[:4]}", f"then {len(after.text[:5])} {_case(word, usual)}"]
    elif word.stem[:1] == "#" and len(word.stem) > 3:
        found.append(f"amount {_case(word, usual)} {len(word.stem)}")
    elif after and word.stem in NUMERALS and word.stem == after.stem:
        found.append("numerals")
    if found or word.is_framed or _case(word, usual) == "mixed":
        found.append(f"end {word.stem[-3:]}")
    if word.is_framed:
        found += ["framed", f"framed {_case(word, usual)} {_digits(word)}"]
    if LINK in word.kinds:
        found += [f"ending {word.text.rpartition('.')[2][:8]}", f"host {word.text[:40]}"]
    return found


def length(count: int) -> str:
    """Return the feature of a text of that many words."""
    return f"length {sum(count > most for most in SHORT_TEXTS)}"


def dress_hash(name: str) -> int:
    """Return the hash of a feature of dress."""
    return crc32(name.encode("utf-8", "replace"), DRESS)


@lru_cache(128)
def length_hash(count: int) -> int:
    """Return the hash of the feature of a text of that many words."""
    return dress_hash(length(count))


def spans(count: int) -> list[tuple[int, int]]:
    """Return the windows of a text of that many words, the whole first."""
    if count <= SINGLE:
        return [(0, count)]
    step = STEP if count <= MANY else FAR_STEP
    starts = range(0, count - WINDOW + step, step)
    return [(0, count), *((start, min(count, start + WINDOW)) for start in starts)]


class Window(NamedTuple):
    """The words from `first` to before `last`, as tables of weights sum them: their keys, each
    once, and the hashes of their dress, the length among them; `divisor` of the sum of what occurs
    in the text.
    """

    first: int
    last: int
    keys: set[bytes]
    dress: set[int]
    divisor: float


class Hashed(NamedTuple):
    """The features of a text, hashed once for as many tables of weights as look at them: the words'
    keys, the hashes of each word with the one before it (0 for the first), of each word's dress,
    and the windows.
    """

    keys: list[bytes]
    pairs: list[int]
    dresses: list[list[int]]
    windows: list[Window]


def hashed(found: Folded) -> Hashed:
    """Hash the features of a folded text."""
    words = found.words
    usual = manner(found)
    keys = [key(word.stem, bool(word.number)) for word in words]
    pairs = [crc32(before + whole, PAIR) for before, whole in pairwise(keys)]
    dresses = [
        [] if _is_bare(word, after) else [dress_hash(name) for name in dress(word, after, usual)]
        for word, after in zip(words, [*words[1:], None], strict=False)
    ]
    windows = [_window(keys, dresses, first, last) for first, last in spans(len(keys))]
    return Hashed(keys, [0, *pairs], dresses, windows)


def _window(keys: list[bytes], dresses: list[list[int]], first: int, last: int) -> Window:
    once = set(keys[first:last])
    worn = {code for codes in dresses[first:last] if codes for code in codes}
    count = sum(map(_count, once)) + max(0, last - first - 1)
    return Window(first, last, once, worn | {length_hash(last - first)}, sqrt(count or 1))


@lru_cache(2048)
def _count(whole: bytes) -> int:
    return len(hashes(whole))


class Table:
    """A table of weights, a power of two of numbers; it remembers its sums of the words that come
    most.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.mask = len(weights) - 1
        self._of_word = lru_cache(REMEMBERED)(self._sum_of_word)

    def totals(self, text: Hashed) -> list[float]:
        """Return the sum of the weights of each window's features times their values."""
        weights, mask = self.weights, self.mask
        of_pairs = [weights[code & mask] for code in text.pairs]
        found = []
        for window in text.windows:
            total = sum(map(self._of_word, window.keys))
            total += sum(of_pairs[window.first + 1 : window.last])
            dressed = sum([weights[code] for code in {code & mask for code in window.dress}])
            found.append(total / window.divisor + dressed * DRESS_VALUE)
        return found

    def _sum_of_word(self, whole: bytes) -> int:
        """Return the sum of the weights of a word and its pieces."""
        return sum([self.weights[code & self.mask] for code in hashes(whole)])


def vector(text: Hashed, window: Window, dress_value: float = DRESS_VALUE) -> dict[int, float]:
    """Return the features of a text's window, by hash, with their values."""
    first, last = window.first, window.last
    codes = [code for whole in dict.fromkeys(text.keys[first:last]) for code in hashes(whole)]
    codes += text.pairs[first + 1 : last]
    row: dict[int, float] = {}
    value = 1 / sqrt(len(codes) or 1)
    for code in codes:
        row[code] = row.get(code, 0.0) + value
    for code in sorted(window.dress):
        row[code] = row.get(code, 0.0) + dress_value
    return row


def vectors(found: Folded) -> list[dict[int, float]]:
    """Return the features of the whole text and of each window, by hash, with their values: what
    the model is trained on, and what scoring amounts to.
    """
    text = hashed(found)
    return [vector(text, window) for window in text.windows]


def _is_bare(word: Word, after: Word | None) -> bool:
    """Return whether a word has no features of dress, as most have none: a quick look."""
    text, stem, number, cased, kinds, is_framed, _start, _end, is_alone = word
    if after and (after.stem == stem or after.text[0].isdigit()):
        return False
    if is_alone:
        return True
    if number or is_framed or kinds != BARE:
        return False
    if cased != text and cased[1:] != text[1:]:  # a capital at the beginning is nothing
        return False
    return stem[:1] != "#"


def next_word(words: list[Word], at: int) -> Word | None:
    """Return the word after that one."""
    return words[at + 1] if at + 1 < len(words) else None


def _kinds(word: Word, usual: Manner) -> list[str]:
    kinds = word.kinds - {PLAIN}
    if not kinds:
        return []
    every = "all " if usual.is_fancy else ""
    found = [f"{every}{kind}" for kind in kinds]
    if word.is_fancy and not usual.is_fancy:
        found += [f"alone {_digits(word)}", f"fancy {len(word.text) > 3}"]
    if len(word.kinds) > 1:
        found.append(f"{every}mixed {''.join(sorted(word.kinds))}")
    if kinds & {SPACED, BROKEN}:
        found += [f"{each} {_digits(word)} {_case(word, usual)}" for each in kinds]
    return found


def _shape(word: Word, usual: Manner) -> list[str]:
    digits = word.number.removesuffix("d")
    letters = min(len(word.stem), 12) // 2 * 2
    shape = f"{len(digits)}{word.number[len(digits) :]}"
    found = [
        f"number {word.number}",
        f"shape {letters} {shape}",
        f"shape {shape} {_case(word, usual)}",
        f"before {word.stem[-2:]} {shape}",
    ]
    if len(digits) > 1 and len(set(digits)) == 1:
        found.append(f"doubled {len(digits)}")
    return found


def _digits(word: Word) -> str:
    return "number" if word.number else ""


def _case(word: Word, usual: Manner) -> str:
    if word.cased.islower():
        return "lower"
    if word.cased.isupper() and usual.is_upper:
        return "usual"
    letters = "".join(letter for letter in word.cased if letter.isalpha())
    if letters.upper() == letters.lower():
        return ""
    if len(letters) > 1 and letters.isupper():
        return "upper"
    return "title" if letters[1:].islower() or len(letters) == 1 else "mixed"
