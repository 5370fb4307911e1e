"""The names that the spam filter remembers, in the office: a list, a button that forgets, its
undo.
"""

import pytest

from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.models import Status
from pnpm.comments.moderation import move
from pnpm.comments.spam import memory
from pnpm.db import db, transaction
from tests.admin.conftest import send, token
from tests.conftest import soup
from tests.filtered import HELD, SPAM
from tests.filtered import send as send_comments

NAMES = "/admin/lists/names"


def names(page):
    """The names that stand on the page, each with how many comments had it."""
    return [
        (row.select_one(".names__name").text, row.select_one(".names__count").text)
        for row in page.select(".names__one")
    ]


def undo(client, page):
    form = page.select_one("#done form")
    values = {field["name"]: field["value"] for field in form.select("input")}
    return soup(client.post(form["action"], data=values, follow_redirects=True))


@pytest.fixture
def spam(article, app):
    """Three comments that a moderator called spam."""
    comments = send_comments(article, app, SPAM, f"{SPAM} ya", HELD)
    with transaction():
        move([comment.id for comment in comments], Status.SPAM, ChangeSet("Rudi"))
    return comments


def test_the_names_of_what_was_called_spam_are_listed_with_how_often(office, spam):
    assert names(office.page(NAMES)) == [("zeus77", "dalam 2 komentar spam")]


def test_a_telephone_number_begins_as_people_write_it(office, article, app):
    body = "Butuh dana cepat cair? Hubungi WA +62 812-3456-7890"
    (comment,) = send_comments(article, app, body)
    with transaction():
        move([comment.id], Status.SPAM, ChangeSet("Rudi"))
    page = office.page(NAMES)
    assert "081234567890" in [name for name, _count in names(page)]
    assert send(office, NAMES, NAMES, name="81234567890").status_code == 303
    (again,) = send_comments(article, app, body, address="192.0.2.9")
    with transaction():
        again.reasons = ["memory:81234567890", "phone:81234567890"]
    said = office.page(f"/admin/comments/{again.id}").select_one(".row__why").text
    assert said.count(" 081234567890") == 2


def test_an_empty_page_says_what_will_stand_there(office):
    page = office.page(NAMES)
    assert not page.select(".names")
    assert (
        "Begitu Anda menandai sebuah komentar sebagai spam" in page.select_one(".desk__none").text
    )


@pytest.mark.engines
def test_a_name_is_forgotten_by_one_tap_said_and_undone_there(office, spam):
    button = office.page(NAMES).select_one(".names__one form")
    values = {field["name"]: field["value"] for field in button.select("input")}
    answer = office.post(button["action"], data=values)
    assert answer.status_code == 303
    page = soup(office.get(answer.location))
    assert names(page) == []
    assert page.select_one("#done p").text == "Sudah: melupakan nama yang diingat."
    page = undo(office, page)
    assert names(page) == [("zeus77", "dalam 2 komentar spam")]
    assert names(undo(office, page)) == []


def test_the_log_names_it_and_not_its_rows(office, spam):
    send(office, NAMES, NAMES, name="zeus77")
    entry = office.page("/admin/log").select_one(".log__entry")
    assert "melupakan nama yang diingat" in entry.select_one(".log__what").text
    assert [" ".join(change.text.split()) for change in entry.select(".log__change")] == [
        "nama: zeus77 → –"
    ]


def test_forgotten_twice_it_is_one_deed_and_the_second_is_told(office, spam):
    send(office, NAMES, NAMES, name="zeus77")
    answer = send(office, NAMES, NAMES, name="zeus77")
    assert answer.status_code == 409
    assert "sudah tidak diingat lagi" in soup(answer).select_one("#form-errors").text
    assert db.session.query(AuditEntry).filter_by(action="forgotten").count() == 1


def test_a_name_that_was_remembered_again_is_not_put_back_twice(office, spam, article, app):
    answer = send(office, NAMES, NAMES, name="zeus77")
    (again,) = send_comments(article, app, f"{SPAM} lagi")
    with transaction():
        move([again.id], Status.SPAM, ChangeSet("Rudi"))
    page = undo(office, soup(office.get(answer.location)))
    assert "sudah diubah lagi" in page.text
    assert names(office.page(NAMES)) == [("zeus77", "dalam 1 komentar spam")]


@pytest.mark.engines
@pytest.mark.parametrize("name", ["", "x" * 65, "\0", "' OR 1=1 --", "😊", "zeus7"])
def test_a_name_that_is_none_is_refused_and_nothing_forgotten(office, spam, name):
    answer = send(office, NAMES, NAMES, name=name)
    assert answer.status_code in (409, 422)
    assert soup(answer).select_one("#form-errors")
    assert len(names(soup(answer))) == 1


def test_a_stale_page_is_told_so(office, spam):
    answer = office.post(NAMES, data={"csrf_token": "old", "name": "zeus77"})
    assert answer.status_code == 400
    assert names(soup(answer))


def test_a_long_list_is_cut_and_says_so(office, spam, monkeypatch):
    assert "yang terbaru" not in office.page(NAMES).main.text
    monkeypatch.setattr(memory, "SHOWN", 1)
    assert "Di sini 1 yang terbaru." in office.page(NAMES).main.text


def test_a_moderator_neither_sees_nor_forgets_them(office, spam, moderator, sign_in):
    send(office, NAMES, NAMES, name="zeus77")
    rudi = sign_in(moderator)
    assert rudi.get(NAMES).status_code == 403
    assert rudi.post(NAMES, data={**token(rudi, "/admin/"), "name": "zeus77"}).status_code == 403
    assert "melupakan" not in rudi.page("/admin/log").select_one("#log-entries").text


@pytest.mark.parametrize("page", ["/admin/lists", "/admin/policy"])
def test_the_rules_lead_there(office, page):
    assert office.page(page).select_one(f"main a[href='{NAMES}']")
