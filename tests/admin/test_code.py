"""The second step of signing in: codes of the telephone, each good once, and recovery codes."""

from datetime import timedelta

import pyotp
import pytest

from pnpm.accounts import two_factor
from pnpm.accounts.models import SignIn, User, change_password, remove
from pnpm.accounts.throttling import FREE, Attempt
from pnpm.admin.accounts import login_flow
from pnpm.db import db, now, transaction
from tests.admin.conftest import PASSWORD, send, token
from tests.conftest import soup

WRONG = "000000"


def shown(user, later=1):
    """What the telephone shows `later` steps from now; the code it was put in force with was used
    up.
    """
    return pyotp.TOTP(user.second_factor).at(now(), counter_offset=later)


@pytest.fixture
def codes(admin):
    """The admin has a second factor; these are the recovery codes."""
    secret = two_factor.new_secret()
    with transaction():
        return two_factor.turn_on(User.held(admin.id), secret, pyotp.TOTP(secret).at(now()))


@pytest.fixture
def half_way(app, admin, codes):
    """A browser between password and code."""
    client = app.test_client()
    answer = client.post(
        "/admin/login",
        data={**token(client), "username": admin.name, "password": PASSWORD, "next": "/admin/log"},
    )
    assert (answer.status_code, answer.location) == (303, "/admin/login/code")
    return client


def enter(client, code, recovery="", **more):
    """Send a code, or a recovery code in the field of its own."""
    data = {**token(client, "/admin/login/code"), "code": code, "recovery": recovery}
    return client.post("/admin/login/code", data=data, **more)


def test_the_password_alone_opens_nothing(half_way):
    assert half_way.get("/admin/").location.startswith("/admin/login")
    assert not db.session.query(SignIn).count()


def test_the_code_opens_the_page_that_was_wanted(half_way, admin):
    before = half_way.get_cookie("office", path="/admin").value
    answer = enter(half_way, shown(admin))
    assert (answer.status_code, answer.location) == (303, "/admin/log")
    assert half_way.get("/admin/").status_code == 200
    assert not db.session.query(Attempt).count()
    half_way.set_cookie("office", before, path="/admin")
    assert half_way.get("/admin/").status_code == 303


def test_it_may_be_typed_as_applications_show_it(half_way, admin):
    code = shown(admin)
    assert enter(half_way, f" {code[:3]} {code[3:]} ").status_code == 303


@pytest.mark.engines
def test_a_code_is_good_once(half_way, admin, app):
    code, before = shown(admin), half_way.get_cookie("office", path="/admin").value
    assert enter(half_way, code).status_code == 303
    second = app.test_client()
    second.set_cookie("office", before, path="/admin")
    answer = enter(second, code)
    assert answer.status_code == 422
    assert code not in answer.text
    assert db.session.query(SignIn).count() == 1


@pytest.mark.parametrize(
    "spell",
    [str, str.upper, lambda code: code.replace("-", ""), lambda code: f" {code[:4]} {code[5:]} "],
)
def test_a_recovery_code_is_good_once(half_way, codes, app, spell):
    before = half_way.get_cookie("office", path="/admin").value
    assert enter(half_way, spell(codes[3])).status_code == 303
    half_way.set_cookie("office", before, path="/admin")
    assert enter(half_way, codes[3]).status_code == 422
    assert enter(half_way, codes[4]).status_code == 303


def test_a_telephone_shows_its_number_pad_for_digits_and_letters_for_a_recovery_code(
    half_way, codes
):
    page = half_way.page("/admin/login/code")
    code, recovery = page.select_one("#code"), page.select_one("#recovery")
    assert (code["inputmode"], code["pattern"], code["autocomplete"]) == (
        "numeric",
        "[0-9]*",
        "one-time-code",
    )
    assert "inputmode" not in recovery.attrs
    assert "open" not in page.select_one("details").attrs
    answer = enter(half_way, "", recovery="salah")
    assert answer.status_code == 422
    assert "open" in soup(answer).select_one("details").attrs
    assert enter(half_way, "", recovery=codes[5]).status_code == 303


@pytest.mark.parametrize("recovery", ["", "x" * 1000, "\x00", WRONG])
def test_a_wrong_recovery_code_is_refused(half_way, recovery):
    assert enter(half_way, "", recovery).status_code == 422
    assert half_way.get("/admin/").status_code == 303


