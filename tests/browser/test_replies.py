"""Readers answer each other, change their own comments, and see new ones come in."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, LOOKS
from tests.browser.test_outbox import bodies, write

NARROW = {"width": 320, "height": 640}


def replied(page, text, to=0):
    """Answer that comment of the page, in place."""
    page.locator(".comment__reply").nth(to).click()
    write(page, text)
    expect(page.locator(".comment__body", has_text=text)).to_have_count(1)


def pass_time(page, seconds):
    """Let so much time pass on the page's clock, as far as its requests can follow."""
    for _ in range(0, seconds, 10):
        page.clock.run_for(10_000)
        page.wait_for_timeout(20)


def offered(page, words):
    """Let time pass on the page's clock until it offers new comments in these words."""
    button = page.locator(".comments__new[role=status] #new-comments", has_text=words)
    for _ in range(40):
        page.clock.run_for(10_000)
        page.wait_for_timeout(20)
        if button.is_visible():
            return
    raise AssertionError(page.locator(".comments__new").inner_html())


class TestReplies:
    def test_the_form_goes_under_the_comment_and_the_reply_stands_in_its_thread(
        self, site, open_page
    ):
        address = site.article("Balasan", "satu", "dua")
        page = open_page(address)
        page.evaluate("window.untouched = true")
        page.locator(".comment__reply").first.click()
        expect(page.locator("#body")).to_be_focused()
        expect(page.locator("#form-answering span")).to_have_text("Membalas Anonim.")
        assert page.evaluate("document.querySelector('.comment').nextElementSibling.id") == (
            "comment-form"
        )
        write(page, "balasan untuk satu", "Rudi")
        expect(page.locator(".comment")).to_have_count(3)
        assert bodies(page) == ["satu", "balasan untuk satu", "dua"]
        expect(page.locator(".comments__reply-count").first).to_have_text("1 balasan")
        expect(page.locator("#comment-count")).to_have_text("3")
        expect(page.locator(".comments__replies .comment")).to_be_focused()
        expect(page.locator("#form-answering")).to_be_hidden()
        assert page.evaluate("document.querySelector('#form-home').nextElementSibling.id") == (
            "comment-form"
        )
        replied(page, "balasan untuk balasan", to=1)
        expect(page.locator(".comment__answers").last).to_have_text("membalas @Rudi")
        expect(page.locator(".comments__reply-count").first).to_have_text("2 balasan")
        assert bodies(page) == ["satu", "balasan untuk satu", "balasan untuk balasan", "dua"]
        assert page.evaluate("window.untouched")
        page.reload()
        assert bodies(page) == ["satu", "balasan untuk satu", "balasan untuk balasan", "dua"]
        page.click(".comment__answers a")
        expect(page.locator(".comment:target .comment__body")).to_have_text("balasan untuk satu")

    def test_without_javascript_it_is_a_page_of_its_own(self, site, open_page):
        page = open_page(
            site.article("Balasan tanpa JavaScript", "satu"), java_script_enabled=False
        )
        page.click(".comment__reply")
        expect(page.locator("h1")).to_have_text("Balas Anonim")
        page.fill("#body", "balasan")
        page.click("#comment-form [type=submit]")
        expect(page.locator(".comment:target .comment__body")).to_have_text("balasan")
        assert page.locator(".comments__replies .comment").count() == 1
        # what has just been sent is found from there
        page.click("#form-home a")
        page.click("text=Ubah atau tarik komentar ini")
        page.fill("#body", "balasan yang lebih baik")
        page.click("text=Simpan perubahan")
        expect(page.locator(".comment:target .comment__body")).to_have_text(
            "balasan yang lebih baik"
        )

    def test_on_its_own_page_with_javascript_it_leads_to_the_thread(self, site, open_page):
        page = open_page(site.article("Halaman balasan", "satu"))
        page.goto(site.url + page.locator(".comment__reply").get_attribute("href"))
        write(page, "balasan")
        expect(page.locator(".comments__replies .comment")).to_be_focused()

    def test_what_is_wrong_with_a_reply_is_said_under_the_comment(self, site, open_page):
        page = open_page(site.article("Balasan salah", "satu", "dua"))
        page.locator(".comment__reply").first.click()
        page.click("#comment-form [type=submit]")
        expect(page.locator("#form-errors")).to_be_focused()
        assert page.evaluate("document.querySelector('.comment').nextElementSibling.id") == (
            "comment-form"
        )
        write(page, "balasan")
        expect(page.locator(".comments__replies .comment")).to_have_count(1)

    def test_all_of_it_by_keyboard(self, site, open_page):
        page = open_page(site.article("Dengan papan ketik", "satu"), viewport=DESK)
        page.locator(".comment__date").focus()
        page.keyboard.press("Tab")
        expect(page.locator(".comment__reply")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.type("dari papan ketik")
        for _ in range(5):  # emoticons, their codes, name, more, send
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".comments__replies .comment")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.locator(".comment__own a")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Ubah komentar Anda")

    def test_a_long_thread_unfolds_in_place(self, site, open_page):
        address = site.article("Panjang sekali", "satu")
        page = open_page(address)
        site.reply(address, 60)
        page.reload()
        expect(page.locator(".comments__replies .comment")).to_have_count(5)
        expect(page.locator(".comments__reply-count")).to_have_text("60 balasan")
        for count in (55, 60):
            page.click(".comments__more")
            expect(page.locator(".comments__replies .comment")).to_have_count(count)
        expect(page.locator(".comments__more")).to_have_count(0)
        assert bodies(page)[1:] == [f"balasan {number}" for number in range(60)]

    def test_newest_first_is_a_link_and_what_one_writes_stands_on_top(self, site, open_page):
        address = site.article("Urutan", *[f"komentar {number}" for number in range(60)])
        page = open_page(address)
        page.click("text=terbaru dulu")
        expect(page.locator(".comment__body").first).to_have_text("komentar 59")
        assert "order=newest" in page.url
        write(page, "yang terbaru")
        expect(page.locator(".comment__body").first).to_have_text("yang terbaru")
        page.click(".comments__earlier")
        expect(page.locator(".comment")).to_have_count(61)
        assert bodies(page)[-1] == "komentar 0"
        page.click("text=terlama dulu")
        expect(page.locator(".comment__body").first).to_have_text("komentar 0")


