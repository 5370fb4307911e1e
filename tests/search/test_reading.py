"""What is typed is read as words and phrases, and nothing of it as syntax."""

import pytest

from pnpm.search import reading


def terms(typed):
    return [" ".join(term.words) for term in reading.read(typed).terms]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", []),
        ("  ?! * ", []),
        ("Rapat desa", ["rapat", "desa"]),
        ('"rapat desa" 2026', ["rapat desa", "2026"]),
        ("“rapat desa”", ["rapat desa"]),
        ('rapat "desa', ["rapat", "desa"]),
        ("apa yang dibangun di desa", ["dibangun", "desa"]),
        ("yang di", ["yang", "di"]),
        ("desa desa DESA", ["desa"]),
        ("rapat AND NOT (desa OR *)", ["rapat", "not", "desa", "or"]),
    ],
)
def test_it_is_read(typed, wanted):
    assert terms(typed) == wanted


def test_more_words_than_are_looked_for_are_cut_and_that_is_said():
    query = reading.read(" ".join(f"kata{number}" for number in range(20)))
    assert len(query.terms) == reading.MOST
    assert query.is_cut
    assert reading.read("kata " * 100).is_cut
    assert not reading.read("rapat desa").is_cut


def test_a_phrase_is_cut_too():
    query = reading.read(f'"{" ".join(f"k{number}" for number in range(20))}"')
    assert len(query.words) == reading.MOST
    assert query.is_cut
