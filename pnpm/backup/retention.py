"""The names of backups, by day and second in the site's time zone, and which of them are kept."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

DAYS, WEEKS = 7, 4
# the end of the name of a backup that a restore made of what was there before
BEFORE = "-before-restore"
BEFORE_FOR = timedelta(days=30)  # as long as comments and pictures that the office deletes

_NAME = re.compile(rf"([0-9]{{8}})-[0-9]{{6}}({BEFORE})?\.zip")


def name_of(moment: datetime, ending: str = "") -> str:
    """Return the name of a backup of that moment, in the moment's own time zone."""
    return f"{moment:%Y%m%d-%H%M%S}{ending}.zip"


def files(room: Path) -> list[Path]:
    """Return the backups in a folder, recognized by their names alone, in order."""
    return sorted(path for path in room.glob("*.zip") if _NAME.fullmatch(path.name))


def is_before_restore(path: Path) -> bool:
    """Return whether a restore made it, of what was there before."""
    return path.stem.endswith(BEFORE)


def has_one_of(room: Path, day: date) -> bool:
    """Return whether there is a backup of that day, other than those that a restore made."""
    return any(_day(path) == day and not is_before_restore(path) for path in files(room))


def outdated(paths: Iterable[Path], today: date) -> list[Path]:
    """Return the backups to delete. Kept are all of today, the last one of each of DAYS days, and
    the last one of each of WEEKS weeks before those.
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
            gone += made[:-1]  # of a day that is over, only the last one is kept
    return gone + [path for path in before if _day(path) < today - BEFORE_FOR]


def _day(path: Path) -> date:
    try:
        return datetime.strptime(path.name.partition("-")[0], "%Y%m%d").date()
    except ValueError:  # somebody's own file, like 99999999-000000.zip: it is never deleted
        return date.max
