"""Feeds: what stands in them, at which address, and when they are sent again. Each is read as feed
readers read it, and holds to the grammar of Atom.
"""

import io
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace

import feedparser
import pytest
from lxml import etree
from sqlalchemy import event, insert
from werkzeug.http import http_date, parse_date

from pnpm.articles import actions as writing
from pnpm.articles.models import Article
from pnpm.articles.models import Status as ArticleStatus
from pnpm.audit.models import ChangeSet
from pnpm.audit.settings import change_words
from pnpm.comments import moderation, own
from pnpm.comments.models import Comment, Status
from pnpm.db import begin_writing, db, now, transaction
from pnpm.markup.sanitizer import RENDERER, article_html
from pnpm.public import atom
from pnpm.site_settings import Setting
from pnpm.web import jobs
from tests import engines
from tests.conftest import TOP, on_sqlite, publish, write
from tests.queries import asked

POSTS, COMMENTS = "/feeds/posts/default", "/feeds/comments/default"
ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
OLD = datetime(2012, 12, 20, tzinfo=UTC)
NUL_TO_SPACE = "".join(map(chr, range(32))) + "\x7f\x85\ufffe\uffff"
HOSTILE = "<script>alert(\"1\")</script> & ]]> &amp; <b>tebal</b> 'x'"

# what Blogger's feeds are asked, and how many of 30 articles answer that
QUESTIONS = (
    ("max-results=3", 3),
    ("max-results=100", 30),
    ("max-results=1000", 30),
    ("max-results=99999999999999999999999", 25),
    *((f"max-results={bad}", 25) for bad in ("0", "-1", "x", "", "²", "1.5", "%00", "%FF")),
    ("redirect=false", 25),
    ("orderby=updated", 25),
    ("alt=atom", 25),
    ("start-index=1", 25),
    *((f"start-index={bad}", 25) for bad in ("0", "-1", "x", "")),
    ("start-index=29", 2),
    ("start-index=31", 0),
    ("start-index=999999999999999", 0),
    ("start-index=26&max-results=25&orderby=published&redirect=false", 5),
    ("published-min=2012-01-01T00:00:00&q=x", 25),
    ("before=0", 0),
    ("before=999", 0),
)


@cache
def grammar():
    return etree.RelaxNG(etree.parse(TOP / "tests/fixtures/atom.rng"))


def tree(response):
    """A feed that was answered, valid by the grammar and by what RFC 4287 says beside it."""
    assert (response.status_code, response.mimetype) == (200, "application/atom+xml")
    found = etree.fromstring(response.data)
    grammar().assertValid(found)
    assert found.find(f"{ATOM}author/{ATOM}name").text, "4.1.1: an author"
    for one in [found, *found.iter(f"{ATOM}entry")]:
        links = one.findall(f"{ATOM}link")
        pairs = [(link.get("rel"), link.get("type")) for link in links]
        assert len(pairs) == len(set(pairs)), "4.1.1: one link of a kind"
        assert ("alternate", "text/html") in pairs, "4.1.2: one alternate"
        assert all(link.get("href").startswith("http") for link in links), "whole addresses"
        tag = r"tag:[0-9a-z]+(\.[0-9a-z]+)+,[0-9]{4}:[a-z0-9-]+"  # RFC 4151, 2.1
        assert re.fullmatch(tag, one.find(f"{ATOM}id").text)
        assert one.find(f"{ATOM}updated").text >= "1970"
    ids = [entry.find(f"{ATOM}id").text for entry in found.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)), "4.1.1: one entry of an id"
    return found


def feed(client, address=POSTS, **options):
    """A feed as a feed reader has it."""
    response = client.get(address, **options)
    tree(response)
    headers = {name.lower(): value for name, value in response.headers.items()}
    found = feedparser.parse(io.BytesIO(response.data), response_headers=headers)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def titles(found):
    return [entry.title for entry in found.entries]


def texts(found):
    """The texts of the entries."""
    return [entry.content[0].value for entry in found.entries]


def link(found, rel, kind="application/atom+xml"):
    """The address of a link of that kind, or None."""
    hrefs = [each.href for each in found.links if (each.rel, each.type) == (rel, kind)]
    return hrefs[0] if hrefs else None


