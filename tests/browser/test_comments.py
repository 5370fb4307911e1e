"""A reader comments: with and without JavaScript, by keyboard, on a bad line, twice."""

import re

import pytest
from playwright.sync_api import expect

TEXT = "Saya setuju :)"
# what a bad line, a server in trouble and a wifi that wants a password make of a comment
FAILURES = {
    "offline": lambda route: route.abort(),
    "timeout": lambda route: None,
    "502": lambda route: route.fulfill(
        status=502, body="<h1>Bad Gateway</h1>", content_type="text/html"
    ),
    "wifi": lambda route: route.fulfill(
        status=200, body="<h1>Login wifi</h1>", content_type="text/html"
    ),
}
ADVICE = {
    "offline": "Tidak tersambung",
    "timeout": "Sambungan lambat",
    "502": "Belum berhasil",
    "wifi": "Belum berhasil",
}


def write(page, text=TEXT, name="Siti"):
    page.fill("#body", text)
    page.fill("#name", name)


def send(page):
    page.click("button[type=submit]")


class TestWithoutReload:
    def test_a_comment_stands_under_the_article_and_the_form_is_fresh(self, site, open_page):
        address = site.article("Tanpa muat ulang", "yang pertama")
        page = open_page(address)
        page.evaluate("window.untouched = true")
        write(page)
        send(page)
        comment = page.locator(".comment").nth(1)
        expect(comment.locator(".comment__body")).to_have_text("Saya setuju")
        expect(comment.locator(".comment__body img")).to_have_attribute("alt", ":)")
        expect(page.locator("#comment-count")).to_have_text("2")
        expect(page.locator("#status")).to_contain_text("sudah terbit")
        expect(page.locator("#body")).to_have_value("")
        expect(page.locator("#name")).to_have_value("Siti")
        assert page.evaluate("window.untouched")
        assert page.evaluate("localStorage.getItem('draft ' + location.pathname)") is None

    def test_one_may_write_again_at_once(self, site, open_page):
        address = site.article("Dua kali menulis")
        page = open_page(address)
        for number in (1, 2):
            write(page, f"komentar {number}")
            send(page)
            expect(page.locator(".comment")).to_have_count(number)
        assert site.comments(address) == 2

    def test_what_is_refused_keeps_its_text_and_takes_the_focus(self, site, open_page):
        address = site.article("Ditolak")
        page = open_page(address)
        write(page)
        page.click("summary")
        page.fill("#email", "bukan alamat")
        send(page)
        expect(page.locator("#form-errors")).to_be_focused()
        expect(page.locator("#email-error")).to_contain_text("Periksa alamat surel")
        expect(page.locator("#body")).to_have_value(TEXT)
        page.fill("#email", "siti@desa.example")
        send(page)
        expect(page.locator(".comment")).to_have_count(1)
        expect(page.locator("#form-errors")).to_have_count(0)

    @pytest.mark.parametrize("failure", ["offline", "502"])
    def test_what_was_wrong_before_is_not_said_above_what_is_wrong_now(
        self, site, open_page, failure
    ):
        page = open_page(site.article(f"Dulu salah {failure}"))
        write(page)
        page.click(".form__more summary")
        page.fill("#email", "bukan alamat")
        send(page)
        expect(page.locator("#form-errors")).to_be_visible()
        page.fill("#email", "siti@desa.example")
        page.route("**/*.html", FAILURES[failure])
        send(page)
        expect(page.locator("#status")).to_contain_text(ADVICE[failure])
        expect(page.locator("#form-errors")).to_have_count(0)
        expect(page.locator(".field__error")).to_have_count(0)
        expect(page.locator("[aria-invalid]")).to_have_count(0)
        page.unroute("**/*.html")
        send(page)
        expect(page.locator(".comment")).to_have_count(1)

    def test_an_empty_one_is_refused(self, site, open_page):
        page = open_page(site.article("Kosong"))
        send(page)
        expect(page.locator("#body-error")).to_have_text("Tulis komentar Anda dulu, lalu kirim.")

    def test_a_double_click_sends_one_comment(self, site, open_page):
        address = site.article("Klik dua kali")
        page = open_page(address)
        write(page)
        page.dblclick("button[type=submit]")
        expect(page.locator(".comment")).to_have_count(1)
        page.wait_for_timeout(300)
        assert site.comments(address) == 1

    def test_a_held_one_says_so_and_can_be_found(self, serve, open_page):
        with serve(MODERATION="all", COMMENT_MIN_SECONDS="0") as site:
            page = open_page(site.article("Ditahan"))
            write(page)
            send(page)
            expect(page.locator("#status")).to_contain_text("terbit setelah diperiksa")
            page.click("#status a")
            expect(page.locator(".comment__body")).to_contain_text("Saya setuju")
            expect(page.locator(".label--waiting")).to_have_text("Menunggu diperiksa")

    def test_one_filled_in_too_fast_is_held(self, serve, open_page):
        with serve(COMMENT_MIN_SECONDS="1000") as site:
            page = open_page(site.article("Terlalu cepat"))
            write(page)
            send(page)
            expect(page.locator("#status")).to_contain_text("terbit setelah diperiksa")

    def test_earlier_comments_unfold_in_place(self, site, open_page):
        page = open_page(site.article("Panjang", *[f"komentar {number}" for number in range(120)]))
        expect(page.locator(".comment")).to_have_count(50)
        for count, focused in ((100, "comments__earlier"), (120, "comment")):
            page.click(".comments__earlier")
            expect(page.locator(".comment")).to_have_count(count)
            expect(page.locator("#comment-list > :first-child")).to_be_focused()
            assert page.evaluate("document.activeElement.className") == focused
        expect(page.locator(".comments__earlier")).to_have_count(0)
        bodies = page.locator(".comment__body").all_text_contents()
        assert bodies == [f"komentar {number}" for number in range(120)]

    def test_from_a_page_of_earlier_comments_one_is_taken_to_the_end_of_the_thread(
        self, site, open_page
    ):
        address = site.article("Dari halaman lama", *[f"komentar {number}" for number in range(60)])
        page = open_page(address)
        page.goto(site.url + page.locator(".comments__earlier").get_attribute("href"))
        expect(page.locator(".comments__none")).to_have_count(0)
        write(page, "dari halaman lama")
        send(page)
        expect(page.locator(".comment__body").last).to_have_text("dari halaman lama")
        expect(page.locator(".comment")).to_have_count(50)
        expect(page.locator("#body")).to_have_value("")
        assert "#comment-" in page.url


