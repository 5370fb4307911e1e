"""Trains the spam filter's weights, pnpm/comments/spam/weights.bin, and says how good they are.

`python -m tools.train_spam FOLDER` writes the weights: the same from the same data.
With `--check` it writes nothing, and says what 5-fold cross-validation finds, split by brand, so
that no advertisement of a brand is judged by what was learnt from another of it; it also sets the
thresholds. It needs tools/requirements.txt.
"""

import csv
import json
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from pnpm.comments.spam import features
from pnpm.comments.spam.folding import Folded, folded
from pnpm.comments.spam.model import WEIGHTS, Model
from tools import spam_material as material

SEED = 14
FOLDS = 5
SIZES = {"id": 1 << 17, "en": 1 << 14}
STRENGTH = {"id": 2.0, "en": 2.0}  # of what is learnt against keeping weights small (C)
# Half of what is allowed for spam, as other people write otherwise than these.
HELD, UNSEEN = 0.002, 0.0001  # of people: who may wait, and whose comment may be called spam
# people's windows that a first training took for advertisements are learnt this many times more
EMPHASIS = 4
DOUBT = 2.0  # a sum so far on the other side of 0 tells of a wrong label
SOURCES = {
    "id": (
        "judol_comments.csv: gbennnn/judol-comment-classification, MIT",
        "ham_nusax.csv: IndoNLP/nusax, CC BY-SA 4.0",
        "ham_indonlu.csv: IndoNLP/indonlu, Apache 2.0 (cards say CC BY-SA 4.0)",
        "tools/spam_material.py: this project, MIT",
    ),
    "en": ("uci_youtube_spam_collection.csv: UCI YouTube Spam Collection, CC BY 4.0",),
}


class Text(NamedTuple):
    """A text, whether it advertises, its brand ("" if unknown), and the file that it is from."""

    text: str
    is_spam: bool
    brand: str
    source: str


