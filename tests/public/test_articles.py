"""The front page and an article's page: what stands on them, at which address, and when they are
sent again.
"""

import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pnpm.articles import actions as writing
from pnpm.articles.models import Article, Status
from pnpm.audit.models import ChangeSet
from pnpm.comments import moderation
from pnpm.comments.models import Status as CommentStatus
from pnpm.comments.thread import WINDOW
from pnpm.db import begin_writing, db, now, transaction
from pnpm.media.models import Picture
from pnpm.site_settings import Setting, Words
from pnpm.web.dates import exact
from tests.conftest import fields, publish, soup, write


def written(title, body):
    """An article that the office wrote."""
    with transaction():
        return writing.write(ChangeSet("Bu Camat"), None, title, body, Status.PUBLISHED)


def changed(article, **changes):
    """An article, saved again by the office."""
    with transaction():
        writing.save(ChangeSet("Bu Camat"), writing.held(article.id), **changes)


def set_words(**words):
    """The site's words."""
    begin_writing()
    Setting.change(**words)
    db.session.commit()


def taken(key, **facts):
    """A picture of which only the row is there."""
    with transaction():
        picture = Picture(
            key=key, name="a.jpg", size=1, preview="AAAA", who="Bu Camat", created_at=now(), **facts
        )
        db.session.add(picture)
        return picture


def address_of(article):
    return "/{year}/{month:02}/{slug}.html".format(**article.address(ZoneInfo("Asia/Makassar")))


class TestAddress:
    @pytest.mark.engines
    def test_an_article_stands_at_its_year_month_and_slug(self, client, url):
        assert client.page(url).select_one("article.article h1").text == "Latar Belakang"

    @pytest.mark.parametrize(
        "wrong", ["/2011/12/latar-belakang.html", "/2012/01/latar-belakang.html"]
    )
    def test_a_wrong_year_or_month_leads_to_the_right_one(self, client, url, wrong):
        response = client.get(f"{wrong}?comment=7&slug=x&_external=1")
        assert (response.status_code, response.location) == (
            301,
            f"{url}?comment=7&slug=x&_external=1",
        )

    def test_strange_bytes_in_a_query_do_no_harm(self, client, url):
        assert client.get(f"{url}?waiting=%ff").status_code == 200
        wrong = url.replace("2012", "2011")
        assert client.get(wrong, environ_overrides={"QUERY_STRING": "a=\xff"}).status_code == 301

    @pytest.mark.parametrize(
        "unknown",
        [
            "/2012/12/tidak-ada.html",
            "/2012/11/",
            "/12/12/latar-belakang.html",
            "/2012/12/%F0%9F.html",
        ],
    )
    def test_an_unknown_one_is_not_found(self, client, url, unknown):
        assert client.get(unknown).status_code == 404

    @pytest.mark.engines
    def test_what_is_not_yet_published_is_not_found(self, client):
        publish("nanti", now() + timedelta(days=1))
        assert client.get(f"/{now():%Y/%m}/nanti.html").status_code == 404

    @pytest.mark.engines
    @pytest.mark.parametrize(
        "query", ["before=x", "after=-1", "comment=9999999999999999999", "before=²"]
    )
    def test_a_stretch_that_is_no_number_is_not_found(self, client, url, query):
        assert client.get(f"{url}?{query}").status_code == 404

    @pytest.mark.parametrize(
        "query", ["before=0", "after=999", "comment=999", "unknown=1", "waiting=forged"]
    )
    def test_a_stretch_that_is_empty_is_a_page_all_the_same(self, client, app, url, article, query):
        write(article, app, "satu")
        assert client.get(f"{url}?{query}").status_code == 200


