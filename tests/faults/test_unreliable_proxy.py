"""Comments through a proxy that loses three exchanges in ten: whoever sends again until there is an
answer has each comment there once.
"""

import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.faults.conftest import ARTICLE
from tests.retrying_client import RetryingClient, misnumbered, tally
from tests.unreliable_proxy import DISTURBANCES, LOSSES, Kind, unreliable_proxy

SEED, COMMENTS, CLIENTS = 8, 60, 4
ANSWER = b"terima kasih" * 1000


def send(address, name, count, seed):
    """The receipts of so many comments of a client."""
    client = RetryingClient(address, seed)
    return [client.send(f"{name}: komentar {number}") for number in range(count)]


def test_each_comment_stands_once_whatever_is_lost(house):
    with (
        house.served() as reader,
        unreliable_proxy(reader.url, SEED, loss=0.3, delay=(0.1, 0.5)) as proxy,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        address, count = proxy.through(ARTICLE), COMMENTS // CLIENTS
        done = [
            pool.submit(send, address, f"pembaca {number}", count, SEED + number)
            for number in range(CLIENTS)
        ]
        receipts = [receipt for each in done for receipt in each.result()]
    counted = Counter(exchange.kind for exchange in proxy.done)
    assert proxy.kinds() >= {Kind.PASSED, *LOSSES, *DISTURBANCES}, (SEED, counted)
    found = tally(house.database, receipts)
    assert found == (COMMENTS, COMMENTS, 0, 0), (SEED, found, counted)
    assert misnumbered(house.database, receipts) == [], SEED
    bodies = house.bodies()
    assert len(bodies) == len(set(bodies)), SEED


class TestLine:
    """The proxy does what it says: else the test above proves nothing."""

    @pytest.fixture
    def server(self):
        """A server that says thanks; its address, and what it has heard."""
        with thanking() as (url, heard):
            yield url, heard

    @pytest.mark.parametrize(
        ("kind", "times_heard"),
        [
            (Kind.PASSED, 1),
            (Kind.REQUEST_LOST, 0),
            (Kind.ANSWER_LOST, 1),
            (Kind.ANSWER_CUT, 1),
            (Kind.GATEWAY_ERROR, 0),
            (Kind.DELAYED, 1),
            (Kind.DOUBLED, 2),
        ],
    )
    def test_what_the_server_hears_and_the_client_gets(self, server, kind, times_heard):
        url, heard = server
        with unreliable_proxy(url, SEED, loss=0, delay=(0.01, 0.02)) as proxy:
            proxy.do_next(kind)
            if kind in (Kind.REQUEST_LOST, Kind.ANSWER_LOST, Kind.ANSWER_CUT):
                error = http.client.IncompleteRead if kind is Kind.ANSWER_CUT else ConnectionError
                with pytest.raises(error):
                    ask(proxy)
            elif kind is Kind.GATEWAY_ERROR:
                assert ask(proxy)[0] in (502, 503, 504)
            else:
                assert ask(proxy) == (200, ANSWER)
            assert ask(proxy) == (200, ANSWER), "and nothing to the next"
        host = urlsplit(proxy.url).netloc
        assert heard == [(host, b"komentar")] * (times_heard + 1)
        assert proxy.done == [(kind, "POST", "/alamat"), (Kind.PASSED, "POST", "/alamat")]

    def test_one_that_is_held_back_comes_after_the_next(self, server):
        url, heard = server
        with unreliable_proxy(url, SEED, loss=0) as proxy, ThreadPoolExecutor(2) as pool:
            proxy.do_next(Kind.OVERTAKEN)
            answers = pool.map(lambda body: ask(proxy, body), (b"satu", b"dua"))
            assert list(answers) == [(200, ANSWER)] * 2
        assert [exchange.kind for exchange in proxy.done] == [Kind.PASSED, Kind.OVERTAKEN]
        assert sorted(body for _host, body in heard) == [b"dua", b"satu"]

    def test_it_minds_these_methods_alone_and_can_be_mended(self, server):
        with unreliable_proxy(server[0], SEED, loss=1) as proxy:
            assert ask(proxy, method="GET") == (200, ANSWER)
            proxy.loss = 0
            assert ask(proxy) == (200, ANSWER)
        with unreliable_proxy(server[0], SEED, loss=0, methods=None) as proxy:
            proxy.do_next(Kind.GATEWAY_ERROR)
            assert ask(proxy, method="GET")[0] in (502, 503, 504)

    def test_the_same_seed_does_the_same(self, server, monkeypatch):
        monkeypatch.setattr("tests.unreliable_proxy.HELD_BACK", 0)  # no other request comes

        def kinds(seed):
            with unreliable_proxy(server[0], seed, loss=0.6, delay=(0, 0)) as proxy:
                for _request in range(20):
                    try:
                        ask(proxy)
                    except (OSError, http.client.HTTPException):
                        continue
                return [exchange.kind for exchange in proxy.done]

        assert kinds(1) == kinds(1) != kinds(2)

    def test_a_server_that_is_away_is_a_bad_gateway(self):
        with thanking() as (url, _heard):
            pass
        with unreliable_proxy(url, SEED, loss=0) as proxy:
            assert ask(proxy)[0] == 502
        assert proxy.done == [(Kind.UNREACHABLE, "POST", "/alamat")]

    def test_it_ends_though_a_client_still_waits(self, server):
        with (
            ThreadPoolExecutor(1) as pool,
            unreliable_proxy(server[0], SEED, loss=0, delay=(600, 600)) as proxy,
        ):
            proxy.do_next(Kind.DELAYED)
            waiting = pool.submit(ask, proxy)
            while not server[1]:
                assert not waiting.done()
                time.sleep(0.01)
        assert isinstance(waiting.exception(), ConnectionError)


@contextmanager
def thanking():
    """A server that says thanks for everything; its address, and the hosts and bodies it has
    heard.
    """
    heard = []

    class Thanks(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.append((self.headers["Host"], body))
            self.send_response(200)
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        do_GET = do_POST

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Thanks) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", heard
        server.shutdown()
        thread.join()


def ask(proxy, body=b"komentar", method="POST"):
    """Status and body of the answer to one request."""
    with closing(http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=20)) as connection:
        connection.request(method, "/alamat", body)
        answer = connection.getresponse()
        return answer.status, answer.read()
