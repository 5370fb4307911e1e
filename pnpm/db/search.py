"""Searching a column for a word: ignoring case, heeding accents, and with the same result on every
engine.
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
    """Return the condition that `text` contains that word; `spelled` gives a letter as the text has
    it, if that is JSON.

    No engine's own lower case will do: SQLite knows only ASCII's, PostgreSQL that of its host's
    language, MySQL that of its version. So a regular expression lists every form of each letter. It
    is one condition however long the word is: nested by letter, ten words ended in a
    RecursionError.
    """
    word = "".join(_small(letter) for letter in unicodedata.normalize("NFC", word))
    # Regular expressions are slow. So texts are filtered first by LIKE with the ASCII parts of the
    # word, and on SQLite by its first other letter.
    likely = [_like(text, *[spelled(part) for part in _OTHERS.split(word)])]
    exactly = text.regexp_match("".join(_pattern(letter, spelled) for letter in word))
    if word.isascii():
        return and_(*likely, _OnMySQL(exactly))
    forms = _forms(_OTHERS.findall(word)[0])
    return and_(
        *likely, _Any(*[text.contains(spelled(form), autoescape=True) for form in forms]), exactly
    )


def in_json(text: str) -> str:
    """Return a text as our JSON columns have it."""
    return json.dumps(text)[1:-1]


_OTHERS = re.compile(r"[^\x00-\x7f]")  # other letters than ASCII's
_SIGNS = re.compile(r"[^0-9A-Za-z\x80-\U0010ffff]")
_ESCAPED = r"\\\g<0>"


def _like(text: "SQLColumnExpression[Any]", *parts: str) -> ColumnElement[bool]:
    """Return the condition for texts with these parts in them, in this order."""
    escaped = (re.sub(r"[%_/]", r"/\g<0>", part) for part in parts)
    return _Small(text).like(f"%{'%'.join(escaped)}%", escape="/")


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


def _forms(letter: str) -> list[str]:
    """Return all ways to write a letter: lower and upper case, composed and decomposed."""
    large = {other for other in (letter.upper(), letter.title()) if _small(other) == letter}
    return sorted(
        {unicodedata.normalize(form, one) for form in ("NFC", "NFD") for one in {letter, *large}}
    )


def _pattern(letter: str, spelled: Callable[[str], str]) -> str:
    """Return a regular expression for any form of a letter, in the syntax that SQLite (Python),
    MariaDB, MySQL and PostgreSQL share.
    """
    return f"({'|'.join(_SIGNS.sub(_ESCAPED, spelled(form)) for form in _forms(letter))})"


class _Small(FunctionElement[str]):
    """A text with at least its ASCII letters in lower case."""

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
    """Whether any of these conditions holds; used on SQLite, where that is faster than a regular
    expression.
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
    """A condition for MySQL and MariaDB alone, which find too much without it: to them the Kelvin
    sign is a k.
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