def written(title, *labels, body="<p>Isi.</p>", status=ArticleStatus.PUBLISHED, days=1, **more):
    """An article that the office wrote, published so many days ago."""
    with transaction():
        return writing.write(
            ChangeSet("Bu Camat"),
            None,
            title,
            body,
            status,
            labels=labels,
            published_at=now() - timedelta(days=days),
            **more,
        )


def changed(article, **changes):
    """The same article, saved again."""
    with transaction():
        writing.save(ChangeSet("Bu Camat"), writing.held(article.id), **changes)


def moved(comment, status):
    """A comment, given another status by a moderator."""
    with transaction():
        moderation.move([comment.id], status, ChangeSet("Bu Camat"))


def edited(comment, text):
    """A comment, changed by its author."""
    with transaction():
        comment = db.session.get(Comment, comment.id)
        moderation.edit(comment, text, text, ChangeSet(own.AUTHOR))


def set_words(**words):
    """The site's words, changed by the office."""
    with transaction():
        change_words(ChangeSet("Bu Camat"), **words)


@contextmanager
def counted():
    """A list that gets longer with each thousand steps that SQLite takes within the block."""
    thousands = []

    def watch(connection, _record, _proxy=None):
        connection.set_progress_handler(lambda: thousands.append(1) and None, 1000)

    db.session.rollback()
    event.listen(db.engine, "checkout", watch)
    try:
        yield thousands
    finally:
        event.remove(db.engine, "checkout", watch)


def crowd(article, count, apart=timedelta(minutes=1), **more):
    """So many comments under an article, in bulk, each so long after the one before."""
    values = {
        "article_id": article.id,
        "name": "",
        "email": "siti@rahasia.example",
        "website": "",
        "body": "x",
        "renderer": RENDERER,
        "status": Status.PUBLISHED,
        "reasons": [],
        "address_hash": "hash-of-an-address",
        "official": False,
        **more,
    }
    begin_writing()
    rows = [
        {
            **values,
            "html": f"komentar {number}",
            "token": f"{article.id} {more} {number}",
            "created_at": OLD + number * apart,
        }
        for number in range(1, count + 1)
    ]
    db.session.execute(insert(Comment), rows)
    db.session.commit()


