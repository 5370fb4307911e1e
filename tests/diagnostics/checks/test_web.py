"""What the request of the page shows of the way here; and the site asked for its own files, by its
address.
"""

import time
from dataclasses import replace

import pytest
from flask import request

from pnpm.client_address import PEER
from pnpm.diagnostics.checks import Asked, web
from pnpm.web import assets
from tests.conftest import TOP
from tests.diagnostics.probe.conftest import spoiled

FAR = Asked(
    "https://desa.example/",
    is_secure=True,
    is_said_secure=False,
    hops=0,
    is_from_near=False,
    is_alone=False,
)


class TestAddress:
    @pytest.mark.parametrize(
        ("site_url", "asked", "said"),
        [
            (
                "",
                {"url": "http://desa.example/blog/", "is_secure": False, "is_said_secure": True},
                "=https://desa.example/blog.",
            ),
            ("", {"url": "http://desa.example/", "is_secure": False}, "tanpa https"),
            (
                "http://desa.example",
                {"url": "http://desa.example/", "is_secure": False},
                "tanpa https",
            ),
            ("", {}, "PNPM_SITE_URL=https://desa.example."),
        ],
    )
    def test_a_way_that_is_wrong(self, look, config, site_url, asked, said):
        found = look(web.address, replace(config, site_url=site_url), asked=FAR._replace(**asked))
        assert not found.is_fine
        assert said in found.words

    @pytest.mark.parametrize(
        ("site_url", "asked"),
        [
            ("https://desa.example", {}),
            ("https://desa.example", {"is_said_secure": True}),
            ("", {"url": "http://127.0.0.1:8000/", "is_secure": False}),
            ("", {"url": "http://localhost/", "is_secure": False}),
            ("", {"url": "http://[::1]:8000/blog/", "is_secure": False}),
        ],
    )
    def test_a_way_that_is_right(self, look, config, site_url, asked):
        assert look(
            web.address, replace(config, site_url=site_url), asked=FAR._replace(**asked)
        ).is_fine

    @pytest.mark.parametrize(
        ("site_url", "said"),
        [
            ("", "belum disetel"),
            ("https://desa.example", "https://desa.example."),
            ("http://desa.example", "tanpa https"),
        ],
    )
    def test_without_a_request_the_setting_is_told(self, look, config, site_url, said):
        found = look(web.address, replace(config, site_url=site_url))
        assert found.is_fine
        assert said in found.words


class TestProxies:
    @pytest.mark.parametrize(
        ("trusted", "hops", "is_from_near", "said"),
        [
            (0, 1, True, "PNPM_TRUSTED_PROXIES=1."),
            (1, 0, True, "PNPM_TRUSTED_PROXIES=0."),
            (2, 1, False, "PNPM_TRUSTED_PROXIES=1."),
        ],
    )
    def test_a_number_that_is_wrong(self, look, config, trusted, hops, is_from_near, said):
        asked = FAR._replace(hops=hops, is_from_near=is_from_near)
        found = look(web.proxies, replace(config, trusted_proxies=trusted), asked=asked)
        assert not found.is_fine
        assert found.words.endswith(said)

    @pytest.mark.parametrize(
        ("trusted", "hops", "is_from_near"),
        [(0, 0, True), (0, 1, False), (1, 1, True), (1, 2, False)],
    )
    def test_a_number_that_is_right(self, look, config, trusted, hops, is_from_near):
        asked = FAR._replace(hops=hops, is_from_near=is_from_near)
        assert look(web.proxies, replace(config, trusted_proxies=trusted), asked=asked).is_fine

    def test_without_a_request_the_setting_is_told(self, look, config):
        assert ": 3." in look(web.proxies, replace(config, trusted_proxies=3)).words


class TestAsked:
    @pytest.mark.parametrize(
        ("environ", "field", "value"),
        [
            ({"HTTP_X_FORWARDED_PROTO": "https"}, "is_said_secure", True),
            ({"HTTP_X_FORWARDED_PROTO": "http"}, "is_said_secure", False),
            ({"HTTP_X_FORWARDED_FOR": "192.0.2.1, 10.0.0.1"}, "hops", 2),
            ({}, "hops", 0),
            ({"REMOTE_ADDR": "127.0.0.1"}, "is_from_near", True),
            ({"REMOTE_ADDR": "10.1.2.3"}, "is_from_near", True),
            ({"REMOTE_ADDR": ""}, "is_from_near", True),
            ({"REMOTE_ADDR": "8.8.8.8"}, "is_from_near", False),
            (
                {"wsgi.multiprocess": False, "wsgi.multithread": False, "wsgi.run_once": False},
                "is_alone",
                True,
            ),
            (
                {"wsgi.multiprocess": True, "wsgi.multithread": False, "wsgi.run_once": False},
                "is_alone",
                False,
            ),
            ({"wsgi.url_scheme": "https"}, "is_secure", True),
            (
                {"SCRIPT_NAME": "/blog", "HTTP_HOST": "desa.example"},
                "url",
                "http://desa.example/blog/",
            ),
        ],
    )
    def test_it_is_what_the_request_shows(self, app, environ, field, value):
        with app.test_request_context("/admin/checkup", environ_overrides=environ):
            assert getattr(Asked.of(request), field) == value

    def test_the_connection_counts_not_what_a_proxy_says(self, app):
        kept = {PEER: "127.0.0.1", "REMOTE_ADDR": "8.8.8.8"}
        with app.test_request_context("/", environ_overrides=kept):
            assert Asked.of(request).is_from_near


