"""The search: what is found, in which order, how it is shown, and what is never found."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as texts
from sqlalchemy.exc import OperationalError

from pnpm.articles.actions import held, save
from pnpm.articles.models import Status as ArticleStatus
from pnpm.audit.models import ChangeSet
from pnpm.backup import export, restore
from pnpm.comments import moderation
from pnpm.comments import search as comments
from pnpm.comments.models import Status
from pnpm.db import connected, db, now, transaction
from pnpm.search import index, words
from pnpm.web import search_index
from tests.conftest import publish, write

SIGNS = "desa rapat AND OR NOT NEAR( \" * ^ ' \\ ) - + : % _ yang é 食 ⑴ ⒈ ͺ 🄀 ; -- <-> & !".split()  # noqa: SIM905
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


def add(title, body="Isi.", days=0):
    return publish(title, MOMENT + timedelta(days=days), f"<p>{body}</p>")


def titles(client, query, **more):
    """The titles of the articles that are found, and the texts of the comments."""
    page = client.page("/cari", query_string={"q": query, **more})
    return [hit.get_text(" ", strip=True) for hit in page.select(".hit .teaser__title a")]


def said(client, query, **more):
    page = client.page("/cari", query_string={"q": query, **more})
    hits = page.select("[aria-labelledby=found-comments] .hit .teaser__summary")
    return [hit.text.strip() for hit in hits]


def change(article, **changes):
    with transaction():
        save(ChangeSet("Bu Camat"), held(article.id), **changes)


def move(comment, status):
    with transaction():
        moderation.move([comment.id], status, ChangeSet("Bu Camat"))


@pytest.mark.engines
class TestFinding:
    def test_any_form_of_a_word_finds_it_and_the_typed_form_stands_first(self, client, app):
        add("Camat baru dilantik", days=2)
        found = add("Kantor kecamatan pindah")
        write(found, app, "Pak camat hadir.", "Kecamatan kita maju.", "Pak Camat juga.")
        assert titles(client, "KÉCAMATAN") == ["Kantor kecamatan pindah", "Camat baru dilantik"]
        assert said(client, "kecamatan") == [
            "Kecamatan kita maju.",
            "Pak Camat juga.",
            "Pak camat hadir.",
        ]

    def test_words_of_a_title_count_more_than_those_of_a_text_and_then_the_newest(self, client):
        add("Berita", "Warga membangun jembatan di dusun.", days=9)
        add("Pembangunan jembatan")
        add("Membangun jembatan", days=1)
        add("Membangun jembatan", days=3, body="Isi yang sama.")
        add("Jembatan lama", days=4)
        found = titles(client, "membangun jembatan")
        assert found[:2] == ["Membangun jembatan", "Membangun jembatan"]
        assert found[2:4] == ["Pembangunan jembatan", "Berita"]
        assert found[4] == "Jembatan lama"  # which has one of the words

    def test_a_phrase_is_found_as_it_stands(self, client, app):
        found = add("Rapat", "Musyawarah desa dimulai.")
        add("Lain", "Desa bermusyawarah.", days=1)
        write(found, app, "Desa musyawarah.", "Sesudah musyawarah desa, makan.")
        assert titles(client, '"musyawarah desa"') == ["Rapat"]
        assert said(client, '"musyawarah desa"') == ["Sesudah musyawarah desa, makan."]
        assert said(client, '"musyawarah desa" makanan') == ["Sesudah musyawarah desa, makan."]

    def test_a_word_in_quotes_is_found_as_it_is_written(self, client, app):
        found = add("Kantor kecamatan")
        add("Camat baru", days=1)
        write(found, app, "Camat hadir.", "Kecamatan maju.")
        assert titles(client, '"kecamatan"') == ["Kantor kecamatan"]
        assert said(client, '"kecamatan"') == ["Kecamatan maju."]

    def test_numbers_in_brackets_and_circles_are_words(self, client):
        add("⒈ Susunan panitia ⑴")
        assert titles(client, "⒈ panitia") == ["⒈ Susunan panitia ⑴"]

    def test_short_words_and_words_of_no_meaning_are_found_too(self, client):
        add("RT 5 dan the PKK", "Di RW a.")
        for query in ("rt", "5", "pkk", "the", "a", "di", '"dan the"', "rw"):
            assert titles(client, query) == ["RT 5 dan the PKK"], query

    def test_other_scripts_are_found(self, client, app):
        found = add("Aksara ᨒᨚᨈᨑ")
        write(found, app, "漢字 bagus", "Тест дела")
        assert titles(client, "ᨒᨚᨈᨑ") == ["Aksara ᨒᨚᨈᨑ"]
        assert said(client, "漢字") == ["漢字 bagus"]
        assert said(client, "ТЕСТ") == ["Тест дела"]

    def test_it_goes_on_by_the_page_and_every_hit_comes_once(self, client, app):
        for number in range(23):
            add(f"Kabar {number} sawah", days=number)
        article = add("Lain")
        write(article, app, *(f"Sawah {number}." for number in range(15)))
        write(article, app, *(f"Persawahan {number}." for number in range(8)))
        seen, comments, address = [], [], "/cari?q=sawah"
        while address:
            page = client.page(address)
            seen += [hit.text for hit in page.select(".hit .teaser__title")]
            following = page.select_one("a[rel=next][href*='articles=']")
            address = following and following["href"]
        assert seen == [f"Kabar {number} sawah" for number in reversed(range(23))]
        address = "/cari?q=sawah"
        while address:
            page = client.page(address)
            comments += [
                hit.text.strip()
                for hit in page.select("[aria-labelledby=found-comments] .teaser__summary")
            ]
            following = page.select_one("a[rel=next][href*='comments=']")
            address = following and following["href"]
        assert comments == [
            *(f"Sawah {number}." for number in reversed(range(15))),
            *(f"Persawahan {number}." for number in reversed(range(8))),
        ]

    def test_what_readers_do_not_see_is_not_found(self, client, app):
        article = add("Sawah", "Padi.")
        later = publish("Sawah nanti", now() + timedelta(days=9))
        comment, other = write(article, app, "Padi menguning.", "Padi dipanen.")
        (answer,) = write(article, app, "Padi siapa?", parent=comment.id)
        write(later, app, "Padi nanti.")
        assert said(client, "padi") == ["Padi siapa?", "Padi dipanen.", "Padi menguning."]
        move(comment, Status.SPAM)
        assert said(client, "padi") == ["Padi dipanen."]
        move(comment, Status.PUBLISHED)
        move(other, Status.DELETED)
        assert said(client, "padi") == ["Padi siapa?", "Padi menguning."]
        change(article, status=ArticleStatus.DRAFT)
        assert said(client, "padi") == titles(client, "sawah padi") == []
        change(article, status=ArticleStatus.PUBLISHED, title="Kebun", body="<p>Jagung.</p>")
        assert titles(client, "padi") == titles(client, "sawah") == []
        assert titles(client, "jagung") == ["Kebun"]
        assert answer.id

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), database=None)
    @given(
        texts.one_of(
            texts.text(max_size=60),
            texts.lists(
                texts.sampled_from(SIGNS),
                max_size=12,
            ).map(" ".join),
        )
    )
    def test_whatever_is_typed_is_no_error(self, client, typed):
        assert client.get("/cari", query_string={"q": typed}).status_code == 200


class TestPage:
    def test_without_words_it_is_the_form_and_says_what_can_be_typed(self, client):
        for address in ("/cari", "/cari?q=", "/cari?q=+%3F!"):
            page = client.page(address)
            assert page.select_one("form[role=search] label[for=q]")
            assert "pembangunan" in page.select_one("main").text
            assert not page.select(".hit")

    def test_words_are_marked_and_what_was_typed_is_escaped(self, client, app):
        article = add("Rapat <b>desa</b> & kota", "Isi &lt;script&gt; rapat.")
        write(article, app, "Rapat <b>itu</b> bagus")
        answer = client.get("/cari", query_string={"q": 'rapat "><script>alert(1)</script>'})
        assert b"<script>" not in answer.data
        page = client.page("/cari?q=rapat")
        assert [mark.text for mark in page.select("mark")] == ["Rapat", "rapat", "Rapat"]
        assert page.select_one(".hit a")["href"] == "/2026/01/rapat-b-desa-b-kota.html"
        comment = page.select_one("[aria-labelledby=found-comments] a")
        assert comment["href"].endswith("?comment=1#comment-1")

    def test_nothing_found_says_what_to_try(self, client):
        page = client.page("/cari?q=kepiting")
        assert "Tidak ada yang cocok." in page.select_one("main").text
        assert page.select_one("main a[href='/arsip']")

    def test_it_is_the_same_for_every_reader_and_for_no_search_engine(self, client):
        add("Sawah")
        answer = client.get("/cari?q=sawah")
        assert "Set-Cookie" not in answer.headers
        again = client.get("/cari?q=sawah", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
        add("Sawah lagi")
        again = client.get("/cari?q=sawah", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 200
        assert client.page("/cari?q=sawah").select_one("meta[name=robots]")["content"] == "noindex"
        assert "Disallow: /cari" in client.get("/robots.txt").get_data(as_text=True)

    @pytest.mark.parametrize(
        "key", ["articles=1", "articles=a-b-c", "comments=1-", "comments=1-2-3"]
    )
    def test_a_page_that_is_none_is_not_found(self, client, key):
        assert client.get(f"/cari?q=sawah&{key}").status_code == 404

    def test_a_browser_can_offer_it(self, client):
        link = client.page("/").select_one("link[rel=search]")
        answer = client.get(link["href"])
        assert answer.mimetype == link["type"] == "application/opensearchdescription+xml"
        assert 'template="http://localhost/cari?q={searchTerms}"' in answer.get_data(as_text=True)

    def test_the_front_page_has_the_box_and_the_archive(self, client):
        page = client.page("/")
        assert page.select_one("form[role=search][action='/cari'] input[name=q]")
        assert page.select_one("a[href='/arsip']").text == "Arsip"


@pytest.mark.engines
class TestIndex:
    def test_after_every_verb_it_is_what_a_rebuild_would_make(self, client, app):
        article = add("Sawah", "Padi.")
        one, two, three = write(article, app, "Padi satu", "Padi dua", "Padi tiga")
        (reply,) = write(article, app, "Padi balasan", parent=two.id)
        with transaction():
            moderation.edit(one, "Jagung", "Jagung", ChangeSet("Bu Camat"))
            moderation.reply(three, "Kantor", "Padi kantor", "Padi kantor", ChangeSet("Bu Camat"))
        move(two, Status.DELETED)
        with transaction():
            moderation.remove([two.id], ChangeSet("Bu Camat"))
        move(three, Status.PENDING)
        change(article, title="Ladang", labels=["Tani"])
        change(add("Konsep"), status=ArticleStatus.DELETED)
        before = contents()
        assert reply.id not in before[index.COMMENTS]
        search_index.rebuild(lambda steps: lambda done: None)
        assert contents() == before
        assert len(before[index.COMMENTS]) == 2
        assert " tstani " in before[index.ARTICLES][article.id]

    def test_a_new_comment_is_found_at_once_and_no_oftener_once_it_is_in_the_index(
        self, client, app
    ):
        article = add("Sawah")
        old, hidden = write(article, app, "Padi lama", "Padi iklan")
        assert said(client, "padi") == ["Padi iklan", "Padi lama"]
        move(hidden, Status.SPAM)
        contents()
        write(article, app, "Padi baru")
        assert said(client, "padi") == ["Padi baru", "Padi lama"]
        move(hidden, Status.PUBLISHED)
        move(old, Status.DELETED)
        assert said(client, "padi") == ["Padi baru", "Padi iklan"]
        contents()
        assert said(client, "padi") == ["Padi baru", "Padi iklan"]

    def test_nobody_waits_for_the_words_of_the_new_comments(self, app, monkeypatch):
        write(add("Sawah"), app, "Padi baru", "Panen raya")
        comments.prepare_merge(db.session.connection())
        with monkeypatch.context() as patch:
            patch.setattr(words, "tokens", _fail)
            first, second = contents()[index.COMMENTS].values()
        assert first.startswith(" expadi exbaru ")
        assert second.startswith(" expanen exraya ")

    def test_who_asks_outside_a_transaction_learns_that_it_was_dropped(self, app):
        with connected() as connection:
            assert index.is_there(connection)
        with transaction():
            index.drop(db.session.connection())
        with connected() as connection:
            assert not index.is_there(connection)

    def test_one_that_is_gone_is_made_after_answers_and_meanwhile_the_page_says_so(
        self, client, app
    ):
        article = add("Sawah")
        write(article, app, *(f"Padi {number}" for number in range(3)))
        with transaction():
            index.forget(db.session.connection())
        page = client.page("/cari?q=sawah")
        assert "masih disusun" in page.select_one("main").text
        assert titles(client, "sawah") == ["Sawah"]
        assert len(said(client, "padi")) == 3
        assert "masih disusun" not in client.page("/cari?q=sawah").select_one("main").text

    def test_one_whose_first_part_failed_is_made_all_the_same(self, client, app, monkeypatch):
        add("Sawah")
        with transaction():
            index.drop(db.session.connection())
        with monkeypatch.context() as patch:
            patch.setattr("pnpm.articles.search.follow", _fail)
            client.get("/cari?q=a")
        client.get("/cari?q=a")
        assert titles(client, "sawah") == ["Sawah"]

    def test_after_a_restore_it_is_of_what_was_restored(self, client, app, config, tmp_path):
        article = add("Sawah")
        write(article, app, "Padi lama.")
        export.keep(tmp_path / "site.zip", config)
        change(article, title="Kebun")
        write(article, app, "Padi baru.")
        restore.bring_back(tmp_path / "site.zip", config, config.timezone, "uji", replace=True)
        search_index.look_again()
        client.get("/")
        assert titles(client, "sawah") == ["Sawah"]
        assert titles(client, "kebun") == []
        assert said(client, "padi") == ["Padi lama."]


def _fail(*_given):
    raise OperationalError("", {}, Exception("disk full"))


def contents():
    """What is in the index, with the new comments."""
    with transaction():
        comments.merge(db.session.connection())
    connection = db.session.connection()
    found = {}
    for kind in index.KINDS:
        table, key = index.table_of(connection, kind), index.key_of(connection)
        rows = connection.exec_driver_sql(f"SELECT {key}, words FROM {table}")
        found[kind] = {row[0]: row[1] for row in rows}
    db.session.rollback()
    return found


class TestWithoutFTS5:
    @pytest.fixture(autouse=True)
    def plain(self, app, monkeypatch):
        if db.engine.dialect.name == "sqlite":
            monkeypatch.setattr(index, "has_fts5", lambda: False)

    def test_the_newest_texts_are_looked_through(self, client, app, monkeypatch):
        search_index.rebuild(lambda steps: lambda done: None)
        article = add("Kantor kecamatan")
        add("Camat", days=1)
        write(article, app, "Pak camat hadir.", "Kecamatan kita.")
        assert titles(client, "kecamatan") == ["Kantor kecamatan", "Camat"]
        assert said(client, "kecamatan") == ["Kecamatan kita.", "Pak camat hadir."]
        monkeypatch.setattr("pnpm.search.matching.NEWEST", 1)
        assert said(client, "kecamatan") == ["Kecamatan kita."]
        assert said(client, '"camat hadir"') == []

    def test_an_index_that_another_python_made_keeps_nobody_from_posting(self, client, app):
        article = add("Sawah")  # its index is one of FTS5, which cannot be written to here
        write(article, app, "Padi.")
        assert client.get("/cari?q=sawah").status_code == 200
        assert titles(client, "sawah") == ["Sawah"]
        assert said(client, "padi") == ["Padi."]