class TestFormerAddress:
    @pytest.fixture
    def moved(self, app, article):
        """The article under another slug, and its address."""
        changed(article, slug="asal-mula")
        return "/2012/12/asal-mula.html"

    @pytest.mark.engines
    @pytest.mark.parametrize(
        "former",
        ["/2012/12/latar-belakang.html", "/2026/01/latar-belakang.html", "/2026/01/asal-mula.html"],
    )
    def test_it_leads_to_the_present_one_in_one_step(self, client, moved, former):
        for ask in (client.get, client.head):
            answer = ask(f"{former}?comment=7&x=%C3%A9")
            assert (answer.status_code, answer.location) == (301, f"{moved}?comment=7&x=%C3%A9")
        assert client.get(moved).status_code == 200

    def test_it_is_asked_again_as_it_may_become_the_present_one(self, client, article, url, moved):
        assert client.get(url).headers["Cache-Control"] == "no-cache"
        changed(article, slug="latar-belakang")
        assert client.get(url).status_code == 200
        assert client.get(moved).location == url

    def test_of_many_each_leads_to_the_last(self, client, article, url, moved):
        changed(article, slug="akhir")
        assert client.get(url).location == client.get(moved).location == "/2012/12/akhir.html"

    @pytest.mark.parametrize(
        "hidden",
        [
            {"status": Status.DRAFT},
            {"status": Status.DELETED},
            {"published_at": now() + timedelta(days=1)},
        ],
        ids=["draft", "deleted", "scheduled"],
    )
    def test_of_an_article_that_readers_do_not_see_it_is_not_found(
        self, client, article, url, moved, hidden
    ):
        assert client.get(moved).status_code == 200
        form = client.form(moved)
        changed(article, **hidden)
        for address in (url, moved, f"/{now() + timedelta(days=1):%Y/%m}/asal-mula.html"):
            assert client.get(address).status_code == 404
            assert client.post(address, data={**form, "body": "terlambat"}).status_code == 404
        assert db.session.get(Article, article.id).comment_count == 0

    @pytest.mark.engines
    @pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
    def test_who_had_it_open_can_still_send_a_comment(self, client, article, url, htmx):
        form = client.form(url)
        changed(article, slug="asal-mula")
        answer = client.post(
            url,
            data={**form, "body": "tetap sampai"},
            headers={"HX-Request": "true"} if htmx else {},
        )
        if htmx:
            assert answer.status_code == 201
            assert soup(answer).select_one("#comment-form")["action"] == "/2012/12/asal-mula.html"
        else:
            assert (answer.status_code, answer.location) == (
                303,
                "/2012/12/asal-mula.html#comment-1",
            )
        assert (
            client.page("/2012/12/asal-mula.html")
            .select_one("#comment-1 .comment__body")
            .text.strip()
            == "tetap sampai"
        )

    def test_what_is_refused_there_keeps_its_text(self, client, article, url):
        form = client.form(url)
        changed(article, slug="asal-mula")
        answer = client.post(url, data={**form, "body": "tetap ada", "email": "bukan"})
        assert (answer.status_code, fields(soup(answer))["body"]) == (422, "tetap ada")

    def test_strange_addresses_lead_nowhere(self, client, moved):
        for strange in (
            "x" * 5000,
            "%00",
            "%F0%9F%98%80",
            "latar-belakang%0d%0aX: y",
            "LATAR-BELAKANG",
        ):
            assert client.get(f"/2012/12/{strange}.html").status_code == 404


