"""About and privacy in the office's pages: begun from the text that comes with the program,
changed, and undone.
"""

import re

import pytest

from pnpm.admin.undo import undo
from pnpm.articles.actions import held, save, write
from pnpm.articles.models import Article, Status
from pnpm.audit import models as log
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.db import db, transaction
from pnpm.site_settings import Setting
from tests.admin.conftest import send, token
from tests.conftest import soup

PRIVACY = "/p/privasi.html"
PAGES = pytest.mark.parametrize("name", ["tentang", "privasi"])


def begin(client, name="privasi"):
    """Press the button; the answer."""
    return send(client, f"/admin/pages/{name}", "/admin/policy")


def own(name="privasi"):
    return db.session.query(Article).filter_by(slug=f"p/{name}").one()


def undone(entry_deed):
    with transaction():
        return undo(entry_deed, ChangeSet("Bu Camat"), str)


@PAGES
def test_one_tap_makes_it_the_offices_own_with_the_same_text(client, office, name):
    address = f"/p/{name}.html"
    before = client.page(address).select_one(".article")
    page = office.page(f"/admin/pages/{name}")
    assert page.select_one("#page-form button").text == "Mulai dari tulisan ini"
    assert page.select_one(".article__body").text == before.select_one(".article__body").text
    answer = begin(office, name)
    article = own(name)
    assert (answer.status_code, answer.location.partition("?")[0]) == (
        303,
        f"/admin/articles/{article.id}",
    )
    assert article.status is Status.PAGE
    after = client.page(address).select_one(".article")
    assert re.sub(r"\s+", " ", after.text) == re.sub(r"\s+", " ", before.text)
    answer = office.get(f"/admin/pages/{name}")
    assert (answer.status_code, answer.location) == (303, f"/admin/articles/{article.id}")


def test_what_the_office_writes_is_what_readers_see_at_once(client, office):
    begin(office)
    client.get(PRIVACY)
    with transaction():
        save(
            ChangeSet("Bu Camat"),
            held(own().id),
            title="Privasi kami",
            body="<p>Singkat <script>x</script>saja.</p>",
        )
    page = client.page(PRIVACY)
    assert (page.h1.text, page.select_one(".article__body").text.strip()) == (
        "Privasi kami",
        "Singkat saja.",
    )
    with transaction():
        Setting.change(name="Lain")
    assert client.page(PRIVACY).select_one(".article__body").text.strip() == "Singkat saja."


@pytest.mark.engines
def test_undone_the_text_that_came_is_back_and_begun_again_it_is_the_same_page(client, office):
    change_set = begin(office).location.partition("done=")[2]
    number = own().id
    with transaction():
        save(ChangeSet("Bu Camat"), held(number), body="<p>Singkat.</p>")
    with transaction():
        save(ChangeSet("Bu Camat"), held(number), status=Status.DELETED)
    assert "Nomor 27 Tahun 2022" in client.page(PRIVACY).text
    assert office.get("/admin/pages/privasi").status_code == 200
    begin(office)
    assert (own().id, own().status) == (number, Status.PAGE)
    assert "Nomor 27 Tahun 2022" in client.page(PRIVACY).text
    assert undone(change_set) == (1, 0)
    assert own().status is Status.DELETED
    assert "Nomor 27 Tahun 2022" in client.page(PRIVACY).text
    assert log.break_in_chain() is None


def test_pressed_twice_it_is_one_page_and_one_deed(office):
    first, second = begin(office), begin(office)
    assert first.location.partition("?")[0] == second.location
    assert (db.session.query(Article).count(), db.session.query(AuditEntry).count()) == (1, 1)


def test_it_is_no_article(client, office):
    begin(office)
    begin(office, "tentang")
    assert not client.page("/").select(".teaser")
    assert client.get("/sitemap.xml").text.count("/p/") == 2
    for address in ("/p/privasi", "/2026/11/p/privasi.html", "/2026/11/privasi.html"):
        assert client.get(address).status_code == 404


def test_a_stale_page_can_be_sent_again(office):
    answer = office.post("/admin/pages/tentang", data={"csrf_token": "old"})
    assert answer.status_code == 400
    again = {field["name"]: field["value"] for field in soup(answer).select("#page-form [name]")}
    assert office.post("/admin/pages/tentang", data=again).status_code == 303


@pytest.mark.parametrize("name", ["lain", "1", "p%2Ftentang"])
def test_another_page_there_is_not(office, name):
    assert office.get(f"/admin/pages/{name}").status_code == 404
    assert (
        office.post(f"/admin/pages/{name}", data=token(office, "/admin/policy")).status_code == 404
    )


def test_brought_back_it_is_a_page_again_and_never_an_article(client, office):
    change_set = begin(office).location.partition("done=")[2]
    with transaction():
        save(ChangeSet("Bu Camat"), held(own().id), body="<p>Singkat.</p>")
    assert undone(change_set) == (1, 0)
    answer = send(office, f"/admin/articles/{own().id}/status", "/admin/policy", status="published")
    assert answer.status_code == 303
    assert (own().status, own().published_at) == (Status.PAGE, None)
    assert client.page(PRIVACY).select_one(".article__body").text.strip() == "Singkat."
    assert not client.page("/").select(".teaser")


def test_one_that_came_from_another_system_is_listed_seen_and_changed(office):
    with transaction():
        made = {"status": Status.PAGE, "slug": "p/Profil_desa"}
        page = write(ChangeSet("Bu Camat"), None, "Profil", "<p>isi</p>", **made)
    links = [link["href"] for link in office.page("/admin/settings").select(".field li a")]
    assert links[-2:] == ["/p/Profil_desa.html", "/admin/pages/Profil_desa"]
    assert office.page(links[-2]).h1.text == "Profil"
    assert office.get(links[-1]).location == f"/admin/articles/{page.id}"
