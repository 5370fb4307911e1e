"""The set of emoticons, and where their codes are in a text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

BREAK = "\0"  # stands for a tag, which a code never spans, but a word may


class Emoticon(NamedTuple):
    """A code as people type it, and the Indonesian name of its picture."""

    code: str
    name: str

    @property
    def picture(self) -> str:
        """The id of its drawing in static/emoticons.svg."""
        return self.name.replace(" ", "-")


# In the order that readers know from the row under the form.
EMOTICONS = (
    Emoticon(":))", "tertawa"),
    Emoticon(";))", "terkikik"),
    Emoticon(";;)", "mengedip manja"),
    Emoticon(":D", "girang"),
    Emoticon(";)", "mengedip"),
    Emoticon(":p", "menjulurkan lidah"),
    Emoticon(":((", "menangis"),
    Emoticon(":)", "tersenyum"),
    Emoticon(":(", "sedih"),
    Emoticon(":X", "jatuh cinta"),
    Emoticon("=((", "patah hati"),
    Emoticon(":-o", "terkejut"),
    Emoticon(":-/", "bingung"),
    Emoticon(":-*", "mencium"),
    Emoticon(":|", "datar"),
    Emoticon("8-}", "konyol"),
    Emoticon(":)]", "menelepon"),
    Emoticon("~x(", "kehabisan akal"),
    Emoticon(":-t", "minta jeda"),
    Emoticon("b-(", "babak belur"),
    Emoticon(":-L", "kesal"),
    Emoticon("x(", "marah"),
    Emoticon(":-p", "menjulurkan lidah"),
    Emoticon("=))", "terguling-guling"),
)
BY_CODE = {emoticon.code.lower(): emoticon for emoticon in EMOTICONS}

LETTER = r"[^\W_]"  # a letter or a digit of any script
WORD = r"\w"  # the same, or an underscore, which joins words: `max_x(3)`


def _alternative(code):
    pattern = re.escape(code)
    if code[0].isalnum():  # not in a word
        pattern = rf"(?<!{WORD})(?<!{WORD}{BREAK}){pattern}"
    if code[-1].isalnum():
        pattern += rf"(?!{BREAK}?{WORD})"
    if code[-1] == "(":  # not a parenthesis
        pattern += rf"(?!{BREAK}?{LETTER})"
    return pattern


# Longest first: where several codes begin at one place the longest wins.
PATTERN = "|".join(_alternative(code) for code in sorted(BY_CODE, key=len, reverse=True))
# Where none can begin, which is nearly everywhere, only the first letter is looked at.
_FIRST = "".join(sorted({re.escape(code[0]) for code in BY_CODE}))
_CODE = re.compile(f"(?=[{_FIRST}])(?:{PATTERN})", re.IGNORECASE)


class Place(NamedTuple):
    """A code in a text, from `start` up to `end`."""

    start: int
    end: int
    emoticon: Emoticon


def find(text: str, before: str = "", after: str = "") -> Iterator[Place]:
    """Yield the codes in a text, from left to right. `before` and `after` are the characters beyond
    the tags at its ends, if any.
    """
    offset = len(before) + len(BREAK)
    for match in _CODE.finditer(before + BREAK + text + BREAK + after):
        start, end = match.start() - offset, match.end() - offset
        if start >= 0 and end <= len(text):
            yield Place(start, end, BY_CODE[match.group().lower()])
