"""Bodies that cannot be read, sent to the servers that hand them to us: refused, and not an error
of ours.
"""

import socket
import sys

import pytest

from tests.conftest import TOP

from .servers import HOST, free_port, running

SERVERS = {
    "gunicorn": [
        "-m",
        "gunicorn",
        "--bind",
        f"{HOST}:{{port}}",
        "--workers",
        "1",
        "--no-control-socket",
        "wsgi:app",
    ],
    "Werkzeug": ["-m", "flask", "--app", "wsgi", "run", "--host", HOST, "--port", "{port}"],
}
KINDS = ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
# Each is a size in hex, a line end, so many bytes, a line end (RFC 9112, 7.1), with something wrong
# in it.
BROKEN = {
    "no number": b"zz\r\nabc\r\n0\r\n\r\n",
    "negative": b"-1\r\nabc\r\n0\r\n\r\n",
    "Python's own digits": b"1_0\r\nab\r\n0\r\n\r\n",
    "no ASCII": b"\xff\r\nab\r\n0\r\n\r\n",
    "more than its size": b"3\r\nabcdef\r\n0\r\n\r\n",
    "a size without an end": b"1" * 9000,
    "enormous": b"F" * 20 + b"\r\nabc\r\n0\r\n\r\n",
    "cut off": b"5\r\nab",
    "nothing": b"",
}


@pytest.fixture(scope="module", params=SERVERS)
def port(request, new_instance, tmp_path_factory):
    """Where that server serves a site of its own."""
    folder, found = tmp_path_factory.mktemp("served"), free_port()
    command = [sys.executable, *(part.format(port=found) for part in SERVERS[request.param])]
    with (
        new_instance(folder / "instance") as instance,
        running(
            command,
            folder,
            found,
            cwd=TOP,
            env={"PATH": "/usr/bin:/bin", "PNPM_INSTANCE": str(instance)},
        ),
    ):
        yield found


def answer(port, path, kind, body):
    """The status of the answer to that body; 0 for none."""
    headers = (
        f"Host: {HOST}:{port}\r\nContent-Type: {kind}\r\nTransfer-Encoding: "
        "chunked\r\nConnection: close\r\n\r\n"
    )
    head = f"POST {path} HTTP/1.1\r\n{headers}"
    with socket.create_connection((HOST, port), timeout=60) as line:
        line.sendall(head.encode() + body)
        line.shutdown(socket.SHUT_WR)
        came = line.makefile("rb").readline().split()
    return int(came[1]) if came else 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BROKEN)
def test_a_body_in_broken_chunks_is_refused(port, name, kind):
    assert answer(port, "/admin/login", kind, BROKEN[name]) in (400, 413)


def test_one_in_good_chunks_is_read(port):
    sent = "body=Halo"
    # it has no token
    assert (
        answer(port, "/admin/login", KINDS[0], f"{len(sent):x}\r\n{sent}\r\n0\r\n\r\n".encode())
        == 400
    )
