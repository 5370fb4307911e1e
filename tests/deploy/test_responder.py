"""The FastCGI responder, spoken to as the specification says a web server may speak, byte by
byte.
"""

import os
import signal
import socket
import struct
import subprocess
import sys
from time import sleep

import pytest

from deploy.fastcgi import responder
from tests.conftest import TOP

# What it serves: says what it was sent. Under /slow it takes its time.
PROGRAM = """
import hashlib, time
from deploy.fastcgi.responder import serve

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/slow":
        print("slow", file=environ["wsgi.errors"], flush=True)
        time.sleep(0.5)
    start_response("200 OK", [("Content-Type", "text/plain")])
    told = environ["SCRIPT_NAME"], environ["PATH_INFO"], len(environ["LONG"]), len(body), hashlib.sha256(body).hexdigest()
    return [" ".join(map(str, told)).encode()]

serve(application, script="/pnpm.fcgi")
"""


@pytest.fixture
def process(tmp_path):
    """The responder, as a web server starts it: with a listening socket for standard input."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        listening.listen()
        started = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=TOP, stdin=listening)
    yield started
    started.kill()
    started.wait()


@pytest.fixture
def server(process, tmp_path):
    """The web server's end of a connection."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(tmp_path / "socket"))
        yield connection


def send(connection, kind, content=b"", request=1):
    connection.sendall(responder.HEADER.pack(1, kind, request, len(content), 3) + content + b"pad")


def begin(connection, request=1, role=responder.RESPONDER, flags=0):
    send(connection, responder.BEGIN, struct.pack("!HB5x", role, flags), request)


def ask(connection, path="/", body=b"", request=1, flags=0):
    begin(connection, request, flags=flags)
    for name, value in (
        ("SCRIPT_NAME", "/blog/pnpm.fcgi"),
        ("PATH_INFO", path),
        ("LONG", "x" * 40_000),
        ("REQUEST_METHOD", "POST"),
    ):
        pair = struct.pack("!BI", len(name), len(value) | 0x80000000) + (name + value).encode()
        for half in (pair[:7], pair[7:]):  # a pair may stretch over records
            send(connection, responder.PARAMS, half, request)
    send(connection, responder.PARAMS, request=request)
    for at in range(0, len(body), 60_000):
        send(connection, responder.STDIN, body[at : at + 60_000], request)
    send(connection, responder.STDIN, request=request)


def records(connection):
    """What comes until the end of a request: kind, request, content."""
    for kind, request, content in responder._records(connection):
        yield kind, request, content
        if kind == responder.END:
            return


def answer(connection):
    return b"".join(
        content for kind, _request, content in records(connection) if kind == responder.STDOUT
    ).decode()


def test_a_request_of_many_records_is_answered(server):
    ask(server, "/a", body := os.urandom(1_500_000))
    head, _, told = answer(server).partition("\r\n\r\n")
    assert head.startswith("Status: 200 OK\r\n")
    assert told.split()[:4] == ["/blog", "/a", "40000", str(len(body))]
    assert server.recv(1) == b""


def test_a_connection_that_is_kept_takes_one_request_after_another(server):
    for request in (1, 2):
        ask(server, f"/{request}", request=request, flags=responder.KEEP_CONNECTION)
        assert f"/blog /{request} " in answer(server)


def test_it_says_what_it_can_and_what_it_does_not_know(server):
    send(server, responder.GET_VALUES, b"\x0f\x00FCGI_MPXS_CONNS\x04\x00WHAT", request=0)
    send(server, 77, request=0)
    found = responder._records(server)
    assert next(found) == (responder.GET_VALUES_RESULT, 0, b"\x0f\x01FCGI_MPXS_CONNS0")
    assert next(found) == (responder.UNKNOWN, 0, bytes((77, *bytes(7))))


def test_another_role_or_a_request_in_between_is_refused_and_the_first_is_answered(server):
    begin(server, request=3, role=2)
    begin(server, request=1)
    begin(server, request=2)
    send(server, responder.PARAMS, b"\x04\x00LONG\x09\x01PATH_INFO/\x0e\x04REQUEST_METHODPOST")
    send(server, responder.PARAMS)
    send(server, responder.STDIN)
    ended = {
        request: content[4]
        for _time in range(3)
        for kind, request, content in records(server)
        if kind == responder.END
    }
    assert ended == {3: responder.UNKNOWN_ROLE, 2: responder.OVERLOADED, 1: responder.COMPLETE}


def test_a_request_that_is_taken_back_or_cut_off_costs_nothing(server, process, tmp_path):
    begin(server)
    send(server, responder.ABORT)
    assert server.recv(1) == b""
    for _time in range(2):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(tmp_path / "socket"))
            begin(connection)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(tmp_path / "socket"))
        ask(connection)
        assert "Status: 200" in answer(connection)


def test_told_to_end_it_answers_first_and_listens_no_more(server, process, tmp_path):
    ask(server, "/slow")
    found = records(server)
    assert next(found)[0] == responder.STDERR  # it is at it
    process.send_signal(signal.SIGTERM)
    said = b"".join(content for kind, _request, content in found if kind == responder.STDOUT)
    assert b"/blog /slow " in said
    with socket.socket(socket.AF_UNIX) as connection:
        assert connection.connect_ex(str(tmp_path / "socket")) != 0
    assert process.wait(10) == 0


def test_told_to_end_while_nobody_asks_it_ends_at_once(server, process):
    ask(server)
    answer(server)
    sleep(0.2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
