"""Who belongs to the office, as an admin decides."""

import pyotp
import pytest

from pnpm.accounts import two_factor
from pnpm.accounts.models import Role, SignIn, User
from pnpm.accounts.throttling import FREE, Attempt
from pnpm.audit.models import AuditEntry
from pnpm.db import db, now, transaction
from tests.admin.conftest import PASSWORD, send, token
from tests.conftest import soup

PAGE = "/admin/users"
NEW = "kata yang sama sekali lain"


@pytest.fixture
def two(app, admin, moderator):
    """There are these two, and not the one that `flask init` made."""
    with transaction():
        db.session.delete(User.held(User.named("admin").id))
    return admin, moderator


def add(client, name="Siti", role="moderator", password=PASSWORD):
    """Send the form for another account."""
    return send(client, PAGE, PAGE, username=name, role=role, password=password)


def act(client, user, what, **values):
    """Send a form of an account's page."""
    return send(client, f"{PAGE}/{user.id}/{what}", f"{PAGE}/{user.id}", **values)


def again(user):
    """The account as it is now."""
    db.session.expire_all()
    return db.session.get(User, user.id)


def logged():
    """The last entry."""
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    return entry and (
        entry.who,
        entry.action,
        entry.subject,
        entry.number,
        entry.before,
        entry.after,
    )


class TestTheList:
    def test_each_is_there_with_role_second_factor_and_since_when(self, two, office):
        with transaction():
            User.held(two[1].id).second_factor = "A" * 32
        rows = [" ".join(row.text.split()) for row in office.page(PAGE).select(".user")]
        assert [row.split(". ")[0] for row in rows] == [
            "Bu Camat Admin Anda Verifikasi dua langkah: tidak",
            "Rudi Moderator Verifikasi dua langkah: ya",
        ]
        assert len(office.page(PAGE).select(".user time[datetime]")) == 2
        assert "A" * 32 not in office.get(PAGE).text

    def test_no_hash_or_secret_is_on_any_page(self, two, office):
        texts = [
            office.get(address).text for address in (PAGE, *[f"{PAGE}/{user.id}" for user in two])
        ]
        assert not any("scrypt" in text or user.password in text for text in texts for user in two)


class TestAdding:
    @pytest.mark.engines
    def test_one_is_added_and_comes_in(self, two, office, sign_in):
        answer = add(office, " Siti  Aminah ")
        assert (answer.status_code, answer.location) == (303, PAGE)
        assert "Siti Aminah" in office.page(PAGE).select_one(".said").text
        siti = User.named("siti aminah")
        assert siti.role is Role.MODERATOR
        assert logged() == (
            "Bu Camat",
            "added",
            "user",
            siti.id,
            {},
            {"name": "Siti Aminah", "role": "moderator"},
        )
        assert sign_in(siti).get("/admin/").status_code == 200

    @pytest.mark.parametrize(
        ("values", "fields"),
        [
            ({"name": ""}, ["username"]),
            ({"name": "BU CAMAT"}, ["username"]),
            ({"name": "Bu Camat\u202e"}, ["username"]),
            ({"name": "Ｂｕ Camat"}, ["username"]),
            ({"name": "x" * 41}, ["username"]),
            ({"name": "\ufdfa" * 3}, ["username"]),
            ({"name": "\x00\u3164"}, ["username"]),
            ({"password": "pendek"}, ["password"]),
            ({"password": "1234567890"}, ["password"]),
            ({"password": "siti siti siti"}, ["password"]),
            ({"role": "god"}, ["role"]),
            ({"role": ""}, ["role"]),
            ({"name": "", "password": "", "role": "god"}, ["username", "role", "password"]),
        ],
    )
    def test_what_will_not_do_is_told_beside_it(self, two, office, values, fields):
        answer = add(office, **values)
        page = soup(answer)
        assert answer.status_code == 422
        assert [error["id"] for error in page.select(".field__error")] == [
            f"{field}-error" for field in fields
        ]
        assert page.select_one("#user-form #password")["value"] == ""
        assert len(db.session.scalars(User.everyone()).all()) == 2

    @pytest.mark.parametrize("name", ["Ħämîd 👩🏽‍💼", "ᨅᨘᨁᨗ", "<b>x</b>", "a", "x" * 40])
    def test_whatever_people_are_called(self, two, office, sign_in, name):
        assert add(office, name).status_code == 303
        assert sign_in(User.named(name)).page("/admin/account").select_one(".facts dd").text == name

    def test_an_old_form_adds_nobody_and_keeps_the_name(self, two, office):
        answer = office.post(PAGE, data={"username": "Siti", "role": "admin", "password": PASSWORD})
        assert answer.status_code == 400
        assert soup(answer).select_one("#user-form #username")["value"] == "Siti"
        assert soup(answer).select_one("#role option[selected]")["value"] == "admin"
        assert not User.named("Siti")


