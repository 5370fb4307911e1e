"""A database that the site was moved away from takes nothing any more, in any process."""

import pytest

from pnpm.articles.models import Article
from pnpm.db import db, relocation, transaction
from pnpm.db.relocation import Moved
from pnpm.site_settings import Setting
from tests.conftest import publish

ELSEWHERE = "mysql+pymysql://situs:s3cret@localhost/desa_situs"


@pytest.fixture
def closed(app, config):
    """The site, whose database was closed."""
    relocation.close(config.instance, config.database_url, ELSEWHERE)
    return app


def test_nothing_is_committed_to_a_closed_database_and_reading_goes_on(closed, config):
    with pytest.raises(Moved), transaction():
        Setting.keep("x", 1)
    db.session.rollback()
    assert Setting.get("x", None) is None
    relocation.reopen(config.instance, relocation.identity(config.database_url))
    assert not (config.instance / relocation.FILE).exists()
    with transaction():
        Setting.keep("x", 1)
    assert Setting.get("x", None) == 1


def test_a_transaction_that_had_begun_before_is_refused(app, config):
    article = publish("Banjir")
    with pytest.raises(Moved), transaction():
        db.session.get(Article, article.id).title = "Lain"
        relocation.close(config.instance, config.database_url, ELSEWHERE)
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(Article, article.id).title == "Banjir"


def test_the_file_that_names_it_has_no_secret_and_knows_it_under_any_account(closed, config):
    relocation.close(config.instance, ELSEWHERE, config.database_url)
    said = (config.instance / relocation.FILE).read_text()
    assert "s3cret" not in said
    assert "situs" not in said
    other = "mariadb+pymysql://admin:other@localhost/desa_situs?charset=utf8mb4"
    assert relocation.is_closed(config.instance, other)
    assert not relocation.is_closed(config.instance, f"{ELSEWHERE}_2")
    assert not relocation.is_closed(config.instance, config.database_url)  # moved back to it


def test_a_file_that_cannot_be_read_closes_nothing(app, config):
    for rubbish in (b"", b"{", b"[1, {}]", b"null"):
        (config.instance / relocation.FILE).write_bytes(rubbish)
        assert not relocation.is_closed(config.instance, config.database_url)
