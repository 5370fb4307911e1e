"""Real servers under real conditions: a disk that is full or read-only, a database that is locked
or gone, a kill.
"""

import io
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from pnpm import create_app
from pnpm.accounts.models import Role
from pnpm.audit.models import break_in_chain
from pnpm.db import db
from pnpm.media import uploads
from tests.admin.conftest import PASSWORD, account
from tests.admin.test_at_once import Stay
from tests.conftest import SETTINGS, TOP, fields, mounted, publish, write
from tests.engines import ENGINE
from tests.photographs import photograph

ARTICLE, FRONT = "/2012/12/banjir.html", "/"
NOBODY = 61_234  # a user who runs nothing else
UNPRIVILEGED = "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"
COMMENTS = 3  # under the article, before anything happens
PHOTOGRAPH = photograph(900, 600)


def pytest_collection_modifyitems(items):
    """All of this is about SQLite, but what is marked `engines`; the servers of the other engines
    have calamities of their own.
    """
    if ENGINE != "sqlite":
        skip = pytest.mark.skip(reason=f"this is about SQLite, not {ENGINE}")
        for item in items:
            is_here = Path(__file__).parent in item.path.parents
            if is_here and not item.get_closest_marker("engines"):
                item.add_marker(skip)


def run(*command):
    """A command of the system that has to succeed."""
    subprocess.run([str(word) for word in command], check=True, capture_output=True)


@dataclass
class Answer:
    """What a request came to."""

    status: int
    text: str
    headers: dict
    seconds: float

    @property
    def page(self):
        """It, parsed."""
        return BeautifulSoup(self.text, "html.parser")

    @property
    def words(self):
        """What a person reads on it, in one line."""
        return " ".join(self.page.get_text(" ").split())

    def get_data(self, as_text):
        """As Flask's answers give theirs."""
        return self.text


class Visitor:
    """A browser that keeps its cookies and follows nothing; a reader's, or an officer's once signed
    in.
    """

    def __init__(self, url):
        self.url, self.token = url, ""
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), Stay
        )

    def ask(self, path, data=None, timeout=60, **headers):
        """An answer; `data` are bytes or a form's values, `headers` are spelled with
        underscores.
        """
        data = urllib.parse.urlencode(data, doseq=True).encode() if isinstance(data, dict) else data
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        began = time.monotonic()
        try:
            answer = self.opener.open(
                urllib.request.Request(self.url + path, data, named), timeout=timeout
            )
        except urllib.error.HTTPError as error:
            answer = error
        with closing(answer):
            text = answer.read().decode("utf-8", "replace")
        return Answer(answer.status, text, dict(answer.headers), time.monotonic() - began)

    def form(self, path=ARTICLE):
        """The fields that the comment form at `path` came with."""
        return fields(self.ask(path).page)

    def comment(self, form, body, nonce="", htmx=False):
        """Send the form with this text."""
        more = {"HX_Request": "true"} if htmx else {}
        return self.ask(ARTICLE, {**form, "name": "Bu Rahma", "body": body, "nonce": nonce}, **more)

    def sign_in(self, name="Bu Camat"):
        """Give name and password: the status of the answer."""
        token = self.ask("/admin/login").page.select_one("[name=csrf_token]")["value"]
        status = self.ask(
            "/admin/login", {"csrf_token": token, "username": name, "password": PASSWORD}
        ).status
        self.token = (
            self.ask("/admin/comments").page.select_one("[name=csrf_token]")["value"]
            if status == 303
            else ""
        )
        return status

    def do(self, path, data, **headers):
        """Send a form of the office."""
        return self.ask(path, {"csrf_token": self.token, **data}, **headers)

    def upload(self, content=PHOTOGRAPH, name="foto.jpg"):
        """Send a picture as the library's script does."""
        body, line = io.BytesIO(), "--batas\r\n"
        body.write(
            f"{line}Content-Disposition: form-data; "
            f'name="csrf_token"\r\n\r\n{self.token}\r\n'.encode()
        )
        body.write(
            f'{line}Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
            + content
        )
        body.write(b"\r\n--batas--\r\n")
        given = {
            "Content_Type": "multipart/form-data; boundary=batas",
            "Accept": "application/json",
        }
        return self.ask("/admin/pictures", body.getvalue(), **given)


