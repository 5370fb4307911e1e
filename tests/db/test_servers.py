"""MariaDB and PostgreSQL as hosts have them: connections that go away, servers that start again,
few places, other defaults.
"""

import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from pnpm import create_app
from pnpm.accounts.models import Role, User
from pnpm.articles.tags import all_labels, set_labels
from pnpm.comments.models import Comment, Status, Submission
from pnpm.comments.queue import QueueQuery
from pnpm.comments.submission import tokens
from pnpm.db import db, engine_options, migrations, open_engine, servers, transaction
from tests import engines
from tests.admin.conftest import PASSWORD, account, token
from tests.browser.conftest import served
from tests.conftest import (
    SETTINGS,
    TOP,
    Client,
    dispose,
    fields,
    made,
    on_a_server,
    publish,
    soup,
    write,
)
from tests.db.test_concurrency import Answer, form_of

pytestmark = [pytest.mark.engines, on_a_server]
IS_MARIADB = engines.ENGINE == "mariadb"
HANDS = 8


NUMBERS = count(1)


@pytest.fixture(scope="module")
def own(server):
    """A server that these tests may stop and change: not the one that the others use."""
    with engines.serving() as own:
        yield own


@pytest.fixture
def folder(own, tmp_path):
    """A site's folder, with a database there."""
    return made(tmp_path / "instance", own.create(f"own_{next(NUMBERS)}"))


def ask(address, form=None, **headers):
    """A page, or the answer to a form, whatever its status."""
    data = urllib.parse.urlencode(form).encode() if form else None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(address, data, named), timeout=60
        ) as answer:
            return Answer(answer.status, answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode())


def log_of(folder):
    return (Path(folder) / "server.log").read_text()


def connections(own, folder):
    """How many connections there are to the database of that folder's site."""
    name = make_url(re.search(r"'(.+)'", (folder / "config.py").read_text())[1]).database
    query = {
        "mariadb": "SELECT count(*) FROM information_schema.processlist WHERE db = :name",
        "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = :name",
    }[engines.ENGINE]
    engine = create_engine(own.root)
    with engine.connect() as connection:
        found = connection.scalar(text(query), {"name": name})
    engine.dispose()
    return found


@contextmanager
def idle_for(own, seconds):
    """The server closes connections that are idle for longer."""
    if IS_MARIADB:
        own.run(f"SET GLOBAL wait_timeout = {seconds}")
    else:
        own.run(f"ALTER SYSTEM SET idle_session_timeout = '{seconds}s'", "SELECT pg_reload_conf()")
    yield
    if IS_MARIADB:
        own.run("SET GLOBAL wait_timeout = 28800")
    else:
        own.run("ALTER SYSTEM RESET idle_session_timeout", "SELECT pg_reload_conf()")


def test_a_connection_that_the_server_closed_is_nobodys_trouble(own, folder):
    with idle_for(own, 2), served(folder) as site:
        address = site.article("Sepi", "satu")
        form = {**form_of(address), "body": "sesudah lama sepi"}
        for _look in range(100):
            if connections(own, folder) == 0:
                break
            time.sleep(0.1)
        assert connections(own, folder) == 0
        assert ask(address).status == 200
        time.sleep(2.5)
        assert ask(address, form, HX_Request="true").status == 201
        assert site.comments(address) == 2
    assert "Traceback" not in log_of(folder)


def test_a_server_that_starts_again_under_a_running_site(own, folder):
    with served(folder) as site:
        address = site.article("Listrik padam")
        other = site.article("Belum pernah dibaca")
        form = {**form_of(address), "body": "ditulis dalam gelap", "name": "Bu Rahma"}
        own.stop()
        try:
            for answer in (
                ask(other),
                ask(f"{site.url}/label/desa"),
                ask(f"{site.url}/admin/login"),
            ):
                assert answer.status == 503
                assert soup(answer).select_one("h1").text
            answer = ask(address, form)
            assert answer.status == 503
            assert "ditulis dalam gelap" in [
                area.text.strip() for area in soup(answer).select("textarea")
            ]
            assert ask(address, form, HX_Request="true").status == 503
            assert ask(f"{site.url}/healthz").status == 503
        finally:
            own.start()
        assert ask(other).status == 200
        assert ask(address, form, HX_Request="true").status == 201
        assert ask(address, form).status == 200  # sent twice, it stands once
        assert site.comments(address) == 1
    log = log_of(folder)
    assert log.count("Booting worker") == 2  # nothing of ours was started again
    assert "ditulis dalam gelap" not in log


