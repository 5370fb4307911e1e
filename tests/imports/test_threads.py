"""Where archived comments stand here: in threads of two levels."""

import pytest
from sqlalchemy import select

from pnpm.articles.models import Article
from pnpm.comments.models import Comment, Status
from pnpm.db import db
from pnpm.imports import run
from pnpm.imports.models import Stage
from pnpm.imports.records import ArchivedStatus

from .conftest import article, comment


def stored():
    """The place of each comment, by its text."""
    db.session.rollback()
    rows = db.session.scalars(select(Comment).order_by(Comment.id))
    return {row.body: (row.id, row.parent_id, row.reply_to_id) for row in rows}


@pytest.fixture(params=[1, 500], ids=["one by one", "at once"])
def batch(request, monkeypatch):
    """How many comments are stored at once."""
    sizes = {Stage.ARTICLES: 20, Stage.COMMENTS: request.param}
    monkeypatch.setattr(run, "AT_ONCE", sizes)


@pytest.mark.engines
def test_deep_threads_become_two_levels(archive, imported, batch, client):
    imported(
        archive(
            article("a1", addresses=("/2012/12/musrenbang.html",)),
            comment("c1", "satu", minutes=1),
            comment("c2", "dua", parent="c1", minutes=2),
            comment("c3", "tiga", parent="c2", minutes=3),
            comment("c4", "empat", parent="c3", minutes=4),
            comment("c5", "lima", minutes=5),
        )
    )
    assert stored() == {
        "satu": (1, None, None),
        "dua": (2, 1, None),
        "tiga": (3, 1, 2),
        "empat": (4, 1, 3),
        "lima": (5, None, None),
    }
    assert client.page("/2012/12/musrenbang.html").select_one("#comment-count").text == "5"


def test_numbers_follow_the_moments_of_all_articles(archive, imported, batch):
    imported(
        archive(
            article("a1"),
            article("a2", "Dua"),
            comment("c1", "ketiga", of="a1", minutes=3),
            comment("c2", "kedua", of="a2", minutes=2),
            comment("c3", "pertama", of="a1", minutes=1),
        )
    )
    assert list(stored()) == ["pertama", "kedua", "ketiga"]


def test_what_answers_something_that_is_not_here_begins_a_thread(archive, imported, batch):
    imported(
        archive(
            article("a1"),
            comment("c1", "   ", minutes=1),
            comment("c2", "dua", parent="c1", minutes=2),
            comment("c3", "tiga", parent="c2", minutes=3),
            comment("c4", "empat", parent="nothing", minutes=4),
        )
    )
    assert stored() == {
        "dua": (1, None, None),
        "tiga": (2, 1, None),
        "empat": (3, None, None),
    }


def test_a_reply_of_a_newer_archive_stands_in_its_thread(archive, imported):
    first = comment("c1", "satu"), comment("c2", "dua", parent="c1", minutes=1)
    imported(archive(article("a1"), *first))
    imported(archive(article("a1"), *first, comment("c3", "tiga", parent="c2", minutes=2)))
    assert stored()["tiga"] == (3, 1, 2)


def test_a_parent_under_another_article_is_none(archive, imported, batch):
    imported(
        archive(
            article("a1"),
            article("a2", "Dua"),
            comment("c1", "satu", of="a1"),
            comment("c2", "dua", of="a2", parent="c1", minutes=1),
        )
    )
    assert stored()["dua"] == (2, None, None)


def test_replies_that_readers_do_not_see_are_not_counted(archive, imported, batch):
    imported(
        archive(
            article("a1"),
            comment("c1", "satu", status=ArchivedStatus.PENDING),
            comment("c2", "dua", parent="c1", minutes=1),
            comment("c3", "tiga", minutes=2),
        )
    )
    assert db.session.scalar(select(Article.comment_count)) == 1
    assert db.session.scalar(select(Comment.status).where(Comment.id == 1)) is Status.PENDING
