"""The office takes in the archive of another system: sent, looked at, imported, taken back; with and
without JavaScript.
"""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from pnpm.accounts.models import Role
from pnpm.articles.models import Article
from pnpm.db import db
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_page import SMALL
from tests.conftest import TOP

PAGE = "/admin/imports"
SAMPLE = TOP / "tests/imports/samples/blogger_old.xml"


@pytest.fixture(scope="module")
def site(serve):
    """An empty site with an admin."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        site.officer("Bu Camat", Role.ADMIN)
        yield site


def articles(site):
    """How many there are."""
    with site.app.app_context():
        count = db.session.scalar(select(func.count()).select_from(Article))
        db.session.remove()
    return count


@pytest.mark.parametrize(
    ("viewport", "scheme", "scripted"),
    [(PHONE, "light", True), (DESK, "dark", False)],
    ids=["", "without JavaScript"],
)
def test_a_blog_moves_in_and_is_taken_back(enter, site, axe, viewport, scheme, scripted):
    options = {"viewport": viewport, "color_scheme": scheme, "java_script_enabled": scripted}
    page = enter(PAGE, **options)

    def looks_right():
        if scripted:
            assert [*axe(page), *page.evaluate(SMALL)] == []

    page.set_input_files("#archive", SAMPLE)
    page.get_by_role("button", name="Kirim dan periksa").click()
    expect(page.get_by_role("heading", name="Laporan")).to_be_visible(timeout=30_000)
    looks_right()
    assert articles(site) == 0
    page.get_by_role("button", name="Impor", exact=True).click()
    expect(page.locator(".said")).to_contain_text("Selesai.", timeout=30_000)
    looks_right()
    page.get_by_role("link", name="Lihat artikelnya").click()
    expect(page.locator("#content")).to_contain_text("Jalan & jembatan")
    reader = page.context.new_page()
    reader.goto(f"{site.url}/2012/12/jalan_jembatan.html")
    expect(reader.locator(".article")).to_contain_text("Pagi ini & besok.")
    expect(reader.locator("#comments")).to_contain_text("Terima kasih")
    page.go_back()
    page.get_by_role("button", name="Urungkan impor").click()
    expect(page.get_by_role("heading", name="Sudah diurungkan")).to_be_visible(timeout=30_000)
    looks_right()
    assert articles(site) == 0
