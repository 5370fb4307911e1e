"""The accent: whatever colour is chosen, its shades can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnpm.accent import DARK, LEAST, LEAST_ON_DARK, LIGHT, RED, contrast, is_colour, shades_of
from pnpm.admin.appearance import ACCENTS
from tests.conftest import TOP

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
def test_every_colour_has_shades_that_can_be_read_on_light_and_on_dark_paper(chosen):
    light, dark = shades_of(chosen)
    assert is_colour(light) and is_colour(dark)
    assert min(contrast(light, ground) for ground in LIGHT) >= LEAST
    assert min(contrast(dark, ground) for ground in DARK) >= LEAST_ON_DARK
    # on a button: white on the one, dark paper on the other
    assert contrast("#ffffff", light) >= LEAST
    assert contrast(DARK[0], dark) >= LEAST


@given(COLOURS)
def test_one_that_can_be_read_stays_as_it_is_and_another_is_not_changed_more_than_it_must(chosen):
    shades = shades_of(chosen)
    for shade, grounds, least in zip(shades, (LIGHT, DARK), (LEAST, LEAST_ON_DARK), strict=True):
        reached = min(contrast(shade, ground) for ground in grounds)
        if shade != chosen and chosen != RED.light:
            assert min(contrast(chosen, ground) for ground in grounds) < least
            assert reached < least + 0.6  # one step of lightness further than it must


@pytest.mark.parametrize(
    "value", ["", "red", "#fff", "2c6136", "#2C6136", "#2c613g", "#2c61360", None, 7, ["#2c6136"]]
)
def test_what_is_no_colour_is_none_and_shown_as_the_red(value):
    assert not is_colour(value)
    assert shades_of(value) == RED


def test_the_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_a_hue_stays_what_it_was():
    assert shades_of("#ffff00") == ("#717100", "#ffff00")
    assert shades_of("#ffffff").light == "#6c6c6c"


def test_the_style_sheet_has_the_same_papers_and_the_same_red():
    style = (TOP / "static/css/base.css").read_text()
    for place, name in enumerate(("paper", "raised")):
        light, *dark = re.findall(rf"--{name}: (#\w+);", style)
        assert light == LIGHT[place]
        assert set(dark) == {DARK[place]}
    assert re.findall(r"--accent-(?:light|dark): (#\w+);", style) == list(RED)


def test_those_that_are_offered_are_used_as_they_are_on_light_paper():
    assert [accent for accent in ACCENTS if accent and shades_of(accent).light != accent] == []