class TestOwn:
    def test_it_can_be_changed_and_then_taken_back(self, site, open_page):
        address = site.article("Milik sendiri")
        page = open_page(address)
        write(page, "salah ketik")
        own = page.locator(".comment__own")
        expect(own).to_contain_text(re.compile(r"sampai pukul \d\d\.\d\d"))
        page.reload()
        expect(own).to_have_count(1)
        own.locator("a").click()
        expect(page.locator("main")).to_contain_text(re.compile(r"Masih 1\d menit"))
        page.fill("#body", "")
        page.click("text=Simpan perubahan")
        expect(page.locator("#body-error")).to_have_text("Tulis komentar Anda dulu, lalu kirim.")
        page.fill("#body", "benar ketik")
        page.context.set_offline(True)
        page.click("text=Simpan perubahan")
        expect(page.locator("#status")).to_contain_text("yang sudah Anda tulis masih ada di sini")
        page.context.set_offline(False)
        page.click("text=Simpan perubahan")
        expect(page.locator(".comment__body")).to_have_text("benar ketik")
        own.locator("a").click()
        page.click("text=Tarik komentar ini")
        expect(page.locator("#comments-none")).to_be_visible()
        assert site.comments(address) == 0

    def test_a_stranger_sees_nothing_of_it(self, site, open_page):
        address = site.article("Bukan milik saya")
        write(page := open_page(address), "milik saya")
        expect(page.locator(".comment__own")).to_have_count(1)
        stranger = open_page(address)
        expect(stranger.locator(".comment")).to_have_count(1)
        stranger.wait_for_timeout(200)
        assert stranger.locator(".comment__own").count() == 0

    def test_while_it_waits_it_stands_in_its_place_for_its_author_alone(self, serve, open_page):
        with serve(MODERATION="all", COMMENT_MIN_SECONDS="0") as site:
            address = site.article("Menunggu", "satu", "dua")
            page = open_page(address)
            page.locator(".comment__reply").first.click()
            write(page, "balasan yang menunggu")
            waits = page.locator(".comments__replies .comment--waiting")
            expect(waits.locator(".comment__body")).to_have_text("balasan yang menunggu")
            expect(page.locator("#status")).to_be_focused()
            expect(page.locator("#status")).to_contain_text("terbit setelah diperiksa")
            expect(page.locator("#comment-count")).to_have_text("2")
            page.reload()
            expect(waits).to_have_count(1)
            assert bodies(page) == ["satu", "balasan yang menunggu", "dua"]
            assert bodies(open_page(address)) == ["satu", "dua"]