@pytest.mark.parametrize("code", [WRONG, "", "x" * 1000, "١٢٣٤٥٦", "\x00", "-", "12345", "👩🏽‍💼"])
def test_a_wrong_one_is_refused(half_way, code):
    assert enter(half_way, code).status_code == 422
    assert half_way.get("/admin/").status_code == 303


def test_after_a_few_wrong_ones_one_has_to_wait_and_a_known_browser_has_not(
    half_way, admin, app, sign_in
):
    known = app.test_client()
    known.set_cookie("office", half_way.get_cookie("office", path="/admin").value, path="/admin")
    assert enter(known, shown(admin)).status_code == 303
    for _ in range(FREE["code"]):
        assert enter(half_way, WRONG).status_code == 422
    answer = enter(half_way, WRONG)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    send(known, "/admin/logout", "/admin/account")
    known.post("/admin/login", data={**token(known), "username": admin.name, "password": PASSWORD})
    assert enter(known, WRONG).status_code == 422


def test_whoever_has_the_password_keeps_the_owner_out_of_nothing(half_way, admin, app):
    """Not even by guessing codes from very many addresses: those who have not failed are asked for
    theirs at once.
    """
    owner = app.test_client()
    owner.environ_base = {**owner.environ_base, "REMOTE_ADDR": "203.0.113.1"}
    assert enter(half_way, WRONG).status_code == 422
    with transaction():
        for one in db.session.query(Attempt).all() * 100:
            db.session.add(Attempt(subject=one.subject, created_at=one.created_at))
    assert enter(half_way, WRONG).status_code == 429
    assert (
        owner.post(
            "/admin/login", data={**token(owner), "username": admin.name, "password": PASSWORD}
        ).status_code
        == 303
    )
    assert enter(owner, shown(admin)).status_code == 303


def test_the_password_stays_slow_until_the_code_was_right(half_way, admin, app):
    """Else whoever has the password could try codes for ever."""
    assert db.session.query(Attempt).count() == 3  # at the pair, the account and the address


def test_an_old_form_shows_it_again(half_way, admin):
    answer = half_way.post("/admin/login/code", data={"csrf_token": "lama", "code": "123456"})
    assert answer.status_code == 400
    assert soup(answer).select_one("#code")["value"] == "123456"
    assert enter(half_way, shown(admin)).status_code == 303


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_password_there_is_no_code_to_enter(app, admin, codes, method):
    answer = getattr(app.test_client(), method)("/admin/login/code")
    assert (answer.status_code, answer.location) == (303, "/admin/login")


def test_after_ten_minutes_it_is_over(half_way, monkeypatch):
    monkeypatch.setattr(login_flow, "HALF_WAY", 0)
    assert half_way.get("/admin/login/code").location == "/admin/login"


def other_password(user):
    change_password(user, "kata yang sama sekali lain")


@pytest.mark.parametrize(
    "change", [other_password, two_factor.turn_off, remove], ids=["password", "off", "removed"]
)
def test_what_changed_meanwhile_ends_it(half_way, admin, moderator, change):
    with transaction():
        moderator.role = admin.role
    sent = token(half_way, "/admin/login/code")
    with transaction():
        change(User.held(admin.id))
    assert half_way.get("/admin/login/code").location == "/admin/login"
    assert (
        half_way.post("/admin/login/code", data={**sent, "code": WRONG}).location == "/admin/login"
    )
    assert half_way.get("/admin/").status_code == 303


def test_nothing_of_the_password_is_in_the_cookie(half_way, admin):
    session = half_way.application.session_interface.get_signing_serializer(half_way.application)
    kept = session.loads(half_way.get_cookie("office", path="/admin").value)
    assert kept["half way"][0] == admin.id
    hashed = admin.password.rpartition("$")[2]
    assert not any(hashed[first : first + 8] in str(kept) for first in range(len(hashed) - 8))


def test_who_is_in_as_another_is_out_when_going_half_way(app, admin, codes, moderator, sign_in):
    client = sign_in(moderator)
    data = {
        **token(client, "/admin/account/password"),
        "username": admin.name,
        "password": PASSWORD,
    }
    assert client.post("/admin/login", data=data).location == "/admin/login/code"
    assert not db.session.query(SignIn).count()


def test_a_telephone_whose_clock_is_off_by_a_little_will_do_and_by_more_not(half_way, admin):
    with transaction():
        User.held(admin.id).last_step = 0
    assert (
        enter(
            half_way, pyotp.TOTP(admin.second_factor).at(now() - timedelta(minutes=2))
        ).status_code
        == 422
    )
    assert enter(half_way, shown(admin, 0)).status_code == 303
