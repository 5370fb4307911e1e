"""The HTML of another system as a tree of the elements that this site has. What it has no place for
is counted by name, and where that showed something from elsewhere, a link to it takes its place.
"""

import re
from collections import Counter
from collections.abc import Collection

from pnpm.markup.editor.tree import DEEPEST, INLINE, Node, Parser, readable
from pnpm.markup.sanitizer import ARTICLE_ATTRIBUTES
from pnpm.markup.urls import is_local, is_mail, is_web, parts_of

# Elements that mean the same as one of ours. Those that only arrange others are a `div`.
SAME = {"h1": "h2", "strike": "s", "acronym": "abbr", "tt": "code", "kbd": "code", "samp": "code"}
SAME |= {"dir": "ul", "menu": "ul", "listing": "pre", "xmp": "pre", "image": "img"}
ARRANGING = {
    "address",
    "article",
    "aside",
    "body",
    "center",
    "details",
    "dialog",
    "fieldset",
    "footer",
    "form",
    "header",
    "hgroup",
    "legend",
    "main",
    "nav",
    "search",
    "section",
    "summary",
}
SAME |= dict.fromkeys(ARRANGING, "div")
# These are dropped with all they contain, as nothing in them is text of the article.
DROPPED = {
    "applet",
    "audio",
    "button",
    "canvas",
    "datalist",
    "head",
    "iframe",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "script",
    "select",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "video",
}
# These have no content.
EMPTY = {"area", "base", "bgsound", "embed", "frame", "input", "link", "meta"}
# Of these the content stays; that they are no more is counted.
OPENED = {"form"}
# What writers set words off with, by element or by style.
STYLED = {"b", "em", "font", "i", "s", "span", "strike", "strong", "u"}
STYLES = {
    "b": ("font-weight", re.compile(r"bold|[6-9]00")),
    "i": ("font-style", re.compile(r"italic|oblique")),
    "u": ("text-decoration", re.compile(r"\bunderline")),
    "s": ("text-decoration", re.compile(r"\bline-through")),
}
# As programs write it around a whole text that was pasted.
_NO_STYLE = re.compile(r"normal|[1-4]00")
_LONGEST_STYLE = 2000  # characters
_END = re.compile(r"</([a-z][a-z0-9]*)", re.IGNORECASE)
# Where what a frame shows has a page of its own.
_PAGES = (
    (
        re.compile(
            r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/"
            r"(?!videoseries)([\w-]{11})(?![\w-])"
        ),
        "https://www.youtube.com/watch?v=",
    ),
    (re.compile(r"https?://player\.vimeo\.com/video/(\d{1,12})"), "https://vimeo.com/"),
    (
        re.compile(r"https?://(?:www\.)?dailymotion\.com/(?:embed|swf)/video/(\w{1,20})"),
        "https://www.dailymotion.com/video/",
    ),
)
_MAP = re.compile(r"https?://(?:www\.google\.[a-z.]{2,6}/maps|maps\.google\.|[^/]*openstreetmap)")
_FILM = re.compile(r"https?://[^/]*(?:youtu|vimeo|dailymotion|facebook\.com/plugins/video|blogger)")
# The attributes that say where what is shown comes from.
_SOURCES: dict[str, tuple[str, ...]] = {
    "audio": ("src",),
    "embed": ("src",),
    "frame": ("src",),
    "iframe": ("src", "data-src", "data-lazy-src"),
    "object": ("data",),
    "param": ("value",),
    "source": ("src",),
    "video": ("src",),
}
LONGEST_WORDS = 80  # characters of an address that is shown


def parsed(html: str, counted: Collection[str] = ()) -> tuple[list[Node], Counter[str]]:
    """Return the top-level nodes of an archived HTML text, and the elements that are not among
    them, by name. Of those named `counted` the content stays. The work is linear in the text.
    """
    parser = _Archived(html, OPENED.union(counted))
    parser.feed(readable(html))
    parser.close()
    parser.finish()
    return parser.open[0].children, parser.dropped


