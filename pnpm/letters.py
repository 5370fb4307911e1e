"""How a text of the database is searched for a word: whatever the case of letters, heeding accents, alike on every engine."""

import json
import re
import unicodedata
from collections.abc import Callable

from sqlalchemy import ColumnElement, String, and_, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


def contains(text: ColumnElement, word: str, spelled: Callable[[str], str] = str) -> ColumnElement:
    """Whether `text` contains that word; `spelled`: as the text spells letters, where it is JSON.

    No engine's own case will do for every letter: SQLite knows ASCII's, PostgreSQL those of its host's language, MySQL those of
    its age. So what else than ASCII stands in the word is replaced in the text, and ASCII is left to the engine.
    """
    word = "".join(_small(letter) for letter in unicodedata.normalize("NFC", word))
    if word.isascii():
        return _like(text, spelled(word))
    # Replacing is dear (100,000 comments take SQLite 0.2 s): first those with the rest of the word in them.
    rest = _like(text, *[spelled(part) for part in _OTHERS.split(word)])
    for letter in sorted(set(_OTHERS.findall(word))):
        for variant in _variants(letter):
            text = func.replace(text, spelled(variant), spelled(letter))
    return and_(rest, _like(text, spelled(word)))


def in_json(text: str) -> str:
    """A text as our columns of JSON spell it."""
    return json.dumps(text)[1:-1]


_OTHERS = re.compile(r"[^\x00-\x7f]")  # letters than ASCII's


def _like(text, *parts):
    """Texts with these parts in them, in this order."""
    escaped = (re.sub(r"[%_/]", r"/\g<0>", part) for part in parts)
    return _Small(text).like(f"%{'%'.join(escaped)}%", escape="/")


def _small(letter):
    return letter.lower() if len(letter.lower()) == 1 else letter


def _variants(letter):
    """How else it may be written: large, or apart from its accent."""
    large = {other for other in (letter.upper(), letter.title()) if _small(other) == letter}
    forms = {unicodedata.normalize(form, one) for form in ("NFC", "NFD") for one in {letter, *large}}
    return sorted(forms - {letter}, key=len, reverse=True)


class _Small(FunctionElement):
    """A text with the letters of ASCII, at least, small."""

    type = String()
    inherit_cache = True


@compiles(_Small)
def _by_function(element, compiler, **options):
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_Small, "postgresql")
def _by_no_language(element, compiler, **options):
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


@compiles(_Small, "sqlite")
def _by_like_itself(element, compiler, **options):
    return compiler.process(element.clauses, **options)
