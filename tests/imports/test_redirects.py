"""What a host of the old site needs so that its addresses lead here."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from pnpm.articles.models import Article, Status
from pnpm.db import begin_writing, db
from pnpm.imports import redirects
from pnpm.imports.addresses import keep
from tests.conftest import publish

SITE = "https://desa.example"
HERE = f"{SITE}/2012/12/latar-belakang.html"


def htaccess(site=SITE):
    return redirects.htaccess(db.session.connection(), site, ZoneInfo("Asia/Makassar"))


def kept(article, *addresses):
    begin_writing()
    keep(db.session.connection(), article.id, addresses)
    db.session.commit()


def led(text, path, query=""):
    """Where Apache would lead that path of the old site: the first rule that fits."""
    fits = True
    for line in text.splitlines():
        name, *words = line.split(" ")
        if name == "RewriteCond":
            fits = re.search(words[1], query) is not None
        elif name == "RewriteRule":
            found = re.search(words[0], path.removeprefix("/"))
            if fits and found:
                return words[1].replace("$1", found[1] if found.groups() else "").removesuffix("?")
            fits = True
    return None


@pytest.fixture
def moved(article):
    """The article, with the addresses that it had."""
    kept(
        article,
        "/2012/12/20/rapat-desa/",
        "/?p=12",
        "/k%C3%A9camatan (1).php",
        "/a%20b%22c%0aRewriteRule%20x/",
        "/berita.php?id=3",
    )
    return article


@pytest.mark.parametrize(
    ("path", "query", "target"),
    [
        ("/2012/12/20/rapat-desa/", "", HERE),
        ("/2012/12/20/rapat-desa", "utm_source=wa", HERE),
        ("/", "p=12", HERE),
        ("/index.php", "x=1&p=12", HERE),
        ("/kécamatan (1).php", "", HERE),
        ('/a b"c\nRewriteRule x/', "", HERE),
        ("/berita.php", "id=3", HERE),
        ("/", "p=123", f"{SITE}/"),
        ("/", "", f"{SITE}/"),
        ("/2012/12/20/rapat-desa/lagi", "", f"{SITE}/2012/12/20/rapat-desa/lagi"),
        ("/2012/12/latar-belakang.html", "m=1", HERE),
    ],
)
def test_each_address_leads_to_its_article_and_others_to_the_same_path(moved, path, query, target):
    for site in (SITE, f"{SITE}/"):
        assert led(htaccess(site), path, query) == target


def test_nothing_from_an_archive_is_a_line_of_its_own(moved):
    for line in htaccess().splitlines():
        assert re.match(
            r"# |RewriteEngine On$|RewriteCond %|RewriteRule \^\S+ \S+ \[R=301,L\]$", line
        )


def test_of_what_readers_do_not_see_there_is_none(app):
    hidden = publish("Nanti", datetime(2090, 1, 1, tzinfo=UTC))
    kept(hidden, "/nanti-sekali/")
    assert "nanti" not in htaccess()


def test_a_page_about_the_site_has_its_own(app):
    page = Article(title="Profil", slug="p/profil", body="x", html="x", status=Status.PAGE)
    db.session.add(page)
    db.session.commit()
    kept(page, "/profil-desa/")
    assert led(htaccess(), "/profil-desa/") == f"{SITE}/p/profil.html"


@pytest.mark.parametrize(
    "site", [SITE, f"{SITE}/", "https://xn--desa-x.example/sub", "https://a'b.x/"]
)
def test_the_lines_for_blogger_are_well_formed_and_name_the_page(site):
    text = redirects.blogger(site)
    lines = text[text.index("<link") :]
    theme = f"<head xmlns:expr='http://www.google.com/2005/gml/expr'>{lines}</head>"
    link, meta = ElementTree.fromstring(theme)
    target = f"{site.rstrip('/')}/?dari=".replace("'", "%27")
    assert next(iter(link.attrib.values())) == f'"{target}" + data:blog.url'
    assert next(iter(meta.attrib.values())) == f'"0;url={target}" + data:blog.url'
