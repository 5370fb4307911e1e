"""What an import says in English, the office says in the site's language: all that stands in its
source.
"""

import ast

import pytest

from pnpm.admin.imports import reasons, words
from pnpm.imports import job
from pnpm.imports.records import System
from pnpm.imports.report import KINDS, OUTCOMES
from pnpm.imports.undo import PHASES
from tests.conftest import TOP

SOURCES = sorted((TOP / "pnpm/imports").glob("*.py"))
# which say nothing of what is imported, or say it in the site's language
OTHERS = {
    "html",
    "html_tree",
    "job",
    "models",
    "redirects",
    "report",
    "run",
    "site_json",
    "site_staging",
    "site_values",
    "json_stream",
}
# which another reason takes the place of
UNSAID = {"packed in another way"}
# which is made of two sentences
COMPOSED = "/a/b.json is no archive of 7: it is empty."
SIGNS = (
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "PRAGMA",
    "CREATE",
    "LIMIT",
    "ORDER BY",
    "TABLE",
    "\n",
    " = ",
    " | ",
    "pnpm (",
)


def said():
    """Each sentence in the source, with what it is about in place of what differs."""
    for path in SOURCES:
        if path.stem not in OTHERS:
            yield from sentences(ast.parse(path.read_text()))


def sentences(tree):
    strings = (ast.Constant, ast.JoinedStr)
    parts = {
        id(part)
        for each in ast.walk(tree)
        if isinstance(each, ast.JoinedStr)
        for part in ast.walk(each)
    }
    parts -= {id(each) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr)}
    parts |= {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for each in ast.walk(tree):
        if isinstance(each, strings) and id(each) not in parts:
            text = spelled(each)
            if text.count(" ") > 1 and not any(sign in text for sign in SIGNS):
                yield text


def spelled(node):
    """The text, with a path or a number where a value stands."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    values = (
        value.value
        if isinstance(value, ast.Constant)
        else ("/a/b.json" if ast.unparse(value.value) == "path" else "7")
        for value in node.values
    )
    return "".join(values)


@pytest.fixture(autouse=True)
def context(app):
    """Where the office's words are spoken."""
    with app.test_request_context("/admin/"):
        yield


def test_every_reason_has_its_words():
    found = sorted(text for text in {*said()} - UNSAID if reasons.thing(text) == text)
    assert len(found) > 50
    # a part of a sentence is one that another begins with a number
    assert [text for text in found if not known(text) and not known(f"7 {text}")] == []


def known(text):
    return reasons.why(text) != text


def test_there_are_no_words_for_what_is_never_said():
    found = [f"{number}{text}" for text in {*said(), COMPOSED} for number in ("", "7 ")]
    assert [
        pattern.pattern
        for pattern, _words in reasons._patterns()
        if pattern.pattern.count(r"\ ") > 1 and not any(map(pattern.fullmatch, found))
    ] == []


def test_every_system_kind_outcome_and_phase_has_its_words():
    assert words.SYSTEMS.keys() == set(System)
    assert (words.KINDS.keys(), words.OUTCOMES.keys()) == (set(KINDS), set(OUTCOMES))
    assert words.DOING.keys() == set(job.AT_WORK)
    assert words.GONE.keys() == set(PHASES) - {"end"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("text", "tulisannya mirip iklan"),
        ("links, words:slot", "lebih dari dua tautan, kata dalam daftar: slot"),
        ("its text is longer than 400,000 characters", "teksnya lebih dari 400.000 huruf"),
        ("This is a PDF document.", "Ini dokumen PDF."),
        ("/tmp/x.csv, line 3: '?' is no address.", "Baris 3 berkas pemetaan: '?' bukan alamat."),
        ("who knows", "who knows"),
    ],
)
def test_reasons_are_put_together_in_words(given, expected):
    assert reasons.why(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("article 7: Musrenbang desa", "artikel 7: Musrenbang desa"),
        ("comment 12", "komentar 12"),
        ("nav_menu_item", "isi menu"),
        ("wp_block", "wp_block"),
    ],
)
def test_things_are_called_by_their_words(given, expected):
    assert reasons.thing(given) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, ""),
        (20, "kurang dari semenit lagi"),
        (130, "kira-kira 2 menit lagi"),
    ],
)
def test_how_long_it_takes_is_said_roughly(seconds, expected):
    assert words.left(seconds) == expected
