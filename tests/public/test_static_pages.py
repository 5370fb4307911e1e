"""The pages about the site itself, as they come; tests/admin/test_pages.py has them as the office
writes them.
"""

import pytest

from pnpm.comments.moderation import KEPT
from pnpm.db import transaction
from pnpm.site_settings import Setting, Words
from tests.conftest import soup

ABOUT, PRIVACY = "/p/tentang.html", "/p/privasi.html"
PAGES = pytest.mark.parametrize("name", ["tentang", "privasi"])


def change(**words):
    with transaction():
        Setting.change(**words)


@pytest.mark.parametrize(("address", "title"), [(ABOUT, "Tentang situs ini"), (PRIVACY, "Privasi")])
def test_they_come_written_with_the_sites_own_name(client, address, title):
    answer = client.get(address)
    page = soup(answer)
    assert (answer.status_code, page.h1.text) == (200, title)
    assert Words().name in page.select_one(".article__body").text
    assert page.select_one("link[rel=canonical]")["href"] == f"http://localhost{address}"
    assert len(page.select_one("meta[name=description]")["content"]) > 80
    assert "Set-Cookie" not in answer.headers
    assert not page.select("form, #comments")


def test_the_privacy_page_says_what_is_kept_how_long_and_whom_to_ask(client):
    change(email="kantor@unyi.desa.id", name="Desa <b>Unyi</b>")
    body = client.page(PRIVACY).select_one(".article__body")
    assert f"{KEPT.days} hari" in body.text
    assert "Nomor 27 Tahun 2022" in body.text
    assert "Pengendali data pribadi itu adalah Desa <b>Unyi</b>." in body.text
    assert body.select_one("a[href='mailto:kantor@unyi.desa.id']").text == "kantor@unyi.desa.id"
    assert "Ditulis 27 November 2026." in body.text
    assert len(body.select("li")) >= 12
    change(email="")
    body = client.page(PRIVACY).select_one(".article__body")
    assert not body.select("a[href^=mailto]")
    assert "disampaikan di kantor kami." in body.text


@pytest.mark.parametrize("settings", [{}, {"MAIL_URL": "smtp://localhost?from=situs@desa.example"}])
def test_the_privacy_page_speaks_of_mail_where_the_site_sends_it(client, settings):
    body = client.page(PRIVACY).select_one(".article__body")
    assert ("diberi tahu lewat surel" in body.text) == bool(settings)


def test_the_about_page_leads_to_the_other_and_follows_the_tagline(client):
    change(tagline="Bersama membangun")
    body = client.page(ABOUT).select_one(".article__body")
    assert body.select_one("a")["href"] == PRIVACY
    assert "Bersama membangun" in [each.text for each in body.select("p")]


def test_every_page_leads_to_them(client, url):
    for address in ("/", url, ABOUT):
        links = client.page(address).select(".footer__pages a")
        assert [link["href"] for link in links] == [ABOUT, PRIVACY]


def test_they_are_in_the_sitemap(client):
    sitemap = client.get("/sitemap.xml").text
    assert f"<loc>http://localhost{ABOUT}</loc>" in sitemap
    assert f"<loc>http://localhost{PRIVACY}</loc>" in sitemap


@pytest.mark.parametrize(
    "address",
    ["/p/lain.html", "/p/tentang", "/p/", "/p/TENTANG.html", "/p/..%2ftentang.html", "/p/p/x.html"],
)
def test_others_are_not_found(client, address):
    assert client.get(address).status_code == 404


@PAGES
def test_they_are_kept_and_answered_with_304(client, app, name):
    address = f"/p/{name}.html"
    tag = client.get(address).headers["ETag"]
    answer = client.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")
    change(name="Lain")
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