def main() -> None:
    """Train, or only check."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    parser.add_argument("--worst", type=int, default=0, help="print so many of the worst errors")
    options = parser.parse_args()
    texts = [*judol(options.folder), *ham(options.folder)]
    validation = cross_validated(texts)
    report(validation, options.worst)
    english = list(uci(options.folder))
    sure = report_english(english)
    if not options.check:
        models = {
            "id": trained("id", believed(validation), thresholds(validation)),
            "en": trained("en", english, (0.0, sure)),
        }
        write(models)


def judol(folder: Path) -> Iterator[Text]:
    """Yield the Indonesian collection, without what its makers suspect to be labelled wrongly."""
    for row in _rows(folder / "judol_comments.csv"):
        if row["suspect"] == "0":
            yield Text(row["text"], row["label"] == "1", _family(row["brand"]), "judol")


def ham(folder: Path) -> Iterator[Text]:
    """Yield ordinary Indonesian prose."""
    for name in ("nusax", "indonlu"):
        for row in _rows(folder / f"ham_{name}.csv"):
            yield Text(row["text"], False, "", name)


def uci(folder: Path) -> Iterator[Text]:
    """Yield the English collection."""
    for row in _rows(folder / "uci_youtube_spam_collection.csv"):
        yield Text(row["text"], row["label"] == "1", "", "uci")


class Judged(NamedTuple):
    """A text with its highest sum, and its sums in the middle of 60 and 200 harmless words."""

    text: Text
    total: float
    padded: tuple[float, ...]


def cross_validated(texts: Sequence[Text]) -> list[Judged]:
    """Return each text as judged by what was learnt from other brands and other people."""
    random = Random(SEED)
    brands = sorted({text.brand for text in texts if text.brand})
    random.shuffle(brands)
    fold_of = {brand: number % FOLDS for number, brand in enumerate(brands)}
    folds = [fold_of[text.brand] if text.brand else random.randrange(FOLDS) for text in texts]
    judged = []
    for fold in range(FOLDS):
        began = time.monotonic()
        rest = [text for text, its in zip(texts, folds, strict=True) if its != fold]
        model = trained("id", rest, (0.0, 0.0))
        harmless = [
            t.text for t, its in zip(texts, folds, strict=True) if its == fold and not t.is_spam
        ]
        for text, its in zip(texts, folds, strict=True):
            if its == fold:
                judged.append(Judged(text, total(model, text.text), ()))
                if text.is_spam and random.random() < 0.25:
                    sums = tuple(
                        total(model, material.padded(text.text, harmless, count, random))
                        for count in (60, 200)
                    )
                    judged[-1] = judged[-1]._replace(padded=sums)
        print(f"fold {fold + 1}: {time.monotonic() - began:.0f} s", flush=True)
    return judged


def total(model: Model, text: str) -> float:
    """Return the highest sum of a text."""
    return max(model.window_sums(features.hashed(folded(text))))


def thresholds(judged: Sequence[Judged]) -> tuple[float, float]:
    """Return from which sum on a text waits, and from which on it is spam: what people's sums reach
    in the given shares, in the collection where they reach most.
    """
    groups = [
        [each.total for each in _people(judged, (source,))] for source in ("judol", "indonlu")
    ]
    hold, spam = (max(at_share(group, share) for group in groups) for share in (HELD, UNSEEN))
    return hold, spam


def at_share(totals: Iterable[float], share: float) -> float:
    """Return a sum that only that share of the given ones is above."""
    ordered = sorted(totals, reverse=True)
    return ordered[int(len(ordered) * share)] + 1e-6


def believed(judged: Sequence[Judged]) -> list[Text]:
    """Return the texts whose labels are worth learning. Read by eye, advertisements without a brand
    that look like people are nearly all labelled wrongly, and so are the few people of the same
    collection that look most like advertisements.
    """
    kept = []
    for each in judged:
        is_doubtful = each.text.source == "judol" and not each.text.brand
        if is_doubtful and each.text.is_spam and each.total < -DOUBT:
            continue
        if is_doubtful and not each.text.is_spam and each.total > DOUBT:
            continue
        kept.append(each.text)
    print(f"{len(judged) - len(kept)} texts are labelled wrongly, and not learnt")
    return kept


def report(judged: Sequence[Judged], worst: int) -> None:
    """Print what cross-validation found."""
    spam = [each for each in judged if each.text.is_spam]
    hold, sure = thresholds(judged)
    points = [
        (
            f"{share:.1%} of judol's people",
            at_share([e.total for e in _people(judged, ("judol",))], share),
        )
        for share in (0.005, 0.002)
    ]
    for name, least in (*points, ("held as shipped", hold), ("spam as shipped", sure)):
        recall = sum(each.total >= least for each in spam) / len(spam)
        brands: dict[str, list[bool]] = {}
        for each in spam:
            if each.text.brand:
                brands.setdefault(each.text.brand, []).append(each.total >= least)
        by_brand = np.mean([np.mean(found) for found in brands.values()])
        held = {
            source: np.mean([each.total >= least for each in _people(judged, (source,))])
            for source in ("judol", "nusax", "indonlu")
        }
        print(
            f"{name} (sum {least:.2f}): recall {recall:.4f}, mean by brand {by_brand:.4f}, people "
            + ", ".join(f"{source} {share:.3%}" for source, share in held.items())
        )
        for at, count in enumerate((60, 200)):
            found = [each.padded[at] >= least for each in spam if each.padded]
            print(f"  amid {count} harmless words: {np.mean(found):.4f}")
    for title, errors in (
        ("people", sorted(_people(judged, ("judol", "nusax", "indonlu")), key=lambda e: -e.total)),
        ("advertisements", sorted(spam, key=lambda e: e.total)),
    ):
        for each in errors[:worst]:
            print(
                title,
                f"{each.total:.2f}",
                each.text.source,
                each.text.brand,
                repr(each.text.text[:200]),
            )


def report_english(texts: Sequence[Text]) -> float:
    """Print how good half of the English collection makes weights for the other half, and return
    from which sum on a text is spam.
    """
    scores, people = [], []
    for seed in range(5):
        shuffled = list(texts)
        Random(seed).shuffle(shuffled)
        half = len(shuffled) // 2
        model = trained("en", shuffled[:half], (0.0, 0.0))
        sums = [(total(model, text.text), text.is_spam) for text in shuffled[half:]]
        people += [each for each, is_spam in sums if not is_spam]
        found = [(each >= 0, is_spam) for each, is_spam in sums]
        right = sum(said and spam for said, spam in found)
        scores.append(2 * right / (sum(s for s, _ in found) + sum(s for _, s in found)))
    print(
        f"English, half against half, 5 times: F1 {np.mean(scores):.4f} (least {min(scores):.4f})"
    )
    return at_share(people, UNSEEN)


def trained(language: str, texts: Sequence[Text], limits: tuple[float, float]) -> Model:
    """Return weights, in signed bytes as they are shipped."""
    if language == "id":
        samples = list(augmented(texts))
    else:
        samples = [(text.text, text.is_spam, 1.0) for text in texts]
    rows, labels, weights = matrix(samples, SIZES[language])
    learner = LogisticRegression(
        C=STRENGTH[language], solver="liblinear", random_state=SEED, max_iter=200, tol=1e-3
    )
    learner.fit(rows, labels, weights)
    if language == "id":
        sums = learner.decision_function(rows)
        weights[(sums > -1) & (labels == 0)] *= EMPHASIS
        learner.fit(rows, labels, weights)
    coefficients = learner.coef_[0]
    scale = float(np.abs(coefficients).max() / 127)
    whole = np.rint(coefficients / scale).astype(np.int8)
    table = features.Table(memoryview(whole.tobytes()).cast("b"))
    return Model(table, scale, float(learner.intercept_[0]), *limits)


def augmented(texts: Sequence[Text]) -> Iterator[tuple[str, bool, float]]:
    """Yield texts with what is to be learnt of them, and how much each counts: also with names that
    nobody knows in place of the known, in the middle of other words, and of our own making.
    """
    random = Random(SEED)
    people = [text.text for text in texts if not text.is_spam]
    known = {text.brand for text in texts if text.brand}
    for text in texts:
        if not text.is_spam:
            yield text.text, False, 1.0
            if random.random() < 0.04:
                yield material.in_fancy_letters(text.text, random), False, 1.0
            continue
        yield text.text, True, 0.5
        masked = without_brand(text, random)
        if masked:
            yield masked, True, 1.0
        if random.random() < 0.5:
            count = random.choice((10, 20, 29))
            yield material.padded(masked or text.text, people, count, random), True, 0.7
    for _number in range(4000):
        name = material.brand(random)
        if name not in known:
            yield material.advertisement(random), True, 0.5
    for _number in range(7000):
        yield material.remark(random), False, 1.0
    for _number in range(2500):
        yield material.letter(random), False, 1.0
        yield material.in_fancy_letters(material.remark(random), random), False, 0.5
        joined = " ".join(random.choices(people, k=random.randrange(2, 7)))
        yield joined, False, 1.0


def without_brand(text: Text, random: Random) -> str:
    """Return an advertisement with another name in place of its brand; "" if that is not found."""
    if not text.brand:
        return ""
    found = folded(text.text)
    if len(found.text) != len(text.text):
        return _around(found, text.brand, random, found.text)
    return _around(found, text.brand, random, text.text)


def matrix(
    samples: Iterable[tuple[str, bool, float]], size: int
) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """Return the features of all windows of people's texts and of whole advertisements, with labels
    and weights.
    """
    indices: list[int] = []
    values: list[float] = []
    ends, labels, weights = [0], [], []
    for text, is_spam, weight in samples:
        rows = features.vectors(folded(text))
        rows = rows[:1] if is_spam else rows
        for row in rows:
            indices += [code & (size - 1) for code in row]
            values += row.values()
            ends.append(len(indices))
            labels.append(is_spam)
            weights.append(weight)
    table = csr_matrix(
        (np.array(values), np.array(indices, dtype=np.int32), np.array(ends, dtype=np.int64)),
        shape=(len(labels), size),
    )
    table.sum_duplicates()
    return table, np.array(labels, dtype=np.int8), np.array(weights)


def write(models: dict[str, Model]) -> None:
    """Write the weights of all languages, after a line that says what they are."""
    languages: dict[str, dict[str, object]] = {}
    tables = b""
    for language, model in models.items():
        languages[language] = {
            "at": len(tables),
            "size": len(model.table.weights),
            **{name: round(getattr(model, name), 6) for name in ("scale", "bias", "hold", "spam")},
            "trained_on": SOURCES[language],
        }
        tables += bytes(model.table.weights)
    header = {
        "what": "weights of pnpm.comments.spam, written by tools/train_spam.py",
        "licence": "CC BY-SA 4.0, see weights.LICENSE",
        "languages": languages,
    }
    WEIGHTS.write_bytes(json.dumps(header).encode() + b"\n" + tables)
    print(f"{WEIGHTS}: {WEIGHTS.stat().st_size} bytes")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _family(brand: str) -> str:
    """Return one name for the spellings of a brand."""
    return brand.replace("0", "o").replace("pulautujuhtujuhtujuh", "pulau777")


def _people(judged: Iterable[Judged], sources: Sequence[str]) -> list[Judged]:
    return [each for each in judged if not each.text.is_spam and each.text.source in sources]


def _around(found: Folded, brand: str, random: Random, shown: str) -> str:
    name = material.dressed(material.brand(random), random)
    stem = brand.rstrip("0123456789d")
    for word in found.words:
        plain = word.text.replace("0", "o")
        if plain == brand or (len(stem) > 3 and word.stem == stem) or plain.startswith(brand):
            return f"{shown[: word.start]}{name}{shown[word.end :]}"
    return ""


if __name__ == "__main__":
    main()
