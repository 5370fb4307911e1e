"""The sitemap: every article that readers can see, in files of at most 50,000 addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import insert

from pnpm.articles.models import Article, Status
from pnpm.db import begin_writing, db, now
from pnpm.public import site
from pnpm.public.static_pages import PAGES
from pnpm.site_settings import Setting
from tests.conftest import publish

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OLD = datetime(2012, 1, 1, tzinfo=UTC)
LIMIT = 50_000  # of sitemaps.org, for one file; and 50 MiB


def crowd(count, **more):
    """So many articles in bulk, published a minute after one another and saved an hour later."""
    values = {"body": "", "html": "", "status": Status.PUBLISHED, **more}
    begin_writing()
    rows = [
        {
            **values,
            "title": f"Artikel {number}",
            "slug": f"{more.get('status', 'a')}-{number}".lower(),
            "published_at": OLD + timedelta(minutes=number),
            "saved_at": OLD + timedelta(minutes=number + 60),
        }
        for number in range(count)
    ]
    if rows:
        db.session.execute(insert(Article.__table__), rows)
    Setting.touch()
    db.session.commit()


def entries(client, address="/sitemap.xml", kind="urlset"):
    """The addresses in a file, and when each was changed (None: that is not said)."""
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    assert len(response.data) < 50 * 1024**2
    root = etree.fromstring(response.data)
    assert root.tag == SPACE + kind
    found = {}
    for entry in root:
        changed = entry.findtext(f"{SPACE}lastmod")
        found[entry.findtext(f"{SPACE}loc")] = changed and datetime.fromisoformat(changed)
    assert len(found) == len(root) <= LIMIT
    return found


def test_the_limit_is_that_of_sitemaps_org():
    assert site.SITEMAP == LIMIT


@pytest.mark.system  # 50,010 rows, and three files of them
def test_of_very_many_articles_each_stands_in_one_part(client):
    crowd(LIMIT + 10)
    crowd(5, status=Status.DRAFT)
    index = entries(client, kind="sitemapindex")
    assert [*index] == [f"http://localhost/sitemap-{number}.xml" for number in (1, 2, 3)]
    own, first, second = (entries(client, address) for address in index)
    assert len(own) == 1 + len(PAGES)
    assert (len(first), len(second)) == (LIMIT, 10)
    assert len({*first, *second}) == LIMIT + 10
    assert [*index.values()] == [None, max(first.values()), max(second.values())]
    last = OLD + timedelta(minutes=LIMIT + 9)
    assert [*second.items()][-1] == (
        f"http://localhost/{last:%Y/%m}/a-{LIMIT + 9}.html",
        last + timedelta(hours=1),
    )
    assert client.get("/sitemap-4.xml").status_code == 404


@pytest.mark.parametrize(
    ("count", "parts"), [(0, []), (7, []), (8, [8]), (10, [10]), (11, [10, 1]), (20, [10, 10])]
)
def test_it_has_parts_where_one_file_is_too_small(client, monkeypatch, count, parts):
    monkeypatch.setattr(site, "SITEMAP", 10)
    crowd(count)
    if not parts:
        assert len(entries(client)) == 1 + len(PAGES) + count
        return
    index = entries(client, kind="sitemapindex")
    assert [len(entries(client, address)) for address in index] == [1 + len(PAGES), *parts]


def test_a_new_article_changes_the_last_part_alone(client, monkeypatch):
    monkeypatch.setattr(site, "SITEMAP", 10)
    crowd(15)
    before = [client.get(f"/sitemap-{number}.xml").data for number in (2, 3)]
    publish("Baru")
    after = [client.get(f"/sitemap-{number}.xml").data for number in (2, 3)]
    assert (before[0] == after[0], before[1] == after[1]) == (True, False)
    assert b"/baru.html" in after[1]


@pytest.mark.engines
def test_an_article_changed_when_it_was_saved_or_when_it_came_out(client):
    crowd(1)
    begin_writing()
    later = publish("Nanti", now() - timedelta(days=1))
    db.session.get(Article, later.id).saved_at = OLD  # long before it came out
    Setting.touch()
    db.session.commit()
    changed = {address.rpartition("/")[2]: moment for address, moment in entries(client).items()}
    assert changed["a-0.html"] == OLD + timedelta(hours=1)
    assert changed["nanti.html"] == later.published_at.replace(microsecond=0)
    assert changed[""] is None


@pytest.mark.engines
@pytest.mark.parametrize("number", ["0", "4", "x", "-1", "²", "9" * 15, "9" * 5000])
def test_an_unknown_part_is_not_found(client, number):
    crowd(1)
    assert client.get(f"/sitemap-{number}.xml").status_code == 404