class TestArticles:
    def test_an_article_stands_there_whole(self, client):
        article = written("Musyawarah Desa", "Desa", "Anggaran", body="<p>Satu.</p><h2>Dua</h2>")
        found = feed(client)
        assert (found.feed.title, found.feed.language) == ("PNPM -MP KECAMATAN DUA BOCCOE", "id")
        [entry] = found.entries
        page = f"http://localhost/{article.published_at:%Y/%m}/musyawarah-desa.html"
        assert (entry.title, entry.link) == ("Musyawarah Desa", page)
        assert entry.content[0].type == "text/html"
        assert entry.content[0].value == "<p>Satu.</p><h2>Dua</h2>"
        assert [tag.term for tag in entry.tags] == ["Desa", "Anggaran"]
        assert parse_date(http_date(article.published_at)) == datetime(
            *entry.published_parsed[:6], tzinfo=UTC
        )
        assert entry.updated >= entry.published
        assert found.feed.author == found.feed.title

    def test_the_newest_come_first_and_a_page_leads_to_the_next(self, client):
        for number in range(60):
            written(f"Artikel {number}", days=100 - number)
        pages = [feed(client)]
        while following := link(pages[-1].feed, "next"):
            pages.append(feed(client, following))
            assert link(pages[-1].feed, "first") == "http://localhost" + POSTS
        assert [len(page.entries) for page in pages] == [25, 25, 10]
        shown = [title for page in pages for title in titles(page)]
        assert shown == [f"Artikel {number}" for number in range(59, -1, -1)]
        assert link(pages[1].feed, "self") == link(pages[0].feed, "next")
        assert {page.feed.id for page in pages} == {pages[0].feed.id}

    def test_long_texts_go_on_on_the_next_page(self, client, monkeypatch):
        monkeypatch.setattr(atom, "MOST_TEXT", 100)
        for days, length in enumerate((200, 40, 40, 40, 200), 1):
            written(f"Artikel {days}", body=f"<p>{'x' * length}</p>", days=days)
        following, pages = POSTS, []
        while following:
            found = feed(client, following)
            pages.append([title[-1] for title in titles(found)])
            following = link(found.feed, "next")
        assert pages == [["1"], ["2", "3"], ["4"], ["5"]]

    def test_an_empty_site_has_an_empty_feed(self, client):
        for address in (POSTS, COMMENTS):
            found = feed(client, address)
            assert (found.entries, link(found.feed, "next")) == ([], None)

    def test_readers_see_nothing_that_they_do_not_see_on_the_site(self, client):
        written("Terbit")
        written("Konsep", status=ArticleStatus.DRAFT)
        written("Dihapus", status=ArticleStatus.DELETED)
        written("Nanti", days=-1)
        written("Tentang", slug="p/tentang")
        assert titles(feed(client)) == ["Terbit"]

    @pytest.mark.engines
    def test_a_scheduled_one_stands_there_as_soon_as_it_is_out(self, client, monkeypatch):
        written("Nanti", days=-1)
        assert titles(feed(client)) == []
        monkeypatch.setattr("pnpm.articles.models.now", lambda: now() + timedelta(days=2))
        assert titles(feed(client)) == ["Nanti"]

    def test_hostile_titles_are_text_and_nothing_else(self, client):
        set_words(name=HOSTILE, tagline=HOSTILE, copyright=HOSTILE)
        article = written(HOSTILE, HOSTILE[:60], slug="satu")
        found = feed(client)
        source = tree(client.get(POSTS))
        assert source.find(f"{ATOM}title").text == HOSTILE
        assert source.find(f"{ATOM}entry/{ATOM}title").text == HOSTILE
        assert found.entries[0].tags[0].term == HOSTILE[:60]
        assert article.title == HOSTILE

    @pytest.mark.engines
    def test_what_xml_has_no_place_for_breaks_no_feed(self, client, app):
        bad = NUL_TO_SPACE if engines.ENGINE != "postgresql" else NUL_TO_SPACE[1:]
        article = publish(f"a{bad}b", body="<p>Isi</p>")
        write(article, app, "satu", name="Siti")
        begin_writing()
        db.session.get(Article, article.id).html = f"<p>{bad}&#0;&#x1f;</p>"
        db.session.get(Comment, 1).html = f"satu{bad}"
        db.session.get(Comment, 1).name = f"Siti{bad}"
        db.session.commit()
        for address in (POSTS, COMMENTS, f"/feeds/{article.id}/comments/default"):
            assert len(tree(client.get(address)).findall(f"{ATOM}entry")) == 1

    def test_every_address_in_a_text_is_whole(self, client):
        key = "a" * 32
        article = written(
            "Satu",
            body="<p>"
            '<a href="/2012/12/x.html?a=1&amp;b=2#c">satu</a> <a href="#bawah">dua</a> '
            '<a href="lain.html" title=\'kata "kutip" href="x"\'>tiga</a> '
            '<a href="https://bone.go.id/?a&amp;b">empat</a> <a href="mailto:kades@desa.example">e</a>'
            ' <img src="/static/a.png" alt="a > b"></p>'
            f'<img src="pictures/{key}/400.jpg" alt="Balai"> href="/apa" <code>src="/apa"</code>',
        )
        with transaction():  # as with a picture of that key, of which only the text matters here
            known = SimpleNamespace(key=key, alt="", width=1600, height=900, preview="AAAA")
            writing.held(article.id).html = article_html(article.body, {key: known})
        there = {"SCRIPT_NAME": "/blog"}
        source = tree(client.get(POSTS, environ_overrides=there))
        html = source.find(f"{ATOM}entry/{ATOM}content").text
        page = f"http://localhost/blog/{article.published_at:%Y/%m}/"
        assert re.findall(r'<a href="([^"]*)"', html) == [
            "http://localhost/blog/2012/12/x.html?a=1&amp;b=2#c".replace("/blog", ""),
            f"{page}satu.html#bawah",
            f"{page}lain.html",
            "https://bone.go.id/?a&amp;b",
            "mailto:kades@desa.example",
        ]
        files = re.findall(r"[\w:/.]*pictures/\w+/\d+\.\w+", html)
        assert len(files) == 9
        assert all(file.startswith(f"http://localhost/blog/pictures/{key}/") for file in files)
        assert 'src="http://localhost/static/a.png" alt="a > b"' in html
        assert "preview" not in html
        assert 'href="/apa" <code>src="/apa"</code>' in html
        assert link(feed(client, POSTS, environ_overrides=there).feed, "self").startswith(
            "http://localhost/blog/"
        )

    def test_it_says_how_many_comments_there_are_and_where(self, client, app):
        article = written("Satu")
        write(article, app, "satu", "dua")
        [entry] = tree(client.get(POSTS)).findall(f"{ATOM}entry")
        [replies] = [each for each in entry.findall(f"{ATOM}link") if each.get(f"{THREAD}count")]
        assert replies.get(f"{THREAD}count") == "2"
        assert replies.get("href") == f"http://localhost/feeds/{article.id}/comments/default"
        assert len(feed(client, replies.get("href")).entries) == 2


