"""Light or dark: as the system has it, or as the reader chose it in the footer. The choice stays in
the browser, and no page flashes in the other.
"""

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from tests.browser.conftest import PHONE_AND_DESK

GROUND = "() => getComputedStyle(document.documentElement).backgroundColor"
LIGHT, DARK, PAPER = "rgb(251, 250, 245)", "rgb(26, 21, 18)", "rgb(255, 255, 255)"
# What was drawn: the ground at each frame since the style is there.
DRAWN = """
window.grounds = [];
const look = () => {
  if (document.styleSheets.length) grounds.push(getComputedStyle(document.documentElement).backgroundColor);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
BARS = "() => [...document.querySelectorAll('[name=theme-color]')].map((one) => one.content)"


@pytest.fixture(scope="module")
def site(serve):
    """A site with an officer."""
    with serve() as site:
        site.officer("Bu Camat", Role.ADMIN)
        yield site


@pytest.fixture(scope="module")
def address(site):
    """An article with a comment."""
    return site.article("Siang dan malam", "Baik :)")


def choice(page):
    """The choice in the footer, as one finds it by its name."""
    return page.get_by_label("Tampilan")


def ground(page):
    return page.evaluate(GROUND)


@pytest.mark.parametrize(
    ("system", "chosen", "shown"), [("light", "dark", DARK), ("dark", "light", LIGHT)]
)
def test_it_follows_the_system_until_another_is_chosen(open_page, address, system, chosen, shown):
    page = open_page(address, color_scheme=system)
    followed = ground(page)
    assert followed != shown
    expect(choice(page)).to_have_value("")
    choice(page).select_option(chosen)
    assert ground(page) == shown
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == chosen
    page.emulate_media(color_scheme=chosen)
    choice(page).select_option(label="Ikuti perangkat")
    assert ground(page) == shown
    page.emulate_media(color_scheme=system)
    assert ground(page) == followed


def test_it_is_kept_for_all_pages_and_without_a_cookie(site, open_page, address):
    page = open_page(address, color_scheme="light")
    choice(page).select_option("dark")
    for path in (address, f"{site.url}/", f"{site.url}/p/privasi.html", f"{site.url}/tidak-ada"):
        page.goto(path)
        assert ground(page) == DARK
        expect(choice(page)).to_have_value("dark")
    assert page.context.cookies() == []


def test_the_office_has_it_too(site, enter):
    page = enter("/admin/", color_scheme="light")
    choice(page).select_option("dark")
    page.goto(f"{site.url}/admin/comments")
    assert ground(page) == DARK


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_nothing_is_drawn_in_the_other_though_the_script_comes_last(
    open_page, address, system, chosen
):
    page = open_page(address, color_scheme=system)
    choice(page).select_option(chosen)
    page.add_init_script(DRAWN)
    late = []
    page.route("**/color_scheme.*", lambda route: late.append(route))
    with page.expect_response("**/site.*.css"):
        page.goto(address, wait_until="commit")
    page.evaluate("() => new Promise((soon) => setTimeout(soon, 50))")
    late[0].continue_()
    page.wait_for_load_state()
    page.wait_for_function("() => grounds.length > 2")
    assert set(page.evaluate("grounds")) == {{"light": LIGHT, "dark": DARK}[chosen]}


def test_it_is_chosen_by_the_keyboard_and_is_at_its_place_at_once(open_page, address):
    page = open_page(address)
    choice(page).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(choice(page)).to_have_value("dark")
    assert ground(page) == DARK
    expect(choice(page)).to_be_focused()


def test_another_tab_follows(open_page, address):
    page = open_page(address)
    other = page.context.new_page()
    other.goto(address)
    choice(page).select_option("dark")
    expect(choice(other)).to_have_value("dark")
    assert ground(other) == DARK


def test_the_browsers_own_bar_follows(open_page, address):
    page = open_page(address)
    before = page.evaluate(BARS)
    assert len(set(before)) == 2
    for chosen, shown in (("dark", before[1]), ("light", before[0])):
        choice(page).select_option(chosen)
        assert page.evaluate(BARS) == [shown, shown]
    choice(page).select_option("")
    assert page.evaluate(BARS) == before


def test_printed_it_is_on_white_whatever_was_chosen(open_page, address):
    page = open_page(address, color_scheme="dark")
    for chosen in ("dark", "light", ""):
        choice(page).select_option(chosen)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert ground(page) == PAPER
        page.emulate_media(media="screen")


def test_where_storage_is_forbidden_it_counts_for_the_page(open_page, address):
    page = open_page("about:blank")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    )
    page.goto(address)
    choice(page).select_option("dark")
    assert ground(page) == DARK


def test_without_javascript_it_follows_the_system_and_there_is_no_choice(open_page, address):
    for system, shown in (("light", LIGHT), ("dark", DARK)):
        page = open_page(address, java_script_enabled=False, color_scheme=system)
        expect(page.locator("#color-scheme")).to_be_hidden()
        assert page.locator("html").evaluate(GROUND) == shown


@PHONE_AND_DESK
@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_axe_finds_nothing_and_it_fits(open_page, axe, address, system, chosen, viewport):
    page = open_page(address, color_scheme=system, viewport=viewport)
    choice(page).select_option(chosen)
    assert axe(page) == []
    box = choice(page).bounding_box()
    assert min(box["width"], box["height"]) >= 24
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
