"""Clocks that differ, an unknown zone, old renderings, expressions that do not work, readers who
all look like one.
"""

import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.comments.models import Comment, Submission
from pnpm.comments.rules import Verdict, change_lists
from pnpm.comments.submission import store
from pnpm.db import db, now, transaction
from pnpm.diagnostics.checks import content
from pnpm.search import index
from pnpm.site_settings import Setting
from tests.conftest import on_sqlite, write
from tests.engines import ENGINE


class TestClock:
    def test_it_agrees(self, look, app, article):
        write(article, app, "komentar")
        assert look(content.clock).is_fine

    def test_a_comment_of_the_future(self, look, app, article):
        write(article, app, "komentar", moment=now() + timedelta(minutes=5))
        found = look(content.clock)
        assert not found.is_fine
        assert "masa depan" in found.words

    @pytest.mark.skipif(
        ENGINE != "mariadb",
        reason="another clock can be given to MariaDB alone: TEST_ENGINE=mariadb",
    )
    def test_the_databases_server_has_another(self, look):
        db.session.connection().exec_driver_sql("SET timestamp = 1000000000")
        found = look(content.clock)
        db.session.connection().exec_driver_sql("SET timestamp = DEFAULT")
        assert not found.is_fine
        assert "server basis data" in found.words
        assert look(content.clock).is_fine

    def test_the_web_server_has_another(self, look, config, serve):
        date = {"value": "Mon, 01 Jan 2001 00:00:00 GMT"}

        def wrong(environ, start_response):
            start_response("200 OK", [("Date", date["value"])])
            return [b"{}"]

        here = replace(config, site_url=serve(wrong))
        found = look(content.clock, here)
        assert not found.is_fine
        assert "jam server web" in found.words
        date["value"] = "not a date"
        assert look(content.clock, here).is_fine


class TestZone:
    def test_it_is_known(self, look):
        found = look(content.zone)
        assert found.is_fine
        assert "Asia/Makassar" in found.words

    def test_one_that_this_host_does_not_know(self, look):
        with transaction():
            Setting.change(timezone="Asia/Makassar_Baru")
        found = look(content.zone)
        assert not found.is_fine
        assert "tzdata" in found.words


class TestRendered:
    @pytest.fixture
    def old(self, app, article):
        """Comments as an older version rendered them."""
        write(article, app, "satu", "dua")
        with transaction():
            for comment in db.session.query(Comment):
                comment.render_again("lama", 0)

    def test_none_is_old(self, look, app, article):
        write(article, app, "satu")
        assert look(content.rendered).is_fine

    def test_they_are_renewed_by_themselves(self, look, config, old):
        found = look(content.rendered, replace(config, upgrade="start"))
        assert found.is_fine
        assert ": 2. " in found.words

    def test_or_by_the_command(self, look, config, old):
        found = look(content.rendered, replace(config, upgrade="off"))
        assert not found.is_fine
        assert "flask comments render" in found.words


class TestLog:
    def test_a_long_one_is_not_waited_for(self, look, app):
        with transaction():
            ChangeSet("Bu Camat").record(AuditAction.ADDED, "user", [(1, {}, {"name": "x"})])
        found = look(content.log, patience=-1)
        assert found.is_fine
        assert "terlalu panjang" in found.words
        assert "Catatan utuh" in look(content.log).words


class TestExpressions:
    @pytest.fixture
    def listed(self, app):
        """A list with two regular expressions."""
        with transaction():
            change_lists(
                ChangeSet("Bu Camat"),
                {"hold_words": "judi\n/to+gel/\n/", "refuse_names": "/promo/i"},
            )

    def test_where_there_are_none_nothing_is_said(self, look):
        assert look(content.expressions) is None

    def test_they_work(self, look, listed):
        found = look(content.expressions)
        assert found.is_fine
        assert ": 2." in found.words

    def test_without_the_package_they_do_not(self, look, listed, monkeypatch):
        monkeypatch.setitem(sys.modules, "regex", None)  # as where it is not installed
        found = look(content.expressions)
        assert not found.is_fine
        assert "2 ekspresi" in found.words


class TestReaders:
    @pytest.fixture
    def comment(self, app, article):
        """Take comments of so many names, each from the address that is made of its number."""

        def comment(count, names, address):
            config = replace(app.config["PNPM"], moderation="off", comment_limit=None)
            for number in range(count):
                draft = Submission(
                    f"Nama {number % names}",
                    "",
                    "",
                    "teks",
                    "teks",
                    nonce=f"{address(number)} {number}",
                )
                with transaction():
                    store(
                        db.session.connection(),
                        article.id,
                        draft,
                        address(number),
                        config,
                        Verdict([]),
                    )

        return comment

    def test_many_from_one_address_are_a_proxys(self, look, comment):
        comment(25, 6, lambda number: "192.0.2.1")
        found = look(content.readers)
        assert not found.is_fine
        assert "PNPM_TRUSTED_PROXIES=1" in found.words
        assert "192.0.2" not in found.words

    @pytest.mark.parametrize(
        ("count", "names", "addresses"),
        [(10, 6, 1), (25, 2, 1), (25, 6, 2)],
        ids=["few", "of few", "from several"],
    )
    def test_others_are_not(self, look, comment, count, names, addresses):
        comment(count, names, lambda number: f"192.0.2.{number % addresses}")
        assert look(content.readers) is None


class TestSearch:
    def test_all_can_be_found(self, look, app):
        assert look(content.search).is_fine

    def test_an_index_that_is_not_finished_goes_on_by_itself_or_is_made(self, look, app, config):
        with transaction():
            index.forget(db.session.connection())
        assert "sendiri" in look(content.search).words
        found = look(content.search, replace(config, upgrade="off"))
        assert not found.is_fine
        assert "flask search rebuild" in found.words

    @on_sqlite
    def test_sqlite_may_lack_its_engine(self, look, app, monkeypatch):
        monkeypatch.setattr(index, "has_fts5", lambda: False)
        found = look(content.search)
        assert not found.is_fine
        assert "FTS5" in found.words
