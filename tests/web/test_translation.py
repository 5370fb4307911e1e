"""Every page in a language that only this test knows, whose sentences are in brackets: what is in
none was said past the catalogue, and stays Indonesian in English, too.
"""

import re
import shutil
import sqlite3

import pytest
from babel.dates import get_month_names
from bs4 import BeautifulSoup
from flask import url_for

from pnpm import create_app, languages
from pnpm.accounts.models import SignIn, User
from pnpm.comments.policy import OFFICIAL_NAMES
from pnpm.db import db, transaction
from pnpm.site_settings import Words
from tests.conftest import SETTINGS, Client, dispose, on_sqlite, soup
from tests.exports import rich
from tests.languages import catalogue, put, unmarked

pytestmark = on_sqlite
LANGUAGE = "jv"
WORD = re.compile(r"[^\W\d_]{3,}")
HIGHEST = 8  # rows of the site are looked for under numbers below this one
XML = "application/atom+xml"
# of what an address is made, where that is no number
VALUES = {
    "name": "tentang",
    "slug": "rapat-desa",
    "year": 2012,
    "month": 12,
    "token": "x",
    "key": "x",
    "change_set": "0" * 16,
    "asked": "x",
    "_kind": "atom",
}
# what one reads or hears of an element besides its text
SAID = ("alt", "title", "aria-label", "placeholder", "label")
# what is the same in every language: names, addresses, and what is typed
LISTED = {
    *("facebook", "telegram", "whatsapp"),
    *("blogger", "disqus", "isso", "remark", "wordpress"),
    *("bahasa", "indonesia", "jawa"),  # the languages, each in its own
    "localhost",
}
QUERIES = [
    "/?page=2",
    "/cari?q=",
    "/cari?q=desa",
    "/cari?q=tidakadasamasekali",
    "/admin/comments?status=all",
    "/admin/comments?status=spam",
    "/admin/comments?status=all&q=tidakada",
    "/admin/articles?status=draft",
    "/admin/articles?status=deleted&q=tidakada",
    "/admin/pictures?tab=deleted",
    "/admin/pictures?tab=unused",
    "/admin/log?subject=comment",
    "/admin/articles/1?ask=yes",
]
# the guides, which are written in Indonesian, or English for who hosts a site
GUIDES = {"help.index", "help.show"}
# what ends the session that looks around
ENDS = {"session.end", "account.end_others", "users.remove", "account.end"}


@pytest.fixture(scope="module")
def app(rich_folder, tmp_path_factory):
    """A site with something of everything, in that language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "CATALOGUES", tmp_path_factory.mktemp("translations"))
        put(languages.CATALOGUES, catalogue(LANGUAGE))
        folder = shutil.copytree(
            rich_folder, tmp_path_factory.mktemp("spoken") / "instance", symlinks=True
        )
        app = create_app({"INSTANCE": folder, **SETTINGS, "LANGUAGE": LANGUAGE})
        app.test_client_class = Client
        yield app
        dispose(app)


@pytest.fixture(scope="module")
def office(app):
    """The admin's browser."""
    client = app.test_client()
    with app.app_context():
        user = db.session.query(User).filter_by(name=rich.WHO).one()
        with transaction(), client.session_transaction("/admin/") as session:
            session["key"] = SignIn.open(user, "")
            session.permanent = True
        db.session.remove()
    return client


@pytest.fixture(scope="module")
def known(app):
    """The words that are the site's own: all in its database, and those that it begins with."""
    path = app.config["PNPM"].instance / "site.db"
    with sqlite3.connect(path) as connection:
        rows = "\n".join(connection.iterdump())
    months = [
        name
        for width in ("wide", "abbreviated")
        for name in get_month_names(width, locale=LANGUAGE).values()
    ]
    words = WORD.findall(f"{rows} {Words()} {OFFICIAL_NAMES} {months}")
    return {word.lower() for word in words} | LISTED


def said(page):
    """Everything that one reads or hears of a page, but what is in brackets."""
    # as a whole, since a sentence may have a link in it
    yield " ".join(
        text
        for text in page.find_all(string=True)
        if text.parent.name not in ("script", "style", "code", "textarea")
    )
    for element in page.find_all(True):
        for name, value in element.attrs.items():
            if name in SAID or name.startswith("data-words"):
                yield value
        if element.get("id", "").endswith("-words"):  # for a script
            yield from (value for name, value in element.attrs.items() if name.startswith("data-"))
        if element.get("name", element.get("property")) in ("description", "og:description"):
            yield element["content"]


def indonesian(body, known):
    """The words of a page that are neither in brackets nor the site's own."""
    page = BeautifulSoup(body.partition("?>")[2] or body, "html.parser")
    words = " ".join(unmarked(text) for text in said(page))
    words = re.sub(r"\S*[/@.=]\S+", " ", words)  # addresses, and names of files
    return {word for word in WORD.findall(words) if word.lower() not in known}


def addresses(app, method):
    """The addresses of all rules, with numbers for the rows of the site, by their rules."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method not in rule.methods or rule.build_only or rule.endpoint in ENDS | GUIDES:
                continue
            for number in range(1, HIGHEST if "number" in rule.arguments else 2):
                values = {name: VALUES.get(name, number) for name in rule.arguments}
                yield rule.endpoint, url_for(rule.endpoint, **values)


def shown(answers):
    """Those of the answers that are pages or feeds, and lead nowhere else."""
    return {
        at: answer.text
        for at, answer in answers.items()
        if answer.mimetype in ("text/html", XML) and not answer.location
    }


def left(answers, known):
    """The words of those answers that no catalogue has, by their addresses."""
    found = {at: indonesian(body, known) for at, body in answers.items()}
    return {at: words for at, words in found.items() if words}


def test_what_readers_see(app, known):
    pages = rich.pages(app)
    pages.pop("/robots.txt")  # for programs
    assert left(pages, known) == {}


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["strangers", "officers"])
def test_every_page_that_there_is(app, office, known, is_signed_in):
    client = office if is_signed_in else app.test_client()
    found = {}
    for endpoint, at in addresses(app, "GET"):
        if endpoint not in found or found[endpoint].status_code != 200:
            found[endpoint] = client.get(at)
    found |= {at: client.get(at) for at in QUERIES}
    pages = shown(found)
    assert len(pages) > len(QUERIES) + 20
    assert left(pages, known) == {}


def test_whatever_a_form_is_refused_with(app, office, known):
    token = soup(office.get("/admin/articles/new")).select_one("[name=csrf_token]")["value"]
    found = {}
    for endpoint, at in addresses(app, "POST"):
        if endpoint not in found or found[endpoint].status_code == 404:
            found[endpoint] = office.post(at, data={"csrf_token": token})
    pages = shown(found)
    assert len(pages) > 40
    assert left(pages, known) == {}
