"""What a reader sees in a text, whatever letters it is written in: plain small letters and digits,
and for each word how it was dressed.

`folded` takes time in proportion to at most `letters.LONGEST` characters, whatever they are.
"""

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from .letters import HIDDEN, PLAIN, SCRIPTS, shortened, undressed

LONGEST_WORD, LONGEST_HOST = 40, 60
MOST_DIGITS = 4  # of a name's number
# Parts of a word that was pulled apart, at least; and characters between two of them, at most.
PARTS, APART = 3, 3
SYLLABLES = 4
GLUED = 4  # letters of two words that were glued together, at least

# Of a whole word:
SPACED, BROKEN, LEET, LINK, ADDRESSED = "S", "B", "L", "U", "@"
# What nobody types by chance, so that it says something of who typed it.
FANCY = frozenset("mwesvCGOkzSL")

_PLAIN = frozenset(PLAIN)

# `alone`: a plain word between spaces, as most are, and too long to be a part of one that was
# pulled apart, so that nothing else need be asked of it
_TOKEN = re.compile(
    r"(?P<alone>(?<!\S)[A-Za-z][a-z]{3,39}(?= [^\W_]|\n|[,.!?;:](?!\S)|\Z))"
    r"|(?P<link>https?://[^\s<>]{1,300}|www\.[^\s<>]{1,300})|(?P<word>[^\W_]{1,40})"
)
_JOINTS = frozenset("-./_*|'’~+,:\\")
_LONG_RUN = re.compile(r"([a-z])\1{2,}")
_GLUED = re.compile(r"[^.]*[^.zc](\.{3,})")
_GLUED_TO = re.compile(r"\.{2,}(?=[^.zc].)")
_CAMEL = re.compile(r"[a-z]{2,}(?=[A-Z])")
_NUMBERED = re.compile(r"[A-Za-z]{3,}[0-9]{2,4}([A-Za-z]{3,})")
_DIGITS = "0123456789"
_LETTERS = str.maketrans("0134578", "oieastb")


class Word(NamedTuple):
    """A word as readers see it: `text` in small letters, `stem` and `number` its parts (`slot` and
    `88` of `sl0t88`), `cased` with capitals; how it was dressed, a code for each kind; whether
    signs frame it; its place in the folded text; and whether it is a plain one between spaces,
    undressed, which need not be looked at any further.
    """

    text: str
    stem: str
    number: str
    cased: str
    kinds: frozenset[str]
    is_framed: bool
    start: int
    end: int
    is_alone: bool = False

    @property
    def is_fancy(self) -> bool:
        """Whether it is dressed as nobody types by chance."""
        return not self.kinds.isdisjoint(FANCY)


# what Word itself takes twice as long for, and a comment does for nearly each of its words
_word_of = partial(tuple.__new__, Word)


class Folded(NamedTuple):
    """A folded text: its words have their places in `text`."""

    text: str
    words: list[Word]


def folded(text: str) -> Folded:
    """Fold a text of any length and any characters; never raises."""
    text = shortened(text)
    if text.isascii():
        plain, codes = text, PLAIN * len(text)
    else:
        plain, codes = undressed(text)
    return Folded(plain.lower(), _words(plain, codes))


class _Token(NamedTuple):
    start: int
    end: int
    cased: str
    kinds: frozenset[str]
    is_link: bool


def _words(plain: str, codes: str) -> list[Word]:
    """Return the words: those that stand alone at once, as most do, and what lies between them
    joined where it was pulled apart.
    """
    words: list[Word] = []
    between: list[_Token] = []
    for each in _parted(plain, codes):
        if isinstance(each, _Token):
            between.append(each)
            continue
        if between:
            words += _joined(plain, codes, between)
            between = []
        words.append(each)
    return [*words, *_joined(plain, codes, between)]


def _parted(plain: str, codes: str) -> list[_Token | Word]:
    """Return the links and words; letters of other scripts that stand for themselves are dressed as
    nothing.
    """
    found: list[_Token | Word] = []
    is_foreign = has_latin = False
    is_ascii = plain.isascii() and codes == PLAIN * len(codes)
    for match in _TOKEN.finditer(plain):
        start, end = match.span()
        text, kind = match[0], match.lastgroup
        if kind == "alone" and (is_ascii or codes.count(PLAIN, start, end) == end - start):
            found.append(_word_of((*_anywhere(text), start, end, True)))
            has_latin = True
            continue
        if kind == "link":
            found.append(_Token(start, end, text, frozenset(LINK), True))
            has_latin = True
            continue
        if not text.isascii():
            is_foreign = True
            if not _has_latin(text, codes[start:end]):
                found.append(_Token(start, end, text, _PLAIN, False))
                continue
        has_latin = has_latin or _has_latin(text, codes[start:end])
        if is_ascii and end - start < GLUED:
            found.append(_Token(start, end, text, _PLAIN, False))
        else:
            found += _apart_at_seam(plain, codes, start, end)
    # A text all of whose letters have look-alikes may be Greek, too.
    if not is_foreign and has_latin:
        return found
    return [
        each._replace(kinds=_PLAIN) if isinstance(each, _Token) and each.kinds <= SCRIPTS else each
        for each in found
    ]


