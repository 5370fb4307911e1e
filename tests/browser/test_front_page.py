"""The front page as readers get it: its pictures fit each screen, within the budget, and nothing
jumps when they come.
"""

import io

import pytest
from PIL import Image, ImageChops

from bench.photographs import PARAGRAPH, photograph
from pnpm.accounts.models import Role
from pnpm.articles.models import PAGE
from pnpm.db import begin_writing, db
from pnpm.site_settings import Setting
from tests.browser.conftest import DESK, LOOKS, PHONE, PHONE_AND_DESK
from tests.browser.test_reading import FILE, icon, read_through, watched

FIRST = 45_000  # bytes of a first visit, with the pictures that it loads
LABELS = "Anggaran", "Rapat desa"


@pytest.fixture(scope="module")
def front(serve):
    """The front page of a site with a picture in each article, comments, and a pinned article."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        site.officer("Bu Camat", Role.ADMIN)
        busy = Image.open(io.BytesIO(photograph(0))).resize((1000, 750))
        for number in range(PAGE + 1):
            body = f"{PARAGRAPH}{site.picture(_another(busy, number))}"
            address = site.written(f"Kabar nomor {number} dari balai desa", body, labels=LABELS)
            site.add(address, "Terima kasih atas kabarnya, kami tunggu yang berikut.", name="Siti")
        with site.app.app_context():
            begin_writing()
            Setting.change(pinned=1)
            db.session.commit()
            db.session.remove()
        yield f"{site.url}/"


def _another(image, number):
    kept = io.BytesIO()
    ImageChops.offset(image, 90 * number).save(kept, "JPEG", quality=90)
    return kept.getvalue()


def test_a_phones_first_visit_is_within_the_budget_with_its_pictures(open_page, front):
    open_page(front)  # the pictures' small files are made once, and not for each reader
    page = open_page("about:blank", viewport=PHONE, device_scale_factor=3)
    loaded = watched(page)
    page.goto(front, wait_until="networkidle")
    assert {"320.webp", "144.webp"} == set(loaded.pictures())
    assert loaded.total() + icon(page, front) <= FIRST


@pytest.mark.parametrize("density", [1, 2])
def test_a_desk_loads_larger_ones(open_page, front, density):
    page = open_page("about:blank", viewport=DESK, device_scale_factor=density)
    loaded = watched(page)
    page.goto(front, wait_until="networkidle")
    read_through(page)
    page.wait_for_load_state("networkidle")
    assert set(loaded.pictures()) == {"800.webp", "400.webp"}


@pytest.mark.parametrize("scripts", [True, False])
@PHONE_AND_DESK
def test_nothing_jumps_when_a_picture_comes(open_page, front, viewport, scripts):
    page = open_page("about:blank", viewport=viewport, java_script_enabled=scripts)
    page.route(FILE, lambda route: route.abort())
    page.goto(front)
    boxes = [one.bounding_box() for one in page.locator(".teaser").all()]
    page.unroute(FILE)
    page.goto(front, wait_until="networkidle")
    assert [one.bounding_box() for one in page.locator(".teaser").all()] == boxes
    assert len(boxes) == PAGE + 1


@pytest.mark.parametrize(("width", "columns"), [(360, 1), (1280, 2)])
def test_two_articles_stand_side_by_side_on_a_desk(open_page, front, width, columns):
    page = open_page(front, viewport={"width": width, "height": 800})
    cards = page.locator(".teaser--card:not(.teaser--pinned)").all()
    assert len({card.bounding_box()["x"] for card in cards}) == columns


def test_a_tap_anywhere_on_it_leads_to_the_article_and_one_on_its_label_there(open_page, front):
    page = open_page(front)
    card = page.locator(".teaser--card").nth(2)
    title = card.locator(".teaser__title").inner_text()
    card.locator("img").click(force=True)
    page.wait_for_url("**/*.html")
    assert page.locator("h1").inner_text() == title
    page.goto(front)
    page.locator(".teaser--card").nth(2).get_by_role("link", name="Anggaran").click()
    page.wait_for_url("**/label/anggaran")
    page.goto(front)
    page.locator(".teaser--card").nth(2).get_by_role("link", name="1 komentar").click()
    page.wait_for_url("**/*.html#comments")


@LOOKS
def test_axe_finds_nothing(open_page, axe, front, scheme, viewport):
    for path in ("", "label/anggaran", "?before=2"):
        assert axe(open_page(front + path, viewport=viewport, color_scheme=scheme)) == []
