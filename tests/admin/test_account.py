"""One's own account: the password, and the browsers in which one is signed in."""

import pytest

from pnpm.accounts.models import SignIn, User
from pnpm.accounts.throttling import FREE, Attempt
from pnpm.audit.models import AuditEntry
from pnpm.db import db, transaction
from tests.admin.conftest import PASSWORD, send, token
from tests.conftest import soup

NEW = "kata yang sama sekali lain"
PAGE = "/admin/account"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)


def change(client, current=PASSWORD, password=NEW, **more):
    """Send the form for another password."""
    return send(
        client, f"{PAGE}/password", f"{PAGE}/password", current=current, password=password, **more
    )


def is_in(client):
    """Whether somebody is signed in there."""
    return client.get("/admin/").status_code == 200


class TestThePassword:
    @pytest.mark.engines
    def test_it_is_changed_and_every_other_browser_is_out(self, app, admin, sign_in):
        here, there = sign_in(admin), sign_in(admin)
        before, old = token(here, PAGE), here.get_cookie("office", path="/admin").value
        answer = change(here)
        assert (answer.status_code, answer.location) == (303, PAGE)
        assert "Kata sandi sudah diganti" in here.page(PAGE).select_one(".said").text
        assert not here.page(PAGE).select_one(".said")
        assert not is_in(there)
        assert token(here, PAGE) != before
        assert db.session.query(SignIn).count() == 1
        there.set_cookie("office", old, path="/admin")
        assert not is_in(there)
        assert is_in(sign_in(admin, NEW))
        (entry,) = db.session.query(AuditEntry)
        assert (entry.who, entry.action, entry.number, entry.before, entry.after) == (
            "Bu Camat",
            "password",
            admin.id,
            {},
            {"name": "Bu Camat"},
        )

    def test_a_moderator_changes_their_own(self, moderator, sign_in):
        client = sign_in(moderator)
        assert change(client).status_code == 303
        assert is_in(client)

    @pytest.mark.parametrize(
        ("current", "password", "field"),
        [
            ("bukan kata sandinya", NEW, "current"),
            ("", NEW, "current"),
            (PASSWORD, "", "password"),
            (PASSWORD, "pendek", "password"),
            (PASSWORD, "bu camat 12", "password"),
            (PASSWORD, "x1y2" * 51, "password"),
        ],
    )
    def test_what_will_not_do_is_told_beside_it_and_never_echoed(
        self, admin, office, current, password, field
    ):
        answer = change(office, current, password)
        assert answer.status_code == 422
        assert [error["id"] for error in soup(answer).select(".field__error")] == [f"{field}-error"]
        assert [box["value"] for box in soup(answer).select("[type=password]")] == ["", ""]
        assert User.named(admin.name).knows(PASSWORD)

    def test_an_old_form_changes_nothing(self, admin, office):
        answer = office.post(
            f"{PAGE}/password", data={"csrf_token": "lama", "current": PASSWORD, "password": NEW}
        )
        assert answer.status_code == 400
        assert User.named(admin.name).knows(PASSWORD)
        assert NEW not in answer.text

    def test_guessing_it_from_an_open_session_is_slow_there_and_nowhere_else(
        self, office, admin, sign_in
    ):
        for _ in range(FREE["session"]):
            assert change(office, "bukan kata sandinya").status_code == 422
        answer = change(office)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert change(sign_in(admin)).status_code == 303

    def test_the_right_one_forgives_the_wrong_ones(self, office):
        change(office, "bukan kata sandinya")
        change(office)
        assert not db.session.query(Attempt).count()

    def test_who_was_removed_meanwhile_changes_nothing(self, office, moderator, admin):
        data = {**token(office, f"{PAGE}/password"), "current": PASSWORD, "password": NEW}
        with transaction():
            db.session.delete(User.held(admin.id))
        assert office.post(f"{PAGE}/password", data=data).location == "/admin/login"


class TestTheSessions:
    def test_each_browser_is_listed_and_this_one_marked(self, app, admin, sign_in):
        here = sign_in(admin)
        phone = app.test_client()
        data = {**token(phone), "username": admin.name, "password": PASSWORD}
        phone.post("/admin/login", data=data, headers={"User-Agent": ANDROID})
        rows = here.page(PAGE).select(".session")
        assert ["peramban ini" in row.text for row in rows] == [False, True]
        assert "Chrome, Android" in rows[0].text
        assert "Peramban lain" in rows[1].text
        assert len(rows[0].select("time[datetime]")) == 2
        assert "pukul" in rows[0].time.text

    def test_one_is_ended(self, admin, sign_in):
        here, there = sign_in(admin), sign_in(admin)
        (row,) = [
            row for row in here.page(PAGE).select(".session") if "peramban ini" not in row.text
        ]
        assert send(here, row.form["action"], PAGE).status_code == 303
        assert (is_in(here), is_in(there)) == (True, False)
        assert "diakhiri" in here.page(PAGE).select_one(".said").text

    def test_ones_own_is_ended_as_by_signing_out(self, office):
        (row,) = office.page(PAGE).select(".session")
        send(office, row.form["action"], PAGE)
        assert not is_in(office)

    def test_all_others_are_ended(self, admin, moderator, sign_in):
        here, *others, somebody = sign_in(admin), sign_in(admin), sign_in(admin), sign_in(moderator)
        assert send(here, f"{PAGE}/sessions/removal", PAGE).status_code == 303
        assert [is_in(client) for client in (here, *others, somebody)] == [True, False, False, True]
        assert not here.page(PAGE).select("form[action$='sessions/removal']")

    @pytest.mark.parametrize("who", ["admin", "moderator"])
    def test_anothers_is_nobodys_to_end(self, admin, moderator, sign_in, who):
        clients = {"admin": sign_in(admin), "moderator": sign_in(moderator)}
        other = clients["moderator" if who == "admin" else "admin"]
        address = other.page(PAGE).select_one(".session form")["action"]
        assert send(clients[who], address, PAGE).status_code == 404
        assert is_in(other)

    @pytest.mark.parametrize("number", ["0", "999", "9" * 30, "-1", "x"])
    def test_one_that_is_none_is_not_found(self, office, number):
        assert send(office, f"{PAGE}/sessions/{number}/removal", PAGE).status_code == 404

    def test_an_old_form_ends_nothing(self, admin, sign_in):
        here, there = sign_in(admin), sign_in(admin)
        for address in (
            f"{PAGE}/sessions/removal",
            here.page(PAGE).select_one(".session form")["action"],
        ):
            answer = here.post(address, data={"csrf_token": "lama"})
            assert answer.status_code == 400
            assert soup(answer).select_one("#form-errors")
        assert is_in(there)
