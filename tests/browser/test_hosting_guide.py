"""The guide for who hosts the site: the pictures of its own pages are made here (`make screenshots`
puts them into docs/), and it names what is there.
"""

import re
from threading import Thread
from wsgiref.simple_server import make_server

import pytest
from playwright.sync_api import expect

import passenger_wsgi
from pnpm import config
from tests.browser.conftest import PASSWORD, PHONE, served, source_of
from tests.conftest import TOP

GUIDE = TOP / "docs/hosting.md"
HOME = "/home/desa/pnpm/instance"  # the site's folder for a reader of the guide
AT_HOME = """([folder, home]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(folder, home);
}"""
NOT_OURS = {"Yang terlihat", "Mengapa", "Yang membantu"}  # of each failure


@pytest.fixture
def site(tmp_path):
    """A site just unpacked: its folder is empty, and the first visitor makes it."""
    (tmp_path / "instance").mkdir()
    with served(tmp_path / "instance") as site:
        yield site


@pytest.fixture
def refusing():
    """The address of a site that cannot start, since a setting of it cannot be used."""
    with pytest.raises(config.ConfigError) as refused:
        config.load({"SITE_URL": "desa.example"})
    with make_server("127.0.0.1", 0, passenger_wsgi.page(refused.value)) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_pictures_of_the_guide_and_the_names_in_it(site, open_page, picture):
    page, folder = (
        open_page(site.url, viewport=PHONE, device_scale_factor=2),
        site.app.config["PNPM"].instance,
    )
    picture(page, "situs")
    page.goto(f"{site.url}/admin/")
    expect(page.locator("h1")).to_have_text("Akun pertama")
    seen = source_of(page)
    page.evaluate(AT_HOME, [str(folder), HOME])
    picture(page, "kode")
    page.fill("#setup_code", (folder / "setup_code.txt").read_text())
    page.fill("#username", "Sri Wahyuni")
    page.fill("#password", PASSWORD)
    page.click("#setup-form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Ringkasan")
    picture(page, "ringkasan")
    page.goto(f"{site.url}/admin/settings")
    picture(page, "pengaturan")
    seen += source_of(page)
    page.goto(f"{site.url}/admin/backups")
    page.get_by_role("button", name="Buat cadangan sekarang").click()
    expect(page.get_by_role("link", name="Unduh").first).to_be_visible()
    picture(page, "cadangan")
    seen += source_of(page)
    (folder / "config.py").touch(0o644)  # as a panel's editor makes it
    page.goto(f"{site.url}/admin/checkup")
    page.evaluate(AT_HOME, [str(folder), HOME])
    page.set_viewport_size({"width": 360, "height": 900})
    page.evaluate("document.querySelector('h1').scrollIntoView()")
    picture(page, "pemeriksaan")
    seen += source_of(page)
    named = set(re.findall(r"\*\*([^*]+)\*\*", GUIDE.read_text())) - NOT_OURS
    assert {name for name in named if name not in seen} == set()


def test_the_picture_of_a_site_that_cannot_start(refusing, open_page, picture):
    page = open_page(refusing, viewport={"width": 360, "height": 440}, device_scale_factor=2)
    expect(page.locator("h1")).to_have_text("Situs belum dapat dijalankan")
    picture(page, "gagal")
