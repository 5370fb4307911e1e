"""The tags of an untrusted text made plain before the parser sees them, so that its work stays
linear in the text.

html5lib looks back at everything that is open: an unclosed tag followed by many `>`, a thousand
attributes or 60,000 `<b>` cost it seconds. So whatever `<` does not open or close a complete, known
tag is escaped here, attributes that are dropped anyway do not reach it, and what nests deeper than
anybody writes is passed over.
"""

import re
from collections.abc import Collection, Mapping

from . import limits
from .limits import FORMATTING, MOST_ASTRAY, OPTIONAL, VOID

# Stand for a `<` that is text, for an `&` that is text, and for a picture: quicker than an entity
# or an element. An interlinear annotation's signs, which no plain text has (Unicode 23.8);
# `made_plain` lets none of the text's own pass.
MARK, AMPERSAND, PICTURE = "\ufffb", "\ufff9", "\ufffa"
DEEPEST = 60  # elements in one another: what stands deeper is passed over, `limits` refuses later
# What is in these is no markup: it is passed over with them.
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
# Of a reference to a character, more digits than any has: Python makes no number of 4,300, and
# raises ValueError.
_LONG_REFERENCE = re.compile("&(?=#(?:[0-9]{10}|[xX][0-9a-fA-F]{10}))")
# The parser makes a token of each of these, and the sanitizer looks at each: 20,000 cost 0.2 s.
# what begins no reference (HTML, 13.2.5.72, "character reference state")
_AMPERSAND = re.compile("&(?:amp;|(?![#a-zA-Z0-9]))")
_COMMENT, _COMMENT_END = "<!--", "-->"
_DECLARATION = re.compile(r"<[!?][^<>]*+>")


def made_plain(source: str, tags: Mapping[str, Collection[str]], is_shown: bool) -> str:
    """A text with complete tags of these names and attributes alone; signs stand for any `<` and
    `&` that is text.

    It takes time linear in the text.

    What is no such tag stands there as text where `is_shown`, as in a comment, else it is left out,
    as in an article. Comments and declarations are left out, and so is, where nothing is shown,
    what scripts and the like hold. What was made plain stays as it is, once its signs are escaped.
    """
    return _Plain(with_short_references(unmarked(source)), tags, is_shown).text()


def with_short_references(source: str) -> str:
    """A text whose references to characters by their numbers are ones that parsers can turn into
    numbers.
    """
    return _LONG_REFERENCE.sub("&amp;", source)


def unmarked(source: str) -> str:
    """A text without what MARK, AMPERSAND and PICTURE are."""
    return source.replace(MARK, "").replace(AMPERSAND, "").replace(PICTURE, "")


def with_signs(plain: str) -> str:
    """The text of a token, with `<` and `&` where MARK and AMPERSAND stand for them."""
    return plain.replace(MARK, "<").replace(AMPERSAND, "&")


class _Plain:
    """One text on its way: what is open, and how many end tags were astray."""

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
        """What stands for the `<` at that place, and where the rest begins."""
        if self.source.startswith(_COMMENT, start):
            # Where nothing ends it, it is not looked for again and again.
            end = self.source.find(_COMMENT_END, start + 2) if start + 2 <= self.last_end else -1
            return (MARK, start + 1) if end < 0 else ("", end + len(_COMMENT_END))
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
            return (f"</{name}>" if self._ends(name) else ""), found.end()
        if name not in VOID and not self._begins(name):
            return "", found.end()
        return f"<{name}{_attributes(found[3], self.tags[name])}>", found.end()

    def _unknown(self, found, is_end, name):
        if self.is_shown:
            return MARK, found.start() + 1
        if is_end or name not in RAW:
            return "", found.end()
        closing = re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.I | re.A).search(
            self.source, found.end()
        )
        return "", closing.end() if closing else len(self.source)

    def _begins(self, name):
        while self.open and self.open[-1] in ENDED_BY.get(name, ()):
            self.open.pop()
        is_shallow = len(self.open) < DEEPEST
        if is_shallow:
            self.open.append(name)
        return is_shallow

    def _ends(self, name):
        """Whether an end tag ends anything; what is open then."""
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
    """The attributes that are kept, the first of each name, in quotes."""
    values: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(written) if known else ():
        if name.lower() in known:
            values.setdefault(name.lower(), _unquoted(value).replace('"', "&quot;"))
    return "".join(f' {name}="{value}"' for name, value in values.items())


def _unquoted(value):
    return value[1:-1] if value[:1] in ('"', "'") else value
