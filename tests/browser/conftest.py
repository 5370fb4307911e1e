"""A real server and a real Chromium, for what only a browser can show."""

import io
import os
import secrets
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pnpm import create_app
from pnpm.accounts.models import User
from pnpm.articles.actions import write as write_article
from pnpm.articles.models import Article, Status
from pnpm.audit.models import ChangeSet
from pnpm.comments import moderation
from pnpm.comments.models import Comment, Submission
from pnpm.comments.rules import Verdict
from pnpm.comments.spam import HoldReason
from pnpm.comments.submission import store
from pnpm.db import db, transaction
from pnpm.markup.sanitizer import comment_html
from pnpm.media import uploads
from tests import filtered
from tests.conftest import SETTINGS, TOP, dispose, missing, publish, write

# Debian's build without windows does the same for two thirds of the processor's time
CHROMIUMS = "chromium-headless-shell", "chromium"
PASSWORD = "empat kata yang biasa"
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}
# What one does is tried as most readers and officers do it; what it looks like, on both; and what
# a checker finds, with each of both sizes and colour schemes once.
ON_A_PHONE = pytest.mark.parametrize("viewport", [PHONE], ids=["phone"])
PHONE_AND_DESK = pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
LOOKS = pytest.mark.parametrize(
    ("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["light phone", "dark desk"]
)
# where the guides' pictures are wanted; else they are only compared in size
SCREENSHOTS = os.environ.get("SCREENSHOTS")
# Every report of the Content-Security-Policy, kept where the test can count them.
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Site:
    """A served site: its address, and its app for writing into the same database."""

    url: str
    app: object

    def article(self, title, *comments, body="<p>Isi artikel.</p>", name="", **more):
        """Publish an article with comments of somebody of that name; its whole address."""
        with self.app.app_context(), self.app.test_request_context():
            article = publish(title, body=body, **more)
            write(article, self.app, *comments, name=name)
            address = article.address(self.app.config["PNPM"].timezone)
            db.session.remove()
        return f"{self.url}/{address['year']}/{address['month']:02}/{address['slug']}.html"

    def written(self, title, body, **changes):
        """The same as the office does it, with its pictures and labels."""
        with self.app.app_context():
            with transaction():
                article = write_article(
                    ChangeSet("Bu Camat"), None, title, body, Status.PUBLISHED, **changes
                )
            address = article.address(self.app.config["PNPM"].timezone)
            db.session.remove()
        return f"{self.url}/{address['year']}/{address['month']:02}/{address['slug']}.html"

    def picture(self, data, name="foto.jpg"):
        """A picture taken in, as an upload is; how an article's source shows it."""
        with self.app.app_context():
            key = uploads.take(self.app.config["PNPM"], "Bu Camat", io.BytesIO(data), name).key
            db.session.remove()
        return (
            f'<figure><img src="pictures/{key}/800.jpg" alt="Warga"><figcaption>Warga di '
            "kantor camat</figcaption></figure>"
        )

    def comments(self, address):
        """How many comments the article at that address shows."""
        with self.app.app_context():
            count = self._at(address).comment_count
            db.session.remove()
        return count

    def officer(self, name, role):
        """An account of the office; its password is PASSWORD."""
        with self.app.app_context():
            with transaction():
                User.add(name, role, PASSWORD)
            db.session.remove()

    def add(self, address, *bodies, name="", parent=None):
        """Publish comments under the article at that address, past every rule; with `parent` as
        replies to that comment.
        """
        with self.app.app_context(), self.app.test_request_context():
            write(self._at(address), self.app, *bodies, name=name, parent=parent)
            db.session.remove()

    def first(self, address):
        """The number of the first comment under the article at that address."""
        with self.app.app_context():
            query = select(func.min(Comment.id)).where(Comment.article_id == self._at(address).id)
            number = db.session.scalar(query)
            db.session.remove()
        return number

    def reply(self, address, count):
        """Publish so many replies to the article's first comment."""
        bodies = [f"balasan {number}" for number in range(count)]
        self.add(address, *bodies, parent=self.first(address))

    def hold(self, address, *comments, sender="192.0.2.7"):
        """Comments that wait under the article at that address, each a name and a text; their
        numbers.
        """
        waits = Verdict([HoldReason.POLICY.value])
        config, numbers = self.app.config["PNPM"], []
        with self.app.app_context(), self.app.test_request_context():
            article = self._at(address)
            for name, body in comments:
                draft = Submission(
                    name, "", "", body, comment_html(body), nonce=secrets.token_hex(8)
                )
                with transaction():
                    numbers.append(
                        store(
                            db.session.connection(), article.id, draft, sender, config, waits
                        ).comment.id
                    )
            db.session.remove()
        return numbers

    def send(self, address, *bodies, name="", sender="192.0.2.8"):
        """Comments as the spam filter judges them when they come, under the article at that
        address; their numbers.
        """
        with self.app.app_context(), self.app.test_request_context():
            sent = filtered.send(self._at(address), self.app, *bodies, name=name, address=sender)
            numbers = [comment.id for comment in sent]
            db.session.remove()
        return numbers

    def move(self, status, *numbers):
        """Let an officer give these comments a status."""
        with self.app.app_context():
            with transaction():
                moderation.move(numbers, status, ChangeSet("Rudi"))
            db.session.remove()

    def _at(self, address):
        slug = address.rpartition("/")[2].removesuffix(".html")
        return db.session.scalars(Article.published().where(Article.slug == slug)).one()

    def close(self, address):
        """Close the article's comments."""
        with self.app.app_context():
            with transaction():
                self._at(address).set_policy(comments_open=False, moderation=None, close_after=None)
            db.session.remove()


def free_port():
    """A port of the loopback that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def served(instance, check="/healthz", port=None, config=None, **settings):
    """Serve the site in `instance` with two gunicorn workers on that port of the loopback, once it
    answers `check`.
    """
    port = port or free_port()
    given = {
        "INSTANCE": str(instance),
        "SECRET_KEY": SETTINGS["SECRET_KEY"],
        "COMMENT_LIMIT": "off",
        **settings,
    }
    environment = os.environ | {f"PNPM_{name}": value for name, value in given.items()}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--no-control-socket",
        *(("--config", config) if config else ()),
        "wsgi:app",
    ]
    with (Path(instance) / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=TOP, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}{check}")
            site = Site(f"http://127.0.0.1:{port}", create_app(given))
            yield site
            dispose(site.app)
        finally:
            server.terminate()
            server.wait(20)


def wait_for(url):
    """Until the server answers."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture(scope="session")
def serve(new_instance, tmp_path_factory):
    """Serve a site of its own: `with serve(MODERATION="all") as site`."""

    @contextmanager
    def serve(**settings):
        with (
            new_instance(tmp_path_factory.mktemp("served") / "instance") as folder,
            served(folder, **settings) as site,
        ):
            yield site

    return serve


@pytest.fixture(scope="session")
def site(serve):
    """The site that most browser tests share."""
    with serve(COMMENT_MIN_SECONDS="0") as site:
        yield site


@pytest.fixture(scope="session")
def site_through():
    """A site whose addresses lead through a line (`tests/unreliable_proxy.py`): `site_through(proxy, site)`.

    with unreliable_proxy(site.url, seed=3) as proxy:
        page = open_page(site_through(proxy, site).article("Lewat sambungan buruk"))
    """

    def site_through(proxy, site):
        return replace(site, url=proxy.url)

    return site_through


@pytest.fixture(scope="session")
def browser():
    """Chromium, for the session."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        packages = "chromium-headless-shell fonts-dejavu-core fonts-noto-color-emoji"
        missing("chromium", f"apt-get install {packages}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def source_of(page):
    """The page's HTML, once all of it has come: who clicked, and saw its heading, is earlier."""
    page.wait_for_load_state()
    return page.content()


@pytest.fixture
def open_page(browser):
    """Open a page in a browser of its own: `open_page(address, viewport=PHONE,
    java_script_enabled=False)`.

    When the test ends, no script has failed and nothing has been against the
    Content-Security-Policy.
    """
    contexts, faults = [], []

    def open_page(address, **options):
        # Without the service worker, which comes after the page and keeps things between a test's
        # steps; who is about it says service_workers="allow".
        usual = {"viewport": PHONE, "locale": "id-ID", "service_workers": "block"}
        context = browser.new_context(**usual | options)
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        contexts.append((context, page, options.get("java_script_enabled", True)))
        page.goto(address)
        return page

    yield open_page
    for context, page, scripted in contexts:
        if scripted and not page.is_closed():
            faults += page.evaluate("window.violations || []")
        context.close()
    assert faults == []


@pytest.fixture
def open_without_time(open_page):
    """Open a page whose clock stands still until `page.clock.run_for(milliseconds)`."""

    def open_without_time(address):
        page = open_page("about:blank")
        page.clock.install()
        page.goto(address)
        page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 5)
        return page

    return open_without_time


