"""Importing an archive: once, again, newer, and after it was killed."""

import pytest
from sqlalchemy import func, select

from pnpm.articles.models import Article, Redirect, Status
from pnpm.articles.tags import Label
from pnpm.audit.models import AuditEntry, break_in_chain
from pnpm.comments.models import Comment
from pnpm.comments.models import Status as CommentStatus
from pnpm.db import db, transaction
from pnpm.files import Busy
from pnpm.imports import run, threads
from pnpm.imports.models import ImportRun, Stage
from pnpm.imports.records import ArchivedStatus, ArticleKind, Bookmark, NotAnArchive, Unreadable
from tests.conftest import publish, write

from .conftest import SITE, article, comment

TAKEN = {"taken": 1, "merged": 0, "held": 0, "dropped": 0}


def site():
    """All articles and comments as they are here."""
    db.session.rollback()
    columns = Comment.id, Comment.article_id, Comment.parent_id, Comment.body, Comment.status
    return (
        db.session.execute(select(Article.id, Article.slug, Article.body, Article.status)).all(),
        db.session.execute(select(*columns).order_by(Comment.id)).all(),
    )


def comments():
    """The comments, oldest first."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def one(query):
    """The one row of a query, as it is now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(query).one()


@pytest.fixture
def blog(archive):
    """An archive with an article, a comment, and a reply to it."""
    return archive(
        article(
            "a1",
            addresses=("https://lama.blogspot.com/2012/12/musrenbang.html",),
            labels=("Berita", "PNPM"),
        ),
        comment("c1"),
        comment("c2", "Sama-sama", parent="c1", minutes=1),
    )


@pytest.mark.engines
def test_articles_and_comments_are_here_and_counted(blog, imported, client):
    report = imported(blog)
    assert report.counts["articles"] == TAKEN
    assert report.counts["comments"] == TAKEN | {"taken": 2}
    assert report.counts["labels"] == TAKEN | {"taken": 2}
    page = client.page("/2012/12/musrenbang.html")
    assert page.select_one("#comment-count").text == "2"
    assert [one.text.strip() for one in page.select(".comment__body")] == [
        "Terima kasih infonya",
        "Sama-sama",
    ]
    assert page.select_one(".comment time")["datetime"].startswith("2012-12-20T")
    assert "Sama-sama" in client.page("/cari?q=sama").text


@pytest.mark.engines
def test_the_same_archive_once_more_changes_nothing(blog, imported):
    imported(blog)
    before = site()
    report = imported(blog)
    assert site() == before
    assert report.counts["articles"] == TAKEN | {"taken": 0, "merged": 1}
    assert report.counts["comments"] == TAKEN | {"taken": 0, "merged": 2}
    assert report.counts["labels"] == TAKEN | {"taken": 0, "merged": 2}


@pytest.mark.engines
def test_killed_at_any_batch_it_goes_on_and_doubles_nothing(archive, imported, opened, monkeypatch):
    monkeypatch.setattr(run, "AT_ONCE", {Stage.ARTICLES: 1, Stage.COMMENTS: 2})
    path = archive(
        *[article(f"a{number}", f"Kabar {number}") for number in range(3)],
        *[
            comment(f"c{number}", f"Komentar {number}", of=f"a{number % 3}", minutes=number)
            for number in range(7)
        ],
    )
    steps = 0
    while True:
        work = opened(path)
        progress = work.advance("Bu Camat", seconds=-1)
        work.close()
        steps += 1
        if progress.is_done:
            break
    assert steps == 3 + 1 + 4 + 1
    assert work.result().counts["articles"]["taken"] == 3
    assert work.result().counts["comments"]["taken"] == 7
    assert len(comments()) == 7
    counts = db.session.scalars(select(Article.comment_count).order_by(Article.id)).all()
    assert counts == [3, 2, 2]


def test_what_a_batch_wrote_goes_with_how_far_it_is(archive, opened, monkeypatch):
    path = archive(article("a1"), comment("c1"))
    work = opened(path)
    work.advance("Bu Camat", seconds=-1)
    before = site()
    kept = threads.search.add_stored

    def fail(*given):
        raise OSError("killed")

    monkeypatch.setattr(threads.search, "add_stored", fail)
    with pytest.raises(OSError, match="killed"):
        work.advance("Bu Camat")
    assert site() == before
    monkeypatch.setattr(threads.search, "add_stored", kept)
    work.advance("Bu Camat")
    assert work.result().counts["comments"] == TAKEN


