"""Simplifies the tags of an untrusted text before the parser sees them, so that its work stays
linear in the text.

html5lib's time grows with what is open: an unclosed tag followed by many `>`, a thousand attributes
or 60,000 `<b>` took seconds. So every `<` that does not begin a complete, known tag is escaped
here, attributes that would be dropped do not reach the parser, and tags nested too deep are
dropped.
"""

import re
from collections.abc import Collection, Mapping

from . import limits
from .limits import FORMATTING, MOST_ASTRAY, OPTIONAL, VOID

# Signs for a `<` that is text, an `&` that is text, and a picture: faster than an entity or an
# element. They are those of interlinear annotations, which no plain text has (Unicode 23.8);
# `made_plain` removes any that were typed.
MARK, AMPERSAND, PICTURE = "\ufffb", "\ufff9", "\ufffa"
DEEPEST = 60  # nested elements: tags of deeper ones are dropped
# The content of these is no markup, and is dropped with them.
RAW = {
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "script",
    "style",
    "template",
    "textarea",
    "title",
    "xmp",
}
ENDED_BY = limits.ENDED_BY | {"a": {"a"}}  # here a link is ended by the next one, too

# No `<` within a tag, not even between quotes: whoever looks for the end of one never reads the
# next one's letters twice. White space is HTML's, which is ASCII's alone.
_TAG = re.compile(
    r"""<(/?)([a-z][^\s/<>]*+)((?:[^<>"'=]++|=\s*+(?:"[^"<]*+"|'[^'<]*+'|(?!["']))|["'])*+)>""",
    re.I | re.A,
)
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+))?+""", re.A
)
# A character reference with more digits than any has: Python raises ValueError for 4,300.
_LONG_REFERENCE = re.compile("&(?=#(?:[0-9]{10}|[xX][0-9a-fA-F]{10}))")
# An `&` that begins no reference (HTML, 13.2.5.72, "character reference state"). The parser would
# make a token of each, and 20,000 take 0.2 s.
_AMPERSAND = re.compile("&(?:amp;|(?![#a-zA-Z0-9]))")
_COMMENT, _COMMENT_END = "<!--", "-->"
_DECLARATION = re.compile(r"<[!?][^<>]*+>")


def made_plain(source: str, tags: Mapping[str, Collection[str]], is_shown: bool) -> str:
    """Return the text with complete tags of these names and attributes only, and signs for `<` and
    `&` that are text, in linear time.

    Unknown tags are shown as text if `is_shown`, as in a comment, else dropped, as in an article.
    Comments and declarations are dropped, and unless `is_shown` so is the content of scripts and
    the like. Applied to its own result, with the signs escaped, it changes nothing.
    """
    return _Plain(with_short_references(unmarked(source)), tags, is_shown).text()


def with_short_references(source: str) -> str:
    """Return the text with such numeric character references only as parsers can convert."""
    return _LONG_REFERENCE.sub("&amp;", source)


def unmarked(source: str) -> str:
    """Return the text without MARK, AMPERSAND and PICTURE."""
    return source.replace(MARK, "").replace(AMPERSAND, "").replace(PICTURE, "")


def with_signs(plain: str) -> str:
    """Return a token's text with `<` and `&` in place of MARK and AMPERSAND."""
    return plain.replace(MARK, "<").replace(AMPERSAND, "&")


class _Plain:
    """A text being simplified: the open elements, and how many end tags were misplaced."""

    def __init__(self, source, tags, is_shown):
        self.source, self.tags, self.is_shown = source, tags, is_shown
        self.open, self.astray = [], 0
        self.last_end = source.rfind(_COMMENT_END)

    def text(self):
        parts, position = [], 0
        while (start := self.source.find("<", position)) >= 0:
            parts.append(_with_marks(self.source[position:start]))
            part, position = self._markup(start)
            parts.append(part)
        return "".join([*parts, _with_marks(self.source[position:])])

    def _markup(self, start):
        """Return what replaces the markup at `start`, and where the rest begins."""
        if self.source.startswith(_COMMENT, start):
            # Compared first, so that a missing end is not searched for again and again.
            if start + 2 > self.last_end:
                return MARK, start + 1
            end = self.source.find(_COMMENT_END, start + 2)
            return "", end + len(_COMMENT_END)
        if found := _DECLARATION.match(self.source, start):
            return "", found.end()
        if found := _TAG.match(self.source, start):
            return self._tag(found)
        return MARK, start + 1

    def _tag(self, found):
        is_end, name = bool(found[1]), found[2].lower()
        if name not in self.tags:
            return self._unknown(found, is_end, name)
        if name == "br":
            return "<br>", found.end()  # `</br>` is read as one, too
        if is_end:
            part = f"</{name}>" if self._ends(name) else ""
            return part, found.end()
        if name not in VOID and not self._begins(name):
            return "", found.end()
        return f"<{name}{_attributes(found[3], self.tags[name])}>", found.end()

    def _unknown(self, found, is_end, name):
        if self.is_shown:
            return MARK, found.start() + 1
        if is_end or name not in RAW:
            return "", found.end()
        pattern = re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.I | re.A)
        closing = pattern.search(self.source, found.end())
        if closing is None:
            return "", len(self.source)
        return "", closing.end()

    def _begins(self, name):
        while self.open and self.open[-1] in ENDED_BY.get(name, ()):
            self.open.pop()
        is_shallow = len(self.open) < DEEPEST
        if is_shallow:
            self.open.append(name)
        return is_shallow

    def _ends(self, name):
        """Return whether an end tag ends any open element, and end it."""
        while (
            name not in FORMATTING
            and self.open
            and self.open[-1] != name
            and self.open[-1] in OPTIONAL
            and name in self.open
        ):
            self.open.pop()
        if self.open and self.open[-1] == name:
            self.open.pop()
            return True
        if name not in self.open or self.astray >= MOST_ASTRAY:
            return False
        self.astray += 1
        self.open.remove(name)
        return True


def _with_marks(text):
    return _AMPERSAND.sub(AMPERSAND, text).replace("&lt;", MARK)


def _attributes(written, known):
    """Return the attributes that are kept, the first of each name, in quotes."""
    if not known:
        return ""
    values: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(written):
        if name.lower() in known:
            values.setdefault(name.lower(), _unquoted(value).replace('"', "&quot;"))
    return "".join(f' {name}="{value}"' for name, value in values.items())


def _unquoted(value):
    if value[:1] in ('"', "'"):
        return value[1:-1]
    return value
