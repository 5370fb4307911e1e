"""What a new comment asks the database first."""

from pnpm.articles.freshness import ENTRY, ENTRY_OF_FORMER
from pnpm.articles.models import change
from pnpm.comments.entry import rows_of
from pnpm.db import db


def test_the_article_is_found_by_its_slug_and_by_a_former_one(article):
    change(article.id, "dulu", article.slug)
    db.session.commit()
    for query, slug in ((ENTRY, article.slug), (ENTRY_OF_FORMER, "dulu")):
        (found,) = rows_of(db.session.connection(), query, slug)
        assert (found.id, found.title) == (article.id, article.title)


def test_there_is_none_where_no_article_was(article):
    assert rows_of(db.session.connection(), ENTRY, "tidak-ada") == []
