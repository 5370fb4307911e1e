"""A new admin with a phone is soon there: few taps, and little time."""

import pytest

from tests.browser.conftest import served
from tests.browser.new_admin import MOST_SECONDS, MOST_TAPS, walk


@pytest.fixture
def site(tmp_path):
    """A site just unpacked, which holds every comment."""
    (tmp_path / "instance").mkdir()
    with served(tmp_path / "instance", MODERATION="all", COMMENT_MIN_SECONDS="0") as site:
        yield site


def test_from_the_setup_code_to_a_published_article_and_a_moderated_comment(site, browser):
    hand = walk(browser, site, site.app.config["PNPM"].instance / "setup_code.txt")
    print(f"{hand.taps} taps, {hand.seconds:.0f} s at the pace of a person")
    assert hand.taps <= MOST_TAPS
    assert hand.seconds <= MOST_SECONDS
