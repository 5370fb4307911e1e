"""What a reader would suffer from: each fault of a web server is found, and told with what to
do.
"""

import time

import pytest

from pnpm.bootstrap import fallback_page as plain
from pnpm.diagnostics.probe import READING, comments, files, urls
from pnpm.diagnostics.probe import files as given_away
from pnpm.diagnostics.probe import public as reading
from tests.browser.conftest import free_port
from tests.conftest import TOP
from tests.diagnostics.probe.conftest import ARTICLE, listening, spoiled

STATIC = "/static/.*"
PLAIN = ("Content-Type", "text/plain")
GZIP = {"HTTP_ACCEPT_ENCODING": None}


@pytest.mark.parametrize(
    ("check", "fault", "said"),
    [
        (reading.front, {"path": "/", "status": "500 Internal Server Error"}, "500"),
        (
            reading.front,
            {"path": "/", "body": b"<h1>It works!</h1>", "drop": ["content-length"]},
            "200",
        ),
        (reading.newest, {"path": ARTICLE, "status": "404 Not Found"}, "404"),
        (
            reading.newest,
            {"path": ARTICLE, "body": b"<p>", "drop": ["content-length", "content-encoding"]},
            "200",
        ),
        (
            reading.headers,
            {"path": "/", "drop": ["content-security-policy"]},
            "Content-Security-Policy",
        ),
        (
            reading.headers,
            {"path": "/", "add": [("Content-Security-Policy", "upgrade-insecure-requests")]},
            "Content-Security",
        ),
        (
            reading.headers,
            {"path": "/", "drop": ["x-content-type-options"]},
            "X-Content-Type-Options",
        ),
        (reading.headers, {"path": "/", "add": [("Set-Cookie", "balancer=1")]}, "cookie"),
        (reading.unchanged, {"path": ARTICLE, "asked": {"HTTP_IF_NONE_MATCH": None}}, "bukan 304"),
        (
            files.stylesheet,
            {"path": STATIC, "status": "404 Not Found"},
            "site.css tidak termuat (404",
        ),
        (
            files.stylesheet,
            {"path": STATIC, "drop": ["content-type"], "add": [PLAIN]},
            "text/plain",
        ),
        (
            files.stylesheet,
            {"path": STATIC, "drop": ["cache-control"]},
            "tidak disimpan peramban setahun",
        ),
        (
            files.stylesheet,
            {"path": STATIC, "drop": ["cache-control"], "add": [("Cache-Control", "max-age=600")]},
            "setahun",
        ),
        (files.stylesheet, {"path": STATIC, "asked": GZIP}, "tanpa kompresi"),
        (
            files.script,
            {"path": STATIC, "status": "403 Forbidden"},
            "htmx-4.0.1.min.js tidak termuat (403",
        ),
        (
            files.emoticon_sheet,
            {"path": STATIC, "drop": ["content-type"], "add": [PLAIN]},
            "emoticons.svg tidak termuat",
        ),
        (
            urls.links,
            {
                "path": "/sitemap.xml",
                "status": "404 Not Found",
                "body": b"?",
                "drop": ["content-length"],
            },
            "Peta",
        ),
        (urls.redirects, {"path": "/1970/.*", "status": "404 Not Found"}, "404, bukan pengalihan"),
        (urls.redirects, {"path": "/admin.*", "status": "403 Forbidden"}, "403, bukan pengalihan"),
        (
            urls.redirects,
            {"path": "/admin.*", "drop": ["location"], "add": [("Location", "//x/")]},
            "//x/",
        ),
        (
            comments.empty_comment,
            {"path": ARTICLE, "method": "POST", "status": "403 Forbidden"},
            "ProxyPreserveHost",
        ),
        (
            comments.empty_comment,
            {"path": ARTICLE, "method": "POST", "status": "405 Method Not Allowed"},
            "405",
        ),
        (comments.stale_form, {"path": ARTICLE, "method": "POST", "status": "200 OK"}, "200"),
        (
            comments.empty_comment,
            {"path": ARTICLE, "method": "POST", "body": b"?", "drop": ["content-length"]},
            "422",
        ),
    ],
)
def test_a_fault_of_the_web_server_is_found(behind, find, check, fault, said):
    found = find(behind(**fault), check)[check.__name__]
    assert not found.is_fine
    assert said in found.words
    assert len(found.words) < 300


def test_links_that_lead_elsewhere_are_found_with_the_setting_that_mends_them(behind, find):
    inside = {"asked": {"HTTP_HOST": "127.0.0.1:8000"}, "knows_its_address": False}
    url = behind(".*", **inside)
    found = find(url, urls.links, urls.redirects)
    assert not found["links"].is_fine
    assert "http://127.0.0.1:8000/" in found["links"].words
    assert f"PNPM_SITE_URL={url}." in found["links"].words
    assert found["redirects"].is_fine  # they name no host
    url = behind(".*", **inside, add=[("Location", "http://127.0.0.1:8000/")], drop=["location"])
    assert not find(url, urls.redirects)["redirects"].is_fine


