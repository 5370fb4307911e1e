"""The addresses of another system: how they are written, where they lead, and the slug that keeps
an article where it was.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pnpm.articles.models import Article, Redirect, Status
from pnpm.db import begin_writing, db
from pnpm.imports.addresses import OldAddress, any_kept, forms, keep, slug_for, split
from pnpm.site_settings import Setting
from tests.conftest import publish
from tests.queries import asked

ZONE = ZoneInfo("Asia/Makassar")
MAY = datetime(2014, 5, 20, tzinfo=UTC)
WP = "https://desa.example/2012/12/20/rapat-desa/"


def kept(article, *addresses):
    """Store addresses of an article, and give how many were new."""
    begin_writing()
    count = keep(db.session.connection(), article.id, addresses, 7)
    Setting.touch()
    db.session.commit()
    return count


def paths():
    return sorted(db.session.scalars(db.select(OldAddress.path)))


class TestForms:
    @pytest.mark.parametrize(
        "written",
        [
            WP,
            "http://www.desa.example/2012/12/20/rapat-desa",
            "//desa.example/2012/12/20/rapat-desa/#comment-3",
            "desa.example/2012/12/20/rapat-desa/",
            "/2012/12/20/rapat-desa/comment-page-2/#comments",
            "/2012/12/20/rapat-desa/amp/",
            "/2012/12/20//rapat-desa/?replytocom=5&utm_source=wa",
            "/2012/12/20/rapat-desa/?m=1",
            "/index.php/2012/12/20/rapat-desa/",
            "/2012/12/20/rapat%2Ddesa/",
            "/2012/12/20/rapat%252Ddesa/",
        ],
    )
    def test_one_address_has_one_form(self, written):
        assert forms(*split(written)) == ["/2012/12/20/rapat-desa"]

    def test_what_is_not_ascii_is_the_same_sent_as_it_is_or_encoded(self):
        ways = "/k%c3%a9camatan/", "/k%C3%A9camatan/", "/kécamatan/", "/ke\u0301camatan"
        assert {forms(way)[0] for way in ways} == {"/kécamatan"}

    @pytest.mark.parametrize(
        ("written", "found"),
        [
            ("https://desa.example/?p=12", ["/?p=12"]),
            ("/index.php?p=12&preview=true", ["/?p=12"]),
            ("/?page_id=3&lang=id", ["/?lang=id&page_id=3", "/?page_id=3"]),
            ("/artikel.php?id=9", ["/artikel.php?id=9", "/artikel.php"]),
            ("/", []),
            ("", []),
            ("https://desa.example", []),
            ("mailto:a@desa.example", []),
            ("javascript:alert(1)", []),
            ("https://[::1", []),
            ("/" + "x" * 5000, []),
        ],
    )
    def test_what_of_the_query_says_which_one_it_is(self, written, found):
        assert forms(*split(written)) == found

    @pytest.mark.parametrize("strange", ["\0", "\ud800", "%ff%fe", "/%00", "?" * 99, "%25" * 999])
    def test_strange_ones_do_no_harm(self, strange):
        for form in forms(*split(strange)):
            assert len(form) < 5000


class TestKeeping:
    @pytest.mark.engines
    def test_they_are_stored_once(self, article):
        assert kept(article, WP, "https://desa.example/?p=12", "/2012/12/20/rapat-desa") == 2
        assert kept(article, WP, "/?p=12", "/lain/") == 1
        assert paths() == ["/2012/12/20/rapat-desa", "/?p=12", "/lain"]
        assert {one.run_id for one in db.session.scalars(db.select(OldAddress))} == {7}

    def test_what_leads_to_another_goes_on_doing_so(self, article):
        other = publish("Lain")
        kept(article, WP)
        assert kept(other, WP) == 0
        assert db.session.scalar(db.select(OldAddress.article_id)) == article.id

    @pytest.mark.parametrize(
        ("slug", "own"),
        [
            ("rapat", "https://desa.blogspot.com/2014/05/rapat.html"),
            ("2012/12/rapat", "https://desa.blogspot.com/2012/12/rapat.html?m=1"),
            ("p/profil", "https://desa.blogspot.com/p/profil.html"),
        ],
    )
    def test_what_stands_here_by_itself_is_left_out(self, app, slug, own):
        assert kept(publish("Rapat", MAY, slug=slug), own) == 0
        assert not any_kept()

    @pytest.mark.engines
    def test_they_go_with_their_article(self, article):
        kept(article, WP)
        begin_writing()
        db.session.execute(db.delete(Article).where(Article.id == article.id))
        db.session.commit()
        assert not any_kept()

    def test_a_dated_slug_gets_the_other_addresses_that_end_so(self, client, app):
        article = publish("Rapat", MAY, slug="2012/12/rapat")
        kept(article)
        assert client.get("/2014/05/rapat.html").location == "/2012/12/rapat.html"
        assert publish("Lain", MAY, slug="rapat").slug == "rapat-2"

    def test_but_not_those_of_another(self, client, app):
        first = publish("Rapat", MAY)
        kept(publish("Rapat lain", MAY, slug="2012/12/rapat"))
        assert client.get("/2014/05/rapat.html").status_code == 200
        assert Redirect.owner("rapat") is None
        assert first.slug == "rapat"


def slug(*addresses, moment=MAY, **more):
    return slug_for(addresses, moment, ZONE, **more)


class TestSlug:
    @pytest.mark.engines
    def test_bloggers_address_stays_as_it_is(self, app):
        assert slug("https://desa.blogspot.com/2014/05/Rapat_1.html") == "Rapat_1"
        assert slug("http://desa.blogspot.co.id/2012/12/rapat.html?m=1") == "2012/12/rapat"
        assert slug("https://desa.blogspot.com/p/Profil.html") == "p/Profil"

    def test_also_where_the_sites_zone_has_another_month(self, app):
        moment = datetime(2012, 12, 31, 20, tzinfo=UTC)  # in Makassar it is January
        assert slug("/2012/12/rapat.html", moment=moment) == "2012/12/rapat"

    @pytest.mark.engines
    def test_of_two_that_end_alike_the_second_is_dated(self, app):
        publish("Rapat", MAY)
        assert slug("/2012/12/rapat.html") == "2012/12/rapat"
        june = datetime(2014, 6, 20, tzinfo=UTC)
        assert slug("/2014/06/rapat.html", moment=june) == "2014/06/rapat"
        assert slug("/2014/05/rapat.html") == "rapat-2"

    def test_one_of_three_finds_its_place_too(self, app):
        publish("Rapat", MAY)
        kept(publish("Rapat", MAY, slug="2012/12/rapat"))
        assert slug("/2012/12/rapat.html") == "rapat-2"
        assert slug("/2011/11/rapat.html") == "2011/11/rapat"

    @pytest.mark.parametrize(
        ("address", "found"),
        [
            (WP, "rapat-desa"),
            ("https://desa.example/archives/123", "judul-nya"),
            ("https://desa.example/?p=123", "judul-nya"),
            ("https://desa.example/2012/12/k%C3%A9camatan.html", "judul-nya"),
            (f"https://desa.example/{'x' * 120}/", "judul-nya"),
            (f"https://desa.example/2012/12/{'x' * 95}.html", "judul-nya"),
            ("https://desa.example/Berita/Rapat.php", "rapat"),
            ("https://desa.example/../", "judul-nya"),
        ],
    )
    def test_others_end_as_they_did_or_as_the_title(self, app, address, found):
        assert slug(address, title="Judul-nya") == found

    def test_of_a_page_about_the_site(self, app):
        assert slug("https://desa.example/profil/", is_page=True) == "p/profil"
        assert slug("https://desa.example/?page_id=3", title="日本", is_page=True) == "p/halaman"
        assert slug("https://desa.blogspot.com/p/privasi.html") == "p/privasi-2"

    def test_without_any_address_it_is_made_from_the_title(self, app):
        publish("Rapat desa")
        assert slug(title="Rapat desa", moment=None) == "rapat-desa-2"


class TestReading:
    @pytest.fixture
    def moved(self, article):
        """The article, with the addresses that it had."""
        kept(article, WP, "/?p=12", "/k%c3%a9camatan/", "/index.php/lama/")
        return "/2012/12/latar-belakang.html"

    @pytest.mark.engines
    @pytest.mark.parametrize(
        "old",
        [
            "/2012/12/20/rapat-desa/",
            "/2012/12/20/rapat-desa",
            "/2012/12/20/rapat-desa/?replytocom=4",
            "/2012/12/20/rapat-desa/comment-page-1/",
            "/?p=12",
            "/?p=12&utm_source=wa",
            "/index.php?p=12",
            "/k%C3%A9camatan/",
            "/lama/",
        ],
    )
    def test_each_leads_to_the_article_in_one_step(self, client, moved, old):
        for ask in (client.get, client.head):
            answer = ask(old)
            assert (answer.status_code, answer.location) == (301, moved)
        assert answer.headers["Cache-Control"] == "no-cache"

    def test_as_passenger_sends_what_is_not_ascii(self, client, moved):
        answer = client.get("/", environ_overrides={"PATH_INFO": "/k%c3%a9camatan/"})
        assert answer.location == moved

    def test_others_are_not_found(self, client, moved):
        assert client.get("/2012/12/20/lain/").status_code == 404
        assert client.get("/category/rapat-desa/").status_code == 404
        assert client.post("/2012/12/20/rapat-desa/").status_code == 404
        assert client.get("/?p=13").status_code == 200

    @pytest.mark.parametrize(
        "hidden",
        [{"status": Status.DRAFT}, {"published_at": datetime(2090, 1, 1, tzinfo=UTC)}],
        ids=["draft", "scheduled"],
    )
    def test_what_readers_do_not_see_is_not_found(self, client, article, moved, hidden):
        for name, value in hidden.items():
            setattr(article, name, value)
        db.session.commit()
        assert client.get("/2012/12/20/rapat-desa/").status_code == 404

    def test_a_page_about_the_site_is_found_too(self, client, app):
        begin_writing()
        page = Article(title="Profil", slug="p/Profil_desa", body="x", html="x", status=Status.PAGE)
        db.session.add(page)
        db.session.flush()
        keep(db.session.connection(), page.id, ["/profil-desa/", "/p/Profil_desa.html"])
        Setting.touch()
        db.session.commit()
        assert client.get("/profil-desa/").location == "/p/Profil_desa.html"
        assert client.page("/p/Profil_desa.html").select_one("h1").text == "Profil"
        assert "/p/Profil_desa.html" in client.get("/sitemap.xml").text

    def test_a_site_without_any_asks_no_table(self, client, app, queries):
        client.get("/tidak-ada")
        queries.clear()
        assert client.get("/tidak-ada").status_code == 404
        assert not [query for query in queries if "old_address" in query.sql]

    def test_with_some_it_asks_once(self, client, moved, queries):
        client.get("/tidak-ada")
        queries.clear()
        assert client.get("/tidak-ada/?x=1").status_code == 404
        assert len([query for query in queries if "old_address" in query.sql]) == 1

    def test_the_front_page_asks_for_none(self, client, moved, queries):
        client.get("/?before=5&order=x")
        assert not [query for query in queries if "old_address" in query.sql]

    def test_a_broken_table_is_no_fault_of_the_page(self, client, article):
        from tests.conftest import drop_tables

        drop_tables("old_address")
        assert client.get("/tidak-ada").status_code == 404


class TestFromBlogger:
    @pytest.mark.parametrize(
        ("sent", "target"),
        [
            ("https://d.blogspot.com/2012/12/a_B.html", "/2012/12/a_B.html"),
            ("https://d.blogspot.com/2012/12/a.html?m=1", "/2012/12/a.html"),
            ("https://d.blogspot.com/p/profil.html", "/p/profil.html"),
            ("https://d.blogspot.com/search/label/K%C3%A9", "/search/label/K%C3%A9"),
            ("https://d.blogspot.com/", "/"),
            ("https://d.blogspot.com//evil.example/", "/evil.example/"),
            ("https://d.blogspot.com/\\evil.example/", "/%5Cevil.example/"),
            ("//evil.example", "/"),
            ("javascript:alert(1)", "/"),
        ],
    )
    def test_who_is_sent_here_gets_the_same_path_of_this_site(self, client, app, sent, target):
        answer = client.get("/", query_string={"dari": sent})
        assert (answer.status_code, answer.location) == (301, target)

    def test_or_the_article_that_had_that_address(self, client, article):
        kept(article, "https://d.example/lama/")
        answer = client.get("/?dari=https://d.example/lama/")
        assert answer.location == "/2012/12/latar-belakang.html"

    def test_without_any_it_is_the_front_page(self, client, app):
        assert client.get("/?dari=").status_code == 200


@pytest.fixture
def queries(app):
    """What the database is asked."""
    with asked() as queries:
        yield queries
