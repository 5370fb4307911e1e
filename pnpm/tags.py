"""The tags of an untrusted text made plain before the parser sees them, so that its work stays linear in the text.

html5lib looks back at everything that is open: an unclosed tag followed by many `>`, a thousand attributes or 60,000 `<b>` cost
it seconds. So whatever `<` does not open or close a complete, known tag is escaped here, attributes that are dropped anyway do
not reach it, and what nests deeper than anybody writes is passed over.
"""

import re
from collections.abc import Collection, Mapping

DEEPEST = 60  # elements in one another: nobody writes that, and Word does not
MOST_ASTRAY = 100  # end tags of what is not the innermost element, each of which moves what is open
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What is in these is no markup: it is passed over with them.
RAW = {"iframe", "noembed", "noframes", "noscript", "script", "style", "textarea", "title", "xmp"}
CELLS = {"td", "th", "p", "li", "dd", "dt"}  # which end where the next one begins
ENDED_BY = {
    "a": {"a"},
    "p": {"p"},
    "li": {"li", "p"},
    "td": CELLS,
    "th": CELLS,
    "tr": CELLS | {"tr"},
    "dt": CELLS,
    "dd": CELLS,
}
OPTIONAL = CELLS | {"tr", "thead", "tbody", "tfoot", "colgroup", "caption"}
# Their ends end nothing else: html5lib puts what stays open into new ones (HTML, 13.2.6.4.7, "adoption agency").
FORMATTING = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}

# No `<` within a tag, not even between quotes: whoever looks for the end of one never reads the next one's letters twice.
_TAG = re.compile(r"""<(/?)([a-z][^\s/<>]*+)((?:[^<>"'=]++|=\s*+(?:"[^"<]*+"|'[^'<]*+'|(?!["']))|["'])*+)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'>]++))?+""")
_COMMENT, _COMMENT_END = "<!--", "-->"
_DECLARATION = re.compile(r"<[!?][^<>]*+>")


def made_plain(source: str, tags: Mapping[str, Collection[str]], is_shown: bool) -> str:
    """A text with complete tags of these names and attributes alone; every other `<` is escaped. Takes time linear in the text.

    What is no such tag stands there as text where `is_shown`, as in a comment, else it is left out, as in an article. Comments
    and declarations are left out, and so is, where nothing is shown, what scripts and the like hold. What was made plain
    stays as it is.
    """
    return _Plain(source, tags, is_shown).text()


class _Plain:
    """One text on its way: what is open, and how many end tags were astray."""

    def __init__(self, source, tags, is_shown):
        self.source, self.tags, self.is_shown = source, tags, is_shown
        self.open, self.astray = [], 0
        self.unclosed = set()  # names of raw elements that nothing ends any more

    def text(self):
        parts, position = [], 0
        while (start := self.source.find("<", position)) >= 0:
            parts.append(self.source[position:start])
            part, position = self._markup(start)
            parts.append(part)
        return "".join([*parts, self.source[position:]])

    def _markup(self, start):
        """What stands for the `<` at that place, and where the rest begins."""
        if self.source.startswith(_COMMENT, start):
            end = self._end_of_comment(start)
            return ("", end) if end else ("&lt;", start + 1)
        if found := _DECLARATION.match(self.source, start):
            return "", found.end()
        if found := _TAG.match(self.source, start):
            return self._tag(found)
        return "&lt;", start + 1

    def _end_of_comment(self, start):
        """None where nothing ends it: then it is looked for no more."""
        end = -1 if _COMMENT in self.unclosed else self.source.find(_COMMENT_END, start + 2)
        if end < 0:
            self.unclosed.add(_COMMENT)
            return None
        return end + len(_COMMENT_END)

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
            return "&lt;", found.start() + 1
        if is_end or name not in RAW or name in self.unclosed:
            return "", found.end()
        closing = re.compile(rf"</{re.escape(name)}(?=[\s/>])[^>]*+>?", re.IGNORECASE).search(self.source, found.end())
        if closing:
            return "", closing.end()
        self.unclosed.add(name)
        return "", found.end()

    def _begins(self, name):
        while self.open and self.open[-1] in ENDED_BY.get(name, ()):
            self.open.pop()
        is_shallow = len(self.open) < DEEPEST
        if is_shallow:
            self.open.append(name)
        return is_shallow

    def _ends(self, name):
        """Whether an end tag ends anything; what is open then."""
        while name not in FORMATTING and self.open and self.open[-1] != name and self.open[-1] in OPTIONAL and name in self.open:
            self.open.pop()
        if self.open and self.open[-1] == name:
            self.open.pop()
            return True
        if name not in self.open or self.astray >= MOST_ASTRAY:
            return False
        self.astray += 1
        self.open.remove(name)
        return True


def _attributes(written, known):
    """The attributes that are kept, the first of each name, in quotes."""
    values = {}
    for name, value in _ATTRIBUTE.findall(written) if known else ():
        if name.lower() in known:
            values.setdefault(name.lower(), _unquoted(value).replace('"', "&quot;"))
    return "".join(f' {name}="{value}"' for name, value in values.items())


def _unquoted(value):
    return value[1:-1] if value[:1] in ('"', "'") else value
