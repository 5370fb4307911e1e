"""A browser behind a real line that loses what it carries: pages arrive through it as they are, and
a comment that is sent again stands once.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.line import LOSSES, Kind, bad_line


@pytest.mark.parametrize("kind", LOSSES, ids=str)
def test_a_comment_that_is_sent_again_stands_once(site, site_through, open_page, kind):
    with bad_line(site.url, seed=1, loss=0) as line:
        address = site_through(line, site).article(f"Sambungan buruk {kind}")
        page = open_page(address)
        assert page.url.startswith(line.url)
        page.fill("#body", "Saya setuju")
        line.do_next(kind)
        page.click("#comment-form [type=submit]")
        expect(page.locator("#status")).to_contain_text(
            re.compile("Tidak tersambung|Belum berhasil")
        )
        expect(page.locator("#body")).to_have_value("Saya setuju")
        page.click("#comment-form [type=submit]")
        expect(page.locator(".comment")).to_have_count(1)
        assert [exchange.kind for exchange in line.done if exchange.method == "POST"] == [
            kind,
            Kind.PASSED,
        ]
        assert site.comments(address) == 1
