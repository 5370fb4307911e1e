"""What the files of backups are called, after the day and second they are of in the site's time
zone, and which are kept.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

DAYS, WEEKS = 7, 4
# how the name of one ends that holds what was there before something was brought back …
BEFORE = "-before-restore"
BEFORE_FOR = timedelta(days=30)  # … which is kept as long as what the office deletes

_NAME = re.compile(rf"([0-9]{{8}})-[0-9]{{6}}({BEFORE})?\.zip")


def name_of(moment: datetime, ending: str = "") -> str:
    """The name of a backup of that moment, in the time zone that it is given in."""
    return f"{moment:%Y%m%d-%H%M%S}{ending}.zip"


def files(room: Path) -> list[Path]:
    """The backups in a folder, by their names alone; in order."""
    return sorted(path for path in room.glob("*.zip") if _NAME.fullmatch(path.name))


def is_before_restore(path: Path) -> bool:
    """Whether it holds what was there before something was brought back."""
    return path.stem.endswith(BEFORE)


def has_one_of(room: Path, day: date) -> bool:
    """Whether there is a backup of that day."""
    return any(_day(path) == day and not is_before_restore(path) for path in files(room))


def outdated(paths: Iterable[Path], today: date) -> list[Path]:
    """Those that are kept no longer. All of today are, the last of each of 7 days, and of each of 4
    weeks before those.
    """
    older: dict[date, list[Path]] = {}
    before = []
    for path in sorted(paths):
        if is_before_restore(path):
            before.append(path)
        else:
            older.setdefault(_day(path), []).append(path)
    days = sorted(older, reverse=True)
    weeks = {day.isocalendar()[:2]: day for day in sorted(days[DAYS:])}
    kept = {*days[:DAYS], *sorted(weeks.values(), reverse=True)[:WEEKS]}
    gone = []
    for day, made in older.items():
        if day not in kept:
            gone += made
        elif day != today:
            gone += made[:-1]  # of a day that is over, its last one stays
    return gone + [path for path in before if _day(path) < today - BEFORE_FOR]


def _day(path: Path) -> date:
    try:
        return datetime.strptime(path.name.partition("-")[0], "%Y%m%d").date()
    except ValueError:  # somebody's own name, which looks like one of ours
        return date.max
