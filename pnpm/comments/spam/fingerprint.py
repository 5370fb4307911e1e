"""What of a comment is looked for in other comments: names that nobody knows, hosts, telephone
numbers, and what shows that a text is nearly the same as another.
"""

import enum
import re
from collections.abc import Iterable
from typing import NamedTuple
from zlib import crc32

from . import features
from .folding import BROKEN, FANCY, LINK, Folded, Word
from .vocabulary import is_ordinary

MOST = 6  # names, and unusual words, of a comment
LOOKED_AT = 300  # words of a long one
SHORTEST_NAME, SHORTEST_WORD, LONGEST = 3, 5, 40  # letters
# Nearly the same texts have most of their smallest hashes in common. The hashes of pairs of words
# are put into BINS, and the smallest of each is looked for (Li, Owen, Zhang: One Permutation
# Hashing, 2012).
BINS = 4
FEWEST_WORDS = 8  # of a text: short ones are the same by chance
# where people's links lead, too
FAMILIAR = (
    ".go.id",
    ".ac.id",
    ".sch.id",
    ".desa.id",
    "youtube.com",
    "youtu.be",
    "facebook.com",
    "instagram.com",
    "google.com",
    "wikipedia.org",
    "blogspot.com",
    "detik.com",
    "kompas.com",
)
_FAMILIAR = tuple(f".{end.lstrip('.')}" for end in FAMILIAR)
SHORTENERS = frozenset(
    [
        "bit.ly",
        "s.id",
        "tinyurl.com",
        "t.co",
        "cutt.ly",
        "rebrand.ly",
        "is.gd",
        "shorturl.at",
        "linktr.ee",
        "heylink.me",
        "lynk.id",
        "bio.link",
        "wa.me",
        "wa.link",
        "t.me",
    ]
)
OFFERS = frozenset(
    [
        "jual",
        "promo",
        "murah",
        "diskon",
        "daftar",
        "hubungi",
        "hub",
        "order",
        "pesan",
        "bonus",
        "jasa",
        "dana",
        "pinjam",
        "pinjaman",
        "cair",
        "modal",
        "untung",
        "kredit",
        "gadai",
        "ready",
        "minat",
        "ketik",
        "chat",
        "admin",
        "cs",
        "wa",
        "whatsapp",
    ]
)
# Words, and pairs of words, of who warns or complains: 1,700 of 53,000 people's texts have one, and
# 20 of 5,400 advertisements.
WARNINGS = frozenset(
    (
        *("penipu", "penipuan", "tertipu", "menipu", "ditipu", "bangkrut", "korban", "kecanduan"),
        *("blokir", "diblokir", "memblokir", "lapor", "laporkan", "dilaporkan", "dihapus"),
        *("haram", "dosa", "tobat", "bertobat", "taubat", "bertaubat", "penyesalan", "racun"),
        *("hancur", "menghancurkan", "merusak", "miskin", "melarat", "bunuh", "meresahkan"),
        *("polisi", "kominfo", "komdigi", "ditangkap", "penjara", "berantas", "diberantas"),
        *("waspada", "judol", "risih", "diretas", "promosi", "bot"),
    )
)
WARNING_PAIRS = frozenset(
    [("hati", "hati"), ("stop", "judi"), ("berhenti", "judi"), ("jauhi", "judi")]
    + [("jangan", verb) for verb in ("percaya", "dipercaya", "klik", "main", "tergoda", "ikut")]
)
_WARN_LAST = WARNINGS | {last for _first, last in WARNING_PAIRS}
_PHONE = re.compile(r"(?<![\d.])(?:\+?62|0)[ .-]?8(?:[ .-]?\d){8,11}(?!\d)")
_NUMBER = re.compile(r"\d{2,3}|\dd")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Kind(enum.Enum):
    """What a comment shares with another."""

    COPY = "copy"  # nearly all of its text
    NAME = "name"  # a name with a number, or in letters of its own, such as brands have
    WORD = "word"  # a word that is not an ordinary one
    HOST = "host"
    PHONE = "phone"


class Mark(NamedTuple):
    """Something of a comment that others may have, too; `number` stands for it in the database."""

    kind: Kind
    text: str
    number: int

    @staticmethod
    def of(kind: Kind, text: str) -> "Mark":
        """Return the mark, with the hash of it that is stored."""
        return Mark(kind, text, crc32(f"{kind.value} {text}".encode("utf-8", "replace")))


