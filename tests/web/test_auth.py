"""Who may come into the office, and what a browser is called."""

import pytest
from flask import Blueprint, g, session
from werkzeug.exceptions import Forbidden

from pnpm import create_app
from pnpm.accounts import user_agents
from pnpm.accounts.models import Role, SignIn, User
from pnpm.db import db, transaction
from pnpm.web import auth
from tests.admin.conftest import account
from tests.conftest import SETTINGS


@pytest.fixture
def user(app):
    """An admin."""
    return account("Siti", Role.ADMIN)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            (
                "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/130.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome, Android",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14; SM-A146) … SamsungBrowser/27.0 "
                "Chrome/125.0.0.0 Mobile Safari/537.36"
            ),
            "Samsung Internet, Android",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) … Chrome/130.0.0.0 Safari/537.36 "
                "Edg/130.0.0.0"
            ),
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
            "Firefox, Linux",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) … Version/17.6 "
                "Mobile/15E148 Safari/604.1"
            ),
            "Safari, iPhone",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) … CriOS/130.0 "
                "Mobile/15E148 Safari/604.1"
            ),
            "Chrome, iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) … Chrome/130.0.0.0 "
                "Safari/537.36 OPR/115.0.0.0"
            ),
            "Opera, Mac",
        ),
        ("curl/8.5.0", ""),
        ("", ""),
        ("<script>alert(1)</script>" * 100, ""),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent, words):
    assert user_agents.name_of(agent) == words


@pytest.mark.parametrize(
    ("path", "is_office"),
    [
        ("/admin", True),
        ("/admin/", True),
        ("/admin/x/y", True),
        ("/administrator", False),
        ("/admin.html", False),
        ("/", False),
    ],
)
def test_the_office_is_what_lies_under_its_prefix(app, path, is_office):
    assert auth.is_office(path) is is_office
    with app.test_request_context(path):
        assert auth.is_office() is is_office


@pytest.mark.parametrize(
    ("headers", "method", "location"),
    [
        ({}, "GET", "/admin/login?next=/admin/comments?q%3Da"),
        ({}, "HEAD", "/admin/login"),
        ({}, "POST", "/admin/login"),
        ({"HX-Request": "true"}, "GET", "/admin/login"),
    ],
)
def test_a_stranger_is_sent_to_the_sign_in(app, user, headers, method, location):
    answer = app.test_client().open("/admin/comments?q=a", method=method, headers=headers)
    if headers:
        assert (answer.status_code, answer.headers["HX-Redirect"], answer.data) == (
            204,
            location,
            b"",
        )
    else:
        assert (answer.status_code, answer.location) == (303, location)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
@pytest.mark.parametrize(
    "referer",
    [
        "http://[::1/admin",
        "http://[/admin",
        "http://]/admin",
        "http://[zz]/admin",
        "http://a:99999/admin",
        "http://a:b/",
        "//[",
        "\udce9",
        "http://\u2100/",
    ],
)
def test_an_address_that_is_none_is_nowhere_to_come_back_to(app, user, method, referer):
    given = {
        "HTTP_REFERER": referer.encode("utf-8", "surrogatepass").decode("latin-1"),
        "HTTP_HX_REQUEST": "true",
    }
    answer = app.test_client().open("/admin/comments", method=method, environ_overrides=given)
    assert answer.status_code in (204, 303, 405)
    assert answer.headers.get("HX-Redirect", "/admin/login") == "/admin/login"


def test_a_new_view_is_the_admins_unless_it_says_otherwise(instance):
    app = create_app({"INSTANCE": instance, **SETTINGS})
    added = Blueprint("added", __name__, url_prefix="/admin/added")
    added.get("")(lambda: "masuk")
    app.register_blueprint(added)
    with app.test_request_context():
        assert auth.roles_of("added.<lambda>") == {Role.ADMIN}
    assert app.test_client().get("/admin/added").status_code == 303
    with app.app_context():
        db.engine.dispose()


def test_what_is_not_there_is_nobodys_to_sign_in_for(client, user):
    answer = client.get("/admin/tidak-ada")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("settings", [{"SECRET_KEY": "", "UPGRADE": "off"}])
def test_without_a_key_nobody_comes_in(app, client, instance):
    (instance / "secret_key").unlink(missing_ok=True)
    assert (
        create_app({"INSTANCE": instance, **SETTINGS, "SECRET_KEY": "", "UPGRADE": "off"})
        .test_client()
        .get("/admin/login")
        .status_code
        == 503
    )


def test_a_sign_in_ends_what_was_there_before(app, user):
    with app.test_request_context("/admin/"):
        with transaction():
            auth.sign_in(user)
        session["left"] = "over"
        first = session["key"]
        with transaction():
            auth.sign_in(user)
        assert set(session) == {"_permanent", "key", "who"}
        assert session["key"] != first
        assert db.session.query(SignIn).count() == 1
        assert auth.this_browser().token == SignIn.of(session["key"])[0].token
        with transaction():
            auth.sign_out()
        assert (dict(session), auth.officer(), auth.this_browser()) == ({}, None, None)
        assert not db.session.query(SignIn).count()


@pytest.mark.parametrize(
    "change",
    [{"password": "another"}, {"role": Role.MODERATOR}, None],
    ids=["password", "role", "removed"],
)
def test_ones_own_account_is_held_as_it_was_or_not_at_all(app, user, change):
    with app.test_request_context("/admin/"):
        g.officer, g.sign_in = user, None
        with transaction():
            assert auth.own_account() is user
        with db.engine.begin() as connection:
            table = User.__table__
            connection.execute(table.update().values(change) if change else table.delete())
        with pytest.raises(Forbidden), transaction():
            auth.own_account()


def test_nobody_is_signed_in_on_readers_pages(app, user):
    with app.test_request_context("/admin/"), transaction():
        auth.sign_in(user)
        key = session["key"]
    with app.test_request_context("/"):
        assert SignIn.of(key)
        assert auth.officer() is None
        with pytest.raises(RuntimeError):
            session["key"] = key
