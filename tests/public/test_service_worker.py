"""The service worker as it is sent: what was read opens again without a connection."""

import re

import pytest

from pnpm.web.security import HEADERS
from tests.conftest import soup

OFF = pytest.mark.parametrize("settings", [{"OFFLINE": "off"}])


def test_it_is_a_script_that_browsers_ask_for_anew_at_each_visit(client):
    response = client.get("/sw.js")
    assert (response.status_code, response.mimetype) == (200, "text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response.headers
    again = client.get("/sw.js", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_the_policy_lets_the_sites_own_be_one(client):
    assert "worker-src 'self';" in client.get("/sw.js").headers["Content-Security-Policy"]


def test_it_goes_out_without_comments_and_indents(client):
    lines = client.get("/sw.js").text.splitlines()
    assert [line for line in lines if not line or line[0] in " /"] == []
    assert "{{" not in "".join(lines)


def test_it_says_what_to_do_on_a_page_that_was_never_opened(client, app):
    script = client.get("/sw.js").text
    assert "halaman ini belum pernah dibuka di sini" in script
    assert app.config["ASSETS"]["site.css"] in script
    assert "</a>" in script


def test_pages_say_where_it_is_and_what_to_say_of_a_kept_one(client, url):
    for path in ("/", url, "/p/privasi.html"):
        page = client.page(path)
        bar = page.select_one("#offline[role=status]")
        assert (bar["data-worker"], bar.text) == ("/sw.js", "")
        assert "{}" in bar["data-words"] and "{}" in bar["data-words-slow"]
        assert page.select_one("script[src*='/app.']")


def test_in_a_folder_it_lies_in_that_folder(client, url):
    base = {"base_url": "http://localhost/desa"}
    script = client.get("/sw.js", **base)
    assert script.status_code == 200
    assert "/desa/static/site." in script.text
    page = soup(client.get(url, **base))
    assert page.select_one("#offline")["data-worker"] == "/desa/sw.js"


def test_a_changed_script_or_style_makes_it_another(client, app):
    def version():
        return re.search(r'VERSION = "(\w+)"', client.get("/sw.js").text)[1]

    before = version()
    assert version() == before
    app.config["ASSETS"] = app.config["ASSETS"] | {"app.js": "app.000000000000.js"}
    app.extensions["page_cache"].pages._values.clear()
    app.extensions["page_cache"].addresses._values.clear()
    assert version() != before


@pytest.mark.parametrize("settings", [{"LANGUAGE": "en"}])
def test_it_speaks_the_sites_language(client):
    assert "this page has never been opened here" in client.get("/sw.js").text
    assert client.page("/").select_one("#offline")["data-words"].startswith("No connection.")


@OFF
def test_switched_off_it_only_takes_itself_and_its_caches_away(client):
    response = client.get("/sw.js")
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-cache")
    assert "registration.unregister()" in response.text
    assert "caches.delete" in response.text
    assert '"fetch"' not in response.text


@OFF
def test_switched_off_no_page_names_it(client, url):
    for path in ("/", url):
        assert "data-worker" not in client.get(path).text
        assert "sw.js" not in client.get(path).text


def test_it_has_the_headers_of_every_answer(client):
    response = client.get("/sw.js")
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