class _Archived(Parser):
    def __init__(self, html: str, counted: Collection[str]) -> None:
        super().__init__()
        self.counted = counted
        self.dropped: Counter[str] = Counter()
        # what is left of them: one that never ends would take all that follows with it
        self.ends = Counter(name.lower() for name in _END.findall(html))
        # for each open element of STYLED, by name, the elements that stand for it
        self.styled: dict[str, list[list[str]]] = {}
        self.shown: tuple[str, list[str]] = ("", [])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")  # the first of a name counts
        if tag in DROPPED or tag in EMPTY:
            self._drop(tag, given)
        elif self.silenced:
            if tag in ("source", "param"):
                self.shown[1].extend(_sources(tag, given))
        else:
            self._keep(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in DROPPED:  # written as XML has it: nothing is in it
            self._leave(tag)

    def handle_endtag(self, tag: str) -> None:
        self.ends[tag] -= 1
        if self.silenced:
            self._leave(tag)
        elif tag in STYLED:
            opened = self.styled.get(tag)
            for name in reversed(opened.pop() if opened else []):
                self.end(name)
        else:
            self.end(SAME.get(tag, tag))

    def finish(self) -> None:
        """Show what was still open at the end."""
        if self.silenced:
            self._leave(self.silenced[0])

    def _keep(self, tag: str, given: dict[str, str]) -> None:
        if tag in self.counted:
            self.dropped[tag] += 1
        if tag in STYLED:
            self._style(tag, given)
        elif tag == "a":
            self._link(given)
        else:
            super().handle_starttag(SAME.get(tag, tag), [*_kept(tag, given).items()])

    def _style(self, tag: str, given: dict[str, str]) -> None:
        styles = _declared(given.get("style", "")[:_LONGEST_STYLE])
        names = [
            name for name, (kind, value) in STYLES.items() if value.search(styles.get(kind, ""))
        ]
        own = SAME.get(tag, tag)
        is_undone = _NO_STYLE.fullmatch(styles.get("font-weight", styles.get("font-style", "")))
        if own in INLINE and own not in names and not is_undone:
            names.insert(0, own)
        opened = self.styled.setdefault(tag, [])
        if len(opened) >= DEEPEST:
            return
        opened.append(names)
        for name in names:
            self.begin(name, {})

    def _link(self, given: dict[str, str]) -> None:
        self.end("a")  # there is none in another
        address = _linkable(given.get("href", ""))
        if address:
            self.begin("a", _kept("a", given) | {"href": address})
        elif given.get("href", "").strip():
            self.dropped["a"] += 1

    def _drop(self, tag: str, given: dict[str, str]) -> None:
        self.dropped[tag] += 1
        if not self.silenced:
            self.shown = (tag, [])
        self.shown[1].extend(_sources(tag, given))
        if tag in EMPTY or self.ends[tag] <= 0:
            if not self.silenced:
                self._show()
        elif len(self.silenced) < DEEPEST:
            self.silenced.append(tag)

    def _leave(self, tag: str) -> None:
        if tag not in self.silenced:
            return
        del self.silenced[self.silenced.index(tag) :]
        if not self.silenced:
            self._show()

    def _show(self) -> None:
        """Put a link to what a dropped element showed in its place, in a block of its own, as most
        of them are.
        """
        tag, sources = self.shown
        address = next(filter(is_web, map(_whole, sources)), "")
        if not address:
            return
        address = page_of(address)
        self.end("a")
        self.begin("div", {})
        self.begin("a", {"href": address})
        self.handle_data(f"{_kind(tag, address)}: {words_of(address)}")
        self.end("a")
        self.end("div")


def page_of(address: str) -> str:
    """Return the page on which one sees what a frame of that address shows."""
    for pattern, page in _PAGES:
        if found := pattern.match(address):
            return page + found[1]
    return address


def words_of(address: str) -> str:
    """Return an address as readers see it, or its host if it is long."""
    if len(address) <= LONGEST_WORDS:
        return address
    parts = parts_of(address)
    return (parts and parts.hostname) or address[:LONGEST_WORDS]


def _declared(style: str) -> dict[str, str]:
    """Return what a style declares, by property."""
    pairs = (each.lower().partition(":") for each in style.split(";"))
    return {
        name.strip().removesuffix("-line"): value.strip().removesuffix("!important").strip()
        for name, _colon, value in pairs
    }


def _kind(tag: str, address: str) -> str:
    if tag == "audio":
        return "Suara"
    if _MAP.match(address):
        return "Peta"
    if tag in ("video", "object", "embed") or _FILM.match(address):
        return "Video"
    return "Tampilan"


def _sources(tag: str, given: dict[str, str]) -> list[str]:
    """Return the addresses that an element names which shows something from elsewhere."""
    names = _SOURCES.get(tag, ())
    if tag == "param" and given.get("name", "").lower() not in ("movie", "src"):
        names = ()
    return [given[name] for name in names if given.get(name)]


def _whole(address: str) -> str:
    address = address.strip().replace(" ", "%20")
    return f"https:{address}" if address.startswith("//") else address


def _linkable(address: str) -> str:
    """Return the address of a link as readers' browsers read it; empty if it may not be one."""
    address = _whole(address)
    if is_web(address) or is_mail(address) or is_local(address):
        return address
    return ""


def _kept(tag: str, given: dict[str, str]) -> dict[str, str]:
    """Return the attributes that readers get, or that say what an element is for."""
    if tag == "img":
        return given
    names = {*ARTICLE_ATTRIBUTES["*"], *ARTICLE_ATTRIBUTES.get(tag, ()), "class"}
    kept = {name: given[name] for name in given if name in names and given[name]}
    if kept.get("dir", "rtl").lower() != "rtl":  # the site's own
        del kept["dir"]
    return kept
