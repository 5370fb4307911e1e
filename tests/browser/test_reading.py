"""An article with pictures as readers get it: the right files for each screen, within the budget,
nothing that jumps.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from bench.photographs import COUNT, PARAGRAPH, photograph
from pnpm.accounts.models import Role
from tests.browser.conftest import DESK, LOOKS, PHONE, PHONE_AND_DESK

FIRST, ALL = 45_000, 250_000  # bytes: before the first picture, and after the last
FILE = re.compile(r"/pictures/[0-9a-f]{32}/([0-9]+\.(?:webp|jpg))$")
# Waits until whatever picture is in view is there.
LOADED = (
    "() => [...document.querySelectorAll('.picture picture img')].every((one) => one.complete "
    "&& one.naturalWidth)"
)


@dataclass
class Loaded:
    """What came over the wire, by address, in bytes."""

    sizes: dict = field(default_factory=dict)

    def pictures(self) -> Sequence[str]:
        """The names of the pictures' files, in the order in which they came."""
        return [found[1] for url in self.sizes if (found := FILE.search(url))]

    def total(self, but_pictures=False):
        """Bytes of everything; the icon stands in the page."""
        return sum(
            size for url, size in self.sizes.items() if not (but_pictures and FILE.search(url))
        )


@pytest.fixture(scope="module")
def report(site):
    """A report of a village meeting with six photographs, beside which the ticker has more to turn;
    its address.
    """
    site.officer("Bu Camat", Role.ADMIN)
    site.written("Kabar lain dengan judul yang panjang sekali, sampai dua baris", "<p>Isi.</p>")
    figures = [site.picture(photograph(number)) for number in range(COUNT)]
    return site.written("Laporan rapat desa", PARAGRAPH.join(["", *figures, ""]))