@pytest.mark.parametrize("places", [5])
def test_four_processes_share_the_few_connections_that_a_host_allows(own, folder, places):
    url = make_url(re.search(r"'(.+)'", (folder / "config.py").read_text())[1])
    if IS_MARIADB:
        own.run(
            f"CREATE USER few IDENTIFIED BY 'p' WITH MAX_USER_CONNECTIONS {places}",
            f"GRANT ALL ON `{url.database}`.* TO few",
        )
    else:
        own.run(
            f"CREATE ROLE few LOGIN PASSWORD 'p' CONNECTION LIMIT {places}",
            f'GRANT ALL ON DATABASE "{url.database}" TO few',
        )
        own.run("GRANT pg_read_all_data, pg_write_all_data TO few")
        with _engine(url) as engine, engine.begin() as connection:
            connection.execute(text("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO few"))
    limited = url.set(username="few", password="p").render_as_string(hide_password=False)
    with ExitStack() as stack:
        one = stack.enter_context(served(folder, MODERATION="off", DATABASE_URL=limited))
        other = stack.enter_context(served(folder, MODERATION="off", DATABASE_URL=limited))
        address = one.article("Ramai")
        path = urllib.parse.urlsplit(address).path
        dispose(one.app)  # the fifth place is theirs

        def visit(number):
            site = (one, other)[number % 2]
            given = {**form, "body": f"komentar {number}"}
            pages = (
                ask(site.url + path),
                ask(f"{site.url}/?before={number + 1000}"),
                ask(site.url + path, given, HX_Request="true"),
            )
            return [page.status for page in pages]

        form = form_of(address)
        with ThreadPoolExecutor(HANDS) as hands:
            statuses = list(hands.map(visit, range(40)))
        assert {tuple(each) for each in statuses} == {(200, 200, 201)}
        assert one.comments(address) == 40
    assert "Traceback" not in log_of(folder)


@contextmanager
def _engine(url):
    engine = open_engine(create_engine(url, **engine_options(str(url))), "WAL")
    yield engine
    engine.dispose()


def test_where_there_is_no_place_it_is_said_after_a_while(own, folder, monkeypatch):
    monkeypatch.setattr(servers, "ROOM_SECONDS", 0.3)
    url = make_url(re.search(r"'(.+)'", (folder / "config.py").read_text())[1]).set(username="one")
    own.run(
        "CREATE USER one WITH MAX_USER_CONNECTIONS 1"
        if IS_MARIADB
        else "CREATE ROLE one LOGIN CONNECTION LIMIT 1"
    )
    if IS_MARIADB:
        own.run(f"GRANT ALL ON `{url.database}`.* TO one")
    with _engine(url) as engine, engine.connect(), pytest.raises(OperationalError):
        engine.connect()


# For the other one: what it holds it holds alone, and it is the site that gives way, which has done
# less, or finds out first.
GIVING_WAY = {
    "mariadb": ["SET FOREIGN_KEY_CHECKS = 0"]
    + [
        f"INSERT INTO attempt (subject, created_at) VALUES ('{number}', '2026-01-01')"
        for number in range(200)
    ],
    "postgresql": ["SET session_replication_role = replica", "SET deadlock_timeout = '60s'"],
}.get(engines.ENGINE)


