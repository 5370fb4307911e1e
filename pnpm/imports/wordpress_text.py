"""WordPress's stored text as HTML: it keeps paragraphs as blank lines, and captions as shortcodes,
which its themes turn into tags when a page is shown.
"""

import html
import re
from collections.abc import Iterator

# Elements that stand for themselves: no paragraph is put around them, but within the first of them.
_CONTAINER = "(?:address|article|aside|blockquote|center|div|footer|header|main|section)"
_BLOCK = (
    "(?:audio|dd|details|dl|dt|fieldset|figcaption|figure|form|h[1-6]|iframe|legend|li|menu|nav"
    "|noscript|object|ol|p|summary|svg|table|tbody|td|tfoot|th|thead|tr|ul|video)"
)
_ALONE = re.compile(
    rf"</?{_CONTAINER}(?:\s[^<>]*)?>|<hr(?:\s[^<>]*)?>|<!--(?:more|nextpage)[^<>]{{0,200}}-->", re.I
)
_OPENING = re.compile(rf"<{_BLOCK}(?=[\s>/])", re.I)
_CLOSING = re.compile(rf"</{_BLOCK}\s{{0,9}}>", re.I)
# Elements in which every line counts as it is.
_LITERAL = re.compile(r"<(pre|script|style|textarea)(?=[\s>])", re.I)
_END_OF_LITERAL = re.compile(r"</(?:pre|script|style|textarea)\s{0,9}>", re.I)
_BREAK = re.compile(r"<br\s{0,9}/?>$", re.I)
_BLOCK_MARK = re.compile(r"<!-- (/?)wp:")
_CAPTION = re.compile(r"\bcaption=\"([^\"]*)\"|\bcaption='([^']*)'")
_TAG = re.compile(r"</?[A-Za-z]")


def as_html(text: str) -> str:
    """Return an article's text with its paragraphs and captions as tags. What the block editor made
    has them already; only what stands between its blocks is an older text.
    """
    return "".join(
        part if is_block else paragraphs(captions(part)) for part, is_block in _parts(_lines(text))
    )


def comment_as_html(text: str) -> str:
    """The same of a comment's text, which has neither blocks nor captions."""
    return paragraphs(_lines(text))


def plain(text: str) -> str:
    """Return a title or the name of a label, which may hold tags and entities, as plain text."""
    pieces, at = [], 0
    for found in _TAG.finditer(text):
        end = text.find(">", found.end()) if found.start() >= at else -1
        if end >= 0:
            pieces.append(text[at : found.start()])
            at = end + 1
        elif found.start() >= at:
            break
    return " ".join(html.unescape("".join([*pieces, text[at:]])).split())


def paragraphs(text: str) -> str:
    """Return the text with `<p>` around what blank lines part, and `<br>` for single newlines."""
    return "\n".join(
        piece if is_literal else _paragraph(piece)
        for piece, is_literal in _pieces(text)
        if piece.strip()
    )


def captions(text: str) -> str:
    """Return the text with `[caption]` as a figure; one without its end stays as it is."""
    result: list[str] = []
    at = 0
    while True:
        begin = text.find("[caption", at)
        inside = text.find("]", begin) if begin >= 0 else -1
        end = text.find("[/caption]", inside) if inside >= 0 else -1
        if end < 0:
            return "".join([*result, text[at:]])
        result += [text[at:begin], _figure(text[begin:inside], text[inside + 1 : end])]
        at = end + len("[/caption]")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text between blocks, and the blocks with the comments that mark them."""
    depth = at = 0
    for found in _BLOCK_MARK.finditer(text):
        end = text.find("-->", found.end())
        if end < 0:
            break
        if depth == 0:
            yield text[at : found.start()], False
            at = found.start()
        if found[1]:
            depth = max(0, depth - 1)
        elif text[end - 1] != "/":
            depth += 1
        if depth == 0:
            yield text[at : end + 3], True
            at = end + 3
    yield text[at:], depth > 0


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text parted at blank lines and around blocks; what counts as it is stays whole."""
    at = 0
    while found := _LITERAL.search(text, at):
        end = _END_OF_LITERAL.search(text, found.end())
        yield from _at_blank_lines(text[at : found.start()])
        at = end.end() if end else len(text)
        yield text[found.start() : at], True
    yield from _at_blank_lines(text[at:])


def _at_blank_lines(text: str) -> Iterator[tuple[str, bool]]:
    parted = _ALONE.sub(r"\n\n\g<0>\n\n", text)
    parted = _CLOSING.sub(r"\g<0>\n\n", _OPENING.sub(r"\n\n\g<0>", parted))
    piece: list[str] = []
    for line in [*parted.split("\n"), ""]:
        if line.strip():
            piece.append(line.strip())
        else:
            yield "\n".join(piece), False
            piece = []


def _paragraph(piece: str) -> str:
    lines = piece.split("\n")
    if any(tag.search(piece) for tag in (_ALONE, _OPENING, _CLOSING)) or piece.startswith("<!--"):
        return _broken(lines)
    return f"<p>{_broken(lines)}</p>"


def _broken(lines: list[str]) -> str:
    """The lines with `<br>` where one ends, unless a break or the end of a tag stands there."""
    ends = [line if _BREAK.search(line[-20:]) else f"{line}<br>" for line in lines[:-1]]
    return "\n".join([*ends, lines[-1]])


def _figure(opening: str, content: str) -> str:
    """A caption's shortcode as a figure: the words are an attribute in the older form, and stand
    behind the picture in the newer.
    """
    given = _CAPTION.search(opening)
    if given:
        words = html.unescape(given[1] or given[2] or "")
        return f"<figure>{content}<figcaption>{html.escape(words)}</figcaption></figure>"
    end = content.find("</a>") + 4 if "</a>" in content else content.find(">") + 1
    picture, words = content[:end], content[end:]
    if "<img" not in picture.lower():
        return content
    return f"<figure>{picture}<figcaption>{words.strip()}</figcaption></figure>"
