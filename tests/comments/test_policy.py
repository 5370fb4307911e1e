"""How comments are taken: kept, changed, and written down."""

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet, entries
from pnpm.comments.policy import Policy, change_article, change_policy, exceptions
from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from tests.conftest import publish

pytestmark = pytest.mark.engines


def policy(article):
    db.session.expire_all()
    article = db.session.get(Article, article.id)
    return article.comments_open, article.moderation, article.close_after


def test_a_site_that_decided_nothing_has_the_defaults(app):
    assert Policy.now() == Policy()
    assert "Admin" in Policy.now().reserved


def test_only_what_changed_is_written_down(app):
    first, second = ChangeSet("Bu Camat"), ChangeSet("Rudi")
    with transaction():
        change_policy(first, moderation="all", close_after=30)
    with transaction():
        change_policy(second, moderation="all", emergency=True)
    assert [(e.action, e.subject, e.number, e.before, e.after) for e in entries(first.key)] == [
        (
            "policy",
            "site",
            None,
            {"moderation": None, "close_after": None},
            {"moderation": "all", "close_after": 30},
        )
    ]
    assert [(e.before, e.after) for e in entries(second.key)] == [
        ({"emergency": False}, {"emergency": True})
    ]
    assert Policy.now() == Policy("all", 30, True)


def test_what_does_not_change_is_no_deed(app, article):
    revision, change_set = Setting.revision(), ChangeSet("Bu Camat")
    with transaction():
        change_policy(change_set, moderation=None, emergency=False)
        change_article(change_set, article, comments_open=True, moderation=None, close_after=None)
    assert (change_set.count, Setting.revision()) == (0, revision)


def test_what_another_version_kept_is_passed_over(app):
    with transaction():
        Setting.put("policy", {"moderation": "all", "colour": "red"})
    assert Policy.now() == Policy("all")


def test_an_articles_policy_is_changed_and_its_page_with_it(article):
    change_set, revision = ChangeSet("Bu Camat"), article.revision
    with transaction():
        change_article(change_set, article, comments_open=False, moderation="all", close_after=0)
    assert policy(article) == (False, "all", 0)
    assert db.session.get(Article, article.id).revision > revision
    (entry,) = entries(change_set.key)
    assert (entry.action, entry.subject, entry.number) == ("policy", "article", article.id)
    assert entry.before == {"comments_open": True, "moderation": None, "close_after": None}
    assert entry.after == {"comments_open": False, "moderation": "all", "close_after": 0}


def test_the_article_is_read_again_before_it_is_changed(app, article):
    stale = db.session.get(Article, article.id)
    with db.engine.begin() as other:
        other.exec_driver_sql("UPDATE article SET comments_open = false, close_after = 5")
    change_set = ChangeSet("Bu Camat")
    with transaction():
        change_article(change_set, stale, comments_open=True)
    assert policy(article) == (True, None, 5)
    assert entries(change_set.key)[0].before == {"comments_open": False}


def test_articles_with_a_policy_of_their_own_are_found(app, article):
    others = [publish(title) for title in ("Satu", "Dua", "Tiga", "Empat")]
    with transaction():
        change_article(ChangeSet("x"), others[0], comments_open=False)
        change_article(ChangeSet("x"), others[1], moderation="off")
        change_article(ChangeSet("x"), others[2], close_after=0)
    assert {row.title for row in exceptions()} == {"Satu", "Dua", "Tiga"}
