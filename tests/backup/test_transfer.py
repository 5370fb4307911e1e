"""A site's database copied to another one: alike there, untouched here, and a plain word where that
cannot be.
"""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack
from itertools import pairwise

import pytest
from sqlalchemy import text

from pnpm import create_app
from pnpm.accounts.models import SignIn, User
from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet, break_in_chain
from pnpm.backup import tables, transfer
from pnpm.backup.schema import metadata
from pnpm.backup.snapshot import opened
from pnpm.comments.models import Comment
from pnpm.comments.moderation import remove
from pnpm.db import db, sequences, transaction
from tests import engines
from tests.conftest import SETTINGS, TOP, missing, on_sqlite, write
from tests.keeping import contents, fill

pytestmark = pytest.mark.engines


@pytest.fixture
def site(app):
    """A site with something of everything, and somebody signed in."""
    article = fill(app)
    with transaction():
        SignIn.open(db.session.query(User).filter_by(name="Bu Camat").one(), "")
    return article


@pytest.fixture
def move(app, site):
    """Run the command: how it ended, and its output."""

    def move(*arguments):
        db.session.remove()
        done = app.test_cli_runner().invoke(args=["move-database", *map(str, arguments)])
        return done.exit_code, done.output

    return move


def sums(url):
    """What the tables at that URL hold, each as a sum."""
    with opened(url) as engine, engine.connect() as connection:
        return {
            name: tables.fingerprint(connection, table) for name, table in metadata.tables.items()
        }


def here():
    return db.engine.url.render_as_string(hide_password=False)


def test_everything_is_alike_there_and_untouched_here(move, site, config, tmp_path):
    before = sums(here())
    code, output = move(url := f"sqlite:///{tmp_path}/other.db")
    assert code == 0, output
    assert sums(url) == sums(here()) == before
    assert "Copying" in output
    assert output.endswith(f"DATABASE_URL = {url!r}\n")


def test_the_site_goes_on_there(move, site, config, instance, tmp_path):
    before = contents(instance)
    move(url := f"sqlite:///{tmp_path}/other.db")
    db.session.remove()
    other = create_app({"INSTANCE": instance, "DATABASE_URL": url, **SETTINGS})
    with other.app_context():
        assert contents(instance) == before
        assert break_in_chain() is None
        numbers = {number for (number,) in db.session.query(Comment.id)}
        assert write(db.session.query(Article).one(), other, "sesudahnya")[0].id not in numbers
        db.session.remove()
        db.engine.dispose()


def test_a_database_that_holds_a_site_is_only_replaced_if_that_is_asked(move, site, tmp_path):
    url = f"sqlite:///{tmp_path}/other.db"
    assert move(url)[0] == 0
    code, output = move(url)
    assert (code, output.count("\n")) == (1, 1)
    assert "holds a site already" in output
    assert move(url, "--replace")[0] == 0
    assert sums(url) == sums(here())


@pytest.mark.parametrize("replace", [[], ["--replace"]], ids=["plain", "replace"])
def test_the_sites_own_database_is_refused(move, site, replace):
    before = sums(here())
    code, output = move(here(), *replace)
    assert (code, output.count("\n")) == (1, 1)
    assert sums(here()) == before


def unknown(revision):
    """A database with such a version in it, and nothing else."""

    def make(path):
        with sqlite3.connect(path) as rows:
            rows.execute("CREATE TABLE alembic_version (version_num)")
            rows.execute("INSERT INTO alembic_version VALUES (?)", [revision])
        rows.close()

    return make


