"""Which characters of typed text are kept: all but control characters and those that change the
reading direction invisibly.
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
    """Return a name or title on one line: no control or direction characters, white space folded to
    single spaces.
    """
    return " ".join(DROPPED_IN_LINE.sub("", " ".join(text.split())).split())


def lines(text: str) -> str:
    r"""Return a longer text with line ends as `\n`, without other control characters and blank
    edges. Direction characters stay.
    """
    return DROPPED_IN_LINES.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def alphabetical(name: str) -> tuple[str, str]:
    """Return the key to sort a name by: as in a dictionary, where case and accents decide only
    between otherwise equal names; the same on every engine.
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter)), name


def is_blank(text: str) -> bool:
    """Return whether nothing of the text is visible."""
    return all(
        unicodedata.category(character) in INVISIBLE or character in BLANKS for character in text
    )
