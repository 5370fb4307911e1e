"""The guides of docs/ as the office shows them: by sections, with links and pictures that lead to
addresses beside theirs.
"""

import re
import struct
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from pnpm.config import TOP
from pnpm.markup import sanitizer
from pnpm.markup.urls import is_web

FOLDER = TOP / "docs"
PICTURES = "pictures"  # where they are, beside the guides' pages
SHARP = 2  # pixels of a screenshot to one of the page
_PICTURE = re.compile(r"\]\(([a-z0-9_/-]{1,100}\.(?:png|svg))\)")
_WIDE, _HIGH = (re.compile(rb' %s="([0-9]{1,4})"' % name) for name in (b"width", b"height"))


class About(NamedTuple):
    """What a guide is for, in the site's language, and the language that it is written in."""

    words: str
    language: str = "id"


# What is shown, and nothing else in docs/ is, in this order.
GUIDES = {
    "menulis": About(_("Untuk yang menulis: artikel, foto, label, halaman situs.")),
    "moderator": About(_("Untuk yang memeriksa komentar, dari telepon.")),
    "pengelola": About(_("Untuk admin: cadangan, surel, permintaan data, pencarian.")),
    "pindah-dari-blogger": About(_("Membawa situs lama ke sini, langkah demi langkah.")),
    "menerjemahkan": About(_("Memberi situs bahasa lain.")),
    "hosting": About(_("Memasang, memperbarui, memulihkan, dan bila ada yang gagal.")),
    "settings": About(_("Semua setelan di instance/config.py."), "en"),
    "commands": About(_("Semua perintah di terminal."), "en"),
    "export": About(_("Apa isi berkas untuk dibawa ke tempat lain."), "en"),
}


class Section(NamedTuple):
    """A part of a guide: its heading, of that level, and what stands below. `text` is all of that
    on one line, without the heading.
    """

    anchor: str
    title: str
    level: int
    html: str
    text: str


class Guide(NamedTuple):
    """A guide; the first section is what stands below its title."""

    name: str
    title: str
    about: About
    sections: tuple[Section, ...]

    @property
    def contents(self) -> list[Section]:
        """Return the sections with a heading of their own."""
        return list(self.sections[1:])


def everything() -> list[Guide]:
    """Return all guides that are there: who hosts the site may have left docs/ away."""
    return [found for name in GUIDES if (found := guide(name))]


def guide(name: str) -> Guide | None:
    """Return the guide of that name, None if there is none."""
    path = FOLDER / f"{name}.md"
    if name not in GUIDES or not path.is_file():
        return None
    return _read(name, path, path.stat().st_mtime_ns)


def pictures() -> set[str]:
    """Return the pictures that the guides show, by their paths in docs/, without parsing more than
    that of them.
    """
    paths = [FOLDER / f"{name}.md" for name in GUIDES]
    return {
        picture
        for path in paths
        if path.is_file()
        for picture in _PICTURE.findall(path.read_text("utf-8"))
    }


@lru_cache(2 * len(GUIDES))
def _read(name, path, _changed):
    """Return the guide in that file, as it was at that moment."""
    tokens = _markdown().parse(path.read_text("utf-8"))
    _lead(tokens)
    sections = tuple(_section(part) for part in _parts(tokens))
    return Guide(name, sections[0].title, GUIDES[name], sections)


@cache
def _markdown():
    """Return the parser, imported when somebody asks for help. It escapes HTML, and makes no link
    of an address that could be a script.
    """
    from markdown_it import MarkdownIt

    return MarkdownIt("js-default")


def _parts(tokens) -> Iterator[list]:
    """Yield the tokens of each section: a heading and all up to the next."""
    part: list = []
    for token in tokens:
        if token.type == "heading_open" and not token.level and part:
            yield part
            part = []
        part.append(token)
    yield part


def _section(part):
    heading, line, _end, *below = part
    title = "".join(child.content for child in line.children)
    heading.attrSet("id", anchor_of(title))
    html = _rendered(below)
    level = int(heading.tag[1])
    whole = html if level == 1 else _rendered(part)
    return Section(anchor_of(title), title, level, whole, sanitizer.plain(html))


def anchor_of(title: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")


def _rendered(tokens):
    markdown = _markdown()
    return markdown.renderer.render(tokens, markdown.options, {})


def _lead(tokens):
    """Have links and pictures lead to where they are here; a table's corner is the head of
    nothing.
    """
    for begin, within, end in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if begin.type == "th_open" and not within.content:
            begin.tag = end.tag = "td"
    for token in tokens:
        tag = "a"
        for child in token.children or ():
            if child.type == "link_open":
                tag = child.tag = _led(child)
            elif child.type == "link_close":
                child.tag = tag
            elif child.type == "image":
                _show(child)


def _led(link):
    """Have a link lead to the page of a guide; return the tag to write it with, which is none of a
    link where what it leads to is not shown here.
    """
    address = link.attrs.pop("href")
    file, _mark, place = address.partition("#")
    name = file.removesuffix(".md")
    if is_web(address):
        link.attrs |= {"href": address, "rel": "noopener"}
    elif not file or name in GUIDES:
        link.attrs["href"] = f"{name}#{place}".rstrip("#")
    else:
        return "span"
    return "a"


def _show(image):
    """Have an image load its file when it comes into sight, in a space of its size."""
    name = image.attrs["src"]
    image.attrs |= {"src": f"{PICTURES}/{name}", "loading": "lazy"}
    image.attrs |= zip(("width", "height"), _size(FOLDER / name), strict=False)


def _size(path):
    """Return the width and height of a picture in pixels of the page; nothing if they are not
    known.
    """
    if not path.is_file():
        return []
    head = path.read_bytes()[:1000]
    if path.suffix == ".png":
        return [side // SHARP for side in struct.unpack(">II", head[16:24])]
    found = [pattern.search(head) for pattern in (_WIDE, _HIGH)]
    return [int(side[1]) for side in found if side]
