"""Regular expressions: catastrophic ones are refused, natural ones taken, and none takes long in a
comment.
"""

import sys
from contextlib import suppress

import pytest

from pnpm.comments.spam import blocklists
from pnpm.comments.spam.blocklists import BadLine, Fault, checked, first_match, usable
from pnpm.comments.spam.regex import Clock, Pattern, Slow, is_nested
from pnpm.comments.spam.sample import Sample

CATASTROPHIC = [
    r"(a+)+$",
    r"(a+)+b",
    r"(a|aa)+$",
    r"(a|a)*$",
    r"(.*a){20}",
    r"(.*a){11}$",
    r"(\w+\s?)*$",
    r"^(\w+\s?)*$",
    r"(\w+\s?)*!",
    r"([a-z]+)*\d",
    r"(x+x+)+y",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"((a+)\2)+$",
    r"(?:(a+)\1)+b",
    r"((a*)*)*b",
    r"(é+)+$",
    r"(я+)+$",
    r"([^a]+)+$",
    r"(\u0430+)+$",
    r"(\x7a+)+$",
    r"(\d+[\s-]?)+x",
    r"(\d+)*$",
    r"(slot|slots?)+$",
    r"(judi\w*\s*)+$",
    r"(\w*judi\w*)+x",
    r"(\s*\w*\s*)*x",
    r"(a|b|ab)*c",
    r"(?:.*,){11}P",
    r"(?:.*?,){11}P",
    r"(\S+\s*)*gacor\s*$",
    r"(h+e+)+x",
    r"(!+)+$",
    r"([!?]+)+\w$",
    r"(?:a{0,500}){0,500}b",
    r"(?=(a+)+$)a",
    r"(?i:(ba|b|a)+$)",
    r"((.+)\2)+x",
    r"(?P<n>q+)+$",
    r"(?>(z|zz)+)+$|(z|zz)+$",
]
NATURAL = [
    r"\bslot\s*gacor\b",
    r"judi.*slot.*gacor",
    r"a.*b.*c",
    r"(slot|togel|judi)\s*(online|gacor|88)",
    r"wa\.me/\d+",
    r"\+?62\s?8[\d\s-]{8,}",
    r"(bit\.ly|tinyurl\.com)",
    r"s\W*l\W*o\W*t",
    r"(.)\1{5,}",
    r"[A-Z\s!]{50,}",
    r"\d{3}[\s.-]*\d{3}[\s.-]*\d{3,}",
    r"^.{0,3}$",
    r"[\w.]+@[\w.]+\.\w+",
    r"(https?://\S+.*){3}",
    r"\b\w*(88|77|99)\b",
    r"^(?!.*desa).*judi",
    r"[^\x00-\x7f]{20,}",
    r"(?:\d[ -]?){10,13}",
    r"(?:wa|whatsapp)\s*[:.]?\s*\+?\d[\d -]{7,}",
    r"\p{Cyrillic}{4,}",
    r"(anjing|babi)\w*",
    r"/",
]


@pytest.mark.parametrize("source", CATASTROPHIC)
def test_an_expression_that_can_take_for_ever_is_refused(source):
    with pytest.raises(BadLine) as bad:
        checked("words", f"judi\n/{source}/")
    assert (bad.value.number, bad.value.line, bad.value.fault) == (2, f"/{source}/", Fault.SLOW)


@pytest.mark.parametrize("source", NATURAL)
def test_a_natural_expression_is_taken(source):
    assert [line.text for line in checked("words", f"/{source}/")] == [f"/{source}/"]


@pytest.mark.parametrize(
    ("source", "nested"),
    [
        (r"(a+)+", True),
        (r"((a+)b)*", True),
        (r"(?:a*){2,}", True),
        (r"(?P<x>a+)+", True),
        (r"(.*a){20}", True),
        (r"(a{3,})+", True),
        (r"(a+)?", False),
        (r"(a+)b", False),
        (r"(ab)+", False),
        (r"[(a+)]+", False),
        (r"\(a+\)+", False),
        (r"[\](+]+", False),
        (r"[](+]+", False),
        (r"((((", False),
        (r"))))", False),
    ],
)
def test_a_repeated_repetition_is_seen(source, nested):
    assert is_nested(source) is nested


def said(text, **given):
    return Sample("", "", "", text, **given)


def test_an_expression_ignores_case_and_what_is_not_seen():
    pattern = {"hold_words": blocklists.parsed("words", r"/slot\s*gacor/i")}
    for text in ("SLOT GACOR", "sl\u200bot gacor", "ｓｌｏｔ gacor", "slot\ngacor"):
        assert first_match(pattern, "hold", said(text)), text
    assert first_match(
        {"hold_words": blocklists.parsed("words", "/\u200b/")}, "hold", said("sl\u200bot")
    ), "it may ask for just that"
    assert not first_match(pattern, "hold", said("slot yang gacor"))


@pytest.mark.parametrize("verdict", ["hold", "refuse"])
def test_a_text_that_makes_an_expression_slow_is_told_from_one_that_matches(verdict):
    listed = {f"{verdict}_words": blocklists.parsed("words", "/(a+)+$/")}
    found = first_match(listed, verdict, said("a" * 3000 + "!"))
    assert (found.reason, found.is_slow) == ("words:/(a+)+$/", True)
    assert not first_match(listed, verdict, said("aaa")).is_slow


def test_however_many_expressions_there_are_one_comment_takes_them_no_longer_than_it_may():
    text = "\n".join(f"/(a+)+${'x?' * number}/" for number in range(50))
    listed = {f"hold_{kind}": blocklists.parsed(kind, text) for kind in blocklists.KINDS}
    astray = "a" * 3000 + "!"
    sample = Sample(astray, astray, "", astray, (), (), astray)
    asked = 0
    for lines in listed.values():
        for line in lines:
            with suppress(Slow):
                line.meaning.matches(sample)
                asked += 1
    assert asked < 100, "of 200, once the time of all was over none was looked for any more"
    with pytest.raises(Slow):
        sample.clock.left(1)


def test_a_clock_that_has_run_out_says_so_at_once():
    with pytest.raises(Slow):
        Pattern("judi").search("judi", Clock(0))


def test_without_the_package_plain_lines_go_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "regex", None)  # as where it is not installed
    assert [line.text for line in usable("words", "judi\n/slot/\ntogel*")] == ["judi", "togel*"]
    with pytest.raises(BadLine) as bad:
        checked("words", "judi\n/slot/")
    assert bad.value.fault is Fault.MISSING
    assert first_match({"hold_words": checked("words", "judi")}, "hold", said("judi"))
