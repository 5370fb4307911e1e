"""A site kept safe and brought back: whole or not at all, from any engine to any."""

import json
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from pnpm import safekeeping
from pnpm.archive import Unfit
from pnpm.database import changing, db
from pnpm.models import Article, Comment, Picture, copying
from pnpm.models.action import Action
from pnpm.models.log import Deed, break_in_chain
from tests.conftest import publish, write

KEY = "ab" + "0" * 30


@pytest.fixture
def config(app):
    return app.config["PNPM"]


@pytest.fixture
def site(app, config):
    """A site with an article, comments, a reply's place, a picture and a log."""
    article = publish("Rapat désa 😊", body="<p>Isi</p>" * 500)
    write(article, app, "satu :))", "dua 😊", name="Sîti")
    folder = config.instance / "pictures" / KEY[:2] / KEY
    folder.mkdir(parents=True)
    (folder / "400.webp").write_bytes(b"RIFF....WEBP" * 100)
    with changing():
        Deed("Bu Camat").record(Action.MOVED, "comment", [(1, {"status": "pending"}, {"status": "published", "n": 1.5})])
    return article


@pytest.fixture
def kept(site, config, tmp_path):
    """Its archive."""
    path = tmp_path / "site.zip"
    safekeeping.keep(path, config)
    return path


def everything():
    db.session.rollback()
    with db.engine.connect() as connection:
        return copying.count(connection), connection.dialect.name


def change(path, name, content):
    """The archive with another content of a file."""
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = content(files.get(name, b""))
    with zipfile.ZipFile(path, "w") as archive:
        for each, bytes in files.items():
            archive.writestr(each, bytes)


def test_what_was_lost_comes_back(app, kept, config, site):
    before = everything()
    shutil.rmtree(config.instance / "pictures")
    with changing():
        db.session.query(Comment).delete()
        db.session.get(Article, site.id).title = "Lain"
    db.session.remove()
    safekeeping.bring_back(kept, config, replace=True)
    assert everything() == before
    assert db.session.get(Article, site.id).title == "Rapat désa 😊"
    assert [comment.name for comment in db.session.query(Comment)] == ["Sîti", "Sîti"]
    assert (config.instance / "pictures" / KEY[:2] / KEY / "400.webp").stat().st_size == 1200
    assert break_in_chain() == ""


def test_what_is_written_after_a_restore_has_numbers_of_its_own(app, kept, config, site):
    number = site.id
    safekeeping.bring_back(kept, config, replace=True)
    db.session.remove()
    assert publish("Sesudah").id > number
    with changing():
        Deed("Bu Camat").record(Action.MOVED, "comment", [(1, {}, {})])
    assert break_in_chain() == ""


def test_what_was_there_is_kept_first(app, kept, config):
    publish("Baru")
    path = safekeeping.bring_back(kept, config, replace=True)
    assert db.session.query(Article).count() == 1
    db.session.remove()
    safekeeping.bring_back(path, config, replace=True)
    assert db.session.query(Article).count() == 2


def test_a_site_that_is_not_empty_is_not_replaced_unasked(app, kept, config):
    with pytest.raises(safekeeping.NotEmpty):
        safekeeping.bring_back(kept, config)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(b"not an archive"),
        lambda path: path.write_bytes(b""),
        lambda path: change(path, "site.db", lambda content: content[:300] + b"garbage" + content[307:]),
        lambda path: change(path, "../../evil", lambda _content: b"x"),
        lambda path: change(path, "pictures/zz", lambda _content: b"x"),
        lambda path: change(path, "list.json", lambda _content: b"{}"),
        lambda path: change(path, "list.json", lambda content: content.replace(b'"schema": "0', b'"schema": "9')),
    ],
    ids=["cut off", "rubbish", "empty", "changed", "leading out", "unlisted", "another list", "newer"],
)
def test_a_broken_foreign_or_newer_archive_is_refused_and_nothing_touched(app, kept, config, spoil):
    spoil(kept)
    before = everything()
    with pytest.raises(Unfit, match=r"^[^\n]+\.$"):
        safekeeping.bring_back(kept, config, replace=True)
    assert everything() == before
    assert not list(config.instance.glob("backups/*"))
    assert not list(config.instance.glob(".work-*"))


def test_secrets_are_in_it_only_if_asked(app, site, config, tmp_path):
    (config.instance / "secret_key").write_text("sangat rahasia")
    for with_secrets in (False, True):
        safekeeping.keep(tmp_path / "a.zip", config, with_secrets)
        assert ("secret_key" in zipfile.ZipFile(tmp_path / "a.zip").namelist()) is with_secrets
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0


def test_an_archive_is_one_sqlite_database_whatever_the_engine(app, kept, tmp_path):
    zipfile.ZipFile(kept).extract("site.db", tmp_path)
    rows = sqlite3.connect(tmp_path / "site.db")
    assert rows.execute("SELECT title FROM article").fetchall() == [("Rapat désa 😊",)]
    assert (
        rows.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        == json.loads(zipfile.ZipFile(kept).read("list.json"))["schema"]
    )
    rows.close()


def test_the_commands(app, site, config, tmp_path):
    run = app.test_cli_runner().invoke
    made = run(args=["backup", str(tmp_path / "b.zip")])
    assert (made.exit_code, "read back and whole" in made.output) == (0, True)
    refused = run(args=["restore", str(tmp_path / "b.zip")])
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    restored = run(args=["restore", "--replace", str(tmp_path / "b.zip")])
    assert (restored.exit_code, "What was there before is in" in restored.output) == (0, True)
    moved = run(args=["move-database", f"sqlite:///{tmp_path}/other.db"])
    assert (moved.exit_code, "copied and compared" in moved.output) == (0, True)
    again = run(args=["move-database", f"sqlite:///{tmp_path}/other.db"])
    assert (again.exit_code, "holds a site already" in again.output) == (1, True)
    nowhere = run(args=["backup", "/nowhere/b.zip"]) if Path("/nowhere").exists() else run(args=["backup", "/proc/b.zip"])
    assert (nowhere.exit_code, nowhere.output.count("\n")) == (1, 1)
    assert db.session.query(Picture).count() == 0