class TestSeen:
    """What becomes of a comment is said where its reader looks, on a phone."""

    @pytest.fixture
    def slow(self):
        """Open lines on which an answer to a comment waits until it is let through: `page, held =
        slow(page)`.
        """

        def slow(page):
            held = []
            page.route(
                "**/*.html",
                lambda route: (
                    held.append(route) if route.request.method == "POST" else route.continue_()
                ),
            )
            return held

        return slow

    @pytest.mark.parametrize("motion", ["no-preference", "reduce"])
    @pytest.mark.parametrize("keys", [True, False], ids=["by keyboard", "by thumb"])
    def test_on_a_slow_line_the_button_says_so_then_the_comment_is_in_view(
        self, site, open_page, slow, motion, keys
    ):
        address = site.article(
            f"Lambat {motion} {keys}", *[f"komentar {number}" for number in range(12)]
        )
        page = open_page(address, reduced_motion=motion)
        held = slow(page)
        write(page)
        button = page.locator("#comment-form [type=submit]")
        button.focus()
        top = page.evaluate("document.querySelector('#comment-form').offsetTop")
        page.keyboard.press("Enter") if keys else button.click()
        expect(button).to_have_text("Mengirim …")
        expect(button).to_be_in_viewport(ratio=1)
        expect(button).to_be_focused()
        expect(button).to_have_attribute("aria-disabled", "true")
        expect(page.locator("#comment-form")).to_have_attribute("aria-busy", "true")
        expect(page.locator("#status[role=status]")).to_have_text("Mengirim …")
        # nothing jumps
        assert page.evaluate("document.querySelector('#comment-form').offsetTop") == top
        button.click(force=True)
        page.keyboard.press("Enter")
        assert len(held) == 1
        held.pop().continue_()
        comment = page.locator(".comment").last
        expect(comment).to_be_focused()
        expect(comment).to_be_in_viewport(ratio=1)
        thanks = comment.locator(".comment__published")
        expect(thanks).to_have_text("Terima kasih, komentar Anda sudah terbit.")
        expect(thanks).to_be_in_viewport(ratio=1)
        expect(comment.locator(".comment__body")).to_contain_text("Saya setuju")
        assert comment.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        expect(button).to_have_text("Kirim komentar")
        assert button.get_attribute("aria-disabled") is None
        assert site.comments(address) == 13

    def test_a_network_that_crawls_is_the_same(self, site, open_page):
        page = open_page(site.article("Merayap"))
        line = {
            "offline": False,
            "latency": 1500,
            "downloadThroughput": 4_000,
            "uploadThroughput": 4_000,
        }
        page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
        write(page)
        send(page)
        expect(page.locator("#comment-form [type=submit]")).to_have_text("Mengirim …")
        expect(page.locator(".comment")).to_be_focused(timeout=20_000)
        expect(page.locator(".comment__published")).to_be_in_viewport(ratio=1)

    @pytest.mark.parametrize("scripted", [True, False])
    def test_a_held_one_is_said_in_view(self, serve, open_page, scripted):
        with serve(MODERATION="all", COMMENT_MIN_SECONDS="0") as site:
            page = open_page(
                site.article("Ditahan", body="<p>Isi.</p>" * 60), java_script_enabled=scripted
            )
            write(page)
            send(page)
            status = page.locator("#status")
            expect(status).to_contain_text("terbit setelah diperiksa")
            expect(status).to_be_in_viewport(ratio=1)
            if scripted:
                expect(status).to_be_focused()

    @pytest.mark.parametrize("earlier", [0, 60])
    def test_without_javascript_the_thanks_stand_beside_it_too(self, site, open_page, earlier):
        address = site.article(
            f"Terima kasih {earlier}", *[f"komentar {number}" for number in range(earlier)]
        )
        page = open_page(address, java_script_enabled=False)
        assert page.locator(".comment__published:visible").count() == 0
        write(page)
        send(page)
        shown = page.locator(".comment__published:visible")
        expect(shown).to_have_count(1)
        expect(shown).to_have_text("Terima kasih, komentar ini sudah terbit.")
        expect(shown).to_be_in_viewport(ratio=1)
        expect(page.locator(".comment:target .comment__body")).to_contain_text("Saya setuju")

    def test_who_follows_a_permalink_is_not_thanked(self, site, open_page):
        address = site.article("Tautan tetap", "satu")
        page = open_page(address)
        page.click(".comment__date")
        expect(page.locator(".comment")).to_be_focused()
        assert page.locator(".comment__published:visible").count() == 0

    def test_from_a_page_of_earlier_comments_one_is_thanked_at_the_end_of_the_thread(
        self, site, open_page
    ):
        address = site.article("Lama dan lambat", *[f"komentar {number}" for number in range(60)])
        page = open_page(address)
        page.goto(site.url + page.locator(".comments__earlier").get_attribute("href"))
        write(page, "dari halaman lama")
        send(page)
        comment = page.locator(".comment").last
        expect(comment).to_contain_text("dari halaman lama")
        expect(comment).to_be_focused()
        expect(comment.locator(".comment__published")).to_be_in_viewport(ratio=1)

    @pytest.mark.parametrize("failure", ["offline", "timeout", "502", "wifi"])
    def test_what_failed_can_be_sent_again(self, site, open_page, failure):
        address = site.article(f"Gagal {failure}")
        page = open_page(address)
        if failure == "timeout":
            page.evaluate("htmx.config.defaultTimeout = 50")
        page.route("**/*.html", FAILURES[failure])
        write(page)
        button = page.locator("#comment-form [type=submit]")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#status")).to_contain_text(ADVICE[failure])
        expect(page.locator("#status")).to_be_in_viewport(ratio=1)
        expect(button).to_have_text("Kirim komentar")
        expect(button).to_be_focused()
        assert [
            button.get_attribute("aria-disabled"),
            page.locator("#comment-form").get_attribute("aria-busy"),
        ] == [None, None]
        expect(page.locator("#body")).to_have_value(TEXT)
        page.unroute("**/*.html")
        page.evaluate("htmx.config.defaultTimeout = 15000")
        page.keyboard.press("Enter")
        expect(page.locator(".comment")).to_be_focused()
        assert site.comments(address) == 1

    def test_what_is_refused_has_a_button_that_sends(self, site, open_page):
        page = open_page(site.article("Ditolak lalu dikirim"))
        write(page, "")
        send(page)
        expect(page.locator("#form-errors")).to_be_focused()
        expect(page.locator("#comment-form [type=submit]")).to_have_text("Kirim komentar")


