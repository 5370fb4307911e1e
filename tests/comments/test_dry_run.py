"""What each strength of the spam filter would have done to the last comments."""

import pytest

from pnpm.audit.models import ChangeSet
from pnpm.comments import dry_run
from pnpm.comments.dry_run import Foreseen, strengths
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move, reply
from pnpm.comments.spam.verdict import Strength
from pnpm.db import db, transaction
from tests.conftest import write
from tests.filtered import FINE, HELD, SPAM, send

pytestmark = pytest.mark.engines


def store_signals(comment, *signals, certain=3.0):
    """Let the filter have said that of a comment."""
    with transaction():
        comment.signals = {"certain": certain, "language": "id", "signals": list(signals)}


def test_each_strength_says_what_it_would_have_published_held_and_called_spam(article, app):
    send(article, app, FINE, HELD, SPAM)
    found = strengths("id")
    assert found.looked_at == 3
    assert found.foreseen == dict.fromkeys(Strength, Foreseen(1, 1, 1, 0))


def test_what_is_near_the_threshold_depends_on_the_strength(article, app):
    lenient, strict = write(article, app, "satu", "dua")
    store_signals(lenient, ["text", 0.5, ""])
    store_signals(strict, ["text", -0.5, ""])
    with transaction():
        move([lenient.id], Status.PENDING, ChangeSet("x"))
    assert strengths("id").foreseen == {
        Strength.LENIENT: Foreseen(published=2),
        Strength.NORMAL: Foreseen(published=1, held=1),
        Strength.STRICT: Foreseen(held=2, wrongly=1),
    }


def test_what_was_not_judged_when_it_came_is_judged_by_its_text_and_author(article, app):
    write(article, app, FINE, HELD, SPAM)
    write(article, app, "Mantap", name="ＺＥＵＳ７７ slot gacor maxwin")
    assert strengths("id").foreseen[Strength.NORMAL] == Foreseen(1, 1, 2, wrongly=3)


def test_the_stored_judgement_goes_before_the_text(article, app):
    (comment,) = write(article, app, SPAM)
    store_signals(comment, ["text", -4.0, ""], ["of another version", 9.0, "x"])
    assert strengths("id").foreseen[Strength.STRICT] == Foreseen(published=1)


def test_only_readers_comments_count_and_no_more_than_the_last(article, app, monkeypatch):
    (first, *_others) = write(article, app, "satu", "dua", "tiga")
    with transaction():
        reply(db.session.get(Comment, first.id), "Desa", SPAM, SPAM, ChangeSet("x"))
    assert strengths("id").looked_at == 3
    monkeypatch.setattr(dry_run, "_LAST", dry_run._LAST.limit(2))
    assert strengths("id").looked_at == 2


def test_it_ends_when_its_time_is_over_and_says_how_far_it_came(article, app):
    write(article, app, "satu", "dua", "tiga")
    assert strengths("id", seconds=0).looked_at == 1


def test_without_comments_there_is_nothing_to_say(app):
    assert strengths("id") == (0, dict.fromkeys(Strength, Foreseen()))
