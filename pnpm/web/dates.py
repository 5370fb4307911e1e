"""Moments as they are written for readers, and for programs."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from pnpm.languages import catalogue, locale_of


def written(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return a moment in words: `25 Desember 2012 pukul 03.13`."""
    return f"{day(moment, zone, language)} {time(moment, zone, language)}"


def time(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the time of day alone, in words: `pukul 03.13`."""
    local = moment.astimezone(zone)
    gettext = catalogue(language).gettext
    return gettext("pukul {hour}.{minute}").format(
        hour=f"{local.hour:02}", minute=f"{local.minute:02}"
    )


def day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the day alone, in words: `25 Desember 2012`."""
    local = moment.astimezone(zone)
    gettext = catalogue(language).gettext
    words = {"day": local.day, "month": _months(language)[local.month], "year": local.year}
    return gettext("{day} {month} {year}").format(**words)


def short_day(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the day in few letters: `25 Des 2012`, without the year where it is this one."""
    local = moment.astimezone(zone)
    gettext = catalogue(language).gettext
    months = _months(language, "abbreviated")
    words = {"day": local.day, "month": months[local.month], "year": local.year}
    if local.year == datetime.now(zone).year:
        return gettext("{day} {month}").format(**words)
    return gettext("{day} {month} {year}").format(**words)


def month(year: int, number: int, language: str) -> str:
    """Return a month of a year in words: `Desember 2012`."""
    gettext = catalogue(language).gettext
    return gettext("{month} {year}").format(month=_months(language)[number], year=year)


def exact(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment in ISO 8601 with the zone's offset: `2012-12-25T03:13:00+08:00`."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


@cache
def _months(language, width="wide"):
    # cached, since Babel looks for them anew at each call: a hundred times on a page
    return dict(get_month_names(width, locale=locale_of(language)))
