"""What protects every answer."""

from types import SimpleNamespace

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from pnpm.web.security import FILE_HEADERS, HEADERS
from tests.conftest import drop_tables, write


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/2012/12/latar-belakang.html",
        "/tidak-ada",
        "/healthz",
        "/static/none.css",
        "/pictures/none.webp",
        "/sw.js",
        "/sitemap.xml",
        "/admin/",
    ],
)
def test_every_answer_has_the_headers_once(client, url, path):
    response = client.get(path)
    for name, value in HEADERS.items():
        assert response.headers.getlist(name) == [value]


@pytest.mark.parametrize("name", ["site.css", "app.js", "emoticons.svg"])
def test_a_file_of_a_page_has_those_that_it_needs(client, app, name):
    """A first visit loads many, and each header costs its bytes."""
    response = client.get(f"/static/{app.config['ASSETS'][name]}")
    assert response.status_code == 200
    sent = {name: response.headers.getlist(name) for name in HEADERS if name in response.headers}
    assert sent == {name: [value] for name, value in FILE_HEADERS.items()}


def test_a_304_and_a_refusal_have_them_too(client, url):
    etag = client.get(url).headers["ETag"]
    for response in (
        client.get(url, headers={"If-None-Match": etag}),
        client.post(url),
        client.post(url, headers={"Origin": "http://x"}),
    ):
        assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origin",
    ["http://[", "x", "http://localhost@evil.example", "https://localhost.evil.example", "\xff"],
)
def test_an_origin_that_is_none_is_refused(client, url, origin):
    assert client.post(url, headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize(
    "host", ["..", "x" * 300, 'a"b', "a b", "x:abc", "", "a@b", "a/b", "[x", "a..b"]
)
def test_a_host_that_can_be_none_is_refused_in_one_line(client, url, host):
    response = client.get(url, headers={"Host": host})
    assert (response.status_code, response.text) == (400, "400: Host\n")
    assert "Content-Security-Policy" in response.headers
    assert client.head(url, headers={"Host": host}).data == b""


@pytest.mark.parametrize(
    "host",
    [
        "xn--dsa-bma.example",
        "desa.example",
        "DESA.example:8000",
        "127.0.0.1:80",
        "[::1]:8000",
        "localhost",
        "a_b.example.",
    ],
)
def test_a_host_that_can_be_one_is_not(client, url, host):
    assert client.get(url, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("settings", [{"SITE_URL": "https://desa.example/blog"}])
class TestWhereTheSiteHasAnAddress:
    """Other names are refused, and whatever stands between, links and cookies are as the address
    is.
    """

    @pytest.mark.parametrize(
        "host",
        ["evil.example", "desa.example.evil.example", "desa.example:80", "localhost", "127.0.0.1"],
    )
    def test_another_name_is_refused(self, client, host):
        response = client.get("/blog/", headers={"Host": host})
        assert (response.status_code, response.text) == (400, "400: Host\n")

    @pytest.mark.parametrize("host", ["desa.example", "DESA.example", "desa.example:443"])
    def test_its_own_is_not(self, client, host):
        assert client.get("/blog/", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("where", [{}, {"SCRIPT_NAME": "/blog"}])
    def test_links_lead_there_whether_the_server_knows_its_folder_or_not(self, client, url, where):
        path = url if where else f"/blog{url}"
        response = client.get(path, headers={"Host": "desa.example"}, environ_overrides=where)
        assert f'<link rel="canonical" href="https://desa.example/blog{url}">' in response.text
        assert 'href="/blog/static/' in response.text
        assert client.get("/bloggers", headers={"Host": "desa.example"}).status_code == 404

    @pytest.mark.parametrize(
        ("said", "given"), [(None, True), ("https", True), ("http", False), ("https, http", False)]
    )
    def test_browsers_are_told_to_come_by_https_alone_unless_the_answer_goes_out_without(
        self, client, url, said, given
    ):
        headers = {"Host": "desa.example"} | ({"X-Forwarded-Proto": said} if said else {})
        for path in (f"/blog{url}", f"/blog{url}", "/blog/tidak-ada", "/blog/admin/login"):
            strict = client.get(path, headers=headers).headers.getlist("Strict-Transport-Security")
            assert strict == ["max-age=31536000"] * given, path

    def test_its_cookies_go_over_https_alone(self, client, instance):
        given = client.get(
            "/blog/admin/login",
            headers={"Host": "desa.example"},
            environ_overrides={"wsgi.url_scheme": "http"},
        )
        assert "Secure" in given.headers["Set-Cookie"]
        assert "Path=/blog/admin" in given.headers["Set-Cookie"]


def test_static_files_have_the_headers_when_they_are_not_modified_too(client, app):
    address = f"/static/{app.config['ASSETS']['site.css']}"
    etag = client.get(address).headers["ETag"]
    for response in (client.get(address, headers={"If-None-Match": etag}), client.post(address)):
        assert response.status_code in (304, 405)
        assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_no_page_has_anything_inline_or_from_a_third_party(client, app, url, article):
    write(article, app, "satu :)")
    for path in (url, "/", "/tidak-ada", "/admin/"):
        page = client.page(path)
        assert not page.select(
            "style, [style], script:not([src]):not([type='application/ld+json'])"
        )
        assert not [
            name for element in page.find_all() for name in element.attrs if name.startswith("on")
        ]
        for element in page.select("[src], link[rel=stylesheet], link[rel=manifest]"):
            assert (element.get("src") or element["href"]).startswith("/")
        for icon in page.select("link[rel=icon]"):
            assert icon["href"].startswith("data:image/svg+xml,")


def test_nothing_that_a_reader_wrote_stands_in_the_log(client, url, caplog, monkeypatch):
    form = client.form(url)
    drop_tables("comment")
    response = client.post(
        url,
        data={
            **form,
            "name": "Siti Rahasia",
            "body": "tulisan pribadi",
            "email": "siti@desa.example",
        },
    )
    assert response.status_code == 503
    assert caplog.text
    assert not [
        words
        for words in ("Siti Rahasia", "tulisan pribadi", "siti@desa.example", "127.0.0.1")
        if words in caplog.text
    ]


class Unreadable(Exception):
    """What a server may raise when a body cannot be read; gunicorn's are no OSError."""


@pytest.mark.parametrize("error", [Unreadable("x"), OSError("x"), ValueError("x"), EOFError()])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize(
    "length",
    [
        {"CONTENT_LENGTH": "10"},
        {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whatever_the_server_raises(
    client, url, error, kind, length
):
    def read(*_size):
        raise error

    stream = SimpleNamespace(read=read, readline=read, readlines=read)
    given = {
        "wsgi.input": stream,
        "CONTENT_TYPE": kind,
        "REQUEST_METHOD": "POST",
        "PATH_INFO": url,
        **length,
    }
    environ = EnvironBuilder().get_environ() | given
    if "wsgi.input_terminated" in length:
        environ.pop("CONTENT_LENGTH", None)
    answer = run_wsgi_app(client.application, environ)
    assert answer[1].startswith("400")


@pytest.mark.parametrize("settings", [{}, {"SITE_URL": "http://localhost"}])
def test_where_https_is_not_the_sites_own_address_nobody_is_told_to_come_by_it(client, url):
    assert "Strict-Transport-Security" not in client.get(url, base_url="https://localhost").headers
    assert "Strict-Transport-Security" not in client.get(url).headers
