"""An article: its address, its place among others, and what tells that its page has changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pnpm.articles.freshness import FRESHNESS
from pnpm.articles.models import Article, slug_of
from pnpm.db import begin_writing, db, now
from pnpm.site_settings import Setting
from tests.conftest import publish

pytestmark = pytest.mark.engines

WITA = ZoneInfo("Asia/Makassar")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Latar Belakang PNPM Mandiri Perdesaan", "latar-belakang-pnpm-mandiri-perdesaan"),
        ("Rapat Désa: 17 Agustus!", "rapat-desa-17-agustus"),
        ("Jum'at bersih", "jumat-bersih"),
        ("ᨔᨘᨁᨗ", "artikel"),
        ("kata " * 60, "kata-" * 19 + "kata"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_slug_is_ascii_and_short(title, slug):
    assert slug_of(title) == slug


def test_two_articles_of_one_title_have_two_addresses(app):
    assert [publish("Rapat").slug for _ in range(3)] == ["rapat", "rapat-2", "rapat-3"]


def test_the_address_has_the_month_of_the_sites_zone(app):
    article = publish("Tahun baru", datetime(2012, 12, 31, 16, 30, tzinfo=UTC))
    assert article.address(WITA) == {"year": 2013, "month": 1, "slug": "tahun-baru"}


def test_readers_see_what_has_come_newest_first(app):
    publish("lama", now() - timedelta(days=2))
    publish("baru", now() - timedelta(days=1))
    publish("nanti", now() + timedelta(hours=1))
    assert [article.title for article in db.session.scalars(Article.published())] == [
        "baru",
        "lama",
    ]


def test_pages_of_articles_go_by_key_through_equal_moments(app):
    moment = now() - timedelta(days=1)
    ids = [publish(f"artikel {number}", moment).id for number in range(4)]
    rest = db.session.scalars(Article.older_than(ids[2]))
    assert [article.id for article in rest] == [ids[1], ids[0]]


def freshness():
    return tuple(db.session.execute(FRESHNESS).one())


def test_every_page_is_stale_when_an_article_is_published_or_a_word_changes(app):
    seen = [freshness()]
    publish("satu")
    seen.append(freshness())
    begin_writing()
    Setting.change(name="Desa Contoh")
    db.session.commit()
    seen.append(freshness())
    assert len(set(seen)) == 3


def test_every_page_is_stale_when_the_moment_of_an_article_has_come(app, monkeypatch):
    publish("nanti", now() + timedelta(hours=1))
    before = freshness()
    later = now() + timedelta(hours=2)
    monkeypatch.setattr("pnpm.articles.models.now", lambda: later)
    assert freshness() != before
