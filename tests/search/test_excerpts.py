"""Excerpts show where the words stand, and lose nothing of the text between."""

from hypothesis import given
from hypothesis import strategies as texts

from pnpm.search import reading, words
from pnpm.search.excerpts import LENGTH, excerpt, marked


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.is_marked else piece.text for piece in pieces)


def test_words_are_marked_in_any_form():
    query = reading.read("pembangunan jalan")
    assert shown(marked("Warga membangun Jalan-jalan", query)) == (
        "Warga [membangun] [Jalan]-[jalan]"
    )


def test_it_begins_before_the_place_with_most_of_the_words():
    text = f"Jalan. {'lain ' * 100}Rapat tentang jalan tani. {'lain ' * 100}"
    found = shown(excerpt(text, reading.read("rapat jalan")))
    assert "[Rapat] tentang [jalan] tani" in found
    assert found.startswith("… ") and found.endswith(" …")
    assert len(found) < LENGTH + 40


@given(texts.text(max_size=600), texts.text(max_size=30))
def test_whatever_is_typed_nothing_is_lost(text, typed):
    query = reading.read(typed)
    pieces = marked(text, query)
    assert "".join(piece.text for piece in pieces) == words.composed(text)
    excerpt(text, query)
