"""The office as an officer meets it: on a phone and on a desk, by tap and by key, with and without
JavaScript.
"""

import re

import pytest
from playwright.sync_api import expect

from pnpm.accounts.models import Role
from tests.browser.conftest import DESK, ON_A_PHONE, PASSWORD, PHONE_AND_DESK


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own, with two officers."""
    with serve(MODERATION="all", COMMENT_MIN_SECONDS="0") as site:
        site.officer("Bu Camat", Role.ADMIN)
        site.officer("Rudi", Role.MODERATOR)
        yield site


@pytest.fixture
def article(site, request):
    """An article of the test's own."""
    return site.article(request.node.name)


def row(page, number):
    return page.locator(f"#comment-{number}")


class TestSigningIn:
    @ON_A_PHONE
    @pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
    def test_one_gets_where_one_wanted_and_out_again(self, enter, site, viewport, scripted):
        page = enter("/admin/comments?status=spam", viewport=viewport, java_script_enabled=scripted)
        expect(page.locator("h1")).to_have_text("Komentar")
        page.get_by_role("button", name="Keluar").click()
        expect(page.locator("#login-form")).to_be_visible()
        page.goto(f"{site.url}/admin/comments")
        expect(page.locator("#login-form")).to_be_visible()

    def test_by_keyboard_alone(self, site, open_page):
        page = open_page(f"{site.url}/admin/")
        page.locator("#username").focus()
        page.keyboard.type("bu camat")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Ringkasan")

    def test_a_wrong_password_keeps_the_name_and_takes_the_focus(self, site, open_page):
        page = open_page(f"{site.url}/admin/")
        page.fill("#username", "Rudi")
        page.fill("#password", "bukan ini")
        page.click("#login-form button[type=submit]")
        expect(page.locator("#form-errors")).to_contain_text("salah")
        expect(page.locator("#form-errors")).to_be_focused()
        expect(page.locator("#username")).to_have_value("Rudi")
        expect(page.locator("#password")).to_have_value("")

    def test_the_cookie_is_the_offices_alone(self, enter, site, article):
        page = enter()
        kept = {
            (cookie["path"], cookie["httpOnly"], cookie["sameSite"])
            for cookie in page.context.cookies()
        }
        assert kept == {("/admin", True, "Lax")}
        sent = []
        page.on("request", lambda request: sent.append(request.all_headers().get("cookie")))
        page.goto(article)
        assert set(sent) == {None}


