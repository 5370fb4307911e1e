""" "Bagikan": plain links, the device's own applications where it has them, and the link to copy."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LOOKS, PHONE_AND_DESK

# As a phone has it.
SHARES = "navigator.share = (shared) => { window.shared = shared; return Promise.reject(); };"
FORBIDS = "Clipboard.prototype.writeText = () => Promise.reject();"
# As over plain http.
LACKS = "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined });"


@pytest.fixture(scope="module")
def address(site):
    """An article."""
    return site.article("Kabar & cerita")


@pytest.fixture
def opened(open_page, address):
    """The article in a browser of that kind: `opened(SHARES)`."""

    def opened(*scripts, **options):
        page = open_page("about:blank", **options)
        for script in scripts:
            page.add_init_script(script)
        page.goto(address)
        return page

    return opened


def copy(page):
    """The button, as one finds it by its name."""
    return page.get_by_role("button", name="Salin tautan")


def others(page):
    """The button for other applications."""
    return page.get_by_role("button", name="Aplikasi lain")


def test_a_device_with_applications_is_asked_for_them(opened, address):
    page = opened(SHARES)
    others(page).press("Enter")
    assert page.evaluate("shared") == {"title": "Kabar & cerita", "url": address}


def test_where_a_browser_has_none_there_is_no_button_for_them(opened):
    page = opened()
    expect(copy(page)).to_be_visible()
    expect(others(page)).to_be_hidden()


def test_the_link_is_copied_and_that_is_said(opened, address):
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    copy(page).press("Enter")
    expect(page.get_by_role("status").filter(has_text="Tersalin")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    expect(copy(page)).to_be_focused()


def test_where_copying_is_forbidden_the_link_is_shown(opened, address):
    page = opened(FORBIDS)
    copy(page).click()
    expect(page.get_by_role("status").filter(has_text=address)).to_be_visible()


def test_where_nothing_can_be_copied_there_is_no_button_for_it(opened):
    expect(copy(opened(LACKS))).to_be_hidden()


def test_without_javascript_there_are_the_three_links(opened):
    page = opened(java_script_enabled=False)
    expect(page.locator(".article__share a")).to_have_text(["WhatsApp", "Facebook", "Telegram"])
    expect(copy(page)).to_be_hidden()
    expect(others(page)).to_be_hidden()


@LOOKS
def test_axe_finds_nothing(opened, axe, scheme, viewport):
    assert axe(opened(SHARES, color_scheme=scheme, viewport=viewport)) == []


@PHONE_AND_DESK
def test_each_is_large_enough_and_fits(opened, viewport):
    page = opened(SHARES, viewport=viewport)
    boxes = [one.bounding_box() for one in page.locator(".article__share :is(a, button)").all()]
    assert len(boxes) == 5
    assert min(side for box in boxes for side in (box["width"], box["height"])) >= 36
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
