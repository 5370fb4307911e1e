"""The site as plain files: crawled by a parser of another project, as a browser reads it from the
disk.
"""

import shutil
import zipfile
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from pnpm import create_app
from pnpm.comments.models import Comment, Status
from pnpm.db import db, transaction
from pnpm.exports.page_tokens import parsed, spelled
from pnpm.exports.static_addresses import on_site, place_of
from pnpm.imports.addresses import keep as keep_addresses
from pnpm.site_settings import Setting
from tests.conftest import SETTINGS, dispose, publish
from tests.exports.conftest import run


def copied(folder, url):
    """The folder with that site, and its app."""
    known = {"SITE_URL": url} if url else {}
    app = create_app({"INSTANCE": folder / "instance", **SETTINGS, **known})
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setattr("pnpm.comments.thread.WINDOW", 4)
        publish("Tautan", body=LINKS)
        with transaction():
            keep_addresses(db.session.connection(), 1, FORMER)
            Setting.touch()
        (folder / "situs").mkdir()  # an empty folder is filled
        run(app, "export", folder / "situs", "--format", "static")
        if not url:
            run(app, "export", folder / "situs.zip", "--format", "static")
        comments = db.session.query(Comment.id).filter_by(article_id=1, status=Status.PUBLISHED)
        (folder / "comments").write_text(" ".join(str(number) for (number,) in comments))
        db.session.remove()
    dispose(app)
    return folder / "situs"


@pytest.fixture(scope="module", params=["", "https://desa.example/blog"], ids=["unknown", "known"])
def taken(request, rich_folder, tmp_path_factory):
    """The folder with the site, whose own address is known or not."""
    folder = tmp_path_factory.mktemp("static")
    shutil.copytree(rich_folder, folder / "instance", symlinks=True)
    return copied(folder, request.param)


# of which a disk can have the first alone: what is a file is no folder, and no name is endless
FORMER = "/lama.html", "/lama.html/bagian", f"/{'x' * 250}"
LINKS = (
    '<p><a href="../../2013/01/ditutup.html#comments">dulu</a> <a href="../../2013/01/tidak-ada.html">tiada</a>'
    ' <a href="../../cari?q=x">cari</a> <a href="../../admin/">kantor</a> <a href="../../p/tentang.html">kami</a>'
    ' <a href="../../2010/05/sudah-ditutup.html?m=1#komentar-7">m</a> <a href="https://lain.example/x">lain</a>'
    ' <a href="../../arsip">arsip</a> <a href="../../search/label/berita">label</a></p>'
)


def pages(folder):
    """Each page, parsed, by its file."""
    return {
        path: BeautifulSoup(path.read_text(), "lxml") for path in sorted(folder.rglob("*.html"))
    }


def references(page):
    """What a page loads, and what it links to."""
    for element in page.select("[src], [href], [srcset]"):
        for each in (element.get("srcset") or "").split(","):
            if each.strip():
                yield element, each.split()[0]
        for name in ("src", "href"):
            if element.get(name) is not None:
                yield element, element[name]


def test_every_link_leads_to_a_file_and_nothing_is_loaded_from_elsewhere(taken):
    found, links = pages(taken), 0
    assert len(found) > 25
    for path, page in found.items():
        for element, address in references(page):
            parts = urlsplit(address)
            if parts.scheme == "data":
                continue
            if parts.scheme or parts.netloc:
                assert element.name == "a" or element.get("rel") == ["canonical"], (path, address)
                continue
            assert not address.startswith("/"), (path, address)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.is_file(), (path, address)
            assert target.is_relative_to(taken), (path, address)
            if parts.fragment and target.suffix == ".html" and "komentar-" not in parts.fragment:
                assert found[target].find(id=parts.fragment), (path, address)
            links += 1
    assert links > 300


def test_it_has_nothing_that_needs_a_server_or_a_script(taken):
    for path, page in pages(taken).items():
        assert not page.select("form, button, input, noscript, [action]"), path
        assert not page.select("script:not([type='application/ld+json'])"), path
        assert not page.select("[data-hx-get], [data-worker], link[rel=manifest], [href*=cari]"), (
            path
        )
    assert not [path for path in taken.rglob("*") if path.suffix in (".js", ".webmanifest")]
    assert "komentar baru tidak diterima lagi" in (taken / "2012/12/rapat-desa.html").read_text()
    assert "tanpa pencarian" in (taken / "index.html").read_text()
    assert "Permintaan data tidak lagi diterima" in (taken / "p/privasi.html").read_text()