class TestComments:
    @pytest.mark.engines
    def test_a_comment_stands_there_with_what_it_answers(self, client, app, article, url):
        [first] = write(article, app, "Bagus :)) <b>sekali</b>\nbaris dua", name="Siti", moment=OLD)
        [reply] = write(article, app, "setuju", name="Andi", parent=first.id)
        [deeper] = write(article, app, "saya juga", parent=reply.id)
        found = feed(client, COMMENTS)
        assert found.feed.title == "Komentar di PNPM -MP KECAMATAN DUA BOCCOE"
        assert texts(found) == ["saya juga", "setuju", "Bagus :)) <b>sekali</b><br />baris dua"]
        assert titles(found)[:2] == [
            "Komentar Anonim di Latar Belakang",
            "Komentar Andi di Latar Belakang",
        ]
        last = found.entries[2]
        assert (last.author, last.published) == ("Siti", "2012-12-20T08:00:00+08:00")
        assert last.link == f"http://localhost{url}?comment={first.id}#comment-{first.id}"
        assert client.get(last.link).status_code == 200
        [posts] = feed(client).entries
        source = tree(client.get(COMMENTS))
        answers = [each.find(f"{THREAD}in-reply-to") for each in source.iter(f"{ATOM}entry")]
        ids = [entry.id for entry in found.entries]
        assert [each.get("ref") for each in answers] == [ids[1], ids[2], posts.id]
        assert answers[2].get("href") == posts.link
        assert answers[0].get("href") == found.entries[1].link
        assert deeper.parent_id == first.id

    @pytest.mark.engines
    @pytest.mark.parametrize("status", [Status.PENDING, Status.SPAM, Status.DELETED])
    def test_only_those_that_readers_see_stand_there(self, client, app, article, status):
        first, other = write(article, app, "satu", "dua")
        [reply] = write(article, app, "balasan", parent=first.id)
        write(article, app, "balasan lagi", parent=reply.id)
        mine = f"/feeds/{article.id}/comments/default"
        moved(reply, status)
        for address in (COMMENTS, mine):
            source = tree(client.get(address))
            entries = source.findall(f"{ATOM}entry")
            assert [each.find(f"{ATOM}content").text for each in entries] == [
                "balasan lagi",
                "dua",
                "satu",
            ]
            # what it answers is gone: it answers the comment that begins its thread
            ref = entries[0].find(f"{THREAD}in-reply-to").get("ref")
            assert ref.endswith(f":comment-{first.id}")
        moved(reply, Status.PUBLISHED)
        moved(first, status)
        for address in (COMMENTS, mine):
            assert texts(feed(client, address)) == ["dua"]
        moved(other, status)
        for address in (COMMENTS, mine):
            assert texts(feed(client, address)) == []

    @pytest.mark.parametrize(
        "hidden",
        [
            {"status": ArticleStatus.DRAFT},
            {"status": ArticleStatus.DELETED},
            {"published_at": now() + timedelta(days=1)},
        ],
        ids=["draft", "deleted", "scheduled"],
    )
    def test_none_of_an_article_that_readers_do_not_see(self, client, app, article, hidden):
        write(article, app, "satu")
        assert texts(feed(client, COMMENTS)) == ["satu"]
        changed(article, **hidden)
        assert texts(feed(client, COMMENTS)) == []
        assert client.get(f"/feeds/{article.id}/comments/default").status_code == 404

    @pytest.mark.engines
    @pytest.mark.parametrize("number", ["99", "0", "-1", "x", "9" * 15, "9" * 19, "9" * 5000, "²"])
    def test_an_unknown_article_has_none(self, client, article, number):
        assert client.get(f"/feeds/{number}/comments/default").status_code == 404

    def test_one_articles_comments_have_their_own(self, client, app, article, url):
        other = publish("Lain", OLD)
        write(article, app, "satu")
        write(other, app, "dua")
        found = feed(client, f"/feeds/{article.id}/comments/default")
        assert (found.feed.title, texts(found)) == ("Komentar untuk Latar Belakang", ["satu"])
        assert found.feed.link == f"http://localhost{url}"

    def test_nothing_personal_stands_there(self, client, app, article):
        crowd(article, 2)
        for address in (COMMENTS, f"/feeds/{article.id}/comments/default", POSTS):
            text = client.get(address).text
            assert "rahasia.example" not in text
            assert "hash-of-an-address" not in text
            assert "192.0.2.1" not in text

    def test_a_website_that_the_page_shows_stands_there(self, client, app, article):
        crowd(article, 1, website="https://desa.example/?a=1&b=2", name="Desa")
        [entry] = feed(client, COMMENTS).entries
        assert entry.author_detail == {"name": "Desa", "href": "https://desa.example/?a=1&b=2"}

    @pytest.mark.engines
    def test_of_thousands_each_stands_on_one_page(self, client, article):
        crowd(article, 10_000)
        for address in (COMMENTS, f"/feeds/{article.id}/comments/default"):
            seen, following = [], f"{address}?max-results=100"
            for _page in range(3):
                found = feed(client, following)
                seen += texts(found)
                following = link(found.feed, "next")
            assert seen == [f"komentar {number}" for number in range(10_000, 9_700, -1)]
            deep = feed(client, f"{address}?max-results=5&start-index=9999")
            assert texts(deep) == ["komentar 2", "komentar 1"]
            assert link(deep.feed, "next") is None

    @pytest.mark.engines
    def test_of_those_of_one_moment_each_stands_on_one_page(self, client, article):
        for title in ("Lain", "Ketiga"):
            crowd(publish(title, OLD), 20, apart=timedelta(0))
            crowd(article, 10, apart=timedelta(0), name=title)
        seen, following = [], f"{COMMENTS}?max-results=7"
        while following:
            found = feed(client, following)
            seen += [entry.id for entry in found.entries]
            following = link(found.feed, "next")
        assert (len(seen), len({*seen})) == (60, 60)

    @on_sqlite
    def test_a_page_far_down_costs_no_more_than_the_first(self, client, article):
        crowd(article, 10_000)
        crowd(article, 3_000, status=Status.SPAM)
        client.get(COMMENTS)
        steps = []
        for address in (COMMENTS, f"/feeds/{article.id}/comments/default"):
            for query in ("?max-results=50", "?before=300"):
                with counted() as thousands:
                    assert len(feed(client, address + query).entries) == 50
                steps.append(len(thousands))
        print(steps)
        assert 0 < max(steps) < 40, steps  # of 13,000 comments each is more than ten steps


