"""Officers of the office, and clients in which they are signed in."""

from functools import cache

import pytest
from werkzeug.security import generate_password_hash

from pnpm.accounts.models import Role, SignIn, User
from pnpm.db import now, transaction
from tests.conftest import soup

PASSWORD = "empat kata yang biasa"


@cache
def kept(password):
    """The password as it is kept, computed once for all tests: scrypt is slow by design."""
    return generate_password_hash(password)


def account(name, role, password=PASSWORD):
    """An account that is there."""
    with pytest.MonkeyPatch.context() as patch, transaction():
        patch.setattr("pnpm.accounts.models.generate_password_hash", kept)
        return User.add(name, role, password)


@pytest.fixture(autouse=True)
def paused_throttling(monkeypatch):
    """No second passes for the throttling of attempts, however slow the machine is: what one has to
    wait for would be over. Who needs time to pass sets it again.
    """
    moment = now()
    monkeypatch.setattr("pnpm.accounts.throttling.now", lambda: moment)


@pytest.fixture
def admin(app):
    """Who may do everything."""
    return account("Bu Camat", Role.ADMIN)


@pytest.fixture
def moderator(app):
    """Who helps with comments."""
    return account("Rudi", Role.MODERATOR)


@pytest.fixture
def sign_in(app):
    """A browser of its own, signed in as that user: `sign_in(admin)`. With a password it goes
    through the form.
    """

    def browser(user, password=""):
        client = app.test_client()
        if password:
            answer = client.post(
                "/admin/login", data={**token(client), "username": user.name, "password": password}
            )
            assert answer.status_code == 303, answer.text
            return client
        with transaction(), client.session_transaction("/admin/") as session:
            session["key"] = SignIn.open(user, "")
            session.permanent = True
        return client

    return browser


@pytest.fixture
def office(admin, sign_in):
    """The admin's browser."""
    return sign_in(admin)


def token(client, url="/admin/login"):
    """The token of the session, as any form of that page has it."""
    return {"csrf_token": soup(client.get(url)).select_one("[name=csrf_token]")["value"]}


def send(client, action, url="/admin/comments", htmx=False, **values):
    """Send a form of the page at `url` to `action`, through htmx if asked."""
    return client.post(
        action,
        data={**token(client, url), **values},
        headers={"HX-Request": "true"} if htmx else {},
    )
