"""What a new admin does with a phone until the first article and the first moderated comment are
there.
"""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import served
from tests.browser.new_admin import MOST_SECONDS, MOST_TAPS, walk

from .budget import Row
from .weight import CHROMIUM


def measure(instance: Path) -> Iterator[Row]:
    """The rows on the way from the setup code on, on a site that is made in that folder."""
    instance.mkdir()
    with (
        served(instance, MODERATION="all", COMMENT_MIN_SECONDS="0") as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        hand = walk(browser, site, instance / "setup_code.txt")
        browser.close()
    way = "a new admin on a phone, from the setup code to an article with a picture and a comment"
    yield Row(f"{way}: taps", hand.taps, MOST_TAPS)
    yield Row("… at a person's pace", hand.seconds, MOST_SECONDS, " s")