class TestOnABadLine:
    def fail(self, page, status, body):
        """Answer a comment with somebody else's page: it is said, and the text stays."""
        page.route(
            "**/*.html",
            lambda route: route.fulfill(status=status, body=body, content_type="text/html"),
        )
        write(page)
        send(page)
        expect(page.locator("#status")).to_contain_text("Belum berhasil")
        expect(page.locator("#body")).to_have_value(TEXT)

    def test_offline_the_text_stays_and_is_sent_when_the_line_is_back(self, site, open_page):
        address = site.article("Tanpa sinyal")
        page = open_page(address)
        write(page)
        page.context.set_offline(True)
        send(page)
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        expect(page.locator("#body")).to_have_value(TEXT)
        page.context.set_offline(False)
        send(page)
        expect(page.locator(".comment")).to_have_count(1)
        expect(page.locator("#status")).to_contain_text("sudah terbit")

    def test_an_answer_that_never_came_is_asked_for_again_and_stands_once(self, site, open_page):
        address = site.article("Jawaban hilang")
        page = open_page(address)
        lost = []

        def lose(route):
            if route.request.method == "POST" and not lost:
                lost.append(route.fetch())  # the server has it; the reader's phone has nothing
                route.abort()
            else:
                route.continue_()

        page.route("**/*.html", lose)
        write(page)
        send(page)
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        assert site.comments(address) == 1
        page.reload()
        expect(page.locator("#body")).to_have_value(TEXT)
        expect(page.locator("#status")).to_contain_text("sudah terbit")  # by itself
        assert site.comments(address) == 1
        expect(page.locator(".comment")).to_have_count(1)
        expect(page.locator("#body")).to_have_value("")

    def test_what_is_typed_while_a_comment_is_on_its_way_stays(self, site, open_page):
        address = site.article("Sambil menunggu")
        page = open_page(address)
        held = []
        page.route("**/*.html", lambda route: held.append(route))
        write(page, "yang pertama")
        send(page)
        page.locator("#body").press_sequentially(", dan yang")
        held.pop().continue_()
        page.unroute("**/*.html")
        expect(page.locator(".comment")).to_have_count(1)
        page.keyboard.type(" kedua")
        expect(page.locator("#body")).to_have_value("yang pertama, dan yang kedua")
        send(page)
        expect(page.locator(".comment")).to_have_count(2)
        assert site.comments(address) == 2

    def test_a_sign_in_page_of_a_wifi_does_not_take_the_forms_place(self, site, open_page):
        page = open_page(site.article("Wifi"))
        self.fail(page, 200, "<h1>Login wifi</h1>")

    def test_a_failure_is_said_where_the_reader_looks(self, site, open_page):
        page = open_page(site.article("Formulir tinggi"))
        send(page)
        expect(page.locator("#form-errors")).to_be_visible()
        page.click("summary")
        write(page)
        page.context.set_offline(True)
        send(page)
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        expect(page.locator("#status")).to_be_in_viewport()

    def test_a_server_that_fails_is_told_of_and_the_text_stays(self, site, open_page):
        page = open_page(site.article("Server gagal"))
        self.fail(page, 502, "<h1>Bad Gateway</h1>")

    def test_a_draft_survives_a_crash_of_the_tab(self, site, open_page):
        address = site.article("Draf")
        page = open_page(address)
        page.fill("#body", "belum selesai")
        page.goto("about:blank")
        page.goto(address)
        expect(page.locator("#body")).to_have_value("belum selesai")
        expect(page.locator("#form-counter")).to_be_hidden()

    def test_a_draft_waits_for_a_visit_on_which_htmx_came_too(self, site, open_page):
        address = site.article("Draf menunggu")
        page = open_page(address)
        page.fill("#body", "belum selesai")
        page.route("**/htmx*", lambda route: route.abort())
        page.goto("about:blank")
        page.goto(address)
        expect(page.locator("#body")).to_have_value("")
        page.unroute("**/htmx*")
        page.goto("about:blank")
        page.goto(address)
        expect(page.locator("#body")).to_have_value("belum selesai")

    def test_too_large_is_said_plainly(self, site, open_page):
        page = open_page(site.article("Terlalu besar"))
        page.evaluate("document.querySelector('#body').value = 'x'.repeat(70000)")
        send(page)
        expect(page.locator("#status")).to_contain_text("Kiriman terlalu besar")
        assert page.evaluate("document.querySelector('#body').value.length") == 70_000
        page.fill("#body", "")
        page.click("[data-emoticon=':))']")
        expect(page.locator("#body")).to_have_value(":)) ")

    def test_a_page_open_for_too_long_keeps_the_text_and_sends_it_the_second_time(
        self, site, open_page
    ):
        address = site.article("Terlalu lama")
        page = open_page(address)
        page.evaluate("document.querySelector('[name=token]').value = 'old'")
        write(page)
        send(page)
        expect(page.locator("#form-errors")).to_contain_text("terlalu lama terbuka")
        expect(page.locator("#body")).to_have_value(TEXT)
        send(page)
        expect(page.locator(".comment")).to_have_count(1)


