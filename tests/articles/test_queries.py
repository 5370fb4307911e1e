"""The list of articles: each where it stands, in its order, a page at a time, found by words,
without loading texts.
"""

from datetime import timedelta

import pytest

from pnpm.articles.actions import held, save, write
from pnpm.articles.models import Article, Status
from pnpm.articles.queries import PAGE, ArticleQuery, Tab, counts, tab_of
from pnpm.articles.revisions import MOST, NEAR, Line, differences
from pnpm.audit.models import ChangeSet
from pnpm.db import db, now, transaction
from tests.queries import asked

pytestmark = pytest.mark.engines


def written(title, body="<p>isi</p>", **more):
    with transaction():
        return write(ChangeSet("Bu Camat"), None, title, body, **more)


def titles(**asked):
    return [article.title for article in ArticleQuery(**asked).page()[0]]


@pytest.fixture
def four(app):
    """One for each tab."""
    written("Terbit", status=Status.PUBLISHED)
    written("Konsep")
    written("Terjadwal", status=Status.PUBLISHED, published_at=now() + timedelta(days=1))
    gone = written("Dihapus")
    with transaction():
        save(ChangeSet("Bu Camat"), held(gone.id), status=Status.DELETED)
    written("Halaman", status=Status.PAGE, slug="p/tentang")


def test_each_stands_in_one_tab_and_pages_about_the_site_in_none(four):
    assert {tab: titles(tab=tab) for tab in Tab} == {
        Tab.PUBLISHED: ["Terbit"],
        Tab.DRAFT: ["Konsep"],
        Tab.SCHEDULED: ["Terjadwal"],
        Tab.DELETED: ["Dihapus"],
    }
    assert counts() == dict.fromkeys(Tab, 1)
    found = {article.title: tab_of(article) for article in db.session.query(Article)}
    assert found == {
        "Terbit": Tab.PUBLISHED,
        "Konsep": Tab.DRAFT,
        "Terjadwal": Tab.SCHEDULED,
        "Dihapus": Tab.DELETED,
        "Halaman": None,
    }


def test_what_comes_next_is_first_of_those_to_come_and_else_what_was_last(app):
    for days in (3, 1, 2):
        written(f"dalam {days}", status=Status.PUBLISHED, published_at=now() + timedelta(days=days))
        written(f"{days} lalu", status=Status.PUBLISHED, published_at=now() - timedelta(days=days))
    assert titles(tab=Tab.SCHEDULED) == ["dalam 1", "dalam 2", "dalam 3"]
    assert titles(tab=Tab.PUBLISHED) == ["1 lalu", "2 lalu", "3 lalu"]


@pytest.mark.parametrize("tab", [Tab.PUBLISHED, Tab.SCHEDULED, Tab.DRAFT])
def test_pages_go_on_where_the_last_one_ended_even_within_one_moment(app, tab):
    moment = now() + timedelta(days={Tab.SCHEDULED: 1}.get(tab, -1))
    status = Status.DRAFT if tab is Tab.DRAFT else Status.PUBLISHED
    for number in range(PAGE + 3):
        written(f"nomor {number}", status=status, published_at=moment)
    shown, following = ArticleQuery(tab).page()
    rest, end = following.page()
    assert (len(shown), len(rest), end) == (PAGE, 3, None)
    assert len({article.id for article in [*shown, *rest]}) == PAGE + 3


def test_a_page_goes_on_from_its_key_although_that_article_was_saved_again(app):
    for number in range(PAGE + 2):
        written(f"nomor {number}")
    shown, following = ArticleQuery(Tab.DRAFT).page()
    with transaction():
        save(ChangeSet("Bu Camat"), held(shown[-1].id), title="diubah")
    assert [article.title for article in following.page()[0]] == ["nomor 1", "nomor 0"]


def test_texts_are_not_loaded(four):
    with asked() as queries:
        ArticleQuery(words="isi").page()
    assert queries
    assert not [
        query
        for query in queries
        if "html" in query.sql or "body" in query.sql.partition("FROM")[0]
    ]


def test_a_comparison_shows_what_is_near_and_counts_the_rest():
    lines = [f"<p>{number}</p>" for number in range(40)]
    after = [*lines[:20], "<p>baru</p>", *lines[20:]]
    found = differences("\n".join(lines), "\n".join(after))
    assert found[0] == Line("…", str(20 - NEAR))
    assert [line.text for line in found[1:-1]] == ["18", "19", "baru", "20", "21"]
    assert found[-1] == Line("…", str(20 - NEAR))
    assert differences("<p>a</p>", "<p>a</p>") == []


def test_a_picture_without_words_is_still_a_line():
    assert differences("<p>a</p>", '<p>a</p>\n<img src="/pictures/x.jpg">')[-1] == Line(
        "+", '<img src="/pictures/x.jpg">'
    )


def test_a_comparison_of_thousands_of_lines_that_are_all_alike_is_quick():
    found = differences("<br>\n" * 50_000 + "a", "<br>\n" * 50_001 + "b")
    assert len(found) >= MOST
