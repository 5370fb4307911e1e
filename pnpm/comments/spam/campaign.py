"""What a text alone cannot show: the same text, name, host or telephone number in the comments of
others, and spam from the same address.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy import Connection, Integer, bindparam, case, delete, insert, select

from pnpm.comments.models import Comment, Status
from pnpm.db.types import AnyRow, Moment

from . import tables
from .fingerprint import BINS, HALF, Kind, Mark
from .verdict import Evidence, Signal

WITHIN = timedelta(days=7)  # of each other: a campaign
KEPT = timedelta(days=30)
MOST_KEPT = 100_000  # comments whose marks are kept
MOST_FOUND = 100  # marks of others that are looked at, the newest
MOST_MARKS = 24  # of a comment
# Nearly the same text has at least this share of its smallest hashes, and so many of them.
ALIKE, FEWEST = 0.7, 3
# How much it weighs that so many other addresses wrote the same: from the number on, the weight.
Steps = tuple[tuple[int, float], ...]
COPIES: Steps = ((1, 0.5), (2, 2.0), (3, 4.0), (4, 6.0), (5, 8.0))
LONG = 20  # words of a text that several people do not write alike, as they do condolences
WEIGHTS: dict[Kind, tuple[Evidence, Steps]] = {
    Kind.NAME: (Evidence.SHARED, ((2, 1.0), (3, 2.0), (5, 6.0))),
    Kind.WORD: (Evidence.SHARED, ((3, 1.5), (5, 5.0))),
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


# So many comments with the same mark suffice: the mark of another is not stored, so that what many
# people write does not make their posts slow.
CROWD = 6


class Shared(NamedTuple):
    """What a comment shares with others: the signals of that, and those of its marks that are worth
    storing.
    """

    signals: list[Signal]
    marks: list[Mark]


def sought(marks: Sequence[Mark], moment: datetime, ignored: int) -> dict[str, Any]:
    """Return the values for OTHERS: the marks of a comment, and its number if it is stored
    already (0: it is not).
    """
    numbers = [*dict.fromkeys(mark.number for mark in marks), *([0] * MOST_MARKS)][:MOST_MARKS]
    by_place: dict[str, Any] = {f"mark{place}": number for place, number in enumerate(numbers)}
    return by_place | {"since": moment - WITHIN, "ignored": ignored}


def shared(
    rows: Iterable[AnyRow],
    marks: Sequence[Mark],
    words: int,
    address: str,
    usual: Callable[[], str],
) -> Shared:
    """Return what the comments of the last days, those rows of OTHERS, say of one with these marks
    and so many words, from that address (its hash). `usual` gives a text in small letters whose
    words are nothing unusual here, the article's, if that matters.
    """
    by_number = {mark.number: mark for mark in marks[:MOST_MARKS]}
    own = _short(address)
    others: dict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        others[row.mark].append(row)
    by_mark = {by_number[number]: alike for number, alike in others.items()}
    found = [*_copies(marks, by_mark, own, words)]
    strongest: dict[Evidence, Signal] = {}
    for mark, alike in by_mark.items():
        signal = _of(mark, alike, own, usual)
        if signal and signal.weight > strongest.get(signal.kind, signal._replace(weight=0)).weight:
            strongest[signal.kind] = signal
    crowded = {number for number, alike in others.items() if len(alike) >= CROWD}
    worth_storing = [mark for number, mark in by_number.items() if number not in crowded]
    return Shared([*found, *strongest.values()], worth_storing)


def note(
    connection: Connection, comment_id: int, marks: Iterable[Mark], address: str, total: float
) -> None:
    """Store the marks of a comment, in the caller's transaction, if they are not stored yet;
    `total` is what its text says by itself.
    """
    common = {"comment_id": comment_id, "address": _short(address), "total": round(total * 100)}
    numbers = sorted({mark.number for mark in marks})[:MOST_MARKS]
    if numbers:
        connection.execute(_NOTED, [common | {"mark": number} for number in numbers])


def forget(connection: Connection, comment_id: int, marks: Iterable[Mark]) -> None:
    """Remove these marks of a comment, in the caller's transaction, before it is changed."""
    table = tables.fingerprints
    numbers = [mark.number for mark in marks]
    connection.execute(
        delete(table).where(table.c.mark.in_(numbers), table.c.comment_id == comment_id)
    )


