"""Open sessions, and what ends them."""

from datetime import timedelta

import pytest

from pnpm.accounts.models import (
    IDLE,
    SEEN_EVERY,
    LastAdmin,
    Role,
    SignIn,
    User,
    change_password,
    change_role,
    end_all,
    remove,
)
from pnpm.db import db, now, transaction
from tests.admin.conftest import account

pytestmark = pytest.mark.engines


@pytest.fixture
def user(app):
    """The only account."""
    with transaction():
        db.session.query(User).delete()
    return account("Siti", Role.ADMIN)


@pytest.fixture
def other(user):
    """Another one."""
    return account("Rudi", Role.MODERATOR)


def opened(user, browser="Chrome, Android"):
    with transaction():
        return SignIn.open(user, browser)


def test_its_key_opens_it_and_is_kept_nowhere(user):
    key = opened(user)
    sign_in, found = SignIn.of(key)
    assert (found.id, sign_in.browser) == (user.id, "Chrome, Android")
    assert key not in str(vars(sign_in))
    assert len(key) >= 43


@pytest.mark.parametrize("key", ["", "x", "é\udcff", "x" * 10_000])
def test_no_other_key_does(user, key):
    opened(user)
    assert SignIn.of(key) is None
    assert SignIn.of(db.session.query(SignIn).one().token) is None


def test_unseen_for_long_it_is_over_and_swept_away(user):
    key = opened(user)
    with transaction():
        db.session.query(SignIn).one().seen_at = now() - IDLE
    assert SignIn.of(key) is None
    assert SignIn.all_of(user) == []
    opened(user)
    assert db.session.query(SignIn).count() == 1


def test_being_seen_is_written_down_now_and_then(user):
    sign_in, _user = SignIn.of(opened(user))
    assert not sign_in.is_unseen
    with transaction():
        sign_in.seen_at -= SEEN_EVERY + timedelta(seconds=1)
    assert sign_in.is_unseen
    with transaction():
        sign_in.see()
    db.session.expire_all()
    assert not sign_in.is_unseen


def test_what_somebody_else_just_ended_is_ended_and_seen_without_trouble(user):
    sign_in, _user = SignIn.of(opened(user))
    with db.engine.begin() as connection:
        row = {
            **connection.execute(SignIn.__table__.select()).mappings().one(),
            "token": "another's",
        }
        connection.execute(SignIn.__table__.delete())
        connection.execute(SignIn.__table__.insert(), row)  # as SQLite does, with the same number
    with transaction():
        sign_in.see()
        sign_in.end()
    db.session.expire_all()
    assert [(one.token, one.seen_at) for one in db.session.query(SignIn)] == [
        ("another's", row["seen_at"])
    ]


def test_none_is_opened_with_a_password_that_was_changed_since_it_was_looked_at(user):
    with db.engine.begin() as connection:
        connection.execute(User.__table__.update().values(password="another"))
    with pytest.raises(LookupError):
        opened(user)
    assert not db.session.query(SignIn).count()


def test_none_is_opened_for_an_account_that_was_removed(user):
    with db.engine.begin() as connection:
        connection.execute(User.__table__.delete())
    with pytest.raises(LookupError):
        opened(user)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: change_password(one, "kata yang lain lagi"),
        lambda one: change_role(one, Role.ADMIN),
        remove,
    ],
)
def test_another_password_or_role_or_none_ends_all_of_that_account_alone(user, other, change):
    keys, kept = [opened(other), opened(other)], opened(user)
    with transaction():
        change(User.held(other.id))
    assert [SignIn.of(key) for key in keys] == [None, None]
    assert SignIn.of(kept)


def test_all_others_are_ended(user, other):
    here, there, somebody = opened(user), opened(user), opened(other)
    with transaction():
        end_all(user, but=SignIn.of(here)[0])
    assert [bool(SignIn.of(key)) for key in (here, there, somebody)] == [True, False, True]


@pytest.mark.parametrize("change", [lambda one: change_role(one, Role.MODERATOR), remove])
def test_the_last_admin_stays(user, other, change):
    with pytest.raises(LastAdmin), transaction():
        change(User.held(user.id))
    assert User.named("Siti").role is Role.ADMIN
    with transaction():
        change_role(User.held(other.id), Role.ADMIN)
        change(User.held(user.id))
    assert [one.name for one in db.session.scalars(User.everyone()) if one.is_admin] == ["Rudi"]
