"""Signing in and out: the session, its cookie, what a wrong password costs, where one goes then."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest

from pnpm import create_app
from pnpm.accounts.models import IDLE, Role, SignIn, User, change_password, change_role, remove
from pnpm.accounts.throttling import FREE, FREE_OF_MANY, Attempt
from pnpm.db import db, now, transaction
from tests.admin.conftest import PASSWORD, send, token
from tests.conftest import SETTINGS, soup

WRONG = "bukan kata sandinya"


def attempt(client, name, password=WRONG, **more):
    """Send the form to sign in, as a browser that just opened it."""
    return client.post(
        "/admin/login", data={**token(client), "username": name, "password": password}, **more
    )


def at(app, address):
    """A browser that was never here before, at that address."""
    client = app.test_client()
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": address}
    return client


def later(**time):
    """Let time pass for what was tried so far."""
    with transaction():
        for one in db.session.query(Attempt):
            one.created_at -= timedelta(**time)


def repeat(times):
    """As if everything that was tried so far had been tried so many times."""
    with transaction():
        for one in db.session.query(Attempt).all() * (times - 1):
            db.session.add(Attempt(subject=one.subject, created_at=one.created_at))


def cookie(answer, name="office"):
    """The attributes with which a cookie was set, but for how long."""
    (line,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{name}=")]
    return {
        words
        for words in line.lower().split("; ")[1:]
        if not words.startswith(("expires", "max-age"))
    }


def is_in(client):
    """Whether somebody is signed in there."""
    return client.get("/admin/").status_code == 200


class TestTheWayIn:
    @pytest.mark.engines
    def test_name_and_password_open_the_office(self, app, admin):
        client = app.test_client()
        answer = attempt(client, " bu  CAMAT", PASSWORD)
        assert (answer.status_code, answer.location) == (303, "/admin/")
        assert is_in(client)

    def test_a_stranger_is_sent_to_sign_in_and_then_on_to_where_they_wanted(self, app, admin):
        client = app.test_client()
        sent = client.get("/admin/comments?status=spam&q=a%20b")
        page = client.page(sent.location)
        wanted = page.select_one("[name=next]")["value"]
        answer = attempt(client, admin.name, PASSWORD)
        assert answer.location == "/admin/"
        client = app.test_client()
        data = {**token(client), "username": admin.name, "password": PASSWORD, "next": wanted}
        assert (
            client.post("/admin/login", data=data).location == "/admin/comments?status=spam&q=a%20b"
        )

    def test_who_is_in_already_is_sent_on(self, office):
        assert office.get("/admin/login?next=/admin/log").location == "/admin/log"

    def test_the_page_has_no_scripts_of_others_and_is_not_kept(self, client, admin):
        answer = client.get("/admin/login")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"


class TestTheCookie:
    @pytest.mark.parametrize(
        ("settings", "base", "proto", "expected"),
        [
            ({}, "http://localhost", None, {"httponly", "path=/admin", "samesite=lax"}),
            ({}, "https://localhost", None, {"httponly", "path=/admin", "samesite=lax", "secure"}),
            ({}, "http://localhost", "https", {"httponly", "path=/admin", "samesite=lax"}),
            (
                {"TRUSTED_PROXIES": "1"},
                "http://localhost",
                "https",
                {"httponly", "path=/admin", "samesite=lax", "secure"},
            ),
            ({}, "http://localhost/blog", None, {"httponly", "path=/blog/admin", "samesite=lax"}),
        ],
    )
    def test_it_is_the_offices_alone_and_secure_over_https(self, app, admin, base, proto, expected):
        client, headers = app.test_client(), {"X-Forwarded-Proto": proto} if proto else {}
        page = soup(client.get("/admin/login", base_url=base, headers=headers))
        data = {
            "csrf_token": page.select_one("[name=csrf_token]")["value"],
            "username": admin.name,
            "password": PASSWORD,
        }
        answer = client.post("/admin/login", base_url=base, headers=headers, data=data)
        assert cookie(answer) == cookie(answer, "known") == expected
        assert answer.location == f"{base.partition('localhost')[2]}/admin/"
        assert client.get("/admin/", base_url=base, headers=headers).status_code == 200

    def test_a_reader_gets_none(self, client, url, article, admin):
        assert "Set-Cookie" not in client.get(url).headers
        assert (
            "Vary" not in client.get(url).headers or "Cookie" not in client.get(url).headers["Vary"]
        )

    def test_it_is_sent_anew_only_when_something_changed(self, office):
        office.get("/admin/")
        assert "Set-Cookie" not in office.get("/admin/").headers
        assert "Set-Cookie" not in office.get("/admin/comments/waiting").headers

    def test_who_comes_by_stays_in_and_who_was_away_for_long_does_not(self, office):
        for time, status in ((IDLE - timedelta(days=1), 200), (IDLE + timedelta(days=1), 303)):
            with transaction():
                for one in db.session.query(SignIn):
                    one.seen_at -= time
            answer = office.get("/admin/")
            assert answer.status_code == status
        assert db.session.query(SignIn).count() == 1

    def test_one_that_comes_back_is_good_from_then_on(self, office):
        with transaction():
            (one,) = db.session.query(SignIn)
            one.seen_at -= timedelta(days=13)
        before = one.seen_at
        assert cookie(office.get("/admin/"))
        assert db.session.query(SignIn).one().seen_at > before

    @pytest.mark.parametrize(
        "spoil",
        [lambda v: v[:-1], lambda v: "x" + v, lambda v: "", lambda v: "é", lambda v: "." * 4000],
    )
    def test_a_forged_one_is_nobodys(self, office, spoil):
        value = office.get_cookie("office", path="/admin").value
        office.set_cookie("office", spoil(value), path="/admin")
        assert not is_in(office)

    def test_one_of_another_sites_key_is_nobodys(self, office, instance):
        other = create_app({"INSTANCE": instance, **SETTINGS, "SECRET_KEY": "another site's"})
        stranger = other.test_client()
        page = soup(stranger.get("/admin/login"))
        data = {
            "csrf_token": page.select_one("[name=csrf_token]")["value"],
            "username": "Bu Camat",
            "password": PASSWORD,
        }
        assert stranger.post("/admin/login", data=data).status_code == 303
        value = stranger.get_cookie("office", path="/admin").value
        with other.app_context():
            db.engine.dispose()
        office.set_cookie("office", value, path="/admin")
        assert not is_in(office)


class TestASession:
    def test_it_is_a_new_one_with_another_token(self, app, admin):
        client = app.test_client()
        before = token(client)
        old = client.get_cookie("office", path="/admin").value
        assert attempt(client, admin.name, PASSWORD).status_code == 303
        assert token(client, "/admin/account/password") != before
        assert client.post("/admin/account/sessions/removal", data=before).status_code == 400
        stranger = app.test_client()
        stranger.set_cookie("office", old, path="/admin")
        assert not is_in(stranger)

    def test_signing_in_again_ends_the_one_before(self, app, admin, moderator, sign_in):
        client = sign_in(admin, PASSWORD)
        old = client.get_cookie("office", path="/admin").value
        data = {
            **token(client, "/admin/account/password"),
            "username": moderator.name,
            "password": PASSWORD,
        }
        assert client.post("/admin/login", data=data).status_code == 303
        assert [one.user_id for one in db.session.query(SignIn)] == [moderator.id]
        client.set_cookie("office", old, path="/admin")
        assert not is_in(client)

    def test_signing_out_ends_it_for_good(self, office):
        old = office.get_cookie("office", path="/admin").value
        assert send(office, "/admin/logout", "/admin/account").location == "/admin/login"
        assert not is_in(office)
        office.set_cookie("office", old, path="/admin")
        assert not is_in(office)

    def test_signing_out_by_an_old_form_says_that_one_is_still_in(self, office):
        answer = office.post("/admin/logout", data={"csrf_token": "lama"})
        assert answer.status_code == 400
        page = soup(answer)
        assert "Anda belum keluar." in page.select_one("#form-errors").text
        data = {"csrf_token": page.select_one("#logout-form [name=csrf_token]")["value"]}
        assert office.post("/admin/logout", data=data).status_code == 303
        assert not is_in(office)

    def test_a_stranger_who_signs_out_is_just_shown_the_way_in(self, client, admin):
        assert client.post("/admin/logout").location == "/admin/login"

    def test_another_role_ends_all_of_the_account(self, admin, sign_in, moderator):
        clients = [sign_in(moderator), sign_in(moderator)]
        with transaction():
            change_role(User.held(moderator.id), Role.ADMIN)
        assert [is_in(client) for client in clients] == [False, False]

    def test_a_removed_account_is_out(self, admin, sign_in, moderator):
        client = sign_in(moderator)
        with transaction():
            remove(User.held(moderator.id))
        assert not is_in(client)
        assert client.get("/admin/").location.startswith("/admin/login")


class TestAWrongPassword:
    def test_it_is_told_without_saying_what_was_wrong_and_the_name_is_kept(self, app, admin):
        answers = [attempt(app.test_client(), name) for name in (admin.name, "Tidak Ada")]
        assert [answer.status_code for answer in answers] == [422, 422]
        pages = [soup(answer) for answer in answers]
        assert len({page.select_one("#form-errors").text for page in pages}) == 1
        assert [page.select_one("#username")["value"] for page in pages] == [
            admin.name,
            "Tidak Ada",
        ]
        assert [page.select_one("#password")["value"] for page in pages] == ["", ""]
        assert WRONG not in answers[0].text

    @pytest.mark.parametrize("name", ["Bu Camat", "Tidak Ada"])
    # none has so many letters
    @pytest.mark.parametrize(("password", "times"), [(WRONG, 1), ("x" * 60_000, 0)])
    def test_it_costs_the_same_whether_or_not_there_is_such_an_account(
        self, app, admin, monkeypatch, name, password, times
    ):
        costs, real = [], hashlib.scrypt

        def scrypt(*given, **more):
            costs.append((more["n"], more["r"], more["p"], len(given[0])))
            return real(*given, **more)

        monkeypatch.setattr(hashlib, "scrypt", scrypt)
        assert attempt(app.test_client(), name, password).status_code == 422
        assert costs == [(32768, 8, 1, len(password))] * times

    def test_after_a_few_one_has_to_wait_and_is_told_how_long(self, app, admin):
        client = app.test_client()
        statuses = [attempt(client, admin.name).status_code for _ in range(FREE["pair"] + 1)]
        assert statuses == [422] * FREE["pair"] + [429]
        answer = attempt(client, admin.name, PASSWORD)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) in (1, 2, 3)
        page = soup(answer)
        assert page.select_one("#username")["value"] == admin.name
        assert "detik" in page.select_one("#form-errors").text

    def test_a_long_wait_is_told_in_minutes(self, app, admin):
        client = app.test_client()
        attempt(client, admin.name)
        repeat(20)
        answer = attempt(client, admin.name)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 840
        assert "15 menit" in answer.text

    def test_a_name_that_nobody_has_slows_down_alike(self, app, admin):
        client = app.test_client()
        assert attempt(client, "Tidak Ada").status_code == 422
        repeat(FREE["pair"])
        assert attempt(client, "tidak ada").status_code == 429

    def test_who_waited_is_let_in_and_what_went_wrong_is_forgiven(self, app, admin):
        client = app.test_client()
        attempt(client, admin.name)
        repeat(FREE["pair"])
        later(minutes=1)
        assert attempt(client, admin.name, PASSWORD).status_code == 303
        stranger = app.test_client()
        assert attempt(stranger, admin.name).status_code == 422

    def test_a_stranger_cannot_keep_the_owners_own_browser_out(self, app, admin, sign_in):
        owner = sign_in(admin, PASSWORD)
        send(owner, "/admin/logout", "/admin/account")
        stranger = app.test_client()
        attempt(stranger, admin.name)
        repeat(FREE["address"])
        assert attempt(stranger, admin.name, PASSWORD).status_code == 429
        assert attempt(app.test_client(), "nama lain").status_code == 429
        assert attempt(owner, admin.name, WRONG).status_code == 422
        assert attempt(owner, admin.name, PASSWORD).status_code == 303

    def test_the_owners_own_browser_slows_down_by_its_own(self, app, admin, sign_in):
        owner = sign_in(admin, PASSWORD)
        send(owner, "/admin/logout", "/admin/account")
        statuses = [attempt(owner, admin.name).status_code for _ in range(FREE["browser"] + 1)]
        assert statuses == [422] * FREE["browser"] + [429]
        assert attempt(app.test_client(), admin.name).status_code == 422

    def test_a_browser_that_one_account_knows_is_a_stranger_to_another(
        self, app, admin, moderator, sign_in
    ):
        other = sign_in(moderator, PASSWORD)
        send(other, "/admin/logout", "/admin/account")
        attempt(app.test_client(), admin.name)
        repeat(FREE["pair"])
        assert attempt(other, admin.name, PASSWORD).status_code == 429

    def test_a_shared_computer_is_known_to_each_who_signed_in_there(
        self, app, admin, moderator, sign_in
    ):
        shared = sign_in(admin, PASSWORD)
        for user in (moderator, admin, moderator):
            data = {
                **token(shared, "/admin/account/password"),
                "username": user.name,
                "password": PASSWORD,
            }
            assert shared.post("/admin/login", data=data).status_code == 303
        send(shared, "/admin/logout", "/admin/account")
        for user in (admin, moderator):
            attempt(app.test_client(), user.name)
        repeat(FREE["pair"])
        assert [attempt(shared, user.name).status_code for user in (admin, moderator)] == [422, 422]

    @pytest.mark.parametrize("mark", ["", "x", "WzEsMl0.a.b", "é" * 50, "." * 3000])
    def test_a_forged_mark_is_a_strangers(self, app, admin, mark):
        client = app.test_client()
        client.set_cookie("known", mark, path="/admin")
        assert attempt(client, admin.name).status_code == 422
        repeat(FREE["pair"])
        assert attempt(client, admin.name, PASSWORD).status_code == 429

    def test_many_names_from_one_address_slow_that_address_down(self, app, admin):
        near, same = {"REMOTE_ADDR": "2001:db8::1"}, {"REMOTE_ADDR": "2001:db8::ffff"}
        client = app.test_client()
        assert attempt(client, "nama lain", environ_overrides=near).status_code == 422
        repeat(FREE["address"])
        assert attempt(client, admin.name, PASSWORD, environ_overrides=same).status_code == 429
        assert (
            attempt(
                client, admin.name, PASSWORD, environ_overrides={"REMOTE_ADDR": "2001:db8:1::1"}
            ).status_code
            == 303
        )

    def test_who_has_an_account_does_not_clear_the_way_for_guessing_anothers(
        self, app, admin, moderator
    ):
        client = app.test_client()
        attempt(client, admin.name)
        repeat(FREE["address"] - 1)
        assert attempt(client, moderator.name, PASSWORD).status_code == 303
        assert attempt(app.test_client(), "nama lain").status_code == 422
        assert attempt(app.test_client(), "nama lain").status_code == 429

    def test_an_hour_later_all_is_forgotten(self, app, admin):
        client = app.test_client()
        attempt(client, admin.name)
        repeat(FREE["pair"])
        later(minutes=61)
        attempt(client, admin.name)
        # the one just now, by pair, account and address
        assert db.session.query(Attempt).count() == 3


class TestAStrangerWhoGuesses:
    """Whatever others try at an account, its owner is let in by the right password, from a browser
    that was never seen before.
    """

    def test_from_two_addresses_three_times_a_second_they_keep_nobody_out(
        self, app, admin, monkeypatch
    ):
        """70 seconds of it, and the owner tries every five; each try signs in, and waits for
        nothing.
        """
        moment = [now()]
        monkeypatch.setattr("pnpm.accounts.throttling.now", lambda: moment[0])
        strangers, statuses = [at(app, "198.51.100.1"), at(app, "198.51.100.2")], []
        for number in range(14):
            for stranger in strangers * 2:
                assert attempt(stranger, admin.name).status_code in (422, 429)
            moment[0] += timedelta(seconds=5)
            statuses.append(
                attempt(at(app, f"203.0.113.{number + 1}"), admin.name, PASSWORD).status_code
            )
        assert statuses == [303] * 14

    def test_from_a_thousand_addresses_neither(self, app, admin):
        attempt(at(app, "198.51.100.1"), admin.name)
        repeat(100)
        assert attempt(at(app, "203.0.113.1"), admin.name, PASSWORD).status_code == 303

    def test_an_owner_who_mistypes_meanwhile_waits_for_their_own_mistakes_alone(
        self, app, admin, monkeypatch
    ):
        moment = [now()]
        monkeypatch.setattr("pnpm.accounts.throttling.now", lambda: moment[0])
        attempt(at(app, "198.51.100.1"), admin.name)
        repeat(100)
        owner = at(app, "203.0.113.1")
        answers = [attempt(owner, admin.name) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 429]
        for _ in range(4):
            moment[0] += timedelta(seconds=int(answers[-1].headers["Retry-After"]) / 4)
            attempt(at(app, "198.51.100.1"), admin.name)
        assert attempt(owner, admin.name, PASSWORD).status_code == 303

    def test_an_address_that_guesses_stays_slow_when_the_owner_came_in(self, app, admin):
        stranger = at(app, "198.51.100.1")
        for _ in range(FREE["pair"]):
            attempt(stranger, admin.name)
        assert attempt(at(app, "203.0.113.1"), admin.name, PASSWORD).status_code == 303
        assert attempt(stranger, admin.name, PASSWORD).status_code == 429

    @pytest.mark.parametrize("name", ["Bu Camat", "Tidak Ada"])
    def test_guesses_from_many_addresses_are_fewer_at_each_whether_or_not_there_is_such_an_account(
        self, app, admin, name
    ):
        def guessed(address):
            """How many of ten guesses from there were looked at."""
            return [attempt(at(app, address), name).status_code for _ in range(10)].count(422)

        assert guessed("198.51.100.1") == FREE["pair"]
        repeat(10)
        assert {guessed(f"203.0.113.{number}") for number in range(3)} == {FREE_OF_MANY["pair"]}

    def test_after_another_password_nobody_waits_for_guesses_at_the_old_one(self, app, admin):
        owner = at(app, "203.0.113.1")
        for _ in range(FREE["pair"] + 1):
            last = attempt(owner, admin.name)
        assert last.status_code == 429
        with transaction():
            change_password(User.held(admin.id), "kata yang sama sekali lain")
        assert attempt(owner, admin.name, "kata yang sama sekali lain").status_code == 303


class TestTheForm:
    @pytest.mark.parametrize(
        "stale", [{}, {"csrf_token": ""}, {"csrf_token": "lama"}, {"csrf_token": "é\x00"}]
    )
    def test_a_stale_or_missing_token_shows_it_again_with_the_name(self, app, admin, stale):
        client = app.test_client()
        answer = client.post(
            "/admin/login",
            data={**stale, "username": admin.name, "password": PASSWORD, "next": "/admin/log"},
        )
        page = soup(answer)
        assert answer.status_code == 400
        assert page.select_one("#username")["value"] == admin.name
        assert page.select_one("[name=next]")["value"] == "/admin/log"
        assert page.select_one("#password")["value"] == ""
        data = {field["name"]: field["value"] for field in page.select("#login-form [name]")} | {
            "password": PASSWORD
        }
        assert client.post("/admin/login", data=data).location == "/admin/log"
        assert not db.session.query(Attempt).count()

    def test_empty_fields_are_named_beside_them(self, client, admin):
        answer = client.post("/admin/login", data=token(client))
        assert answer.status_code == 422
        assert {error["id"] for error in soup(answer).select(".field__error")} == {
            "username-error",
            "password-error",
        }

    @pytest.mark.parametrize(
        "data",
        [
            {"username": "x" * 30_000, "password": "y" * 30_000},
            {"username": "\x00\x1b[31m\u202e", "password": "\x00" * 10},
            {"username": "𝕭𝖚 👩🏽‍💼", "password": "𝕭👩🏽‍💼 kata sandi"},
            {"username": ["Bu Camat", "Rudi"], "password": ["a", "b"]},
            {"username[]": "Bu Camat", "password[$ne]": "x"},
            {"username": "' OR 1=1 --", "password": "' OR 1=1 --"},
        ],
    )
    def test_whatever_is_sent_is_a_wrong_password_at_most(self, client, admin, data):
        assert client.post("/admin/login", data={**token(client), **data}).status_code in (400, 422)

    def test_a_file_or_json_in_place_of_text_is_refused(self, client, admin):
        given = token(client)

        def file():
            return BytesIO(b"x"), "x.txt"

        answer = client.post(
            "/admin/login",
            data={name: file() for name in ("username", "password", "csrf_token", "next")},
        )
        assert answer.status_code == 400
        assert client.post("/admin/login", data={**given, "username": file()}).status_code == 422
        for body in (
            [1, 2],
            {"username": {"a": 1}, "password": 5},
            "x",
            None,
            {**given, "username": "a", "password": "b"},
        ):
            assert client.post("/admin/login", json=body).status_code == 400

    @pytest.mark.parametrize(
        "wanted",
        ["//evil.example", "https://evil.example/admin/", "/admin/\r\nSet-Cookie: office=x"],
    )
    def test_one_is_never_sent_elsewhere(self, app, admin, wanted):
        client = app.test_client()
        data = {**token(client), "username": admin.name, "password": PASSWORD, "next": wanted}
        assert client.post("/admin/login", data=data).location == "/admin/"

    def test_where_the_site_lies_in_a_folder_one_is_sent_on_within_it(self, app, admin):
        client, base = app.test_client(), "http://localhost/blog"
        sent = client.get("/admin/log?q=a", base_url=base)
        assert sent.location == "/blog/admin/login?next=/admin/log?q%3Da"
        page = soup(client.get("/admin/login?next=/admin/log?q%3Da", base_url=base))
        data = {field["name"]: field["value"] for field in page.select("#login-form [name]")}
        data |= {"username": admin.name, "password": PASSWORD}
        assert (
            client.post("/admin/login", base_url=base, data=data).location == "/blog/admin/log?q=a"
        )


def test_no_password_is_ever_logged(app, admin, caplog, capsys):
    client = app.test_client()
    with caplog.at_level(0):
        attempt(client, admin.name, "rahasia yang salah")
        attempt(client, admin.name, PASSWORD)
        client.get("/admin/tidak-ada")
    said = caplog.text + str(capsys.readouterr())
    assert "rahasia yang salah" not in said
    assert PASSWORD not in said