def test_without_its_staging_file_it_begins_again_and_counts_what_it_took(blog, opened):
    work = opened(blog)
    work.advance("Bu Camat", seconds=-1)
    work.forget()
    work = opened(blog)
    with transaction():
        db.session.get_one(ImportRun, 1).position = 0
    work.advance("Bu Camat")
    assert work.result().counts["comments"]["taken"] == 2
    assert len(comments()) == 2


@pytest.mark.engines
def test_a_newer_archive_brings_what_is_new_and_what_was_changed_there(archive, imported):
    imported(archive(article("a1"), comment("c1"), comment("c2", "Kedua", minutes=1)))
    report = imported(
        archive(
            article("a1", html="<p>Isi baru.</p>", labels=("Berita",)),
            article("a2", "Kabar kedua"),
            comment("c1", "Terima kasih banyak"),
            comment("c2", "Kedua", minutes=1),
            comment("c3", "Ketiga", minutes=2),
        )
    )
    assert report.counts["articles"] == TAKEN | {"taken": 2}
    assert report.counts["comments"] == TAKEN | {"taken": 2, "merged": 1}
    assert one(select(Article).where(Article.id == 1)).body == "<p>Isi baru.</p>"
    assert [each.body for each in comments()] == ["Terima kasih banyak", "Kedua", "Ketiga"]
    assert break_in_chain() is None


def test_a_comment_stays_signed_as_it_was_and_that_is_said(archive, imported):
    imported(archive(article("a1"), comment("c1"), comment("c2", "Kedua", minutes=1)))
    newer = archive(
        article("a1"), comment("c1", name="Besse Baru"), comment("c2", "Dua", minutes=1, name="X")
    )
    report = imported(newer)
    [told] = report.details["comments"]["merged"]
    assert told["why"].startswith("its author is called otherwise there")
    assert [(each.name, each.body) for each in comments()] == [
        ("Besse", "Terima kasih infonya"),
        ("Besse", "Dua"),
    ]


def test_what_was_changed_here_goes_before_a_newer_archive(archive, imported, client):
    from pnpm.articles import actions
    from pnpm.audit.models import ChangeSet
    from pnpm.comments import moderation

    imported(archive(article("a1"), comment("c1"), comment("c2", "Kedua", minutes=1)))
    with transaction():
        actions.save(ChangeSet("Rudi"), actions.held(1), title="Musyawarah")
        moderation.edit(db.session.get_one(Comment, 1), "Disunting", "Disunting", ChangeSet("Rudi"))
        moderation.move([2], CommentStatus.PENDING, ChangeSet("Rudi"))
    report = imported(
        archive(
            article("a1", html="<p>Isi baru.</p>"),
            comment("c1", "Terima kasih banyak"),
            comment("c2", "Kedua!", minutes=1),
        )
    )
    assert report.counts["articles"] == TAKEN | {"taken": 0, "merged": 1}
    assert report.details["articles"]["merged"][0]["why"] == (
        "it was changed here since, and stays so"
    )
    assert report.counts["comments"] == TAKEN | {"taken": 0, "merged": 2}
    assert one(select(Article)).title == "Musyawarah"
    assert [each.body for each in comments()] == ["Disunting", "Kedua"]


def test_what_was_deleted_here_stays_deleted(archive, imported, client):
    from pnpm.articles import actions
    from pnpm.audit.models import ChangeSet
    from pnpm.comments import moderation

    records = article("a1"), article("a2", "Kedua"), comment("c1"), comment("c2", of="a2")
    imported(archive(*records))
    with transaction():
        actions.save(ChangeSet("Rudi"), actions.held(2), status=Status.DELETED)
        moderation.move([1, 2], CommentStatus.DELETED, ChangeSet("Rudi"))
        moderation.remove([2], ChangeSet("Rudi"))
    report = imported(archive(*records))
    assert report.counts["articles"] == {"taken": 0, "merged": 1, "held": 0, "dropped": 1}
    assert report.counts["comments"] == TAKEN | {"taken": 0, "dropped": 2}
    assert [each.status for each in comments()] == [CommentStatus.DELETED]


def test_a_draft_that_is_published_there_since_gets_its_address(archive, imported, client):
    draft, page = ArchivedStatus.DRAFT, ArticleKind.PAGE
    imported(archive(article("a1", status=draft), article("p1", "Profil", kind=page, status=draft)))
    imported(
        archive(
            article("a1", addresses=("/2012/12/rapat_desa.html",)),
            article("p1", "Profil", kind=page, addresses=("/p/profil-desa.html",)),
        )
    )
    for address in ("/2012/12/rapat_desa.html", "/p/profil-desa.html"):
        assert client.get(address).status_code == 200