def test_another_name_is_refused_or_found(behind, find):
    url = behind(knows_its_address=False)
    found = find(url, urls.other_host)["other_host"]
    assert not found.is_fine
    assert found.words.endswith(f"PNPM_SITE_URL={url}.")
    assert find(behind(), urls.other_host)["other_host"].is_fine


def test_without_https_passwords_are_read_but_at_home(behind, find, serve, program):
    assert find(behind(), urls.https)["https"].is_fine
    elsewhere = serve(program(), host="127.0.0.2")
    assert "SSL/TLS" in find(elsewhere, urls.https)["https"].words
    assert not find(elsewhere, urls.https)["https"].is_fine


def test_whether_plain_http_leads_to_https_is_asked_at_their_own_ports(
    find, serve, program, certificate
):
    try:
        url = serve(
            program(SITE_URL="https://127.0.0.3"),
            host="127.0.0.3",
            port=443,
            certificate=certificate,
        )
    except PermissionError:
        pytest.skip("ports below 1024 are root's here")
    url = url.removesuffix(":443")
    seen = find(url, urls.https, ca=str(certificate))["https"]
    assert (seen.is_fine, seen.words) == (True, "Lewat http biasa tidak ada yang menjawab.")
    page = program(SITE_URL="https://127.0.0.3")
    ways = {"Location": None}

    def plain(environ, start_response):
        if ways["Location"]:
            start_response("301 Moved Permanently", [("Location", ways["Location"])])
            return [b""]
        return page(environ, start_response)

    serve(plain, host="127.0.0.3", port=80)
    assert not find(url, urls.https, ca=str(certificate))["https"].is_fine
    ways["Location"] = "https://127.0.0.3/"
    seen = find(url, urls.https, ca=str(certificate))["https"]
    assert (seen.is_fine, seen.words) == (True, "Lewat http biasa orang diantar ke https.")


def test_at_another_port_it_says_that_it_cannot_ask(find, serve, program, certificate):
    url = serve(program(), certificate=certificate)
    seen = find(url, urls.https, ca=str(certificate))["https"]
    assert seen.is_fine
    assert "tidak dapat ditanyakan" in seen.words


def test_who_sends_static_files_is_told(behind, find):
    assert "program yang mengirimnya" in find(behind(), files.stylesheet)["stylesheet"].words
    url = behind(STATIC, drop=["content-security-policy"])
    assert "server web sendiri yang mengirimnya" in find(url, files.stylesheet)["stylesheet"].words


REAL = {
    "instance/site.db": b"SQLite format 3\0" + b"\1" * 9000,
    "instance/secret_key": b"k-Y_" * 16,
    "instance/config.py": b"# our settings\nDATABASE_URL = 'mysql+pymysql://u:p@localhost/db'\n",
    ".git/HEAD": b"ref: refs/heads/main\n",
    "backups/": b"<title>Index of /backups</title>",
    "instance/backups/": b'<a href="site-20260101.zip">',
    "static../site.db": b"SQLite format 3\0" + b"\1" * 9000,
    "static../secret_key": b"k-Y_" * 16,
} | {
    name: (TOP / name).read_bytes()
    for name in ("passenger_wsgi.py", "wsgi.py", "requirements.txt", "pnpm/config.py")
}


@pytest.mark.parametrize("name", given_away.FILES)
@pytest.mark.parametrize("place", ["/blog/", "/"])
def test_a_file_of_ours_that_is_given_away_is_found(program, serve, find, name, place):
    def giving(environ, start_response):
        if environ["PATH_INFO"] == place + name:
            start_response("200 OK", [PLAIN])
            return [REAL[name]]
        return app(environ, start_response)

    port = free_port()
    app = program(SITE_URL=f"http://127.0.0.1:{port}/blog")
    found = find(f"{serve(giving, port=port)}/blog", given_away.files_of_ours)["files_of_ours"]
    assert not found.is_fine
    assert f": {place}{name}." in found.words


