"""Scores a text: how much it looks like an advertisement of gambling (Indonesian), or of oneself
(English), by the weights in weights.bin.

The weights are trained by tools/train_spam.py, which says on what; the file's first line names it,
and weights.LICENSE has the licences. They are read when the first text is judged.
"""

import json
from functools import cache
from math import exp
from pathlib import Path
from typing import NamedTuple

from . import features
from .folding import folded

WEIGHTS = Path(__file__).with_name("weights.bin")
LARGEST = 150_000  # bytes of that file
DEFAULT = "id"  # the language whose weights judge where a language has none


class Score(NamedTuple):
    """What the model says of a text: `value` from 0 (a person) to 1 (an advertisement); whether it
    should wait for a moderator, and whether it is spam without anybody looking.
    """

    value: float
    holds: bool
    is_spam: bool


class Model(NamedTuple):
    """The weights for a language: a table of signed bytes, each `scale` times as much; and
    the sums from which on a text waits, or is spam.
    """

    table: features.Table
    scale: float
    bias: float
    hold: float
    spam: float

    def window_sums(self, text: features.Hashed) -> list[float]:
        """Return the sum of the whole text, and of each window: below 0 is rather a person."""
        return [self.bias + self.scale * total for total in self.table.totals(text)]

    def score(self, total: float) -> Score:
        """Return the score of a text's highest sum."""
        value = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
        return Score(value, total >= self.hold, total >= self.spam)


def judge(text: str, language: str = DEFAULT) -> Score:
    """Judge a text of any length by the weights for a language (`id` or `en`; those of DEFAULT for
    another one). Never raises for any text; takes at most 20 ms.
    """
    model = for_language(language)
    return model.score(max(model.window_sums(features.hashed(folded(text)))))


def for_language(language: str) -> Model:
    """Return the weights for a language, or those of DEFAULT."""
    models = loaded(WEIGHTS)
    return models.get(language, models[DEFAULT])


@cache
def loaded(path: Path) -> dict[str, Model]:
    """Return the weights of a file by language."""
    content = path.read_bytes()
    line, _end, rest = content.partition(b"\n")
    tables = memoryview(rest).cast("b")
    models = {}
    for language, part in json.loads(line)["languages"].items():
        weights = tables[part["at"] : part["at"] + part["size"]]
        numbers = (part[name] for name in ("scale", "bias", "hold", "spam"))
        models[language] = Model(features.Table(weights), *numbers)
    return models
