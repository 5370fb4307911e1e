"""Judges a comment: by its text, by what was learnt here, and by what others wrote lately."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from sqlalchemy import Connection

from pnpm.db.types import AnyRow
from pnpm.markup.urls import parts_of

from . import campaign, features, knowledge, learning, memory
from .fingerprint import SHORTENERS, Kind, Mark, has_offer, marks, phones, warns
from .folding import LINK, Folded, folded
from .model import Model, for_language
from .verdict import Assessment, Evidence, Signal

REMEMBERED = 6.0  # a name that a moderator called spam
SHORTENED = 1.5
OFFERED = 1.5  # a telephone number with an offer
WARNED = -2.5  # a text that warns of gambling, or complains about it
ELSEWHERE = 1.0  # how much surer names and addresses have to be than a text
# Of a text so much like a person's, what was learnt says nothing more; nor below the other do
# unusual words, since what one weighs does not make it wait.
SURE, SURE_OF_WORDS = -5.0, -6.5
MOST_NAMES = 500  # names and websites whose sums are kept: an archive has few, many times
_LINKS = re.compile(r'<a href="([^"]*)"')


class Words(NamedTuple):
    """What a comment says: its text as readers see it, its author's name, the website, and where
    its links lead.
    """

    text: str
    name: str = ""
    website: str = ""
    links: tuple[str, ...] = ()


class Read(NamedTuple):
    """A comment as the filter sees it: its words folded, its author's name folded, the features of
    the text, and its marks.
    """

    words: Words
    folded: Folded
    author: Folded
    hashed: features.Hashed
    marks: list[Mark]


def words_of(text: str, html: str, name: str, website: str) -> Words:
    """Return what a comment with that HTML says; `text` is the text of the HTML."""
    links = tuple(unescape(address) for address in _LINKS.findall(html))
    return Words(text, name, website, links)


def read(words: Words, with_marks: bool = True) -> Read:
    """Fold a comment and find what others may share with it; without that (`with_marks` False),
    only hosts that hide where they lead.
    """
    seen = folded(words.text)
    hosts = [_host(address) for address in (*words.links, words.website) if address]
    in_text = [word.text for word in seen.words if not word.is_alone and LINK in word.kinds]
    hosts = [host for host in dict.fromkeys((*hosts, *in_text)) if host]
    author = _author(words.name)
    text = features.hashed(seen)
    if with_marks:
        return Read(words, seen, author, text, marks(seen, text, author, hosts))
    hidden = [Mark.of(Kind.HOST, host) for host in hosts if host in SHORTENERS]
    return Read(words, seen, author, text, hidden)


def of_text(comment: Read, language: str, sums: list[float] | None = None) -> Assessment:
    """Judge a comment by what it says alone, by the weights for a language; `sums` are those of its
    windows, `shifted`, where they are known already. Never raises for any text.
    """
    model = for_language(language)
    highest = max(sums or shifted(model, comment.hashed))
    found = [Signal(Evidence.TEXT, highest)]
    short = [(Evidence.NAME, comment.words.name)]
    if comment.words.website:
        short.append((Evidence.WEBSITE, _site(comment)))
    for kind, name in short:
        total = _of_short(language, name)
        if total > max(0.0, highest):
            found.append(Signal(kind, total - highest, _author(name).text[:60]))
            highest = total
    if warning := warns(comment.folded):
        found.append(Signal(Evidence.WARNING, WARNED, warning))
    hosts = {mark.text for mark in comment.marks} & SHORTENERS
    found += [Signal(Evidence.SHORTENER, SHORTENED, host) for host in sorted(hosts)[:1]]
    numbers = phones(comment.folded.text)
    if numbers and has_offer(comment.folded):
        found.append(Signal(Evidence.PHONE, OFFERED, numbers[0]))
    return Assessment(found, model.spam - model.hold, language)


def assess(
    connection: Connection,
    comment: Read,
    address: str,
    moment: datetime,
    language: str,
    usual: Callable[[], str],
    ignored: int = 0,
    news: Sequence[AnyRow] = (),
) -> tuple[Assessment, str]:
    """Judge a comment from a network address (its hash) by all that is known; `usual` gives a text
    in small letters whose words are nothing unusual here, the article's; `ignored` is the comment's
    number if it is stored already, `news` what `comments.entry` brought. Return also its marks as
    they are stored.
    """
    sums = shifted(for_language(language), comment.hashed)
    by_itself = of_text(comment, language, sums)
    known = knowledge.of(connection)
    known.refresh(connection, news)
    signals, total = _with_lessons(by_itself, comment, sums, known), by_itself.of_text
    marks = comment.marks
    if total < SURE_OF_WORDS:
        marks = [mark for mark in marks if mark.kind is not Kind.WORD]
    shared = known.sharing(marks, moment - campaign.WITHIN, ignored)
    signals += campaign.signals(shared, marks, len(comment.folded.words), address, usual)
    if address in known.spam_addresses and campaign.is_unknown(connection, comment.words.name):
        signals.append(Signal(Evidence.ADDRESS, campaign.SPAM_ADDRESS))
    return by_itself._replace(signals=signals), knowledge.written(marks, total)


def assess_archived(words: Words, language: str, known: knowledge.Knowledge) -> Assessment:
    """Judge a comment of another site's archive: by its text and by what was learnt here. Who else
    wrote, and from where, says nothing of it: it came long ago, and elsewhere.
    """
    # by which names are known, and lessons: most who move in have none yet
    comment = read(words, with_marks=bool(known.names) or known.weights.table is not None)
    sums = shifted(for_language(language), comment.hashed)
    by_itself = of_text(comment, language, sums)
    return by_itself._replace(signals=_with_lessons(by_itself, comment, sums, known))


def _with_lessons(
    by_itself: Assessment, comment: Read, sums: list[float], known: knowledge.Knowledge
) -> list[Signal]:
    """Return the signals of a text with those of what moderators decided here."""
    signals = list(by_itself.signals)
    if by_itself.of_text >= SURE and (change := learned(comment, sums, known.weights)):
        signals.append(change)
    signals += [Signal(Evidence.MEMORY, REMEMBERED, name) for name in _remembered(comment, known)]
    return signals


def shifted(model: Model, text: features.Hashed) -> list[float]:
    """Return the sums of a text's windows, 0 where texts begin to wait."""
    return [total - model.hold for total in model.window_sums(text)]