class TestPage:
    def test_it_has_everything_from_top_to_bottom(self, client, app, url, article):
        write(article, app, "satu", "dua", name="Siti")
        page = client.page(url)
        assert page.title.text == "Latar Belakang - PNPM -MP KECAMATAN DUA BOCCOE"
        text = " ".join(page.text.split())
        order = [
            "Breaking News :",
            "Latar Belakang",
            "Isi artikel.",
            "+ komentar",
            "+ 2 komentar",
            "satu",
            "dua",
            "Posting Komentar",
        ]
        order += [
            ":))",
            "=))",
            "Terima kasih Atas Komentar Anda",
            "Copyright © 2011.",
            "Welcome Links Work",
            "Spesialis Admin",
        ]
        places = [text.index(words, text.index("Breaking News")) for words in order]
        assert places == sorted(places)
        assert page.select_one("a[href='#comment-form']").text == "+ komentar"

    @pytest.mark.parametrize("email", ["", "kantor@desa.example"])
    def test_the_footer_says_email_where_there_is_one(self, client, url, email):
        set_words(email=email)
        imprint = " ".join(client.page(url).select_one(".footer__imprint").text.split())
        assert imprint == (f"EMAIL : {email} " if email else "") + Words().copyright

    @pytest.mark.parametrize("tagline", ["", "Kabar dari desa"])
    def test_every_page_that_can_be_found_describes_itself(self, client, tagline):
        set_words(tagline=tagline)
        bare = address_of(written("Tanpa isi", ""))
        with transaction():
            writing.write(
                ChangeSet("Bu Camat"),
                None,
                "Berlabel",
                "<p>Isi.</p>",
                Status.PUBLISHED,
                labels=["RT"],
            )
        for path in ("/", "/label/rt", "/p/tentang.html", bare):
            page = client.page(path)
            said = {
                page.select_one(f"meta[{name}]")["content"]
                for name in ("name=description", "property='og:description'")
            }
            assert len(said) == 1
            if path == "/":
                assert said == {tagline or f"Artikel dan kabar dari {Words().name}."}
            assert all(said)

    def test_a_comment_has_its_parts(self, client, app, url, article):
        write(
            article, app, "Baik :)", name="Siti", moment=datetime(2012, 12, 24, 19, 13, tzinfo=UTC)
        )
        comment = client.page(url).select_one("#comment-1.comment")
        assert comment.select_one(".comment__author").text == "Siti"
        assert comment.select_one("time")["datetime"] == "2012-12-25T03:13:00+08:00"
        assert comment.select_one("time").text == "25 Desember 2012 pukul 03.13"
        assert (
            comment.select_one(".comment__thanks").text
            == "Terimakasih Siti atas Komentarnya di Latar Belakang"
        )
        assert re.match(
            r"/static/emoticons\.\w+\.svg#tersenyum",
            comment.select_one(".comment__body img")["src"],
        )

    def test_the_line_of_thanks_can_be_switched_off(self, client, app, url, article):
        write(article, app, "satu")
        begin_writing()
        Setting.change(thanks=False)
        db.session.commit()
        assert not client.page(url).select(".comment__thanks")

    def test_the_row_has_24_buttons_whose_codes_can_be_read(self, client, url):
        buttons = client.page(url).select("button[data-emoticon]")
        assert len(buttons) == 24
        assert all(button["data-emoticon"] in button.text for button in buttons)
        assert len({button.img["src"].partition("#")[0] for button in buttons}) == 1

    def test_the_head_says_what_it_is_to_whatsapp_and_search_engines(
        self, client, app, url, article
    ):
        write(article, app, "<b>Baik</b> :) </script>", name="Siti")
        page = client.page(url)
        assert page.select_one("meta[property='og:title']")["content"] == "Latar Belakang"
        picture = page.select_one("meta[property='og:image']")["content"]
        assert client.get(picture.removeprefix("http://localhost")).mimetype == "image/png"
        assert page.select_one("link[rel=canonical]")["href"] == f"http://localhost{url}"
        schema = json.loads(page.select_one("script[type='application/ld+json']").string)
        assert (schema["@type"], schema["comment"][0]["@type"]) == ("Article", "Comment")
        assert schema["comment"][0]["text"] == "Baik :) </script>"
        assert schema["comment"][0]["author"]["name"] == "Siti"

    def test_its_first_picture_is_shown_with_a_link_to_it(self, client, app):
        picture = taken("a" * 32, width=1600, height=1200, alt='Rapat "besar" & <ramai>')
        article = written(
            "Bergambar",
            (
                f'<p>Isi</p><img src="pictures/{picture.key}/1.jpg"><img '
                f'src="pictures/{"b" * 32}/1.jpg">'
            ),
        )
        page = client.page(address_of(article))
        card = {
            meta["property"]: meta["content"] for meta in page.select("meta[property^='og:image']")
        }
        assert card == {
            "og:image": f"http://localhost/pictures/{picture.key}/800.jpg",
            "og:image:width": "800",
            "og:image:height": "600",
            "og:image:alt": 'Rapat "besar" & <ramai>',
        }
        assert page.select_one("meta[name='twitter:card']")["content"] == "summary_large_image"
        schema = json.loads(page.select_one("script[type='application/ld+json']").string)
        assert schema["image"] == [card["og:image"]]
        assert schema["dateModified"] == exact(article.saved_at, app.config["PNPM"].timezone)
        blog = client.page(address_of(article), environ_overrides={"SCRIPT_NAME": "/blog"})
        assert blog.select_one("meta[property='og:image']")["content"].startswith(
            "http://localhost/blog/pictures/"
        )
        assert all(
            "/blog/pictures/" in image["src"] for image in blog.select(".picture picture img")
        )

    def test_without_a_picture_it_is_the_sites_card(self, client, url):
        page = client.page(url)
        assert page.select_one("meta[property='og:image:width']")["content"] == "1200"
        assert not page.select("meta[name='twitter:card']")
        assert "image" not in json.loads(
            page.select_one("script[type='application/ld+json']").string
        )

    def test_a_long_one_has_a_table_of_contents_whose_links_lead_to_its_headings(self, client):
        moment = datetime(2012, 12, 20, tzinfo=UTC)
        body = "".join(
            f"<h2>{words}</h2><p>a</p>" for words in ("Satu", "Dua <b>a</b>", "comments")
        )
        publish("Panjang", moment, body=body)
        page = client.page("/2012/12/panjang.html")
        links = page.select("nav.contents li a")
        assert [link.text for link in links] == ["Satu", "Dua a", "comments"]
        for link in links:
            assert page.select_one(f".article__body {link['href']}").text == link.text
        every = [element["id"] for element in page.select("[id]")]
        assert len(every) == len(set(every))
        assert "bagian-" not in client.get("/feeds/posts/default").text
        publish("Pendek", moment, body="<h2>Satu</h2><p>a</p>")
        assert not client.page("/2012/12/pendek.html").select(".contents")

    def test_the_share_links_are_plain_links(self, client, url):
        whatsapp, facebook, telegram = client.page(url).select(".article__share a")
        address = f"http%3A//localhost{url}"
        assert whatsapp["href"] == f"https://wa.me/?text=Latar%20Belakang%20{address}"
        assert facebook["href"] == f"https://www.facebook.com/sharer/sharer.php?u={address}"
        assert telegram["href"] == f"https://t.me/share/url?url={address}&text=Latar%20Belakang"

    @pytest.mark.engines
    def test_it_leads_to_the_articles_before_and_after_it(self, client):
        moment = now() - timedelta(days=3)
        for title in ("Satu", "Dua", "Tiga"):  # of one moment: their numbers decide
            publish(title, moment)
        publish("Nanti", now() + timedelta(days=1))

        def beside(title):
            page = client.page(f"/{moment:%Y/%m}/{title}.html")
            return [(link["rel"][0], link.text) for link in page.select(".neighbours a")]

        assert beside("satu") == [("next", "Dua")]
        assert beside("dua") == [("prev", "Satu"), ("next", "Tiga")]
        assert beside("tiga") == [("prev", "Dua")]

    def test_alone_it_leads_nowhere(self, client, url):
        assert not client.page(url).select(".neighbours")

    def test_every_link_is_right_under_a_sub_uri(self, client, app, url, article):
        write(article, app, "satu :)")
        page = client.page(url, environ_overrides={"SCRIPT_NAME": "/blog"})
        inner = [
            element.get(name)
            for name in ("href", "src", "action", "data-hx-post")
            for element in page.select(f"[{name}]")
        ]
        assert all(
            address.startswith(("/blog/", "#", "http://localhost/blog/", "https://", "data:"))
            for address in inner
        )

    @pytest.mark.parametrize("settings", [{"LANGUAGE": "en"}])
    def test_the_site_can_be_in_english(self, client, app, url, article):
        write(article, app, "satu :)")
        page = client.page(url)
        assert page.html["lang"] == "en"
        assert page.select_one("#comment-form button[type=submit]").text == "Send comment"


