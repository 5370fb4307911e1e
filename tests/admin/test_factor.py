"""One's own second factor: put in force with a telephone, and turned off again."""

import re

import pyotp
import pytest

from pnpm.accounts import two_factor
from pnpm.accounts.models import User
from pnpm.accounts.throttling import FREE
from pnpm.audit.models import AuditEntry
from pnpm.db import db, now
from tests.admin.conftest import PASSWORD, send, token
from tests.conftest import soup

PAGE = "/admin/account/factor"


def secret_of(client):
    """What the page shows under the QR code."""
    return client.page(PAGE).select_one(".secret").text.replace(" ", "")


def turn_on(client, password=PASSWORD, code=None, **more):
    """Send the form, with the code that the telephone shows now."""
    code = pyotp.TOTP(secret_of(client)).at(now()) if code is None else code
    return send(client, PAGE, PAGE, password=password, code=code, **more)


def test_the_qr_code_is_drawn_here_and_can_be_read_by_those_who_cannot_see_it(office, admin):
    page = office.page(PAGE)
    picture = page.select_one(".qr")
    assert (picture["role"], bool(picture["aria-label"])) == ("img", True)
    assert picture.svg["viewbox"]
    assert not re.search(r"style=|<script|href=", str(picture))
    assert {path.get("fill") or path.get("stroke") for path in picture.svg.select("path")} == {
        "#fff",
        "#000",
    }
    code = page.select_one("#code")
    assert (code["inputmode"], code["pattern"], code["autocomplete"]) == (
        "numeric",
        "[0-9]*",
        "one-time-code",
    )
    link = page.select_one("main a[href^='otpauth://totp/']")["href"]
    assert f"secret={secret_of(office)}" in link
    assert "Bu%20Camat" in link


def test_another_look_at_the_page_shows_the_same_secret_and_another_session_another(
    office, admin, sign_in
):
    assert secret_of(office) == secret_of(office)
    assert secret_of(office) != secret_of(sign_in(admin))


@pytest.mark.engines
def test_password_and_first_code_put_it_in_force_and_ten_codes_are_shown_once(office, admin):
    answer = turn_on(office)
    assert answer.status_code == 200
    codes = [code.text for code in soup(answer).select("#codes code")]
    assert len(set(codes)) == two_factor.RECOVERY_CODES == 10
    assert answer.headers["Cache-Control"] == "no-store"
    for address in (PAGE, "/admin/account", "/admin/users", f"/admin/users/{admin.id}"):
        assert not any(code in office.get(address).text for code in codes)
    assert "Tersisa 10 kode cadangan" in office.get("/admin/account").text
    kept = db.session.get(User, admin.id)
    assert not any(code in str(kept.recovery_codes) for code in codes)


def test_it_is_in_the_log_and_no_secret_is(office, admin):
    secret = secret_of(office)
    codes = [code.text for code in soup(turn_on(office)).select("#codes code")]
    send(office, f"{PAGE}/removal", PAGE, password=PASSWORD)
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id).all()
    assert [(entry.action, entry.number, entry.before, entry.after) for entry in entries] == [
        ("factor", admin.id, {"second_factor": False}, {"name": "Bu Camat", "second_factor": True}),
        ("factor", admin.id, {"second_factor": True}, {"name": "Bu Camat", "second_factor": False}),
    ]
    assert not any(
        word in str([vars(entry) for entry in entries]) for word in (secret, PASSWORD, *codes)
    )


def test_the_secret_leaves_the_session_once_it_is_in_force(office):
    turn_on(office)
    serializer = office.application.session_interface.get_signing_serializer(office.application)
    assert "secret" not in serializer.loads(office.get_cookie("office", path="/admin").value)


@pytest.mark.parametrize(
    ("password", "code", "field"),
    [
        ("bukan kata sandinya", None, "password"),
        ("", None, "password"),
        (PASSWORD, "000000", "code"),
        (PASSWORD, "", "code"),
        (PASSWORD, "x" * 100, "code"),
        (PASSWORD, "\u0661" * 6, "code"),
    ],
)
def test_a_wrong_password_or_code_puts_nothing_in_force(office, admin, password, code, field):
    secret = secret_of(office)
    answer = turn_on(office, password, code)
    assert answer.status_code == 422
    page = soup(answer)
    assert [error["id"] for error in page.select(".field__error")] == [f"{field}-error"]
    assert page.select_one(".secret").text.replace(" ", "") == secret
    assert not db.session.get(User, admin.id).second_factor


def test_a_secret_of_somebody_elses_choice_is_not_taken(office, admin):
    ours = "A" * 32
    answer = turn_on(office, code=pyotp.TOTP(ours).at(now()), secret=ours)
    assert answer.status_code == 422
    assert not db.session.get(User, admin.id).second_factor


def test_without_a_secret_of_the_session_there_is_nothing_to_put_in_force(office):
    answer = send(office, PAGE, "/admin/account", password=PASSWORD, code="123456")
    assert (answer.status_code, answer.location) == (303, PAGE)


def test_an_old_form_changes_nothing(office, admin):
    secret_of(office)
    answer = office.post(PAGE, data={"csrf_token": "lama", "password": PASSWORD, "code": "123456"})
    assert answer.status_code == 400
    assert soup(answer).select_one(".qr")
    assert not db.session.get(User, admin.id).second_factor


def test_sent_twice_the_first_stands(office, admin):
    data = {
        **token(office, PAGE),
        "password": PASSWORD,
        "code": pyotp.TOTP(secret_of(office)).at(now()),
    }
    assert office.post(PAGE, data=data).status_code == 200
    kept = db.session.get(User, admin.id).second_factor
    assert office.post(PAGE, data=data).location == PAGE
    assert db.session.get(User, admin.id).second_factor == kept


def test_the_password_turns_it_off(office, admin):
    turn_on(office)
    assert not office.page(PAGE).select(".qr")
    assert send(office, f"{PAGE}/removal", PAGE, password="bukan kata sandinya").status_code == 422
    assert office.post(f"{PAGE}/removal", data={"password": PASSWORD}).status_code == 400
    assert db.session.get(User, admin.id).second_factor
    assert send(office, f"{PAGE}/removal", PAGE, password=PASSWORD).location == "/admin/account"
    user = db.session.get(User, admin.id)
    assert (user.second_factor, user.recovery_codes) == ("", [])
    assert "dimatikan" in office.get("/admin/account").text


def test_guessing_the_password_here_is_slow(office):
    secret_of(office)
    for _ in range(FREE["session"]):
        assert turn_on(office, "bukan kata sandinya").status_code == 422
    assert turn_on(office).status_code == 429


def test_a_moderator_has_one_too(moderator, sign_in):
    client = sign_in(moderator)
    assert turn_on(client).status_code == 200
    assert db.session.get(User, moderator.id).second_factor