class TestOneTap:
    def test_what_was_wrong_before_is_not_said_above_what_was_done(self, enter, site, article):
        (number,) = site.hold(article, ("Siti", "pertanyaan"))
        page = enter("/admin/comments")
        page.locator("#many").get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#form-errors")).to_contain_text("Pilih dulu komentarnya")
        row(page, number).get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#status")).to_contain_text("sekarang terbit")
        expect(page.locator(".form__errors")).to_have_count(0)

    @PHONE_AND_DESK
    def test_the_row_becomes_a_line_with_the_way_back_and_the_next_has_the_focus(
        self, enter, site, article, viewport
    ):
        older, newer = site.hold(article, ("Siti", "pertanyaan"), ("Rahmat", "jawaban :)"))
        page = enter("/admin/comments", viewport=viewport)
        page.evaluate("window.untouched = true")
        before = int(page.locator("[data-count=pending]").text_content())
        row(page, newer).get_by_role("button", name="Terbitkan").click()
        expect(row(page, newer)).to_contain_text("Komentar Rahmat sekarang terbit.")
        expect(page.locator("#status")).to_have_text("Komentar Rahmat sekarang terbit.")
        expect(row(page, older)).to_be_focused()
        expect(page.locator("[data-count=pending]")).to_have_text(str(before - 1))
        assert site.comments(article) == 1
        row(page, newer).get_by_role("button", name="Urungkan").click()
        expect(row(page, newer).locator(".row__body")).to_contain_text("jawaban")
        expect(row(page, newer)).to_be_focused()
        assert site.comments(article) == 0
        assert page.evaluate("window.untouched")

    def test_without_javascript_the_page_says_what_happened_and_offers_the_way_back(
        self, enter, site, article
    ):
        (number,) = site.hold(article, ("Siti", "tanpa JavaScript"))
        page = enter("/admin/comments", java_script_enabled=False)
        row(page, number).get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#done")).to_contain_text("1 komentar: sekarang terbit.")
        assert site.comments(article) == 1
        page.locator("#done").get_by_role("button", name="Urungkan").click()
        expect(row(page, number)).to_be_visible()
        assert site.comments(article) == 0

    def test_a_double_click_is_one_deed(self, enter, site, article):
        (number,) = site.hold(article, ("Siti", "klik dua kali"))
        page = enter("/admin/comments")
        row(page, number).get_by_role("button", name="Terbitkan").dblclick()
        expect(row(page, number)).to_contain_text("sekarang terbit")
        page.goto(f"{site.url}/admin/comments/{number}")
        expect(page.locator(".log__entry")).to_have_count(1)

    def test_who_comes_second_sees_how_it_stands(self, enter, site, article):
        (number,) = site.hold(article, ("Siti", "dua pengurus"))
        first, second = enter("/admin/comments"), enter("/admin/comments", "Rudi")
        row(first, number).get_by_role("button", name="Terbitkan").click()
        expect(row(first, number)).to_contain_text("sekarang terbit")
        row(second, number).get_by_role("button", name="Spam").click()
        expect(row(second, number).locator("#form-errors")).to_contain_text(
            "orang lain sudah mengubahnya"
        )
        expect(row(second, number).locator(".label--published")).to_be_visible()
        assert site.comments(article) == 1

    def test_on_a_dead_line_it_says_so_and_the_row_stays(self, enter, site, article):
        (number,) = site.hold(article, ("Siti", "tanpa sinyal"))
        page = enter("/admin/comments")
        page.context.set_offline(True)
        row(page, number).get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#status")).to_contain_text("Tidak tersambung")
        page.context.set_offline(False)
        row(page, number).get_by_role("button", name="Terbitkan").click()
        expect(row(page, number)).to_contain_text("sekarang terbit")

    def test_who_was_signed_out_meanwhile_is_asked_to_sign_in(self, enter, site, article):
        (number,) = site.hold(article, ("Siti", "sesi berakhir"))
        page = enter("/admin/comments")
        page.context.clear_cookies()
        row(page, number).get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#login-form")).to_be_visible()
        assert site.comments(article) == 0


class TestKeys:
    def test_j_k_a_s_d_u_and_the_question_mark(self, enter, site, article):
        third, second, first = site.hold(
            article, ("Siti", "ketiga"), ("Rahmat", "kedua"), ("Ani", "pertama")
        )
        page = enter("/admin/comments", viewport=DESK)
        for key, focused in (("j", first), ("j", second), ("k", first)):
            page.keyboard.press(key)
            expect(row(page, focused)).to_be_focused()
        page.keyboard.press("a")
        expect(page.locator("#status")).to_have_text("Komentar Ani sekarang terbit.")
        expect(row(page, second)).to_be_focused()
        page.keyboard.press("s")
        expect(page.locator("#status")).to_have_text("Komentar Rahmat sekarang ditandai spam.")
        expect(row(page, third)).to_be_focused()
        page.keyboard.press("d")
        expect(page.locator("#status")).to_contain_text("Komentar Siti sekarang dihapus.")
        page.keyboard.press("u")
        expect(row(page, third)).to_be_focused()
        expect(row(page, third).locator(".row__body")).to_be_visible()
        assert site.comments(article) == 1
        page.keyboard.press("?")
        expect(page.locator("#keys dl")).to_be_visible()

    def test_they_are_letters_where_one_types(self, enter, site, article):
        (number,) = site.hold(article, ("Siti", "mengetik"))
        page = enter("/admin/comments")
        page.locator("#desk-search summary").click()
        page.locator("#q").focus()
        page.keyboard.type("jasd")
        expect(page.locator("#q")).to_have_value("jasd")
        expect(row(page, number).locator(".row__body")).to_be_visible()


