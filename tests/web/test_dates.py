"""How a moment is written for a reader."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date

from pnpm.web import dates

MOMENT = datetime(2012, 12, 24, 19, 13, tzinfo=UTC)
WITA = ZoneInfo("Asia/Makassar")


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "25 Desember 2012 pukul 03.13"), ("en", "25 December 2012 at 03:13")],
)
def test_a_moment_is_written_in_the_sites_zone_and_language(language, words):
    assert dates.written(MOMENT, WITA, language) == words


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("month", range(1, 13))
def test_months_are_babels(language, month):
    moment = datetime(2026, month, 9, 12, tzinfo=UTC)
    assert dates.day(moment, UTC, language) == format_date(moment, "d MMMM y", locale=language)


def test_the_day_alone():
    assert dates.day(MOMENT, WITA, "id") == "25 Desember 2012"


def test_exact_carries_the_offset():
    assert dates.exact(MOMENT, WITA) == "2012-12-25T03:13:00+08:00"
