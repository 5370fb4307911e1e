"""A FastCGI responder for one process with one thread, after the FastCGI Specification 1.0
(fastcgi-archives.github.io).

The server starts it with a listening socket as its standard input. It is our own, since what PyPI
has is from 2018 or needs a compiler.
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
BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = range(1, 8)
GET_VALUES, GET_VALUES_RESULT, UNKNOWN = range(9, 12)
RESPONDER, KEEP_CONNECTION = 1, 1
COMPLETE, OVERLOADED, UNKNOWN_ROLE = 0, 2, 3
LARGEST = 0xFFF8  # bytes of content in a record of ours
IN_MEMORY = 1 << 20  # bytes of a request's body; more lie in a file
VALUES = {b"FCGI_MAX_CONNS": b"1", b"FCGI_MAX_REQS": b"1", b"FCGI_MPXS_CONNS": b"0"}


class Closed(Exception):
    """The server has ended the conversation."""


class Out:
    """A file whose content goes to the server as a stream of records."""

    def __init__(self, connection: socket.socket, kind: int, request: int):
        self.connection, self.kind, self.request = connection, kind, request

    def write(self, content: bytes | str) -> None:
        """Send it at once. BrokenPipeError if nobody listens any more."""
        if isinstance(content, str):
            content = content.encode()
        for begin in range(0, len(content), LARGEST):
            _send(self.connection, self.kind, self.request, content[begin : begin + LARGEST])

    def flush(self) -> None:
        """Do nothing: everything has been sent already."""


def serve(application: Callable, script: str = "") -> None:
    """Answer one request after another until the server ends the process. `script` is left out of
    the site's address.
    """
    listening = socket.socket(fileno=0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # ends an idle process at once
    while True:
        connection, _address = listening.accept()
        with connection, suppress(Closed, ConnectionError):
            while _answer(connection, listening, application, script):
                pass


def _answer(connection, listening, application, script):
    """Answer one request; return whether another may come over this connection.

    A process that is told to end meanwhile stops listening before it says that it is free, or the
    server would send it another request.
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
    """Return the next request's number, whether to keep the connection, and its variables; write
    what it sends into `body`. Closed if the server aborts it.
    """
    current, keep, params = None, False, b""
    for kind, request, content in _records(connection):
        if kind == BEGIN and current is None:
            role, flags = struct.unpack_from("!HB", content)
            if role == RESPONDER:
                current, keep = request, bool(flags & KEEP_CONNECTION)
            else:
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
            pairs = _pairs(params)
            environ = {name.decode("latin-1"): value.decode("latin-1") for name, value in pairs}
            return current, keep, environ
    raise Closed


def _records(connection) -> Iterator[tuple[int, int, bytes]]:
    """Yield the kind, the request's number and the content of each record."""
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
    """Yield the pairs of names and values: both lengths come first, then the name, then the
    value.
    """
    at = 0
    while at < len(content):
        name_length, at = _length(content, at)
        value_length, at = _length(content, at)
        value_at = at + name_length
        yield content[at:value_at], content[value_at : value_at + value_length]
        at = value_at + value_length


def _length(content, at):
    """Return the length at that place, and the place after it: one byte, or four of which the first
    has its highest bit set.
    """
    if content[at] & 0x80:
        return struct.unpack_from("!I", content, at)[0] & 0x7FFFFFFF, at + 4
    return content[at], at + 1


def _manage(connection, kind, content):
    """Answer a record that belongs to no request."""
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