class TestStatic:
    @pytest.fixture
    def folder(self, tmp_path):
        """The web server's folder, with the static files in it."""
        assets.prepare(TOP / "static", tmp_path / "public_html/static")
        return tmp_path / "public_html"

    def test_by_the_program_it_is_fine(self, look):
        found = look(web.static)
        assert found.is_fine
        assert "PNPM_WEB_FOLDER" in found.words

    def test_before_the_first_start_there_are_none_yet(self, look, config, tmp_path):
        assert (
            "saat situs dimulai"
            in look(web.static, replace(config, instance=tmp_path / "new")).words
        )

    def test_the_web_servers_folder_without_them(self, look, config, tmp_path):
        found = look(web.static, replace(config, web_folder=tmp_path))
        assert not found.is_fine
        assert str(tmp_path / "static") in found.words

    def test_with_those_of_another_version(self, look, config, folder):
        index = folder / "static/names.json"
        index.write_text(
            index.read_text().replace('"stamp": [[', '"stamp": [["other.css", 1, 1], [')
        )
        assert not look(web.static, replace(config, web_folder=folder)).is_fine

    def test_it_is_said_where_nobody_can_be_asked(self, look, config, folder):
        found = look(web.static, replace(config, web_folder=folder))
        assert found.is_fine
        assert "tidak dapat ditanyakan" in found.words

    def test_the_web_server_is_really_asked(self, look, config, folder, app, serve):
        config = replace(config, web_folder=folder)
        by_itself = serve(spoiled(app.wsgi_app, "/static/.*", drop=["content-security-policy"]))
        found = look(web.static, replace(config, site_url=by_itself))
        assert (found.is_fine, found.words) == (True, "Berkas statis dikirim server web sendiri.")
        by_us = serve(app.wsgi_app)
        found = look(web.static, replace(config, site_url=by_us))
        assert not found.is_fine
        assert "program masih mengirim" in found.words
        none = serve(spoiled(app.wsgi_app, "/static/.*", status="404 Not Found"))
        found = look(web.static, replace(config, site_url=none))
        assert not found.is_fine
        assert "(404)" in found.words


class TestFilesOfOurs:
    def test_the_web_server_is_asked_for_them(self, look, config, app, serve):
        found = look(web.files_of_ours, replace(config, site_url=serve(app.wsgi_app)))
        assert (found.is_fine, found.words) == (True, "Server web tidak membagikan berkas kita.")
        key = b"k-Y_" * 16
        giving = spoiled(
            app.wsgi_app, "/instance/secret_key", status="200 OK", body=key, drop=["content-length"]
        )
        found = look(web.files_of_ours, replace(config, site_url=serve(giving)))
        assert not found.is_fine
        assert ": /instance/secret_key." in found.words
        assert key.decode() not in found.words

    def test_the_address_of_the_request_will_do(self, look, app, serve):
        giving = spoiled(
            app.wsgi_app,
            "/wsgi.py",
            status="200 OK",
            body=(TOP / "wsgi.py").read_bytes(),
            drop=["content-length"],
        )
        found = look(web.files_of_ours, asked=FAR._replace(url=f"{serve(giving)}/"))
        assert not found.is_fine

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (None, "PNPM_SITE_URL"),
            (FAR._replace(is_alone=True), "satu permintaan"),
            (FAR._replace(url="http://127.0.0.1:1/"), "tidak ada server"),
        ],
    )
    def test_where_nobody_can_be_asked_it_says_so(self, look, asked, said):
        found = look(web.files_of_ours, asked=asked)
        assert found.is_fine
        assert "tidak dapat ditanyakan" in found.words
        assert said in found.words

    @pytest.mark.system
    def test_a_server_that_answers_slowly_is_not_waited_for(self, look, config, serve):
        def slow(environ, start_response):
            if environ["PATH_INFO"] != "/healthz":
                time.sleep(1)
            start_response("404 Not Found", [])
            return [b""]

        start = time.monotonic()
        found = look(web.files_of_ours, replace(config, site_url=serve(slow)))
        assert time.monotonic() - start < 8
        assert found.is_fine
        assert "terlalu lambat" in found.words
