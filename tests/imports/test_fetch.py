"""Pictures are fetched from the hosts that an archive names, and from nowhere that this machine
alone can reach.
"""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pnpm.imports import fetch
from pnpm.imports.fetch import FAILURES, REDIRECTS, Fetcher, Unfetched, is_public
from pnpm.media.decoding import LARGEST
from tests.photographs import photograph

PICTURE = photograph(40, 30)


class _Handler(BaseHTTPRequestHandler):
    """What a host of pictures may do."""

    protocol_version = "HTTP/1.1"
    asked = []

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        kind, _slash, rest = self.path[1:].partition("/")
        getattr(self, f"_{kind}")(rest)

    def _picture(self, _rest):
        self._send(200, PICTURE, {"Content-Type": "text/html", "Set-Cookie": "a=b"})

    def _gone(self, _rest):
        self._send(404, b"")

    def _to(self, address):
        self._send(302, b"", {"Location": address})

    def _nowhere(self, _rest):
        self._send(302, b"")

    def _round(self, number):
        self._send(301, b"", {"Location": f"/round/{int(number) + 1}"})

    def _endless(self, _rest):
        self.send_response(200)
        self.end_headers()
        with pytest.raises(OSError):
            while True:
                self.wfile.write(bytes(1_000_000))

    def _huge(self, _rest):
        self._send(200, b"", {"Content-Length": str(LARGEST + 1)})

    def _half(self, _rest):
        self.close_connection = True
        self._send(200, PICTURE[:100], {"Content-Length": str(len(PICTURE))})

    def _slow(self, _rest):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        while not self.server.is_over.wait(0.02):
            try:
                self.wfile.write(b"x")
            except OSError:
                return

    def _send(self, status, body, headers=()):
        self.send_response(status)
        headers = {"Content-Length": str(len(body)), **dict(headers)}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        """Say nothing."""


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.is_over = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def port():
    with serving() as port:
        yield port


@pytest.fixture
def site(port):
    _Handler.asked.clear()
    return f"http://foto.example:{port}"


@pytest.fixture
def names(monkeypatch, port):
    """What each name leads to; asked once for each step, or another address would be connected
    to.
    """
    known = {"foto.example": ["127.0.0.1"]}
    asked = []

    def getaddrinfo(host, port, *_arguments, **_options):
        asked.append(host)
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in known[host]]

    monkeypatch.setattr(fetch.socket, "getaddrinfo", getaddrinfo)
    # which itself would resolve the IP address
    monkeypatch.setattr(fetch.socket, "create_connection", _connected)
    known["asked"] = asked
    return known


def _connected(address, timeout):
    made = socket.socket()
    made.settimeout(timeout)
    made.connect(address)
    return made


@pytest.fixture
def fetcher(names, port, site):
    made = Fetcher(allowed=[("127.0.0.1", port)], seconds=5)
    made.allow(site)
    return made


def refusal(fetcher, address):
    with pytest.raises(Unfetched) as refused:
        fetcher.get(address)
    return str(refused.value)


def test_a_picture_comes_whatever_its_header_calls_it(fetcher, site, names):
    assert fetcher.get(f"{site}/picture/a b.jpg?w=ä".replace(" ", "%20")) == PICTURE
    [(path, headers)] = _Handler.asked
    assert path == "/picture/a%20b.jpg?w=%C3%A4"
    assert headers["User-Agent"] == fetch.AGENT
    assert headers["Host"] == site.removeprefix("http://")
    assert names["asked"] == ["foto.example"]


def test_no_cookie_is_sent_back(fetcher, site):
    fetcher.get(f"{site}/picture/1")
    fetcher.get(f"{site}/picture/2")
    assert [set(headers) & {"Cookie", "Referer"} for _path, headers in _Handler.asked] == [
        set()
    ] * 2


def test_redirects_are_followed_a_few_times(fetcher, site):
    assert fetcher.get(f"{site}/to//picture/x") == PICTURE
    assert refusal(fetcher, f"{site}/round/0") == "it leads to ever other addresses"
    assert len(_Handler.asked) == 2 + 1 + REDIRECTS


@pytest.mark.parametrize(
    "address",
    ["http://lain.example/x.jpg", "//lain.example/x", "file:///etc/passwd", "ftp://foto.example/x"],
)
def test_a_redirect_leads_to_no_host_that_the_file_does_not_name(fetcher, site, names, address):
    names["lain.example"] = ["93.184.215.14"]
    assert "leads to" in refusal(fetcher, f"{site}/to/{address}")
    assert names["asked"] == ["foto.example"]


def test_a_redirect_without_an_address_is_none(fetcher, site):
    assert "leads to" in refusal(fetcher, f"{site}/nowhere/")


@pytest.mark.parametrize("ips", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["169.254.169.254"]])
def test_a_named_host_that_is_this_network_is_not_asked(fetcher, site, names, ips):
    names["dalam.example"] = ips
    fetcher.allow("http://dalam.example/")
    assert "must not be asked" in refusal(fetcher, f"{site}/to/http://dalam.example/x")
    assert "must not be asked" in refusal(fetcher, "http://dalam.example/x")


def test_a_port_of_something_else_is_not_asked(fetcher, names):
    names["luar.example"] = ["93.184.215.14"]
    fetcher.allow("http://luar.example:22/")
    assert "must not be asked" in refusal(fetcher, "http://luar.example:22/x.jpg")


def test_a_host_that_the_file_does_not_name_is_not_asked(fetcher, names):
    assert "does not name" in refusal(fetcher, "http://lain.example/x.jpg")
    assert names["asked"] == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("gone/x.jpg", "foto.example answers 404"),
        ("endless/x.jpg", "it is too large"),
        ("huge/x.jpg", "it is too large"),
        ("half/x.jpg", "its end is missing"),
    ],
)
def test_what_does_not_come_whole_is_refused(fetcher, site, path, why):
    assert refusal(fetcher, f"{site}/{path}") == why


def test_what_comes_a_letter_at_a_time_is_given_up(names, site, port):
    fetcher = Fetcher(allowed=[("127.0.0.1", port)], seconds=0.3)
    fetcher.allow(site)
    assert refusal(fetcher, f"{site}/slow/x.jpg") == "it did not come in time"


def test_all_together_have_their_time_too(names, site, port):
    fetcher = Fetcher(allowed=[("127.0.0.1", port)], in_all=0)
    fetcher.allow(site)
    assert refusal(fetcher, f"{site}/picture/x.jpg") == "it did not come in time"
    assert _Handler.asked == []


def test_a_host_that_is_gone_is_not_waited_for_again_and_again(fetcher, names):
    fetcher.allow("http://mati.example/")
    for _try in range(FAILURES):
        assert "is not known" in refusal(fetcher, "http://mati.example/x.jpg")
    assert "does not answer" in refusal(fetcher, "http://mati.example/x.jpg")
    assert names["asked"] == ["mati.example"] * FAILURES


def test_https_that_is_none_is_not_trusted(fetcher, site):
    assert "https" in refusal(fetcher, f"{site.replace('http:', 'https:')}/picture/x")


@pytest.mark.parametrize(
    "ip",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:5ef5:79fb::1",
        "fc00::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_these_are_not_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_these_are(ip):
    assert is_public(ip)
