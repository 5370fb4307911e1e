"""The bytes of an XML file as clean UTF-8."""

import io

import pytest

from pnpm.imports.encodings import CleanText

DECLARED = '<?xml version="1.0" encoding="{}"?>'


def clean(data):
    text = CleanText(io.BytesIO(data))
    return b"".join(text).decode(), text


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"),
        ("UTF-16", "utf-16-be"),
        ("UTF-32", "utf-32"),
        ("ISO-8859-1", "latin-1"),
        ("windows-1252", "cp1252"),
        ("windows-1251", "cp1251"),
        ("Shift_JIS", "shift_jis"),
        # and those that lie
        ("UTF-8", "cp1252"),
        ("ISO-8859-1", "utf-8"),
        ("windows-1251", "utf-8"),
        ("UTF-16", "utf-8"),
        ("zip", "utf-8"),
        ("tidak-ada", "utf-8"),
    ],
)
def test_text_is_read_whatever_it_declares(declared, encoding):
    word = {"cp1251": "Привет", "shift_jis": "日本"}.get(encoding, "café é")
    text = DECLARED.format(declared) + f"<a>{word}</a>" + "x" * 100
    assert clean(text.encode(encoding))[0] == text


def test_a_character_that_two_chunks_share_is_whole():
    for length in range(65_530, 65_538):
        text = "x" * length + "😀é"
        assert clean(text.encode())[0] == text


def test_control_characters_are_left_out_and_counted():
    text, found = clean("a\x00b\x0b\x1f\tc\n\ufffe\uffff é".encode())
    assert (text, found.controls, found.strays) == ("ab\tc\n é", 9, 0)


def test_stray_bytes_are_what_they_are_in_windows_1252_and_counted():
    text, found = clean("é ".encode() + b"\x93kata\x94 \xe9")
    assert (text, found.strays) == ("é “kata” é", 3)