@pytest.mark.engines
class TestLabels:
    def test_it_has_the_articles_of_the_label(self, client):
        written("Lama", "Désa", days=3)
        written("Baru", "PNPM", "desa", days=2)
        written("Lain", "PNPM")
        for name in ("desa", "Desa", "D%C3%A9sa"):
            found = feed(client, f"/feeds/posts/default/-/{name}")
            assert titles(found) == ["Baru", "Lama"]
            assert link(found.feed, "self") == "http://localhost/feeds/posts/default/-/desa"
        assert found.feed.title == "Label: Désa - PNPM -MP KECAMATAN DUA BOCCOE"
        assert found.feed.link == "http://localhost/label/desa"
        following = link(feed(client, "/feeds/posts/default/-/desa?max-results=1").feed, "next")
        assert titles(feed(client, following)) == ["Lama"]

    def test_nobody_learns_of_a_label_that_only_hidden_articles_have(self, client):
        article = written("Satu", "Desa")
        written("Konsep", "Desa", "Rahasia", status=ArticleStatus.DRAFT)
        for name in ("rahasia", "tidak-ada", "x" * 5000, "%00", "%FF"):
            for query in ("", "?before=1", "?start-index=2"):
                answer = client.get(f"/feeds/posts/default/-/{name}{query}")
                assert answer.status_code == 404, name
        address = "/feeds/posts/default/-/desa"
        assert titles(feed(client, address)) == ["Satu"]
        changed(article, status=ArticleStatus.DRAFT)
        assert client.get(address).status_code == 404