class TestMany:
    @pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
    def test_ticked_ones_move_and_come_back_together(self, enter, site, article, scripted):
        numbers = site.hold(article, ("Siti", "satu"), ("Siti", "dua"), ("Siti", "tiga"))
        page = enter(
            f"/admin/comments?article={self.number(article, site)}", java_script_enabled=scripted
        )
        for number in numbers[:2]:
            row(page, number).get_by_role("checkbox").check()
        page.locator("#many").get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#done")).to_contain_text("2 komentar: sekarang terbit.")
        assert site.comments(article) == 2
        page.locator("#done").get_by_role("button", name="Urungkan").click()
        expect(page.locator("#desk > .row")).to_have_count(3)
        assert site.comments(article) == 0

    def test_one_tick_takes_all_of_the_page(self, enter, site, article):
        site.hold(article, ("Siti", "satu"), ("Siti", "dua"))
        page = enter(f"/admin/comments?article={self.number(article, site)}")
        page.locator("#many-shown").check()
        page.locator("#many").get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#done")).to_contain_text("2 komentar: sekarang terbit.")

    def number(self, address, site):
        with site.app.app_context():
            return site._at(address).id


class TestWaiting:
    def test_new_ones_are_told_in_the_tabs_title(self, enter, site, article, open_page):
        page = open_page(f"{site.url}/admin/login")
        page.clock.install()
        page.reload()
        page.fill("#username", "Bu Camat")
        page.fill("#password", PASSWORD)
        page.click("#login-form button[type=submit]")
        page.goto(f"{site.url}/admin/comments")
        site.hold(article, ("Siti", "kabar pertama"))
        page.clock.run_for(31_000)
        expect(page).to_have_title(re.compile(r"^\(\d+\) Komentar - "))
        before = int(re.match(r"\((\d+)\)", page.title())[1])
        site.hold(article, ("Siti", "kabar baru"))
        with page.expect_response("**/admin/comments/waiting") as answer:
            page.clock.run_for(31_000)
        assert answer.value.status == 200
        expect(page).to_have_title(re.compile(rf"^\({before + 1}\) "))
        expect(page.locator("#status")).to_contain_text("Ada komentar baru")
        with page.expect_response("**/admin/comments/waiting") as answer:
            page.clock.run_for(31_000)
        assert answer.value.status == 304

    def test_after_a_tap_and_its_undo_every_number_is_the_same_at_once(self, enter, site, article):
        (number, _other) = site.hold(article, ("Siti", "satu"), ("Siti", "dua"))
        page = enter("/admin/comments")
        page.clock.install()  # from here on nothing is asked for by itself

        def numbers():
            title = re.match(r"\((\d+)\)", page.title())
            many = re.search(r"Semua (\d+)", page.locator("#many-all").text_content())
            return {
                int(title[1]),
                int(many[1]),
                int(page.locator("[data-count=pending]").text_content()),
            }

        (before,) = numbers()
        row(page, number).get_by_role("button", name="Terbitkan").click()
        expect(row(page, number)).to_have_class(re.compile("row--done"))
        assert numbers() == {before - 1}
        row(page, number).get_by_role("button", name="Urungkan").click()
        expect(row(page, number)).not_to_have_class(re.compile("row--done"))
        assert numbers() == {before}


