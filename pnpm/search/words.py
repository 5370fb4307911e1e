"""The words of a text as the index has them: each as it is written, and its stems.

They are made here and not by the database, so that all engines find the same. In the index a word
is a token of ASCII letters and digits, of three characters or more, and no word of any language:
so no engine parts it, leaves it out as a stop word, or takes it for a part of its syntax.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# what a token says: a word as it is written, its stem; and the same of a title
EXACT, STEM, IN_TITLE, TITLE_STEM = "ex", "st", "tx", "ts"
LONGEST = 40  # characters of a word: InnoDB knows 84 of a token
LARGEST = 400_000  # characters of all tokens: PostgreSQL takes a megabyte, and needs twice as much
MOST = 20_000  # words of a text: what comes after them is not found
# Marks that belong to a letter, which Python's \w does not count: accents, and the vowel signs of
# Arabic, Indic, Thai, and Indonesia's own scripts, Lontara first.
_MARKS = (
    "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1a17-\u1a1b\u1b00-\u1b04\u1b34-\u1b44\u1ba1-\u1bad\ua980-\ua983\ua9b3-\ua9c0"
)
WORD = re.compile(rf"[^\W_](?:[’'`ʼ]?(?:[^\W_]|[{_MARKS}]))*")
_ASCII = re.compile(r"[a-z0-9]+")
_APOSTROPHES = re.compile(r"[’'`ʼ]")
# A root's t is lost after men- and pen- (tulis: menulis), and an n stands for itself (nilai:
# menilai). The library gives neither back.
_VOWELS = {*"aiueo"}
_NASAL = re.compile(r"(?:di)?[mp]en[aiueo]")
# Words that stand in every text and say nothing of what it is about.
_STOP_WORDS = """
    ada adalah agar akan apa apakah atau bagaimana bagi bahwa bisa cara dalam dan dapat dari dengan
    di dimana gimana hal hanya harus ini itu jadi jika juga kalau kami kapan karena ke kepada kita
    lagi maka mana mengapa mereka oleh pada para saat saja saya sebagai secara sedang sebuah serta
    siapa sudah tapi telah tentang tersebut tetapi tidak untuk yaitu yang the of and to in is for
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def composed(text: str) -> str:
    """Return a text whose letters and accents are one character each, so that words are whole."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def folded(word: str) -> str:
    """Return a word without case, accents and apostrophes."""
    if word.isascii():
        return _APOSTROPHES.sub("", word.lower())
    apart = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", word).casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).casefold()


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded, in their order; of a very long text, the first MOST."""
    if text.isascii():  # as most are, and a reader's comment waits for this
        found = _ASCII.findall(_APOSTROPHES.sub("", text.lower()))[:MOST]
    else:
        found = [folded(match) for match in WORD.findall(composed(text))[:MOST]]
    return [word[:LONGEST] for word in found if word]


@lru_cache(20_000)
def stems_of(word: str) -> tuple[str, ...]:
    """Return the stems that a folded word may have, the library's first."""
    import snowballstemmer  # only who writes or searches waits for it

    # One for each word: a stemmer that threads share mixes up their words.
    stem = snowballstemmer.stemmer("indonesian").stemWord(word)
    if _NASAL.match(word) and stem[:1] in _VOWELS:
        return stem, f"t{stem}", f"n{stem}"
    return (stem,)


def token(kind: str, word: str) -> str:
    """Return the index's token for a word or stem."""
    if word.isascii() and word.isalnum():  # ⑴ is a letter to Python, and (1) once it is folded
        return kind + word
    return f"{kind}x{word.encode().hex()[: 2 * LONGEST - 8]}"


def tokens(body: str, titles: Iterable[str] = ()) -> str:
    """Return what the index has of a text: the words as they stand, titles first, so that phrases
    are found; then the stems of those that are none themselves, which saves a third; and what the
    titles have. With a space at each end.
    """
    heads = [words_of(title) for title in titles]
    texts = [*heads, words_of(body)]
    # no phrase goes from one text to the next
    parts = [f" {_BREAK} ".join(" ".join(map(_exact, text)) for text in texts)]
    parts += [stems for text in texts for word in text if (stems := _other_stems(word))]
    for head in heads:
        parts += [token(TITLE_STEM, stem) for word in head for stem in stems_of(word)]
        parts += [token(IN_TITLE, word) for word in head]
    whole = f" {' '.join(parts)} "
    if len(whole) > LARGEST:
        return f"{whole[:LARGEST].rpartition(' ')[0]} "
    return whole


@lru_cache(20_000)
def _exact(word: str) -> str:
    return token(EXACT, word)


@lru_cache(20_000)
def _other_stems(word: str) -> str:
    """Return the tokens of the stems of a word but itself, with spaces between."""
    return " ".join(token(STEM, stem) for stem in stems_of(word) if stem != word)


_BREAK = "brk"
