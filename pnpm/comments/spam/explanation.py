"""Why the model says what it says of a text: which features spoke for an advertisement and which
against it, and where in the folded text.
"""

from collections.abc import Iterator
from itertools import pairwise
from math import sqrt
from typing import NamedTuple
from zlib import crc32

from . import features
from .folding import Folded, folded
from .model import DEFAULT, Model, Score, for_language

MOST_REASONS = 40
GROUPS = "letters", "word", "pair", "dress"  # by the numbers of features
LONGEST_MARKED = 1000  # characters of a marked text: a longer one is cut to where it was decided
# From which weight on a word is marked, and from which strongly; and of what the word that says
# most weighs, at least so much: in a long text each word says little.
MARKED, STRONG = 0.3, 1.2
SHARE_MARKED, SHARE_STRONG = 0.1, 0.5


class Reason(NamedTuple):
    """A feature that speaks for an advertisement (`weight` above 0) or against it, and its place in
    the folded text.
    """

    group: str
    name: str
    weight: float
    start: int
    end: int


class Explanation(NamedTuple):
    """Why a text has its score: the folded text, the place of the window that decided, the bias
    that every text begins with, and the reasons, the strongest first.
    """

    score: Score
    text: str
    start: int
    end: int
    bias: float
    reasons: list[Reason]


class Run(NamedTuple):
    """A piece of a folded text and how much its words speak for an advertisement (`weight` above 0)
    or against it; `level` is 2 or 1 where they speak for it strongly or a little, -1 or -2 where
    they speak against it, and 0 where they say next to nothing.
    """

    text: str
    weight: float
    level: int


class Marked(NamedTuple):
    """A folded text in runs, and whether something before or after them was cut off."""

    runs: list[Run]
    is_cut_before: bool
    is_cut_after: bool

    def words(self, is_for: bool, most: int) -> list[str]:
        """Return what speaks most for an advertisement, or against it, the strongest first."""
        sign = 1 if is_for else -1
        found = sorted(
            (run for run in self.runs if run.level * sign > 0), key=lambda run: -run.weight * sign
        )
        return list(dict.fromkeys(run.text for run in found))[:most]


class _Named(NamedTuple):
    """A feature with its group, its name, and its place in the folded text."""

    group: int
    name: bytes
    start: int
    end: int


def explain(text: str, language: str = DEFAULT) -> Explanation:
    """Judge a text, and say why."""
    model = for_language(language)
    found = folded(text)
    total, first, last = _deciding(model, found)
    reasons = _reasons(model, list(_named(found, first, last)))
    start = found.words[first].start if last > first else 0
    end = found.words[last - 1].end if last > first else 0
    return Explanation(model.score(total), found.text, start, end, model.bias, reasons)


def marked(text: str, language: str = DEFAULT) -> Marked:
    """Return a text as it is folded, with what each of the words that decided says by itself:
    unlike in `explain`, a word that stands there twice is marked twice.
    """
    model = for_language(language)
    found = folded(text)
    _total, first, last = _deciding(model, found)
    start, end = 0, len(found.text)
    if end > LONGEST_MARKED and first:
        start = found.words[first].start
    end = min(end, start + LONGEST_MARKED)
    shown = found.text[:end]
    spans = [span for span in _apart(_of_words(model, found, first, last)) if span.start < end]
    levels = _levels([span.weight for span in spans])
    words = [
        (span.start, Run(shown[span.start : span.end], span.weight, level))
        for span, level in zip(spans, levels, strict=True)
        if level
    ]
    return Marked(_runs(shown, start, words), start > 0, end < len(found.text))


def _deciding(model: Model, found: Folded) -> tuple[float, int, int]:
    """Return the highest sum of a text's windows, and that window's first word and the one after
    its last.
    """
    sums = model.window_sums(features.hashed(found))
    best = max(range(len(sums)), key=sums.__getitem__)
    return sums[best], *features.spans(len(found.words))[best]


def _share(model: Model, found: list[_Named]) -> float:
    """Return what one step of a weight of the text's own features amounts to in their sum."""
    in_text = sum(feature.group != features.DRESS for feature in found)
    return model.scale / sqrt(in_text or 1)


class _Span(NamedTuple):
    """A place in the folded text, and what the words there say."""

    start: int
    end: int
    weight: float


