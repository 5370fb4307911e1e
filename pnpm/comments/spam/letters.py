"""Letters in any dress as the plain letters that readers see: look-alikes of other scripts,
mathematical and enclosed letters, small capitals, what is piled upon a letter or hidden after it.
"""

import re
import unicodedata
from functools import lru_cache

from . import lookalikes

# Characters that are looked at: of a longer text the beginning and the end, where advertisements
# stand.
LONGEST, TAIL = 3000, 1000
# Characters of a longer text that are worth a first look, for what is invisible among them.
GLANCE = 20_000

# How a letter was dressed, a code for each kind.
PLAIN = "."
MATHEMATICAL, WIDE, ENCLOSED, SMALL_CAPITAL, RAISED = "m", "w", "e", "s", "r"
ACCENT, VARIANT, COMPATIBLE = "c", "v", "o"  # é, ɓ, ﬁ
CYRILLIC, GREEK, OTHER = "C", "G", "O"  # look-alikes of other scripts
MARKED, HIDDEN = "k", "z"  # struck through or piled up; something invisible after it
SCRIPTS = frozenset(CYRILLIC + GREEK + OTHER)

# Compiled where they are first needed: most comments need none of them.
_HIDDEN = (
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]+"
)
_PILED = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
_FLAGS = "[\U0001f1e6-\U0001f1ff]+"
_FLAG = "\U0001f3f3"
_FIRST_FLAG = 0x1F1E6
_SCRIPT = {"CYRILLIC": CYRILLIC, "GREEK": GREEK, "COPTIC": GREEK, "LATIN": VARIANT}
_TAGS = {"<wide>": WIDE, "<circle>": ENCLOSED, "<square>": ENCLOSED, "<super>": RAISED}
_TAGS |= {"<sub>": RAISED, "<narrow>": WIDE}
_ALIKE = {letter: plain for plain, letters in lookalikes.ALIKE.items() for letter in letters}
_SMALL = {letter: plain for plain, letters in lookalikes.SMALL.items() for letter in letters}


def shortened(text: str) -> str:
    """Return the beginning and the end of a text, at most LONGEST characters, without what is
    invisible if there is much of it.
    """
    if len(text) <= LONGEST:
        return text
    if len(text) > GLANCE:
        text = f"{text[: GLANCE - TAIL]}\n{text[-TAIL:]}"
    text = re.sub(_PILED, "\u0336", re.sub(_HIDDEN, "\u200b", text))
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - TAIL - 1]}\n{text[-TAIL:]}"


def undressed(text: str) -> tuple[str, str]:
    """Return the plain text of one that may have any letters, and for each of its characters how it
    was dressed: a code.
    """
    plain: list[str] = []
    codes: list[str] = []
    for character in re.sub(_FLAGS, _flags, text):
        if character < "\x80":
            plain.append(character)
            codes.append(PLAIN)
            continue
        seen, code = _seen(character)
        if seen:
            plain += seen
            codes += code * len(seen)
        elif codes and (code == MARKED or codes[-1] == PLAIN):
            codes[-1] = code
    return "".join(plain), "".join(codes)


def _flags(found: re.Match[str]) -> str:
    """Return flags as flags, and letters of flags that stand alone as letters in squares."""
    run = found[0]
    if len(run) % 2 == 0:
        return _FLAG * (len(run) // 2)
    return "".join(chr(0x1F130 + ord(letter) - _FIRST_FLAG) for letter in run)


@lru_cache(4096)
def _seen(character: str) -> tuple[str, str]:
    """Return what a character looks like, and how it is dressed; nothing for what is no character
    of its own.
    """
    if character in _SMALL:
        code = SMALL_CAPITAL if character < "\U0001f000" else ENCLOSED
        return _SMALL[character], code
    if character in _ALIKE:
        script = unicodedata.name(character, "").partition(" ")[0]
        if script == "MATHEMATICAL":
            return _ALIKE[character], MATHEMATICAL
        return _ALIKE[character], _SCRIPT.get(script, OTHER)
    category = unicodedata.category(character)
    if category in ("Mn", "Me"):
        return "", MARKED
    if category in ("Cf", "Cc", "Cs") or re.match(_HIDDEN, character):
        return (" ", PLAIN) if character in "\x85" else ("", HIDDEN)
    if category[0] == "Z":
        return " ", PLAIN
    return _decomposed(character, category)


def _decomposed(character: str, category: str) -> tuple[str, str]:
    apart = unicodedata.decomposition(character)
    if not apart:
        if category in ("Nd", "No") and (digit := unicodedata.digit(character, None)) is not None:
            return str(digit), OTHER if category == "Nd" else ENCLOSED
        return character, PLAIN
    whole = unicodedata.normalize("NFKD", character)
    letters = "".join(letter for letter in whole if letter.isascii() and letter.isalnum())
    if not letters:
        letters = "".join(_ALIKE.get(letter, "") for letter in whole[:4])
    if not letters or len(letters) > 4 or character == "™":
        return character, PLAIN
    tag = apart.partition(" ")[0]
    if not tag.startswith("<"):
        script = unicodedata.name(character, "").partition(" ")[0]
        return letters, ACCENT if script == "LATIN" else _SCRIPT.get(script, OTHER)
    if tag == "<font>":
        return letters, MATHEMATICAL
    if tag == "<compat>" and "PARENTHESIZED" in unicodedata.name(character, ""):
        return letters, ENCLOSED
    return letters, _TAGS.get(tag, COMPATIBLE)