class TestNews:
    @pytest.fixture
    def page(self, site, open_without_time, request):
        """A page whose clock stands still, and its article's address."""
        address = site.article(f"Baru {request.node.name}", *["satu"] * 30)
        return open_without_time(address), address

    def test_it_offers_them_and_inserts_them_when_asked(self, site, page):
        page, address = page
        asked = []
        page.on(
            "request", lambda request: asked.append(request.url) if "since" in request.url else None
        )
        page.clock.run_for(24_000)
        assert asked == []
        with page.expect_response(re.compile("since")):
            page.clock.run_for(2000)
        expect(page.locator("#new-comments")).to_be_hidden()
        site.add(address, "baru satu", "baru dua")
        site.reply(address, 1)
        page.evaluate("document.querySelector('.comments__heading').scrollIntoView()")
        before = page.evaluate("scrollY")
        offered(page, "3 komentar baru")
        assert page.locator(".comment").count() == 30
        assert page.evaluate("scrollY") == before
        page.click("#new-comments")
        expect(page.locator(".comment")).to_have_count(33)
        page.clock.run_for(100)  # in which htmx settles them
        expect(page.locator("#new-comments")).to_be_hidden()
        expect(page.locator("#comment-count")).to_have_text("33")
        expect(page.locator(".comment", has_text="baru satu")).to_be_focused()
        assert bodies(page)[1] == "balasan 0"
        assert bodies(page)[-2:] == ["baru satu", "baru dua"]
        site.add(address, "baru tiga")
        offered(page, "1 komentar baru")

    def test_ones_own_is_no_news(self, site, page):
        page, address = page
        write(page, "milik saya")
        expect(page.locator(".comment")).to_have_count(31)
        with page.expect_response(re.compile("since")):
            page.clock.run_for(31_000)
        expect(page.locator("#new-comments")).to_be_hidden()
        site.add(address, "dari orang lain")
        offered(page, "1 komentar baru")
        page.click("#new-comments")
        expect(page.locator(".comment")).to_have_count(32)
        expect(page.locator(".comment__own")).to_have_count(1)

    def test_it_asks_ever_less_and_not_while_nobody_looks_or_where_data_is_dear(self, page):
        page, _address = page
        moments = []
        page.on(
            "request",
            lambda request: moments.append(1) if "since" in request.url else None,
        )
        pass_time(page, 1200)
        assert 5 <= len(moments) <= 9, "20 minutes: 30 s, then ever longer, up to 5 minutes"
        page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
        count = len(moments)
        pass_time(page, 900)
        assert len(moments) == count
        page.evaluate("Object.defineProperty(Document.prototype, 'hidden', { value: false })")
        page.click("#data-saver")
        pass_time(page, 900)
        assert len(moments) == count

    def test_without_a_line_nothing_is_said(self, page):
        page, _address = page
        page.context.set_offline(True)
        pass_time(page, 100)
        expect(page.locator("#new-comments")).to_be_hidden()
        expect(page.locator("#status")).to_have_text("")


@LOOKS
def test_every_state_is_accessible_and_fits_a_small_phone(site, open_page, axe, viewport, scheme):
    address = site.article(f"Semua keadaan {scheme}", "satu " * 30, "dua")
    site.reply(address, 7)
    size = NARROW if viewport["width"] < 400 else viewport
    page = open_page(address, viewport=size, color_scheme=scheme)

    def sound():
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    replied(page, "balasan saya")
    page.locator(".comment__reply").nth(2).click()
    sound()  # the form under a reply, with an own comment above it
    page.click("#form-answering a")
    page.context.set_offline(True)
    write(page, "Saya setuju")
    expect(page.locator("#status")).to_contain_text("Tidak tersambung")
    page.locator("#new-comments").evaluate(
        "(news) => { news.hidden = false; news.textContent = '2 komentar baru'; }"
    )
    sound()  # what waits, and what is new
    page.context.set_offline(False)
    expect(page.locator("#status")).to_contain_text("sudah terbit")
    edit, reply = (
        page.locator(selector).first.evaluate("(link) => link.href")
        for selector in (".comment__own a", ".comment__reply")
    )
    for place in (edit, reply, f"{site.url}/comments/own", f"{address}?order=newest"):
        page.goto(place)
        sound()
