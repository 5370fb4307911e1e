"""Errors in the site's look, saying what to do."""

import pytest
from flask import abort

from tests.conftest import drop_tables


@pytest.fixture
def broken(app):
    """A site some of whose addresses fail."""
    app._got_first_request = False
    app.testing = False
    for code in (400, 403, 404, 405, 413, 429, 500, 503, 418):
        app.add_url_rule(f"/broken/{code}", f"broken{code}", lambda code=code: abort(code))
    app.add_url_rule("/broken/crash", "crash", lambda: 1 / 0)
    return app


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, "tidak dapat dibaca"),
        (403, "Kiriman ditolak"),
        (404, "tidak ditemukan"),
        (405, "tidak tersedia"),
        (413, "terlalu besar"),
        (429, "Terlalu sering"),
        (500, "rusak di pihak kami"),
        (503, "belum siap"),
        (418, "tidak dapat dibaca"),
    ],
)
def test_each_has_a_page_of_ours(broken, client, code, words):
    response = client.get(f"/broken/{code}")
    assert response.status_code == code
    assert words in response.text
    assert "masthead" in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_a_crash_is_a_500_that_tells_nothing_of_itself(broken, client):
    response = client.get("/broken/crash")
    assert response.status_code == 500
    assert "ZeroDivision" not in response.text


def test_htmx_gets_a_line_for_the_status(broken, client):
    response = client.get("/broken/500", headers={"HX-Request": "true"})
    assert response.text.startswith('<hx-partial id="error-status" data-hx-target="#status"')


def test_a_site_that_was_never_made_ready_says_so_plainly(client):
    drop_tables("subscription_comment", "comment", "setting", "article")
    response = client.get("/")
    assert response.status_code == 503
    assert "flask init" in response.text


@pytest.mark.parametrize("settings", [{"SECRET_KEY": "", "UPGRADE": "off"}])
def test_a_site_without_a_key_signs_nothing(client, instance, app, url):
    assert client.get(url).status_code == 503


def test_a_way_that_is_not_there_says_which_is(client):
    response = client.post("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
