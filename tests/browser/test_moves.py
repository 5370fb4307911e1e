"""The office moves the site to another database, on a server with two processes; with and without
JavaScript. Readers write before, meanwhile and afterwards.
"""

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from sqlalchemy import select

from pnpm.accounts.models import Role
from pnpm.backup.snapshot import opened
from pnpm.comments.models import Comment
from tests.browser.conftest import DESK, PASSWORD, PHONE, source_of
from tests.browser.test_page import SMALL
from tests.conftest import fields, on_sqlite

PAGE = "/admin/move"


@pytest.fixture(scope="module")
def site(serve):
    """A site with an admin and some comments."""
    with serve(COMMENT_MIN_SECONDS="0", MODERATION="off") as site:
        site.officer("Bu Camat", Role.ADMIN)
        site.address = site.article("Latar Belakang", "Bagus sekali")
        yield site


def comment(page, address, body):
    """Send a comment, to whichever process takes it."""
    form = fields(BeautifulSoup(page.request.get(address).text(), "html.parser"))
    answer = page.request.post(address, form={**form, "body": body}, max_redirects=0)
    assert answer.status == 303, answer.text()


def bodies(site, name):
    """The texts of all comments in that file."""
    url = f"sqlite:///{site.app.config['PNPM'].instance}/{name}"
    with opened(url) as engine, engine.connect() as connection:
        return list(connection.scalars(select(Comment.body).order_by(Comment.id)))


@on_sqlite
@pytest.mark.parametrize(
    ("viewport", "scheme", "scripted", "name"),
    [(PHONE, "light", True, "baru.db"), (DESK, "dark", False, "lagi.db")],
    ids=["", "without JavaScript"],
)
def test_the_site_is_moved_and_nobody_loses_a_word(
    enter, site, axe, viewport, scheme, scripted, name
):
    options = {"viewport": viewport, "color_scheme": scheme, "java_script_enabled": scripted}
    page = enter("/admin/backups", **options)

    def looks_right():
        if scripted:
            assert [*axe(page), *page.evaluate(SMALL)] == []

    page.get_by_role("link", name="Pindah ke basis data lain").click()
    looks_right()
    page.get_by_label("Alamat basis data yang baru").fill("mysql://a:s3cret@127.0.0.1:9/d")
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_role("alert")).to_contain_text("tidak menjawab")
    assert "s3cret" not in source_of(page)
    looks_right()
    page.get_by_label("Alamat basis data yang baru").fill(f"sqlite:///{name}")
    page.get_by_role("button", name="Periksa").click()
    expect(page.get_by_role("heading", name="Basis data yang baru")).to_be_visible()
    looks_right()
    comment(page, site.address, f"sebelum {name}")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Pindahkan situs ke sana").click()
    expect(page.locator("#move")).to_contain_text("Langkah")
    looks_right()
    expect(page.locator(".said")).to_contain_text("Situs sudah pindah", timeout=60_000)
    looks_right()
    for number in range(4):  # whichever process takes them
        comment(page, site.address, f"sesudah {number} {name}")
    assert {f"sebelum {name}", *(f"sesudah {number} {name}" for number in range(4))} <= {
        *bodies(site, name)
    }
    page.get_by_role("button", name="Selesai").click()
    expect(page.get_by_label("Alamat basis data yang baru")).to_be_visible()