class TestWithoutJavaScript:
    def test_a_comment_is_sent_and_stands_on_the_page(self, site, open_page):
        page = open_page(site.article("Tanpa JavaScript"), java_script_enabled=False)
        write(page)
        send(page)
        expect(page.locator(".comment__body")).to_contain_text("Saya setuju")
        assert re.search(r"html#comment-\d+$", page.url)

    def test_what_is_refused_comes_back_whole(self, site, open_page):
        page = open_page(site.article("Ditolak tanpa JavaScript"), java_script_enabled=False)
        write(page, name="x" * 90)
        send(page)
        expect(page.locator("#name-error")).to_contain_text("Terlalu panjang")
        expect(page.locator("#body")).to_have_value(TEXT)
        expect(page.locator("article.article")).to_be_visible()
        page.fill("#name", "Siti")
        send(page)
        expect(page.locator(".comment__author")).to_have_text("Siti")

    def test_sent_twice_by_reload_it_is_one_comment(self, site, open_page):
        address = site.article("Muat ulang")
        page = open_page(address, java_script_enabled=False)
        for _ in range(2):
            page.goto(address)
            write(page)
            send(page)
        expect(page.locator(".comment")).to_have_count(1)

    def test_the_codes_can_be_read_and_typed(self, site, open_page):
        page = open_page(site.article("Kode"), java_script_enabled=False)
        codes = page.locator("[data-emoticon] .emoticons__code")
        assert codes.count() == 24
        assert all(codes.nth(number).is_visible() for number in range(24))

    def test_a_held_one_says_so_on_the_page(self, serve, open_page):
        with serve(MODERATION="all") as site:
            page = open_page(site.article("Ditahan"), java_script_enabled=False)
            write(page)
            send(page)
            expect(page.locator("#status")).to_contain_text("terbit setelah diperiksa")
            expect(page.locator("article.article")).to_be_visible()

    def test_earlier_comments_have_a_page(self, site, open_page):
        page = open_page(
            site.article("Panjang sekali", *[f"k {number}" for number in range(60)]),
            java_script_enabled=False,
        )
        page.click(".comments__earlier")
        expect(page.locator(".comment")).to_have_count(10)
        page.click(".comments__later")
        expect(page.locator(".comment")).to_have_count(50)


