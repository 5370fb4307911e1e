"""Every string through gettext: Indonesian in the code and templates, English complete."""

import io
import re

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.conftest import TOP

CATALOGUE = TOP / "pnpm/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "Emoticon": (2,)}
NOT_WORDS = {"EMAIL"}  # as it stands on the page that this site rebuilds, in every language


@pytest.fixture(scope="module")
def english():
    with CATALOGUE.open("rb") as file:
        return read_po(file)


def extracted():
    methods = [("pnpm/**.py", "python"), ("templates/**.html", "jinja2")]
    for _file, _line, message, _comments, _context in extract_from_dir(
        TOP, methods, keywords=KEYWORDS
    ):
        yield message if isinstance(message, str) else message[0]


def test_the_english_catalogue_is_complete_and_has_nothing_else(english):
    assert {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in english
        if message.id
    } == set(extracted())
    assert [
        message.id
        for message in english
        if message.id
        and not all([message.string] if isinstance(message.id, str) else message.string)
    ] == []
    assert not [message.id for message in english if message.fuzzy]


def test_mail_is_surel_in_what_people_read():
    assert [
        words for words in extracted() if re.search(r"(?<!\()e-mail", words, re.IGNORECASE)
    ] == []


def test_the_text_of_a_mail_says_nothing_that_the_catalogue_lacks(english):
    texts = [path.read_text() for path in sorted((TOP / "templates/mail").glob("*.txt"))]
    said = {words for text in texts for words in re.findall(r"gettext\(\"([^\"]+)\"", text)}
    said |= {words for text in texts for words in re.findall(r"_\(\"([^\"]+)\"", text)}
    assert len(said) > 10
    assert {words for words in said if words not in english} == set()


def test_placeholders_are_the_same_in_both(english):
    for message in english:
        if isinstance(message.id, str):
            assert sorted(re.findall(r"%\(\w+\)s|\{\}", message.id)) == sorted(
                re.findall(r"%\(\w+\)s|\{\}", message.string)
            )


def test_the_compiled_catalogue_is_this_one(english):
    compiled = io.BytesIO()
    write_mo(compiled, english)
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize(
    "template", sorted((TOP / "templates").rglob("*.html")), ids=lambda path: path.name
)
def test_no_template_says_a_word_past_gettext(template):
    outside = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(), flags=re.DOTALL)
    outside = re.sub(r"<code>.*?</code>|<!doctype html>|<[^>]*>", " ", outside, flags=re.DOTALL)
    assert set(re.findall(r"[A-Za-z]{2,}", outside)) - NOT_WORDS == set()
