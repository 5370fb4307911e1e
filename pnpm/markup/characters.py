"""Which characters of what people type are kept: all but control characters and those that turn the
reading direction unseen.
"""

import re
import unicodedata

# Unicode Standard Annex 9, table 4: explicit formatting characters and marks.
DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
CONTROL = r"\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
DROPPED_IN_LINES = re.compile(f"[{CONTROL}]")
DROPPED_IN_LINE = re.compile(f"[{CONTROL}{DIRECTION}]")
INVISIBLE = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}
# letters and marks by their category, and nothing to see
BLANKS = "\u115f\u1160\u2800\u3164\ufe0e\ufe0f\uffa0"


def one_line(text: str) -> str:
    """A name or title: control and direction characters dropped, white space folded to single
    spaces, none at the ends.
    """
    return " ".join(DROPPED_IN_LINE.sub("", re.sub(r"\s+", " ", text)).split())


def lines(text: str) -> str:
    """A longer text: line ends made `\\n`, other control characters dropped, blank edges cut.
    Direction is the writer's own.
    """
    return DROPPED_IN_LINES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def alphabetical(name: str) -> tuple[str, str]:
    """What names are sorted by: as in a dictionary, where case and accents only part what is alike,
    whatever an engine does.
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)), name


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it."""
    return all(
        unicodedata.category(character) in INVISIBLE or character in BLANKS for character in text
    )
