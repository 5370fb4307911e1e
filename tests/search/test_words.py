"""Words, stems and tokens: what stands in the index, whatever is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as texts

from pnpm.search.words import stems_of, tokens, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pembangunan", "membangun"),
        ("kecamatan", "camat"),
        ("pengairan", "mengairi"),
        ("menulis", "tulisan"),
        ("menilai", "nilai"),
        ("menanam", "tanaman"),
    ],
)
def test_forms_of_a_word_share_a_stem(one, other):
    assert {*stems_of(one)} & {*stems_of(other)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Rapat DÉSA, di Watampone!", ["rapat", "desa", "di", "watampone"]),
        ("Jum’at Nur'aini", ["jumat", "nuraini"]),
        ("desa-desa_kita 2.000", ["desa", "desa", "kita", "2", "000"]),
        ("de\u0301sa ＲＡＰＡＴ", ["desa", "rapat"]),
        ("ᨒᨚᨈ 食", ["ᨒᨚᨈ", "食"]),
        ("😊 --- ''", []),
    ],
)
def test_a_text_is_parted_into_folded_words(text, words):
    assert words_of(text) == words


@given(texts.text(max_size=200), texts.text(max_size=40))
def test_a_token_is_of_ascii_letters_and_digits_and_no_engine_leaves_it_out(body, title):
    found = tokens(body, [title]).split()
    assert all(token.isascii() and token.isalnum() and len(token) >= 3 for token in found)


def test_a_stem_stands_once_beside_its_word():
    assert tokens("membangun desa").split() == ["exmembangun", "exdesa", "stbangun"]


def test_no_phrase_goes_from_a_title_into_the_text():
    assert " exdesa exkita " not in tokens("Kita.", ["Rapat desa"])
