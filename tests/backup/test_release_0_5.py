"""A site that release 0.5.0 made: this program opens it, brings it up to date and answers the same
pages.

`fixtures/release-0.5.0.zip` is the instance folder of such a site, filled over HTTP as its users
do: the demonstration, comments of every status, an answer, an edited comment, an article with a
picture and a former address, a draft, lists, a trusted author, headlines, settings, an undone
change, two accounts. In it are a backup that 0.5.0 made, and `said.json`: what its public pages
said.
"""

import json
import re
import zipfile

import pytest

from pnpm import create_app
from pnpm.audit.models import break_in_chain
from pnpm.db import db, migrations
from tests.conftest import SETTINGS, TOP, Client, dispose, fields, on_sqlite

FIXTURE = TOP / "tests/fixtures/release-0.5.0.zip"
ARTICLE = "/2012/12/latar-belakang-pnpm-mandiri-perdesaan.html"
WITH_PICTURE = "/2026/11/rapat-di-balai.html"
PASSWORD = "empat kata yang biasa"

pytestmark = on_sqlite


@pytest.fixture
def folder(tmp_path):
    """The instance folder as 0.5.0 left it."""
    with zipfile.ZipFile(FIXTURE) as archive:
        archive.extractall(tmp_path / "instance")
    return tmp_path / "instance"


@pytest.fixture
def said(folder):
    """What 0.5.0's public pages said."""
    return json.loads((folder / "said.json").read_text("utf-8"))


@pytest.fixture
def upgraded(folder):
    """The site as this program opens it, without a command."""
    app = create_app({"INSTANCE": folder, **SETTINGS})
    app.test_client_class = Client
    with app.app_context():
        yield app
        dispose(app)


@pytest.fixture
def restored(folder, tmp_path):
    """A new site of this program into which 0.5.0's backup was brought."""
    new = create_app({"INSTANCE": tmp_path / "new", **SETTINGS})
    new.test_client_class = Client
    with new.app_context():
        run(new, "init")
        run(new, "restore", folder / "backup-0.5.0.zip")
        yield new
        dispose(new)


@pytest.fixture(params=["upgraded", "restored"])
def site(request):
    """Either of them: a site lives on by an upgrade in its place, or by its backup."""
    return request.getfixturevalue(request.param)


def run(app, *arguments):
    result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output


def words(element):
    """Its text on one line."""
    return " ".join(element.get_text(" ").split())


def comments(page):
    """Each comment: its number, who, when, and its HTML without the name of the file that the
    emoticons are in.
    """
    return [
        [
            comment["id"],
            comment.select_one(".comment__author").text.strip(),
            comment.select_one("time")["datetime"],
            re.sub(
                "emoticons[^#]*svg",
                "S",
                comment.select_one(".comment__body").decode_contents().strip(),
            ),
        ]
        for comment in page.select(".comment")
    ]


def test_the_schema_is_the_newest_and_the_log_is_whole(upgraded):
    assert upgraded.test_client().get("/healthz").status_code == 200
    assert migrations.of(db.engine) == migrations.newest()
    assert break_in_chain() is None


def test_the_comments_are_the_same(site, said):
    page = site.test_client().page(ARTICLE)
    assert comments(page) == said["comments"]
    assert page.select_one("#comment-count").text == str(len(said["comments"]))


@pytest.mark.parametrize("url", [ARTICLE, WITH_PICTURE])
def test_the_articles_are_the_same(site, said, url):
    text = words(site.test_client().page(url).select_one("article.article .article__body"))
    assert text in said["pages"][url]
    assert len(text) > 60


def test_every_address_leads_where_it_led(site, said):
    client = site.test_client()
    page = client.page("/")
    assert {link["href"] for link in page.select("main a[href]")} >= set(said["links"])
    for link in [*said["links"], *(url for url in said["pages"])]:
        assert client.get(link).status_code == 200, link
    moved = client.get("/2026/11/rapat-desa-di-balai.html")
    assert [moved.status_code, moved.location] == said["moved"]


def test_the_picture_is_where_it_was(site, said):
    client = site.test_client()
    assert said["picture"] in str(client.page(WITH_PICTURE).select_one("article.article picture"))
    assert client.get(said["picture"]).data.startswith(b"\xff\xd8")


def test_the_officer_signs_in_and_every_page_of_the_office_opens(site):
    client = site.test_client()
    form = {
        field["name"]: field.get("value", "")
        for field in client.page("/admin/login").select("#login-form input")
    }
    answer = client.post("/admin/login", data={**form, "username": "camat", "password": PASSWORD})
    assert answer.status_code == 303
    places = {link["href"] for link in client.page("/admin/").select("nav a[href^='/admin/']")}
    assert len(places) > 8
    for place in [
        *places,
        "/admin/comments?status=all",
        "/admin/comments/4",
        "/admin/articles/4",
        "/admin/articles/4/versions",
    ]:
        assert client.get(place).status_code == 200, place


def test_a_reader_goes_on_commenting(site):
    client = site.test_client()
    filled = {
        **fields(client.page(ARTICLE)),
        "name": "Sesudah pembaruan",
        "body": "Masih bisa :))",
        "seconds": "60",
    }
    answer = client.post(ARTICLE, data=filled)
    assert answer.status_code == 303
    assert "Sesudah pembaruan" in {who for _id, who, _when, _html in comments(client.page(ARTICLE))}


def test_words_that_the_office_refused_are_refused_as_before(site):
    client = site.test_client()
    answer = client.post(
        ARTICLE,
        data={
            **fields(client.page(ARTICLE)),
            "body": "Lihat http://judi.example/",
            "seconds": "60",
        },
    )
    assert answer.status_code == 422
