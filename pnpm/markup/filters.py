"""The steps between parsing a text and writing it as HTML: generators over html5lib's tokens, put
in order by `sanitizer.py`.
"""

import html
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from . import characters, emoticons, tags
from .tags import PICTURE, unmarked
from .urls import is_local, is_mail, is_web

SPRITE = "emoticons.svg"
SIZE = "20"  # CSS pixels
BLOCKS = {"blockquote", "li", "ol", "pre", "ul"}
VERBATIM = {"a", "code", "pre"}  # no emoticons in here

Tokens = Iterable[dict]


def without_unsafe_links(source: Tokens, local: bool = False) -> Iterator[dict]:
    """Drop the tags of links whose address is not plainly http(s) or mailto (or, if `local`, on
    this site).

    bleach's own check lets `javascript:123` pass.
    """
    kept = True
    for token in source:
        if token.get("name") == "a":
            if token["type"] == "StartTag":
                address = _value(token, "href").strip()
                kept = is_web(address) or is_mail(address) or (local and is_local(address))
            if not kept:
                continue
        yield token


def joined(source: Tokens) -> Iterator[dict]:
    """Join a run of characters, spaces and entities into one text token, as a code or an address
    may span them.
    """
    run = ""
    for token in source:
        if token["type"] == "Characters":
            run += tags.with_signs(token["data"])
        elif token["type"] == "Entity":
            decoded = html.unescape(f"&{token['name']};")
            run += unmarked(characters.DROPPED_IN_LINES.sub("", decoded))
        else:
            yield from _text(run)
            run = ""
            yield token
    yield from _text(run)


def with_signs(source: Tokens) -> Iterator[dict]:
    """Put back `<` and `&` where `tags` put signs for them."""
    for token in source:
        if token["type"] == "Characters":
            token = token | {"data": tags.with_signs(token["data"])}
        yield token


def pictured(
    source: Tokens, translate: Callable[[str], str], pictures: list[str]
) -> Iterator[dict]:
    """Put PICTURE in place of each emoticon code outside links, code and pre, and append its HTML
    to `pictures`, in order.
    """
    tokens = list(source)
    verbatim = 0
    for index, token in enumerate(tokens):
        if token.get("name") in VERBATIM:
            verbatim += _depth(token)
        if token["type"] == "Characters" and not verbatim:
            before = _neighbour(tokens, index, -1)
            after = _neighbour(tokens, index, 1)
            data = _with_pictures(token["data"], before, after, translate, pictures)
            yield token | {"data": data}
        else:
            yield token


def broken_into_lines(source: Tokens) -> Iterator[dict]:
    """Write line ends as `<br>`, except in `pre`, and except beside a block, which is on lines of
    its own anyway.
    """
    tokens = list(source)
    verbatim = 0
    after_block = True
    # The end of the text counts as a block.
    for token, following in zip_longest(tokens, tokens[1:], fillvalue={"name": "pre"}):
        if token.get("name") == "pre":
            verbatim += _depth(token)
        if token["type"] != "Characters":
            yield token
        elif verbatim:
            data = token["data"]
            if after_block:  # HTML drops the first line end of a pre, another one at each parsing
                data = data.lstrip("\n")
            yield from _text(data)
        else:
            yield from _lines(token["data"], after_block, following.get("name") in BLOCKS)
        after_block = token.get("name") in BLOCKS


def fit_for_an_article(source: Tokens) -> Iterator[dict]:
    """Make h1 an h2, as the title is the page's h1, and replace third parties' pictures by their
    alternative text.
    """
    for token in source:
        if token.get("name") == "h1":
            yield token | {"name": "h2"}
        elif token.get("name") == "img" and not is_local(_value(token, "src")):
            yield from _text(_value(token, "alt"))
        else:
            yield token


def _value(token, attribute):
    return html.unescape(token["data"].get((None, attribute), ""))


def _depth(token):
    return {"StartTag": 1, "EndTag": -1}.get(token["type"], 0)


def _text(data):
    """Yield a token of that text, if there is any."""
    if data:
        yield {"type": "Characters", "data": data}


def _neighbour(tokens, index, step):
    """Return the next visible character beyond inline tags, to the left (-1) or to the right (1),
    or an empty string.
    """
    place = index + step
    while 0 <= place < len(tokens) and tokens[place].get("name") not in BLOCKS | {"br"}:
        if tokens[place]["type"] == "Characters":
            return tokens[place]["data"][0 if step == 1 else -1]
        place += step
    return ""


def _with_pictures(text, before, after, translate, pictures):
    parts = []
    end = 0
    for place in emoticons.find(text, before, after):
        parts += [text[end : place.start], PICTURE]
        pictures.append(_picture(text[place.start : place.end], place.emoticon, translate))
        end = place.end
    return "".join([*parts, text[end:]])


def _picture(typed, emoticon, translate):
    address = f"{SPRITE}#{emoticon.picture}"
    title = translate(emoticon.name)
    values = {
        "class": "emoticon",
        "src": address,
        "alt": typed,
        "title": title,
        "width": SIZE,
        "height": SIZE,
    }
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in values.items())
    return f"<img{attributes}>"


def _lines(text, after_block, before_block):
    if after_block:
        text = text.removeprefix("\n")
    if before_block:
        text = text.removesuffix("\n")
    for number, line in enumerate(text.split("\n")):
        if number:
            yield {"type": "EmptyTag", "name": "br", "data": {}}
        yield from _text(line)