class TestCrossing:
    """Two transactions that wait for each other: the engine ends ours, and it is done again."""

    @pytest.fixture
    def crossed(self, app):
        """The errors of the engine's that told of a crossing."""
        crossed = []

        @event.listens_for(db.engine, "handle_error")
        def listen(context):
            if servers.is_crossed(context.sqlalchemy_exception):
                crossed.append(context.sqlalchemy_exception)

        return crossed

    @pytest.fixture
    def crossing(self, app):
        """Hold something in a transaction of another's, then want what the site holds:
        `crossing(hold, want)`.
        """
        engine = create_engine(db.engine.url, isolation_level="READ COMMITTED")
        threads = []

        def crossing(hold, want, sign):
            connection = engine.connect()
            for statement in (*GIVING_WAY, hold):
                connection.execute(text(statement))

            def cross():
                _until_waiting(engine, sign)
                connection.execute(text(want))
                connection.rollback()
                connection.close()

            threads.append(threading.Thread(target=cross))
            threads[-1].start()

        yield crossing
        for thread in threads:
            thread.join(60)
        engine.dispose()

    def test_a_comment_is_taken_all_the_same(self, client, app, url, article, crossing, crossed):
        form = client.form(url)
        (known,) = write(article, app, "satu")
        row = (
            "article_id, name, email, website, body, html, renderer, status, reasons, "
            "created_at, address_hash, official"
        )
        crossing(
            f"INSERT INTO comment ({row}, token) SELECT {row}, "
            f"'{token_of(app, article, 'serentak', 'abc')}' FROM comment",
            "UPDATE article SET title = title",
            "token",
        )
        answer = client.post(
            url, data={**form, "body": "serentak", "nonce": "abc"}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 201
        assert [comment.body for comment in db.session.query(Comment).order_by(Comment.id)] == [
            "satu",
            "serentak",
        ]
        assert known.id and crossed

    def test_what_the_office_does_is_done(self, client, app, article, crossing, crossed):
        (comment,), officer = write(article, app, "satu"), account("Rudi", Role.MODERATOR)
        values = {**token(client), "username": officer.name, "password": PASSWORD}
        assert client.post("/admin/login", data=values).status_code == 303
        values = {**token(client, "/admin/comments?status=all"), "status": "spam"}
        number = comment.id
        db.session.rollback()
        crossing(
            f"UPDATE comment SET renderer = renderer WHERE id = {number}",
            "UPDATE setting SET value = value WHERE name = 'writer'",
            "FOR UPDATE",
        )
        answer = client.post(f"/admin/comments/{number}/status", data=values)
        assert answer.status_code == 303 and crossed
        assert db.session.get(Comment, number).status is Status.SPAM


def token_of(app, article, body, nonce):
    """What makes a comment of that text and nonce unique."""
    draft = Submission("", "", "", body, "", nonce=nonce)
    return tokens(article.id, draft, "127.0.0.1", app.config["PNPM"], datetime.now(UTC))[0]


def _until_waiting(engine, sign):
    """Until the site waits for a lock, in a statement with that sign."""
    query = {
        "mariadb": "SELECT trx_query FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'",
        "postgresql": "SELECT query FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
    }[engines.ENGINE]
    for _look in range(50):
        with engine.connect() as connection:
            if any(sign in (found or "") for found in connection.scalars(text(query))):
                return
        time.sleep(0.2)  # MariaDB looks anew only for who asks no more often


@pytest.fixture
def short(monkeypatch):
    """Locks are waited for a second."""
    monkeypatch.setattr(servers, "LOCK_SECONDS", 1)


def test_a_lock_is_not_waited_for_without_end(short, client, app, url, article):
    form = client.form(url)
    db.session.rollback()
    engine = create_engine(db.engine.url)
    with engine.connect() as other:
        other.execute(text("UPDATE article SET title = title"))
        answer = client.post(url, data={**form, "body": "menunggu"})
        assert answer.status_code == 503
        assert fields(soup(answer))["body"] == "menunggu"
        assert client.get(url).status_code == 200
    engine.dispose()
    assert client.post(url, data={**form, "body": "menunggu"}).status_code == 303


def test_what_does_not_fit_is_refused_and_not_cut_off(app, article):
    with pytest.raises(DBAPIError), transaction():
        article.title = "x" * 201
        db.session.flush()


@pytest.mark.parametrize("charset", ["", "?charset=latin1", "?charset=utf8mb3"])
def test_four_bytes_a_letter_whatever_the_url_says(own, tmp_path, charset):
    if not IS_MARIADB:
        pytest.skip("this is about MariaDB, not postgresql")
    bare = own.create(f"charset_{len(charset)}").partition("?")[0]
    made(tmp_path / "instance", bare + charset)
    app = create_app({"INSTANCE": tmp_path / "instance", **SETTINGS})
    app.test_client_class = Client
    with app.app_context(), app.test_request_context():
        article = publish("Rapat 😊")
        assert write(article, app, "😊 satu", name="Siti 😊")[0].body == "😊 satu"
    dispose(app)


# What hosts have as their default: each with the words that make a database so.
DEFAULTS = {
    "mariadb": {
        "Latin-1": "CHARACTER SET latin1 COLLATE latin1_swedish_ci",
        "three bytes": "CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci",
        "four bytes": "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
    },
    "postgresql": {
        "C": "LOCALE_PROVIDER libc LOCALE 'C'",
        "C.UTF-8": "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'",
        "Indonesian": "LOCALE_PROVIDER icu ICU_LOCALE 'id-ID' LOCALE 'C.UTF-8'",
        "Turkish": "LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR' LOCALE 'C.UTF-8'",
    },
    "sqlite": {},
}[engines.ENGINE]


@pytest.mark.parametrize("default", DEFAULTS)
def test_whatever_the_hosts_default_is_the_models_match_and_words_are_found(own, tmp_path, default):
    name = f"default_{list(DEFAULTS).index(default)}"
    url = make_url(own.url(name))
    # as a user who may not change that default: only what tables are made and changed with
    if IS_MARIADB:
        own.run(f"CREATE DATABASE `{name}` {DEFAULTS[default]}", f"CREATE USER {name}")
        own.run(
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, REFERENCES ON "
            f"`{name}`.* TO {name}"
        )
        tables = migrations.tables()
        own.run(
            *[f"GRANT CREATE, ALTER, TRIGGER ON `{name}`.`{table}` TO {name}" for table in tables]
        )
        url = url.set(username=name)
    else:
        own.run(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING UTF8 {DEFAULTS[default]}')
    folder = made(tmp_path / "instance", url.render_as_string(hide_password=False))
    app = create_app({"INSTANCE": folder, **SETTINGS})
    with app.app_context(), app.test_request_context():
        result = app.test_cli_runner().invoke(args=["db", "check"])
        assert result.exit_code == 0, result.output
        answers_of(app)
    dispose(app)


def answers_of(app):
    """What is alike on every engine, in one go."""
    article = publish("Titik")
    write(article, app, "RAPAT DÉSA INI 😊", "rapat désa ini 😊", name="Siti")
    write(article, app, "lain", name="siti")
    for word, found in (("ini", 2), ("désa", 2), ("desa", 0), ("INI", 2), ("😊", 2), ("%", 0)):
        assert len(QueueQuery(words=word, status=None).page()[0]) == found, word
    assert len(QueueQuery(name="Siti", status=None).page()[0]) == 2
    with transaction():
        set_labels(article.id, ["zaitun", "Éka", "eka", "Budi", "ahmad"])
    assert [label.name for label in all_labels()] == ["ahmad", "Budi", "Éka", "zaitun"]
    for name in ("zainal", "Budi", "ahmad"):
        account(name, Role.MODERATOR)
    assert [user.name for user in User.by_name()][1:] == ["ahmad", "Budi", "zainal"]


def test_the_server_is_gone_with_its_parent(server):
    program = "import os, signal\nfrom tests import engines\nwith engines.serving() as server:\n"
    program += "    print(server.root.port, flush=True)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    killed = subprocess.run(
        [sys.executable, "-c", program],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    port = int(killed.stdout)
    for _look in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        except OSError:  # it is just ending, or the machine is busy
            pass
        time.sleep(0.1)
    pytest.fail("it is still there")


def test_old_tables_are_spelled_anew_and_other_programs_left_alone(own, folder):
    if not IS_MARIADB:
        pytest.skip("this is about MariaDB, not postgresql")
    url = make_url(re.search(r"'(.+)'", (folder / "config.py").read_text())[1])
    with _engine(url) as engine, engine.connect() as connection:
        connection.execute(
            text("ALTER TABLE label CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci")
        )
        connection.execute(text("CREATE TABLE wp_posts (title VARCHAR(20)) CHARACTER SET latin1"))
        connection.execute(text("INSERT INTO label (name, slug) VALUES ('Désa', 'desa')"))
        connection.commit()
        app = create_app({"INSTANCE": folder, **SETTINGS})
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
        dispose(app)
        query = (
            "SELECT table_name, table_collation FROM information_schema.tables WHERE "
            "table_schema = DATABASE()"
        )
        found = dict(connection.execute(text(query)).all())
        assert found.pop("wp_posts") == "latin1_swedish_ci"
        # the search's index is none of the schema, and has codes of ASCII alone
        ours = {kind for name, kind in found.items() if not name.startswith("search_")}
        assert ours == {"utf8mb4_nopad_bin"}
        assert connection.scalar(text("SELECT name FROM label")) == "Désa"