SHOWN_WHOLE = """() => {
  const bar = document.querySelector(".office__nav").getBoundingClientRect().top;
  return [...document.querySelectorAll("#desk > .row")].filter((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return top >= 0 && bottom <= bar;
  }).length;
}"""
# a target that one taps all day is as large as a thumb, and none lies on a bar
TAPPED = """() => [...document.querySelectorAll(".row button, .row summary, .many button, .office__nav a, .office__out")]
  .filter((element) => element.checkVisibility()).map((element) => [element.textContent.trim(), element.getBoundingClientRect()])
  .filter(([_words, box]) => box.height < 43.9).map(([words, box]) => `${words} ${box.height}`)"""
ORDINARY = (
    ("Hasanuddin", "Jembatan di dusun kami rusak sejak tahun lalu, mohon diusulkan :("),
    ("Siti Aminah", "Kapan musyawarah berikutnya, dan di mana? Terima kasih."),
    ("H. Nur'aini, S.Pd.", "Alhamdulillah jalannya sudah bagus sekarang."),
)


class TestOnAPhone:
    @pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
    def test_three_comments_are_whole_on_the_screen(self, enter, site, article, scripted):
        site.hold(article, *ORDINARY)
        page = enter("/admin/comments", java_script_enabled=scripted)
        assert page.evaluate(SHOWN_WHOLE) == 3
        assert page.evaluate(TAPPED) == []

    def test_a_long_one_is_told_in_three_lines_until_all_of_it_is_wanted(
        self, enter, site, article
    ):
        (number,) = site.hold(article, ("Siti", "kalimat yang panjang " * 40))
        page = enter("/admin/comments")
        body = row(page, number).locator(".row__body")
        short = body.bounding_box()["height"]
        expect(row(page, number).get_by_role("link", name="Jawab, ubah, riwayat")).to_be_hidden()
        row(page, number).locator("summary").click()
        expect(row(page, number).get_by_role("link", name="Jawab, ubah, riwayat")).to_be_visible()
        assert short < 72 < 3 * short < body.bounding_box()["height"]

    def test_what_is_ticked_is_moved_from_one_line_above_the_bar(self, enter, site, article):
        numbers = site.hold(article, *ORDINARY)
        page = enter("/admin/comments")
        row(page, numbers[-1]).get_by_role("checkbox").check()
        many = page.locator("#many").bounding_box()
        bar = page.locator(".office__nav").bounding_box()
        assert many["height"] < 64
        assert abs(many["y"] + many["height"] - bar["y"]) < 2
        assert bar["y"] + bar["height"] == 640

    def test_the_bar_hides_nothing_that_has_the_focus(self, enter, site, article):
        site.hold(article, *ORDINARY)
        page = enter("/admin/comments")
        page.locator("#desk .row").first.get_by_role("checkbox").check()
        for _ in range(40):
            page.keyboard.press("Tab")
            assert page.evaluate(
                """() => {
                  const { left, top, width, height } = document.activeElement.getBoundingClientRect();
                  const there = document.elementFromPoint(left + width / 2, top + height / 2);
                  return !there || there === document.activeElement || there.contains(document.activeElement)
                    || document.activeElement.contains(there) || there.closest("label") !== null;
                }"""
            ), page.evaluate("document.activeElement.outerHTML")

    def test_the_last_line_of_a_page_can_be_read_above_the_bar(self, enter, site):
        page = enter("/admin/places")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        footer = page.locator(".footer").bounding_box()
        assert footer["y"] + footer["height"] <= page.locator(".office__nav").bounding_box()["y"]

    def test_komentar_says_how_many_wait(self, enter, site, article):
        site.hold(article, ("Siti", "satu lagi"))
        page = enter("/admin/settings")
        expect(page.locator(".office__daily .office__waiting")).to_have_text(re.compile(r"^\d+$"))


