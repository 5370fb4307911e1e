"""Moments as archives write them."""

import pytest

from pnpm.imports.moments import iso, local, rfc822


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2012-12-20T10:23:00.001+08:00", "2012-12-20T10:23:00.001000+08:00"),
        ("2012-12-20T02:23:00Z", "2012-12-20T02:23:00+00:00"),
        (" 2012-12-20 02:23:00 ", "2012-12-20T02:23:00+00:00"),
        ("2012-12-20T02:23:00.123456789Z", "2012-12-20T02:23:00.123456+00:00"),
    ],
)
def test_a_moment_has_its_offset(text, moment):
    assert iso(text).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["", "kemarin", "0000-00-00 00:00:00", "0001-01-01T00:00:00+14:00", "9999-99-99", "１"]
)
def test_what_is_no_moment(text):
    assert iso(text) is None


@pytest.mark.parametrize(
    ("here", "utc", "moment"),
    [
        ("2012-12-20 10:23:00", "2012-12-20 02:23:00", "2012-12-20T10:23:00+08:00"),
        ("2012-12-20 10:23:00", "0000-00-00 00:00:00", "2012-12-20T10:23:00+00:00"),
        ("", "2012-12-20 02:23:00", "2012-12-20T02:23:00+00:00"),
        ("2012-12-20 10:23:17", "2012-12-20 02:23:00", "2012-12-20T02:23:00+00:00"),
        ("2011-12-20 10:23:00", "2012-12-20 02:23:00", "2012-12-20T02:23:00+00:00"),
    ],
)
def test_the_clock_of_a_site_and_utc_make_an_offset(here, utc, moment):
    assert local(here, utc).isoformat() == moment


def test_neither_is_none():
    assert local("", "0000-00-00 00:00:00") is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu, 20 Dec 2012 02:23:00 +0000", "2012-12-20T02:23:00+00:00"),
        ("Mon, 30 Nov -0001 00:00:00 +0000", None),
        ("", None),
    ],
)
def test_a_date_of_rss(text, moment):
    found = rfc822(text)
    assert (found and found.isoformat()) == moment
