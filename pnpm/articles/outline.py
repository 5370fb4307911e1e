"""An article's headings. Each gets its id when a page is rendered, so that old articles have them,
too; what is stored, fed and exported has none.
"""

import re
from typing import NamedTuple

from pnpm.markup import sanitizer

from .models import slug_of

PREFIX = "bagian"  # of the ids: no other element of a page has one that begins so
LEVELS = 2  # the highest of the article's levels of headings are listed
FEWEST = 3  # headings: what has fewer is not lost sight of
# in HTML of `sanitizer.article_html`, where `<` begins a tag and nothing else, and no tag has an id
_TAG = re.compile(r"""<(/?)h([2-6])((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)>""")


class Heading(NamedTuple):
    """A heading: its id on the page, its words, and the headings of the next level below it."""

    id: str
    words: str
    below: "list[Heading]"


class Outline(NamedTuple):
    """An article's HTML with ids, and its table of contents: empty with fewer than FEWEST."""

    html: str
    contents: list[Heading]


def outline_of(kept: str) -> Outline:
    """Return the outline of an article's stored HTML.

    An id is made of the heading's words, so that a link to it lasts; where two are alike the second
    has a number. A heading without words has none.
    """
    parts: list[str] = []
    found: list[tuple[str, Heading]] = []
    ids: set[str] = set()
    end = 0
    opened = None
    for tag in _TAG.finditer(kept):
        if opened and tag[1] and (words := sanitizer.plain(kept[opened.end() : tag.start()])):
            heading = Heading(_free_id(words, ids), words, [])
            found.append((opened[2], heading))
            parts += [kept[end : opened.start()], f'<h{opened[2]} id="{heading.id}"{opened[3]}>']
            end = opened.end()
        opened = None if tag[1] else tag
    return Outline("".join([*parts, kept[end:]]), _contents(found))


def _free_id(words: str, ids: set[str]) -> str:
    """Return an id that is not among these, and put it there."""
    name = f"{PREFIX}-{slug_of(words, '')}".rstrip("-")
    number, free = 1, name
    while free in ids:
        number += 1
        free = f"{name}-{number}"
    ids.add(free)
    return free


def _contents(found: list[tuple[str, Heading]]) -> list[Heading]:
    """Return what is listed of these headings, each with its level."""
    levels = sorted({level for level, _heading in found})[:LEVELS]
    listed = [(level, heading) for level, heading in found if level in levels]
    contents: list[Heading] = []
    if len(listed) < FEWEST:
        return contents
    for level, heading in listed:
        if contents and level != levels[0]:
            contents[-1].below.append(heading)
        else:
            contents.append(heading)
    return contents
