"""What a text alone cannot show: the same text, name, host or telephone number in the comments of
others, and spam from the same address.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from pnpm.comments.models import Comment, Status

from .fingerprint import BINS, Kind, Mark
from .knowledge import Other
from .verdict import Evidence, Signal

WITHIN = timedelta(days=7)  # of each other: a campaign
KEPT = timedelta(days=30)
# Nearly the same text has at least this share of its smallest hashes, and so many of them.
ALIKE, FEWEST = 0.7, 3
# How much it weighs that so many other addresses wrote the same: from the number on, the weight.
Steps = tuple[tuple[int, float], ...]
Shared = list[tuple[Mark, list[Other]]]  # marks, each with the other comments that have it
COPIES: Steps = ((1, 0.5), (2, 2.0), (3, 4.0), (4, 6.0), (5, 8.0))
LONG = 20  # words of a text that several people do not write alike, as they do condolences
WEIGHTS: dict[Kind, tuple[Evidence, Steps]] = {
    Kind.NAME: (Evidence.SHARED, ((2, 1.0), (3, 2.0), (5, 6.0))),
    Kind.WORD: (Evidence.SHARED, ((3, 1.5), (5, 6.5))),
    Kind.HOST: (Evidence.HOST, ((2, 1.5), (3, 3.0), (5, 5.0))),
    Kind.PHONE: (Evidence.PHONE, ((2, 2.0), (3, 4.0), (5, 6.0))),
}
# What many write in common tells of a campaign where their texts, on average, are so much like
# advertisements: people's are at -4.8, seldom above -3; those of new brands in plain letters at
# -0.3. Elsewhere it is a condolence, say, and weighs at most DOUBTFUL; a word is a village's name,
# and weighs nothing.
ON_AVERAGE, DOUBTFUL = -3.0, 1.5
AMONG_SPAM = 3.0  # more, if one of those others is spam
SPAM_ADDRESS = 2.0


def signals(
    shared: Shared,
    marks: Sequence[Mark],
    words: int,
    address: str,
    usual: Callable[[], str],
) -> list[Signal]:
    """Return what those comments of others say of one that shares these of its marks with them, has
    so many words, and came from that address (its hash). `usual` gives a text in small letters
    whose words are nothing unusual here, the article's, if that matters.
    """
    found = _copies(marks, shared, address, words)
    strongest: dict[Evidence, Signal] = {}
    for mark, others in shared:
        signal = _of(mark, others, address, usual)
        if signal and signal.weight > strongest.get(signal.kind, signal._replace(weight=0)).weight:
            strongest[signal.kind] = signal
    return [*found, *strongest.values()]


def forget_old(connection: Connection, moment: datetime) -> None:
    """Remove the marks of comments older than KEPT, in the caller's transaction."""
    is_old = Comment.marks.is_not(None), Comment.created_at < moment - KEPT
    connection.execute(update(Comment).where(*is_old).values(marks=None))


def is_unknown(connection: Connection, name: str) -> bool:
    """Return whether nobody of that name was published yet."""
    return connection.scalar(_KNOWN, {"name": name}) is None


def _copies(marks: Sequence[Mark], shared: Shared, own: str, words: int) -> list[Signal]:
    """Return the signal of comments that are nearly the same text, if there are any; `words` is how
    many it has.
    """
    bins = sum([mark.kind is Kind.COPY for mark in marks])
    least = max(FEWEST, ALIKE * min(bins, BINS))
    alike_in_part = [others for mark, others in shared if mark.kind is Kind.COPY]
    if len(alike_in_part) < least:  # most texts: no other can have so many of its hashes
        return []
    common: dict[int, int] = defaultdict(int)
    by_number: dict[int, Other] = {}
    for others in alike_in_part:
        for other in others:
            common[other.comment_id] += 1
            by_number[other.comment_id] = other
    alike = [by_number[number] for number, count in common.items() if count >= least]
    if not alike or any(other.is_approved for other in alike):
        return []
    # The same address sends the same text under several articles: as telling as another address.
    count = len({other.address for other in alike} - {own})
    count += sum(other.address == own for other in alike)
    weight = _weight(COPIES, count)
    if words < LONG:
        weight = _tempered(weight, alike, DOUBTFUL)
    weight += AMONG_SPAM * any(other.is_spam for other in alike)
    return [Signal(Evidence.COPY, weight, str(count))] if weight else []


def _of(mark: Mark, others: list[Other], own: str, usual: Callable[[], str]) -> Signal | None:
    """Return the signal of a mark that other comments have, too, if it is one."""
    if mark.kind not in WEIGHTS:
        return None
    kind, steps = WEIGHTS[mark.kind]
    weight = _weight(steps, len({other.address for other in others} - {own}))
    # an unusual word may be a village's name, which one advertisement may mention, too
    is_among_spam = sum([other.is_spam for other in others]) >= (2 if mark.kind is Kind.WORD else 1)
    if not weight and not is_among_spam:  # most marks: what follows need not be asked
        return None
    if any(other.is_approved for other in others):
        return None
    if mark.kind in (Kind.NAME, Kind.WORD):
        weight = _tempered(weight, others, DOUBTFUL if mark.kind is Kind.NAME else 0.0)
    if is_among_spam:
        weight += AMONG_SPAM
    if not weight or (mark.kind in (Kind.NAME, Kind.WORD) and mark.text in usual()):
        return None
    return Signal(kind, weight, mark.text)


def _tempered(weight: float, others: list[Other], most: float) -> float:
    """Return the weight of what these comments have in common, `most` if they are like people's."""
    if weight <= most:
        return weight
    average = sum([other.total for other in others]) / len(others) / 100
    return weight if average >= ON_AVERAGE else most


def _weight(steps: Steps, count: int) -> float:
    return max([0.0, *[weight for number, weight in steps if count >= number]])


_KNOWN = (
    select(Comment.id)
    .where(Comment.name == bindparam("name"), Comment.status == Status.PUBLISHED)
    .limit(1)
)