@pytest.fixture(scope="module")
def sessions():
    """The cookies of those who are signed in, by their names."""
    return {}


@pytest.fixture
def enter(site, open_page, sessions):
    """Sign in and open a page of the office: `enter("/admin/comments", "Rudi", viewport=DESK)`.

    Who was signed in by another test of the file is so still, unless a session of its own (`anew`)
    is asked for.
    """

    def enter(path="/admin/", name="Bu Camat", anew=False, **options):
        if name in sessions and not anew:
            page = open_page(f"{site.url}{path}", storage_state=sessions[name], **options)
            if not page.locator("#login-form").count():
                return page
            page.goto(f"{site.url}{path}")  # that session was ended
        else:
            page = open_page(f"{site.url}{path}", **options)
        page.fill("#username", name)
        page.fill("#password", PASSWORD)
        page.click("#login-form button[type=submit]")
        page.wait_for_url(f"{site.url}{path}")
        sessions[name] = {"cookies": page.context.cookies(), "origins": []}
        return page

    return enter


@pytest.fixture(scope="session")
def axe():
    """axe-core's rules of WCAG 2.2 AA and its best practices, on a page: what it finds."""
    source = TOP / ".tools/node_modules/axe-core/axe.min.js"
    if not source.is_file():
        missing("axe-core", "install npm, then `make test`")
    script = source.read_text()

    def run(page):
        page.wait_for_load_state()  # who clicked has only seen that the next page begins
        page.evaluate(script)
        found = page.evaluate("axe.run().then((results) => results.violations)")
        return [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found]

    return run


@pytest.fixture
def picture(request, tmp_path):
    """Take a picture of the screen for the guide that the module names, as one sees it:
    `picture(page, "masuk")`.
    """

    def take(page, name):
        page.wait_for_timeout(300)  # what fades in is there then
        guide = request.module.GUIDE
        path = tmp_path / f"{guide.stem}-{name}.png"
        page.screenshot(path=path)
        if SCREENSHOTS:
            (TOP / SCREENSHOTS / path.name).write_bytes(path.read_bytes())
        assert size(guide.with_name(path.name)) == size(path), "make screenshots"
        assert f"({path.name})" in guide.read_text()

    return take


def size(path):
    """Width and height of a PNG."""
    return struct.unpack(">II", path.read_bytes()[16:24])
