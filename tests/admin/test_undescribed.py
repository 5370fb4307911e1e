"""What pictures show is asked before an article is published: once, with the answer beside the
question, and never so that it cannot be published.
"""

import io

import pytest

from pnpm.articles.models import Article, Status
from pnpm.db import db, transaction
from pnpm.media import uploads
from tests.admin.test_articles import LIST, NEW, again, at, fields, made, send
from tests.conftest import soup
from tests.photographs import photograph

QUESTION = "#undescribed"


@pytest.fixture
def picture(app, admin):
    """One in the library of which nobody has said what it shows."""
    return uploads.take(
        app.config["PNPM"], admin.name, io.BytesIO(photograph(40, 30)), "jembatan.jpg"
    )


@pytest.fixture
def body(picture):
    return f'<p>Isi.</p>\n<figure><img src="/pictures/{picture.key}/40.jpg" alt=""></figure>'


def press(office, page, button=f"{QUESTION} button", **values):
    """Send the form of a page by a button of it, with what was typed meanwhile."""
    chosen = page.select_one(button)
    form = page.select_one("#article-form")
    return office.post(
        form["action"], data=fields(page) | {chosen["name"]: chosen["value"]} | values
    )


def test_it_is_asked_with_a_field_for_each_and_nothing_is_saved(office, picture, body):
    answer = send(office, NEW, title="Jembatan", body=body)
    page = soup(answer)
    assert answer.status_code == 422
    assert page.select_one(f"{QUESTION} h2").text == "1 gambar belum punya teks pengganti"
    assert [each["name"] for each in page.select(f"{QUESTION} input")] == [
        f"alt-{picture.key}",
        f"decoration-{picture.key}",
    ]
    assert fields(page)["body"] == body
    assert db.session.query(Article).count() == 0


def test_the_button_below_publishes_it_all_the_same(office, body):
    page = soup(send(office, NEW, title="Jembatan", body=body))
    assert press(office, page).status_code == 303
    [article] = db.session.query(Article)
    assert (article.status, article.body) == (Status.PUBLISHED, body)


def test_so_does_the_forms_own_button_pressed_again(office, body):
    page = soup(send(office, NEW, title="Jembatan", body=body))
    button = ".article-buttons button[value=published]"
    assert press(office, page, button).status_code == 303


def test_an_answer_is_put_into_the_text(office, client, picture, body):
    page = soup(send(office, NEW, title="Jembatan", body=body))
    press(office, page, **{f"alt-{picture.key}": " Warga & aparat "})
    [article] = db.session.query(Article)
    assert 'alt="Warga &amp; aparat"' in article.body
    assert 'alt="Warga &amp; aparat"' in article.html


def test_decoration_is_asked_about_no_more(office, picture, body):
    page = soup(send(office, NEW, title="Jembatan", body=body))
    press(office, page, **{f"decoration-{picture.key}": "y"})
    [article] = db.session.query(Article)
    assert 'alt="" role="presentation"' in article.body
    assert send(office, at(article.id), status="draft").status_code == 303
    assert send(office, at(article.id), status="published").status_code == 303


def test_an_answer_stays_when_something_else_is_to_be_mended(office, picture, body):
    page = soup(send(office, NEW, title="Jembatan", body=body))
    answer = press(office, page, title="", **{f"alt-{picture.key}": "Warga"})
    assert answer.status_code == 422
    assert 'alt="Warga"' in fields(soup(answer))["body"]


def test_a_draft_is_saved_without_a_question(office, body):
    assert made(office, body=body, status="draft").body == body


def test_readers_see_it_already_so_it_is_not_asked_again(office, body):
    page = soup(send(office, NEW, title="Jembatan", body=body))
    press(office, page)
    [article] = db.session.query(Article)
    assert send(office, at(article.id), title="Jembatan baru").status_code == 303


def test_what_the_library_says_of_it_is_enough(office, picture, body):
    with transaction():
        db.session.merge(picture).alt = "Warga memperbaiki jembatan"
    assert made(office, body=body).status is Status.PUBLISHED


def test_from_the_list_it_is_asked_on_the_articles_own_page(office, body):
    article = made(office, title="Jembatan", body=body, status="draft")
    sent = fields(office.page(f"{LIST}?status=draft"), ".article-row form")
    answer = office.post(f"{at(article.id)}/status", data=sent | {"status": "published"})
    assert (answer.status_code, answer.location) == (303, f"{at(article.id)}?ask=yes")
    page = office.page(answer.location)
    assert again(article.id).status is Status.DRAFT
    assert press(office, page).status_code == 303
    assert again(article.id).status is Status.PUBLISHED


def test_with_nothing_to_ask_its_page_asks_nothing(office):
    article = made(office, status="draft")
    assert not office.page(f"{at(article.id)}?ask=yes").select(QUESTION)
