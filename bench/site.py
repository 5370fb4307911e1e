"""A site to measure: an instance of its own on the real disk, with long threads, and gunicorn in
front of it.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pnpm import create_app
from pnpm.articles.models import Article
from pnpm.cli import demo
from pnpm.comments.models import Submission
from pnpm.comments.rules import Verdict
from pnpm.comments.submission import store
from pnpm.db import begin_writing, db
from pnpm.markup.sanitizer import article_html, comment_html

from . import words
from .budget import Unmeasured

TOP = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
WORKERS = 2
START_SECONDS = 20
MOMENT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
BODIES = 500  # different ones in the long thread: it is the number of rows that is measured there
SETTINGS = {"PNPM_COMMENT_LIMIT": "off"}  # every comment comes from one address


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """Its root, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def get(self, path: str, **headers: str) -> tuple[dict[str, str], bytes]:
        """The headers and the body as they come over the wire; Unmeasured if the answer is not
        200.
        """
        return self._ask("GET", path, None, headers, 200)

    def post(self, path: str, form: str, **headers: str) -> tuple[dict[str, str], bytes]:
        """The same of the answer to a form; Unmeasured if it is not 201."""
        return self._ask(
            "POST",
            path,
            form,
            {"Content_Type": "application/x-www-form-urlencoded", **headers},
            201,
        )

    def _ask(self, method, path, form, headers, status):
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        connection.request(
            method, path, form, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        body = response.read()
        connection.close()
        if response.status != status:
            raise Unmeasured(f"{path} answers {response.status}")
        return dict(response.getheaders()), body


def environment(instance: Path) -> dict[str, str]:
    """The settings of the measured site, and nothing of what the caller has set for another."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PNPM_")}
    return own | SETTINGS | {"PNPM_INSTANCE": str(instance)}


def prepare(instance: Path, **threads: int) -> dict[str, str]:
    """Make the site, an article for each of `threads` with that many comments (of the one named
    `replies`, all under its first), and give each one's path.
    """
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "init"]
    made = subprocess.run(
        command,
        cwd=TOP,
        env=environment(instance),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if made.returncode:
        raise Unmeasured(f"flask init: {made.stderr.strip()[-300:]}")
    for name in set(os.environ) - set(environment(instance)):
        # or the comments would go to the database that PNPM_DATABASE_URL names
        del os.environ[name]
    app = create_app({"INSTANCE": str(instance), "COMMENT_LIMIT": "off", "MODERATION": "off"})
    with app.app_context():
        begin_writing()
        paths = {name: _thread(app.config["PNPM"], name, count) for name, count in threads.items()}
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return paths


@contextmanager
def serve(application: str, instance: Path, **more: str) -> Iterator[Server]:
    """gunicorn with two sync workers for that WSGI application, stopped at the end."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        str(WORKERS),
        "--worker-class",
        "sync",
    ]
    command += ["--no-control-socket", "--log-level", "error", application]
    process = subprocess.Popen(command, cwd=TOP, env=environment(instance) | more)
    try:
        wait_for(process, port)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _thread(config, name, count):
    body = (demo.FOLDER / demo.ARTICLES[0][0]).read_text("utf-8")
    title = demo.ARTICLES[0][1]
    article = Article.publish(
        title=title,
        body=body,
        html=article_html(body),
        moment=MOMENT,
        slug=f"latar-belakang-{name}",
    )
    db.session.flush()
    connection = db.session.connection()
    written = [(one, comment_html(one.body)) for one in words.comments(min(count, BODIES))]
    first = None
    for number in range(count):
        one, html = written[number % len(written)]
        moment = MOMENT + timedelta(minutes=7 * number)
        stored = store(
            connection,
            article.id,
            Submission(one.name, "", one.website, one.body, html, nonce=str(number), parent=first),
            HOST,
            config,
            Verdict([]),
            moment,
        )
        if name == "replies":
            first = first or stored.comment.id
    db.session.flush()
    return "/{year}/{month:02}/{slug}.html".format(**article.address(config.timezone))


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


def wait_for(process: subprocess.Popen, port: int) -> None:
    """Until that server accepts connections; Unmeasured if it does not."""
    for _attempt in range(START_SECONDS * 10):
        if process.poll() is not None:
            raise Unmeasured(f"gunicorn ended with {process.returncode}")
        with socket.socket() as attempt:
            if attempt.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise Unmeasured(f"gunicorn did not answer in {START_SECONDS} s")