def test_a_page_that_is_a_draft_there_since_stays_and_that_is_said(archive, imported):
    imported(archive(article("p1", kind=ArticleKind.PAGE)))
    newer = archive(article("p1", kind=ArticleKind.PAGE, status=ArchivedStatus.DRAFT))
    [told] = imported(newer).details["pages"]["merged"]
    assert told["why"].startswith("it is a draft there by now")
    assert one(select(Article)).status is Status.PAGE


def test_what_was_deleted_there_since_goes_to_the_trash_here(archive, imported):
    imported(archive(article("a1"), comment("c1"), comment("c2", "Kedua")))
    gone = ArchivedStatus.DELETED
    report = imported(
        archive(article("a1", status=gone), comment("c1", status=gone), comment("c2", "Kedua"))
    )
    assert report.details["articles"]["taken"][0]["why"] == "it was in the trash there"
    assert one(select(Article)).status is Status.DELETED
    assert [each.status for each in comments()] == [
        CommentStatus.DELETED,
        CommentStatus.PUBLISHED,
    ]


def test_what_was_in_the_trash_there_is_dropped(archive, imported):
    gone = ArchivedStatus.DELETED
    report = imported(
        archive(
            article("a1"),
            article("a2", "Sampah", status=gone),
            comment("c1", status=gone),
            comment("c2", "Tetap ada", parent="c1", minutes=1),
        )
    )
    assert report.counts["articles"] == TAKEN | {"dropped": 1}
    assert report.counts["comments"] == TAKEN | {"dropped": 1}
    assert report.details["articles"]["dropped"] == [
        {"what": "Sampah", "why": "it was in the trash there"}
    ]
    assert [(each.body, each.parent_id) for each in comments()] == [("Tetap ada", None)]


def test_drafts_stay_drafts_and_pages_are_pages(archive, imported, client):
    draft, page = ArchivedStatus.DRAFT, ArticleKind.PAGE
    report = imported(
        archive(
            article("a1", "Konsep", status=draft),
            article("p1", "Tentang Kami", kind=page, addresses=("/p/tentang-kami.html",)),
            article("p2", "Halaman Konsep", kind=page, status=draft),
            comment("c1", of="p1"),
        )
    )
    assert report.counts["articles"] == TAKEN
    assert report.counts["pages"] == TAKEN | {"held": 1}
    assert (
        report.details["comments"]["dropped"][0]["why"] == "pages about the site take no comments"
    )
    rows = db.session.execute(select(Article.slug, Article.status).order_by(Article.id)).all()
    assert [tuple(row) for row in rows] == [
        ("konsep", Status.DRAFT),
        ("p/tentang-kami", Status.PAGE),
        ("halaman-konsep", Status.DRAFT),
    ]
    assert client.get("/p/tentang-kami.html").status_code == 200


def test_an_articles_moment_and_address_are_as_they_were(archive, imported, client):
    address = "https://lama.blogspot.com/2012/12/musrenbang.html"
    imported(archive(article("a1", "Judul lain", addresses=(address,))))
    assert one(select(Article)).slug == "musrenbang"
    assert client.get("/2012/12/musrenbang.html").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Redirect)) == 0


def test_an_address_that_is_taken_here_stays_where_it_is(archive, imported):
    publish("Musrenbang")
    imported(archive(article("a1", "Musrenbang")))
    slugs = db.session.scalars(select(Article.slug).order_by(Article.id)).all()
    assert slugs == ["musrenbang", "musrenbang-2"]


def test_labels_that_differ_in_case_alone_are_one(archive, imported, client):
    report = imported(
        archive(article("a1", labels=("Berita",)), article("a2", "Dua", labels=("berita", "Desa")))
    )
    assert report.counts["labels"]["taken"] == 2
    names = db.session.scalars(select(Label.name).order_by(Label.slug)).all()
    assert names == ["Berita", "Desa"]


def test_nobody_is_told_of_imported_comments(archive, imported, app):
    publish("Musrenbang lama")
    imported(archive(article("a1"), comment("c1"), comment("c2", status=ArchivedStatus.PENDING)))
    assert {each.announce for each in comments()} == {None}
    assert all(each.announced_at for each in comments())
    assert {each.address_hash for each in comments()} == {""}
    assert not any(each.official for each in comments())


def test_the_log_has_one_entry_of_an_import(blog, imported):
    imported(blog)
    entry = one(select(AuditEntry))
    assert (entry.who, entry.action, entry.subject, entry.number) == (
        "Bu Camat",
        "imported",
        "import",
        1,
    )
    assert entry.after == {"system": "blogger", "title": "Blog Lama"}