class TestAsking:
    def test_bloggers_questions_are_answered(self, client):
        begin_writing()
        values = {"body": "", "html": "", "status": ArticleStatus.PUBLISHED}
        rows = [
            values | {"title": f"{n}", "slug": f"{n}", "published_at": OLD + timedelta(days=n)}
            for n in range(30)
        ]
        db.session.execute(insert(Article), rows)
        db.session.commit()
        for query, count in QUESTIONS:
            assert len(feed(client, f"{POSTS}?{query}").entries) == count, query

    def test_no_page_is_larger_than_a_hundred(self, client, article):
        crowd(article, 120)
        for address in (COMMENTS, f"/feeds/{article.id}/comments/default"):
            assert len(feed(client, address).entries) == 50
            assert len(feed(client, f"{address}?max-results=500").entries) == 100

    @pytest.mark.parametrize("query", ["before=x", "before=-1", "before=%C2%B2"])
    def test_a_page_that_is_no_number_is_not_found(self, client, query):
        assert client.get(f"{POSTS}?{query}").status_code == 404

    @pytest.mark.parametrize(
        ("other", "ours"),
        [
            (f"{POSTS}?alt=rss", POSTS),
            (
                f"{POSTS}?alt=rss&max-results=5&start-index=2",
                f"{POSTS}?max-results=5&start-index=2",
            ),
            (f"{POSTS}?alt=json-in-script&callback=x&_external=1&_scheme=ftp", POSTS),
            (f"{COMMENTS}?alt=rss&redirect=false", COMMENTS),
            ("/feeds/7/comments/default?alt=rss&number=8", "/feeds/7/comments/default"),
            ("/feeds/posts/default/-/Desa%20Kita?alt=rss", f"{POSTS}/-/Desa%20Kita"),
            ("/feeds/posts/summary", POSTS),
            ("/feeds/posts/summary?max-results=5", f"{POSTS}?max-results=5"),
            ("/feeds/posts/full", POSTS),
            (f"{POSTS}/", POSTS),
            ("/feeds/comments/summary", COMMENTS),
            ("/feeds/7/comments/full/", "/feeds/7/comments/default"),
            ("/feeds/posts/summary/-/D%C3%A9sa%3Fx/y", f"{POSTS}/-/D%C3%A9sa%3Fx/y"),
            ("/atom.xml", POSTS),
            ("/rss.xml?max-results=5", f"{POSTS}?max-results=5"),
        ],
    )
    def test_blogger_s_other_addresses_lead_to_the_feed(self, client, other, ours):
        answer = client.get(other)
        assert (answer.status_code, answer.location) == (301, ours)

    @pytest.mark.parametrize(
        "unknown",
        [
            "/feeds/",
            "/feeds/x",
            "/feeds/posts",
            f"{POSTS}/7",
            f"{COMMENTS}/-/x",
            f"{POSTS}/-/",
            "/feeds/posts/summary/-/x%0d%0aLocation:%20y",
        ],
    )
    def test_what_is_no_feed_is_not_found(self, client, unknown):
        assert client.get(unknown).status_code == 404

    def test_every_page_names_its_feeds(self, client, article, url):
        written("Dua", "Desa", status=ArticleStatus.PUBLISHED)
        kind = "link[rel=alternate][type='application/atom+xml']"
        own = {url: f"/feeds/{article.id}/comments/default", "/label/desa": f"{POSTS}/-/desa"}
        for path in ("/", url, "/label/desa", "/p/tentang.html"):
            links = client.page(path).select(kind)
            expected = [POSTS, COMMENTS, *filter(None, [own.get(path)])]
            assert [each["href"] for each in links] == expected
            assert len({each["title"] for each in links}) == len(links)
            for each in links:
                assert client.get(each["href"]).status_code == 200


