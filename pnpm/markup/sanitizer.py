"""Untrusted text to safe HTML; the only file that knows bleach and Markup.

bleach gets no more releases: hence one file, attacks as tests, and the Content-Security-Policy as a
second line of defence. It could be replaced by nh3, with which the tests compare it.
"""

import html
import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from threading import Lock

from markupsafe import Markup, escape

from . import characters, emoticons, figures, filters, tags, trees
from .urls import is_web

# raise it with every change of what comment_html gives: `flask comments render` then renders again
RENDERER = 2
REL = "nofollow ugc noopener"
SCHEMES = {"http", "https", "mailto"}
COMMENT_TAGS = {"a", "b", "blockquote", "br", "code", "em", "i", "li", "ol", "pre", "strong", "ul"}
ARTICLE_TAGS = COMMENT_TAGS.union(
    {
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "div",
        "p",
        "hr",
        "dl",
        "dt",
        "dd",
        "figure",
        "figcaption",
        "img",
    },
    {"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"},
    {"abbr", "cite", "del", "ins", "mark", "q", "s", "small", "sub", "sup", "u"},
)
ARTICLE_ATTRIBUTES = {
    "*": ["lang", "dir"],
    "a": ["href", "title"],
    "img": ["src", "alt", "role", "title", "width", "height"],
    "ol": ["start"],
    "col": ["span"],
    "colgroup": ["span"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan", "scope"],
}
# HTML opens every open formatting element again in each list item, and counts those alike as one
# only after the third: so a comment's have no attributes, which would be dropped in any case.
_IN_COMMENTS = {tag: ["href"] if tag == "a" else [] for tag in COMMENT_TAGS}
_IN_ARTICLES = {
    tag: ARTICLE_ATTRIBUTES["*"] + ARTICLE_ATTRIBUTES.get(tag, []) for tag in ARTICLE_TAGS
}

_PICTURE = re.compile(
    r'<img class="emoticon" src="emoticons\.svg#[a-z-]+" alt="([^"]+)" title="[^"]*" '
    r'width="20" height="20">'
)
# A text without these needs no parser.
_MARKUP = re.compile("[<&]")
# The beginnings of the tags that `figures` writes, with the files they name; no tag that a writer
# typed begins so.
_FILES = re.compile(
    r'<(?:img src="pictures/[^"]*"|source(?: media="[^"]*")? type="image/webp") srcset="[^"]*"'
)
_FILE = re.compile(r'(?<=[" ])pictures/')
# a link to a picture, as an import writes it where an archive's article had one
_PICTURE_LINK = re.compile(rf'(<a (?:(?!href)[a-z]+="[^"]*" )*+href=")/(?={figures.FOLDER})')
_FIRST_PICTURE = re.compile(r"""<img src="pictures/[^"<]*+"(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>""")
_FIGURE = re.compile(
    r'<figure\b(?:(?!<figure\b|</figure>).)*+</figure>|<span class="picture">(?:(?!<span '
    r'class="picture">|</span>).)*+</span>',
    re.DOTALL,
)
_LOADING = Lock()
_BARE_LINK = re.compile(
    rf"\b(?:https?://|www\.)(?:(?!{emoticons.PATTERN})[^\s<>\"\0])*(?!{emoticons.PATTERN})[^\s<>\"'.,;:!?*\]}}|\0]",
    re.IGNORECASE,
)


def comment_html(source: str, translate: Callable[[str], str] = str) -> str:
    """Return the safe HTML of a comment as typed. Rendering the result again does not change it.

    `translate` gives an emoticon's name in the site's language. A picture names only its drawing
    (see `shown`). The caller limits the length; the work is linear in it. Most comments are plain,
    and need no parser.
    """
    pictures: list[str] = []
    typed = tags.unmarked(characters.lines(source))
    last = [
        partial(filters.pictured, translate=translate, pictures=pictures),
        filters.broken_into_lines,
    ]
    if not _MARKUP.search(typed) and not _BARE_LINK.search(typed):
        kept = _written(typed, last)
    else:
        steps = [
            filters.without_unsafe_links,
            filters.joined,
            partial(_bleach()[1], callbacks=[_mark], skip_tags={"code", "pre"}, url_re=_BARE_LINK),
            *last,
        ]
        kept = _parsed(typed, steps) if _MARKUP.search(typed) else _unparsed(typed, steps)
    if not pictures:
        return kept.strip()
    drawn = iter(pictures)
    return re.sub(tags.PICTURE, lambda _mark: next(drawn), kept.strip())


def article_html(source: str, known: Mapping[str, figures.Facts] | None = None) -> str:
    """Return the safe HTML of an article: headings, lists, tables, figures with this site's
    pictures; no script, no frame.

    `known` are the office's pictures that it names (`figures.keys_in`), by key. Their addresses are
    completed by `illustrated`.
    """
    steps = [
        filters.with_signs,
        partial(filters.without_unsafe_links, local=True),
        filters.fit_for_an_article,
        partial(figures.illustrated, known=known or {}),
    ]
    options = {
        "tags": ARTICLE_TAGS,
        "attributes": ARTICLE_ATTRIBUTES,
        "strip": True,
        "filters": steps,
    }
    try:
        return _cleaned(tags.made_plain(source, _IN_ARTICLES, is_shown=False), **options)
    except trees.Tangled:  # with these tags alone nothing can be nested
        return _cleaned(tags.made_plain(source, {"p": (), "br": ()}, is_shown=False), **options)


def safely(render: Callable[[str], str], source: str) -> str:
    """Return what `render` makes of a source of any origin, or its escaped text if that fails."""
    try:
        return render(source)
    except Exception:  # the archive's own HTML is not trusted, so something has to replace it
        return html.escape(source).replace("\n", "<br>")


def shown(kept: str, sprite: Callable[[], str]) -> Markup:
    """Return a comment's stored HTML with its drawings at the address `sprite()`, which changes
    with the drawings, as the stored HTML does not.
    """
    start = '<img class="emoticon" src="'  # only ours begin so: a reader's `<` is escaped
    if start in kept:
        kept = kept.replace(start + filters.SPRITE, start + html.escape(sprite()))
    return Markup(kept)


def escaped(words: str) -> Markup:
    """Return plain text for a template, in which no sign is markup."""
    return escape(words)


def trusted(kept: str) -> Markup:
    """Return our own HTML for a template."""
    return Markup(kept)


def illustrated(kept: str, root: str) -> Markup:
    """Return the HTML of `article_html` for a template; `root` is the site's path on its host, or
    empty.
    """
    folder = f"{html.escape(root)}/{figures.FOLDER}"
    kept = _FIRST_PICTURE.sub(_hurried, kept, count=1)
    if root:
        kept = _PICTURE_LINK.sub(lambda link: f"{link[1]}{html.escape(root)}/", kept)
    return Markup(_FILES.sub(lambda tag: _FILE.sub(lambda _found: folder, tag[0]), kept))


def with_codes(kept: str) -> str:
    """Return a comment's stored HTML with the codes that were typed in place of the drawings."""
    return _PICTURE.sub(r"\1", kept)


def _hurried(tag):
    """Return an article's first picture with high priority, unless it is lazy: on the first screen
    it is the largest element, and should be loaded before scripts.
    """
    if tag[0].endswith(' loading="lazy">'):
        return tag[0]
    return f'{tag[0][:-1]} fetchpriority="high">'


def prose(kept: str) -> str:
    """Return the text of an article's HTML on one line, without pictures and their captions."""
    return plain(_FIGURE.sub(" ", kept))


def plain(kept: str) -> str:
    """Return the text of safe HTML on one line, with codes for emoticons: for previews and search
    engines.
    """
    if "<" not in kept:  # as in most comments
        return " ".join(html.unescape(kept).split())
    codes = re.sub(r'<img (?>[^<>]*?alt=")([^"]*)"[^<>]*+>', r"\1", kept)
    words = re.sub(
        r"<(?:br|/?(?:p|div|li|ul|ol|h\d|blockquote|pre|figure|figcaption|t[rdh]))\b[^<>]*+>",
        " ",
        codes,
    )
    return " ".join(html.unescape(re.sub(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""", "", words)).split())


def links(kept: str) -> int:
    """Return how many links a comment's HTML has."""
    return kept.count("<a ")


def _bleach():
    """Return bleach's parts, imported when somebody writes, so that the first reader of a process
    does not wait.

    Under a lock: html5lib creates modules at their first use, and two threads at once would replace
    each other's.
    """
    with _LOADING:
        return _loaded()


@cache
def _loaded():
    from bleach.linkifier import LinkifyFilter
    from bleach.sanitizer import Cleaner

    class Linkify(LinkifyFilter):
        """Finds addresses in text that `filters.joined` has decoded already: nothing in it that
        looks like an entity is one.
        """

        def extract_entities(self, token):
            return [token]

    # The serializer can be shared: it keeps no state between texts.
    return Cleaner, Linkify, Cleaner().serializer


def _parsed(typed, steps):
    """Parse and clean a comment. If its tags are too tangled, they are shown as typed."""
    typed = _PICTURE.sub(r"\1", typed)
    options = {"tags": COMMENT_TAGS, "attributes": {"a": ["href"]}, "filters": steps}
    try:
        return _cleaned(tags.made_plain(typed, _IN_COMMENTS, is_shown=True), **options)
    except trees.Tangled:
        return _cleaned(tags.made_plain(typed, {}, is_shown=True), **options)


def _cleaned(plain, **options):
    """Parse and clean a text. Raises Tangled. One Cleaner a call: threads that share one mix up
    their texts.
    """
    cleaner = _bleach()[0](protocols=SCHEMES, **options)
    trees.limit(cleaner.parser.tree, plain.count("<"))
    cleaner.walker = trees.tokens
    return cleaner.clean(plain).strip()


def _unparsed(typed, steps):
    return _bleach()[2].render(_stepped(typed, steps))


def _written(typed, steps):
    """Write a text without markup or link, of which the steps make nothing but text and `br`, as
    the serializer would.
    """
    return "".join(
        "<br>" if token["type"] == "EmptyTag" else html.escape(token["data"], quote=False)
        for token in _stepped(typed, steps)
    )


def _stepped(typed, steps):
    """Return the tokens that the steps make of a text without markup."""
    tokens = [{"type": "Characters", "data": typed}]
    for step in steps:
        tokens = step(tokens)
    return tokens


def _mark(attributes, new=False):
    if new and not is_web(attributes[None, "href"]):
        return None
    attributes[None, "rel"] = REL
    return attributes
