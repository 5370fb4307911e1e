"""An article that stands at the address that another system gave it: the office keeps that, unless
somebody types another.
"""

from datetime import UTC, datetime

import pytest

from pnpm.articles.models import Article
from pnpm.db import db
from tests.admin.test_articles import fields
from tests.conftest import publish, soup

MAY = datetime(2014, 5, 20, tzinfo=UTC)


@pytest.fixture
def dated(app):
    """An article of May 2014 that stands in December 2012."""
    return publish("Rapat lama", MAY, slug="2012/12/Rapat_1")


def test_it_is_shown_and_kept_as_it_is_unless_it_is_changed(office, dated):
    address = f"/admin/articles/{dated.id}"
    page = office.page(address)
    assert "Alamat dari situs lama" in page.select_one("#settings").text
    form = {**fields(page), "title": "Rapat baru", "status": "published"}
    assert form["slug"] == "2012/12/Rapat_1"
    assert office.post(address, data=form).status_code == 303
    saved = db.session.get(Article, dated.id)
    assert (saved.title, saved.slug) == ("Rapat baru", "2012/12/Rapat_1")


def test_another_is_typed_as_always(office, dated):
    address = f"/admin/articles/{dated.id}"
    form = {**fields(office.page(address)), "status": "published"}
    assert office.post(address, data={**form, "slug": "2013/01/lain"}).status_code == 422
    assert office.post(address, data={**form, "slug": "LAIN"}).status_code == 303
    assert office.get("/2012/12/Rapat_1.html").location == "/2014/05/lain.html"


def test_an_article_may_not_move_to_the_address_of_a_dated_one(office):
    publish("Rapat lain", MAY, slug="2012/12/rapat")
    address = f"/admin/articles/{publish('Rapat', MAY).id}"
    form = {**fields(office.page(address)), "status": "published"}
    answer = office.post(address, data={**form, "published_at": "2012-12-24T08:00"})
    assert (answer.status_code, "rapat-2" in soup(answer).text) == (422, True)