def watched(page):
    """What a page loads from here on."""
    loaded, urls = Loaded(), {}
    session = page.context.new_cdp_session(page)
    session.on(
        "Network.requestWillBeSent",
        lambda event: urls.update({event["requestId"]: event["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda event: loaded.sizes.update(
            {urls[event["requestId"]]: int(event["encodedDataLength"])}
        ),
    )
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return loaded


def read(page, address):
    """Open an article and read to its end."""
    page.goto(address, wait_until="networkidle")
    read_through(page)
    page.wait_for_function(LOADED)
    page.wait_for_load_state("networkidle")


def read_through(page):
    """Scroll to the end, past whatever is loaded when it is near."""
    height = page.evaluate("document.documentElement.scrollHeight")
    for place in range(0, height, 300):
        page.evaluate("(place) => scrollTo(0, place)", place)
        page.wait_for_timeout(30)


@pytest.mark.parametrize(("density", "file"), [(1, "400.webp"), (2, "800.webp"), (3, "800.webp")])
def test_a_phone_loads_what_fits_it_and_no_more_than_the_budget(
    site, open_page, report, density, file
):
    page = open_page("about:blank", viewport=PHONE, device_scale_factor=density)
    loaded = watched(page)
    read(page, report)
    assert loaded.pictures() == [file] * COUNT
    assert loaded.total(but_pictures=True) <= FIRST
    assert loaded.total() <= ALL


@pytest.mark.parametrize("density", [1, 2])
def test_a_desk_gets_no_jpeg_and_at_its_density(site, open_page, report, density):
    page = open_page("about:blank", viewport=DESK, device_scale_factor=density)
    loaded = watched(page)
    read(page, report)
    assert loaded.pictures() == [{1: "800.webp", 2: "1600.webp"}[density]] * COUNT


def test_what_is_below_the_first_screen_is_not_loaded_until_it_is_near(site, open_page, report):
    page = open_page("about:blank", viewport=PHONE, device_scale_factor=2)
    loaded = watched(page)
    page.goto(report, wait_until="networkidle")
    assert 1 <= len(loaded.pictures()) < COUNT
    images = page.locator(".picture picture img")
    assert [one.get_attribute("loading") for one in images.all()] == [None, *["lazy"] * (COUNT - 1)]


@pytest.mark.parametrize("scripts", [True, False])
@PHONE_AND_DESK
def test_nothing_jumps_when_a_picture_comes(site, open_page, report, viewport, scripts):
    page = open_page("about:blank", viewport=viewport, java_script_enabled=scripts)
    page.route(FILE, lambda route: route.abort())
    page.goto(report)
    boxes = [one.bounding_box() for one in page.locator(".picture").all()]
    page.unroute(FILE)
    page.goto(report, wait_until="networkidle")
    assert [one.bounding_box() for one in page.locator(".picture").all()] == boxes
    width = min(viewport["width"] - 32, boxes[0]["width"])
    assert all(box["width"] == width and abs(box["height"] - width * 3 / 4) < 1 for box in boxes)


def test_the_browser_counts_no_shift_while_one_reads(site, open_page, report):
    page = open_page("about:blank", viewport=PHONE, device_scale_factor=2)
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => "
        "shifts.push(...list.getEntries().map((one) =>"
        " [one.value, ...one.sources.map((source) => source.node?.outerHTML?.slice(0, 80))])))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    read(page, report)
    assert page.evaluate("window.shifts") == []


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_a_picture_is_never_wider_than_the_text_and_none_is_enlarged(
    site, open_page, report, width
):
    small, tall = (
        site.picture(_drawn(120, 90), "kecil.png"),
        site.picture(_drawn(900, 2700), "tinggi.png"),
    )
    unknown = f'<figure><img src="pictures/{"0" * 32}/800.jpg" alt="Tidak ada"></figure>'
    address = site.written(f"Kecil dan tinggi {width}", small + tall + unknown)
    page = open_page(address, viewport={"width": width, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown, long = [one.bounding_box() for one in page.locator(".picture picture img").all()]
    assert (shown["width"], shown["height"]) == (120, 90)
    assert abs(long["height"] / long["width"] - 3) < 0.01
    assert page.locator("figure").nth(2).inner_text() == "Tidak ada"


# Pictures that are drawn in other proportions than their files have; a preview's are a pixel off at
# the most.
DISTORTED = """() => [...document.images]
  .filter((one) => !one.src.includes(".svg#")) // of a sheet, whose own size the browser tells
  .filter((one) => one.complete && one.naturalWidth && one.checkVisibility() && getComputedStyle(one).objectFit === "fill")
  .map((one) => [one.outerHTML.slice(0, 90), one.clientWidth / one.clientHeight, one.naturalWidth / one.naturalHeight])
  .filter(([_html, shown, natural]) => Math.abs(shown / natural - 1) > 0.05)"""


@PHONE_AND_DESK
def test_no_picture_is_drawn_in_other_proportions_than_it_has(
    site, enter, open_page, report, viewport
):
    pictures = [
        site.picture(_drawn(*size), f"{size}.png")
        for size in ((120, 90), (900, 2700), (2000, 200), (12, 12))
    ]
    address = site.written("Segala ukuran", "".join(pictures))
    page = enter("/admin/pictures", viewport=viewport)
    places = ["/admin/pictures", "/admin/settings", "/"]
    for place in [report, address, *[site.url + place for place in places]]:
        page.goto(place, wait_until="networkidle")
        read_through(page)
        assert page.evaluate(DISTORTED) == [], place
    page.goto(f"{site.url}/admin/articles")
    page.get_by_role("link", name="Segala ukuran").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("trix-editor img").count() == len(pictures)
    assert page.evaluate(DISTORTED) == []
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Pratinjau").click()
    shown = opened.value
    shown.wait_for_load_state("networkidle")
    assert [fault for frame in shown.frames for fault in frame.evaluate(DISTORTED)] == []


def test_the_first_picture_is_asked_for_first(site, open_page, report):
    page = open_page("about:blank", viewport=PHONE)
    asked = {}
    session = page.context.new_cdp_session(page)
    session.on(
        "Network.requestWillBeSent",
        lambda event: asked.update({event["request"]["url"]: event["request"]["initialPriority"]}),
    )
    session.send("Network.enable")
    page.goto(report, wait_until="networkidle")
    first, *_others = [priority for url, priority in asked.items() if FILE.search(url)]
    assert first == "High"


def test_of_a_picture_that_does_not_come_its_words_can_be_read(site, open_page, report):
    page = open_page("about:blank", viewport=PHONE)
    page.route(FILE, lambda route: route.abort())
    page.goto(report, wait_until="networkidle")
    image = page.locator(".picture picture img").first
    words = image.evaluate("(one) => getComputedStyle(one, '::before').content")
    assert words == '"Warga"'
    expect(page.get_by_role("img", name="Warga").first).to_be_visible()


@LOOKS
def test_axe_finds_nothing(site, open_page, axe, report, scheme, viewport):
    assert axe(open_page(report, viewport=viewport, color_scheme=scheme)) == []


def _drawn(width, height):
    from PIL import Image

    kept = io.BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(kept, "PNG")
    return kept.getvalue()
