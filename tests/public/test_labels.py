"""The pages of labels, and where labels are shown."""

import json
from datetime import timedelta

import pytest

from pnpm.articles.actions import held, save, write
from pnpm.articles.models import PAGE, Status
from pnpm.articles.tags import all_labels
from pnpm.audit.models import ChangeSet
from pnpm.db import now, transaction
from pnpm.public.pages import MOST_LABELS
from pnpm.web.dates import exact
from tests.queries import asked


def labelled(title, *labels, days=0, status=Status.PUBLISHED, **more):
    """An article with these labels, published so many days ago."""
    with transaction():
        moment = now() - timedelta(days=days)
        return write(
            ChangeSet("Bu Camat"),
            None,
            title,
            "<p>Isi.</p>",
            status,
            labels=labels,
            published_at=moment,
            **more,
        )


def changed(article, **changes):
    """The same article, saved again."""
    with transaction():
        save(ChangeSet("Bu Camat"), held(article.id), **changes)


def titles(page):
    return [title.text for title in page.select(".teaser__title")]


def labels(element):
    return [(link.text, link["href"]) for link in element.select("a[rel=tag]")]


def test_a_label_has_a_page_with_its_articles_newest_first(client):
    labelled("Lama", "Desa", days=2)
    labelled("Baru", "PNPM", "desa", days=1)
    labelled("Lain", "PNPM")
    page = client.page("/label/desa")
    assert page.select_one("h1").text == "Label: Desa"
    assert page.title.text == "Label: Desa - PNPM -MP KECAMATAN DUA BOCCOE"
    assert titles(page) == ["Baru", "Lama"]
    assert page.select_one("link[rel=canonical]")["href"] == "http://localhost/label/desa"


def test_it_goes_on_by_the_page(client):
    for number in range(PAGE + 2):
        labelled(f"Artikel {number}", "desa", days=20 - number)
        labelled(f"Lain {number}", days=20 - number)
    page = client.page("/label/desa")
    assert titles(page) == [f"Artikel {number}" for number in range(PAGE + 1, 1, -1)]
    older = client.page(page.select_one("a[rel=next]")["href"])
    assert titles(older) == ["Artikel 1", "Artikel 0"]
    assert not older.select("a[rel=next]")
    assert client.get("/label/desa?before=1").status_code == 404


def test_it_stands_under_an_article_and_its_teaser(client):
    labelled("Rapat", "Musyawarah Desa", "Anggaran", slug="rapat")
    both = [("Musyawarah Desa", "/label/musyawarah-desa"), ("Anggaran", "/label/anggaran")]
    page = client.page(f"/{now():%Y/%m}/rapat.html")
    assert labels(page) == both
    assert json.loads(page.select_one("script[type='application/ld+json']").string)["keywords"] == [
        "Musyawarah Desa",
        "Anggaran",
    ]
    assert labels(client.page("/").select_one(".teaser")) == both
    assert labels(client.page("/label/anggaran").select_one(".teaser")) == both


def test_the_front_page_ends_with_all_of_them_by_name(client):
    labelled("Satu", "PNPM", "air")
    labelled("Konsep", "rahasia", status=Status.DRAFT)
    labelled("Nanti", "rahasia", days=-1)
    assert [name for name, _url in labels(client.page("/").select_one(".all-labels"))] == [
        "air",
        "PNPM",
    ]


def test_of_very_many_it_has_those_of_most_articles(app):
    for number in range(0, MOST_LABELS + 10, 10):
        labelled(f"Satu {number}", *[f"label {each:02}" for each in range(number, number + 10)])
    labelled("Dua", "label 39", "label 35")
    names = [label.name for label in all_labels(MOST_LABELS)]
    assert (len(names), names[-2:], names == sorted(names)) == (
        MOST_LABELS,
        ["label 35", "label 39"],
        True,
    )
    assert len(all_labels()) == MOST_LABELS + 10