class TestOneComment:
    @ON_A_PHONE
    def test_its_text_is_changed_and_an_answer_stands_under_it(
        self, enter, site, article, open_page, viewport
    ):
        (number,) = site.hold(article, ("Siti", "telepon saya 0812"))
        page = enter(f"/admin/comments/{number}", viewport=viewport)
        page.fill("#body", "telepon saya (dihapus)")
        page.get_by_role("button", name="Simpan teks").click()
        expect(page.locator("#done")).to_contain_text("mengubah teks")
        expect(page.locator(".row__body")).to_have_text("telepon saya (dihapus)")
        expect(page.locator(".log__change del")).to_have_text("telepon saya 0812")
        page.fill("#reply", "Terima kasih :)")
        page.get_by_role("button", name="Terbitkan jawaban").click()
        expect(page.locator(".reply-shown")).to_contain_text("Terima kasih")
        row(page, number).get_by_role("button", name="Terbitkan").click()
        expect(page.locator("#status")).to_contain_text("sekarang terbit")
        reader = open_page(article, viewport=viewport)
        expect(
            reader.locator(f"#comment-{number} + .comments__replies .label--official")
        ).to_have_text("Pengurus")
        expect(reader.locator("#comment-count")).to_have_text("2")


class TestAuthor:
    @ON_A_PHONE
    def test_all_of_an_author_is_deleted_and_brought_back(self, enter, site, article, viewport):
        numbers = site.hold(
            article,
            ("Promo", "satu"),
            ("Promo", "dua"),
            sender=f"198.51.100.{viewport['width'] % 250}",
        )
        page = enter(f"/admin/comments/{numbers[0]}", viewport=viewport)
        page.locator(".row__who a").click()
        expect(page.locator("#desk > .row")).to_have_count(2)
        page.get_by_role("button", name="Hapus semua darinya").click()
        expect(page.locator("#done")).to_contain_text("2 komentar: sekarang dihapus.")
        page.locator("#done").get_by_role("button", name="Urungkan").click()
        expect(page.locator("#desk .label--pending")).to_have_count(2)

    def test_a_trusted_ones_next_comment_stands_at_once(self, enter, site, article, open_page):
        page = enter("/admin/comments")
        (number,) = site.hold(article, ("H. Nur'aini, S.Pd.", "yang pertama"), sender="127.0.0.1")
        page.goto(f"{site.url}/admin/comments/{number}")
        page.locator(".row__who a").click()
        page.get_by_role("button", name="Percayai").click()
        expect(page.locator("#author")).to_contain_text("Dipercaya")
        reader = open_page(article)
        reader.fill("#body", "terbit langsung")
        reader.fill("#name", "H. Nur'aini, S.Pd.")
        reader.click("#comment-form button[type=submit]")
        expect(reader.locator("#status")).to_contain_text("sudah terbit")
        page.get_by_role("button", name="Jangan percayai lagi").click()
        expect(page.get_by_role("button", name="Percayai")).to_be_visible()


def test_what_was_typed_survives_a_session_that_ran_out(enter, site, article):
    (number,) = site.hold(article, ("Siti", "jawab saya"))
    page = enter(f"/admin/comments/{number}")
    page.locator("#reply").press_sequentially("jawaban yang panjang")
    page.context.clear_cookies()
    page.get_by_role("button", name="Terbitkan jawaban").click()
    page.fill("#username", "Bu Camat")
    page.fill("#password", PASSWORD)
    page.click("#login-form button[type=submit]")
    expect(page.locator("#reply")).to_have_value("jawaban yang panjang")
    page.get_by_role("button", name="Terbitkan jawaban").click()
    expect(page.locator(".reply-shown")).to_contain_text("jawaban yang panjang")
    expect(page.locator("#reply")).to_have_value("")
    page.reload()
    expect(page.locator("#reply")).to_have_value("")


