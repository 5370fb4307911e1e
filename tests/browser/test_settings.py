"""The site's words in the browser: changed, seen before, undone; a logo; the pages about the site;
on a phone and on a desk.
"""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from pnpm.db import db, now, transaction
from pnpm.markup import figures
from pnpm.media.models import Picture
from tests.browser.conftest import LOOKS, ON_A_PHONE, PHONE_AND_DESK

SCRIPTED = pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
SETTINGS = "/admin/settings"
KEY = "5" * 32
WIDE = "document.documentElement.scrollWidth"
CUT_OFF = "(node) => node.scrollWidth > node.clientWidth"


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own, with a picture that can be its logo."""
    with serve() as site:
        site.officer("Bu Camat", Role.ADMIN)
        site.officer("Pak Sekcam", Role.ADMIN)
        site.article("Latar Belakang", "Bagus sekali")
        keep_picture(site.app, KEY, 1600, 1200)
        yield site


def keep_picture(app, key, width, height):
    """A picture of the library, with its files."""
    folder = app.config["PNPM"].instance / "pictures" / key[:2] / key
    folder.mkdir(parents=True)
    for each in figures.widths_of(width):
        drawn = Image.new("RGB", (each, each * height // width), "#b3261e")
        for ending in ("webp", "jpg"):
            drawn.save(folder / f"{each}.{ending}")
    facts = {
        "key": key,
        "name": "lambang.png",
        "alt": "Lambang desa",
        "width": width,
        "height": height,
        "size": 1,
    }
    with app.app_context():
        with transaction():
            db.session.add(Picture(**facts, preview="", who="Bu Camat", created_at=now()))
        db.session.remove()


def press(page, name):
    page.get_by_role("button", name=name).click()


def undo(page):
    page.locator("#done").get_by_role("button").click()
    page.wait_for_load_state()


@LOOKS
def test_axe_finds_nothing_and_nothing_is_cut_off(enter, open_page, site, axe, viewport, scheme):
    page = enter(SETTINGS, viewport=viewport, color_scheme=scheme)
    assert (axe(page), page.evaluate(WIDE)) == ([], viewport["width"])
    page.fill("#name", "")
    page.fill("#links", "Bone | https://bone.go.id\n" + "x" * 300)
    press(page, "Simpan pengaturan")
    expect(page.locator("#form-errors")).to_be_visible()
    assert (axe(page), page.evaluate(WIDE)) == ([], viewport["width"])
    for path in ("/admin/pages/privasi", "/p/privasi.html", "/p/tentang.html"):
        page.goto(f"{site.url}{path}")
        assert (axe(page), page.evaluate(WIDE)) == ([], viewport["width"])


@ON_A_PHONE
@SCRIPTED
def test_words_are_changed_seen_by_readers_and_undone(enter, open_page, site, viewport, scripted):
    page = enter(SETTINGS, viewport=viewport, java_script_enabled=scripted)
    page.fill("#name", "Desa Unyi")
    page.fill("#links", "Kabupaten | https://bone.go.id")
    press(page, "Simpan pengaturan")
    expect(page.locator("#done")).to_be_visible()
    reader = open_page(f"{site.url}/", viewport=viewport)
    expect(reader.locator(".masthead__name")).to_have_text("Desa Unyi")
    expect(reader.get_by_role("link", name="Kabupaten")).to_have_attribute(
        "href", "https://bone.go.id"
    )
    undo(page)
    assert page.url.startswith(f"{site.url}{SETTINGS}")
    reader.reload()
    expect(reader.locator(".masthead__name")).to_contain_text("PNPM")


@ON_A_PHONE
@SCRIPTED
def test_what_is_wrong_is_said_where_it_is_and_nothing_typed_is_lost(enter, viewport, scripted):
    page = enter(SETTINGS, viewport=viewport, java_script_enabled=scripted)
    page.fill("#tagline", "tetap di sini")
    page.fill("#links", "baik | https://a.id\njahat | javascript:alert(1)")
    page.check(f"[name=logo][value='{KEY}']")
    press(page, "Simpan pengaturan")
    expect(page.locator("#links-error")).to_contain_text("Baris 2")
    expect(page.locator("#tagline")).to_have_value("tetap di sini")
    expect(page.locator(f"[name=logo][value='{KEY}']")).to_be_checked()
    page.locator("#form-errors a").click()
    expect(page.locator("#links")).to_be_focused()


@PHONE_AND_DESK
def test_a_logo_is_chosen_by_keyboard_and_stands_beside_the_name(
    enter, open_page, site, axe, viewport
):
    page = enter(SETTINGS, viewport=viewport)
    page.focus("[name=logo][value='']")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"[name=logo][value='{KEY}']")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_be_visible()
    reader = open_page(f"{site.url}/", viewport=viewport)
    logo = reader.locator(".masthead img")
    assert logo.bounding_box()["height"] == 48
    assert (
        logo.evaluate(
            "(image) => image.complete && image.currentSrc.endsWith('/400.webp') && "
            "image.naturalWidth"
        )
        == 400
    )
    assert (axe(reader), reader.evaluate(WIDE)) == ([], viewport["width"])
    undo(page)


@PHONE_AND_DESK
@SCRIPTED
def test_the_preview_opens_beside_the_form_at_phone_width_and_saves_nothing(
    enter, open_page, site, axe, viewport, scripted
):
    page = enter(SETTINGS, viewport=viewport, java_script_enabled=scripted)
    page.fill("#name", "Desa <b>Unyi</b>")
    page.fill("#tagline", "Bersama membangun")
    with page.context.expect_page() as opened:
        press(page, "Pratinjau")
    preview = opened.value
    preview.wait_for_load_state()
    inner = preview.frame_locator("iframe.phone")
    expect(inner.locator(".masthead__name")).to_have_text("Desa <b>Unyi</b>")
    expect(inner.locator(".teaser a").first).to_be_visible()
    assert preview.locator("iframe.phone").evaluate("(frame) => frame.clientWidth") in (
        360,
        viewport["width"],
    )
    if scripted:
        assert inner.locator("html").evaluate(
            "(root) => getComputedStyle(root).getPropertyValue('--paper').trim() !== ''"
        )
        assert not inner.locator("html").evaluate(CUT_OFF)
        assert (axe(preview), preview.evaluate(WIDE)) == ([], viewport["width"])
    inner.locator(".teaser a").first.click(timeout=5000)
    expect(inner.locator(".masthead__tagline")).to_have_text("Bersama membangun")
    expect(page.locator("#tagline")).to_have_value("Bersama membangun")
    expect(open_page(f"{site.url}/").locator(".masthead__name")).to_contain_text("PNPM")


@ON_A_PHONE
def test_language_and_zone_are_another_at_once(enter, open_page, site, viewport):
    page = enter(SETTINGS, viewport=viewport)
    page.select_option("#language", "en")
    page.select_option("#timezone", "Asia/Jayapura")
    press(page, "Simpan pengaturan")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    reader = open_page(f"{site.url}/")
    expect(reader.locator("html")).to_have_attribute("lang", "en")
    expect(reader.locator(".teaser time").first).to_have_attribute(
        "datetime", re.compile(r"\+09:00$")
    )
    undo(page)
    expect(page.locator("html")).to_have_attribute("lang", "id")


@ON_A_PHONE
def test_two_officers_at_one_field_see_both(enter, site, viewport):
    first, second = (
        enter(SETTINGS, viewport=viewport),
        enter(SETTINGS, "Pak Sekcam", viewport=viewport),
    )
    second.fill("#tagline", f"dari Pak Sekcam {viewport['width']}")
    press(second, "Simpan pengaturan")
    expect(second.locator("#done")).to_be_visible()
    first.fill("#tagline", "dari Bu Camat")
    press(first, "Simpan pengaturan")
    expect(first.locator("#tagline-error")).to_contain_text(f"dari Pak Sekcam {viewport['width']}")
    expect(first.locator("#tagline")).to_have_value("dari Bu Camat")
    press(first, "Simpan pengaturan")
    expect(first.locator("#done")).to_be_visible()
    expect(first.locator(".masthead__tagline")).to_have_text("dari Bu Camat")
    undo(first)
    undo(second)


@ON_A_PHONE
@SCRIPTED
def test_the_privacy_page_is_begun_from_its_text_and_leads_to_the_editor(
    enter, open_page, site, viewport, scripted
):
    page = enter(SETTINGS, viewport=viewport, java_script_enabled=scripted)
    page.get_by_role("link", name="Ubah Privasi").click()
    expect(page.locator("#page-form, #title")).to_be_visible()
    if page.locator("#page-form").count():  # the first of these tests begins it
        press(page, "Mulai dari tulisan ini")
    page.wait_for_url(f"{site.url}/admin/articles/**")
    expect(page.locator("#title")).to_have_value("Privasi")
    reader = open_page(f"{site.url}/p/privasi.html", viewport=viewport)
    expect(reader.locator(".article__body")).to_contain_text("Nomor 27 Tahun 2022")
