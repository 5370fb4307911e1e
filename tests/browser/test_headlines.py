"""The ticker's headlines, chosen in a real browser: by thumb, by keyboard, without JavaScript."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting
from tests.browser.conftest import DESK, LOOKS, PHONE_AND_DESK
from tests.browser.test_page import SMALL

PAGE = "/admin/headlines"


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own with seven articles, one of which is to come."""
    with serve() as site:
        site.officer("Bu Camat", Role.ADMIN)
        for number in range(6):
            site.written(f"Kabar {number} dari dusun yang jauh di atas gunung", "<p>Isi.</p>")
        site.written("Nanti", "<p>Isi.</p>", published_at=now() + timedelta(days=1))
        yield site


@pytest.fixture(autouse=True)
def chosen(site):
    """The headlines are chosen: the one that is to come, and the first."""
    with site.app.app_context():
        with transaction():
            Setting.change(headlines=[7, 1])
        db.session.remove()


@PHONE_AND_DESK
@pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
def test_one_is_added_moved_taken_out_and_brought_back(enter, site, viewport, scripted):
    page = enter(PAGE, viewport=viewport, java_script_enabled=scripted)
    titles = page.locator("ol.headlines li > p:first-child")
    page.get_by_role("button", name="Tambahkan Kabar 5").click()
    expect(titles.first).to_contain_text("Kabar 5")
    page.get_by_role("button", name="Turunkan Kabar 5").click()
    expect(titles.nth(1)).to_contain_text("Kabar 5")
    page.get_by_role("button", name="Keluarkan Nanti").click()
    expect(titles).to_have_count(2)
    page.get_by_role("button", name="Urungkan").click()
    expect(titles.first).to_contain_text("Nanti")
    page.goto(site.url)
    expect(page.locator(".ticker li").first).to_have_text(
        "Kabar 5 dari dusun yang jauh di atas gunung"
    )
    assert page.locator(".ticker li").count() == 2


def test_it_is_done_by_keyboard(enter, site):
    page = enter(PAGE, viewport=DESK)
    page.get_by_role("button", name="Turunkan Nanti").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("ol.headlines li").first).to_contain_text("Kabar 0")


@LOOKS
def test_axe_finds_nothing_and_nothing_is_small_or_cut_off(enter, site, axe, scheme, viewport):
    page = enter(PAGE, viewport=viewport, color_scheme=scheme)
    page.get_by_role("button", name="Naikkan Kabar 0").click()
    expect(page.locator("#done")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
