"""The alternative texts in an article's source: which pictures have none, and putting them in.

What a picture has in the office's library stands for it where the source says nothing.
"""

import html
import re
from collections.abc import Collection, Mapping

from .figures import DECORATION, KEY

_IMAGE = re.compile(r"""<img\b(?:[^<>"']|"[^"]*"|'[^']*')*+>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\s([a-z]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>=]+)""", re.IGNORECASE)


def lacking(source: str) -> list[str]:
    """Return the keys of the office's pictures that have no words and are not decoration, each
    once, in the order in which they stand.
    """
    return list(dict.fromkeys(filter(None, map(_undescribed, _IMAGE.findall(source)))))


def completed(source: str, words: Mapping[str, str], decoration: Collection[str]) -> str:
    """Return the source with words, by the pictures' keys, where there are none yet; those whose
    keys are in `decoration` are marked as that.
    """

    def complete(found):
        tag = found[0]
        key = _undescribed(tag)
        if key in decoration:
            more = f' alt="" role="{DECORATION}"'
        elif words.get(key):
            more = f' alt="{html.escape(words[key])}"'
        else:
            return tag
        bare = _ATTRIBUTE.sub(_unless_replaced, tag)
        return f"{bare[:4]}{more}{bare[4:]}"  # after `<img`

    if not words and not decoration:
        return source
    return _IMAGE.sub(complete, source)


def _unless_replaced(attribute):
    if attribute[1].lower() in ("alt", "role"):
        return ""
    return attribute[0]


def _undescribed(tag):
    """Return the key of a tag's picture if nothing is said of it, else an empty text."""
    given = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(tag)}
    key = KEY.search(given.get("src", ""))
    if not key or given.get("alt", "").strip() or given.get("role") == DECORATION:
        return ""
    return key[1]
