"""Accounts: names, passwords, roles."""

import pytest

from pnpm.accounts.models import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    NameTaken,
    Role,
    User,
    is_name,
    is_weak,
    key_of,
    made_password,
)
from pnpm.db import db, transaction

PASSWORD = "empat kata yang biasa"


def add(name="Siti", role=Role.MODERATOR, password=PASSWORD):
    with transaction():
        return User.add(name, role, password)


def test_one_is_added_with_a_password_that_is_kept_as_scrypts_hash(app):
    user = add(" Siti  Aminah\n")
    assert user.name == "Siti Aminah"
    assert user.password.startswith("scrypt:32768:8:1$")
    assert (user.second_factor, user.last_step, user.recovery_codes) == ("", 0, [])
    assert user.knows(PASSWORD)
    assert not user.knows(PASSWORD + " ")
    assert not user.knows("")


@pytest.mark.engines
@pytest.mark.parametrize("name", ["siti", " SITI ", "Siti\x00", "Siti\u202e", "Ｓｉｔｉ"])
def test_a_name_is_found_however_it_is_written_and_taken_once(app, name):
    user = add()
    assert User.named(name).id == user.id
    with pytest.raises(NameTaken):
        add(name)
    assert User.named("Sita") is None


@pytest.mark.engines
@pytest.mark.parametrize(
    ("name", "will_do"),
    [("a", True), ("x" * 40, True), ("x" * 41, False), ("ß" * 21, False), ("", False)],
)
def test_a_name_is_as_long_as_is_kept(app, name, will_do):
    assert is_name(name) is will_do
    if not will_do:
        with pytest.raises(ValueError, match="a name of 1 to 40"):
            add(name)


def test_a_name_of_nothing_to_see_is_none():
    assert not is_name("\u3164\u200b\ufe0f")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "x1y2z3w4v"[: SHORTEST_PASSWORD - 1],
        "x1y2" * (LONGEST_PASSWORD // 4) + "z",
        "aaaaaaaaaaaaaaa",
        "ababababababab",
        "siti siti siti",
        "SITI12345",
        "1234567890",
        "Password123",
        "Bismillah123",
    ],
)
def test_a_weak_password_is_refused(app, password):
    assert is_weak(password, "Siti")
    with pytest.raises(ValueError, match="a password of 10 to 200"):
        add(password=password)


@pytest.mark.parametrize(
    "password",
    [
        "x1y2z3w4v5",
        "x1y2" * (LONGEST_PASSWORD // 4),
        "pasar ikan senin",
        "👩🏽‍💼 kecamatan",
        "\x00" * 5 + "abcdef",
    ],
)
def test_a_good_one_will_do_and_is_taken_to_the_letter(app, password):
    user = add(password=password)
    assert user.knows(password)
    assert not user.knows(password + "x")
    assert not user.knows(password[:-1])


def test_one_that_is_made_will_do_and_is_never_the_same():
    made = {made_password() for _ in range(100)}
    assert len(made) == 100
    assert not any(is_weak(password, "admin") for password in made)


@pytest.mark.engines
def test_the_last_admin_is_known(app):
    with transaction():
        db.session.query(User).delete()
    one, other = add("Satu", Role.ADMIN), add("Dua")
    assert (one.is_last_admin, other.is_last_admin) == (True, False)
    with transaction():
        User.held(other.id).role = Role.ADMIN
    assert (one.is_last_admin, other.is_last_admin) == (False, False)


@pytest.mark.engines
def test_what_is_held_is_as_it_is_now_and_not_as_it_was_read(app):
    user = add()
    with db.engine.begin() as other:
        other.execute(User.__table__.update().values(last_step=7))
    assert user.last_step == 0
    with transaction():
        assert User.held(user.id).last_step == user.last_step == 7
        assert User.held(10**30) is None


def test_a_key_stands_for_a_name():
    assert key_of(" Bu  CAMAT ") == "bu camat"
