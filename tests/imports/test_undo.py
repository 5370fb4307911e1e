"""Taking an import back: all of it goes, but what people here have made of it."""

import pytest
from sqlalchemy import func, select

from pnpm.articles import actions
from pnpm.articles.models import Article
from pnpm.articles.tags import Label
from pnpm.audit.models import AuditEntry, ChangeSet, break_in_chain
from pnpm.comments import moderation
from pnpm.comments.models import Comment, Status
from pnpm.db import db, transaction
from pnpm.imports import pending, run, undo
from pnpm.imports.addresses import OldAddress
from pnpm.imports.models import ImportedItem, ImportRun, Stage
from pnpm.markup.sanitizer import comment_html
from tests.conftest import publish, write

from .conftest import article, comment


def left(model):
    """How many there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def take_back(config):
    """Take the newest import back."""

    def take_back():
        with transaction():
            newest = run.newest()
            undo.begin(newest.id, ChangeSet("Rudi", undoes=newest.change_set))
        return undo.advance(newest.id, config, comment_html)

    return take_back


@pytest.fixture
def blog(archive):
    """An archive with everything."""
    return archive(
        article("a1", labels=("Berita",), addresses=("/2012/12/musrenbang.html",)),
        article("a2", "Dua"),
        comment("c1", "satu"),
        comment("c2", "dua", parent="c1", minutes=1),
        comment("c3", "tiga", of="a2"),
    )


@pytest.mark.engines
def test_everything_goes_and_can_come_again(blog, imported, take_back, client):
    own = publish("Punya kami")
    imported(blog)
    undone = take_back()
    assert (undone.is_done, undone.left) == (True, [])
    assert undone.gone == {"comments": 3, "articles": 2}
    assert [left(each) for each in (Article, Comment, Label, ImportedItem, OldAddress)] == [
        1,
        0,
        0,
        0,
        0,
    ]
    assert client.get("/2012/12/musrenbang.html").status_code == 404
    assert db.session.scalars(select(Article.id)).one() == own.id
    assert break_in_chain() is None
    assert imported(blog).counts["comments"]["taken"] == 3


def test_in_batches_and_killed_in_between(archive, imported, config, monkeypatch):
    monkeypatch.setattr(undo, "AT_ONCE", 2)
    imported(archive(article("a1"), *[comment(f"c{each}", f"K {each}") for each in range(5)]))
    with transaction():
        undo.begin(1, ChangeSet("Rudi"))
    assert pending.is_left()
    steps = 1
    while not undo.advance(1, config, comment_html, seconds=-1).is_done:
        db.session.remove()
        steps += 1
    assert steps > 4
    assert left(Comment) == left(Article) == 0
    assert not pending.is_left()


def test_an_edited_article_stays_and_is_named(blog, imported, take_back):
    imported(blog)
    with transaction():
        actions.save(ChangeSet("Rudi"), actions.held(1), title="Musyawarah")
    undone = take_back()
    assert undone.left == [{"what": "article 1: Musyawarah", "why": "it was changed here since"}]
    assert db.session.scalars(select(Article.id)).one() == 1


def test_what_readers_wrote_stays_with_what_it_stands_under(blog, imported, take_back, app):
    imported(blog)
    write(db.session.get_one(Article, 2), app, "Komentar pembaca")
    write(db.session.get_one(Article, 1), app, "Balasan pembaca", parent=1)
    undone = take_back()
    assert sorted(each["why"] for each in undone.left) == [
        "it has comments that stay",
        "it has comments that stay",
        "somebody has answered it here",
    ]
    bodies = db.session.scalars(select(Comment.body).order_by(Comment.id)).all()
    assert bodies == ["satu", "Komentar pembaca", "Balasan pembaca"]
    assert db.session.scalars(select(Comment.status).distinct()).all() == [Status.PUBLISHED]


def test_an_edited_comment_stays_and_one_that_was_only_judged_goes(blog, imported, take_back):
    imported(blog)
    with transaction():
        first = db.session.get_one(Comment, 1)
        moderation.edit(first, "disunting", "disunting", ChangeSet("Rudi"))
        moderation.move([3], Status.SPAM, ChangeSet("Rudi"))
    undone = take_back()
    assert undone.left[0] == {"what": "comment 1", "why": "it was changed here since"}
    assert left(Comment) == 1


@pytest.mark.engines
def test_what_a_newer_archive_changed_gets_its_former_text(archive, imported, take_back):
    imported(archive(article("a1", labels=("Berita",)), comment("c1", "satu")))
    newer = archive(
        article("a1", "Judul baru", html="<p>Baru.</p>"),
        comment("c1", "satu baru"),
        comment("c2", "dua", minutes=1),
    )
    imported(newer)
    undone = take_back()
    assert undone.gone == {"changes": 2, "comments": 1}
    db.session.expire_all()
    first = db.session.get_one(Article, 1)
    assert (first.title, first.body) == ("Musrenbang", "<p>Isi Musrenbang.</p>")
    assert db.session.scalars(select(Comment.body)).all() == ["satu"]
    report = imported(newer)
    assert report.counts["articles"]["taken"] == 1
    assert report.counts["comments"]["taken"] == 2


def test_two_imports_are_taken_back_in_either_order(archive, imported, take_back, config):
    imported(archive(article("a1"), comment("c1", "satu"), comment("c2", "dua")))
    imported(archive(article("a1", "Baru"), comment("c1", "satu!"), comment("c2", "dua!")))
    with transaction():
        undo.begin(1, ChangeSet("Rudi"))
    first = undo.advance(1, config, comment_html)
    assert (first.gone, first.left) == ({"comments": 2, "articles": 1}, [])
    second = take_back()
    assert (second.gone, second.left) == ({}, [])


def test_an_import_that_was_not_finished_is_taken_back_too(blog, opened, take_back):
    opened(blog).advance("Bu Camat", seconds=-1)
    assert take_back().gone == {"articles": 2}
    assert left(Article) == 0


def test_an_import_that_changed_nothing_is_not_the_newest(blog, imported, take_back):
    imported(blog)
    imported(blog)
    assert take_back().gone == {"comments": 3, "articles": 2}


def test_addresses_that_a_newer_archive_found_out_go_with_it(archive, imported, take_back):
    addresses = "/2012/12/musrenbang.html", "/musrenbang-lama/"
    imported(archive(article("a1", addresses=addresses[:1])))
    imported(archive(article("a1", addresses=addresses)))
    assert left(OldAddress) == 1
    take_back()
    assert (left(OldAddress), left(Article)) == (0, 1)


def test_twice_is_once(blog, imported, config):
    imported(blog)
    with transaction():
        assert undo.begin(1, ChangeSet("Rudi"))
        assert not undo.begin(1, ChangeSet("Rudi"))
    undo.advance(1, config, comment_html)
    with transaction():
        assert not undo.begin(1, ChangeSet("Rudi"))
    assert run.newest() is None
    assert db.session.scalars(select(ImportRun.stage)).one() is Stage.UNDONE


def test_the_log_tells_who_took_it_back(blog, imported, take_back):
    imported(blog)
    take_back()
    first, last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert (last.who, last.action, last.after["undoes"]) == ("Rudi", "imported", first.deed)