@pytest.mark.engines
class TestThread:
    def test_the_newest_50_stand_on_the_page_and_a_link_leads_to_earlier_ones(
        self, client, app, url, article
    ):
        write(article, app, *[f"komentar {number}" for number in range(WINDOW + 5)])
        page = client.page(url)
        assert [comment["id"] for comment in page.select(".comment")] == [
            f"comment-{number}" for number in range(6, WINDOW + 6)
        ]
        assert page.select_one("a.comments__earlier").text == "5 komentar sebelumnya"
        earlier = client.page(page.select_one("a.comments__earlier[rel=prev]")["href"])
        assert [comment["id"] for comment in earlier.select(".comment")] == [
            f"comment-{number}" for number in range(1, 6)
        ]
        assert earlier.select_one("article.article")
        assert not earlier.select("a.comments__earlier")
        assert not earlier.select(".comments__none")
        empty = client.page(f"{url}?before=1")
        assert (
            client.page(empty.select_one("a.comments__later")["href"]).select(".comment")[0]["id"]
            == "comment-1"
        )
        assert not client.page(f"{url}?after=0").select("a.comments__earlier")
        later = client.page(earlier.select_one("a.comments__later[rel=next]")["href"])
        assert later.select(".comment")[0]["id"] == "comment-6"

    def test_a_permalink_opens_the_page_that_holds_the_comment(self, client, app, url, article):
        write(article, app, *[f"komentar {number}" for number in range(WINDOW + 5)])
        for number in (1, 6, WINDOW + 5):
            page = client.page(f"{url}?comment={number}")
            link = page.select_one(f"#comment-{number} a.comment__date")
            assert link["href"] == f"{url}?comment={number}#comment-{number}"


