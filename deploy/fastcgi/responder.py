"""A FastCGI responder for one process with one thread, after the FastCGI Specification 1.0
(fastcgi-archives.github.io).

The server starts it with a listening socket for its standard input. Ours, since what PyPI has is
from 2018 or needs a compiler.
"""

import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from wsgiref.handlers import BaseCGIHandler

HEADER = struct.Struct("!BBHHBx")  # version, type, request, length of the content, of the padding
BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, GET_VALUES, GET_VALUES_RESULT, UNKNOWN = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    9,
    10,
    11,
)
RESPONDER, KEEP_CONNECTION = 1, 1
COMPLETE, OVERLOADED, UNKNOWN_ROLE = 0, 2, 3
LARGEST = 0xFFF8  # bytes of content in a record of ours
IN_MEMORY = 1 << 20  # bytes of a request's body; more lie in a file
VALUES = {b"FCGI_MAX_CONNS": b"1", b"FCGI_MAX_REQS": b"1", b"FCGI_MPXS_CONNS": b"0"}


class Closed(Exception):
    """The server has ended the conversation."""


class Out:
    """What is written to it goes to the server as a stream of records."""

    def __init__(self, connection: socket.socket, kind: int, request: int):
        self.connection, self.kind, self.request = connection, kind, request

    def write(self, content: bytes | str) -> None:
        """Send it now. BrokenPipeError if nobody listens any more."""
        content = content.encode() if isinstance(content, str) else content
        for begin in range(0, len(content), LARGEST):
            _send(self.connection, self.kind, self.request, content[begin : begin + LARGEST])

    def flush(self) -> None:
        """It has been sent."""


def serve(application: Callable, script: str = "") -> None:
    """Answer one request after another until the server says that it is enough. `script` is left
    out of the site's address.
    """
    listening = socket.socket(fileno=0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # ends an idle process at once
    while True:
        connection, _address = listening.accept()
        with connection, suppress(Closed, ConnectionError):
            while _answer(connection, listening, application, script):
                pass


def _answer(connection, listening, application, script):
    """Answer one request; whether another comes over this connection.

    A process that is told to end meanwhile listens no more before it says that it is free, or the
    server would send it another.
    """
    with SpooledTemporaryFile(IN_MEMORY) as body:
        request, keep, environ = _request(connection, body)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "").removesuffix(script)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # until it has answered
        try:
            out, errors = (Out(connection, kind, request) for kind in (STDOUT, STDERR))
            BaseCGIHandler(body, out, errors, environ, multithread=False, multiprocess=True).run(
                application
            )
            if signal.SIGTERM in signal.sigpending():
                listening.close()
            _end(connection, request, COMPLETE)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    return keep


def _request(connection, body):  # noqa: C901 - a record of the protocol, branch by branch
    """The next request: its number, whether to keep the connection, its variables; what it sends
    goes into `body`.
    """
    current, keep, params = None, False, b""
    for kind, request, content in _records(connection):
        if kind == BEGIN and current is None:
            role, flags = struct.unpack_from("!HB", content)
            current, keep = (
                (request, bool(flags & KEEP_CONNECTION)) if role == RESPONDER else (None, False)
            )
            if current is None:
                _end(connection, request, UNKNOWN_ROLE)
        elif kind == BEGIN:
            _end(connection, request, OVERLOADED)  # we said that we do not mix requests
        elif request == 0:
            _manage(connection, kind, content)
        elif request != current:
            continue  # of one that was refused
        elif kind == ABORT:
            raise Closed
        elif kind == PARAMS:
            params += content
        elif kind == STDIN and content:
            body.write(content)
        elif kind == STDIN:
            body.seek(0)
            return (
                current,
                keep,
                {name.decode("latin-1"): value.decode("latin-1") for name, value in _pairs(params)},
            )
    raise Closed


def _records(connection) -> Iterator[tuple[int, int, bytes]]:
    while True:
        _version, kind, request, length, padding = HEADER.unpack(_read(connection, HEADER.size))
        yield kind, request, _read(connection, length + padding)[:length]


def _read(connection, count):
    content = b""
    while len(content) < count:
        more = connection.recv(count - len(content))
        if not more:
            raise Closed
        content += more
    return content


def _pairs(content):
    """The pairs of names and values; a length is one byte, or four of which the first has its
    highest bit set.
    """
    at = 0
    while at < len(content):
        lengths = []
        for _ in range(2):
            wide = content[at] & 0x80
            lengths.append(
                struct.unpack_from("!I", content, at)[0] & 0x7FFFFFFF if wide else content[at]
            )
            at += 4 if wide else 1
        name, value = (at, at + lengths[0]), (at + lengths[0], at + sum(lengths))
        yield content[slice(*name)], content[slice(*value)]
        at = value[1]


def _manage(connection, kind, content):
    """What the server asks or says of no request."""
    if kind == GET_VALUES:
        asked = [(name, VALUES[name]) for name, _value in _pairs(content) if name in VALUES]
        answer = b"".join(bytes((len(name), len(value))) + name + value for name, value in asked)
        _send(connection, GET_VALUES_RESULT, 0, answer)
    else:
        _send(connection, UNKNOWN, 0, bytes((kind, *bytes(7))))


def _end(connection, request, status):
    """Ends the answer, its streams too."""
    _send(connection, STDOUT, request, b"")
    _send(connection, END, request, struct.pack("!IB3x", 0, status))


def _send(connection, kind, request, content):
    padding = -len(content) % 8
    connection.sendall(
        HEADER.pack(1, kind, request, len(content), padding) + content + bytes(padding)
    )