def _of_words(model: Model, found: Folded, first: int, last: int) -> list[_Span]:
    """Return what each word of a window says, a half of each pair that it stands in included."""
    named = dict.fromkeys(_named(found, first, last))
    mask, share = len(model.table.weights) - 1, _share(model, list(named))
    own: dict[tuple[int, int], float] = {}
    of_pairs: dict[tuple[int, int], float] = {}
    worn: dict[tuple[int, int], float] = {}
    for feature in named:
        groups = {features.PAIR: of_pairs, features.DRESS: worn}
        place, group = feature[2:], groups.get(feature.group, own)
        value = model.scale * features.DRESS_VALUE if group is worn else share
        weight = model.table.weights[_hash(feature) & mask] * value
        group[place] = group.get(place, 0.0) + weight
    words = found.words[first:last]
    for before, word in pairwise(words):
        half = of_pairs.get((before.start, word.end), 0.0) / 2
        for each in (before, word):
            worn[each.start, each.end] = worn.get((each.start, each.end), 0.0) + half
    known: dict[bytes, float] = {}  # a word's own features have their place where it stands first
    spans = []
    for word in words:
        place = word.start, word.end
        of_letters = known.setdefault(
            features.key(word.stem, bool(word.number)), own.get(place, 0.0)
        )
        spans.append(_Span(*place, of_letters + worn.get(place, 0.0)))
    return spans


def _apart(spans: list[_Span]) -> list[_Span]:
    """Return spans that do not overlap: of `slot.example` an address is a word, and `slot`, too."""
    apart: list[_Span] = []
    for span in sorted(spans):
        if apart and span.start < apart[-1].end:
            last = apart.pop()
            span = _Span(last.start, max(last.end, span.end), last.weight + span.weight)
        apart.append(span)
    return apart


def _levels(weights: list[float]) -> list[int]:
    most = max(map(abs, weights), default=0.0)
    least, strong = max(MARKED, most * SHARE_MARKED), max(STRONG, most * SHARE_STRONG)
    found = []
    for weight in weights:
        level = (abs(weight) >= least) + (abs(weight) >= strong)
        found.append(level if weight > 0 else -level)
    return found


def _runs(text: str, start: int, words: list[tuple[int, Run]]) -> list[Run]:
    """Return a text from `start` on as runs, of which these are marked words and where they begin;
    neighbours of the same level are one.
    """
    runs: list[Run] = []
    for place, word in words:
        between, start = text[start:place], place + len(word.text)
        if runs and runs[-1].level == word.level and not between.strip():
            before = runs.pop()
            weight = before.weight + word.weight
            runs.append(Run(f"{before.text}{between}{word.text}", weight, word.level))
            continue
        runs += [Run(between, 0.0, 0)] if between else []
        runs.append(word)
    return [*runs, Run(text[start:], 0.0, 0)] if text[start:] else runs


def _reasons(model: Model, found: list[_Named]) -> list[Reason]:
    mask, weights = model.table.mask, model.table.weights
    share = _share(model, found)
    summed: dict[_Named, float] = {}
    worn: set[int] = set()
    for feature in found:
        code = _hash(feature) & mask
        if feature.group == features.DRESS:
            if code in worn:
                continue
            worn.add(code)
            weight = weights[code] * model.scale * features.DRESS_VALUE
        else:
            weight = weights[code] * share
        summed[feature] = summed.get(feature, 0.0) + weight
    reasons = [
        Reason(GROUPS[each.group], each.name.decode("utf-8", "replace"), weight, *each[2:])
        for each, weight in summed.items()
        if weight
    ]
    return sorted(reasons, key=lambda reason: -abs(reason.weight))[:MOST_REASONS]


def _hash(feature: _Named) -> int:
    return crc32(feature.name, feature.group)


def _named(found: Folded, first: int, last: int) -> Iterator[_Named]:
    """Yield the features of a window with their names and places."""
    usual = features.manner(found)
    known: set[bytes] = set()
    keys = [features.key(word.stem, bool(word.number)) for word in found.words]
    for at in range(first, last):
        word, whole = found.words[at], keys[at]
        if whole not in known:
            known.add(whole)
            yield _Named(features.WORD, whole, word.start, word.end)
            for piece in features.pieces(whole):
                yield _Named(features.LETTERS, piece, word.start, word.end)
        if at > first:
            yield _Named(features.PAIR, keys[at - 1] + whole, found.words[at - 1].start, word.end)
        for name in features.dress(word, features.next_word(found.words, at), usual):
            yield _Named(features.DRESS, name.encode("utf-8", "replace"), word.start, word.end)
    yield _Named(features.DRESS, features.length(last - first).encode(), 0, 0)
