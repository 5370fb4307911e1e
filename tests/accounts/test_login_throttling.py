"""Browsers that an account knows. What is slowed down is tried where it is used, in
tests/admin/.
"""

import pytest
from flask import Response

from pnpm.accounts.models import User
from pnpm.admin.accounts import throttling
from pnpm.db import now


@pytest.fixture
def officers(app):
    """More accounts than one browser is known to."""
    return [User(id=number, created_at=now()) for number in range(1, throttling.MOST_KNOWN + 3)]


def marked(app, officers):
    """The cookie of a browser in which all of these signed in, one after the other."""
    client = app.test_client()
    for user in officers:
        with app.test_request_context("/admin/login", headers={"Cookie": f"known={mark(client)}"}):
            (line,) = throttling.know(user, Response()).headers.getlist("Set-Cookie")
        client.set_cookie("known", line.partition("=")[2].partition(";")[0], path="/admin")
    return mark(client)


def mark(client):
    """What is in its cookie now."""
    kept = client.get_cookie("known", path="/admin")
    return kept.value if kept else ""


def test_a_browser_is_known_to_as_many_accounts_as_a_cookie_holds_the_last_ones(app, officers):
    cookie = marked(app, officers)
    assert len(cookie) < 1000
    with app.test_request_context("/admin/login", headers={"Cookie": f"known={cookie}"}):
        ours = [throttling.of_code(user) for user in officers]
    with app.test_request_context("/admin/login"):
        strangers = [throttling.of_code(user) for user in officers]
    assert [one == other for one, other in zip(ours, strangers, strict=True)] == [True, True] + [
        False
    ] * throttling.MOST_KNOWN


def test_who_signs_in_again_takes_nobodys_place(app, officers):
    few = officers[: throttling.MOST_KNOWN]
    cookie = marked(app, few + few[:1] * 5)
    with app.test_request_context("/admin/login"):
        strangers = [throttling.of_code(user) for user in few]
    with app.test_request_context("/admin/login", headers={"Cookie": f"known={cookie}"}):
        assert all(
            throttling.of_code(user) != stranger
            for user, stranger in zip(few, strangers, strict=True)
        )
