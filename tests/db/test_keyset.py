"""A page goes on where the last one ended."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from pnpm.articles.models import Article
from pnpm.db import db, keyset
from tests.conftest import publish


@pytest.mark.engines
@pytest.mark.parametrize("ascending", [True, False])
def test_pages_by_two_columns_have_each_row_once_and_in_order(app, ascending):
    for number, day in enumerate((1, 2, 2, 2, 3)):  # of one moment, the number decides
        publish(f"Judul {number}", datetime(2026, 1, day, tzinfo=UTC))
    key, seen = None, []
    while True:
        columns = Article.published_at, Article.id
        query = keyset.after(select(Article), columns, key, ascending).limit(3)
        page, last = keyset.cut(db.session.scalars(query).all(), 2)
        seen += [article.id for article in page]
        if last is None:
            break
        key = last.published_at, last.id
    assert seen == sorted(seen, reverse=not ascending)
    assert len(seen) == 5


def test_a_page_that_nothing_follows_has_no_last_row():
    assert keyset.cut([1, 2], 2) == ([1, 2], None)
    assert keyset.cut([1, 2, 3], 2) == ([1, 2], 2)
    assert keyset.cut([], 2) == ([], None)
