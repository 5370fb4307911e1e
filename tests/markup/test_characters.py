"""Which characters of what people type are kept."""

import pytest

from pnpm.markup import characters


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  H.  Nur'aini,\tS.Pd. ", "H. Nur'aini, S.Pd."),
        ("a\u202eb\u200f", "ab"),
        ("a\x00\x07b", "ab"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("satu\ndua", "satu dua"),
        ("\ud800x", "x"),
    ],
)
def test_a_line_loses_control_and_direction_characters_and_folds_its_spaces(typed, kept):
    assert characters.one_line(typed) == kept


def test_a_longer_text_keeps_its_lines_and_direction():
    assert characters.lines(" a\r\nb\rc\x00\t\u200fd\n ") == "a\nb\nc\t\u200fd"


@pytest.mark.parametrize(
    ("typed", "blank"),
    [("", True), (" \u200b\u2060\n", True), ("a", False), ("🙂", False), (".", False)],
)
def test_blank_is_what_shows_nothing(typed, blank):
    assert characters.is_blank(typed) is blank
