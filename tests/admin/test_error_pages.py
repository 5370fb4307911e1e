"""Errors in the office: whoever is signed in has its pages at hand on each of them, and only their
own.
"""

import errno

import pytest
from flask import abort

from pnpm.admin.navigation import MORE, PLACES
from pnpm.db import db
from pnpm.web import auth
from tests.admin.conftest import token
from tests.conftest import soup

FAULTS = {
    400: ("GET", "/admin/broken/400"),
    403: ("GET", "/admin/broken/403"),
    404: ("GET", "/admin/nothing/here"),
    405: ("POST", "/admin/report"),
    413: ("GET", "/admin/broken/413"),
    429: ("GET", "/admin/broken/429"),
    500: ("GET", "/admin/broken/crash"),
    503: ("GET", "/admin/broken/503"),
}


@pytest.fixture
def broken(app):
    """A site some of whose pages in the office fail."""
    app._got_first_request = False
    app.testing = False

    def add(name, view):
        app.add_url_rule(
            f"/admin/broken/{name}", f"broken.{name}", auth.open_to(auth.OFFICERS)(view)
        )

    for code in (400, 403, 413, 429, 503):
        add(code, lambda code=code: abort(code))
    add("crash", lambda: 1 / 0)
    add("away", lambda: db.session.connection().exec_driver_sql("SELECT 1 FROM nowhere"))
    add("full", full)
    return app


def full():
    raise OSError(errno.ENOSPC, "No space left on device")


def places(page):
    return {link["href"] for link in page.select("nav.office__nav a")}


def allowed(app, role):
    with app.test_request_context():
        return {
            app.url_for(place.endpoint)
            for place in (*PLACES, MORE)
            if role in auth.roles_of(place.endpoint)
        }


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("who", ["admin", "moderator"])
def test_each_has_the_bar_with_what_is_theirs(broken, sign_in, request, who, code):
    user = request.getfixturevalue(who)
    method, address = FAULTS[code]
    client = sign_in(user)
    answer = client.open(
        address, method=method, data=token(client, "/admin/account") if method == "POST" else None
    )
    assert answer.status_code == code
    assert places(soup(answer)) == allowed(broken, user.role)
    assert soup(answer).select_one(".office__out").text == "Keluar"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/admin/settings", "/admin/users", "/admin/backups"])
def test_what_is_the_admins_says_so_above_it(app, sign_in, moderator, address):
    answer = sign_in(moderator).get(address)
    assert answer.status_code == 403
    assert "pilih yang lain dari menu" in answer.text
    assert places(soup(answer)) == allowed(app, moderator.role)


@pytest.mark.parametrize(
    "address", ["/admin/comments/999", "/admin/articles/999", "/admin/comments?status=none"]
)
def test_what_is_not_there(app, office, admin, address):
    answer = office.get(address)
    assert answer.status_code == 404
    assert places(soup(answer)) == allowed(app, admin.role)


def test_a_full_disk_leaves_the_bar_for_reading(broken, office, admin):
    answer = office.get("/admin/broken/full")
    assert (answer.status_code, places(soup(answer))) == (503, allowed(broken, admin.role))


def test_while_nothing_can_be_read_the_page_asks_for_nothing(broken, office):
    answer = office.get("/admin/broken/away")
    assert answer.status_code == 503
    assert places(soup(answer)) == set()


def test_a_stranger_sees_none_of_it(broken, client, admin):
    answer = client.get("/admin/nothing/here")
    assert (answer.status_code, places(soup(answer))) == (404, set())
    assert soup(answer).select_one('a[href="/admin/"]')
