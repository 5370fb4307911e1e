"""What this site's moderators decide, and what was published and stayed, changes how its next
comments are judged: weights of its own, added to those that the filter ships with.

A lesson moves the weights of a comment's features a step (logistic regression, learning as texts
come), and is kept with its steps, so that it is taken back exactly when the decision is undone. The
weights are one row, unpacked again only when it has changed.
"""

import secrets
import sys
import zlib
from array import array
from base64 import b64decode, b64encode
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from pnpm.db.types import AnyRow

from . import features, tables
from .fingerprint import Kind, Mark
from .verdict import probability

SIZE = 1 << 14  # weights
UNIT = 1 / 4096  # what weights are counted in: whole numbers, so that taking back is exact
LONGEST_LESSONS = 1000  # kept so that they can be taken back; older ones stay learnt
# what learning here may add to a text's sum: a comment is not called spam by that alone, but any
# may be let in by it
LEAST, MOST = -8.0, 2.0
# How far one lesson moves the sum of the same text: of a moderator's decision, and of a comment
# that was only published. People who are held count more than spam that is not.
DECIDED_SPAM, DECIDED_HAM, PUBLISHED = 1.5, 3.0, 0.8
# How words are dressed is learnt little: that a shop is called Jaya88 says nothing of other names
# with numbers, but the name itself does, and counts as much as all of the text.
DRESS_VALUE = features.DRESS_VALUE / 5
MARGIN = 2.0  # a lesson goes on until the sum is so far on the right side of where texts wait
HIGHEST = 1 << 30
# A lesson is worth its while from this sum of a person's text on: half of all are at -4.8, one in
# twenty is above.
UNSURE = -2.6


class Weights:
    """The site's own weights: `table` is None before the first lesson.
    `packed` is how the database has them, as text, which every engine and every backup can hold:
    the same on machines of either byte order.
    """

    def __init__(self, packed: str) -> None:
        self.table = _unpacked(packed) if packed else None
        self._looked_up: features.Table | None = None

    @property
    def packed(self) -> str:
        """Return them as text."""
        table = array("i", self.table or bytes(SIZE * 4))
        if sys.byteorder == "big":
            table.byteswap()
        return b64encode(zlib.compress(table.tobytes(), 1)).decode()

    def move(self, steps: dict[int, int]) -> None:
        """Add steps to the weights, by their places."""
        table = self.table = self.table or array("i", bytes(SIZE * 4))
        self._looked_up = None
        for at, step in steps.items():
            table[at] = min(HIGHEST, max(-HIGHEST, table[at] + step))

    def totals(self, text: features.Hashed, marks: Iterable[Mark]) -> list[float]:
        """Return what was learnt here of each window of a text with these marks, as sums of the
        model.
        """
        if self.table is None:
            return [0.0] * len(text.windows)
        of_names = sum(self.table[at] for at in _names(marks))
        if self._looked_up is None:
            self._looked_up = features.Table(self.table)
        found = ((total + of_names) * UNIT for total in self._looked_up.totals(text))
        return [min(MOST, max(LEAST, total)) for total in found]


class Lesson(NamedTuple):
    """A text to be learnt from: its features and marks, the sums of its windows by the weights that
    the filter ships with, and whether it is spam.
    """

    text: features.Hashed
    marks: list[Mark]
    sums: list[float]
    is_spam: bool


def read(connection: Connection) -> Weights:
    """Return the site's weights."""
    return Weights(connection.scalar(_PACKED) or "")


def tell_of_decisions(connection: Connection) -> None:
    """Let every process read anew what moderators have decided, in the caller's transaction."""
    connection.execute(_DECIDED, {"token": secrets.token_hex(8)})


def teach(
    connection: Connection,
    comment_id: int,
    text: features.Hashed,
    marks: Iterable[Mark],
    sums: list[float],
    is_spam: bool,
    is_decided: bool,
) -> None:
    """Learn from a comment, in the caller's transaction. `sums` are those of its windows by the
    weights that the filter ships with, 0 where texts begin to wait. What was learnt from the
    comment before has been taken back.
    """
    own = Weights(_locked(connection).packed)
    steps = _lesson(own, text, marks, sums, is_spam, is_decided)
    if not steps:
        return
    _save(connection, own, steps)
    kept = [[at, step] for at, step in sorted(steps.items()) if step]
    lesson = {"comment_id": comment_id, "is_spam": is_spam, "is_decided": is_decided}
    connection.execute(insert(tables.lessons).values(**lesson, steps=kept))
    _drop_old(connection)


def train(connection: Connection, lessons: Iterable[Lesson]) -> None:
    """Learn from texts of one's own, in the caller's transaction, in their order. That cannot be
    taken back one by one, only altogether, by `reset`.
    """
    own = Weights(_locked(connection).packed)
    for lesson in lessons:
        own.move(_lesson(own, lesson.text, lesson.marks, lesson.sums, lesson.is_spam, True))
    _save(connection, own, {})


