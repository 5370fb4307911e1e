"""The writer's guide: its pictures are made here (`make screenshots` puts them into docs/), and it
names what is there.
"""

import re

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from tests.browser.conftest import PASSWORD, PHONE, source_of
from tests.conftest import TOP
from tests.photographs import village

GUIDE = TOP / "docs/menulis.md"
TITLE = "Musyawarah Desa Unyi: jembatan dan air bersih"
BODY = (
    "<p>Tujuh puluh warga datang ke balai desa pada hari Senin.</p><h2>Yang "
    "diputuskan</h2><p>Jembatan lebih dulu.</p>"
)
LATER = BODY.replace("Jembatan lebih dulu.", "Air bersih lebih dulu, lalu jembatan.")


@pytest.fixture(scope="module")
def site(serve):
    """An office in which a report is written."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        for name in ("Sri Wahyuni", "Hasanuddin"):
            site.officer(name, Role.ADMIN)
        pictures = "".join(
            site.picture(village(house=house), f"desa-{number}.jpg")
            for number, house in ((1, 0.55), (2, 0.2))
        )
        site.written(TITLE, pictures + BODY, labels=["musyawarah", "Unyi"])
        yield site


def enter(site, open_page, name, path):
    """Sign in on a phone."""
    page = open_page(f"{site.url}{path}", viewport=PHONE, device_scale_factor=2)
    page.fill("#username", name)
    page.fill("#password", PASSWORD)
    page.click("#login-form button[type=submit]")
    page.wait_for_url(f"{site.url}{path}")
    return page


def typed(page, words):
    """Put a text into the editor."""
    page.locator("trix-editor").click()
    page.evaluate("(html) => document.querySelector('trix-editor').editor.loadHTML(html)", words)


def test_the_pictures_of_the_guide(site, open_page, picture):
    page = enter(site, open_page, "Sri Wahyuni", "/admin/articles/new")
    page.fill("#title", TITLE)
    typed(page, BODY)
    page.evaluate("scrollTo(0, 150)")
    picture(page, "editor")
    page.goto(f"{site.url}/admin/pictures")
    page.evaluate("document.querySelector('#pictures').scrollIntoView()")
    picture(page, "gambar")
    page.goto(f"{site.url}/admin/articles/1")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Pratinjau").click()
    preview = opened.value
    expect(preview.locator("iframe").content_frame.locator(".article__title")).to_have_text(TITLE)
    preview.set_viewport_size({"width": 360, "height": 900})
    preview.evaluate("document.querySelector('#card-heading').scrollIntoView({block: 'end'})")
    preview.evaluate("scrollBy(0, 350)")
    picture(preview, "pratinjau")
    other = enter(site, open_page, "Hasanuddin", "/admin/articles/1")
    typed(other, LATER)
    typed(page, BODY.replace("Senin", "Selasa"))
    page.get_by_role("button", name="Simpan perubahan").click()
    expect(page.locator("#done")).to_be_visible()
    other.get_by_role("button", name="Simpan perubahan").click()
    expect(other.locator("#conflict")).to_be_visible()
    other.evaluate("document.querySelector('#conflict').scrollIntoView()")
    picture(other, "bertemu")


def test_what_the_guide_calls_by_name_is_on_the_pages(site, open_page):
    page = enter(site, open_page, "Sri Wahyuni", "/admin/articles")
    seen = source_of(page)
    for path in ("/new", "/1", "?status=draft", "/1/versions"):
        seen += page.goto(f"{site.url}/admin/articles{path}").text()
    seen += page.goto(f"{site.url}{page.locator('.versions a').last.get_attribute('href')}").text()
    for path in ("pictures", "settings", "headlines", "pages/tentang", "log"):
        seen += page.goto(f"{site.url}/admin/{path}").text()
    draft = page.goto(f"{site.url}/admin/articles/new") and page.locator("#title")
    draft.fill("Sementara")
    typed(page, BODY)
    page.get_by_role("button", name="Simpan konsep").click()
    expect(page.locator("#done")).to_be_visible()
    stale = source_of(page)
    seen += page.goto(f"{site.url}/admin/articles?status=draft").text()
    page.get_by_role("button", name="Hapus Sementara").click()
    seen += page.goto(f"{site.url}/admin/articles?status=deleted").text() + stale
    named = {" ".join(name.split()) for name in re.findall(r"\*\*([^*]+)\*\*", GUIDE.read_text())}
    # seen by the test above, and by those of the question about pictures and of long articles
    elsewhere = {"Simpan tulisan saya", "Pakai yang tersimpan", "Terbitkan begini", "Daftar isi"}
    assert {name for name in named - elsewhere if name not in seen} == set()


def test_the_guide_is_one_page():
    assert len(GUIDE.read_text().splitlines()) < 100
