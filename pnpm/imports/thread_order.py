"""In which order the comments of a thread are taken in, and what each of them answers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """A comment where it stood: its number, its key, the key of what it answers (empty: nothing),
    its moment in seconds since 1970, and whether it was deleted there.
    """

    number: int
    key: str
    parent: str
    moment: float
    is_deleted: int


class Ordered(NamedTuple):
    """A comment in order: its moment is never before that of what it answers, and `step` is how
    deep it stands. `first` and `answered` are the keys of the comment that begins its thread and of
    the one that it answers, empty for one that begins a thread.
    """

    number: int
    moment: float
    step: int
    first: str
    answered: str


def ordered(places: Sequence[Place]) -> Iterator[Ordered]:
    """Yield what is known of the order of these comments, all those of an article. An answer to a
    comment that was deleted, or is not there, answers the next one above that.
    """
    by_key = {place.key: place for place in places}
    found: dict[str, Ordered] = {}
    for place in places:
        # up to the first whose place is known already; by a loop, as threads may be deep
        waiting, seen = [place], {place.key}
        while (above := by_key.get(waiting[-1].parent)) and waiting[-1].key not in found:
            if above.key in seen:  # a circle
                break
            seen.add(above.key)
            waiting.append(above)
        for one in reversed(waiting):
            if one.key not in found:
                found[one.key] = _below(one, by_key, found)
    for place in places:
        yield found[place.key]


def _below(place: Place, by_key: dict[str, Place], found: dict[str, Ordered]) -> Ordered:
    above = by_key.get(place.parent)
    known = found.get(place.parent)
    if above is None or known is None:
        return Ordered(place.number, place.moment, 0, "", "")
    moment = max(place.moment, known.moment)
    first, answered = known.first or above.key, above.key
    if above.is_deleted:
        first, answered = known.first, known.answered
    return Ordered(place.number, moment, known.step + 1, first, answered)
