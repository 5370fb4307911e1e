"""The page that this program rebuilds, published from its own text and compared line by line."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from pnpm.articles.models import Article
from pnpm.db import db
from tests.conftest import SHARED, missing, soup, write

TITLE = "Latar Belakang PNPM Mandiri Perdesaan"
WITA = ZoneInfo("Asia/Makassar")


@pytest.fixture
def original():
    """The page's lines, white space folded, empty ones left out."""
    if not (SHARED / "page.txt").is_file():
        missing("shared/data/page.txt", "lay the shared folder beside the checkout")
    return [
        " ".join(line.split())
        for line in (SHARED / "page.txt").read_text().splitlines()
        if line.strip()
    ]


def lines(page):
    """A page's text as a reader sees it, by the line."""
    for hidden in page.select(
        "head > :not(title), .ticker__headlines, .skip, .masthead, [aria-hidden], "
        ".article__date, .article__share"
    ):
        hidden.decompose()
    blocks = (
        "p, h1, h2, div, article, li, br, form, title, button, label, summary, textarea, option"
    )
    for block in page.select(blocks):
        block.insert_before("\n")
        block.insert_after("\n")
    return [" ".join(line.split()) for line in re.split(r"\n", page.get_text()) if line.strip()]


def test_every_line_of_it_stands_on_our_page_in_its_order(client, app, original, tmp_path):
    start = original.index(TITLE, 1) + 1
    end = next(number for number, line in enumerate(original) if line.startswith("+ komentar"))
    file = tmp_path / "artikel.txt"
    file.write_text("\n".join(original[start:end]))
    result = app.test_cli_runner().invoke(
        args=["article", "add", str(file), "--title", TITLE, "--date", "2012-12-20"]
    )
    address = result.output.strip()
    article = db.session.get(Article, 1)
    first, second = original[end + 2], original[end + 6]
    write(
        article,
        app,
        first,
        name="SAPA Indonesia",
        moment=datetime(2012, 12, 25, 3, 13, tzinfo=WITA),
    )
    write(article, app, second, moment=datetime(2012, 12, 26, 0, 15, tzinfo=WITA))
    ours = lines(soup(client.get(address)))
    rest = iter(" ".join(ours).split())
    # Without an address, "EMAIL :" names nothing.
    words = re.sub(r"EMAIL *: (?=Copyright)", "", " ".join(original)).split()
    found = [word for word in words if word in rest]
    assert found == words, f"missing or out of order: {words[len(found) : len(found) + 12]}"
    assert ours[0] == original[0]
    assert set(original[start:end]) <= set(ours)
