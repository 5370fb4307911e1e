"""The languages of a site: found by their catalogues, each with its name, dates and numbers."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog

from pnpm import languages
from pnpm.markup import quantities
from pnpm.web import dates
from tests.languages import put

MOMENT, ZONE = datetime(2012, 12, 24, 19, 3, tzinfo=UTC), ZoneInfo("Asia/Makassar")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of catalogues for this test alone."""
    monkeypatch.setattr(languages, "CATALOGUES", tmp_path)
    return tmp_path


def add(folder, language, *sentences):
    """A catalogue of these sentences: pairs, of Indonesian and the other."""
    made = Catalog(locale=language, fuzzy=False)
    for source, words in sentences:
        made.add(source, words)
    put(folder, made)
    return languages.catalogue(language)


def test_this_release_speaks_indonesian_and_english():
    assert languages.known() == ["id", "en"]


def test_a_compiled_catalogue_is_a_language_and_nothing_else_is(folder):
    for language in ("nl", "bug", "pt_BR"):
        add(folder, language)
    for name in ("en", "Halo", "..x", "messages"):
        (folder / name / "LC_MESSAGES").mkdir(parents=True)
    (folder / "Halo/LC_MESSAGES/messages.mo").touch()
    (folder / "en/LC_MESSAGES/messages.po").touch()
    (folder / "babel.cfg").touch()
    assert languages.known() == ["id", "bug", "nl", "pt_BR"]


@pytest.mark.parametrize(
    ("language", "name", "tag", "is_right_to_left"),
    [
        ("id", "Bahasa Indonesia", "id", False),
        ("en", "English", "en", False),
        ("nl", "Nederlands", "nl", False),
        ("ar", "العربية", "ar", True),
        ("bug", "Bugis", "bug", False),  # of which CLDR knows the name alone
        ("pt_BR", "Português (Brasil)", "pt-BR", False),
        ("xx", "Xx", "xx", False),
    ],
)
def test_each_is_called_as_its_speakers_call_it(language, name, tag, is_right_to_left):
    assert languages.name_of(language) == name
    assert languages.tag_of(language) == tag
    assert languages.is_right_to_left(language) == is_right_to_left


@pytest.mark.parametrize(
    ("language", "day", "number", "size"),
    [
        ("id", "25 Desember 2012 pukul 03.03", "3.000", "1,5 MB"),
        ("en", "25 December 2012 at 03:03", "3,000", "1.5 MB"),
    ],
)
def test_dates_and_numbers_of_this_release(language, day, number, size):
    assert dates.written(MOMENT, ZONE, language) == day
    assert quantities.grouped(3000, language) == number
    assert quantities.size(1_572_864, language) == size


def test_dates_and_numbers_are_the_languages_own(folder):
    add(folder, "nl", ("pukul {hour}.{minute}", "om {hour}:{minute} uur"))
    assert dates.written(MOMENT, ZONE, "nl") == "25 december 2012 om 03:03 uur"
    add(folder, "hu", ("{day} {month} {year}", "{year}. {month} {day}."))
    assert dates.day(MOMENT, ZONE, "hu") == "2012. december 25."
    assert dates.month(2012, 5, "hu") == "május 2012"
    assert quantities.grouped(3000, "hu") == "3\xa0000"


def test_what_cldr_does_not_know_is_written_as_in_indonesian(folder):
    add(folder, "bug", ("pukul {hour}.{minute}", "tette {hour}.{minute}"))
    assert dates.written(MOMENT, ZONE, "bug") == "25 Desember 2012 tette 03.03"
    assert quantities.grouped(3000, "bug") == "3.000"


def test_each_has_as_many_plurals_as_it_needs(folder):
    forms = ["komentarz", "komentarze", "komentarzy"]
    found = add(folder, "pl", (("%(num)s komentar", "%(num)s komentar"), forms))
    said = [
        found.ngettext("%(num)s komentar", "%(num)s komentar", count) for count in (1, 2, 5, 22)
    ]
    assert said == ["komentarz", "komentarze", "komentarzy", "komentarze"]


def test_a_plural_may_have_the_number_where_the_singular_has_none(folder):
    source = "Dalam satu menit", "Dalam %(num)s menit"
    found = add(folder, "nl", (source, ["Binnen een minuut", "Binnen %(num)s minuten"]))
    assert [found.ngettext(*source, count) for count in (1, 2)] == [
        "Binnen een minuut",
        "Binnen %(num)s minuten",
    ]


def test_what_is_missing_stays_indonesian(folder):
    found = add(folder, "nl", ("Simpan", "Opslaan"), ("Hapus", ""))
    assert [found.gettext(words) for words in ("Simpan", "Hapus", "Cari")] == [
        "Opslaan",
        "Hapus",
        "Cari",
    ]
    assert found.ngettext("%(num)s balasan", "%(num)s balasan", 2) == "%(num)s balasan"


@pytest.mark.parametrize(
    ("source", "words", "is_said"),
    [
        ("Oleh %(who)s", "Van %(who)s", True),
        ("Oleh %(who)s", "Van iemand", True),
        ("Oleh %(who)s", "Van %(wie)s", False),
        ("Oleh %(who)s", "Van %(who)d", False),
        ("Oleh %(who)s", "Van %(who)", False),
        ("Oleh %(who)s", "100% van %(who)s", False),
        ("Oleh %(who)s", "100%% van %(who)s", True),
        ("Simpan", "%s", False),
        ("Simpan", "100 %", False),
        ("%s huruf", "tekens", False),
        ("{day} {month}", "{month} {dag}", False),
        ("{} gambar", "{} en {}", False),
        (("%(num)s kali", "%(num)s kali"), ["%(num)s keer", "%(aantal)s keer"], False),
    ],
)
def test_a_slip_of_the_translator_costs_a_sentence_and_no_page(folder, source, words, is_said):
    found = add(folder, "nl", (source, words))
    if isinstance(source, tuple):
        assert found.ngettext(*source, 2) == source[1]
        return
    assert found.gettext(source) == (words if is_said else source)


@pytest.mark.parametrize("content", [b"", b"\xde\x12\x04\x95", b"x" * 5000, b"\0" * 40])
def test_a_catalogue_that_cannot_be_read_is_one_without_words(folder, content):
    place = folder / "nl/LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "messages.mo").write_bytes(content)
    assert languages.catalogue("nl").gettext("Simpan") == "Simpan"