def test_a_dry_run_says_the_same_and_changes_nothing(archive, opened, imported):
    path = archive(
        article("a1", labels=("Berita",)),
        comment("c1"),
        comment("c2", of="nowhere"),
        comment("c3", status=ArchivedStatus.PENDING),
        article("p1", "Profil", kind=ArticleKind.PAGE),
        article("d1", "Dibuang", status=ArchivedStatus.DELETED),
        comment("c4", of="p1"),
        comment("c5", of="d1"),
    )
    before = site()
    work = opened(path)
    foreseen = work.preview()
    assert site() == before
    assert db.session.scalar(select(func.count()).select_from(ImportRun)) == 0
    work.close()
    assert imported(path).stored() == foreseen.stored()
    assert foreseen.counts["comments"] == {"taken": 1, "merged": 0, "held": 1, "dropped": 3}


def test_a_dry_run_goes_on_where_it_stopped(archive, opened, monkeypatch):
    monkeypatch.setattr(run, "AT_ONCE", {Stage.ARTICLES: 1, Stage.COMMENTS: 1})
    work = opened(archive(article("a1"), article("a2", "Dua"), comment("c1")))
    calls = 1
    while (found := work.preview(seconds=-1)) is None:
        calls += 1
    assert calls > 3
    assert found.counts["articles"]["taken"] == 2
    assert found.counts["comments"]["taken"] == 1


def test_reading_goes_on_where_it_stopped(archive, opened, config, monkeypatch):
    from pnpm.imports import staging

    monkeypatch.setattr(staging, "BATCH", 2)
    path = archive(*[article(f"a{number}", f"Kabar {number}") for number in range(5)])
    work = run.Import(run.System.BLOGGER, path, config, run.Given(config.timezone))
    while not work.read(seconds=-1):
        assert not work.staging.is_read
    assert work.staging.counts == (5, 0)
    work.close()


def test_reading_goes_on_at_a_bookmark_if_the_reader_gives_one(archive, config, monkeypatch):
    import sys

    from pnpm.imports import staging

    monkeypatch.setattr(staging, "BATCH", 2)
    begun_at, kabar = [], [article(f"a{number}", f"Kabar {number}") for number in range(9)]

    def read(path, bookmark="0"):
        begun_at.append(int(bookmark))
        if bookmark == "0":
            yield SITE
        for number in range(int(bookmark), 9):
            yield kabar[number]
            if number == 4:
                yield Bookmark("5")

    path = archive()
    monkeypatch.setattr(sys.modules["archive_of_tests"], "read", read)
    work = run.Import(run.System.BLOGGER, path, config, run.Given(config.timezone))
    while not work.read(seconds=-1):
        pass
    assert begun_at == [0, 0, 0, 0, 5, 5]
    assert work.staging.counts == (9, 0)
    assert work.staging.unreadable() == []
    work.close()


def test_two_imports_at_once_are_refused(config):
    with run.alone(config.instance), pytest.raises(Busy), run.alone(config.instance):
        pass


def test_what_could_not_be_read_is_told_with_its_lines(archive, opened):
    work = opened(
        archive(
            article("a1"),
            article("a1", "Sekali lagi"),
            Unreadable("nav_menu_item", "there are no menus here", 7),
            Unreadable("nav_menu_item", "there are no menus here", 9),
        )
    )
    found = {each["what"]: each for each in work.staging.unreadable()}
    assert found["nav_menu_item"] == {
        "what": "nav_menu_item",
        "why": "there are no menus here",
        "count": 2,
        "lines": [7, 9],
    }
    assert found["article"]["why"] == "another one before it has the same key"


def test_an_empty_archive_is_none(archive, opened, tmp_path, monkeypatch):
    import sys

    path = archive()
    monkeypatch.setattr(sys.modules["archive_of_tests"], "read", lambda path: iter(()))
    with pytest.raises(NotAnArchive):
        opened(path)


def test_a_comment_of_an_article_here_is_counted_with_those_of_readers(
    archive, imported, article, app
):
    from pnpm.imports.records import System

    write(article, app, "Sudah ada")
    report = imported(
        archive(
            comment("d1", of="", article_address="https://lama.example/latar-belakang.html"),
            comment("d2", of="", article_address="https://lama.example/lain.html"),
        ),
        System.DISQUS,
    )
    assert report.counts["comments"] == TAKEN | {"dropped": 1}
    assert one(select(Article)).comment_count == 2


def test_more_labels_than_an_article_can_have_are_dropped(archive, imported):
    report = imported(archive(article("a1", labels=tuple(f"Label {each}" for each in range(22)))))
    assert report.counts["labels"] == TAKEN | {"taken": 20, "dropped": 2}
    assert db.session.scalar(select(func.count()).select_from(Label)) == 20