def reset(connection: Connection) -> None:
    """Take back all that was learnt here, in the caller's transaction."""
    _locked(connection)
    connection.execute(delete(tables.lessons))
    connection.execute(_MOVED, {"new_packed": "", "new_version": ""})


def is_learnt(connection: Connection, comment_id: int) -> bool:
    """Return whether something was learnt from that comment."""
    query = select(tables.lessons.c.comment_id).where(tables.lessons.c.comment_id == comment_id)
    return connection.scalar(query) is not None


def forget(connection: Connection, comment_ids: list[int]) -> None:
    """Take back what was learnt from these comments, in the caller's transaction."""
    learnt = tables.lessons.c.comment_id.in_(comment_ids)
    if connection.scalar(select(func.count()).where(learnt)) == 0:
        return
    own = Weights(_locked(connection).packed)
    steps: dict[int, int] = {}
    for lesson in connection.execute(select(tables.lessons.c.steps).where(learnt)):
        for at, step in lesson.steps:
            steps[at] = steps.get(at, 0) - step
    _save(connection, own, steps)
    connection.execute(delete(tables.lessons).where(learnt))


def is_unsure(total: float) -> bool:
    """Return whether there is something to learn from a published text of that sum."""
    return total > UNSURE


def _lesson(
    own: Weights,
    text: features.Hashed,
    marks: Iterable[Mark],
    sums: list[float],
    is_spam: bool,
    is_decided: bool,
) -> dict[int, int]:
    """Return the steps of what a text teaches, by the places of the weights; none if it is learnt
    already.
    """
    marks = list(marks)
    both = [one + other for one, other in zip(sums, own.totals(text, marks), strict=True)]
    place = max(range(len(both)), key=both.__getitem__)
    is_learnt_already = both[place] > -UNSURE if is_spam else not is_unsure(both[place])
    if is_learnt_already:
        return {}
    pace = _pace(both[place], is_spam, is_decided) / UNIT
    # of what nobody decided, a new brand's name must not be learnt as a person's
    steps = dict.fromkeys(_names(marks) if is_decided else (), round(pace))
    for code, value in features.vector(text, text.windows[place], DRESS_VALUE).items():
        at = code & (SIZE - 1)
        steps[at] = steps.get(at, 0) + round(pace * value)
    return steps


def _names(marks: Iterable[Mark]) -> set[int]:
    """Return the places of the weights of names and unusual words, which a site's own are."""
    return {mark.number & (SIZE - 1) for mark in marks if mark.kind in (Kind.NAME, Kind.WORD)}


def _pace(total: float, is_spam: bool, is_decided: bool) -> float:
    """Return how far a lesson moves a text's sum, roughly: less the surer it is already."""
    if is_spam:
        return (DECIDED_SPAM if is_decided else 0.0) * (1 - probability(total - MARGIN))
    return -(DECIDED_HAM if is_decided else PUBLISHED) * probability(total + MARGIN)


_PACKED = select(tables.weights.c.packed).where(tables.weights.c.id == 1)
_ROW = select(tables.weights).where(tables.weights.c.id == 1).with_for_update()


def _locked(connection: Connection) -> AnyRow:
    """Return the row of the weights, locked until the end of the transaction: the migration makes
    it.
    """
    return connection.execute(_ROW).one()


_MOVED = (
    update(tables.weights)
    .where(tables.weights.c.id == 1)
    .values(packed=bindparam("new_packed"), version=bindparam("new_version"))
)


_DECIDED = update(tables.weights).where(tables.weights.c.id == 1).values(decided=bindparam("token"))


def _save(connection: Connection, own: Weights, steps: dict[int, int]) -> None:
    own.move(steps)
    connection.execute(_MOVED, {"new_packed": own.packed, "new_version": secrets.token_hex(8)})


def _drop_old(connection: Connection) -> None:
    ids = tables.lessons.c.comment_id
    newest = connection.scalars(
        select(ids).order_by(ids.desc()).offset(LONGEST_LESSONS).limit(1)
    ).first()
    if newest is not None:
        connection.execute(delete(tables.lessons).where(ids <= newest))


def _unpacked(packed: str) -> "array[int]":
    """Return the weights, all 0 if the text is not theirs: archives may hold anything."""
    table = array("i", bytes(SIZE * 4))
    with suppress(ValueError, zlib.error):
        unpacked = zlib.decompressobj().decompress(b64decode(packed), SIZE * 4)
        if len(unpacked) == SIZE * 4:
            table = array("i", unpacked)
    if sys.byteorder == "big":
        table.byteswap()
    return table