def forget_old(connection: Connection, moment: datetime) -> None:
    """Remove the marks of comments older than KEPT, and of those before the last MOST_KEPT, in the
    caller's transaction.
    """
    newest_first = select(Comment.id).order_by(Comment.id.desc())
    old = connection.scalars(newest_first.where(Comment.created_at < moment - KEPT).limit(1))
    beyond = connection.scalars(newest_first.offset(MOST_KEPT).limit(1))
    last = max(old.first() or 0, beyond.first() or 0)
    table = tables.fingerprints
    connection.execute(delete(table).where(table.c.comment_id <= last))


def is_unknown(connection: Connection, name: str) -> bool:
    """Return whether nobody of that name was published yet."""
    return connection.scalar(_KNOWN, {"name": name}) is None


def _copies(
    marks: Sequence[Mark], by_mark: dict[Mark, list[AnyRow]], own: int, words: int
) -> list[Signal]:
    """Return the signal of comments that are nearly the same text, if there are any; `words` is how
    many it has.
    """
    bins = sum(mark.kind is Kind.COPY for mark in marks)
    common: dict[int, int] = defaultdict(int)
    rows: dict[int, AnyRow] = {}
    for mark, others in by_mark.items():
        if mark.kind is Kind.COPY:
            for row in others:
                common[row.comment_id] += 1
                rows[row.comment_id] = row
    least = max(FEWEST, ALIKE * min(bins, BINS))
    alike = [rows[number] for number, count in common.items() if count >= least]
    if not alike:
        return []
    if any(row.is_approved for row in alike):
        return []
    # The same address sends the same text under several articles: as telling as another address.
    count = len({row.address for row in alike} - {own}) + sum(row.address == own for row in alike)
    weight = _weight(COPIES, count)
    if words < LONG:
        weight = _tempered(weight, alike, DOUBTFUL)
    weight += AMONG_SPAM * any(row.is_spam for row in alike)
    return [Signal(Evidence.COPY, weight, str(count))] if weight else []


def _of(mark: Mark, others: list[AnyRow], own: int, usual: Callable[[], str]) -> Signal | None:
    """Return the signal of a mark that other comments have, too, if it is one."""
    if mark.kind not in WEIGHTS or any(row.is_approved for row in others):
        return None
    kind, steps = WEIGHTS[mark.kind]
    weight = _weight(steps, len({row.address for row in others} - {own}))
    if mark.kind in (Kind.NAME, Kind.WORD):
        weight = _tempered(weight, others, DOUBTFUL if mark.kind is Kind.NAME else 0.0)
    if any(row.is_spam for row in others):
        weight += AMONG_SPAM
    if not weight or (mark.kind in (Kind.NAME, Kind.WORD) and mark.text in usual()):
        return None
    return Signal(kind, weight, mark.text[: tables.NAME_LENGTH])


def _tempered(weight: float, others: list[AnyRow], most: float) -> float:
    """Return the weight of what these comments have in common, `most` if they are like people's."""
    average = sum(row.total for row in others) / len(others) / 100
    return weight if average >= ON_AVERAGE else min(weight, most)


def _weight(steps: Steps, count: int) -> float:
    return max((weight for number, weight in steps if count >= number), default=0.0)


def _short(address: str) -> int:
    return crc32(address.encode()) - HALF


_marks = tables.fingerprints.c
# what moderators published: what it shares with others is no sign of spam then
_APPROVED = (Comment.status == Status.PUBLISHED) & Comment.moved_at.is_not(None)
# with as many marks as a comment may have, so that the query is always the same, and columns of
# numbers, which need no conversion: each comment asks it
OTHERS = (
    select(
        _marks.mark,
        _marks.comment_id,
        _marks.address,
        _marks.total,
        case((Comment.status == Status.SPAM, 1), else_=0).label("is_spam"),
        case((_APPROVED, 1), else_=0).label("is_approved"),
    )
    .join(Comment, Comment.id == _marks.comment_id)
    .where(
        _marks.mark.in_([bindparam(f"mark{place}", type_=Integer) for place in range(MOST_MARKS)]),
        Comment.created_at > bindparam("since", type_=Moment),
        _marks.comment_id != bindparam("ignored"),
    )
    .order_by(_marks.comment_id.desc())
    .limit(MOST_FOUND)
)
_NOTED = insert(tables.fingerprints)
SPAM = (
    select(Comment.id)
    .where(Comment.address_hash == bindparam("address"), Comment.status == Status.SPAM)
    .limit(1)
)
_KNOWN = (
    select(Comment.id)
    .where(Comment.name == bindparam("name"), Comment.status == Status.PUBLISHED)
    .limit(1)
)
