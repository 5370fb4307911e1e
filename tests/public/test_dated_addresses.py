"""Articles whose slug has its year and month: as archives of other systems have them, at an address
that is not that of their moment, or two that end alike.
"""

from datetime import UTC, datetime

import pytest

from pnpm.articles.models import Article, Redirect, free_slug
from pnpm.db import db, now, read
from pnpm.public import articles
from tests.conftest import publish, write
from tests.public.test_articles import changed

MAY = datetime(2014, 5, 20, tzinfo=UTC)


@pytest.fixture
def dated(app):
    """An article of May 2014 that stands in December 2012."""
    return publish("Rapat lama", MAY, slug="2012/12/Rapat_1")


@pytest.fixture
def pair(app):
    """Two articles that end alike: one of May 2014, and one dated."""
    return publish("Rapat", MAY), publish("Rapat lain", MAY, slug="2012/12/rapat")


class TestReading:
    @pytest.mark.engines
    def test_it_stands_where_its_slug_says_and_not_where_its_moment_does(self, client, dated):
        assert client.page("/2012/12/Rapat_1.html").select_one("h1").text == "Rapat lama"
        assert client.get("/2014/05/Rapat_1.html").status_code == 404

    @pytest.mark.engines
    def test_of_two_that_end_alike_each_has_its_own(self, client, app, pair):
        write(pair[1], app, "di bawah yang lain")
        for address, title in (("2014/05", "Rapat"), ("2012/12", "Rapat lain")):
            for _again in range(2):  # rendered, and from the page cache
                assert client.page(f"/{address}/rapat.html").select_one("h1").text == title
        assert client.get("/2013/01/rapat.html").location == "/2014/05/rapat.html"

    def test_the_cached_page_changes_with_it(self, client, app, pair):
        address = "/2012/12/rapat.html"
        assert client.page(address).select_one("#comment-count").text == "0"
        write(pair[1], app, "satu")
        assert client.page(address).select_one("#comment-count").text == "1"
        changed(pair[1], title="Lain lagi")
        assert client.page(address).select_one("h1").text == "Lain lagi"

    def test_all_pages_lead_to_it(self, client, dated):
        address = "/2012/12/Rapat_1.html"
        for page in ("/", "/2014/05/", "/sitemap.xml", "/feeds/posts/default", "/cari?q=lama"):
            assert address in client.get(page).text, page

    def test_a_plain_slug_is_asked_for_once(self, client, url, monkeypatch):
        asked = []

        def row(query, slug):
            asked.append(slug)
            return read(query, slug=slug)

        monkeypatch.setattr(articles, "_row", row)
        assert client.get(url).status_code == 200
        assert asked == ["latar-belakang"]


class TestPosting:
    @pytest.mark.engines
    def test_a_comment_comes_under_the_article_of_that_address(self, client, pair):
        for article, month in zip(pair, ("2014/05", "2012/12"), strict=True):
            address = f"/{month}/rapat.html"
            answer = client.comment(address, body=f"di bawah {article.title}")
            assert answer.location.startswith(address)
        assert [db.session.get(Article, one.id).comment_count for one in pair] == [1, 1]


class TestChanging:
    def test_a_new_slug_leaves_the_old_address_leading_there(self, client, pair):
        changed(pair[1], slug="musyawarah")
        assert client.get("/2012/12/rapat.html").location == "/2014/05/musyawarah.html"
        assert client.get("/2014/05/rapat.html").status_code == 200
        changed(pair[1], slug="2012/12/rapat")
        assert client.get("/2012/12/rapat.html").status_code == 200

    def test_another_date_leaves_its_address(self, client, dated):
        changed(dated, published_at=now())
        assert client.get("/2012/12/Rapat_1.html").status_code == 200

    def test_a_slug_is_not_free_where_a_dated_one_makes_the_same_address(self, pair):
        assert free_slug("rapat", pair[0].id, (2014, 5)) == "rapat"
        assert free_slug("rapat", pair[0].id, (2012, 12)) == "rapat-2"
        assert free_slug("2012/12/rapat") == "2012/12/rapat-2"
        assert Redirect.owner("rapat") is None


class TestTelephones:
    @pytest.mark.parametrize("query", ["m=1", "m=0"])
    def test_bloggers_view_for_them_is_the_same_page(self, client, app, url, query):
        pages = app.extensions["page_cache"].pages
        for address in (url, "/"):
            plain = client.get(address)
            kept = len(pages)
            answer = client.get(f"{address}?{query}")
            assert (answer.status_code, answer.data) == (200, plain.data)
            assert len(pages) == kept

    def test_it_is_answered_before_the_rest_of_the_program(self, client, app, url, monkeypatch):
        client.get(f"{url}?m=1")
        monkeypatch.setattr(app, "dispatch_request", lambda: 1 / 0)
        assert client.get(f"{url}?m=1").status_code == 200
        assert client.get(url).status_code == 200