class TestAnother:
    def test_the_role_is_changed_and_they_have_to_sign_in_again(self, two, office, sign_in):
        client = sign_in(two[1])
        assert act(office, two[1], "role", role="admin").status_code == 303
        assert again(two[1]).role is Role.ADMIN
        assert client.get("/admin/").status_code == 303
        assert logged() == (
            "Bu Camat",
            "role",
            "user",
            two[1].id,
            {"role": "moderator"},
            {"name": "Rudi", "role": "admin"},
        )

    def test_the_same_role_is_no_change(self, two, office, sign_in):
        client = sign_in(two[1])
        assert act(office, two[1], "role", role="moderator").status_code == 303
        assert client.get("/admin/").status_code == 200
        assert logged() is None

    def test_the_password_is_changed_and_what_a_stranger_tried_forgiven(
        self, two, office, app, sign_in
    ):
        client = sign_in(two[1])
        stranger = app.test_client()
        for _ in range(FREE["pair"] + 1):
            stranger.post(
                "/admin/login",
                data={**token(stranger), "username": "Rudi", "password": "salah semua"},
            )
        assert act(office, two[1], "password", password=NEW).status_code == 303
        assert client.get("/admin/").status_code == 303
        assert sign_in(two[1], NEW).get("/admin/").status_code == 200
        assert logged() == ("Bu Camat", "password", "user", two[1].id, {}, {"name": "Rudi"})

    @pytest.mark.parametrize("password", ["", "pendek", "rudi rudi rudi", "x1y2" * 51])
    def test_a_password_that_will_not_do_is_told(self, two, office, password):
        answer = act(office, two[1], "password", password=password)
        assert answer.status_code == 422
        assert soup(answer).select_one("#password-error")
        assert again(two[1]).knows(PASSWORD)

    def test_the_second_factor_is_turned_off(self, two, office, sign_in):
        secret = two_factor.new_secret()
        with transaction():
            two_factor.turn_on(User.held(two[1].id), secret, pyotp.TOTP(secret).at(now()))
        assert secret not in office.get(f"{PAGE}/{two[1].id}").text
        assert act(office, two[1], "factor").status_code == 303
        assert again(two[1]).second_factor == ""
        after = {"name": "Rudi", "second_factor": False}
        assert logged() == ("Bu Camat", "factor", "user", two[1].id, {"second_factor": True}, after)
        assert sign_in(two[1]).get("/admin/").status_code == 200

    def test_one_that_is_off_is_not_turned_off(self, two, office):
        assert "factor" not in [
            form["action"].rpartition("/")[2]
            for form in office.page(f"{PAGE}/{two[1].id}").select("form")
        ]
        assert act(office, two[1], "factor").status_code == 303
        assert logged() is None

    def test_they_are_removed_and_out(self, two, office, sign_in):
        client = sign_in(two[1])
        assert act(office, two[1], "removal").location == PAGE
        assert not User.named("Rudi")
        assert client.get("/admin/").location.startswith("/admin/login")
        assert db.session.query(SignIn).count() == 1
        assert logged() == (
            "Bu Camat",
            "removed",
            "user",
            two[1].id,
            {"role": "moderator"},
            {"name": "Rudi"},
        )

    @pytest.mark.parametrize("what", ["role", "password", "factor", "removal"])
    def test_an_old_form_changes_nothing(self, two, office, what):
        answer = office.post(f"{PAGE}/{two[1].id}/{what}", data={"role": "admin", "password": NEW})
        assert answer.status_code == 400
        assert soup(answer).select_one("#form-errors")
        assert (again(two[1]).role, again(two[1]).knows(PASSWORD)) == (Role.MODERATOR, True)

    def test_an_unknown_role_is_told(self, two, office):
        answer = act(office, two[1], "role", role="god")
        assert answer.status_code == 422
        assert soup(answer).select_one("#role-error")

    @pytest.mark.parametrize("number", ["0", "999", "9" * 30, "x", "-1"])
    def test_one_that_is_none_is_not_found(self, office, number):
        assert office.get(f"{PAGE}/{number}").status_code == 404
        for what in ("role", "password", "factor", "removal"):
            assert send(office, f"{PAGE}/{number}/{what}", PAGE).status_code == 404


class TestOneself:
    @pytest.mark.parametrize(
        ("what", "values"),
        [
            ("role", {"role": "moderator"}),
            ("password", {"password": NEW}),
            ("factor", {}),
            ("removal", {}),
        ],
    )
    def test_ones_own_is_not_changed_here_and_one_is_told(self, two, office, what, values):
        answer = act(office, two[0], what, **values)
        assert answer.status_code == 422
        assert "akun Anda sendiri" in soup(answer).select_one("#form-errors").text
        assert (again(two[0]).role, again(two[0]).knows(PASSWORD)) == (Role.ADMIN, True)
        assert logged() is None

    def test_the_page_has_no_such_forms_and_says_to_the_last_admin_why(self, two, office):
        page = office.page(f"{PAGE}/{two[0].id}")
        assert [form["action"] for form in page.select("main form")] == []
        assert "admin terakhir" in page.main.text
        act(office, two[1], "role", role="admin")
        assert "admin terakhir" not in office.page(f"{PAGE}/{two[0].id}").main.text


class TestTheLastAdmin:
    @pytest.mark.parametrize(("what", "values"), [("role", {"role": "moderator"}), ("removal", {})])
    def test_who_was_made_a_moderator_meanwhile_cannot_take_the_last_one_away(
        self, two, sign_in, what, values
    ):
        other, one = two
        with transaction():
            User.held(one.id).role = Role.ADMIN
        client = sign_in(one)
        sent = token(client, f"{PAGE}/{other.id}")
        with transaction():
            User.held(one.id).role = Role.MODERATOR
        assert client.post(f"{PAGE}/{other.id}/{what}", data={**sent, **values}).status_code == 403
        assert again(other).role is Role.ADMIN


def test_a_moderator_sees_none_of_it(two, sign_in):
    client = sign_in(two[1])
    assert client.get(PAGE).status_code == 403
    assert "/admin/users" not in str(client.page("/admin/account").nav)


def test_nothing_typed_is_left_in_the_log(two, office):
    add(office, "Siti")
    act(office, User.named("Siti"), "password", password=NEW)
    everything = str([vars(entry) for entry in db.session.query(AuditEntry)])
    assert not any(word in everything for word in (PASSWORD, NEW, "scrypt"))
    assert not db.session.query(Attempt).count()
