"""The lists as wholes: which is asked first, how long they may be, what of them is used."""

import pytest

from pnpm.comments.spam import blocklists
from pnpm.comments.spam.blocklists import BadLine, Fault, first_match
from pnpm.comments.spam.sample import Sample


def listed(**texts):
    return {name: blocklists.parsed(name.partition("_")[2], text) for name, text in texts.items()}


def test_the_first_line_in_the_order_of_kinds_and_lines_is_told():
    both = listed(hold_words="togel\njudi*", hold_domains="judi.example", refuse_words="slot")
    sample = Sample("", "", "", "judinya di judi.example, togel")
    assert first_match(both, "hold", sample).reason == "words:togel"
    assert first_match(both, "refuse", sample) is None


def test_blank_lines_and_spaces_do_not_count():
    assert [
        (line.number, line.text) for line in blocklists.parsed("words", "\n  judi \n\n\ttogel\n")
    ] == [
        (2, "judi"),
        (4, "togel"),
    ]


def test_lines_are_those_that_a_textarea_has():
    assert [line.number for line in blocklists.parsed("words", "judi\u2028x\ntogel")] == [1, 2]


@pytest.mark.parametrize(
    ("text", "number", "fault"),
    [
        ("\n".join(f"kata{number}" for number in range(501)), 501, Fault.MANY),
        ("\n" + "\n".join(f"/kata{number}/" for number in range(51)), 52, Fault.PATTERNS),
    ],
)
def test_a_list_that_is_too_long_says_where_it_ends(text, number, fault):
    with pytest.raises(BadLine) as bad:
        blocklists.parsed("words", text)
    assert (bad.value.number, bad.value.fault) == (number, fault)


def test_a_line_that_is_taken_no_more_does_not_stop_the_rest():
    assert [line.text for line in blocklists.usable("words", "judi\n/(/\n*\n\ntogel")] == [
        "judi",
        "togel",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20000,
        "a." * 10000,
        "a.a" * 7000,
        "-" * 20000,
        "/a" * 10000,
        "é" * 20000,
        "judi" * 5000,
    ],
)
def test_a_text_that_is_made_to_be_slow_is_not(text):
    lines = "\n".join(["judi*judi", "j*d*i", "judi judi", "a*b", "-*-"])
    every = listed(
        hold_words=lines,
        hold_domains="a*b.com\na.com\n*a*.xyz",
        hold_names="*a*b\na*",
        hold_addresses="*a*b@x\n*@a*b",
    )
    sample = Sample(text[:80], text[:254], text[:200], text, (text,))
    assert first_match(every, "refuse", sample) is None
    # thousandths of a second; quadratic in the length it would be minutes
    first_match(every, "hold", sample)


def test_two_texts_of_a_list_are_told_apart_by_lines():
    assert blocklists.apart("judi\nslot", "slot\ntogel") == ("judi", "togel")
    assert blocklists.apart("", "judi") == ("", "judi")
    assert blocklists.apart("judi\nslot", "slot\njudi") == ("", "")
