"""The site as plain files, opened from the disk: no request fails, and every link leads on."""

import shutil

import pytest

from pnpm import create_app
from tests.conftest import SETTINGS, dispose
from tests.exports.conftest import run


@pytest.fixture(scope="module")
def folder(rich_folder, tmp_path_factory):
    """The folder."""
    room = tmp_path_factory.mktemp("static")
    instance = shutil.copytree(rich_folder, room / "instance", symlinks=True)
    app = create_app({"INSTANCE": instance, **SETTINGS})
    with app.app_context():
        run(app, "export", room / "situs", "--format", "static")
    dispose(app)
    return room / "situs"


def test_every_page_opens_from_the_disk_with_its_style_and_pictures(browser, folder):
    context = browser.new_context(locale="id-ID")
    page, failed, asked = context.new_page(), [], []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    waiting, seen = [(folder / "index.html").as_uri()], set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        page.goto(address)
        # those that wait to be scrolled to, too
        page.evaluate("[...document.images].forEach((image) => image.loading = 'eager')")
        page.wait_for_function("() => [...document.images].every((image) => image.complete)")
        assert (
            page.evaluate(
                "[...document.images].filter((image) => !image.naturalWidth).map((image) => image.src)"
            )
            == []
        )
        assert (
            page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            != "rgba(0, 0, 0, 0)"
        )
        links = page.evaluate("[...document.links].map((link) => link.href.split('#')[0])")
        waiting += [link for link in links if link.startswith("file:")]
    context.close()
    assert failed == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    written = {path.as_uri() for path in folder.rglob("*.html")}
    apart = "404.html", "2013/01/ditutup.html", "2012/12/20/rapat/index.html"
    assert seen == written - {(folder / name).as_uri() for name in apart}