def others(path):
    """A database of another program, with a table whose name is one of ours."""
    with sqlite3.connect(path) as rows:
        rows.execute("CREATE TABLE comment (id)")
    rows.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("rubbish", "no URL of a database"),
        ("sqlite://", "no URL of a database"),
        ("postgresql+psycopg://site:s3cret@host:port/name", "no URL of a database"),
        ("oracle://site:s3cret@host/name", "no URL of a database"),
        ("mysql+nosuchdriver://site:s3cret@host/name", "driver is not installed"),
        ("mysql://site:s3cret@127.0.0.1/name", "driver is not installed"),
        ("mysql+pymysql://site:s3cret@127.0.0.1:9/name", "does not answer"),
        ("postgresql+psycopg://site:s3cret@127.0.0.1:9/name", "does not answer"),
        ("sqlite:////nowhere/at/all/site.db", "does not answer"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line_without_the_password(move, caplog, url, words):
    code, output = move(url)
    assert (code, output.count("\n"), words in output) == (1, 1, True), output
    assert "s3cret" not in output + caplog.text


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (unknown("9999"), "newer version of the program (9999)"),
        (unknown("0000"), "another program's tables"),
        (others, "another program's tables"),
        (lambda path: path.write_bytes(b"rubbish" * 1000), "does not answer"),
    ],
    ids=["newer", "unknown", "another program's", "no database"],
)
def test_a_database_that_is_something_else_is_left_alone(move, tmp_path, make, words):
    make(path := tmp_path / "other.db")
    before = path.read_bytes()
    code, output = move(f"sqlite:///{path}", "--replace")
    assert (code, output.count("\n"), words in output) == (1, 1, True), output
    assert path.read_bytes() == before


def test_what_comes_while_it_is_copied_makes_no_mixture(app, site, tmp_path):
    """Counts of an article and its comments agree, though comments keep coming."""
    write(site, app, *[f"komentar {number}" for number in range(700)])
    stop, url, written = threading.Event(), f"sqlite:///{tmp_path}/other.db", []

    def comment():
        with app.app_context():
            number = 0
            while not stop.is_set():
                number += 1
                written.extend(
                    each.id
                    for each in write(site, app, f"sementara {number}", name=f"Nama {number}")
                )
            db.session.remove()

    thread = threading.Thread(target=comment)
    thread.start()
    try:
        with transfer.destination(url) as target:
            transfer.move(target, lambda rows: lambda done: None)
    finally:
        stop.set()
        thread.join()
    with opened(url) as engine, engine.connect() as connection:
        said = connection.scalar(text("SELECT sum(comment_count) FROM article"))
        there = connection.scalar(text("SELECT count(*) FROM comment WHERE status = 'published'"))
    assert said == there
    db.session.rollback()
    assert len(written) > 1
    assert {*written} <= {number for (number,) in db.session.query(Comment.id)}


def last_comment(url):
    """The number that the last comment got, though it is gone."""
    with opened(url) as engine, engine.connect() as connection:
        return sequences.last_numbers(connection, metadata.sorted_tables)["comment"]


@on_sqlite
def test_over_every_engine_and_back_everything_is_alike(app, site, move, tmp_path, monkeypatch):
    (gone,) = write(site, app, "pergi selamanya")
    with transaction():
        remove([gone.id], ChangeSet("uji"))
    before = sums(here())
    assert last_comment(here()) == gone.id
    with ExitStack() as servers:
        urls = [
            here(),
            *(_made(engine, servers, monkeypatch) for engine in ("mariadb", "postgresql")),
            f"sqlite:///{tmp_path}/back.db",
        ]
        for source, target in pairwise(urls):
            environment = os.environ | {
                "PNPM_DATABASE_URL": source,
                "PNPM_INSTANCE": str(tmp_path / "elsewhere"),
            }
            command = [sys.executable, "-m", "flask", "move-database", target]
            done = subprocess.run(
                command,
                cwd=TOP,
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            assert sums(target) == sums(source) == before
            assert last_comment(target) == gone.id


def _made(engine, servers, monkeypatch):
    """An empty database on a server of that engine; its URL."""
    monkeypatch.setattr(engines, "ENGINE", engine)
    try:
        return servers.enter_context(engines.serving()).create("moved")
    except engines.Missing as error:
        missing(engine, str(error))
