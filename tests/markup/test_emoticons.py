"""The 24 codes, and where one stands in a text: each rule of the set, and its drawings."""

import re
import xml.etree.ElementTree as ET

import pytest

from pnpm.markup.emoticons import EMOTICONS, find
from tests.conftest import TOP

ROW = ":)) ;)) ;;) :D ;) :p :(( :) :( :X =(( :-o :-/ :-* :| 8-} :)] ~x( :-t b-( :-L x( :-p =))"


def codes(text, **around):
    return [text[place.start : place.end] for place in find(text, **around)]


def test_the_row_is_in_the_order_that_readers_know():
    assert [emoticon.code for emoticon in EMOTICONS] == ROW.split()


@pytest.mark.parametrize("emoticon", EMOTICONS, ids=lambda emoticon: emoticon.code)
def test_every_code_is_found_alone_in_either_case_and_named_once(emoticon):
    for typed in (emoticon.code, emoticon.code.upper(), emoticon.code.lower()):
        (place,) = find(f"kata {typed} kata")
        assert place.emoticon.name == emoticon.name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (":)))", [":))"]),
        ("=))", ["=))"]),
        (":)]", [":)]"]),
        (":):)", [":)", ":)"]),
        (":)):))", [":))", ":))"]),
        (";;))", [";;)"]),
        (":-):", []),
        ("~x(", ["~x("]),
        (":d :P :x X( :-O B-(", [":d", ":P", ":x", "X(", ":-O", "B-("]),
    ],
)
def test_the_longest_wins_and_the_search_goes_on_after_it(text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "max(3)",
        "max( 3)",
        "sub-(a)",
        "sub-( a)",
        "18-}",
        "jam 10:Dari",
        "catatan:Daftar",
        ":python",
        ":pak",
        "isi:oke",
        "a8-}",
    ],
)
def test_a_letter_at_an_edge_must_stand_at_a_words_edge(text):
    assert codes(text) == []


@pytest.mark.parametrize("text", ["_x(", "max_x(", "_X( ", "_8-}", "_b-(", ":D_", ":p_q", ":-L_"])
def test_an_underscore_is_part_of_a_word(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "found"), [("_:)", [":)"]), (":)_", [":)"]), (":(_", [":("]), ("~x(_", ["~x("])]
)
def test_but_a_sign_may_touch_it(text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [("lucu:D", [":D"]), ("hebat:))", [":))"]), ("(:D)", [":D"]), (":p.", [":p"])],
)
def test_a_sign_at_an_edge_may_touch_a_word(text, found):
    assert codes(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sebagai berikut:(1)", []),
        ("isi:(a)", []),
        ("sedih :(", [":("]),
        ("sedih:( tapi", [":("]),
        (":(é", []),
        ("=((2", []),
    ],
)
def test_an_open_bracket_before_a_letter_or_digit_is_no_face(text, found):
    assert codes(text) == found


def test_the_characters_beyond_a_tag_count_for_a_words_edge_but_not_for_a_code():
    assert codes(":D", after="a") == []
    assert codes("x(", before="a") == []
    assert codes("x(", before="_") == []
    assert codes(":(", after="1") == []
    assert codes(")", before=":") == []
    assert codes(":D", after=" ") == [":D"]


def test_every_picture_is_drawn_in_the_one_sheet():
    sheet = ET.parse(TOP / "static/emoticons.svg").getroot()
    views = {view.get("id") for view in sheet.iter("{http://www.w3.org/2000/svg}view")}
    assert views == {emoticon.picture for emoticon in EMOTICONS}
    assert len(views) == 23
    assert not re.search(
        r"<style|style=|<script|\bon\w+=|(href|src)=\"(?!#)",
        (TOP / "static/emoticons.svg").read_text(),
    )