class TestKept:
    def test_a_second_visit_is_a_304_and_nothing_else(self, client, url):
        first = client.get(url)
        second = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (second.status_code, second.data) == (304, b"")
        assert first.headers["Cache-Control"] == "no-cache"

    def test_it_goes_out_compressed_to_who_takes_it(self, client, url):
        plain, compressed = (
            client.get(url),
            client.get(url, headers={"Accept-Encoding": "br, gzip"}),
        )
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(compressed.data) == plain.data
        assert compressed.headers["Vary"] == "Accept-Encoding"
        refused = client.get(url, headers={"Accept-Encoding": "gzip;q=0, br"})
        assert (refused.data, "Content-Encoding" in refused.headers) == (plain.data, False)

    def test_it_is_rendered_once_for_all_readers(self, client, url, monkeypatch):
        client.get(url)
        monkeypatch.setattr("pnpm.public.pages.article", None)
        assert client.get(url, headers={"Cookie": "a=b", "User-Agent": "x"}).status_code == 200

    def test_another_host_gets_its_own_addresses(self, client, url):
        client.get(url)
        assert "http://desa.example/2012/12" in client.get(url, base_url="http://desa.example").text

    def test_words_changed_by_another_process_are_seen_at_once(self, client, url):
        client.get(url)
        begin_writing()
        Setting.change(name="Desa Contoh")
        db.session.commit()
        assert "Desa Contoh" in client.get(url).text

    def test_no_more_pages_are_kept_than_memory_allows(self, client, app, url, monkeypatch):
        monkeypatch.setattr("pnpm.web.page_cache.MOST", 3)
        for number in range(6):
            client.get(f"{url}?before={number}")
        assert len(app.extensions["page_cache"].pages) == 3


