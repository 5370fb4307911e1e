"""The languages that the site can speak: Indonesian, in which the templates and the code are
written, and each of which there is a catalogue in translations/.

Dates and numbers are written as CLDR has them for the language (by Babel); most of Indonesia's own
languages are not in it, and have Indonesian's.
"""

import re
import struct
from collections import Counter
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations

SOURCE = "id"  # the language of the templates and the code
CATALOGUES = Path(__file__).with_name("translations")
DOMAIN = "messages"
# A folder's name, as gettext writes a language: jv, pt_BR, zh_Hant.
CODE = re.compile(r"[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_[A-Z]{2})?")
TESTED = {"en"}  # its words are looked through by the tests, and need not be when they are read
# where a value is put into a sentence
_PLACES = re.compile(r"%\(\w+\)s|%s|%%|\{\w*\}")


def known() -> list[str]:
    """Return the codes of the languages, Indonesian first."""
    return _found(CATALOGUES)


def locale_of(language: Locale | str) -> Locale:
    """Return what Babel knows of a language's dates and numbers; Indonesian's, if that is
    nothing.
    """
    if isinstance(language, Locale):
        return language
    return _locale(language)


def name_of(language: str) -> str:
    """Return a language's own name: `English`; of one that CLDR does not know, the Indonesian
    name.
    """
    if language == SOURCE:
        return "Bahasa Indonesia"
    locale, name = _locale(language), language
    if str(locale) == language:
        name = locale.get_display_name() or language
    elif language in locale.languages:
        name = locale.languages[language]
    return name[:1].upper() + name[1:]


def tag_of(language: str) -> str:
    """Return a language as HTML, Atom and browsers write it (BCP 47): `pt-BR`."""
    return language.replace("_", "-")


def is_right_to_left(language: str) -> bool:
    """Tell whether a language is written from right to left."""
    return _locale(language).text_direction == "rtl"


def catalogue(language: str) -> NullTranslations:
    """Return the words in a language. What it lacks stays Indonesian; so does what would break a
    page, since a value is put in that the sentence has not.
    """
    return _catalogue(CATALOGUES, language)


@cache
def _found(folder):
    compiled = folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    codes = {path.parent.parent.name for path in compiled}
    return [SOURCE, *sorted(code for code in codes - {SOURCE} if CODE.fullmatch(code))]


@cache
def _locale(language):
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale(SOURCE)


@cache
def _catalogue(folder, language):
    try:
        found = Translations.load(folder, [language], DOMAIN)
    except (OSError, ValueError, struct.error):  # no catalogue, or a rule for plurals that is none
        return NullTranslations()
    if language not in TESTED:
        words = vars(found).get("_catalog", {})
        for source in [source for source, said in words.items() if not _fits(source, said)]:
            del words[source]
    return found


def _fits(source, said):
    """Tell whether a translation takes only the values that its sentence has. `source` is a pair
    for one form of a plural.
    """
    if isinstance(source, tuple):
        source = f"{source[0]}%(num)s"  # which a plural always has
    given, taken = Counter(_PLACES.findall(source)), Counter(_PLACES.findall(said))
    if not {*taken} <= {*given, "%%"} or given["%s"] != taken["%s"] or given["{}"] < taken["{}"]:
        return False
    return "%" not in _PLACES.sub("", said) or "%" in _PLACES.sub("", source)
