"""A site behind web servers of many kinds: a real gunicorn, and small ones in a thread that spoil
what the site answers.
"""

import re
import socketserver
import ssl
import subprocess
import threading
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest

from pnpm import create_app
from pnpm.accounts.models import Role
from pnpm.db import db
from pnpm.diagnostics.probe.client import Client
from pnpm.diagnostics.probe.visit import Visit
from pnpm.diagnostics.results import of
from tests.browser.conftest import PASSWORD, free_port, served

ADMIN, MODERATOR = "Bu Camat", "Rudi"
ARTICLE = r"/\d{4}/\d{2}/.*\.html"


@pytest.fixture(scope="session")
def site(new_instance, tmp_path_factory):
    """A site with an article and officers, as gunicorn serves it under its own address."""
    port = free_port()
    with (
        new_instance(tmp_path_factory.mktemp("inspected") / "instance") as folder,
        served(folder, port=port, SITE_URL=f"http://127.0.0.1:{port}") as site,
    ):
        site.officer(ADMIN, Role.ADMIN)
        site.officer(MODERATOR, Role.MODERATOR)
        site.article("Latar Belakang", "Bagus sekali :))")
        yield site


@pytest.fixture
def program(site):
    """The same site as a WSGI application of its own, with other settings:
    `program(SITE_URL="https://desa.example")`.
    """
    made = []

    def program(**settings):
        kept = site.app.config["PNPM"]
        given = {
            "INSTANCE": kept.instance,
            "SECRET_KEY": kept.secret_key,
            "COMMENT_LIMIT": "off",
            **settings,
        }
        made.append(create_app(given))
        return made[-1]

    yield program
    for app in made:
        with app.app_context():
            db.engine.dispose()


class Quiet(WSGIRequestHandler):
    """Writes no log."""

    def log_message(self, *_said):
        pass


class Threading(socketserver.ThreadingMixIn, WSGIServer):
    """Answers several at once, as the connection that checks plain http comes beside others."""

    daemon_threads = True

    def handle_error(self, *_who):
        """Who asks stops reading where it has enough."""


@pytest.fixture
def serve():
    """Serve a WSGI application in a thread; its address: `serve(application, host="127.0.0.1",
    port=0, certificate=None)`.
    """
    servers = []

    def serve(application, host="127.0.0.1", port=0, certificate=None):
        server = Threading((host, port), Quiet)
        server.set_app(application)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"{'https' if certificate else 'http'}://{host}:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A key and a certificate of our own for 127.0.0.1 and 127.0.0.3, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    names = "subjectAltName=IP:127.0.0.1,IP:127.0.0.3"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=site",
        "-addext",
        names,
    ]
    subprocess.run(
        [*made, "-keyout", folder / "key", "-out", folder / "cert"], check=True, capture_output=True
    )
    both = folder / "both"
    both.write_bytes((folder / "key").read_bytes() + (folder / "cert").read_bytes())
    return both


@pytest.fixture
def find():
    """What these checks find at an address, by the check's name: `find(url, reading.health,
    account="Rudi", ca=…)`.
    """

    def find(url, *checks, account=ADMIN, password=PASSWORD, ca=None, seconds=10):
        visit = Visit(Client(url, ca, seconds), account, password)
        return {finding.check: finding for finding in of(checks, visit)}

    return find


@pytest.fixture
def behind(program, serve):
    """The address of the site behind a web server that spoils its answers: `behind(path,
    status=…)`.
    """

    def behind(*path, knows_its_address=True, **faults):
        port = free_port()
        app = program(**({"SITE_URL": f"http://127.0.0.1:{port}"} if knows_its_address else {}))
        return serve(spoiled(app, *path, **faults), port=port)

    return behind


@contextmanager
def listening(answer):
    """A server below HTTP: every connection that comes is given to `answer`; its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(4096)
            try:
                answer(self.request)
            except OSError:  # who asked has gone
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, allow_reuse_address = True, True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def spoiled(
    application, path=".*", method="GET", status=None, drop=(), add=(), body=None, asked=()
):
    """`application` behind a web server that spoils some answers: another status, headers dropped
    and added, another body.

    `asked` is what it makes of the request before it asks: names and values of the environment,
    None to drop one.
    """

    def spoiling(environ, start_response):
        if environ["REQUEST_METHOD"] != method or not re.fullmatch(path, environ["PATH_INFO"]):
            return application(environ, start_response)
        for name, value in dict(asked).items():
            environ.pop(name, None) if value is None else environ.update({name: value})
        given, headers, content = answered(application, environ)
        kept = [(name, value) for name, value in headers if name.lower() not in drop]
        start_response(status or given, kept + list(add))
        return [content if body is None else body(content) if callable(body) else body]

    return spoiling


def answered(application, environ):
    """What an application answers: status, headers, body."""
    kept = []
    pieces = application(environ, lambda status, headers, *_more: kept.extend((status, headers)))
    content = b"".join(pieces)
    if hasattr(pieces, "close"):
        pieces.close()
    return *kept, content
