"""The client: whole addresses, cookies that go where they belong, answers that cannot fill the
memory.
"""

import gzip

import pytest

from pnpm.diagnostics.probe.client import MOST, Client, Unreached


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://Desa.Example", "http://desa.example/"),
        ("https://desa.example:443/blog/", "https://desa.example/blog/"),
        ("http://desa.example:8000/blog", "http://desa.example:8000/blog/"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
        ("https://désa.example/é", "https://xn--dsa-bma.example/%C3%A9/"),
    ],
)
def test_where_a_site_begins(url, base):
    assert Client(url).base == base


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("", "https://desa.example/blog/"),
        ("healthz", "https://desa.example/blog/healthz"),
        ("/blog/x", "https://desa.example/blog/x"),
        ("http://other.example/", "http://other.example/"),
    ],
)
def test_an_address_is_made_whole(address, whole):
    assert Client("https://desa.example/blog").whole(address) == whole


@pytest.mark.parametrize(
    "address", ["https://other.example/", "http://127.0.0.1:1.other.example/", "javascript:1"]
)
def test_another_site_is_never_asked(address):
    with pytest.raises(Unreached, match="itu situs lain"):
        Client("http://127.0.0.1:1").get(address)


@pytest.fixture
def site(serve):
    """A site that gives the cookies it is asked for by the query, and says which came back."""

    def answer(environ, start_response):
        given = [
            ("Set-Cookie", line)
            for line in environ["QUERY_STRING"].replace("+", " ").split("|")
            if line
        ]
        start_response("200 OK", given)
        return [environ.get("HTTP_COOKIE", "").encode()]

    return Client(serve(answer))


@pytest.mark.parametrize(
    ("cookie", "path", "sent"),
    [
        ("a=1;Path=/admin", "/admin/x", "a=1"),
        ("a=1;Path=/admin", "/other", ""),
        ("a=1", "/other", "a=1"),
        ("a=1;Secure", "/other", ""),
        ("a=1|a=;Max-Age=0", "/other", ""),
        ("a=1|a=2", "/other", "a=2"),
        ("???", "/other", ""),
    ],
)
def test_a_cookie_goes_where_it_belongs(site, cookie, path, sent):
    site.get(f"/?{cookie}")
    assert site.get(path).text == sent


def test_what_unpacks_without_an_end_is_cut_off(serve):
    packed = gzip.compress(b"\0" * (MOST * 8))

    def answer(environ, start_response):
        start_response("200 OK", [("Content-Encoding", "gzip")])
        return [packed]

    assert len(Client(serve(answer)).get("").body) == MOST


def test_no_more_is_read_than_is_asked_for(serve):
    def answer(environ, start_response):
        start_response("200 OK", [("Content-Length", "100000")])
        return [b"x" * 100000]

    assert len(Client(serve(answer)).get("", most=10).body) == 10


def test_when_its_time_is_over_it_asks_no_more(site):
    client = Client(site.base, in_all=0)
    with pytest.raises(Unreached, match="terlalu lambat"):
        client.get("")
    assert client.is_late