@dataclass
class House:
    """A site in a folder: looked at from inside while nothing runs, and served."""

    instance: Path
    settings: dict = field(default_factory=dict)
    said: str = ""  # by the server that ran last, in its log

    @property
    def database(self):
        """Its file."""
        return self.instance / "site.db"

    def inside(self, work):
        """Do something in the site's database, and leave no connection to it behind."""
        app = create_app({"INSTANCE": self.instance, **SETTINGS, **self.settings})
        with app.app_context(), app.test_request_context():
            try:
                return work(app)
            finally:
                db.session.remove()
                db.engine.dispose()

    def furnish(self):
        """An article with comments, an officer, and a picture that the article shows."""

        def work(app):
            account("Bu Camat", Role.ADMIN)
            key = uploads.take(
                app.config["PNPM"], "Bu Camat", io.BytesIO(PHOTOGRAPH), "balai.jpg"
            ).key
            body = (
                f'<p>Air surut.</p><figure><img src="pictures/{key}/800.jpg" alt="Balai"></figure>'
            )
            article = publish("Banjir", datetime(2012, 12, 20, tzinfo=UTC), body=body)
            write(article, app, *[f"sebelumnya {number}" for number in range(COMMENTS)])
            return f"/pictures/{key}/800.jpg"

        self.picture = self.inside(work)
        return self

    def bodies(self):
        """The texts of all comments that are kept, read by nothing but SQLite, once the database is
        known to be whole.
        """
        with closing(sqlite3.connect(self.database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            counted = connection.execute("SELECT comment_count FROM article").fetchone()[0]
            shown = [
                body
                for (body,) in connection.execute(
                    "SELECT body FROM comment WHERE status = 'published' ORDER BY id"
                )
            ]
            assert counted == len(shown)
            return shown

    def numbers(self, like):
        """Of the comments whose texts are like that."""
        with closing(sqlite3.connect(self.database)) as connection:
            return [
                number
                for (number,) in connection.execute(
                    "SELECT id FROM comment WHERE body LIKE ?", [like]
                )
            ]

    def is_whole(self):
        """The log's chain holds, and every picture that is known has all its files, none of them
        empty.

        A folder that no picture came of, or a half filled one, is what a kill may leave: the
        housekeeping sweeps it.
        """
        assert self.inside(lambda app: break_in_chain()) is None
        with closing(sqlite3.connect(self.database)) as connection:
            known = {key for (key,) in connection.execute("SELECT key FROM picture")}
        folders = {folder.name: folder for folder in (self.instance / "pictures").glob("??/*")}
        assert known <= set(folders)
        assert all(file.stat().st_size for key in known for file in folders[key].iterdir())
        return all(len(list(folders[key].iterdir())) % 2 == 0 for key in known)

    @contextmanager
    def served(self, prefix=(), workers=2, program=TOP):
        """The site on gunicorn, asked once it answers whatever; a visitor to it. `prefix` is what
        runs it: setpriv, prlimit.
        """
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        given = {
            "INSTANCE": self.instance,
            "COMMENT_LIMIT": "off",
            "COMMENT_MIN_SECONDS": "0",
            "MODERATION": "off",
        }
        given |= {"SECRET_KEY": SETTINGS["SECRET_KEY"], **self.settings}
        environment = os.environ | {f"PNPM_{name}": str(value) for name, value in given.items()}
        environment |= {
            "PYTHONPATH": next(path for path in sys.path if path.endswith("site-packages"))
        }
        python = "/usr/bin/python3" if prefix[:1] == UNPRIVILEGED[:1] else sys.executable
        command = [
            *prefix,
            python,
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            str(workers),
            "--no-control-socket",
        ]
        self.url, self.log = (
            f"http://127.0.0.1:{port}",
            Path(tempfile.gettempdir()) / f"calamity-{port}.log",
        )
        with self.log.open("w") as log:
            server = subprocess.Popen(
                [*command, "wsgi:app"], cwd=program, env=environment, stdout=log, stderr=log
            )
            try:
                _wait_for(f"{self.url}/healthz", server)
                yield Visitor(self.url)
            finally:
                server.terminate()
                server.wait(30)
                self.said = self.log.read_text()
                self.log.unlink()

    def workers(self):
        """The processes that answer."""
        pids = re.findall(r"Booting worker with pid: (\d+)", self.log.read_text())
        return [int(pid) for pid in pids if Path(f"/proc/{pid}").exists()]


def _wait_for(url, server):
    """Until the server answers, whatever it says."""
    for _ in range(300):
        if server.poll() is not None:
            raise AssertionError("the server ended")
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(url)


@pytest.fixture
def house(instance):
    """A furnished site on the ordinary disk."""
    return House(instance).furnish()


@dataclass
class Disk:
    """A small disk of its own, with a site on it."""

    folder: Path

    @property
    def filler(self):
        """What takes the rest of it."""
        return self.folder / "filler"

    def fill(self):
        """Fill it to the last byte."""
        for size in (65536, 1):
            with self.filler.open("ab", buffering=0) as file, suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass

    def free(self):
        """Give the room back."""
        self.filler.unlink()


@pytest.fixture
def disk(tmp_path):
    """A disk of 8 MB."""
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=8m", "tmpfs") as folder:
        yield Disk(folder)


@pytest.fixture
def on_disk(disk, new_instance):
    """A furnished site on it."""
    with new_instance(disk.folder / "instance") as folder:
        yield House(folder).furnish()


def readable(visitor, house, *more):
    """Readers read everything: articles, pictures, what pages are made of."""
    page = visitor.ask(ARTICLE)
    style = page.page.select_one("link[rel=stylesheet]")["href"]
    statuses = {
        path: visitor.ask(path).status for path in (FRONT, ARTICLE, house.picture, style, *more)
    }
    assert set(statuses.values()) == {200}, statuses
    assert len(page.page.select(".comment")) >= COMMENTS
    return page


def is_plain(answer, *words):
    """A page that says in these words what is wrong, and nothing of our insides."""
    assert answer.status == 503, answer.words
    assert all(word in answer.words for word in words), answer.words
    assert not any(
        inside in answer.text for inside in ("Traceback", "sqlite", "Error", "/instance/")
    )
    assert answer.headers["Cache-Control"] == "no-store"
    return True


def typed(answer):
    """What the page gives back of what was typed, by field."""
    texts = answer.page.select("textarea[name]")
    return {text["name"]: text.text.removeprefix("\n") for text in texts}