def _apart_at_seam(plain: str, codes: str, start: int, end: int) -> Iterator[_Token]:
    """Yield a word, or two that were glued together."""
    middle = _seam(plain[start:end], codes[start:end]) + start
    for first, last in ((start, middle), (middle, end)):
        if first == last:
            continue
        kinds = frozenset(codes[first:last])
        if codes[last - 1] == HIDDEN and codes.count(HIDDEN, first, last) == 1:
            kinds -= {HIDDEN}  # it stands between two words
        yield _Token(first, last, plain[first:last], kinds, False)


def _seam(word: str, codes: str) -> int:
    """Return where a plain word begins that was glued to a dressed one or to a name with a number,
    or the end.
    """
    if len(word) < GLUED:
        return len(word)
    if codes[0] != PLAIN:
        seam = _GLUED.fullmatch(codes)
        is_so = seam and word[seam.start(1) :].islower() and word[seam.start(1) :].isalpha()
        return seam.start(1) if seam and is_so else len(word)
    if codes[-1] != PLAIN and (seam := _GLUED_TO.match(codes)):
        rest = word[seam.end() :]
        is_so = word[: seam.end()].islower() and not rest.isdigit()
        return seam.end() if is_so else len(word)
    if seam := _CAMEL.match(word):
        return seam.end()
    if word[-1].isalpha() and not word.isalpha() and (seam := _NUMBERED.fullmatch(word)):
        return seam.start(1)
    return len(word)


def _has_latin(word: str, codes: str) -> bool:
    return any(
        letter.isascii() and letter.isalpha() and code not in SCRIPTS
        for letter, code in zip(word, codes, strict=True)
    )


def _joined(plain: str, codes: str, tokens: list[_Token]) -> Iterator[Word]:
    """Yield the words, with those that were pulled apart (`A E R O`) or broken (`ae.ro`) whole."""
    if len(tokens) == 1 and not tokens[0].is_link:  # mostly a short word among others
        yield _word(plain, tokens[0].cased, tokens[0], tokens[0].kinds)
        return
    at = tried = 0
    while at < len(tokens):
        token = tokens[at]
        if token.is_link:
            yield _word(plain, _host(token.cased), token, token.kinds)
            at += 1
            continue
        if at >= tried and _may_begin(token):
            tried, is_one = _pulled_apart(plain, tokens, at)
            if is_one:
                yield _whole(plain, tokens[at:tried], SPACED)
                at = tried
                continue
        after = max(_broken(plain, tokens, at), _in_syllables(plain, tokens, at))
        if after > at + 1:
            yield _whole(plain, tokens[at:after], BROKEN)
        yield _word(plain, token.cased, token, token.kinds)
        at += 1


def _host(link: str) -> str:
    """Return the host of a link."""
    host = link.removeprefix("http").removeprefix("s").removeprefix("://").removeprefix("www.")
    for sign in "/?#:":
        host = host.partition(sign)[0]
    return host[:LONGEST_HOST]


def _may_begin(token: _Token) -> bool:
    """Return whether a word that was pulled apart may begin with this."""
    if len(token.cased) > 2 or token.cased.isdigit() or not token.cased.isascii():
        return False
    return len(token.cased) == 1 or token.cased.isupper() or token.kinds != {PLAIN}


def _pulled_apart(plain: str, tokens: list[_Token], first: int) -> tuple[int, bool]:
    """Return the token after a run of short ones, and whether they are one word."""
    after, letters, singles, dressed = first, 0, 0, 0
    while after < len(tokens) and after - first < LONGEST_WORD:
        token = tokens[after]
        if token.is_link or (after > first and not _is_near(plain, tokens[after - 1], token)):
            break
        is_digit = token.cased.isdigit()
        if len(token.cased) > (4 if is_digit else 2) or not token.cased.isascii():
            break
        after += 1
        singles += len(token.cased) == 1
        letters += not is_digit
        dressed += token.cased.isupper() or token.kinds != {PLAIN}
    count = after - first
    is_one = singles * 2 > count or dressed >= max(PARTS, letters)
    return after, is_one and letters > 1 and count >= PARTS


def _is_near(plain: str, before: _Token, token: _Token) -> bool:
    gap = plain[before.end : token.start]
    return len(gap) <= APART and "\n" not in gap