class TestEmoticons:
    def test_a_click_puts_the_code_where_one_writes(self, site, open_page):
        page = open_page(site.article("Emotikon"))
        page.fill("#body", "Bagus sekali")
        page.evaluate("document.querySelector('#body').setSelectionRange(5, 5)")
        page.click("[data-emoticon=':))']")
        expect(page.locator("#body")).to_have_value("Bagus :)) sekali")
        page.click("[data-emoticon='=((']")
        expect(page.locator("#body")).to_have_value("Bagus :)) =(( sekali")
        expect(page.locator("#body")).to_be_focused()

    def test_every_code_of_the_row_becomes_its_picture(self, site, open_page):
        page = open_page(site.article("Semua emotikon"))
        codes = [
            button.get_attribute("data-emoticon")
            for button in page.locator("[data-emoticon]").all()
        ]
        page.fill("#body", " ".join(codes))
        send(page)
        pictures = page.locator(".comment__body img")
        expect(pictures).to_have_count(24)
        assert [picture.get_attribute("alt") for picture in pictures.all()] == codes
        assert all(
            picture.evaluate("image => image.complete && image.naturalWidth > 0")
            for picture in pictures.all()
        )

    def test_the_row_is_one_stop_of_the_tab_key_and_arrows_go_along_it(self, site, open_page):
        page = open_page(site.article("Papan ketik"))
        page.focus("#body")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.emoticon") == ":))"
        for key, code in (
            ("ArrowRight", ";))"),
            ("ArrowLeft", ":))"),
            ("ArrowLeft", "=))"),
            ("Home", ":))"),
            ("End", "=))"),
            ("ArrowRight", ":))"),
        ):
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement.dataset.emoticon") == code
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "emoticon-codes"

    def test_who_wants_to_type_the_codes_has_them_shown_and_that_is_remembered(
        self, site, open_page
    ):
        page = open_page(site.article("Kode emotikon"))
        code = page.locator(".emoticons__code").first
        expect(code).to_be_hidden()
        switch = page.get_by_label("Tampilkan kode emotikon")
        switch.press("Space")
        expect(code).to_be_visible()
        expect(code).to_have_text(":))")
        page.fill("#body", "masih terlihat")
        send(page)
        expect(page.locator("#body")).to_have_value("")
        expect(code).to_be_visible()
        page.reload()
        expect(switch).to_be_checked()
        switch.uncheck()
        page.reload()
        expect(code).to_be_hidden()

    def test_without_javascript_the_codes_are_there_without_asking(self, site, open_page):
        page = open_page(site.article("Kode tanpa skrip"), java_script_enabled=False)
        expect(page.locator(".emoticons__code").first).to_be_visible()
        expect(page.locator("#emoticon-codes")).to_be_hidden()


