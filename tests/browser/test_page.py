"""The page as people meet it: small screens, light and dark, zoomed, still, printed, read aloud;
and valid.
"""

import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from pnpm.site_settings import LAYOUTS
from tests.browser.conftest import LOOKS, PHONE_AND_DESK
from tests.browser.test_front_page import choose
from tests.conftest import TOP, missing
from tests.photographs import photograph

# Elements that one operates and that are smaller than 24 px either way, but for links in running
# text (WCAG 2.2, 2.5.8).
SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter((element) => !element.closest(".article__body, .comment__body, .form__subject, .form__errors li, .status, .skip"))
  .filter((element) => element.type !== "hidden")
  .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([_html, box]) => box.width < 24 || box.height < 24).map(([html, box]) => `${html} ${box.width}x${box.height}`)"""


@pytest.fixture(scope="module")
def address(site):
    """An article with comments of every kind."""
    bodies = [
        "Baik sekali :))",
        "<blockquote>kutipan</blockquote><pre>a\nb</pre><ul><li>satu</li></ul> http://desa.example/"
        + "x" * 200,
    ]
    return site.article(
        "Latar Belakang",
        *bodies,
        body="<h2>Bagian</h2><p>Isi.</p><table><tr><th>a</th><td>b</td></tr></table>",
    )


@pytest.fixture(scope="module")
def report(site):
    """An article with pictures, in text and in a figure, and labels."""
    figure = site.picture(photograph())
    inline = figure.partition("<figcaption>")[0].removeprefix("<figure>")
    body = f"<p>Isi {inline} lagi.</p>{figure}<ul><li>{inline}</li></ul><blockquote>{inline}</blockquote>"
    return site.written("Laporan bergambar", body, labels=["Musyawarah Desa", "RT", "<b>&"])


def fresh(page):
    """The form as it came."""


def refused(page):
    """The form with its errors."""
    page.fill("#name", "x" * 90)
    page.click("summary")
    page.fill("#email", "bukan")
    page.click("button[type=submit]")
    expect(page.locator("#form-errors")).to_be_visible()


def taken(page):
    """The form after a comment was published."""
    page.fill("#body", "komentar untuk axe")
    page.click("button[type=submit]")
    expect(page.locator("#status")).to_contain_text("sudah terbit")


def offline(page):
    """The form after a failed try."""
    page.fill("#body", "tanpa sinyal")
    page.context.set_offline(True)
    page.click("button[type=submit]")
    expect(page.locator("#status")).to_contain_text("Tidak tersambung")


class TestAccessible:
    @pytest.mark.parametrize("state", [fresh, refused, taken, offline])
    @LOOKS
    def test_axe_finds_nothing_in_any_state_of_the_form(
        self, open_page, axe, address, state, scheme, viewport
    ):
        page = open_page(address, color_scheme=scheme, viewport=viewport)
        state(page)
        page.wait_for_timeout(400)  # what fades in has its colours then
        assert axe(page) == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("path", ["/", "/label/rt", "/tidak-ada", "/admin/"])
    def test_axe_finds_nothing_on_the_other_pages(
        self, site, open_page, axe, address, report, path, scheme
    ):
        assert axe(open_page(site.url + path, color_scheme=scheme)) == []

    @pytest.mark.parametrize("path", ["/", "/label/rt"])
    @pytest.mark.parametrize("width", [320, 360, 1280])
    def test_what_one_operates_on_lists_is_large_enough_and_nothing_is_cut_off(
        self, site, open_page, report, path, width
    ):
        page = open_page(site.url + path, viewport={"width": width, "height": 640})
        assert page.evaluate(SMALL) == []
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing_where_comments_wait_or_are_closed(
        self, serve, open_page, axe, scheme
    ):
        with serve(MODERATION="all") as site:
            closed = site.article("Ditutup", "satu")
            site.close(closed)
            assert axe(open_page(closed, color_scheme=scheme)) == []
            page = open_page(site.article("Ditahan"), color_scheme=scheme)
            page.fill("#body", "menunggu")
            page.click("button[type=submit]")
            expect(page.locator("#status a")).to_be_visible()
            assert axe(page) == []
            page.click("#status a")
            expect(page.locator(".label--waiting")).to_be_visible()
            assert axe(page) == []

    @PHONE_AND_DESK
    def test_what_one_operates_is_at_least_24_px(self, open_page, address, viewport):
        page = open_page(address, viewport=viewport)
        page.click("summary")
        assert page.evaluate(SMALL) == []
        boxes = [button.bounding_box() for button in page.locator("[data-emoticon]").all()]
        assert all(box["width"] >= 40 and box["height"] >= 40 for box in boxes)

    @pytest.mark.parametrize("width", [320, 360, 640, 1280])
    @pytest.mark.parametrize("text", ["100%", "200%"])
    def test_nothing_is_cut_off_on_a_small_screen_or_with_large_text(
        self, open_page, address, width, text
    ):
        page = open_page(address, viewport={"width": width, "height": 640})
        page.evaluate(
            "(size) => document.documentElement.style.setProperty('font-size', size)", text
        )
        refused(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_text_in_the_form_is_large_enough_that_a_phone_does_not_zoom(self, open_page, address):
        page = open_page(address)
        for field in ("#body", "#name"):
            assert (
                page.locator(field).evaluate(
                    "element => parseFloat(getComputedStyle(element).fontSize)"
                )
                >= 16
            )


class TestTicker:
    @pytest.fixture
    def headlines(self, site, address):
        """Two articles at least."""
        site.article("Kabar kedua")
        return address

    def test_it_moves_and_can_be_paused(self, open_page, headlines):
        page = open_page("about:blank")
        page.clock.install()
        page.goto(headlines)
        shown = page.locator(".ticker li[data-shown]")
        first = shown.text_content()
        page.clock.run_for(7000)
        expect(shown).not_to_have_text(first)
        pause = page.locator(".ticker__pause")
        pause.click()
        expect(pause).to_have_attribute("aria-pressed", "true")
        page.mouse.move(0, 600)
        page.evaluate("document.activeElement.blur()")
        now = shown.text_content()
        page.clock.run_for(20_000)
        assert shown.text_content() == now

    def test_it_stands_still_for_who_prefers_that(self, open_page, headlines):
        page = open_page("about:blank", reduced_motion="reduce")
        page.clock.install()
        page.goto(headlines)
        expect(page.locator(".ticker__pause")).to_be_hidden()
        first = page.locator(".ticker li").first
        page.clock.run_for(20_000)
        expect(first).to_be_visible()
        assert page.locator(".ticker li:visible").count() == 1

    def test_without_javascript_the_first_headline_stands(self, open_page, headlines):
        page = open_page(headlines, java_script_enabled=False)
        assert page.locator(".ticker li:visible").count() == 1
        expect(page.locator(".ticker__pause")).to_be_hidden()


def test_dark_is_dark_and_light_is_light(open_page, address):
    grounds = [
        open_page(address, color_scheme=scheme).evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in ("light", "dark")
    ]
    assert grounds == ["rgb(251, 250, 245)", "rgb(26, 21, 18)"]


def test_printed_it_is_the_article_and_its_comments(open_page, address):
    page = open_page(address)
    page.emulate_media(media="print")
    for hidden in (".ticker", "#comment-form", ".footer", ".article__share"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".article__body")).to_be_visible()
    expect(page.locator(".comment").first).to_be_visible()
    link = page.locator(".comment__body a").first
    assert "http" in link.evaluate("element => getComputedStyle(element, '::after').content")


def test_the_html_is_valid(site, open_page, address, report, tmp_path):
    jar = TOP / ".tools/node_modules/vnu-jar/build/dist/vnu.jar"
    if not jar.is_file():
        missing("vnu-jar", "install npm, then `make test`")
    if not shutil.which("java"):
        missing("java", "apt-get install default-jre-headless")
    page = open_page(address)
    states = {
        "front": f"{site.url}/",
        "article": address,
        "unknown": f"{site.url}/tidak-ada",
        "office": f"{site.url}/admin/",
    }
    states |= {"report": report, "label": f"{site.url}/label/rt"}
    for name, state in states.items():
        (tmp_path / f"{name}.html").write_text(page.request.get(state).text())
    pictured = re.search("pictures/([0-9a-f]{32})/", page.request.get(report).text())[1]
    for layout in LAYOUTS:
        choose(site, layout=layout, header_picture=pictured)
        (tmp_path / f"{layout}.html").write_text(page.request.get(f"{site.url}/").text())
    choose(site, layout=LAYOUTS[0], header_picture="")
    form = {
        element.get_attribute("name"): element.input_value()
        for element in page.locator("#comment-form [name]").all()
    }
    for name, values in {
        "refused": {"email": "x", "name": "x" * 90},
        "taken": {"body": "benar :)"},
    }.items():
        headers = {"HX-Request": "true"} if name == "taken" else {}
        answer = page.request.post(address, form={**form, **values}, headers=headers).text()
        wrapped = (
            answer
            if "<html" in answer
            else f'<!doctype html><html lang="id"><title>x</title><body>{answer}'
        )
        # A fragment's own element, which htmx takes away before anything reaches the page.
        (tmp_path / f"{name}.html").write_text(
            wrapped.replace("<hx-partial", "<div").replace("</hx-partial>", "</div>")
        )
    done = subprocess.run(
        ["java", "-jar", jar, "--errors-only", *tmp_path.glob("*.html")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
