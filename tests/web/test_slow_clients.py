"""Clients that stall hold up nobody, where no server between takes in slow forms first: `make run`,
the container.
"""

import socket
from contextlib import ExitStack

import pytest

from tests.browser.conftest import served
from tests.db.test_concurrency import form_of, post

# far more than processes, connections to a database and threads that one would set by habit
STALLED = 40


@pytest.fixture
def site(instance):
    with served(instance, config="deploy/gunicorn.py", MODERATION="off") as site:
        yield site


def stalled(port, path, kind):
    """A connection that sends a part of a request and no more."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
        "application/x-www-form-urlencoded\r\n"
    )
    sent = {"headers": head, "form": f"{head}Content-Length: 1000\r\n\r\nbody=halo", "nothing": ""}[
        kind
    ]
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(sent.encode())
    return client


@pytest.mark.system
@pytest.mark.parametrize("kind", ["headers", "form", "nothing"])
def test_a_reader_and_a_comment_are_answered_while_many_stall(site, kind):
    address = site.article("Pelan")
    form, port = form_of(address), int(site.url.rpartition(":")[2])
    with ExitStack() as clients:
        for path in (address.removeprefix(site.url), "/admin/login") * (STALLED // 2):
            clients.enter_context(stalled(port, path, kind))
        assert form_of(address)
        assert post(address, {**form, "body": "halo"}).status == 201
