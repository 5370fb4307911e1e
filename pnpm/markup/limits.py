"""Whether HTML is nested too deep, or too wrongly, for html5lib, whose time grows with what is
open: 60,000 `<b>` took 20 seconds.
"""

import re

DEEPEST = 100  # nested elements: more than anybody or Word writes
MOST_ASTRAY = 100  # end tags of other than the innermost element, each of which moves what is open
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?=[\s/>])", re.IGNORECASE)
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
}
CELLS = {"td", "th", "p", "li", "dd", "dt"}  # elements that end where the next one begins
ENDED_BY = {
    "p": {"p"},
    "li": {"li", "p"},
    "td": CELLS,
    "th": CELLS,
    "tr": CELLS | {"tr"},
    "dt": CELLS,
    "dd": CELLS,
}
OPTIONAL = CELLS | {"tr", "thead", "tbody", "tfoot", "colgroup", "caption"}
# Their end tags end nothing else: html5lib reopens what was open inside (HTML, 13.2.6.4.7,
# "adoption agency").
FORMATTING = {
    "a",
    "b",
    "big",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
}


def is_too_deep(source: str) -> bool:
    """Return whether it is, in one pass over any text."""
    open_ones: list[str] = []
    astray = 0
    for slash, name in TAG.findall(source):
        name = name.lower()
        if slash:
            astray += not _is_ended(open_ones, name)
        elif name not in VOID:
            while open_ones and open_ones[-1] in ENDED_BY.get(name, ()):
                open_ones.pop()
            open_ones.append(name)
        if len(open_ones) > DEEPEST or astray > MOST_ASTRAY:
            return True
    return False


def _is_ended(open_ones, name):
    while (
        name not in FORMATTING and open_ones and open_ones[-1] != name and open_ones[-1] in OPTIONAL
    ):
        open_ones.pop()
    if open_ones and open_ones[-1] == name:
        open_ones.pop()
        return True
    if name in open_ones:
        open_ones.remove(name)
    return False
