"""How a text of the database is searched for a word: whatever the case of letters, heeding accents,
alike on every engine.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, String, and_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy import SQLColumnExpression
    from sqlalchemy.sql.compiler import SQLCompiler


def contains(
    text: "SQLColumnExpression[Any]", word: str, spelled: Callable[[str], str] = str
) -> ColumnElement[bool]:
    """Whether `text` contains that word; `spelled`: as the text spells letters, where it is JSON.

    No engine's own case will do for every letter: SQLite knows ASCII's, PostgreSQL those of its
    host's language, MySQL those of its age. So a regular expression names every form of each
    letter, alike on all of them. However long the word is, the condition is as deep: nested a
    letter at a time, ten of them ended in a RecursionError.
    """
    word = "".join(_small(letter) for letter in unicodedata.normalize("NFC", word))
    # Regular expressions are dear: first those with the ASCII of the word in them, and on SQLite
    # with the first other letter.
    likely = [_like(text, *[spelled(part) for part in _OTHERS.split(word)])]
    exactly = text.regexp_match("".join(_pattern(letter, spelled) for letter in word))
    if word.isascii():
        return and_(*likely, _OnMySQL(exactly))
    forms = _forms(_OTHERS.findall(word)[0])
    return and_(
        *likely, _Any(*[text.contains(spelled(form), autoescape=True) for form in forms]), exactly
    )


def in_json(text: str) -> str:
    """A text as our columns of JSON spell it."""
    return json.dumps(text)[1:-1]


_OTHERS = re.compile(r"[^\x00-\x7f]")  # letters than ASCII's
_SIGNS = re.compile(r"[^0-9A-Za-z\x80-\U0010ffff]")
_ESCAPED = r"\\\g<0>"


def _like(text: "SQLColumnExpression[Any]", *parts: str) -> ColumnElement[bool]:
    """Texts with these parts in them, in this order."""
    escaped = (re.sub(r"[%_/]", r"/\g<0>", part) for part in parts)
    return _Small(text).like(f"%{'%'.join(escaped)}%", escape="/")


def _small(letter: str) -> str:
    return letter.lower() if len(letter.lower()) == 1 else letter


def _forms(letter: str) -> list[str]:
    """All ways to write it: small or large, and apart from its accent."""
    large = {other for other in (letter.upper(), letter.title()) if _small(other) == letter}
    return sorted(
        {unicodedata.normalize(form, one) for form in ("NFC", "NFD") for one in {letter, *large}}
    )


def _pattern(letter: str, spelled: Callable[[str], str]) -> str:
    """A regular expression for any form of it, in what SQLite (Python), MariaDB, MySQL and
    PostgreSQL have in common.
    """
    return f"({'|'.join(_SIGNS.sub(_ESCAPED, spelled(form)) for form in _forms(letter))})"


class _Small(FunctionElement[str]):
    """A text with the letters of ASCII, at least, small."""

    type = String()
    inherit_cache = True


@compiles(_Small)
def _by_function(element: _Small, compiler: "SQLCompiler", **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(_Small, "postgresql")
def _by_no_language(element: _Small, compiler: "SQLCompiler", **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


@compiles(_Small, "sqlite")
def _by_like_itself(element: _Small, compiler: "SQLCompiler", **options: Any) -> str:
    return compiler.process(element.clauses, **options)


class _Any(FunctionElement[bool]):
    """Whether any of these conditions is fulfilled, where that is sooner said than a regular
    expression's.
    """

    type = Boolean()
    inherit_cache = True


@compiles(_Any)
def _by_expression_alone(element: _Any, compiler: "SQLCompiler", **options: Any) -> str:
    return "1 = 1"


@compiles(_Any, "sqlite")
def _by_each(element: _Any, compiler: "SQLCompiler", **options: Any) -> str:
    return f"({' OR '.join(compiler.process(clause, **options) for clause in element.clauses)})"


class _OnMySQL(FunctionElement[bool]):
    """A condition for MySQL and MariaDB alone, which find too many without it: to them the sign of
    Kelvin is a k.
    """

    type = Boolean()
    inherit_cache = True


@compiles(_OnMySQL)
def _by_nothing_more(element: _OnMySQL, compiler: "SQLCompiler", **options: Any) -> str:
    return "1 = 1"


@compiles(_OnMySQL, "mysql")
@compiles(_OnMySQL, "mariadb")
def _by_itself(element: _OnMySQL, compiler: "SQLCompiler", **options: Any) -> str:
    return compiler.process(element.clauses, **options)