class TestIdentity:
    def ids(self, client, **options):
        found = [feed(client, address, **options) for address in (POSTS, COMMENTS)]
        return [each.feed.id for each in found] + [
            entry.id for each in found for entry in each.entries
        ]

    def test_an_id_survives_another_address_and_domain(self, client, app, article, url):
        write(article, app, "satu")
        before = self.ids(client)
        changed(article, slug="lain", published_at=OLD + timedelta(days=400), title="Lain")
        set_words(name="Nama lain")
        with transaction():
            jobs_config = app.config["PNPM"]
            Setting.keep_identity(jobs_config.secret_key)
        domain = {"base_url": "https://desa-baru.example/blog/"}
        assert self.ids(client, **domain) == before
        assert "desa-baru" not in " ".join(before)
        assert "localhost" not in " ".join(before)

    def test_it_is_stored_by_the_first_form_and_survives_another_key(self, client, app, article):
        before = self.ids(client)
        jobs.tidy(now().date())
        app.config["PNPM"] = type(app.config["PNPM"])(
            **{**vars(app.config["PNPM"]), "secret_key": "another key"}
        )
        changed(article, title="Lain")
        assert self.ids(client) == before

    def test_another_site_has_others(self, app):
        ours, theirs = Setting.identity("one key"), Setting.identity("another")
        assert ours != theirs
        assert re.fullmatch("[0-9a-f]{16}", ours)