def learned(comment: Read, sums: list[float], own: learning.Weights) -> Signal | None:
    """Return the signal of what was learnt here, None if that changes nothing; `sums` are those of
    the text's windows, `shifted`.
    """
    if own.table is None:
        return None
    added = own.totals(comment.hashed, comment.marks)
    change = max(one + other for one, other in zip(sums, added, strict=True)) - max(sums)
    return Signal(Evidence.LEARNED, change) if change else None


def _remembered(comment: Read, known: knowledge.Knowledge) -> list[str]:
    """Return a name of the comment that moderators called spam, if there is one."""
    return [name for name in memory.names_of(comment.marks) if name in known.names][:1]


@lru_cache(MOST_NAMES)
def _author(name: str) -> Folded:
    """Return a name folded."""
    return folded(name)


@lru_cache(MOST_NAMES)
def _of_short(language: str, name: str) -> float:
    """Return the sum of a name or an address; a single plain word says nothing, as many people are
    called Dewi99.
    """
    seen, model = _author(name), for_language(language)
    if len(seen.words) < 2 and not any(word.is_fancy for word in seen.words):
        return 0.0
    return max(shifted(model, features.hashed(seen))) - ELSEWHERE


def _site(comment: Read) -> str:
    """Return the host of the author's website as words: `slot-gacor.example` is three."""
    return re.sub(r"[-.]", " ", _host(comment.words.website))


def _host(address: str) -> str:
    """Return the host that an address leads to, in small letters, empty if there is none."""
    if "://" not in address:
        address = f"http://{address}"
    parts = parts_of(address)
    host = (parts.hostname if parts else None) or ""
    return host.removeprefix("www.")[:60]
