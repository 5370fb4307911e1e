"""An HTTP/1.1 proxy between a client and a served site that loses what it carries; a seed decides what.

    with unreliable_proxy(site.url, seed=7) as proxy:
        page = open_page(proxy.through(address))  # the same address, through it
        proxy.do_next(Kind.ANSWER_LOST)           # exactly this to the next POST
        proxy.loss = 0                            # from now on it loses nothing
        assert ("answer lost", "POST", "/2012/12/banjir.html") in proxy.done

Each connection carries one exchange and is closed, so a browser never sends again by itself, as it
may on a connection that it has used before.
"""

import enum
import re
import socket
import socketserver
import struct
import threading
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import NamedTuple
from urllib.parse import urlsplit

TIMEOUT = 60  # seconds for the server to say something
HELD_BACK = 2  # seconds at most, while no later request comes
GATEWAY_ERRORS = {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time-out"}
NO_LINGER = struct.pack("ii", 1, 0)  # closing such a socket resets the connection
OF_ONE_CONNECTION = b"connection:", b"keep-alive:", b"proxy-connection:"  # RFC 9110, 7.6.1


class Kind(enum.StrEnum):
    """What the proxy did to an exchange."""

    PASSED = "passed"
    REQUEST_LOST = "request lost"  # reset before the server hears of it
    ANSWER_LOST = "answer lost"  # reset once the server has answered
    ANSWER_CUT = "answer cut"  # ended in the middle of the answer's body
    GATEWAY_ERROR = "gateway error"  # 502, 503 or 504, and the server hears nothing
    DELAYED = "delayed"  # the server's answer comes late
    DOUBLED = "doubled"  # the server hears it twice at once
    OVERTAKEN = "overtaken"  # held back until the server has answered a later one
    UNREACHABLE = "unreachable"  # 502, since the server takes no connections: not the proxy's doing


LOSSES = Kind.REQUEST_LOST, Kind.ANSWER_LOST, Kind.ANSWER_CUT, Kind.GATEWAY_ERROR
DISTURBANCES = Kind.DELAYED, Kind.DOUBLED, Kind.OVERTAKEN  # the client gets its answer all the same


class Exchange(NamedTuple):
    """What was done to one request."""

    kind: Kind
    method: str
    path: str


@contextmanager
def unreliable_proxy(
    target: str,
    seed: int,
    loss: float = 0.3,
    methods: Collection[str] | None = ("POST",),
    delay: tuple[float, float] = (0.1, 2),
) -> Iterator["UnreliableProxy"]:
    """A proxy to the server at `target` (`http://127.0.0.1:8000`), open at a port of its own.

    Of the requests with these `methods` (None: of all) it loses the share `loss`, and disturbs half
    as many without losing them; the others pass. `delay` is how many seconds a delayed answer
    takes, at least and at most.
    """
    proxy = UnreliableProxy(target, seed, loss, methods, delay)
    thread = threading.Thread(target=proxy._server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield proxy
    finally:
        proxy._close()
        thread.join()


class UnreliableProxy:
    """A proxy that listens.

    `url` is its address, without a slash at the end; `done` is what it did, one Exchange for each
    request, in the order in which they came to their ends; `loss` may be set at any time.
    """

    def __init__(self, target, seed, loss, methods, delay):
        self.target, self.seed, self.loss = target, seed, loss
        self.done: list[Exchange] = []
        self._methods, self._delay, self._chance = methods, delay, Random(seed)
        self._script, self._decks = deque(), {LOSSES: [], DISTURBANCES: []}
        self._sockets, self._closed = set(), threading.Event()
        self._change = threading.Condition()  # of all that is said below and above
        self._newest = self._answered = 0  # request that came, that the server answered
        self._is_holding = False
        self._server = _Server(self._carry)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def through(self, address: str) -> str:
        """An address of the server's, or a path, as it is reached through this proxy."""
        return self.url + address.removeprefix(self.target)

    def do_next(self, *kinds: Kind | str) -> None:
        """Do exactly this to the next requests whose method the proxy minds, whatever chance says."""
        with self._change:
            self._script.extend(map(Kind, kinds))

    def kinds(self) -> set[Kind]:
        """What it has done so far."""
        return {exchange.kind for exchange in self.done}

    def _carry(self, client):
        """One exchange, from the request to the end of its connection."""
        with self._tracked(client), suppress(OSError):  # whoever left needs no answer
            if request := _Request.read(client):
                answer, is_reset = self._exchange(request)
                if is_reset:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                    client.close()
                else:
                    client.sendall(answer)

    def _exchange(self, request):
        """The bytes that the client gets, and whether it gets a reset in place of them."""
        fate = self._fate(request.method)
        kind, answer = fate.kind, b""
        if kind is Kind.OVERTAKEN:
            kind = self._hold_back(fate.number)
        if kind is Kind.GATEWAY_ERROR:
            answer = _gateway_error(fate.status)
        elif kind is not Kind.REQUEST_LOST:
            try:
                answer = self._ask_twice(request) if kind is Kind.DOUBLED else self._ask(request)
            except ConnectionRefusedError:
                kind, answer = Kind.UNREACHABLE, _gateway_error(502)
            with self._change:
                self._answered = max(self._answered, fate.number)
                self._change.notify_all()
        if fate.kind is Kind.DELAYED:
            self._closed.wait(fate.seconds)
        if kind is Kind.ANSWER_CUT:
            answer = _cut(answer)
        with self._change:
            self.done.append(Exchange(kind, request.method, request.path))
        return answer, kind in (Kind.REQUEST_LOST, Kind.ANSWER_LOST)

    def _fate(self, method):
        """What chance has in store for the request that came now: the same at each run for the nth,
        whoever sends it.
        """
        with self._change:
            if self._methods is not None and method not in self._methods:
                return _Fate(0, Kind.PASSED, 0, 0)
            self._newest += 1
            share, seconds = self._chance.random(), self._chance.uniform(*self._delay)
            status = self._chance.choice([*GATEWAY_ERRORS])
            if self._script:
                kind = self._script.popleft()
            elif share < self.loss:
                kind = self._dealt(LOSSES)
            elif share < 1.5 * self.loss:
                kind = self._dealt(DISTURBANCES)
            else:
                kind = Kind.PASSED
            return _Fate(self._newest, kind, seconds, status)

    def _dealt(self, kinds):
        """One of these, each as often as the others: so none is left out by chance."""
        deck = self._decks[kinds]
        if not deck:
            deck += self._chance.sample(kinds, len(kinds))
        return deck.pop()

    def _hold_back(self, number):
        """Wait until the server has answered a later request; what came of it.

        One is held back at a time: another passes, as the one that it waits for.
        """
        with self._change:
            if self._is_holding:
                return Kind.PASSED
            self._is_holding = True
            self._change.wait_for(
                lambda: self._answered > number or self._closed.is_set(), HELD_BACK
            )
            self._is_holding = False
            return Kind.OVERTAKEN if self._answered > number else Kind.DELAYED

    def _ask(self, request):
        """The server's answer, or as much as came of it."""
        parts = urlsplit(self.target)
        pieces = []
        with (
            socket.create_connection((parts.hostname, parts.port), TIMEOUT) as server,
            self._tracked(server),
            suppress(ConnectionResetError, BrokenPipeError, TimeoutError),
        ):
            server.sendall(request.content)
            while piece := server.recv(65_536):
                pieces.append(piece)
        return b"".join(pieces)

    def _ask_twice(self, request):
        """The first of the answers to two at once, when both are there."""
        answers = []

        def ask():
            with suppress(OSError):
                answers.append(self._ask(request))

        second = threading.Thread(target=ask)
        second.start()
        try:
            answers.append(self._ask(request))
        finally:
            second.join()
        return answers[0]

    @contextmanager
    def _tracked(self, connection):
        """Ended with the proxy, if not before."""
        with self._change:
            self._sockets.add(connection)
            if self._closed.is_set():
                _end(connection)
        try:
            yield
        finally:
            with self._change:
                self._sockets.discard(connection)

    def _close(self):
        """Whatever still waits for something ends at once."""
        self._server.shutdown()
        self._closed.set()
        with self._change:
            self._change.notify_all()
            for connection in self._sockets:
                _end(connection)
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    """Gives each connection to `carry`, in a thread of its own; waits for all when it is closed."""

    request_queue_size = 128
    daemon_threads, block_on_close = False, True

    def __init__(self, carry):
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self._carry = carry

    def finish_request(self, request, client_address):
        self._carry(request)


class _Fate(NamedTuple):
    """What is to happen to a request, the `number`th of those that the proxy minds."""

    number: int
    kind: Kind
    seconds: float
    status: int


class _Request(NamedTuple):
    """A request as the server gets it: as it came, but the server ends its connection, too."""

    method: str
    path: str
    content: bytes

    @classmethod
    def read(cls, client):
        """The request that comes; None where the client leaves first."""
        came = b""
        while b"\r\n\r\n" not in came:
            if not (piece := client.recv(65_536)):
                return None
            came += piece
        head, _end_of_head, body = came.partition(b"\r\n\r\n")
        length = re.search(rb"^content-length: *(\d+)", head, re.IGNORECASE | re.MULTILINE)
        while length and len(body) < int(length[1]):
            if not (piece := client.recv(65_536)):
                return None
            body += piece
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(OF_ONE_CONNECTION)
        ]
        method, path, _version = lines[0].decode("latin-1").split(" ")
        return cls(method, path, b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)


def _cut(answer):
    """Up to the middle of its body; where it has none, of its head."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    return head + separator + body[: len(body) // 2] if body else answer[: len(answer) // 2]


def _gateway_error(status):
    """As nginx says it."""
    reason = f"{status} {GATEWAY_ERRORS[status]}"
    body = f"<html><head><title>{reason}</title></head><body><h1>{reason}</h1></body></html>"
    head = f"HTTP/1.1 {reason}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
    return f"{head}\r\nConnection: close\r\n\r\n{body}".encode()


def _end(connection):
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