class TestFrontPage:
    @pytest.mark.engines
    def test_it_has_the_newest_articles_by_the_page(self, client):
        for number in range(12):
            publish(
                f"Artikel {number}",
                now() - timedelta(days=20 - number),
                body=f"<p>Isi {number}</p>",
            )
        page = client.page("/")
        assert [title.text for title in page.select(".teaser__title")] == [
            f"Artikel {number}" for number in range(11, 1, -1)
        ]
        older = client.page(page.select_one("a[rel=next]")["href"])
        assert [title.text for title in older.select(".teaser__title")] == [
            "Artikel 1",
            "Artikel 0",
        ]
        assert len(page.select(".ticker li")) == 5

    @pytest.mark.engines
    def test_what_is_pinned_stands_first_and_nowhere_else(self, client):
        numbers = [
            publish(f"Artikel {number}", now() - timedelta(days=20 - number)).id
            for number in range(13)
        ]
        set_words(pinned=numbers[1])
        page = client.page("/")
        shown = [title.text for title in page.select(".teaser__title")]
        assert shown == ["Artikel 1", *[f"Artikel {number}" for number in range(12, 2, -1)]]
        assert [label.find_parent("article")["id"] for label in page.select(".teaser .label")] == [
            f"teaser-{numbers[1]}"
        ]
        assert page.select_one(".teaser .label").text == "Disematkan"
        older = client.page(page.select_one("a[rel=next]")["href"])
        assert [title.text for title in older.select(".teaser__title")] == [
            "Artikel 2",
            "Artikel 0",
        ]
        assert not older.select(".teaser .label")

    @pytest.mark.parametrize(
        "hidden",
        [{"status": Status.DRAFT}, {"published_at": now() + timedelta(days=1)}],
        ids=["", "later"],
    )
    def test_what_is_pinned_and_not_seen_is_not_there(self, client, article, hidden):
        publish("Lain")
        set_words(pinned=article.id)
        changed(article, **hidden)
        assert [title.text for title in client.page("/").select(".teaser__title")] == ["Lain"]

    def test_a_teaser_has_the_first_picture_of_its_article(self, client, article):
        wide, narrow = (
            taken("a" * 32, width=1600, height=1200, alt="x"),
            taken("b" * 32, width=90, height=60, alt="x"),
        )
        written(
            "Lebar",
            (
                f'<p>Isi</p><img src="pictures/{wide.key}/1.jpg"><img '
                f'src="pictures/{narrow.key}/1.jpg">'
            ),
        )
        written("Kecil", f'<img src="pictures/{narrow.key}/1.jpg">')
        page = client.page("/", environ_overrides={"SCRIPT_NAME": "/blog"})
        assert [
            (one["src"], one["width"], one["height"], one["alt"], one.get("loading"))
            for one in page.select(".teaser img")
        ] == [
            (f"/blog/pictures/{narrow.key}/90.webp", "90", "60", "", None),
            (f"/blog/pictures/{wide.key}/400.webp", "800", "600", "", "lazy"),
        ]
        assert [one["srcset"] for one in page.select(".teaser source")] == [
            f"/blog/pictures/{narrow.key}/90.webp",
            f"/blog/pictures/{wide.key}/144.webp",
        ]

    def test_the_pinned_one_has_a_large_picture_that_is_asked_for_at_once(self, client, article):
        picture = taken("a" * 32, width=1600, height=1200, alt="x")
        pinned = written("Lebar", f'<p>Isi</p><img src="pictures/{picture.key}/1.jpg">')
        written("Baru", f'<p>Isi</p><img src="pictures/{picture.key}/1.jpg">')
        set_words(pinned=pinned.id)
        first, second = client.page("/").select(".teaser picture")
        assert (first.source["srcset"], first.img["src"], first.img.get("loading")) == (
            f"/pictures/{picture.key}/320.webp",
            f"/pictures/{picture.key}/800.webp",
            None,
        )
        assert second.img["loading"] == "lazy"

    def test_one_goes_through_the_pages_both_ways(self, client):
        for number in range(25):
            publish(f"Artikel {number}", now() - timedelta(days=40 - number))
        paths = ["/"]
        for _page in range(2):
            paths.append(client.page(paths[-1]).select_one("a[rel=next]")["href"])
        last = client.page(paths[2])
        assert not last.select("a[rel=next]")
        back = last.select_one("a[rel=prev]")["href"]
        assert (back, client.page(back).select_one("a[rel=prev]")["href"]) == (paths[1], "/")
        assert not client.page("/").select("a[rel=prev]")
        assert client.get("/?before=0").status_code == 200

    @pytest.mark.engines
    def test_it_has_the_newest_comments_that_readers_see(self, client, app, article):
        other = publish("Lain")
        write(article, app, "satu <b>tebal</b>", name="Siti")
        write(other, app, *[f"komentar {number}" for number in range(4)])
        write(other, app, "x" * 300, name="")
        newest = [" ".join(one.text.split()) for one in client.page("/").select(".newest__list li")]
        assert newest[0] == f"Anonim {'x' * 87}... di bawah Lain"
        assert newest[4] == "Anonim komentar 0 di bawah Lain"
        link = client.page("/").select_one(".newest__one")["href"]
        assert client.page(link).select_one("#comment-6")
        with transaction():
            moderation.move([6], CommentStatus.SPAM, ChangeSet("Rudi"))
        newest = [" ".join(one.text.split()) for one in client.page("/").select(".newest__list li")]
        assert newest[-1] == "Siti satu tebal di bawah Latar Belakang"
        assert not client.page("/?before=999").select(".newest")

    @pytest.mark.engines
    def test_its_numbers_of_comments_are_right_at_once(self, client, app, article):
        """Of those in the list, of the pinned one, and on the page of a label."""
        with transaction():
            labelled = writing.write(
                ChangeSet("Bu Camat"), None, "Berlabel", "x", Status.PUBLISHED, labels=["RT"]
            )
        set_words(pinned=article.id)

        def counts(path):
            return [one.text for one in client.page(path).select(".teaser__comments")]

        assert counts("/") == counts("/label/rt") == []
        for written_to in (labelled, article):
            write(written_to, app, "satu")
        assert (counts("/"), counts("/label/rt")) == (["1 komentar", "1 komentar"], ["1 komentar"])
        write(labelled, app, "dua")
        assert (counts("/"), counts("/label/rt")) == (["1 komentar", "2 komentar"], ["2 komentar"])
        assert client.page("/").select_one(".teaser__comments")["href"].endswith("#comments")

    def test_an_old_one_that_is_pinned_is_fresh(self, client, app, article):
        for number in range(14):
            publish(f"Artikel {number}")
        write(publish("Ramai"), app, *[f"{number}" for number in range(5)])
        set_words(pinned=article.id)
        client.get("/")
        with transaction():
            article.comment_count = 7
            article.touch()
        assert "7 komentar" in client.page("/").select_one(".teaser--pinned").text

    def test_what_is_pinned_may_be_all_there_is(self, client, article):
        set_words(pinned=article.id)
        page = client.page("/")
        assert [title.text for title in page.select(".teaser__title")] == ["Latar Belakang"]
        assert "Belum ada artikel" not in page.text

    @pytest.mark.engines
    def test_a_pin_of_nothing_does_no_harm(self, client, article):
        set_words(pinned=9999)
        assert [title.text for title in client.page("/").select(".teaser__title")] == [
            "Latar Belakang"
        ]

    def test_an_empty_site_says_so(self, client):
        assert "Belum ada artikel" in client.get("/").text
