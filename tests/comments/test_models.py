"""A comment: its status with the article's count, and the stretches of a thread."""

import pytest
from sqlalchemy import text

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.comments.thread import WINDOW, earlier, holding, later, newest
from pnpm.db import begin_writing, db
from tests.conftest import on_sqlite, write

pytestmark = pytest.mark.engines


@pytest.fixture
def thread(app, article):
    """A thread of two full windows and a bit, by id."""
    return [
        comment.id
        for comment in write(
            article, app, *[f"komentar {number}" for number in range(2 * WINDOW + 7)]
        )
    ]


def ids(stretch):
    return [comment.id for comment in stretch.comments]


def test_the_newest_stretch_is_the_end_of_the_thread_oldest_first(article, thread):
    stretch = newest(article.id)
    assert ids(stretch) == thread[-WINDOW:]
    assert (stretch.before, stretch.after) == (thread[-WINDOW], None)


def test_one_goes_back_to_the_beginning_and_forward_again(article, thread):
    middle = earlier(article.id, newest(article.id).before)
    assert ids(middle) == thread[7 : 7 + WINDOW]
    first = earlier(article.id, middle.before)
    assert ids(first) == thread[:7]
    assert (first.before, first.after) == (None, thread[6])
    assert ids(later(article.id, first.after)) == thread[7 : 7 + WINDOW]
    assert later(article.id, thread[-1]).comments == []


def test_a_permalink_opens_the_stretch_that_holds_the_comment(article, thread):
    assert thread[3] in ids(holding(article.id, thread[3]))
    assert ids(holding(article.id, thread[-1])) == thread[-WINDOW:]
    assert ids(holding(article.id, thread[-WINDOW])) == thread[-WINDOW:]


def test_a_comment_that_is_not_visible_is_in_no_stretch(app, article, thread):
    begin_writing()
    move([thread[-1]], Status.DELETED, ChangeSet("uji"))
    db.session.commit()
    assert thread[-1] not in ids(newest(article.id))


@pytest.mark.parametrize(
    ("moves", "count"),
    [
        ([Status.PENDING], 0),
        ([Status.SPAM, Status.PUBLISHED], 1),
        ([Status.PUBLISHED], 1),
        ([Status.DELETED, Status.SPAM], 0),
    ],
)
def test_the_count_of_visible_comments_goes_with_every_change(app, article, moves, count):
    (comment,) = write(article, app, "satu")
    for status in moves:
        begin_writing()
        move([comment.id], status, ChangeSet("uji"))
        db.session.commit()
    db.session.expire_all()
    assert db.session.get(Article, article.id).comment_count == count


@on_sqlite
def test_a_stretch_is_read_from_the_index_however_long_the_thread(app, article):
    for query in (
        Comment.visible(article.id).order_by(Comment.id.desc()),
        Comment.visible(article.id).where(Comment.id < 9),
    ):
        compiled = query.limit(WINDOW).compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = " ".join(
            row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))
        )
        assert "ix_comment_article_id_status_id" in plan
        assert "TEMP B-TREE" not in plan


def test_a_number_is_never_given_again(app, article):
    (comment,) = write(article, app, "satu")
    begin_writing()
    db.session.delete(comment)
    db.session.commit()
    assert write(article, app, "dua")[0].id > comment.id
