"""Articles in the office, in a real browser: listed, written, shown before, saved, between two
officers, brought back.
"""

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from pnpm.articles.actions import write
from pnpm.articles.models import Status
from pnpm.audit.models import ChangeSet
from pnpm.db import db, transaction
from tests.browser.conftest import LOOKS, ON_A_PHONE, PHONE_AND_DESK
from tests.browser.test_page import SMALL

SCRIPTED = pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
LIST, NEW = "/admin/articles", "/admin/articles/new"


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own with two officers who write."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        for name in ("Bu Camat", "Pak Sekcam"):
            site.officer(name, Role.ADMIN)
        yield site


def written(site, title, *bodies, status=Status.PUBLISHED):
    """An article saved with each of these texts; the path of its page in the office."""
    from pnpm.articles.actions import held, save

    with site.app.app_context():
        with transaction():
            number = write(ChangeSet("Bu Camat"), None, title, bodies[0], status=status).id
        for body in bodies[1:]:
            with transaction():
                save(ChangeSet("Bu Camat"), held(number), body=body)
        db.session.remove()
    return f"{LIST}/{number}"


def write_text(page, words):
    """Type a text over the one that stands there, into the editor or, without scripts, into the
    field.
    """
    # until then the scripts, if there are any, may not have put the editor there
    page.wait_for_load_state("load")
    editor = page.locator("trix-editor")
    if editor.count() and editor.is_visible():
        editor.click()
        page.keyboard.press("Control+A")
        page.keyboard.type(words)
    else:
        page.fill("#body", words)


def press(page, words):
    """Press a button under the text."""
    page.locator(".article-buttons").get_by_text(words, exact=True).click()


@PHONE_AND_DESK
@SCRIPTED
def test_from_the_list_to_the_readers_page_and_back(enter, site, open_page, viewport, scripted):
    title = f"Gotong royong {viewport['width']} {scripted}"
    page = enter(LIST, viewport=viewport, java_script_enabled=scripted)
    page.get_by_role("link", name="Tulis artikel").click()
    page.fill("#title", title)
    write_text(page, "Warga membersihkan saluran.")
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_contain_text("Tersimpan")
    address = page.locator("#done a").get_attribute("href")
    expect(open_page(site.url + address).locator(".article__body")).to_have_text(
        "Warga membersihkan saluran."
    )
    page.locator("#done").get_by_role("button", name="Urungkan").click()
    expect(page.locator(".article-state")).to_contain_text("Dihapus")
    assert page.request.get(site.url + address).status == 404


@ON_A_PHONE
@SCRIPTED
def test_settings_come_back_as_they_were_set(enter, site, viewport, scripted):
    page = enter(NEW, viewport=viewport, java_script_enabled=scripted)
    page.fill("#title", "Dengan pengaturan")
    write_text(page, "Isi.")
    page.locator("#settings > summary").click()
    page.fill("#labels", "desa, musyawarah")
    page.fill("#published_at", "2031-12-25T08:30")
    page.uncheck("#comments_open")
    page.fill("#close_after", "7")
    press(page, "Terbitkan")
    expect(page.locator(".article-state")).to_contain_text(
        "Terlihat mulai 25 Desember 2031 pukul 08.30"
    )
    page.locator("#settings > summary").click()
    expect(page.locator("#labels")).to_have_value("desa, musyawarah")
    expect(page.locator("#published_at")).to_have_value("2031-12-25T08:30")
    expect(page.locator("#comments_open")).not_to_be_checked()
    page.goto(f"{site.url}{LIST}?status=scheduled")
    expect(page.locator(".article-row").first).to_contain_text("terlihat mulai 25 Desember 2031")


@ON_A_PHONE
@SCRIPTED
def test_what_is_missing_is_said_where_one_looks_and_nothing_is_lost(enter, viewport, scripted):
    page = enter(NEW, viewport=viewport, java_script_enabled=scripted)
    write_text(page, "Sudah panjang.")
    page.locator("#settings > summary").click()
    page.fill("#slug", "Tidak Boleh")
    press(page, "Terbitkan")
    expect(page.locator("#form-errors")).to_be_in_viewport()
    expect(page.locator("#form-errors")).to_contain_text("Tulis judulnya.")
    expect(page.locator("#settings")).to_have_attribute("open", "")
    expect(page.locator("#slug-error")).to_be_visible()
    expect(page.locator("#slug")).to_have_value("tidak boleh")
    expect(page.locator("#title")).to_have_attribute("aria-invalid", "true")
    page.fill("#title", "Sekarang ada")
    page.fill("#slug", "")
    press(page, "Terbitkan")
    expect(page.locator("#done")).to_contain_text("Tersimpan")