class TestKept:
    @pytest.mark.parametrize("address", [POSTS, COMMENTS, f"{POSTS}/-/desa", "{thread}"])
    @pytest.mark.parametrize("query", ["", "?max-results=3"])
    def test_who_has_it_gets_304(self, client, app, address, query):
        article = written("Satu", "Desa")
        write(article, app, "satu")
        address = address.format(thread=f"/feeds/{article.id}/comments/default") + query
        first = client.get(address)
        for name, condition in (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")):
            for ask in (client.get, client.head):
                again = ask(address, headers={condition: first.headers[name]})
                assert (again.status_code, again.data) == (304, b"")
                assert again.headers["ETag"] == first.headers["ETag"]
        assert first.headers["Cache-Control"] == "no-cache"
        head = client.head(address)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["Content-Length"] == str(len(first.data))

    def test_a_date_is_read_as_one(self, client, app, article):
        write(article, app, "satu")
        moment = parse_date(client.get(COMMENTS).headers["Last-Modified"])
        for since, status in (
            (http_date(moment + timedelta(days=1)), 304),
            (http_date(moment - timedelta(seconds=1)), 200),
            (f"{moment:%A, %d-%b-%y %H:%M:%S GMT}", 304),  # RFC 850, as old programs write it
            *((bad, 200) for bad in ("yesterday", "", "0", "Thu, 99 Foo 9999 99:99:99 GMT")),
        ):
            for address in (COMMENTS, f"{COMMENTS}?max-results=9"):
                answer = client.get(address, headers={"If-Modified-Since": since})
                assert answer.status_code == status, since
        # an ETag that is given decides alone (RFC 9110, 13.2.2)
        both = {"If-Modified-Since": http_date(now()), "If-None-Match": '"x"'}
        assert client.get(COMMENTS, headers=both).status_code == 200

    def test_it_was_never_changed_in_the_future(self, client, app, article):
        write(article, app, "satu", moment=now() + timedelta(days=1))  # a clock that was ahead
        answer = client.get(COMMENTS)
        assert parse_date(answer.headers["Last-Modified"]) <= now()

    @pytest.mark.engines
    def test_whatever_changes_is_seen_at_once(self, client, app, article):
        thread = f"/feeds/{article.id}/comments/default"
        first, second = write(article, app, "satu", "dua")
        addresses = POSTS, COMMENTS, thread, f"{COMMENTS}?max-results=1"
        long_ago = now() - timedelta(days=2)
        begin_writing()
        db.session.execute(Article.__table__.update().values(saved_at=long_ago))
        db.session.execute(Comment.__table__.update().values(created_at=long_ago))
        db.session.commit()
        steps = {
            "a comment": lambda: write(article, app, "tiga"),
            "one is hidden": lambda: moved(first, Status.SPAM),
            "and another": lambda: moved(second, Status.PENDING),
            "one comes back": lambda: moved(first, Status.PUBLISHED),
            "the article": lambda: changed(article, title="Lain"),
            "the words": lambda: set_words(name="Nama lain"),
        }
        for step, change in steps.items():
            before = {address: client.get(address) for address in addresses}
            change()
            for address, old in before.items():
                if address.endswith("=1") and "one" in step:
                    continue  # it shows neither
                answer = client.get(address, headers={"If-None-Match": old.headers["ETag"]})
                assert answer.status_code == 200, (step, address)
                assert answer.data != old.data

    @pytest.mark.engines
    @pytest.mark.parametrize(
        "change",
        [
            lambda comment: moved(comment, Status.SPAM),
            lambda comment: edited(comment, "lain"),
            lambda comment: set_words(name="Nama lain"),
        ],
        ids=["hidden", "edited", "words"],
    )
    def test_who_asks_by_the_date_misses_nothing_either(self, client, app, article, change):
        comment, *_others = write(article, app, "satu", "dua", moment=OLD)
        begin_writing()
        db.session.execute(Article.__table__.update().values(saved_at=OLD))
        db.session.commit()
        addresses = COMMENTS, f"/feeds/{article.id}/comments/default"
        before = {address: client.get(address) for address in addresses}
        change(comment)
        for address, old in before.items():
            assert old.headers["Last-Modified"] == http_date(OLD)
            since = {"If-Modified-Since": old.headers["Last-Modified"]}
            assert client.get(address, headers=since).status_code == 200

    def test_what_its_author_changed_counts_as_updated(self, client, app, article):
        comment, other = write(article, app, "satu", "dua", moment=now() - timedelta(minutes=5))
        edited(comment, "baru")
        entries = {entry.id.rpartition("-")[2]: entry for entry in feed(client, COMMENTS).entries}
        changed, same = entries[str(comment.id)], entries[str(other.id)]
        assert (changed.content[0].value, changed.updated > changed.published) == ("baru", True)
        assert same.updated == same.published

    def test_it_is_rendered_once_as_long_as_nothing_changes(self, client, app, article):
        write(article, app, "satu")
        for address in (POSTS, COMMENTS, f"/feeds/{article.id}/comments/default"):
            client.get(address)
            with asked() as queries:
                client.get(address)
            assert len(queries) == 1

    def test_strangers_fill_no_memory_with_pages_that_they_think_of(self, client, app, article):
        write(article, app, "satu")
        pages = app.extensions["page_cache"].pages
        client.get(COMMENTS)
        before = len(pages)
        for number in range(1, 20):
            client.get(f"{COMMENTS}?max-results={number}")
            client.get(f"{POSTS}?x={number}")
        assert len(pages) == before

    @pytest.mark.parametrize("settings", [{"LANGUAGE": "en"}])
    def test_it_speaks_the_site_s_language(self, client, app, article):
        write(article, app, "satu", name="Siti")
        found = feed(client, COMMENTS)
        assert (found.feed.language, titles(found)) == (
            "en",
            ["Comment by Siti on Latar Belakang"],
        )
        assert json.dumps(found.feed.title) == '"Comments on PNPM -MP KECAMATAN DUA BOCCOE"'
