"""Which words of a text are marked: those that spoke for an advertisement, those that spoke against
it, and all of the text around them, whatever it is.
"""

import random
from time import process_time

import pytest

from pnpm.comments.spam.explanation import LONGEST_MARKED, marked
from pnpm.comments.spam.folding import folded

HOSTILE = [
    "",
    " \n\t ",
    "x" * 3000,
    "<script>alert(1)</script> slot gacor & <b>zeus77</b>",
    "\u202eslot gacor\u202c صباح الخير 88 שלום",
    "s\u0336l\u0336o\u0336t\u0336 " + "g" + "\u0301" * 500 + "acor",
    "ﷺ" * 400,
    "a b " * 1500,
    "zeus77.com.zeus77.com/zeus77 www.zeus77.com",
    "\ud800 slot \udfff gacor",
    "😊" * 1000,
]


def levels(text, language="id"):
    return {run.text: run.level for run in marked(text, language).runs if run.level}


def test_what_advertises_is_marked_strongly_in_whatever_letters_it_is_written():
    found = levels("Ayo semua main di ＺＥＵＳ７７ ya, gacor sekali")
    assert found["zeus77"] == 2
    assert found.get("gacor", 1) > 0
    assert "ayo" not in found


def test_what_people_write_about_speaks_against_it():
    found = levels("Tolong Kominfo, situs judol masih bisa dibuka dari kampung kami")
    assert found["kampung kami"] < 0
    assert found["situs"] > 0


def test_a_name_is_marked_wherever_it_stands():
    runs = marked("Zeus77 bagus, saya suka Zeus77 karena zeus77 gampang").runs
    assert [run.level for run in runs if run.text == "zeus77"] == [2, 2, 2]


def test_neighbours_that_say_alike_are_one_run():
    found = levels("Mari ke situs: slot gacor zeus77 slot gacor")
    assert any(" " in text for text in found)


def test_of_a_long_text_the_part_that_decided_is_shown():
    people = "Terima kasih atas artikelnya, sangat bermanfaat untuk warga desa kami. "
    found = marked(people * 30 + "Ayo main di ＡＥＲＯ８８ slot gacor maxwin!")
    assert (found.is_cut_before, found.is_cut_after) == (True, False)
    assert "aero88" in "".join(found.words(is_for=True, most=3))
    found = marked("Ayo main di ＡＥＲＯ８８ slot gacor maxwin! " + people * 30)
    assert (found.is_cut_before, found.is_cut_after) == (False, True)


def test_the_strongest_words_come_first_each_once_and_only_of_one_side():
    found = marked("Tolong blokir zeus77, zeus77 dan slot, kampung kami resah")
    assert found.words(is_for=True, most=1) == ["zeus77"]
    assert found.words(is_for=True, most=9).count("zeus77") == 1
    assert not {*found.words(is_for=True, most=9)} & {*found.words(is_for=False, most=9)}


@pytest.mark.parametrize("language", ["id", "en", "xx"])
@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_the_text_is_the_runs_are_that_text(text, language):
    found = marked(text, language)
    shown, whole = "".join(run.text for run in found.runs), folded(text).text
    assert shown in whole
    assert len(shown) <= LONGEST_MARKED
    assert (shown == whole) == (not found.is_cut_before and not found.is_cut_after)
    assert all(run.text for run in found.runs)


def test_any_letters_are_marked_and_quickly():
    dice = random.Random(14)
    letters = "abslot 78zZ.-/:@<&\u0336\u200bаоЅ𝗔Ⓢ😊\u202eش\n"
    begun = process_time()
    for _time in range(60):
        text = "".join(dice.choices(letters, k=dice.randrange(400)))
        found = marked(text)
        assert "".join(run.text for run in found.runs) in folded(text).text
    assert process_time() - begun < 6