@ON_A_PHONE
@pytest.mark.parametrize("scripted", [True, False], ids=["", "without JavaScript"])
class TestFinding:
    def test_a_search_its_filters_and_pages_stand_in_the_address(
        self, enter, site, article, viewport, scripted
    ):
        word = "kepiting" if scripted else "rajungan"  # the site is one for both
        site.hold(article, *[("Nurhayati", f"{word} nomor {number}") for number in range(30)])
        page = enter("/admin/comments", viewport=viewport, java_script_enabled=scripted)
        page.locator("#desk-search summary").click()
        page.fill("#q", f"{word} nurhayati")
        page.select_option("#sort", "oldest")
        page.locator("#desk-search").get_by_role("button", name="Cari").click()
        expect(page.locator("#desk > .row")).to_have_count(25)
        expect(page.locator(".row__body").first).to_have_text(f"{word} nomor 0")
        page.get_by_role("link", name="Halaman berikutnya").click()
        rest = [f"{word} nomor {number}" for number in range(25, 30)]
        expect(page.locator(".row__body")).to_have_text(rest)
        for asked in (f"q={word}", "sort=oldest", "after="):
            assert asked in page.url

    def test_a_deleted_one_is_removed_for_ever_by_an_admin(
        self, enter, site, article, viewport, scripted
    ):
        (number,) = site.hold(article, ("Siti", "hapus selamanya"))
        page = enter(f"/admin/comments/{number}", viewport=viewport, java_script_enabled=scripted)
        page.locator(f"#comment-{number}").get_by_role("button", name="Hapus").click()
        expect(page.locator(f"#comment-{number}, #done").first).to_contain_text("sekarang dihapus")
        page.goto(f"{site.url}/admin/comments/{number}")
        page.get_by_role("button", name="Hapus selamanya").click()
        assert page.goto(f"{site.url}/admin/comments/{number}").status == 404

    def test_a_reader_cannot_take_the_offices_name(
        self, site, open_page, article, viewport, scripted
    ):
        page = open_page(article, viewport=viewport, java_script_enabled=scripted)
        page.fill("#name", "Аdm1n")  # its first letter is Cyrillic
        page.fill("#body", "saya pengurus")
        page.click("#comment-form button[type=submit]")
        expect(page.locator("#name-error")).to_contain_text("dipakai pengurus")
        expect(page.locator("#body")).to_have_value("saya pengurus")


# Of each word on a button: whether it stands in one line; and how far a button sticks out of the
# screen.
WORDS_ON_BUTTONS = """() => {
  const broken = [];
  for (const button of document.querySelectorAll("button, .button")) {
    if (!button.checkVisibility()) continue;
    const texts = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      if (text.parentElement.closest(".hidden")) continue;
      for (const word of text.data.matchAll(/\\S+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((line) => line.top)).size > 1) broken.push(word[0]);
      }
    }
    const within = button.closest("nav, [role=toolbar], trix-toolbar, .emoticons"); // these are scrolled sideways
    if (!within && button.getBoundingClientRect().right > innerWidth) broken.push("out: " + button.textContent);
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [320, 360])
def test_no_word_on_a_button_is_broken_in_any_font_or_size(enter, site, article, width):
    numbers = site.hold(article, ("Siti", "pertanyaan"), ("Rahmat", "jawaban"))
    page = enter("/admin/comments", viewport={"width": width, "height": 640})
    row(page, numbers[0]).get_by_role("button", name="Terbitkan").click()
    expect(page.locator("#status")).to_contain_text("sekarang terbit")
    for path in (
        "",
        f"comments/{numbers[1]}",
        "articles",
        "articles/new",
        "policy",
        "settings",
        "users/2",
        "log",
        "backups",
    ):
        if path:
            page.goto(f"{site.url}/admin/{path}")
        for font in ("system-ui", "DejaVu Sans", "DejaVu Sans Mono", "DejaVu Serif"):
            for text in ("100%", "200%"):
                page.evaluate(
                    """([font, text]) => {
                      document.documentElement.style.fontSize = text;
                      for (const button of document.querySelectorAll("button, .button")) button.style.fontFamily = font;
                    }""",
                    [font, text],
                )
                assert page.evaluate(WORDS_ON_BUTTONS) == [], (path, font, text)