def test_a_site_without_labels_shows_none(client, url):
    assert not client.page("/").select(".all-labels, .labels")
    assert not client.page(url).select(".labels")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Desa", "desa"),
        ("desa", "desa"),
        ("D%C3%A9sa", "desa"),
        ("Rapat%20Desa", "rapat-desa"),
        ("rapat+desa", "rapat-desa"),
        ("AIR/Jalan", "air-jalan"),
        ("AIR%2FJalan", "air-jalan"),
        ("%E1%A8%85%E1%A8%97", "artikel-e57993b3"),
    ],
)
def test_bloggers_address_leads_to_it(client, name, slug):
    labelled("Satu", "Désa", "rapat desa", "Air/jalan", "ᨅᨗ")
    answer = client.get(f"/search/label/{name}?max-results=20")
    assert (answer.status_code, answer.location) == (301, f"/label/{slug}")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    "unknown",
    [
        *("/label/tidak-ada", "/label/", "/label/DESA", "/label/desa/", "/label/" + "x" * 5000),
        *("/search/label/tidak-ada", "/search/label/", "/search/label/%FF%00"),
        *("/label/desa?before=x", "/label/desa?before=-1", "/label/desa?before=%C2%B2"),
    ],
)
def test_an_unknown_one_is_not_found(client, unknown):
    labelled("Satu", "Desa")
    assert client.get(unknown).status_code == 404


@pytest.mark.parametrize(
    "hidden", [{"status": Status.DRAFT}, {"status": Status.DELETED}, {"labels": ["lain"]}], ids=str
)
def test_one_without_articles_that_readers_see_is_gone_at_once(client, hidden):
    article = labelled("Satu", "Desa")
    labelled("Konsep", "Desa", status=Status.DRAFT)
    assert client.get("/label/desa").status_code == 200
    changed(article, **hidden)
    assert client.get("/label/desa").status_code == 404
    assert "/label/desa" not in client.get("/sitemap.xml").text


def test_the_sitemap_has_labels_and_when_articles_changed(client, app):
    zone = app.config["PNPM"].timezone
    saved = labelled("Satu", "Désa", days=9, slug="satu")
    later = labelled("Dua", slug="dua", days=1)
    with transaction():
        held(later.id).saved_at = now() - timedelta(days=30)  # long before it came out
    sitemap = client.get("/sitemap.xml").text
    assert "<loc>http://localhost/label/desa</loc>" in sitemap
    assert f"/satu.html</loc><lastmod>{exact(saved.saved_at, zone)}</lastmod>" in sitemap
    assert f"/dua.html</loc><lastmod>{exact(later.published_at, zone)}</lastmod>" in sitemap


def test_all_teasers_labels_are_found_by_one_query(client, app):
    for number in range(3):
        labelled(f"Artikel {number}", "desa", f"label {number}")
    client.get("/")
    counts = []
    for _round in range(2):
        changed(labelled(f"Lagi {len(counts)}", "desa", "baru"), title=f"Lain {len(counts)}")
        with asked() as queries:
            client.get("/")
        counts.append(len([query for query in queries if "article_label" in query.sql]))
    assert counts == [2, 2]  # the teasers', and the foot's


def test_a_name_is_a_text_and_nothing_else(client):
    labelled("Satu", '<script>alert("1")</script> & "x"', slug="satu")
    page = client.page(f"/{now():%Y/%m}/satu.html")
    [(name, address)] = labels(page)
    assert name == '<script>alert("1")</script> & "x"'
    assert client.page(address).select_one("h1").text == f"Label: {name}"


def test_every_link_is_right_under_a_sub_uri(client):
    labelled("Satu", "Desa")
    blog = {"SCRIPT_NAME": "/blog"}
    page = client.page("/label/desa", environ_overrides=blog)
    links = [link["href"] for link in page.select("main a")]
    assert links
    assert all(link.startswith("/blog/") for link in links)
    assert client.get("/search/label/DESA", environ_overrides=blog).location == "/blog/label/desa"


def test_it_is_sent_once_as_long_as_nothing_changes(client):
    article = labelled("Satu", "Desa")
    first = client.get("/label/desa")
    again = client.get("/label/desa", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    changed(article, title="Lain")
    again = client.get("/label/desa", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, "Lain" in again.text) == (200, True)
