"""A request of each kind, from the page on which a person asks to the answer that they get: in
Chromium, with a real mail server.
"""

import os
import re

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from pnpm.comments.models import Comment
from pnpm.db import db, transaction
from tests.browser.conftest import DESK, PHONE, free_port
from tests.browser.test_subscriptions import links, mail_number
from tests.conftest import on_sqlite

SITI = "siti@contoh.id"
TEXT = "Rumah saya di sebelah pasar."


@pytest.fixture
def site(serve, mail_server):
    """A site that sends its mail to that server, with an admin and two comments of one person."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with serve(port=port, MAIL_URL=mail_server.url, SITE_URL=address) as site:
        site.officer("Bu Camat", Role.ADMIN)
        yield site


@pytest.fixture
def article(site):
    """An article with two comments of a person, and one of somebody else."""
    address = site.article("Pasar desa", TEXT, "Salam dari pasar.", name="Siti")
    site.add(address, "Saya bukan dia.", name="Budi")
    with site.app.app_context():
        with transaction():
            for comment in db.session.query(Comment).filter_by(name="Siti"):
                comment.email = SITI
        db.session.remove()
    return address


class Person:
    """Who asks, on a phone, and reads her mail."""

    def __init__(self, site, open_page, mail_server, axe):
        self.site, self.mails, self.count = site, mail_server, 0
        self.page = open_page(site.url)
        self.axe = axe

    def ask(self, kind, words):
        """Ask, and press the button of the page that the mailed link opens."""
        self.page.goto(f"{self.site.url}/p/privasi.html")
        self.page.get_by_role("link", name="Permintaan data").first.click()
        self.look("form")
        self.page.select_option("#kind", kind)
        self.page.fill("#email", SITI)
        self.page.fill("#words", words)
        self.page.click("main button[type=submit]")
        expect(self.page.locator("h1")).to_have_text("Permintaan terkirim")
        self.page.goto(self.link(self.mail(), "/konfirmasi/"))
        expect(self.page.locator(".typed")).to_have_text(words)
        self.look("confirmation")
        self.page.click("button[value=yes]")
        expect(self.page.locator("h1")).to_have_text("Permintaan dikonfirmasi")

    def mail(self):
        """The next mail to her."""
        self.count += 1
        return mail_number(self.mails, self.count)

    def link(self, mail, part):
        return next(each for each in links(mail) if part in each)

    def look(self, name):
        look(self.page, self.axe, f"person-{name}")


def look(page, axe, name):
    """Nothing is wider than the screen, and axe finds nothing, in light and dark."""
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert axe(page) == [], (name, scheme)
        if folder := os.environ.get("PICTURES_TO"):
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)


@pytest.fixture
def person(site, article, open_page, mail_server, axe):
    return Person(site, open_page, mail_server, axe)


@on_sqlite
def test_to_see_to_correct_and_to_delete(site, article, person, enter, axe):
    office = enter("/admin/", viewport=PHONE)

    def open_request(number):
        office.goto(f"{site.url}/admin/")
        office.locator("#data-requests a").click()
        expect(office.locator(f"#request-{number}")).to_be_visible()
        look(office, axe, "office-list")
        office.locator(f"#request-{number} a").click()
        expect(office.locator("#comment-1")).to_be_checked()
        look(office, axe, f"office-request-{number}")

    # to see
    person.ask("see", "Apa yang disimpan tentang saya?")
    open_request(1)
    expect(office.locator("#comment-3")).to_have_count(0)
    office.get_by_role("button", name="Lihat salinan data").click()
    expect(office.locator("#data-copy")).to_contain_text(TEXT)
    look(office, axe, "office-copy")
    office.go_back()
    office.check("#shared")
    office.get_by_role("button", name="Kirim jawaban").click()
    person.page.goto(person.link(person.mail(), "/salinan/"))
    expect(person.page.locator("#data-copy")).to_contain_text(TEXT)
    person.look("copy")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Unduh sebagai berkas JSON").click()
    assert TEXT in download.value.path().read_text()

    # to correct
    person.ask("correct", "Nama saya Siti Aminah.")
    open_request(2)
    office.get_by_role("link", name="Perbaiki Komentar 1").click()
    office.fill("#name", "Siti Aminah")
    look(office, axe, "office-correction")
    office.get_by_role("button", name="Simpan perbaikan").click()
    expect(office.locator(".said")).to_have_text("Sudah diperbaiki.")
    office.get_by_role("button", name="Kirim jawaban").click()
    assert "perbaiki" in person.mail().get_body(("plain",)).get_content()
    person.page.goto(article)
    expect(person.page.locator("#comment-1 .comment__author")).to_have_text("Siti Aminah")

    # to delete
    person.ask("delete", "Hapus semua komentar saya.")
    open_request(3)
    office.get_by_role("button", name=re.compile("^Hapus …")).click()
    expect(office.locator("main")).to_contain_text("tidak dapat diurungkan")
    look(office, axe, "office-erasure")
    office.get_by_role("button", name="Ya, hapus selamanya").click()
    expect(office.locator(".said")).to_contain_text("Sudah dihapus")
    office.get_by_role("button", name="Kirim jawaban").click()
    assert "sudah kami hapus" in person.mail().get_body(("plain",)).get_content()
    person.page.goto(article)
    expect(person.page.locator(".comment")).to_have_count(1)
    office.reload()
    expect(office.locator("main")).to_contain_text("sudah dihapus bersama datanya")
    office.set_viewport_size(DESK)
    look(office, axe, "office-done")
