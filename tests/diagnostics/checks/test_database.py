"""A database that is damaged, keeps text in another character set, or its journal in another way,
is found.
"""

import sqlite3
from contextlib import closing

import pytest

from pnpm import create_app
from pnpm.db import db
from pnpm.diagnostics.checks import Installation, database
from pnpm.diagnostics.results import of
from tests.conftest import SETTINGS, on_sqlite
from tests.engines import ENGINE

pytestmark = pytest.mark.engines

on_mariadb = pytest.mark.skipif(
    ENGINE != "mariadb", reason="this is about MariaDB: TEST_ENGINE=mariadb"
)
on_postgresql = pytest.mark.skipif(
    ENGINE != "postgresql", reason="this is about PostgreSQL: TEST_ENGINE=postgresql"
)


def execute(*queries):
    db.session.rollback()
    with db.engine.begin() as connection:
        for query in queries:
            connection.exec_driver_sql(query)


def of_url(url, check, tmp_path, **settings):
    """What a check finds in the database at that URL."""
    app = create_app({"INSTANCE": tmp_path, "DATABASE_URL": url, **SETTINGS, **settings})
    with app.app_context():
        [found] = of([check], Installation(app.config["PNPM"]))
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("check", [database.answers, database.schema, database.characters])
def test_all_is_well(look, check):
    assert look(check).is_fine


@on_sqlite
class TestSQLite:
    def test_all_is_well(self, look):
        assert look(database.whole).is_fine
        assert look(database.journal).is_fine

    def test_a_damaged_file(self, look, app, instance):
        execute(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000) "
            "INSERT INTO setting SELECT 'n' || x, 'a value that fills a page' FROM n"
        )
        db.session.remove()
        db.engine.dispose()
        with closing(sqlite3.connect(instance / "site.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with (instance / "site.db").open("r+b") as file:
            file.seek(-20 * 4096, 2)
            file.write(b"\xff" * 4096)
        found = look(database.whole)
        assert not found.is_fine
        assert "Basis data rusak" in found.words
        assert "flask restore" in found.words

    def test_a_large_file_is_not_waited_for(self, look):
        execute("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 30000) "
                "INSERT INTO setting SELECT 'n' || x, 'value' FROM n")  # fmt: skip
        found = look(database.whole, patience=0)
        assert found.is_fine
        assert "terlalu besar" in found.words
        assert look(database.whole).words == "Basis data utuh."

    def test_text_that_is_kept_otherwise(self, tmp_path):
        with closing(sqlite3.connect(tmp_path / "wide.db")) as connection:
            connection.execute("PRAGMA encoding = 'UTF-16'")
            connection.execute("CREATE TABLE x (y)")
        found = of_url(f"sqlite:///{tmp_path}/wide.db", database.characters, tmp_path)
        assert not found.is_fine
        assert "UTF-16" in found.words

    def test_a_file_system_that_cannot_do_wal(self, tmp_path):
        # locks as some of the network's do
        url = f"sqlite:///file:{tmp_path}/site.db?vfs=unix-dotfile&uri=true"
        found = of_url(url, database.journal, tmp_path, SQLITE_JOURNAL="WAL")
        assert not found.is_fine
        assert "PNPM_SQLITE_JOURNAL=DELETE" in found.words
        assert of_url(url, database.journal, tmp_path, SQLITE_JOURNAL="DELETE").is_fine


@on_mariadb
class TestMariaDB:
    def test_tables_of_another_character_set(self, look):
        execute("ALTER TABLE label CONVERT TO CHARACTER SET latin1")
        try:
            found = look(database.characters)
        finally:
            execute("ALTER TABLE label CONVERT TO CHARACTER SET utf8mb4")
        assert not found.is_fine
        assert "ALTER TABLE label CONVERT TO CHARACTER SET utf8mb4" in found.words
        assert look(database.characters).is_fine

    def test_a_default_that_no_table_has_does_no_harm(self, look):
        execute("ALTER DATABASE CHARACTER SET latin1")
        assert look(database.characters).is_fine

    def test_what_is_sqlites_alone_is_not_asked(self, look):
        assert look(database.whole) is None
        assert look(database.journal) is None


@on_postgresql
@pytest.mark.parametrize(
    ("encoding", "check", "said"),
    [
        ("LATIN1", database.characters, "LATIN1, bukan UTF8"),
        ("SQL_ASCII", database.answers, "tidak menjawab"),
    ],
)
def test_a_database_of_another_encoding(server, tmp_path, encoding, check, said):
    server.run(
        f"CREATE DATABASE other ENCODING '{encoding}' TEMPLATE template0 LOCALE_PROVIDER "
        "libc LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    try:
        found = of_url(server.url("other"), check, tmp_path)
    finally:
        server.run("DROP DATABASE other WITH (FORCE)")
    assert not found.is_fine
    assert said in found.words