@ON_A_PHONE
def test_it_is_shown_before_at_a_phones_width_and_nothing_in_it_leads_anywhere(
    enter, site, viewport
):
    address = written(
        site, f"Pratinjau {viewport['width']}", "<p>isi <a href='https://contoh.id'>tautan</a></p>"
    )
    page = enter(address, viewport=viewport)
    page.fill("#title", "Judul yang belum disimpan")
    with page.context.expect_page() as opened:
        press(page, "Pratinjau")
    shown = opened.value
    shown.wait_for_load_state()
    frame = shown.frame_locator("iframe.phone")
    expect(frame.locator(".article__title")).to_have_text("Judul yang belum disimpan")
    assert shown.frames[1].evaluate("innerWidth") == 360
    assert shown.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    expect(shown.locator(".card__title")).to_have_text("Judul yang belum disimpan")
    for link in (".article__body a", ".masthead__name", ".article__share a"):
        frame.locator(link).first.click()
    expect(frame.locator(".article__title")).to_have_text("Judul yang belum disimpan")
    assert len(page.context.pages) == 2
    page.goto(site.url + address)
    expect(page.locator("#title")).to_have_value(f"Pratinjau {viewport['width']}")


@ON_A_PHONE
@SCRIPTED
def test_two_officers_at_one_article_see_both_texts_and_choose(enter, site, viewport, scripted):
    options = {"viewport": viewport, "java_script_enabled": scripted}
    address = written(site, f"Berdua {viewport['width']} {scripted}", "<p>satu</p>")
    hers, his = enter(address, **options), enter(address, "Pak Sekcam", **options)
    write_text(his, "tulisan Pak Sekcam")
    press(his, "Simpan perubahan")
    expect(his.locator("#done")).to_be_visible()
    write_text(hers, "tulisan Bu Camat")
    press(hers, "Simpan perubahan")
    expect(hers.locator("#conflict")).to_contain_text("Pak Sekcam menyimpannya")
    expect(hers.locator("#conflict")).to_be_in_viewport()
    expect(hers.locator("#conflict del").last).to_have_text("tulisan Pak Sekcam")
    expect(hers.locator("#conflict ins").last).to_have_text("tulisan Bu Camat")
    press(hers, "Simpan tulisan saya")
    expect(hers.locator("#done")).to_contain_text("Tersimpan")
    his.goto(f"{site.url}{address}/versions")
    his.locator(".versions a").nth(1).click()
    expect(his.locator(".compared__gone")).to_contain_text("tulisan Pak Sekcam")
    his.get_by_role("button", name="Kembalikan versi ini").click()
    expect(his.locator("#done")).to_contain_text("Tersimpan")
    hers.reload() if not scripted else hers.goto(site.url + address)
    expect(hers.locator("#body")).to_have_value(
        "<p>tulisan Pak Sekcam</p>"
    ) if not scripted else None


@ON_A_PHONE
@SCRIPTED
def test_a_tap_in_the_list_and_the_way_back(enter, site, viewport, scripted):
    title = f"Sekali ketuk {viewport['width']} {scripted}"
    written(site, title, "<p>isi</p>")
    page = enter(f"{LIST}?q=sekali", viewport=viewport, java_script_enabled=scripted)
    row = page.locator(".article-row", has_text=title)
    row.get_by_role("button", name="Hapus").click()
    expect(page.locator("#done")).to_contain_text(f"“{title}” sekarang dihapus.")
    expect(row).to_have_count(0)
    page.locator("#done").get_by_role("button", name="Urungkan").click()
    expect(row).to_have_count(1)


def pages(site):
    """Every page of an article's office, by its path; each kind once."""
    address = written(site, "Diperiksa", "<p>satu</p>", "<p>dua</p>")
    with site.app.app_context():
        from pnpm.articles.revisions import Revision

        number = db.session.query(Revision.id).order_by(Revision.id.desc()).offset(1).first()[0]
        db.session.remove()
    return [
        LIST,
        f"{LIST}?status=draft&q=tidakada",
        NEW,
        address,
        f"{address}/versions",
        f"{address}/versions/{number}",
    ]


@LOOKS
def test_axe_finds_nothing_and_all_of_it_fits(enter, site, axe, viewport, scheme):
    page, faults = enter(LIST, viewport=viewport, color_scheme=scheme), {}
    for path in pages(site):
        page.goto(site.url + path)
        if page.locator("#settings").count():
            page.locator("#settings > summary").click()
        found = axe(page) + page.evaluate(SMALL)
        if page.evaluate("document.documentElement.scrollWidth") > viewport["width"]:
            found.append("wide")
        if found:
            faults[path] = found
    assert faults == {}


@PHONE_AND_DESK
def test_axe_finds_nothing_where_it_was_refused_in_between_or_shown_before(
    enter, site, axe, viewport
):
    address = written(site, f"Ditolak {viewport['width']}", "<p>satu</p>")
    page, other = enter(address, viewport=viewport), enter(address, "Pak Sekcam")
    write_text(other, "lain")
    press(other, "Simpan perubahan")
    expect(other.locator("#done")).to_be_visible()
    assert axe(other) == []
    page.fill("#title", "Lain")
    press(page, "Simpan perubahan")
    expect(page.locator("#conflict")).to_be_visible()
    assert axe(page) == []
    with page.context.expect_page() as opened:
        press(page, "Pratinjau")
    opened.value.wait_for_selector("iframe")
    assert axe(opened.value) == []
