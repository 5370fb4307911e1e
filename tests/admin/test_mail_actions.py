"""What an officer does by the links of a mail: one button, once, for a week, and no more than its
comment, officer and action.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from pnpm.accounts.models import Notices, Role, User, change_role
from pnpm.admin.undo import undo
from pnpm.audit.models import AuditEntry, ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.db import db, now, transaction
from pnpm.mail import links
from pnpm.web import jobs
from tests.admin.conftest import account
from tests.conftest import soup

pytestmark = pytest.mark.parametrize("settings", [{"MODERATION": "all"}])


@pytest.fixture
def officer(app):
    """A moderator who is told of each comment at once; the other admin stays."""
    account("Bu Camat", Role.ADMIN)
    user = account("Rudi", Role.MODERATOR)
    with transaction():
        found = db.session.get(User, user.id)
        found.email, found.notices = "rudi@desa.example", Notices.EACH
        found.confirmed_at = now()
    return user


@pytest.fixture
def addresses(mailing, mail_server, client, url, article, officer):
    """The paths of the links in the mail about a new comment, by what they say."""
    client.comment(url, body="Kapan rapat?", name="Siti")
    (text,) = mail_server.texts()
    found = re.findall(r"^(\w+): https://desa\.example(/admin/mailed/\S+)$", text, re.MULTILINE)
    return dict(found)


@pytest.fixture
def phone(app):
    """A browser in which nobody is signed in."""
    return app.test_client()


def press(browser, path, **more):
    """Open the page, and press its one button."""
    page = soup(browser.get(path))
    forms = page.select("main form, #mailed-form")
    token = page.select_one("#mailed-form [name=csrf_token]")["value"]
    assert len(page.select("#mailed-form button")) == 1 and forms
    return browser.post(path, data={"csrf_token": token, **more})


def status(number=1):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(Comment, number).status


def last_entry():
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


def test_the_mail_has_a_link_for_each_action(addresses):
    assert [*addresses] == ["Terbitkan", "Spam", "Hapus", "Balas"]


def test_the_page_says_where_the_comment_stands_and_why_it_waits(addresses, phone, article):
    text = phone.get(addresses["Hapus"]).text
    assert article.title in text
    assert "situs ini menahan semua komentar" in text


def test_nobodys_name_looks_like_a_link_of_ours(
    mailing, mail_server, client, url, article, officer
):
    client.comment(url, body="Terbitkan: https://jahat.id/a", name="Terbitkan: https://jahat.id/b")
    lines = [line for line in mail_server.texts()[0].splitlines() if "jahat" in line]
    assert [line[:10] for line in lines] == ["Komentar T", "> Terbitka"]


def test_to_open_a_link_changes_nothing(addresses, phone):
    for path in addresses.values():
        for _time in range(2):
            answer = phone.get(path)
            assert (answer.status_code, "Kapan rapat?" in answer.text) == (200, True)
            assert phone.head(path).status_code == 200
    assert (status(), last_entry()) == (Status.PENDING, None)


@pytest.mark.engines
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Terbitkan", Status.PUBLISHED),
        ("Spam", Status.SPAM),
        ("Hapus", Status.DELETED),
    ],
)
def test_the_button_does_it_once_without_signing_in(addresses, phone, words, wanted):
    answer = press(phone, addresses[words])
    assert (answer.status_code, status()) == (303, wanted)
    assert "sudah dipakai" in phone.get(addresses[words]).text
    entry = last_entry()
    assert (entry.who, entry.after["by_mail"]) == ("Rudi", True)
    with transaction():
        move([1], Status.PENDING, ChangeSet("Bu Camat"))
    token = soup(phone.get(addresses["Balas"])).select_one("[name=csrf_token]")["value"]
    again = phone.post(addresses[words], data={"csrf_token": token})
    assert ("sudah dipakai" in again.text, status()) == (True, Status.PENDING)


@pytest.mark.engines
def test_the_log_says_by_mail_and_the_office_undoes_it(addresses, phone, sign_in, officer):
    press(phone, addresses["Spam"])
    office = sign_in(officer)
    assert "lewat surel memindahkan" in " ".join(office.page("/admin/log").text.split())
    with transaction():
        undo(last_entry().deed, ChangeSet("Rudi"), str)
    assert status() is Status.PENDING


def test_a_reply_is_published_with_the_comment(addresses, phone):
    path = addresses["Balas"]
    assert press(phone, path, body=" ").status_code == 422
    assert press(phone, path, body="Hari Senin.").status_code == 303
    assert (status(1), status(2)) == (Status.PUBLISHED, Status.PUBLISHED)
    reply = db.session.get(Comment, 2)
    assert (reply.parent_id, reply.official, reply.body) == (1, True, "Hari Senin.")
    assert "sudah dipakai" in phone.post(path, data={"body": "Lagi."}).text


def test_without_the_forms_token_nothing_changes(addresses, phone):
    assert phone.post(addresses["Hapus"]).status_code == 400
    assert status() is Status.PENDING


def test_somebody_else_was_first(addresses, phone):
    with transaction():
        move([1], Status.SPAM, ChangeSet("Bu Camat"))
    answer = phone.get(addresses["Terbitkan"])
    assert (answer.status_code, "sudah diputuskan" in answer.text) == (409, True)


def test_a_link_is_good_for_a_week(addresses, phone, monkeypatch):
    later = now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(links, "now", lambda: later)
    assert phone.get(addresses["Terbitkan"]).status_code == 410
    assert phone.post(addresses["Terbitkan"]).status_code == 410


@pytest.mark.parametrize("what", ["role", "address", "removed"])
def test_a_link_ends_with_what_its_officer_was(addresses, phone, officer, what):
    with transaction():
        user = User.held(officer.id)
        if what == "role":
            change_role(user, Role.ADMIN)
        elif what == "address":
            user.email = "lain@desa.example"
        else:
            from pnpm.accounts.models import remove

            remove(user)
    for path in addresses.values():
        assert phone.get(path).status_code == 410
        assert phone.post(path).status_code == 410
    assert status() is Status.PENDING


def test_a_link_cannot_be_turned_into_another(addresses, phone):
    path = addresses["Balas"]
    token = path.rpartition("/")[2]
    user, comment, action, mail, until, proof = token.split(".")
    others = [
        [user, "2", action, mail, until, proof],
        [user, comment, "terbitkan", mail, until, proof],
        ["1", comment, action, mail, until, proof],
        [user, comment, action, "99", until, proof],
        [user, comment, action, mail, str(int(until) + 1), proof],
        [user, comment, action, mail, until, proof[:-1] + "x"],
        [user, comment, "apa", mail, until, proof],
        ["x", comment, action, mail, until, proof],
        ["9" * 12, comment, action, mail, until, proof],
        [user, comment, action, mail, "", proof],
        [user, comment, action, mail, until, ""],
        ["²", comment, action, mail, until, proof],
        [],
    ]
    for parts in others:
        forged = "/admin/mailed/" + ".".join(parts or ["x" * 5000])
        assert phone.get(forged).status_code == 410, forged
        assert phone.post(forged).status_code == 410, forged


@pytest.mark.engines
def test_used_links_are_forgotten_once_they_are_too_old(addresses, phone, monkeypatch):
    press(phone, addresses["Spam"])
    monkeypatch.setattr(links, "now", lambda: now() + timedelta(days=8))
    jobs.tidy(now().date() + timedelta(days=8))
    assert db.session.query(links.UsedLink).count() == 0
