"""How a moment is written for a reader."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

TIMES = {"id": "pukul {:%H.%M}", "en": "at {:%H:%M}"}


def written(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """A moment in words: `25 Desember 2012 pukul 03.13`."""
    return f"{day(moment, zone, language)} {TIMES[language].format(moment.astimezone(zone))}"


def day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """The day alone: `25 Desember 2012`."""
    local = moment.astimezone(zone)
    return f"{local.day} {_months(language)[local.month]} {local.year}"


def exact(moment: datetime, zone: ZoneInfo) -> str:
    """ISO 8601 with the zone's offset, to the second: `2012-12-25T03:13:00+08:00`."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


@cache
def _months(language):
    # babel looks for them anew at each call, a hundred times on a page
    return dict(get_month_names(locale=language))
