"""Languages that there are only in the tests, made of all that has to be translated."""

import re

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.conftest import TOP

ENGLISH = TOP / "pnpm/translations/en/LC_MESSAGES/messages.po"
MARKED = re.compile(r"⟦[^⟦⟧]*(?:⟧|…$)")  # a summary ends before its sentence


def marked(words):
    """A sentence in the made-up languages: itself, in brackets by which it is known."""
    return f"⟦{words}⟧"


def catalogue(language, without=(), **others):
    """The catalogue of a language. `others` are translations of single sentences."""
    made = Catalog(locale=language, fuzzy=False)
    with ENGLISH.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    for message in messages:
        if isinstance(message.id, str):
            made.add(message.id, marked(message.id), flags=message.flags)
        else:
            forms = [marked(message.id[1]) for _form in range(made.num_plurals)]
            made.add(message.id, forms, flags=message.flags)
    for sentence in without:
        made.delete(sentence)
    for sentence, words in others.items():
        made[sentence].string = words
    return made


def put(folder, made):
    """Put a compiled catalogue into a folder of catalogues, as whoever runs a site does."""
    place = folder / made.locale_identifier / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, made)


def unmarked(text):
    """What of a text is in no brackets, whatever stands within others."""
    before = None
    while text != before:
        before, text = text, MARKED.sub(" ", text.strip())
    return text