def marks(found: Folded, text: features.Hashed, author: Folded, hosts: Iterable[str]) -> list[Mark]:
    """Return all marks of a comment: of its folded text and the features of that, of its author's
    folded name, and of the hosts of its links.
    """
    texts: dict[Kind, Iterable[str]] = {
        Kind.COPY: minhashes(text),
        Kind.NAME: [*names(found), *names(author)],
        Kind.WORD: [*unusual_words(found), *unusual_words(author)],
        Kind.HOST: [host for host in hosts if not is_familiar(host)][:MOST],
        Kind.PHONE: phones(found.text),
    }
    return [Mark.of(kind, text) for kind, each in texts.items() for text in dict.fromkeys(each)]


def names(found: Folded) -> list[str]:
    """Return the name-like words of a text, at most MOST: letters with a number (`aero88`), and
    words in letters that stand out from the rest.
    """
    words = found.words[:LOOKED_AT]
    may_be = [at for at, word in enumerate(words) if not word.is_alone and _may_be_a_name(word)]
    if not may_be:
        return []
    usual = features.manner(found)
    named = (_name(words[at], features.next_word(words, at), usual) for at in may_be)
    return list(dict.fromkeys(filter(None, named)))[:MOST]


def unusual_words(found: Folded) -> list[str]:
    """Return the unusual words of a text, at most MOST, those with a capital first."""
    unusual: dict[str, bool] = {}
    for word in found.words[:LOOKED_AT]:
        text = word.text
        if not SHORTEST_WORD <= len(text) <= LONGEST:
            continue
        if not word.is_alone and not (text.isascii() and text.isalpha()):
            continue
        if text not in unusual and not is_ordinary(text):
            unusual[text] = word.cased != text
    return sorted(unusual, key=lambda text: not unusual[text])[:MOST]


def minhashes(text: features.Hashed) -> list[str]:
    """Return what nearly the same texts have in common, at most one a bin; none of short texts."""
    pairs = text.pairs[1:LOOKED_AT]
    if len(pairs) < FEWEST_WORDS - 1:
        return []
    smallest = {code % BINS: code for code in sorted(pairs, reverse=True)}  # the last one stays
    return [f"{place} {code}" for place, code in sorted(smallest.items())]


def phones(text: str) -> list[str]:
    """Return the mobile numbers of a folded text, at most MOST, without the country's 62."""
    if "8" not in text:  # which each of them has
        return []
    found = (re.sub(r"\D", "", match[0]) for match in _PHONE.finditer(text))
    return [number.removeprefix("62").removeprefix("0") for number in found][:MOST]


def has_offer(found: Folded) -> bool:
    """Return whether a text offers something, so that a telephone number in it may advertise."""
    return any(word.text in OFFERS for word in found.words[:LOOKED_AT])


def warns(found: Folded) -> str:
    """Return the word by which a text warns or complains; empty if there is none."""
    words = [word.text for word in found.words[:LOOKED_AT]]
    if _WARN_LAST.isdisjoint(words):  # as nearly all do
        return ""
    for before, word in zip(["", *words], words, strict=False):
        if word in WARNINGS:
            return word
        if (before, word) in WARNING_PAIRS:
            return f"{before} {word}"
    return ""


def is_familiar(host: str) -> bool:
    """Return whether people's links lead there, too, so that the host says nothing."""
    return f".{host}".endswith(_FAMILIAR)


def _may_be_a_name(word: Word) -> bool:
    """A quick look, which few words pass."""
    _text, stem, number, cased, kinds, is_framed, *_place = word
    if not (number or is_framed or cased.isupper() or not kinds.isdisjoint(FANCY)):
        return False
    if BROKEN in kinds and not number:
        return False  # an address such as zeus77.com, whose parts are names by themselves
    is_word = stem.isalpha() and stem.isascii() and LINK not in kinds
    return is_word and SHORTEST_NAME <= len(stem) <= LONGEST


def _name(word: Word, after: Word | None, usual: features.Manner) -> str:
    """Return the name that a word is, with the number that follows it; empty if it is none."""
    stem = word.stem
    stands_out = word.is_fancy and not usual.is_fancy
    is_upper = word.cased.isupper() and not usual.is_upper
    if word.number:
        return "" if _is_no_name(word, stands_out) else f"{stem}{word.number}"
    is_usual = is_ordinary(stem)
    has_number = after and after.start == word.end + 1 and _NUMBER.fullmatch(after.text)
    if after and has_number and (stands_out or (is_upper and not is_usual)):
        return f"{stem}{after.text}"
    if is_usual or len(stem) < SHORTEST_WORD:
        return ""
    return stem if stands_out or is_upper or word.is_framed else ""


def _is_no_name(word: Word, stands_out: bool) -> bool:
    """Return whether letters with a number are a year's (`pemilu2024`), or a word said twice
    (`teman2`).
    """
    if _YEAR.fullmatch(word.number):
        return True
    return len(word.number) == 1 and not stands_out
