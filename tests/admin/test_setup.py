"""The first account, by the code in the instance folder."""

import pytest

from pnpm.accounts import setup_code
from pnpm.accounts.models import Role, SignIn, User
from pnpm.accounts.throttling import FREE, Attempt
from pnpm.audit.models import AuditEntry
from pnpm.db import db, transaction
from tests.admin.conftest import PASSWORD, token
from tests.conftest import soup

SETUP = "/admin/setup/"


@pytest.fixture
def fresh(app):
    """A site without an account."""
    with transaction():
        db.session.query(User).delete()
    return app


@pytest.fixture
def file(fresh, instance):
    """Where the code stands once somebody asked."""
    return instance / setup_code.FILE


def fill_in(client, code, name="Bu Camat", password=PASSWORD, **more):
    """Send the form."""
    data = {**token(client, SETUP), "setup_code": code, "username": name, "password": password}
    return client.post(SETUP, data=data, **more)


@pytest.mark.parametrize("address", ["/admin/", "/admin/comments", "/admin/login"])
def test_without_an_account_everything_leads_to_the_setup(fresh, client, address):
    assert client.get(address).location == SETUP


def test_the_page_writes_the_code_for_its_owner_alone_and_names_the_file(fresh, client, file):
    assert not file.exists()
    page = client.page(SETUP)
    assert page.select_one(".setup__file").text == str(file)
    assert file.stat().st_mode & 0o777 == 0o600
    code = file.read_text().strip()
    assert len(code) == 27
    assert code not in client.get(SETUP).text
    assert file.read_text().strip() == code


@pytest.mark.engines
def test_the_code_makes_the_first_admin_who_is_in_at_once(fresh, client, file):
    client.get(SETUP)
    answer = fill_in(client, f" {file.read_text().upper()} ")
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert client.get("/admin/").status_code == 200
    (user,) = db.session.query(User)
    assert (user.name, user.role) == ("Bu Camat", Role.ADMIN)
    (entry,) = db.session.query(AuditEntry)
    assert (entry.who, entry.action, entry.subject, entry.after) == (
        "Bu Camat",
        "added",
        "user",
        {"name": "Bu Camat", "role": "admin"},
    )
    assert not file.exists()
    assert not db.session.query(Attempt).count()


def test_with_an_account_there_is_no_setup(client, instance, admin):
    code = setup_code.write(instance).read_text()
    assert client.get(SETUP).location == "/admin/login"
    assert (
        client.post(
            SETUP, data={"setup_code": code, "username": "Lain", "password": PASSWORD}
        ).location
        == "/admin/login"
    )
    assert "Lain" not in [user.name for user in db.session.query(User)]
    assert not (instance / setup_code.FILE).exists()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "abc",
        "abcdef",
        "abcdef-abcdef-abcdef-",
        "abcdef-abcdef-abcdef-abcdef-abcdef",
        "\xff" * 27,
    ],
)
def test_what_is_not_a_whole_code_never_opens(fresh, client, file, written):
    data = {
        **token(client, SETUP),
        "setup_code": written or " ",
        "username": "Bu Camat",
        "password": PASSWORD,
    }
    file.write_text(written, encoding="latin-1")
    assert client.post(SETUP, data=data).status_code == 422
    assert not User.anyone()
    assert setup_code.WHOLE.fullmatch(file.read_text().strip())
    assert fill_in(client, file.read_text()).status_code == 303


def test_a_wrong_code_is_refused_and_slows_down_with_what_was_typed_kept(fresh, client, file):
    for _ in range(FREE["setup"]):
        answer = fill_in(client, "000000-000000-000000-000000")
        assert answer.status_code == 422
    assert soup(answer).select_one("#setup_code-error")
    answer = fill_in(client, file.read_text())
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert soup(answer).select_one("#username")["value"] == "Bu Camat"
    assert PASSWORD not in answer.text
    assert not User.anyone()


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [
        ("", PASSWORD, "username"),
        ("x" * 41, PASSWORD, "username"),
        ("ß" * 30, PASSWORD, "username"),
        ("\u3164\u200b", PASSWORD, "username"),
        ("Bu Camat", "", "password"),
        ("Bu Camat", "pendek", "password"),
        ("Bu Camat", "bu camat bu camat", "password"),
        ("Bu Camat", "Password123", "password"),
        ("Bu Camat", "abababababab", "password"),
        ("Bu Camat", "x1y2" * 51, "password"),
    ],
)
def test_a_name_or_password_that_will_not_do_is_told(fresh, client, file, name, password, field):
    client.get(SETUP)
    answer = fill_in(client, file.read_text(), name, password)
    assert answer.status_code == 422
    assert [error["id"] for error in soup(answer).select(".field__error")] == [f"{field}-error"]
    assert soup(answer).select_one("#setup_code")["value"] == file.read_text().strip()
    assert not User.anyone()


def test_an_old_form_shows_it_again(fresh, client, file):
    client.get(SETUP)
    answer = client.post(
        SETUP, data={"setup_code": file.read_text(), "username": "Bu Camat", "password": PASSWORD}
    )
    assert answer.status_code == 400
    assert soup(answer).select_one("#username")["value"] == "Bu Camat"
    assert not User.anyone()


def test_who_took_the_code_second_makes_no_account(fresh, client, file):
    sent = {
        **token(client, SETUP),
        "setup_code": file.read_text(),
        "username": "Kedua",
        "password": PASSWORD,
    }
    first = fresh.test_client()
    assert fill_in(first, file.read_text()).status_code == 303
    assert client.post(SETUP, data=sent).location == "/admin/login"
    assert [user.name for user in db.session.query(User)] == ["Bu Camat"]
    assert db.session.query(SignIn).count() == 1
