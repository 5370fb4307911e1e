"""What a text may cost: only whole, known tags reach the parser, and no text makes it work more
than in proportion to its length.

Work is counted in calls, which are the same on every machine, and compared within one run.
"""

import sys
from functools import cache

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pnpm.markup import sanitizer
from pnpm.markup.editor import for_editor, source
from pnpm.markup.tags import AMPERSAND, MARK, PICTURE, made_plain

# letters; the longer text may cost three times as much, and some for what is made once
SHORT, LONG = 1000, 3000
GROWTH = 4.5
LONGEST = 20_000  # letters: PNPM_COMMENT_MAX_LENGTH of who allows much
KNOWN = {"a": ["href"], "b": [], "br": [], "li": [], "ul": []}

FAMILIES = {
    "an unclosed tag, then others": lambda size: "<p " * (size // 3 - 50) + "<b>" * 50,
    "an unclosed tag, then ends": lambda size: "<p " * (size // 6) + ">" * (size // 2),
    "unclosed known tags": lambda size: "<b " * (size // 3),
    "unclosed ends": lambda size: "</b " * (size // 4),
    "unclosed quotes": lambda size: '<b "' * (size // 4),
    "quotes in quotes": lambda size: "<b t=\"<b '\" u='" * (size // 14),
    "nested": lambda size: "<b>" * (size // 3),
    "nested blocks": lambda size: "<blockquote>" * (size // 12),
    "nested lists": lambda size: "<ul><li>" * (size // 8),
    "items": lambda size: "<li>" * (size // 4),
    "attributes": lambda size: "<a " + "x=1 " * (size // 4 - 1) + ">",
    "attributes of one name": lambda size: "<a " + "href=" * (size // 5) + ">",
    "attributes in many tags": lambda size: "<b x y=1 z='2'>" * (size // 15),
    "entities": lambda size: "&lt;" * (size // 4),
    "ampersands": lambda size: "&" * size,
    "a long number": lambda size: "&#" + "1" * (size - 3) + ";",
    "comments": lambda size: "<!--" * (size // 4),
    "comments that end": lambda size: "<!---->" * (size // 7),
    "declarations": lambda size: "<!" * (size // 2),
    "CDATA": lambda size: "<![CDATA[" * (size // 9),
    "instructions": lambda size: "<?x" * (size // 3),
    "formatting out of order": lambda size: "<b><i></b></i>" * (size // 14),
    "formatting around blocks": lambda size: "<b><ul></b></ul>" * (size // 16),
    "formatting left open": lambda size: (
        "<ul><li>" + "<b><i><em><strong><code>" * 3 + "<li>x" * (size // 5)
    ),
    "links left open": lambda size: "<a href=http://a.id>" * (size // 20),
    "ends of nothing": lambda size: "</b></i></ul>" * (size // 13),
    "angles": lambda size: "<" * size,
    "pairs of angles": lambda size: "<>" * (size // 2),
    "pictures": lambda size: ":)" * (size // 2),
    "addresses": lambda size: "www.a.id " * (size // 9),
    "brackets after an address": lambda size: "www.a" + ")" * size,
    "addresses without an end": lambda size: "http://" * (size // 7),
    "lines": lambda size: "a\n" * (size // 2),
    "breaks": lambda size: "<br>" * (size // 4),
}
OF_ARTICLES = {
    "paragraphs": lambda size: "<p>" * (size // 3),
    "paragraphs that end": lambda size: "</p>" * (size // 4),
    "formatting in paragraphs": lambda size: "<p><b><i>x" * (size // 10),
    "formatting that differs": lambda size: (
        "<p>" + "".join(f"<b lang={n}>" for n in range(50)) + "</p>" + "<p>x</p>" * (size // 8)
    ),
    "moved out of a table": lambda size: "<table>" + "<b>x</b>" * (size // 8),
    "text in a table": lambda size: "<table>" + "<tr>x" * (size // 5),
    "tables in tables": lambda size: "<table><tr><td>" * (size // 15),
    "cells": lambda size: "<table><tr>" + "<td>x" * (size // 5),
    "formatting around paragraphs": lambda size: "<b><i><u><s><em><q>" * 9 + "<p>x" * (size // 4),
    "scripts": lambda size: "<script>" * (size // 8),
    "script's ends": lambda size: "<script>" + "</script " * (size // 9),
    "objects": lambda size: "<object></object>" * (size // 17),
    "headings": lambda size: "<h2><h3>" * (size // 8),
    "terms": lambda size: "<dl><dt>x<dd>y" * (size // 14),
    "foreign": lambda size: "<svg><math><select>" * (size // 19),
}
ALL = FAMILIES | OF_ARTICLES


def calls(function, typed):
    """How many functions are called, Python's and those in C."""
    count = 0

    def seen(_frame, event, _arg):
        nonlocal count
        count += event in ("call", "c_call")

    sanitizer.comment_html("<b>hangat</b>")
    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        function(typed)
    finally:
        sys.setprofile(before)
    return count


def growth(function, family, *sizes):
    short, long = (calls(function, family(size)) for size in sizes)
    return long / (short + 500)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_comment_costs_in_proportion_to_its_length(family):
    assert growth(sanitizer.comment_html, FAMILIES[family], SHORT, LONG) < GROWTH


@pytest.mark.parametrize(
    "family",
    ["an unclosed tag, then others", "formatting left open", "nested lists", "items", "angles"],
)
def test_so_does_the_longest(family):
    assert growth(sanitizer.comment_html, FAMILIES[family], LONGEST // 4, LONGEST) < 4 * GROWTH / 3


@pytest.mark.parametrize("family", ALL)
def test_an_article_does(family):
    assert growth(sanitizer.article_html, ALL[family], SHORT, LONG) < GROWTH


@pytest.mark.parametrize("family", ALL)
@pytest.mark.parametrize("form", ["rich", "html"])
def test_what_an_editor_or_an_import_sends_does(family, form):
    assert growth(lambda sent: source(sent, form), ALL[family], SHORT, LONG) < GROWTH


@pytest.mark.parametrize("family", ALL)
def test_what_an_editor_is_given_does(family):
    assert growth(for_editor, ALL[family], SHORT, LONG) < GROWTH


NAMES = [
    "a",
    "b",
    "i",
    "em",
    "strong",
    "code",
    "ul",
    "ol",
    "li",
    "pre",
    "blockquote",
    "br",
    "p",
    "script",
]
FRAGMENTS = st.sampled_from(
    [f"<{slash}{name}{end}" for name in NAMES for slash in ("", "/") for end in (">", " ", "")]
    + [
        "<a href=http://a.id>",
        '<b x="',
        "<b t='<'>",
        "<!--",
        "-->",
        "<!",
        "<?",
        "<![CDATA[",
        "]]>",
        "<",
        ">",
        '"',
        "'",
        "=",
    ]
    + [
        "&",
        "&amp;",
        "&#1",
        "&#58;",
        "&lt;",
        ":)",
        "x(",
        "http://",
        "www.a",
        ")",
        "(",
        ".",
        "x",
        " ",
        "\n",
        "é",
        "😀",
    ]
)
RUNS = st.lists(FRAGMENTS, min_size=1, max_size=5).map("".join)


@cache
def full_of_tags():
    return calls(sanitizer.comment_html, "<b>x</b>" * (LONG // 8))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAGMENTS, max_size=20).map("".join), RUNS, RUNS)
def test_no_text_of_whatever_pieces_costs_far_more_than_one_full_of_tags(before, run, other):
    half = (LONG - len(before)) // 2
    typed = (before + run * (half // len(run)) + other * (half // len(other)))[:LONG]
    assert calls(sanitizer.comment_html, typed) < 6 * full_of_tags()


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<B\nx=1>a</B >", "<b>a</b>"),
        ("<a title=x HREF = 'http://a.id/?\"' href=y>", '<a href="http://a.id/?&quot;">'),
        ("<a href=http://a.id/>", '<a href="http://a.id/">'),
        ("<br/></br><br>", "<br><br><br>"),
        ("<b", "!b"),
        ("<b <b>", "!b <b>"),
        ("3 < 4 <3 </ <> a<b", "3 ! 4 !3 !/ !> a!b"),
        ("<p>x</p>", "!p>x!/p>"),
        ("<b\xa0x>", "!b\xa0x>"),
        ("<!-- a --><!x><?y>z<!--", "z!!--"),
        ("</b></ul>", ""),
        (f"{MARK}{AMPERSAND}{PICTURE}<", "!"),
        ("a & b&& <b>&</b>&", "a + b++ <b>+</b>+"),
        ("&amp; &amp;lt; &lt;b> &#38; R&D &x; &1", "+ +lt; !b> &#38; R&D &x; &1"),
        ('<a href="http://a.id/?& &">&</a>', '<a href="http://a.id/?& &">+</a>'),
        ("&#0000000058; &#58;", "+#0000000058; &#58;"),
    ],
)
def test_whole_known_tags_are_left_with_what_is_kept_of_them(written, plain):
    assert (
        made_plain(written, KNOWN, is_shown=True).replace(MARK, "!").replace(AMPERSAND, "+")
        == plain
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a<script>x</script >b", "ab"),
        ("a<script>x", "a"),
        ("a<style><b></style><b>c", "a<b>c"),
        ("<font>a</font><o:p>b</o:p>", "ab"),
        ("<object>a</object><embed>b", "b"),
    ],
)
def test_in_an_article_others_are_left_out_and_what_runs_with_all_that_is_in_it(written, kept):
    assert made_plain(written, KNOWN, is_shown=False) == kept


def test_what_is_tangled_is_shown_as_it_was_typed():
    typed = FAMILIES["formatting left open"](LONG)
    assert BeautifulSoup(sanitizer.comment_html(typed), "html.parser").text == typed


def test_a_tangled_article_keeps_its_paragraphs_and_words():
    kept = sanitizer.article_html(OF_ARTICLES["formatting that differs"](LONG))
    assert kept.startswith("<p></p><p>x</p><p>x</p>")


def test_what_goes_on_in_every_block_is_no_flood():
    typed = OF_ARTICLES["formatting around paragraphs"](3 * LONG)
    assert len(source(typed, "rich")) < 30 * len(typed)


def test_a_number_longer_than_python_reads_is_text():
    assert sanitizer.comment_html("&#" + "1" * 5000 + ";").startswith("&amp;#111")
