"""The way of a new admin on a phone, from the code in the setup file to the first article with a
picture and the first comment that was looked at: each tap counted, at the pace of a person.
"""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PASSWORD, PHONE
from tests.photographs import village

# Pace of a person, in seconds. People type 36 words of five letters a minute on phones (Palin and
# others, "How do People Type on Mobile Devices?", MobileHCI 2019).
CHARACTER = 60 / (36 * 5)
TAP = 1.5  # to find it and to hit it
GLANCE = 1.0  # at a page that has come
MOST_TAPS, MOST_SECONDS = 40, 120
NAME = "Sri Wahyuni"
TITLE = "Rapat desa hari Senin"
TEXT = "Tujuh puluh warga datang ke balai desa. Jembatan didahulukan, lalu air bersih."
ALT = "Rumah panggung di tepi sawah"
COMMENT = "Terima kasih atas kabarnya, Bu."
# in the phone's own picture of its photographs: one of them, and that it is done
PICKED = 2


@dataclass
class Hand:
    """A hand on the phone that shows `page`, and what it has done: `taps`, and `seconds` of its
    pace.
    """

    page: Page
    taps: int = 0
    seconds: float = 0

    def tap(self, what: Locator) -> None:
        """Tap it once; what is not on the screen is scrolled to."""
        what.tap()
        self._tapped(1)

    def type(self, field: Locator, words: str) -> None:
        """Tap the field, and type."""
        self.tap(field)
        self.page.keyboard.insert_text(words)
        self.seconds += len(words) * CHARACTER

    def paste(self, field: Locator, words: str) -> None:
        """Tap the field, and the phone's word for pasting."""
        self.tap(field)
        self._tapped(1)
        self.page.keyboard.insert_text(words)

    def pick(self, button: Locator, name: str, content: bytes) -> None:
        """Tap the button that opens the phone's photographs, and one of them."""
        with self.page.expect_file_chooser() as chooser:
            self.tap(button)
        self._tapped(PICKED)
        chooser.value.set_files({"name": name, "mimeType": "image/jpeg", "buffer": content})

    def look(self) -> None:
        """Take in a page that has come."""
        self.page.wait_for_load_state()
        self.seconds += GLANCE

    def _tapped(self, times):
        self.taps += times
        self.seconds += times * TAP


def walk(browser, site, setup_code: Path) -> Hand:
    """Go all of that way on a site just made, which holds every comment, with a reader beside it;
    the hand that did it.
    """
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="id-ID")
    try:
        context.set_default_timeout(10_000)
        hand = Hand(context.new_page())
        hand.page.goto(f"{site.url}/admin/")
        _begin(hand, setup_code.read_text().strip())
        address = _publish(hand, site)
        _write_comment(browser, address)
        _moderate(hand)
    finally:
        context.close()
    return hand


def _begin(hand, code):
    page = hand.page
    hand.look()
    hand.paste(page.locator("#setup_code"), code)
    hand.type(page.locator("#username"), NAME)
    hand.type(page.locator("#password"), PASSWORD)
    hand.tap(page.locator("#setup-form button[type=submit]"))
    expect(page.locator("h1")).to_have_text("Ringkasan")
    hand.look()


def _publish(hand, site):
    """Write the article and publish it; its address."""
    page = hand.page
    _go(hand, "/admin/articles/new", by="/admin/articles")
    page.wait_for_selector("#article-form[data-ready]")
    hand.type(page.locator("#title"), TITLE)
    hand.type(page.locator("trix-editor"), TEXT)
    picker = page.get_by_role("toolbar").get_by_role("button", name="Gambar", exact=True)
    hand.pick(picker, "rumah.jpg", village())
    expect(page.locator(".editor-picture__told").get_by_text("Sudah di situs")).to_have_count(1)
    if not page.locator(".editor-picture input[type=text]").is_visible():
        hand.tap(page.locator("#editor-pictures summary"))
    hand.type(page.locator(".editor-picture input[type=text]"), ALT)
    hand.tap(page.locator(".article-buttons").get_by_text("Terbitkan", exact=True))
    expect(page.locator("#done")).to_be_visible()
    hand.look()
    return page.locator(f"a[href*='/{TITLE.lower().replace(' ', '-')}.html']").first.evaluate(
        "(link) => link.href"
    )


def _write_comment(browser, address):
    """Be a reader, who sees the article with its picture and writes."""
    context = browser.new_context(viewport=PHONE)
    reader = context.new_page()
    reader.goto(address)
    expect(reader.locator(".article img[alt]:not([alt=''])")).to_have_attribute("alt", ALT)
    reader.fill("#body", COMMENT)
    reader.click("#comment-form button[type=submit]")
    expect(reader.locator("#status")).to_contain_text("terbit setelah diperiksa")
    context.close()


def _moderate(hand):
    page = hand.page
    _go(hand, "/admin/comments")
    row = page.locator("#desk .row", has_text=COMMENT)
    hand.tap(row.get_by_role("button", name="Terbitkan"))
    expect(page.locator(".row--done")).to_be_visible()
    hand.look()


def _go(hand, path, by=None):
    """Tap the link to that page of the office; where none is to be seen, through the page `by`, or
    what the navigation hides.
    """
    link = hand.page.locator(f"a[href='{path}']").locator("visible=true")
    if by and not link.count():
        _go(hand, by)
    hand.tap(link.first)
    hand.page.wait_for_url(f"**{path}*")
    hand.look()
