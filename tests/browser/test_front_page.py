"""The front page as readers get it, in each layout: its pictures fit each screen, within the
budget, and nothing jumps when they come.
"""

import io
import re

import pytest
from PIL import Image, ImageChops

from bench.photographs import PARAGRAPH, photograph
from pnpm.accounts.models import Role
from pnpm.articles.models import PAGE
from pnpm.db import begin_writing, db
from pnpm.site_settings import LAYOUTS, Setting
from tests.browser.conftest import DESK, LOOKS, PHONE, PHONE_AND_DESK
from tests.browser.test_reading import FILE, read_through, watched

FIRST = 45_000  # bytes of a first visit, with the pictures that it loads
LABELS = "Anggaran", "Rapat desa"


@pytest.fixture(scope="module")
def front(serve):
    """A site with a picture at its head and in each article, comments, and a pinned article."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        site.officer("Bu Camat", Role.ADMIN)
        busy = Image.open(io.BytesIO(photograph(0))).resize((1000, 750))
        for number in range(PAGE + 1):
            body = f"{PARAGRAPH}{site.picture(_another(busy, number))}"
            address = site.written(f"Kabar nomor {number} dari balai desa", body, labels=LABELS)
            site.add(address, "Terima kasih atas kabarnya, kami tunggu yang berikut.", name="Siti")
        key = re.search("[0-9a-f]{32}", site.picture(_another(busy, 50)))[0]
        choose(site, pinned=1, header_picture=key, accent="#ffee00")
        yield site


def choose(site, **words):
    """Let the office change these of the site's words."""
    with site.app.app_context():
        begin_writing()
        Setting.change(**words)
        db.session.commit()
        db.session.remove()


@pytest.fixture(params=LAYOUTS)
def layout(front, request):
    """Each layout, chosen for a test."""
    choose(front, layout=request.param)
    yield request.param
    choose(front, layout=LAYOUTS[0])


def _another(image, number):
    kept = io.BytesIO()
    ImageChops.offset(image, 90 * number).save(kept, "JPEG", quality=90)
    return kept.getvalue()


def test_a_phones_first_visit_is_within_the_budget_with_its_pictures(open_page, front, layout):
    open_page(front.url)  # the pictures' small files are made once, and not for each reader
    page = open_page("about:blank", viewport=PHONE, device_scale_factor=3)
    loaded = watched(page)
    page.goto(front.url, wait_until="networkidle")
    large = set() if layout == "list" else {"320.webp"}
    assert set(loaded.pictures()) == {"360.webp", "144.webp"} | large
    assert loaded.total() <= FIRST


@pytest.mark.parametrize("density", [1, 2])
def test_a_desk_loads_larger_ones(open_page, front, density):
    page = open_page("about:blank", viewport=DESK, device_scale_factor=density)
    loaded = watched(page)
    page.goto(front.url, wait_until="networkidle")
    read_through(page)
    page.wait_for_load_state("networkidle")
    head = "800.webp" if density == 1 else "1000.webp"
    assert set(loaded.pictures()) == {"800.webp", "400.webp", head}


@pytest.mark.parametrize("scripts", [True, False])
@PHONE_AND_DESK
def test_nothing_jumps_when_a_picture_comes(open_page, front, viewport, scripts):
    page = open_page("about:blank", viewport=viewport, java_script_enabled=scripts)
    page.route(FILE, lambda route: route.abort())
    page.goto(front.url)
    boxes = [one.bounding_box() for one in page.locator(".teaser").all()]
    page.unroute(FILE)
    page.goto(front.url, wait_until="networkidle")
    assert [one.bounding_box() for one in page.locator(".teaser").all()] == boxes
    assert len(boxes) == PAGE + 1


COLUMNS = {
    "cards": [(360, 1), (1280, 2)],
    "list": [(360, 1), (1280, 1)],
    "magazine": [(320, 2), (360, 2), (768, 2), (1280, 3)],
}


def test_articles_stand_in_as_many_columns_as_fit(open_page, front, layout):
    page = open_page(front.url)
    for width, columns in COLUMNS[layout]:
        page.set_viewport_size({"width": width, "height": 800})
        cards = page.locator(".teaser--card:not(.teaser--pinned)").all()
        assert len({card.bounding_box()["x"] for card in cards}) == columns
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_tap_anywhere_on_it_leads_to_the_article_and_one_on_its_label_there(open_page, front):
    page = open_page(front.url)
    card = page.locator(".teaser--card").nth(2)
    title = card.locator(".teaser__title").inner_text()
    card.locator("img").click(force=True)
    page.wait_for_url("**/*.html")
    assert page.locator("h1").inner_text() == title
    page.goto(front.url)
    page.locator(".teaser--card").nth(2).get_by_role("link", name="Anggaran").click()
    page.wait_for_url("**/label/anggaran")
    page.goto(front.url)
    page.locator(".teaser--card").nth(2).get_by_role("link", name="1 komentar").click()
    page.wait_for_url("**/*.html#comments")


@LOOKS
def test_axe_finds_nothing(open_page, axe, front, layout, scheme, viewport):
    for path in ("/", "/label/anggaran", "/?before=2") if layout == LAYOUTS[0] else ("/",):
        page = open_page(front.url + path, viewport=viewport, color_scheme=scheme)
        assert axe(page) == []
