"""The office's own pictures in an article: found by their addresses, and written so that each
screen loads the file that fits it.

Stored addresses begin with `pictures/`; the site's path is put before them when a page is rendered.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

FOLDER = "pictures/"
KEY_LENGTH = 32  # hex digits of the hash of what was sent
WIDTHS = 400, 800  # pixels, besides the full width, which is at most 1600
# pixels, of what stands beside and above an article's title in a phone's list
THUMBNAIL, HEAD = 144, 320
HEADER = 360  # pixels, of the picture at the head of the front page on a phone
# on phones 800 pixels are enough for any density, and readers pay for their data
PHONE = "(max-width: 30rem)"
ON_PHONE, ON_DESK = "calc(100vw - 2rem)", "38rem"  # how wide the text is, as static/css has it
FIRST_SCREEN = 600  # characters of text before a picture: with more, it is not on the first screen
# the role of an <img> that says nothing, and needs no words (WAI-ARIA 1.2)
DECORATION = "presentation"
KEY = re.compile(r"(?:^|/)pictures/([0-9a-f]{32})/")
_FIRST = re.compile(
    r'<img src="(?P<file>pictures/(?P<key>[0-9a-f]{32})/(?P<kept>[0-9]+)\.jpg)"[^>]*?'
    r' width="(?P<width>[0-9]+)" height="(?P<height>[0-9]+)"'
    r""" alt=(?P<quote>["'])(?P<alt>.*?)(?P=quote)""",
    re.DOTALL,
)

Tokens = Iterable[dict]


class Facts(Protocol):
    """What has to be known of a picture to render it."""

    key: str
    alt: str
    width: int
    height: int
    preview: str


class Seen(NamedTuple):
    """A picture in an article's HTML: its JPEG, for browsers without WebP, and the size of that."""

    file: str
    key: str
    width: int
    height: int
    alt: str

    def at(self, width: int) -> str:
        """Return the path of the picture's WebP file of that width, or of its own if it is
        narrower.
        """
        return path_of(self.key, min(self.width, width), "webp")


def keys_in(source: str) -> set[str]:
    """Return the keys of the pictures that an article's source names."""
    return set(re.findall(r"pictures/([0-9a-f]{32})/", source))


def widths_of(width: int) -> list[int]:
    """Return the widths in pixels of the files of a picture of that width, the smallest first."""
    return [*[each for each in WIDTHS if each < width], width]


def path_of(key: str, width: int, ending: str) -> str:
    """Return the path of a picture's file below the site's address; `ending` is `webp` or `jpg`."""
    return f"{FOLDER}{key}/{width}.{ending}"


def first(kept: str) -> Seen | None:
    """Return the first picture of an article's HTML, or None."""
    found = _FIRST.search(kept)
    if not found:
        return None
    width = int(found["kept"])
    height = round(int(found["height"]) * width / int(found["width"]))
    return Seen(found["file"], found["key"], width, height, html.unescape(found["alt"]))


def illustrated(source: Tokens, known: Mapping[str, Facts]) -> Iterator[dict]:
    """Replace each <img> of a known picture by one with files for each screen, and of an unknown
    one by its alternative text.
    """
    seen = 0  # characters
    is_first = True
    for token in source:
        if token["type"] in ("Characters", "SpaceCharacters"):
            seen += len(token["data"])
        found = None
        if token.get("name") == "img":
            found = KEY.search(_value(token, "src"))
        if not found:
            yield token
        elif facts := known.get(found[1]):
            yield from _picture(
                facts,
                _alt(token, facts),
                is_lazy=not is_first or seen > FIRST_SCREEN,
            )
            is_first = False  # the first one fills a phone's screen
        elif words := _value(token, "alt"):
            yield {"type": "Characters", "data": words}


def _alt(token, facts):
    """Return the words for a picture: those of the place, else its own; none for decoration."""
    if _value(token, "role") == DECORATION:
        return ""
    return _value(token, "alt") or facts.alt


def _value(token, attribute):
    return html.unescape(token["data"].get((None, attribute), ""))


def _picture(facts, alt, is_lazy):
    size = {"width": str(facts.width), "height": str(facts.height)}
    yield _start("span", {"class": "picture"})
    if facts.preview:
        preview = {
            "class": "picture__preview",
            "src": f"data:image/webp;base64,{facts.preview}",
            "alt": "",
            **size,
        }
        yield _empty("img", preview)
    yield _start("picture", {})
    yield from _sources(facts)
    middle = [width for width in widths_of(facts.width) if width <= max(WIDTHS)] or [facts.width]
    sizes = {"srcset": _set(facts, "jpg"), "sizes": f"{PHONE} {ON_PHONE}, {ON_DESK}"}
    values = {"src": path_of(facts.key, middle[-1], "jpg"), **sizes, **size, "alt": alt}
    if is_lazy:
        values["loading"] = "lazy"
    yield _empty("img", values)
    yield {"type": "EndTag", "name": "picture", "data": {}}
    yield {"type": "EndTag", "name": "span", "data": {}}


def _sources(facts):
    few = [width for width in widths_of(facts.width) if width <= max(WIDTHS)]
    if few:
        small = {
            "media": PHONE,
            "type": "image/webp",
            "srcset": _set(facts, "webp", few),
            "sizes": ON_PHONE,
        }
        yield _empty("source", small)
    yield _empty("source", {"type": "image/webp", "srcset": _set(facts, "webp"), "sizes": ON_DESK})


def _set(facts, ending, widths=()):
    return ", ".join(
        f"{path_of(facts.key, width, ending)} {width}w"
        for width in widths or widths_of(facts.width)
    )


def _start(name, attributes):
    return {
        "type": "StartTag",
        "name": name,
        "data": {(None, key): value for key, value in attributes.items()},
    }


def _empty(name, attributes):
    return _start(name, attributes) | {"type": "EmptyTag"}