def _broken(plain: str, tokens: list[_Token], first: int) -> int:
    """Return the token after a word with signs in it, if one begins with token `first`."""
    if first and _is_joint(plain, tokens[first - 1], tokens[first]):
        return first
    after = first + 1
    while after < len(tokens) and after - first < 8:
        if not _is_joint(plain, tokens[after - 1], tokens[after]):
            break
        after += 1
    if after == first + 1:
        return first
    parts = [token.cased for token in tokens[first:after]]
    has_letter = any(not part.isdigit() for part in parts)
    has_digit = any(letter.isdigit() for part in parts for letter in part)
    if not has_letter:  # 7.7/7
        return after if len(parts) >= PARTS and max(map(len, parts)) == 1 else first
    return after if has_digit or min(map(len, parts)) < 3 else first


def _in_syllables(plain: str, tokens: list[_Token], first: int) -> int:
    """Return the token after a word in syllables (`Ga ru da-Ho ki`), if one may begin with token
    `first`: words this short seldom follow each other.
    """
    if first and _is_syllable(tokens[first - 1]):
        return first
    after = first
    while after < len(tokens) and after - first < SYLLABLES * 2 and _is_syllable(tokens[after]):
        if after > first and not _is_near(plain, tokens[after - 1], tokens[after]):
            break
        after += 1
    if after - first < SYLLABLES:  # as nearly always
        return first
    has_capital = any(token.cased[0].isupper() for token in tokens[first + 1 : after])
    return after if has_capital else first


def _is_syllable(token: _Token) -> bool:
    return len(token.cased) <= 3 and token.cased.isascii() and token.cased.isalpha()


def _is_joint(plain: str, before: _Token, token: _Token) -> bool:
    if token.is_link or before.is_link or token.start - before.end != 1:
        return False
    return plain[before.end] in _JOINTS


def _whole(plain: str, parts: list[_Token], kind: str) -> Word:
    cased = "".join(part.cased for part in parts)[:LONGEST_WORD]
    token = _Token(parts[0].start, parts[-1].end, cased, frozenset(), False)
    return _word(plain, cased, token, frozenset({kind}).union(*(part.kinds for part in parts)))


def _word(plain: str, cased: str, token: _Token, kinds: frozenset[str]) -> Word:
    text = cased.lower()
    stem, number, is_leet = _parts(text)
    if is_leet:
        kinds |= {LEET}
    if token.start and plain[token.start - 1] == "@" and kinds.isdisjoint(FANCY):
        kinds |= {ADDRESSED}
    framed = _is_sign(plain, token.start, -1) and _is_sign(plain, token.end - 1, 1)
    return _word_of((text, stem, number, cased, kinds, framed, token.start, token.end, False))


@lru_cache(2048)
def _anywhere(alone: str) -> tuple[str, str, str, str, frozenset[str], bool]:
    """Return what a plain word that stands alone is, wherever it stands: all of a Word but its
    place.
    """
    small = alone.lower()
    return small, _parts(small)[0], "", alone, _PLAIN, False


@lru_cache(2048)
def _parts(text: str) -> tuple[str, str, bool]:
    """Return the letters of a word, with those that digits stand for, and the number at its end;
    and whether digits stood for letters.
    """
    if text.isalpha() or text.isdigit():
        return _LONG_RUN.sub(r"\1", text), "", False
    unit = text.lstrip(_DIGITS)
    if unit != text and unit.isalpha() and unit.isascii():
        return f"#{unit}", "", False
    stem, number = _apart(text)
    if len(number) == 1 and not stem.isalpha():
        stem, number = text, ""
    letters = stem.translate(_LETTERS)
    return _LONG_RUN.sub(r"\1", letters), number, letters != stem and not stem.isdigit()


def _apart(text: str) -> tuple[str, str]:
    """Return a word without the number at its end (`88`, `4d`), and that number, at most four
    digits.
    """
    kind = "d" if text[-2:-1].isdigit() and text[-1] == "d" else ""
    named = text.removesuffix(kind)
    stem = named.rstrip(_DIGITS)
    if len(named) - len(stem) > MOST_DIGITS:
        stem = named[:-MOST_DIGITS]
    number = named[len(stem) :]
    if not number or not any("a" <= letter <= "z" for letter in stem):
        return text, ""
    return stem, number + kind


def _is_sign(plain: str, place: int, step: int) -> bool:
    """Return whether a sign such as ★ or { stands next to a place, beyond at most one space."""
    place += step
    if 0 <= place < len(plain) and plain[place] == " ":
        place += step
    if not 0 <= place < len(plain):
        return False
    sign = plain[place]
    return not (sign.isalnum() or sign.isspace() or sign in ".,!?:;\"'()-/&%")
