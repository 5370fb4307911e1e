"""What of a comment is looked for in others."""

from itertools import pairwise

import pytest

from pnpm.comments.spam.features import hashed, manner
from pnpm.comments.spam.fingerprint import (
    BINS,
    MOST,
    Kind,
    Mark,
    has_offer,
    is_familiar,
    marks,
    minhashes,
    names,
    phones,
    unusual_words,
    warns,
)
from pnpm.comments.spam.folding import Folded, folded
from pnpm.comments.spam.vocabulary import FILE, is_ordinary
from tests.comments.spam.test_model import SAMPLE

TEXT = "Kemarin sore warga dusun kami bergotong royong membersihkan saluran air di dekat pasar"


def of(text):
    """The features of a text."""
    return hashed(folded(text))


def test_the_plain_words_that_are_passed_over_would_have_given_nothing():
    passed_over = 0
    written = [row["text"] for row in SAMPLE]
    for text in (*written, *(f"{one} {other}" for one, other in pairwise(written))):
        seen = folded(text)
        looked_at = Folded(seen.text, [word._replace(is_alone=False) for word in seen.words])
        for ask in (hashed, manner, names, unusual_words):
            assert ask(looked_at) == ask(seen), text
        passed_over += sum(word.is_alone for word in seen.words)
    assert passed_over > 1000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("main di kerbau77 yuk", ["kerbau77"]),
        ("main di 𝐊𝐄𝐑𝐁𝐀𝐔𝟕𝟕 yuk", ["kerbau77"]),
        ("K E R B A U 7 7 paling gacor", ["kerbau77"]),
        ("★ZENTARI 77★ terbaik", ["zentari77"]),
        ("menang terus di 𝙕𝙀𝙉𝙏𝘼𝙍𝙄 kawan", ["zentari"]),
        ("buka zeus77.com sekarang", ["zeus77"]),
        ("anak2 dan teman2 bermain", []),
        ("pemilu2024 sudah lewat", []),
        ("HARGA 50 ribu", []),
        ("umur 17 tahun, rt 05", []),
        ("Terima kasih atas tulisannya", []),
    ],
)
def test_names_are_letters_with_a_number_or_in_letters_of_their_own(text, found):
    assert names(folded(text)) == found


def test_a_whole_text_in_fancy_letters_names_nothing_by_them():
    assert names(folded("𝓽𝓮𝓻𝓲𝓶𝓪 𝓴𝓪𝓼𝓲𝓱 𝓫𝓪𝓹𝓪𝓴 𝓬𝓪𝓶𝓪𝓽 𝔂𝓪𝓷𝓰 𝓫𝓪𝓲𝓴")) == []


def test_unusual_words_are_those_that_are_not_ordinary_capitals_first():
    assert unusual_words(folded("warga zzkampungq dan Zentarium")) == ["zentarium", "zzkampungq"]


def test_ordinary_words_are_ordinary_also_those_of_advertisements():
    assert all(map(is_ordinary, ["terima", "kasih", "gacor", "maxwin", "slot", "bandar"]))
    assert FILE.stat().st_size == 32 * 1024


def test_nearly_the_same_texts_have_most_hashes_in_common():
    one = set(minhashes(of(TEXT)))
    other = set(minhashes(of(f"{TEXT} !! 😀")))
    third = set(minhashes(of(TEXT.replace("pasar", "sekolah"))))
    stranger = set(
        minhashes(of("Rapat besok dimulai pukul sembilan pagi di balai desa, mohon hadir"))
    )
    assert len(one) == BINS
    assert one == other
    assert len(one & third) >= BINS - 1
    assert not one & stranger


def test_short_texts_are_the_same_by_chance_and_have_no_hashes():
    assert minhashes(of("Terima kasih banyak, semoga berkah")) == []


@pytest.mark.parametrize(
    "text", ["0812-3456-7890", "+62 812 3456 7890", "wa 081234567890", "62812 34567890"]
)
def test_a_mobile_number_is_the_same_however_it_is_written(text):
    assert phones(text) == ["81234567890"]


@pytest.mark.parametrize("text", ["NIK 7308012345678901", "tahun 2012", "021-555123", "Rp 850.000"])
def test_other_numbers_are_no_mobile_numbers(text):
    assert phones(text) == []


def test_an_offer_is_told_by_its_words():
    assert has_offer(folded("Dana cair hari ini, hubungi 081234567890"))
    assert not has_offer(folded("Bapak saya sakit, tolong kabari ke 081234567890"))


def test_where_people_link_to_says_nothing():
    assert is_familiar("www.youtube.com")
    assert is_familiar("bone.go.id")
    assert not is_familiar("notyoutube.com")


def test_a_comment_has_few_marks_whatever_it_is():
    text = folded(" ".join(f"Kerbau{number} zzkata{number}x" for number in range(10, 90)))
    found = marks(text, hashed(text), folded("Kuda99"), ["a.example", "bone.go.id"])
    kinds = [mark.kind for mark in found]
    assert kinds.count(Kind.NAME) == MOST + 1
    assert Mark.of(Kind.HOST, "a.example") in found
    assert Mark.of(Kind.HOST, "bone.go.id") not in found


def test_a_mark_is_stored_as_a_number_of_32_bits():
    numbers = {Mark.of(kind, f"x{each}").number for kind in Kind for each in range(200)}
    assert len(numbers) == 200 * len(Kind)
    assert all(0 <= number < 2**32 for number in numbers)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("situs itu penipu, uang saya tidak kembali", "penipu"),
        ("Jangan percaya iklan slot gacor", "jangan percaya"),
        ("hati-hati, banyak yang tertipu", "hati hati"),
        ("jangan lupa main lagi nanti malam", ""),
        ("mantap hati", ""),
    ],
)
def test_who_warns_or_complains_is_told_by_words(text, word):
    assert warns(folded(text)) == word
