"""A site made ready by its first request: by one process of several, or not at all and said so."""

import os
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import url_for
from werkzeug import routing

from pnpm import App, create_app
from pnpm.db import db, migrations
from pnpm.web import setup
from tests.browser.conftest import served
from tests.conftest import TOP, on_sqlite, soup

PAGES = "/", "/admin/", "/2012/12/x.html"


@pytest.fixture
def folder(tmp_path):
    """Where a site will be."""
    return tmp_path / "situs" / "instance"


@pytest.fixture
def site_of():
    """The site of a folder, as a new process has it: `site_of(folder, UPGRADE="off")`."""
    apps = []

    def site_of(folder, **settings):
        apps.append(create_app({"INSTANCE": folder, **settings}))
        return apps[-1]

    yield site_of
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def upload(folder, step, name="program"):
    """The program's own files in another folder, with one more step of the schema."""
    place = folder.parent / name
    for part in ("pnpm", "templates", "static"):
        shutil.copytree(TOP / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("wsgi.py", "passenger_wsgi.py"):
        shutil.copy(TOP / part, place)
    (place / "pnpm/db/migrations/versions/9999_more.py").write_text(
        'from alembic import op\nimport time, os\nrevision = "9999"\ndown_revision = '
        f"{migrations.newest()!r}\n"
        f"def upgrade():\n    {step}\ndef downgrade():\n    pass\n"
    )
    return place


def ask(program, folder, *paths):
    """What a new process of that program answers: status and text of each."""
    code = "import sys; from passenger_wsgi import application; from werkzeug.test import Client\n"
    code += (
        "client = Client(application)\nfor path in sys.argv[1:]:\n    answer = client.get(path)\n"
    )
    code += "    print(answer.status_code, answer.text.replace(chr(10), ' '))"
    command = [sys.executable, "-c", code, *paths]
    environment = os.environ | {"PNPM_INSTANCE": str(folder)}
    done = subprocess.run(
        command,
        cwd=program,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [(int(line[:3]), line[4:]) for line in done.stdout.splitlines()]


def rows(folder, query):
    with sqlite3.connect(folder / "site.db") as connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_the_import_writes_nothing(site_of, folder):
    site_of(folder)
    assert not folder.exists()


def test_the_first_request_makes_everything(site_of, folder):
    client = site_of(folder).test_client()
    page = soup(client.get("/"))
    assert (
        client.get(page.select_one("link[rel=stylesheet]")["href"], buffered=True).status_code
        == 200
    )
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/admin/").headers["Location"].endswith("/admin/setup/")
    for name in ("secret_key", "site.db"):
        assert (folder / name).stat().st_mode & 0o077 == 0


def test_a_process_that_was_there_before_the_key_takes_the_same(site_of, folder):
    first, second = site_of(folder), site_of(folder)
    assert (
        first.test_client().get("/").status_code,
        second.test_client().get("/").status_code,
    ) == (200, 200)
    assert first.secret_key == second.secret_key == (folder / "secret_key").read_text()


def test_several_processes_that_start_at_once_make_one_site(folder):
    folder.mkdir(parents=True)
    with served(folder, SECRET_KEY="", check="/robots.txt") as site:
        with ThreadPoolExecutor(8) as hands:
            statuses = list(
                hands.map(lambda _: urllib.request.urlopen(site.url, timeout=60).status, range(16))
            )
        assert statuses == [200] * 16
    assert "Traceback" not in (folder / "server.log").read_text()


@pytest.mark.parametrize("settings", [{"UPGRADE": "off"}])
def test_a_setting_leaves_it_to_the_commands(site_of, folder, settings):
    app = site_of(folder, **settings)
    answer = app.test_client().get("/")
    assert (answer.status_code, "flask doctor" in answer.text) == (503, True)
    assert not (folder / "secret_key").exists()
    assert app.test_cli_runner().invoke(args=["init"]).exit_code == 0
    assert site_of(folder, **settings).test_client().get("/").status_code == 200


@on_sqlite
def test_an_upgrade_keeps_a_copy_first_and_loses_nothing(site_of, folder):
    site_of(folder).test_client().get("/")
    program = upload(folder, "op.execute(\"UPDATE setting SET value = 7 WHERE name = 'writer'\")")
    assert [status for status, _text in ask(program, folder, "/", "/healthz")] == [200, 200]
    assert rows(folder, "SELECT version_num FROM alembic_version") == [("9999",)]
    kept = folder / f"backups/before-upgrade-{migrations.newest()}.db"
    assert kept.stat().st_mode & 0o077 == 0
    with sqlite3.connect(kept) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (migrations.newest(),)
        ]
    copy.close()


@on_sqlite
def test_a_migration_that_fails_leaves_all_as_it_was_and_every_page_says_so(site_of, folder):
    site_of(folder).test_client().get("/")
    before = rows(folder, "SELECT sql FROM sqlite_master ORDER BY name")
    program = upload(
        folder,
        (
            'op.execute("ALTER TABLE comment ADD COLUMN half TEXT"); op.execute("SELECT 1 FROM '
            'nowhere")'
        ),
    )
    for status, text in ask(program, folder, *PAGES):
        assert status == 503
        assert "Pembaruan basis data gagal" in text
        assert f"instance/backups/before-upgrade-{migrations.newest()}.db" in text
        assert "nowhere" in text
    assert rows(folder, "SELECT sql FROM sqlite_master ORDER BY name") == before
    assert [status for status, _text in ask(TOP, folder, *PAGES[:1])] == [200]


@on_sqlite
def test_a_lost_database_is_not_replaced_by_an_empty_one(site_of, folder):
    site_of(folder).test_client().get("/")
    (folder / "site.db").rename(folder / "away.db")
    for path in PAGES:
        answer = site_of(folder).test_client().get(path)
        assert (answer.status_code, "Basis data hilang" in answer.text) == (503, True)
    assert not (folder / "site.db").exists()
    assert site_of(folder).test_client().get("/healthz").status_code == 503
    (folder / "away.db").rename(folder / "site.db")
    assert site_of(folder).test_client().get("/").status_code == 200


@on_sqlite
def test_a_database_of_a_newer_version_says_to_upload_that(site_of, folder):
    site_of(folder).test_client().get("/")
    with sqlite3.connect(folder / "site.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    answer = site_of(folder).test_client().get("/")
    assert (answer.status_code, "versi yang lebih baru" in answer.text) == (503, True)


def test_who_waits_too_long_for_another_is_told(site_of, folder, monkeypatch):
    monkeypatch.setattr(setup, "WAIT", 0)
    folder.mkdir(parents=True)
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, 2); print(1, "
        "flush=True); input()"
    )
    command = [sys.executable, "-c", code, folder / setup.LOCK]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    holder.stdout.readline()
    answer = site_of(folder).test_client().get("/")
    assert (
        answer.status_code,
        "sedang diperbarui" in answer.text,
        "Retry-After" in answer.headers,
    ) == (503, True, True)
    holder.communicate(b"\n")
    assert site_of(folder).test_client().get("/").status_code == 200


def test_what_keeps_the_site_from_starting_is_said_on_a_plain_page(tmp_path):
    program = upload(tmp_path / "situs" / "instance", "pass")
    (program / "pnpm/__init__.py").write_text("import paket_yang_tidak_ada")
    ((status, text),) = ask(program, tmp_path, "/")
    assert (status, "paket_yang_tidak_ada belum terpasang" in text, "requirements.txt" in text) == (
        503,
        True,
        True,
    )
    (program / "pnpm/__init__.py").write_text(
        "raise ValueError('PNPM_DATABASE_URL=mysql://desa:rahasia@x: no')"
    )
    ((status, text),) = ask(program, tmp_path, "/")
    assert (status, "PNPM_DATABASE_URL" in text, "rahasia" in text) == (503, True, False)


@pytest.mark.parametrize(("path", "is_loaded"), [("/", False), ("/admin/", True)])
def test_a_process_that_readers_alone_ask_is_ready_without_the_office_and_what_only_writers_need(
    folder, path, is_loaded
):
    folder.mkdir(parents=True)
    code = "import sys; from passenger_wsgi import application; from werkzeug.test import Client\n"
    code += "answer = Client(application).get(sys.argv[1])\n"
    code += "print(answer.status_code, 'href=\"/admin/\"' in answer.text, *sys.modules)"
    environment = os.environ | {"PNPM_INSTANCE": str(folder)}
    command = [sys.executable, "-c", code, path]
    # makes the site
    subprocess.run(command, cwd=TOP, env=environment, capture_output=True, timeout=60, check=True)
    done = subprocess.run(
        [*command[:-1], f"{path}?x"],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    status, links, *modules = done.stdout.split()
    assert (status, "pnpm.admin" in modules) == ("303" if is_loaded else "200", is_loaded)
    assert is_loaded or links == "True"
    assert is_loaded or not {
        "bleach",
        "PIL",
        "alembic",
        "sqlalchemy.dialects.mysql",
        "pyotp",
        "segno",
        "snowballstemmer",
        "pnpm.accounts.models",
        "pnpm.articles.archive",
        "pnpm.articles.revisions",
        "pnpm.backup",
        "pnpm.comments.subscriptions",
        "pnpm.db.search",
        "pnpm.exports",
        "pnpm.imports",
        "pnpm.mail",
        "pnpm.media",
        "pnpm.privacy",
        "pnpm.search",
    }.intersection(modules)


def test_what_builds_an_address_is_compiled_when_the_first_is_built(monkeypatch):
    compiled, address = [], "/uji/<int:number>/"

    def compile_builder(rule, append_unknown=True):
        compiled.append(rule.rule)
        return compile_of_werkzeug(rule, append_unknown)

    compile_of_werkzeug = routing.Rule._compile_builder
    monkeypatch.setattr(routing.Rule, "_compile_builder", compile_builder)
    app = App("uji", static_folder=None)
    app.add_url_rule(address, "uji", build_only=True)
    assert not compiled
    with app.test_request_context():
        for number in (3, 4):
            assert url_for("uji", number=number, rule="a b") == f"/uji/{number}/?rule=a+b"
    assert compiled == [address]


def test_templates_are_kept_compiled_for_the_next_process(site_of, folder):
    site_of(folder).test_client().get("/")
    kept = list((folder / "compiled").iterdir())
    assert kept
    assert (folder / "compiled").stat().st_mode & 0o077 == 0
    shutil.rmtree(folder / "compiled")
    (folder / "compiled").write_text("no folder")
    assert site_of(folder).test_client().get("/").status_code == 200
