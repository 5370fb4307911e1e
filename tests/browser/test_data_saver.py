"""The data saver: pictures wait to be tapped, nothing moves, and the choice is remembered."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS
from tests.photographs import photograph

FILE = re.compile(r"/pictures/[0-9a-f]{32}/")
# As a browser with Save-Data has it.
SAVES = (
    "Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) })"
)
PARAGRAPH = "<p>" + "Warga bermusyawarah di balai desa. " * 40 + "</p>"


@pytest.fixture(scope="module")
def report(site):
    """An article with three pictures, and another headline for the ticker."""
    site.written("Kabar lain", "<p>Isi.</p>")
    figures = [site.picture(photograph(seed=number)) for number in range(3)]
    return site.written("Laporan hemat", PARAGRAPH.join(["", *figures, ""]))


@pytest.fixture
def saving(open_page, report):
    """The article as a browser with Save-Data shows it; `page.asked` are the pictures that it
    asks for, `page.broken_off` those that it then does without.
    """

    def saving(**options):
        page = open_page("about:blank", **options)
        page.asked, page.broken_off = [], []
        page.on("requestfailed", lambda one: page.broken_off.append(one.url))
        page.on("request", lambda one: page.asked.append(one.url) if FILE.search(one.url) else None)
        page.add_init_script(SAVES)
        # The page's script comes before the pictures, as it does over a connection that is worth saving.
        page.route(FILE, lambda route: None)
        page.goto(report)
        # Chromium breaks them off a little later, and to hold them no longer sends them on.
        while len(page.broken_off) < len(page.asked):
            page.wait_for_event("requestfailed")
        page.unroute(FILE)
        return page

    return saving


def switch(page):
    """The switch in the footer, as one finds it by its name."""
    return page.get_by_role("button", name="Mode hemat data", exact=True)


def scroll(page):
    """Scroll to the end, slowly enough that what is near would load."""
    for place in range(0, page.evaluate("document.documentElement.scrollHeight"), 500):
        page.evaluate("(place) => scrollTo(0, place)", place)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    page.wait_for_load_state("networkidle")


class TestPictures:
    def test_they_wait_as_previews_and_a_tap_loads_the_one(self, saving):
        page = saving()
        scroll(page)
        # what was asked for before any script ran
        assert page.asked == page.broken_off
        waiting = page.locator(".picture__load")
        expect(waiting).to_have_count(3)
        boxes = [one.bounding_box() for one in page.locator(".picture").all()]
        button = page.get_by_role("button", name="Muat gambar: Warga").nth(1)
        button.scroll_into_view_if_needed()
        button.press("Enter")
        image = page.locator(".picture picture img")
        page.wait_for_function(
            "() => document.querySelector('.picture picture img')?.naturalWidth > 0"
        )
        expect(image).to_be_focused()
        expect(image).to_have_attribute("alt", "Warga")
        expect(waiting).to_have_count(2)
        now = [one.bounding_box() for one in page.locator(".picture").all()]
        assert [(box["width"], box["height"]) for box in now] == [
            (box["width"], box["height"]) for box in boxes
        ]

    def test_all_that_wait_come_when_it_is_switched_off(self, saving):
        page = saving()
        switch(page).click()
        expect(page.locator(".picture__load")).to_have_count(0)
        expect(switch(page)).to_be_focused()
        scroll(page)
        page.wait_for_function(
            "() => [...document.querySelectorAll('.picture picture img')].every((one) => one.naturalWidth)"
        )

    def test_small_ones_and_those_that_are_there_stay(self, site, open_page, report):
        page = open_page(report, viewport={"width": 360, "height": 640})
        page.wait_for_function(
            "() => document.querySelector('.picture picture img').naturalWidth > 0"
        )
        switch(page).click()
        expect(page.locator(".picture").first.locator("picture")).to_be_visible()
        assert page.locator(".picture__load").count() >= 1

    def test_without_javascript_they_load_as_ever_and_there_is_no_switch(self, open_page, report):
        page = open_page(report, java_script_enabled=False)
        expect(page.locator(".picture picture")).to_have_count(3)
        expect(page.locator("#data-saver")).to_be_hidden()


class TestChoice:
    def test_it_is_a_switch_for_the_keyboard_too_and_is_remembered(self, open_page, report):
        page = open_page(report)
        expect(switch(page)).to_have_attribute("aria-pressed", "false")
        switch(page).focus()
        page.keyboard.press("Space")
        expect(switch(page)).to_have_attribute("aria-pressed", "true")
        page.reload()
        expect(switch(page)).to_have_attribute("aria-pressed", "true")
        page.goto(page.url.partition("/2")[0])
        expect(switch(page)).to_have_attribute("aria-pressed", "true")

    def test_it_goes_before_what_the_browser_says(self, saving):
        page = saving()
        expect(switch(page)).to_have_attribute("aria-pressed", "true")
        switch(page).click()
        page.reload()
        expect(switch(page)).to_have_attribute("aria-pressed", "false")
        expect(page.locator(".picture__load")).to_have_count(0)

    def test_where_storage_is_forbidden_it_counts_for_the_page(self, open_page, report):
        page = open_page("about:blank")
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
        )
        page.goto(report)
        switch(page).click()
        expect(switch(page)).to_have_attribute("aria-pressed", "true")


def test_the_ticker_stands_still(open_page, report):
    page = open_page("about:blank")
    page.clock.install()
    page.add_init_script(SAVES)
    page.goto(report)
    expect(page.locator(".ticker__pause")).to_be_hidden()
    page.clock.run_for(20_000)
    expect(page.locator(".ticker li").first).to_be_visible()
    assert page.locator(".ticker li:visible").count() == 1


def test_a_ticker_that_turns_stops_when_it_is_switched_on(open_page, report):
    page = open_page("about:blank")
    page.clock.install()
    page.goto(report)
    switch(page).click()
    shown = page.locator(".ticker li[data-shown]")
    before = shown.text_content()
    page.clock.run_for(20_000)
    assert shown.text_content() == before


@LOOKS
def test_axe_finds_nothing_and_it_fits(saving, axe, scheme, viewport):
    page = saving(color_scheme=scheme, viewport=viewport)
    expect(page.locator(".picture__load")).to_have_count(3)
    assert axe(page) == []
    box = switch(page).bounding_box()
    assert min(box["width"], box["height"]) >= 24
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
