"""Texts that lead a regular expression astray: made of what it speaks of, so that it begins in many ways and fails late."""

import re
from collections.abc import Iterator
from itertools import permutations

# Characters. What takes exponentially long shows in a short text, where `judi.*slot.*gacor` is quick; what repeats a
# repetition has to be quick in a long one, too: what a comment has at most, unless a host sets more.
SHORT, LONG = 200, 3000
MOST = 10  # of the letters and of the words that an expression speaks of

_ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*+\]?", re.DOTALL)
_KIND = re.compile(r"\(\?(?:P?<\w+>|<?[=!]|[>|]|[a-zA-Z0-9-]*:)")
_ENDLESS = r"(?:[*+]|\{\d*,\})"
_GROUP = re.compile(rf"\(([^()]*)\)({_ENDLESS}|\{{[\d,]+\}})?")


def is_nested(source: str) -> bool:
    """Whether something in it that repeats without end is repeated itself, as in `(a+)+` and `(.*a){20}`."""
    bare = _KIND.sub("(", _ATOM.sub("x", source))
    while group := _GROUP.search(bare):
        repeats = re.search(_ENDLESS, group[1])
        if repeats and group[2]:
            return True
        bare = bare[: group.start()] + ("x+" if repeats else f"x{group[2] or ''}") + bare[group.end() :]
    return False


def texts(source: str, length: int) -> Iterator[str]:
    """Texts of about that length: long runs of what the expression speaks of, ended by what it does not; and one too few."""
    spoken = _ESCAPED.sub(_letter, source)
    letters = list(dict.fromkeys(letter for letter in spoken if letter not in "\\()[]{}^$"))[:MOST]
    words = list(dict.fromkeys(re.findall(r"[^\W_]{2,}", spoken)))[:MOST]
    whole = "".join(letters)
    runs = [*letters, *"a0 -.", "a ", "0 ", *words, " ".join(words), whole, *map("".join, permutations(letters, 2))]
    # Engines look first for the letters that have to be there: hence all of them at the end.
    ends = ["\0", f"\0{' '.join(words)}{whole}"]
    for run in dict.fromkeys(filter(None, runs)):
        for end in ends:
            yield run * (length // len(run)) + end
    for count in {int(number) for number in re.findall(r"\d{1,3}", source)} - {0, 1}:
        for letter in letters:
            yield (letter + " " * (length // count)) * (count - 1)


def _letter(escaped):
    return chr(min(int(next(filter(None, escaped.groups())), 16), 0x10FFFF))
