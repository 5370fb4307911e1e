"""What programs ask of the site."""

import json

import pytest
from sqlalchemy import text

from pnpm.db import db
from tests.conftest import on_sqlite, publish


def test_health_is_ok_when_the_schema_is_current(client):
    assert client.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize(
    "trouble", ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version"]
)
def test_health_says_why_it_is_not(client, trouble):
    db.session.execute(text(trouble))
    db.session.commit()
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "flask" in response.json["reason"]


@pytest.mark.parametrize("settings", [{"SECRET_KEY": "", "UPGRADE": "off"}])
def test_health_misses_the_key(client, instance):
    response = client.get("/healthz")
    assert (response.status_code, "secret key" in response.json["reason"]) == (503, True)


@on_sqlite
def test_health_misses_the_databases_file(client, instance):
    client.get("/healthz")
    (instance / "site.db").unlink()
    assert client.get("/healthz").status_code == 503


def test_robots_may_read_articles_and_find_the_sitemap(client):
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Disallow: /admin/\n" in robots.text
    assert "Sitemap: http://localhost/sitemap.xml" in robots.text


def test_the_sitemap_has_every_article(client, url):
    sitemap = client.get("/sitemap.xml")
    assert sitemap.mimetype == "application/xml"
    assert f"<loc>http://localhost{url}</loc>" in sitemap.text
    publish("Baru")
    assert "/baru.html" in client.get("/sitemap.xml").text


def test_the_manifest_names_the_site_and_its_icon(client):
    response = client.get("/manifest.webmanifest")
    manifest = json.loads(response.text)
    assert response.mimetype == "application/manifest+json"
    assert manifest["name"] == "PNPM -MP KECAMATAN DUA BOCCOE"
    assert client.get(manifest["icons"][0]["src"]).status_code == 200


def test_an_icon_is_found_where_browsers_look(client):
    assert client.get("/favicon.ico", follow_redirects=True).mimetype == "image/svg+xml"


def test_the_office_has_a_page(client):
    response = client.get("/admin/")
    assert (response.status_code, response.headers["Cache-Control"]) == (303, "no-store")
    assert response.headers["X-Robots-Tag"] == "noindex"
