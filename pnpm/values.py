"""The values that settings take: each function reads a text, or raises a ValueError that says what it takes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class Limit:
    """At most `count` in any stretch of `seconds`."""

    count: int
    seconds: int


def choice(*allowed: str) -> Callable[[str], str]:
    """One of these."""

    def read(text):
        if text not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return text

    return read


def between(least: int, most: int) -> Callable[[str | int], int]:
    """A whole number, these two included."""

    def read(text):
        if not (str(text).isascii() and str(text).isdigit() and least <= int(text) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def limit(text: str) -> Limit | None:
    """`5/10min` or `off`; the units are s, min and h."""
    if text == "off":
        return None
    given = re.fullmatch(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,3})(s|min|h)", str(text))
    if not given:
        raise ValueError("a count and a stretch of time, like 5/10min, or off")
    count, number, unit = given.groups()
    return Limit(int(count), int(number) * {"s": 1, "min": 60, "h": 3600}[unit])


def zone(text: str) -> ZoneInfo:
    """The time zone of that name."""
    try:
        return ZoneInfo(str(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a zone of the tz database, like Asia/Makassar") from None


def address(text: str) -> str:
    """A site's address: scheme, host, and the folder that it lies in, if any; without a slash at its end."""
    try:
        parts = urlsplit(str(text).rstrip("/"))
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or parts.username is not None or parts.query or parts.fragment or not re.fullmatch(r"[!-~]+", str(text)):
        raise ValueError("an address like https://desa.example or https://desa.example/blog")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"


def folder(text: str | Path) -> Path:
    """A folder by its whole path: from where a web server starts a program, others lead elsewhere."""
    if not Path(text).is_absolute():
        raise ValueError("the whole path of a folder, like /home/desa/public_html")
    return Path(text)
