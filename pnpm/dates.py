"""How a moment is written for a reader."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

PATTERNS = {"id": "d MMMM y 'pukul' HH.mm", "en": "d MMMM y 'at' HH:mm"}  # CLDR's date fields


def written(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment in words: `25 Desember 2012 pukul 03.13`."""
    return format_datetime(moment.astimezone(zone), PATTERNS[language], locale=language)


def day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """The day alone: `25 Desember 2012`."""
    return format_datetime(moment.astimezone(zone), "d MMMM y", locale=language)


def exact(moment: datetime, zone: ZoneInfo) -> str:
    """ISO 8601 with the zone's offset, to the second: `2012-12-25T03:13:00+08:00`."""
    return moment.astimezone(zone).isoformat(timespec="seconds")
