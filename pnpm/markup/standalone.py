"""Texts of this site made fit to be shown elsewhere, as by a feed reader: whole addresses, nothing
that only our style sheet puts in its place, and no character that XML has no place for.

It is a module of its own because it is loaded with the first feed, and not with the first page.
"""

import html
import re
from urllib.parse import urljoin

from . import sanitizer

_PREVIEW = re.compile(r'<img class="picture__preview"[^<>]*+>')
_ADDRESSED = re.compile(r"""<(?:a|img) (?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>""")
_ATTRIBUTE = re.compile(r""" ([a-z-]++)=(?:"([^"]*+)"|'([^']*+)')""")
# XML 1.0, 2.2: what it does not even take as a reference
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def article(kept: str, site: str, page: str) -> str:
    """Return the HTML that `sanitizer.article_html` made with whole addresses, and without the
    previews of its pictures. `site` is the URL of the site without its last slash, `page` that of
    the article.
    """

    def completed(attribute: re.Match[str]) -> str:
        name, value = attribute[1], html.unescape(attribute[2] or attribute[3] or "")
        if name not in ("href", "src"):
            return attribute[0]
        return f' {name}="{html.escape(_whole(value, page))}"'

    there = str(sanitizer.illustrated(_PREVIEW.sub("", kept), site))
    return _ADDRESSED.sub(lambda tag: _ATTRIBUTE.sub(completed, tag[0]), there)


def fit_for_xml(document: str) -> str:
    """Return a document without the characters for which every XML parser refuses it."""
    return _NOT_IN_XML.sub("", document)


def _whole(address: str, page: str) -> str:
    """Return where a link on that page leads to; the same if it is malformed."""
    try:
        return urljoin(page, address)
    except ValueError:
        return address
