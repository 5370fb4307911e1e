"""What the office does to articles, and undoes."""

from datetime import timedelta

import pytest

from pnpm.admin.undo import undo
from pnpm.articles.actions import Conflict, held, save, snapshot, write
from pnpm.articles.headlines import headlines, pin, put_in
from pnpm.articles.models import Article, Redirect, Status
from pnpm.articles.revisions import KEPT, Revision, compared
from pnpm.articles.tags import labels_of
from pnpm.audit import models as log
from pnpm.audit.models import ChangeSet
from pnpm.db import db, now, transaction
from pnpm.site_settings import Setting

pytestmark = pytest.mark.engines

WHO = "Bu Camat"


def written(title="Rapat", body="<p>satu</p>", token=None, **more):
    """A new article, and its change set."""
    change_set = ChangeSet(WHO)
    with transaction():
        return write(change_set, token, title, body, **more), change_set


def saved(article, edition=None, **changes):
    """A change, as a change set of its own."""
    change_set = ChangeSet(WHO)
    with transaction():
        save(change_set, held(article.id), edition, **changes)
    return change_set


def undone(change_set):
    """The change set, undone."""
    back = ChangeSet(WHO)
    with transaction():
        return undo(change_set.done, back, str)


def test_a_draft_is_seen_by_nobody_until_it_is_published(app):
    article, _deed = written()
    assert not db.session.scalars(Article.published()).all()
    saved(article, status=Status.PUBLISHED)
    assert db.session.scalars(Article.published()).one().published_at <= now()


def test_an_article_is_seen_from_its_moment_on(app):
    article, _deed = written(status=Status.PUBLISHED, published_at=now() + timedelta(hours=1))
    assert not db.session.scalars(Article.published()).all()
    assert (
        db.session.scalars(Article.published(), {"moment": now() + timedelta(hours=2)}).one().id
        == article.id
    )


def test_published_again_it_keeps_its_moment_and_so_its_address(app):
    article, _deed = written(status=Status.PUBLISHED)
    moment = article.published_at
    saved(article, status=Status.DRAFT)
    saved(article, status=Status.PUBLISHED)
    assert db.session.get(Article, article.id).published_at == moment


def test_an_address_that_an_article_had_is_never_anothers(app):
    first, _deed = written("Rapat")
    saved(first, slug="rapat-desa")
    assert Redirect.owner("rapat") == first.id
    second, _deed = written("Rapat")
    assert second.slug == "rapat-2"
    saved(first, slug="rapat")
    assert Redirect.owner("rapat") is None
    assert Redirect.owner("rapat-desa") == first.id


def test_what_somebody_else_saved_in_between_is_not_overwritten(app):
    article, _deed = written()
    began = article.edition
    saved(article, began, body="<p>yang pertama</p>")
    with pytest.raises(Conflict):
        saved(article, began, body="<p>yang kedua</p>")
    assert db.session.get(Article, article.id).body == "<p>yang pertama</p>"


def test_the_same_saved_twice_is_saved_once(app):
    article, _deed = written()
    began = article.edition
    assert saved(article, began, body="<p>baru</p>").done
    assert saved(article, began, body="<p>baru</p>").done is None


def test_every_text_is_kept_the_newest_fifty_and_none_twice_in_a_row(app):
    article, _deed = written(body="<p>0</p>")
    for number in range(1, KEPT + 3):
        saved(article, body=f"<p>{number}</p>")
    saved(article, labels=["desa"])
    heads = Revision.heads_of(article.id)
    assert len(heads) == KEPT
    assert db.session.get(Revision, heads[-1].id).body == "<p>3</p>"


def test_the_text_that_a_command_published_is_kept_before_the_first_change(app, article):
    saved(article, body="<p>diubah</p>")
    assert [version.body for version in db.session.scalars(Revision.all_of(article.id))] == [
        "<p>diubah</p>",
        "<p>Isi artikel.</p>",
    ]


def test_a_comparison_goes_by_paragraphs_however_they_are_written():
    lines = list(compared("<p>satu</p><p>dua</p>", "<p>satu</p>\n<p>tiga</p>"))
    assert [(line.sign, line.text) for line in lines] == [
        (" ", "<p>satu</p>"),
        ("-", "<p>dua</p>"),
        ("+", "<p>tiga</p>"),
    ]


def test_labels_that_differ_in_case_alone_are_one(app):
    first, _deed = written("Satu", labels=["PNPM", "Désa"])
    second, _deed = written("Dua", labels=["pnpm"])
    assert [(label.name, label.slug) for label in labels_of([first.id, second.id])[second.id]] == [
        ("PNPM", "pnpm")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Lain"},
        {"body": "<p>lain</p>"},
        {"slug": "lain"},
        {"labels": ["lain"]},
        {"status": Status.DELETED},
        {"comments_open": False},
        {"close_after": 7},
    ],
    ids=lambda change: "".join(change),
)
def test_whatever_is_saved_can_be_undone(app, change):
    article, _deed = written(labels=["desa"], status=Status.PUBLISHED)
    before = snapshot(article)
    change_set = saved(article, **change)
    assert snapshot(held(article.id)) != before
    assert undone(change_set) == (1, 0)
    assert snapshot(held(article.id)) == before


def test_undoing_a_new_article_deletes_it_and_undoing_that_brings_it_back(app):
    article, change_set = written()
    assert undone(change_set) == (1, 0)
    assert db.session.get(Article, article.id).status is Status.DELETED
    assert log.break_in_chain() is None


def test_what_was_saved_again_is_not_undone(app):
    article, _deed = written()
    change_set = saved(article, body="<p>dua</p>")
    saved(article, body="<p>tiga</p>")
    assert undone(change_set) == (0, 1)


def test_the_ticker_has_what_was_chosen_as_long_as_readers_see_it(app):
    first, _deed = written("Satu", status=Status.PUBLISHED)
    second, _deed = written("Dua", status=Status.PUBLISHED)
    assert [heading.title for heading in headlines(Setting.words())] == ["Dua", "Satu"]
    change_set = ChangeSet(WHO)
    with transaction():
        put_in(change_set, first.id, True)
        pin(change_set, second.id, True)
    assert [heading.title for heading in headlines(Setting.words())] == ["Satu"]
    saved(first, status=Status.DRAFT)
    assert [heading.title for heading in headlines(Setting.words())] == ["Dua"]
    assert undone(change_set) == (2, 0)
    assert Setting.words().pinned is None