class TestKeyboardOnly:
    def test_a_comment_is_written_and_sent_without_a_mouse(self, site, open_page):
        page = open_page(site.article("Hanya papan ketik"))
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        for _ in range(40):
            if page.evaluate("document.activeElement.id") == "body":
                break
            page.keyboard.press("Tab")
        page.keyboard.type("Lewat papan ketik ")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        for _ in range(8):
            if page.evaluate("document.activeElement.type") == "submit":
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".comment__body")).to_contain_text("Lewat papan ketik")
        expect(page.locator(".comment__body img")).to_have_attribute("alt", ":))")


class TestCounter:
    def test_it_appears_near_the_limit_and_nothing_typed_is_cut(self, site, open_page):
        page = open_page(site.article("Penghitung"))
        counter = page.locator("#form-counter")
        page.fill("#body", "x" * 2600)
        expect(counter).to_be_hidden()
        page.fill("#body", "x" * 2990)
        expect(counter).to_have_text("Tersisa 10 huruf.")
        page.fill("#body", "x" * 3002)
        expect(counter).to_have_text("Kelebihan 2 huruf.")
        send(page)
        expect(page.locator("#body-error")).to_contain_text("Pendekkan 2 huruf")
        assert page.evaluate("document.querySelector('#body').value.length") == 3002


@pytest.mark.parametrize("scripted", [True, False])
def test_a_closed_article_has_no_form(site, open_page, scripted):
    address = site.article("Sudah ditutup", "satu")
    site.close(address)
    page = open_page(address, java_script_enabled=scripted)
    expect(page.locator(".comments__closed")).to_be_visible()
    expect(page.locator("#comment-form")).to_have_count(0)
    expect(page.locator(".comment")).to_have_count(1)
