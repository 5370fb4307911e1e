"""Versions of an article in the office: kept, compared line by line with what stands, brought back
with one tap.
"""

import pytest

from pnpm.articles.actions import held, save, write
from pnpm.articles.models import Article
from pnpm.articles.revisions import KEPT, Revision
from pnpm.audit import models as log
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.db import db, transaction
from tests.admin.conftest import token
from tests.conftest import publish, soup

LIST = "/admin/articles"


@pytest.fixture
def article(app):
    """One that was saved three times."""
    with transaction():
        article = write(ChangeSet("Bu Camat"), None, "Rapat", "<p>satu</p>\n<p>dua</p>")
    for who, body in (
        ("Rudi", "<p>satu</p>\n<p>tiga</p>"),
        ("Ani", "<p>satu</p>\n<p>tiga</p>\n<p>empat</p>"),
    ):
        with transaction():
            save(ChangeSet(who), held(article.id), body=body)
    return article


def versions(article):
    return f"{LIST}/{article.id}/versions"


def links(office, article):
    return [link["href"] for link in office.page(versions(article)).select(".versions a")]


def restore(office, url, **values):
    """Press the button of that version's page."""
    form = office.page(url).select_one("main form")
    data = {field["name"]: field["value"] for field in form.select("input")}
    return office.post(form["action"], data=data | values)


@pytest.mark.engines
def test_all_are_listed_the_newest_first_with_who_saved_them(office, article):
    rows = office.page(versions(article)).select(".versions li")
    assert [row.span.text for row in rows] == ["Ani", "Rudi", "Bu Camat"]
    assert {row.bdi.text for row in rows} == {"Rapat"}


@pytest.mark.engines
def test_no_more_than_fifty(office, article):
    for number in range(KEPT + 3):
        with transaction():
            save(ChangeSet("Ani"), held(article.id), body=f"<p>{number}</p>")
    assert len(links(office, article)) == KEPT


def test_one_is_compared_with_what_stands_in_words_and_signs(office, article):
    page = office.page(links(office, article)[-1])
    lines = [" ".join(line.text.split()) for line in page.select(".compared li")]
    assert lines == ["satu", "− dua", "+ tiga", "+ empat"]
    assert [each.text for each in page.select("del")] == ["dua"]


def test_markup_is_shown_where_nothing_else_differs_and_never_as_markup(office, article):
    with transaction():
        save(
            ChangeSet("Ani"),
            held(article.id),
            title="<b>Lain",
            body="<p>satu</p>\n<p><b>tiga</b></p>\n<p>empat</p>",
        )
    page = office.page(links(office, article)[1])
    assert [each.text for each in page.select(".compared del")] == ["Rapat", "<p>tiga</p>"]
    assert [each.text for each in page.select(".compared ins")] == ["<b>Lain", "<p><b>tiga</b></p>"]


def test_the_present_one_says_that_it_is_the_same_and_has_no_button(office, article):
    page = office.page(links(office, article)[0])
    assert "Sama dengan yang sekarang." in page.text
    assert not page.select("main form")


def test_one_tap_brings_it_back_and_another_undoes_that(office, article):
    answer = restore(office, links(office, article)[-1])
    assert answer.status_code == 303
    assert db.session.get(Article, article.id).body == "<p>satu</p>\n<p>dua</p>"
    assert "dua" in db.session.get(Article, article.id).html
    page = soup(office.get(answer.location))
    form = page.select_one("#done form")
    office.post(
        form["action"], data={field["name"]: field["value"] for field in form.select("input")}
    )
    assert db.session.get(Article, article.id).body == "<p>satu</p>\n<p>tiga</p>\n<p>empat</p>"
    assert log.break_in_chain() is None


def test_brought_back_twice_it_is_one_deed(office, article):
    url = links(office, article)[-1]
    data = {field["name"]: field["value"] for field in office.page(url).select("main form input")}
    assert [office.post(f"{url}/restore", data=data).status_code for _time in range(2)] == [
        303,
        303,
    ]
    assert db.session.query(AuditEntry).count() == 4


def test_from_a_stale_page_nothing_is_brought_back_but_it_can_be_pressed_again(office, article):
    url = links(office, article)[-1]
    answer = office.post(f"{url}/restore", data={"csrf_token": "old"})
    assert answer.status_code == 400
    assert soup(answer).select_one("#form-errors") and soup(answer).select_one("main form button")
    assert db.session.get(Article, article.id).edition == 3


def test_anothers_version_is_not_found(office, article):
    other = publish("Lain")
    number = db.session.query(Revision.id).first()[0]
    for url in (f"{versions(other)}/{number}", f"{versions(article)}/99", f"{LIST}/99/versions"):
        assert office.get(url).status_code == 404
    assert (
        office.post(f"{versions(other)}/{number}/restore", data=token(office, LIST)).status_code
        == 404
    )


def test_what_a_command_published_has_none_until_it_is_changed(office):
    other = publish("Lain")
    assert "belum pernah diubah" in office.page(versions(other)).text
    with transaction():
        save(ChangeSet("Ani"), held(other.id), body="<p>baru</p>")
    rows = office.page(versions(other)).select(".versions li")
    assert [row.span.text for row in rows] == ["Ani", "dari luar ruang pengurus"]
    assert restore(office, rows[1].a["href"]).status_code == 303
    assert db.session.get(Article, other.id).body == "<p>Isi artikel.</p>"
