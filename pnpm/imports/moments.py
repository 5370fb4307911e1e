"""Moments as archives write them, each aware of its offset."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

# Offsets that some place on Earth has, and that clocks are set to.
FARTHEST, STEP = timedelta(hours=15), timedelta(minutes=15)
_LONG_FRACTION = re.compile(r"(\.\d{6})\d{1,20}")


def iso(text: str) -> datetime | None:
    """Return the moment of an RFC 3339 text (`2012-12-20T10:23:00.001+08:00`); without an offset it
    is in UTC. None for what is none.
    """
    try:
        moment = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", text.strip()))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return aware


def rfc822(text: str) -> datetime | None:
    """Return the moment of a date as mail and RSS have it, or None; WordPress writes `Mon, 30 Nov
    -0001 00:00:00 +0000` for a draft.
    """
    try:
        moment = parsedate_to_datetime(text.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        aware.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return None if (aware.utcoffset() or timedelta()) % STEP else aware


def local(here: str, utc: str) -> datetime | None:
    """Return the moment that is `here` on the clock of its site and `utc` in UTC, with the offset
    between them; either may be empty or zeros (`0000-00-00 00:00:00`).
    """
    at_site, exact = iso(here), iso(utc)
    if exact is None or at_site is None:
        return exact or at_site
    offset = at_site - exact
    if abs(offset) > FARTHEST or offset % STEP:
        return exact
    return exact.astimezone(timezone(offset))
