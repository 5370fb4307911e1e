"""The archive: the titles of a year and a month, with counts, in the site's time zone."""

from datetime import UTC, datetime, timedelta

import pytest

from pnpm.articles.archive import PAGE
from pnpm.db import now
from tests.conftest import publish


def titles(page):
    return [title.text for title in page.select(".teaser__title")]


def counted(page, place):
    return [link.text for link in page.select(f"nav[aria-label={place}] a")]


def test_a_year_and_a_month_have_their_titles_newest_first_and_counts(client):
    publish("Lama", datetime(2011, 5, 1, tzinfo=UTC))
    publish("Satu", datetime(2012, 3, 5, tzinfo=UTC))
    publish("Dua", datetime(2012, 12, 5, tzinfo=UTC))
    publish("Malam tahun baru", datetime(2012, 12, 31, 18, tzinfo=UTC))  # 2013 in Makassar
    publish("Nanti", now() + timedelta(days=3))
    page = client.page("/2012/")
    assert page.select_one("h1").text == "Arsip 2012"
    assert titles(page) == ["Dua", "Satu"]
    assert counted(page, "Bulan") == ["Desember 2012 (1)", "Maret 2012 (1)"]
    assert counted(page, "Tahun") == ["2013 (1)", "2012 (2)", "2011 (1)"]
    page = client.page("/2013/01/")
    assert page.select_one("h1").text == "Arsip Januari 2013"
    assert titles(page) == ["Malam tahun baru"]


def test_it_goes_on_by_the_page(client):
    for number in range(PAGE + 2):
        publish(f"Kabar {number}", datetime(2012, 3, 5, tzinfo=UTC) + timedelta(minutes=number))
    page = client.page("/2012/03/")
    assert len(titles(page)) == PAGE
    assert titles(client.page(page.select_one("a[rel=next]")["href"])) == ["Kabar 1", "Kabar 0"]


@pytest.mark.parametrize(
    "address",
    ["/2011/", "/2012/11/", "/2012/13/", "/2012/00/", "/9999/", "/0000/", "/2012/12/?before=1"],
)
def test_one_without_articles_is_not_found(client, article, address):
    assert client.get(address).status_code == 404


def test_it_is_stale_with_the_next_article(client, article):
    assert len(titles(client.page("/2012/"))) == 1
    publish("Lain", datetime(2012, 12, 5, tzinfo=UTC))
    assert len(titles(client.page("/2012/"))) == 2


def test_arsip_leads_to_the_newest_year(client, article):
    assert client.get("/arsip").headers["Location"] == "/2012/"


def test_arsip_of_a_site_without_articles_leads_to_the_front_page(client):
    assert client.get("/arsip").headers["Location"] == "/"
