"""The accent colour: of the one that the office chose, the shades that can be read on light and on
dark paper.

Contrast is that of WCAG 2.2. A shade is found in OKLCH (Björn Ottosson, 2020): there the lightness
changes alone, and the hue stays what it was.
"""

from collections.abc import Sequence
from string import hexdigits
from typing import NamedTuple

# What the accent stands on, as static/css/base.css has it: paper, and what is raised from it. It is
# as readable on either, and letters of the paper's colour, or white, on it.
LIGHT, DARK = ("#fbfaf5", "#f3f0e6"), ("#1a1512", "#261f1a")
LEAST = 4.5  # WCAG 1.4.3, for text
# Thin bright letters on dark paper are read less well than the same contrast on light paper.
LEAST_ON_DARK = 6.0
STEPS = 100  # from one lightness to the next is less than anybody sees
HALVINGS = 8  # until a screen's most colourful shade is found as exactly as it shows colours

Triple = tuple[float, float, float]


class Shades(NamedTuple):
    """The accent as pages show it, as `#rrggbb`: on light paper and on dark."""

    light: str
    dark: str


RED = Shades("#b3261e", "#ff8f80")  # of the flag, where nothing was chosen


def is_colour(value: object) -> bool:
    """Tell whether that is a colour as we store it: `#` and six lower-case hex digits."""
    return (
        isinstance(value, str)
        and len(value) == 7
        and value[0] == "#"
        and value == value.lower()
        and all(digit in hexdigits for digit in value[1:])
    )


def shades_of(chosen: str) -> Shades:
    """Return the shades of the chosen colour, `#rrggbb`: itself where it can be read, else the
    nearest darker or lighter one of its hue that can. Of anything else, and of RED, those of RED.
    """
    if not is_colour(chosen) or chosen == RED.light:
        return RED
    return Shades(
        _readable(chosen, LIGHT, LEAST, end=0.0),
        _readable(chosen, DARK, LEAST_ON_DARK, end=1.0),
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    lower, higher = sorted((_luminance(one), _luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def _readable(colour: str, grounds: Sequence[str], least: float, end: float) -> str:
    """Return the colour, or the first on its way to the lightness `end` that has the contrast."""
    lightness, a, b = _oklab(_linear(colour))
    found = colour
    step = 0
    while min(contrast(found, ground) for ground in grounds) < least:
        step += 1
        found = _nearest(lightness + (end - lightness) * step / STEPS, a, b)
    return found


def _nearest(lightness: float, a: float, b: float) -> str:
    """Return the colour of that lightness and hue that is as colourful as it was, or as a screen
    can show.
    """
    shown = _from_oklab(lightness, a, b)
    if not _is_shown(shown):
        most, fewest = 1.0, 0.0
        for _ in range(HALVINGS):
            part = (most + fewest) / 2
            shown = _from_oklab(lightness, a * part, b * part)
            if _is_shown(shown):
                fewest = part
            else:
                most = part
        shown = _from_oklab(lightness, a * fewest, b * fewest)
    return _spelled(shown)


def _is_shown(light: Triple) -> bool:
    return all(-0.0005 <= amount <= 1.0005 for amount in light)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    """Return red, green and blue as amounts of light, from 0 to 1 (IEC 61966-2-1)."""
    red, green, blue = (_light(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def _light(value: float) -> float:
    if value <= 0.04045:
        return value / 12.92
    return float(((value + 0.055) / 1.055) ** 2.4)


def _spelled(light: Triple) -> str:
    values = (round(255 * _encoded(min(max(amount, 0.0), 1.0))) for amount in light)
    return "#" + "".join(f"{value:02x}" for value in values)


def _encoded(amount: float) -> float:
    if amount <= 0.0031308:
        return amount * 12.92
    return float(1.055 * amount ** (1 / 2.4) - 0.055)


def _oklab(light: Triple) -> Triple:
    red, green, blue = light
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Triple:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