def test_every_comment_that_readers_see_is_there_once_in_its_thread(taken):
    page = pages(taken)[taken / "2012/12/rapat-desa.html"]
    shown = [element["id"] for element in page.select("article.comment")]
    comments = (taken.parent / "comments").read_text().split()
    assert sorted(shown) == sorted(f"comment-{number}" for number in comments)
    firsts = [element["id"] for element in page.select("#comment-list > article.comment")]
    assert firsts == [f"comment-{number}" for number in range(1, 11)]
    replies = [element["id"] for element in page.select("#replies-3 > article.comment")]
    assert replies == [f"comment-{number}" for number in range(11, 20)]
    assert not page.select(".comments__earlier, .comments__more")
    assert page.select_one("#comment-1 .comment__date")["href"] == "#comment-1"
    quiet = (taken / "2014/01/kerja-bakti.html").read_text()
    assert "judi slot" not in quiet
    assert "menunggu" not in quiet


def test_links_that_people_wrote_lead_on_or_are_plain_words(taken):
    (path,) = taken.rglob("tautan.html")
    body = pages(taken)[path].select_one(".article__body")
    there = {link.text: link["href"] for link in body.select("a")}
    up = "../../"
    assert there == {
        "dulu": f"{up}2010/05/sudah-ditutup.html#comments",
        "kami": f"{up}p/tentang.html",
        "m": there["m"],
        "lain": "https://lain.example/x",
        "arsip": "../index.html",
        "label": f"{up}label/berita/index.html",
    }
    assert "tiada cari kantor" in " ".join(body.text.split())


def test_an_address_of_before_leads_to_the_one_of_now(taken):
    moved = {
        "2013/01/ditutup.html": "../../2010/05/sudah-ditutup.html",
        "2012/12/20/rapat/index.html": "../../rapat-desa.html",
        "lama.html": "2012/12/rapat-desa.html",
    }
    for file, there in moved.items():
        page = pages(taken)[taken / file]
        assert page.select_one("meta[http-equiv=refresh]")["content"] == f"0; url={there}"


def test_what_a_web_server_needs_is_there(taken):
    for name in (
        "404.html",
        "robots.txt",
        "sitemap.xml",
        "feeds/posts/default/index.xml",
        "feeds/1/comments/default/index.xml",
        ".htaccess",
    ):
        assert (taken / name).stat().st_size, name
    assert {path.stat().st_mode & 0o777 for path in taken.rglob("*") if path.is_file()} == {0o644}


def test_the_page_for_what_is_not_there_needs_no_other_file_at_whatever_address(taken):
    page = pages(taken)[taken / "404.html"]
    assert {address.partition(":")[0] for _element, address in references(page)} <= {
        "https",
        "mailto",
    }
    assert "--" in page.style.text
    assert not page.select("img, .skip, .pager")


@pytest.mark.parametrize("taken", [""], indirect=True, ids=["unknown"])
def test_a_zip_has_the_same_files(taken):
    with zipfile.ZipFile(taken.with_suffix(".zip")) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    plain = {
        path.relative_to(taken).as_posix(): path.read_bytes()
        for path in taken.rglob("*")
        if path.is_file()
    }
    assert packed == plain


def test_a_folder_with_something_in_it_is_left_alone(app, tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "x").write_text("x")
    for place in ("ada", "ada/x"):
        result = app.test_cli_runner().invoke(
            args=["export", str(tmp_path / place), "--format", "static"]
        )
        assert result.exit_code == 1
        assert "is there already, and not an empty folder" in result.output
    assert [path.name for path in (tmp_path / "ada").iterdir()] == ["x"]


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/?before=7", "sebelum/7.html"),
        ("/?before=x", "index.html"),
        ("/2012/12/a.html?before=3&order=newest", "2012/12/a.html"),
        ("/2012/", "2012/index.html"),
        ("/2012/12/?before=9", "2012/12/sebelum/9.html"),
        ("/label/berita", "label/berita/index.html"),
        ("/feeds/posts/default/-/berita", "feeds/posts/default/-/berita/index.xml"),
        ("/2012/12/../../../etc/passwd.html", None),
        ("/pictures/../../site.db", None),
        ("/static/./x.css", None),
        ("/admin/", None),
        ("/comments/7/reply", None),
        ("/2012/12/dés.html", None),
    ],
)
def test_an_address_has_a_file_within_the_folder_or_none(address, file):
    place = place_of(address)
    assert (place and place.file) == file


def test_only_what_is_below_the_sites_address_is_on_it():
    site = "https://desa.example/blog"
    assert on_site(site, f"{site}/a/b.html", "c.html#d") == ("/a/c.html", "d")
    assert on_site(site, f"{site}/a/b.html", "/blog/?before=7") == ("/?before=7", "")
    for link in (
        "/lain",
        "https://desa.example/blogger",
        "//lain.example/blog",
        "javascript:x",
        "http://[x",
    ):
        assert on_site(site, f"{site}/", link) is None


def test_tokens_are_the_page_as_it_was():
    page = '<!doctype html>\n<p class=\'a "b"\' hidden>x &lt;b> <img alt="a > b"><br></p> y'
    tokens = parsed(page)
    assert spelled(tokens) == page
    assert [token.attributes for token in tokens if token.name == "img"] == [{"alt": "a > b"}]
    assert tokens[tokens[1].end].text == "</p>"
