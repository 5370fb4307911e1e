"""The row that tells whether a page is fresh, and the proof of it that SQLite alone can be asked
for.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta

from pnpm.articles.freshness import FRESHNESS, FRESHNESS_OF, proof_of
from pnpm.db import db, now
from tests.conftest import on_sqlite, publish, write

pytestmark = on_sqlite


def proof(query, **values):
    row = db.session.execute(query, values).one()
    db.session.rollback()
    return proof_of(db.engine, query, values, tuple(row))


def holds(app, proof):
    """Whether SQLite still answers what the proof says."""
    with closing(sqlite3.connect(app.config["PNPM"].instance / "site.db")) as connection:
        return [*connection.execute(proof["query"]).fetchone()] == proof["row"]


def test_a_proof_holds_until_a_comment_comes_to_the_page_and_of_the_site_also_then(app, article):
    page, site = proof(FRESHNESS_OF, slug=article.slug), proof(FRESHNESS)
    assert (holds(app, page), holds(app, site)) == (True, True)
    write(article, app, "Baru")
    assert (holds(app, page), holds(app, site)) == (False, True)


def test_no_proof_holds_once_the_office_has_changed_something(app, article):
    found = proof(FRESHNESS_OF, slug=article.slug), proof(FRESHNESS)
    publish("Lain", now() - timedelta(days=1))
    assert [holds(app, each) for each in found] == [False, False]


def test_of_what_is_not_fresh_any_more_there_is_no_proof(app, article):
    row = tuple(db.session.execute(FRESHNESS_OF, {"slug": article.slug}).one())
    write(article, app, "Baru")
    assert proof_of(db.engine, FRESHNESS_OF, {"slug": article.slug}, row) is None


def test_a_slug_is_quoted_in_a_proof(app):
    other = publish("Judul", slug="it's%s;--")
    assert holds(app, proof(FRESHNESS_OF, slug=other.slug))
