"""What the spam filter costs, and how good it is on labelled texts: a sample of our own, and where
SPAM_DATA names a folder of CSV files (columns text, label; a column brand is used), on each of
those. Cross-validation, which judges each brand by what was learnt from others, is `python -m
tools.train_spam FOLDER --check`.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from time import thread_time

from pnpm.comments.spam import evaluation, letters, model
from pnpm.comments.spam.evaluation import Judged, counts, is_spam_label

from .budget import Row
from .site import TOP

SAMPLE = TOP / "tests" / "comments" / "spam" / "sample.csv"
LONGEST, ORDINARY, LOADED = 20, 0.5, 12  # milliseconds
TIMES = 5
HOSTILE = {
    "3,000 Han": "".join(chr(0x4E00 + number) for number in range(3000)),
    "1,500 words of one Han": "汉 " * 1500,
    "3,000 U+FDFA": "\ufdfa" * 3000,
    "3,000 Lontara": "ᨒᨚᨈ " * 750,
    "zalgo": "a" + "\u0336\u0301" * 10_000,
    "zero-width": "\u200b" * 20_000,
    "20,000 letters": "aB " * 7000,
    "10,000 mathematical letters": "𝐀 " * 10_000,
    "3,000 names with numbers": "".join(f"★Ab{number}★ " for number in range(400)),
    "links": "http://a.b " * 300,
}


def measure() -> Iterator[Row]:
    """Time first, then how good it is."""
    yield Row("spam filter: weights", model.WEIGHTS.stat().st_size / 1000, 150, " kB")
    yield Row("… read, at the first comment", _least(_load), LOADED, " ms")
    slowest = {name: _least(_fresh, text) for name, text in HOSTILE.items()}
    worst = max(slowest, key=slowest.__getitem__)
    yield Row("… the slowest of hostile texts", slowest[worst], LONGEST, " ms", note=worst)
    texts = [row["text"] for row in _rows(SAMPLE)]
    each = _least(lambda: [evaluation.judge(text, "id") for text in texts]) / len(texts)
    yield Row("… an ordinary comment", each, ORDINARY, " ms")
    yield from _quality(SAMPLE, recall=95, held=0)
    folder = os.environ.get("SPAM_DATA")
    for path in sorted(Path(folder).glob("*.csv")) if folder else ():
        yield from _quality(path, recall=94, held=1)


def _quality(path: Path, recall: float, held: float) -> Iterator[Row]:
    """How much spam of a file is held, and how many people."""
    language = "en" if "uci" in path.name else "id"
    limits = evaluation.shipped(language)
    judged = [
        Judged(
            evaluation.judge(row["text"], language),
            is_spam_label(row.get("label", "0")),
            row.get("brand", ""),
        )
        for row in _rows(path)
    ]
    found = counts(judged, *limits)
    certain = f"{found['spam_certain']} certain"
    if found["spam"]:
        share = 100 * found["spam_held"] / found["spam"]
        note = f"{found['spam_held']} of {found['spam']}, {certain}"
        yield Row(f"… spam of {path.name} held", share, recall, " %", at_least=True, note=note)
        brands = sorted({each.group for each in judged if each.is_spam and each.group})
        if brands:
            by_brand = [
                mean(
                    each.value >= limits[0]
                    for each in judged
                    if each.is_spam and each.group == brand
                )
                for brand in brands
            ]
            note = f"{len(brands)} brands"
            yield Row("… … mean by brand", 100 * mean(by_brand), 85, " %", at_least=True, note=note)
    if found["ham"]:
        share = 100 * found["ham_held"] / found["ham"]
        note = f"{found['ham_held']} of {found['ham']}, called spam {found['ham_certain']}"
        yield Row(f"… people of {path.name} held", share, held, " %", note=note)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _load() -> None:
    model.loaded.cache_clear()
    model.for_language("id")


def _fresh(text: str) -> None:
    """Judge as a process that has seen none of its letters, but for asking the database."""
    letters._seen.cache_clear()
    evaluation.judge(text, "id")


def _least(function, *given) -> float:
    """Return the least processor time of some calls, in milliseconds: what only another process
    made slow is not slow the next time.
    """
    times = []
    for _time in range(TIMES):
        began = thread_time()
        function(*given)
        times.append(thread_time() - began)
    return 1000 * min(times)
