"""The ticker fits: whole lines and its button beside them, on every screen, in every font and size
of text.
"""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

LONG = [
    (
        "ẤŊ ĮJ Pembangunan jembatan gantung yang menghubungkan tiga dusun di atas sungai, "
        "selesai sebelum musim hujan tahun ini"
    ),
    "Pertanggungjawabanketidakberkesinambungan" * 3,
    "Pendek",
]
# Of each headline: its height in lines, whether the button stands beside it, and how far anything
# sticks out.
LAID_OUT = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const [label, list, pause] = [".ticker__label", ".ticker__headlines", ".ticker__pause"].map(box);
  const lines = [...document.querySelectorAll(".ticker__headlines a")].map((link) =>
    [link.clientHeight / parseFloat(getComputedStyle(link).lineHeight), link.scrollHeight > link.clientHeight]);
  return {
    lines,
    isBeside: pause.left >= list.right && pause.top < list.bottom && pause.bottom > list.top,
    isApart: label.right <= list.left || label.bottom <= list.top,
    right: Math.max(label.right, list.right, pause.right),
    scrolled: document.documentElement.scrollWidth,
    side: Math.min(pause.width, pause.height),
    room: list.width,
  };
}"""


@pytest.fixture(scope="module")
def site(serve):
    """A site of its own with long headlines and a short one."""
    with serve() as site:
        for title in LONG:
            site.article(title)
        yield site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_whole_lines_and_a_button_beside_them_in_every_font_and_size(
    site, open_page, width, scheme
):
    page = open_page(site.url, viewport={"width": width, "height": 640}, color_scheme=scheme)
    expect(page.locator(".ticker__pause")).to_be_visible()
    for font in ("system-ui", "DejaVu Sans", "DejaVu Sans Mono", "DejaVu Serif", "serif"):
        for text in ("100%", "150%", "200%"):
            for name, value in (("font-family", font), ("font-size", text)):
                page.evaluate(
                    "(given) => document.documentElement.style.setProperty(...given)", [name, value]
                )
            laid_out = page.evaluate(LAID_OUT)
            for lines, is_cut in laid_out["lines"]:
                assert lines in (1, 2) if is_cut or lines >= 1.5 else lines <= 24 / 21, (font, text)
            assert laid_out["isBeside"], (font, text)
            assert laid_out["isApart"], (font, text)
            assert max(laid_out["right"] - width, laid_out["scrolled"] - width) <= 0, (font, text)
            assert laid_out["side"] >= 24
            # a few words of a headline can be read
            assert laid_out["room"] >= width / 4, (font, text)


def test_nothing_of_a_third_line_is_seen(site, open_page):
    page = open_page(site.url, viewport={"width": 320, "height": 640})
    for link in page.locator(".ticker__headlines a").all():
        link.evaluate(
            "(one) => { one.closest('ul').querySelectorAll('li').forEach((li) => { delete "
            "li.dataset.shown; }); }"
        )
        link.evaluate("(one) => { one.closest('li').dataset.shown = ''; }")
        page.wait_for_function(
            "(one) => getComputedStyle(one.closest('li')).opacity === '1'",
            arg=link.element_handle(),
        )
        page.wait_for_function("() => document.getAnimations().length === 0")
        box = link.bounding_box()
        strip = {
            "x": box["x"],
            "y": box["y"] + box["height"] - 2,
            "width": box["width"],
            "height": 2,
        }
        colours = Image.open(io.BytesIO(page.screenshot(clip=strip))).convert("RGB").getcolors()
        assert len(colours) == 1, link.text_content()
