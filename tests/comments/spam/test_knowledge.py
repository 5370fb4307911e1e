"""What a process knows of a site, and how it learns of what other processes did."""

import pytest

from pnpm.articles.freshness import ENTRY
from pnpm.audit.models import ChangeSet
from pnpm.comments import lessons
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.comments.spam import assessment, knowledge
from pnpm.db import db, now, transaction
from tests.conftest import on_a_server, write

pytestmark = pytest.mark.engines

NAME = "main di Kerbau77 saja"


def marks(text=NAME):
    return assessment.read(assessment.Words(text)).marks


@pytest.fixture
def mark(article, app):
    """Stores comments with the marks of a text; their numbers."""

    def mark(*bodies, address="192.0.2.7"):
        numbers = []
        for comment in write(article, app, *bodies):
            comment.marks = knowledge.written(marks(), -1.0)
            comment.address_hash = address
            numbers.append(comment.id)
        db.session.commit()
        return numbers

    return mark


@pytest.fixture
def process():
    """What another process knows."""
    return knowledge.Knowledge()


def sharing(known, but=0, since=None):
    """The numbers of the comments that have a mark of NAME."""
    known.refresh(db.session.connection())
    found = known.sharing(marks(), since or now().replace(year=2000), but)
    return sorted({other.comment_id for _mark, others in found for other in others})


def test_a_process_learns_of_comments_that_others_stored(process, mark):
    assert sharing(process) == []
    first = mark("satu")
    assert sharing(process) == first
    assert sharing(process) == first
    more = mark("dua", "tiga")
    assert sharing(process) == first + more


def test_it_leaves_out_the_comment_itself_and_those_that_came_too_long_ago(process, mark):
    one, other = mark("satu", "dua")
    assert sharing(process, but=one) == [other]
    assert sharing(process, since=now()) == []


def asked_along(known, article):
    """What the question for an article brings for that process."""
    values = {"slug": article.slug, **known.bounds(db.session.connection())}
    return db.session.connection().execute(knowledge.with_news(ENTRY), values).all()


def test_the_question_for_the_article_brings_what_others_stored(process, mark, article):
    first = mark("satu")
    rows = asked_along(process, article)
    assert [(row.title, row.number) for row in rows] == [(article.title, None)]
    process.refresh(db.session.connection(), rows)
    more = mark("dua", "tiga")
    rows = asked_along(process, article)
    assert [row.number for row in rows][-2:] == more
    process.refresh(None, rows)  # and nothing else is asked
    assert sharing(process) == first + more


def test_what_moderators_decided_is_asked_for_beside_it(process, mark, article):
    (number,) = mark("satu")
    assert sharing(process) == [number]
    with transaction():
        move([number], Status.SPAM, ChangeSet("Bu Camat"))
    process.refresh(db.session.connection(), asked_along(process, article))
    assert process.spam_addresses == {"192.0.2.7"}


@on_a_server
def test_it_asks_for_the_last_ones_again_as_they_may_come_out_of_order(process, mark, article, app):
    late, early = write(article, app, "belum", "sudah")
    early.marks = knowledge.written(marks(), 0.0)
    db.session.commit()
    assert sharing(process) == [early.id]
    late.marks = knowledge.written(marks(), 0.0)
    db.session.commit()
    assert sharing(process) == [late.id, early.id]


def test_it_learns_what_moderators_decided(process, mark):
    (number,) = mark("satu")
    assert sharing(process) == [number]
    with transaction():
        move([number], Status.SPAM, ChangeSet("Bu Camat"))
    process.refresh(db.session.connection())
    ((_mark, (other,)), *_more) = process.sharing(marks(), now().replace(year=2000), 0)
    assert other.is_spam


def test_it_learns_names_and_that_they_were_forgotten(process, article, app):
    (comment,) = write(article, app, NAME)
    with transaction():
        move([comment.id], Status.SPAM, ChangeSet("Bu Camat"))
    process.refresh(db.session.connection())
    assert "kerbau77" in process.names
    with transaction():
        lessons.forget_name("kerbau77", ChangeSet("Bu Camat"))
    process.refresh(db.session.connection())
    assert process.names == set()


def test_it_learns_weights(process, article, app):
    (comment,) = write(article, app, "promo kelontong murah hubungi kami segera")
    process.refresh(db.session.connection())
    assert process.weights.table is None
    with transaction():
        move([comment.id], Status.SPAM, ChangeSet("Bu Camat"))
    process.refresh(db.session.connection())
    assert process.weights.table is not None


def test_after_a_restore_it_begins_anew(process, mark, article, app, monkeypatch):
    monkeypatch.setattr(knowledge, "AGAIN", 0)
    numbers = mark(*"abcdef")
    assert sharing(process) == numbers
    with transaction():
        for number in numbers[1:]:
            db.session.delete(db.session.get(Comment, number))
    assert sharing(process) == numbers[:1]


def test_it_keeps_the_newest_alone(process, mark, monkeypatch):
    monkeypatch.setattr(knowledge, "MOST", 3)
    numbers = mark(*"abcde")
    assert sharing(process) == numbers[-3:]
    numbers += mark("f")
    assert sharing(process) == numbers[-3:]


def test_and_few_of_a_crowd(process, mark, monkeypatch):
    monkeypatch.setattr(knowledge, "MOST_ALIKE", 2)
    numbers = mark(*"abcde")
    assert sharing(process) == numbers[-2:]


def test_it_knows_the_addresses_that_spam_came_from(process, mark):
    (number,) = mark("satu", address="theirs")
    process.refresh(db.session.connection())
    assert process.spam_addresses == set()
    with transaction():
        move([number], Status.SPAM, ChangeSet("Bu Camat"))
    process.refresh(db.session.connection())
    assert process.spam_addresses == {"theirs"}


def test_marks_fit_into_their_column():
    found = marks(" ".join(f"★Kerbau{number}★ zzkata{number}x" for number in range(10, 99)))
    assert len(knowledge.written(found * 9, -100.0)) <= 255