def test_a_page_that_says_not_found_with_200_gives_nothing_away(serve, find):
    def polite(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html")])
        return [
            (
                b"<!doctype html><title>Oops</title><p>Not found. Try the <a href='/'>first "
                b"page</a>. ref: none"
            )
        ]

    assert find(serve(polite), given_away.files_of_ours)["files_of_ours"].is_fine


def test_a_site_without_articles_is_not_ill(new_instance, tmp_path, serve, program, find):
    with new_instance(tmp_path / "new") as folder:
        port = free_port()
        url = serve(program(INSTANCE=folder, SITE_URL=f"http://127.0.0.1:{port}"), port=port)
        found = find(url, *READING)
        assert [each for each in found.values() if not each.is_fine] == []
        assert found["newest"].words.startswith("Belum ada artikel")
        assert "stylesheet" not in found


def test_where_comments_are_closed_it_says_so(site, program, serve, find):
    url = serve(
        spoiled(
            program(),
            ARTICLE,
            body=lambda page: page.replace(b"comment-form", b"x"),
            drop=["content-length"],
            asked=GZIP,
        )
    )
    found = find(
        url,
        comments.empty_comment,
        comments.plain_comment,
        comments.htmx_comment,
        comments.sent_twice,
    )
    assert list(found) == ["plain_comment"]
    assert found["plain_comment"].is_fine


def test_a_program_that_cannot_start_is_heard(serve, find):
    body = plain.page("Situs belum dapat dijalankan", plain.MISSING % "bleach")
    found = find(
        serve(lambda environ, start_response: plain.answer(environ, start_response, body)), *READING
    )
    assert list(found) == ["health"]
    assert (
        "Situs belum dapat dijalankan Pengelola: paket bleach belum terpasang"
        in found["health"].words
    )


class TestWhatIsNoSite:
    """What answers is another program, or nothing that can be read: one line, and nothing more is
    asked.
    """

    @pytest.mark.parametrize(
        ("status", "headers", "body", "said"),
        [
            (
                "302 Found",
                [("Location", "https://desa.example/login\x1b[2J")],
                b"",
                "https://desa.example/login",
            ),
            ("301 Moved Permanently", [("Location", "http://[")], b"", "http://["),
            ("401 Unauthorized", [], b"<form>", "memberi 401"),
            ("200 OK", [], b"<h1>WordPress</h1>", "bukan situs ini"),
            ("200 OK", [], b'["ok"]', "bukan situs ini"),
            ("503 Service Unavailable", [], b"busy", "memberi 503"),
            (
                "503 Service Unavailable",
                [],
                b'{"status": "ill", "reason": "no key"}',
                "belum siap, jadi pembaca tidak melihat apa-apa: no key",
            ),
        ],
    )
    def test_another_answer(self, serve, find, status, headers, body, said):
        def other(environ, start_response):
            start_response(status, headers)
            return [body]

        found = find(serve(other), *READING)
        assert list(found) == ["health"]
        assert not found["health"].is_fine
        assert said in found["health"].words
        assert "\x1b" not in found["health"].words

    def test_nobody_listens(self, find):
        found = find(f"http://127.0.0.1:{free_port()}", *READING)
        assert list(found) == ["health"]
        assert "tidak ada server" in found["health"].words

    def test_a_name_that_is_not_known(self, find):
        assert "DNS" in find("http://desa.invalid", *READING)["health"].words

    def test_a_certificate_of_somebody_unknown(self, find, serve, program, certificate):
        found = find(serve(program(), certificate=certificate), *READING)
        assert list(found) == ["health"]
        assert "sertifikat https-nya tidak berlaku" in found["health"].words

    def test_a_certificate_of_another_name(self, find, serve, program, certificate):
        url = serve(program(), host="127.0.0.2", certificate=certificate)
        assert (
            "sertifikat https-nya tidak berlaku"
            in find(url, *READING, ca=str(certificate))["health"].words
        )

    def test_no_https_there(self, find, serve, program):
        url = serve(program()).replace("http:", "https:")
        assert "tidak ada https" in find(url, *READING)["health"].words

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"\0\xff garbage\n" * 9,
            b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nshort",
            b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200,
        ],
    )
    def test_garbage(self, find, answer):
        with listening(lambda connection: connection.sendall(answer)) as url:
            found = find(url, *READING, seconds=2)
        assert list(found) == ["health"]
        assert "putus, atau bukan HTTP" in found["health"].words

    def test_an_answer_without_an_end_is_cut_off(self, find):
        def endless(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
            while True:
                connection.sendall(b"x" * 65536)

        with listening(endless) as url:
            assert "bukan situs ini" in find(url, *READING)["health"].words

    @pytest.mark.parametrize("piece", [b"A: b\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"])
    def test_an_answer_drop_by_drop_is_not_waited_for(self, find, piece):
        def dripping(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n" if piece.startswith(b"A") else b"")
            for _drop in range(60):
                connection.sendall(piece)
                time.sleep(0.1)

        start = time.monotonic()
        with listening(dripping) as url:
            assert "dalam 1 detik" in find(url, *READING, seconds=1)["health"].words
        assert time.monotonic() - start < 3
