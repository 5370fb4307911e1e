"""`flask doctor`: one line a check, in plain words, and 1 when something must be mended."""

import re

import pytest

from pnpm import create_app
from pnpm.database import changing, db
from pnpm.models.action import Action
from pnpm.models.log import Deed
from pnpm.models.user import Role, User
from tests.conftest import SETTINGS
from tests.engines import ENGINE, WITHOUT_GUARDS

NOBODY = 'DELETE FROM "user"' if ENGINE == "postgresql" else "DELETE FROM user"
FINE = [
    "fine  The secret key is there, and only its owner can read it.",
    "fine  The database answers.",
    "fine  The tables are those of this version (0004).",
    "fine  Accounts that may do everything: 1.",
    "fine  The log is whole: no entry was changed, removed or slipped in.",
]


@pytest.fixture
def admin(app):
    """An account that may do everything, the only one, and a log that says so."""
    execute(NOBODY)
    with changing():
        user = User.add("Bu Camat", Role.ADMIN, "empat kata yang biasa")
        Deed("flask").record(Action.ADDED, "user", [(user.id, {}, {"name": user.name})])
    return user


def doctor(app):
    """How it ended, and its lines."""
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output.splitlines()


def execute(*queries):
    with db.engine.begin() as connection:
        for query in queries:
            connection.exec_driver_sql(query)


def ill(lines, number):
    """That line is one that says what to mend; the others are fine."""
    assert [line[:4] for line in lines] == ["MEND" if place == number else "fine" for place in range(len(lines))]
    return lines[number]


def test_where_all_is_well_every_line_is_fine(app, admin):
    assert doctor(app) == (0, FINE)


def test_every_check_says_in_words_what_it_is_for():
    from pnpm.cli.doctor import CHECKS

    assert all(re.fullmatch(r"[A-Z].*\.", check.__doc__, re.DOTALL) for check in CHECKS)


@pytest.mark.parametrize("settings", [{"SECRET_KEY": ""}])
def test_without_a_key_it_says_how_to_make_one(app, admin):
    code, lines = doctor(app)
    assert (code, len(lines)) == (1, 5)
    assert "There is no secret key" in ill(lines, 0)
    assert "`flask init`" in lines[0]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_is_none(app, admin, instance, mode):
    file = instance / "secret_key"
    file.write_text("rahasia")
    file.chmod(mode)
    code, lines = doctor(app)
    assert code == 1
    assert ill(lines, 0).endswith(f"chmod 600 {file}")
    file.chmod(0o600)
    assert doctor(app) == (0, FINE)


def test_without_a_database_it_is_one_line_and_none_is_made(tmp_path):
    app = create_app({"INSTANCE": tmp_path / "site", **SETTINGS})
    code, lines = doctor_of(app)
    assert code == 1
    assert ill(lines, 1) == (
        f"MEND  There is no database at {tmp_path}/site/site.db, so the site shows nothing. Run `flask init`, which makes it."
    )
    assert not (tmp_path / "site/site.db").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not a database, but long enough to look like one" * 9, "does not answer (file is not"), (b"", "no tables")],
)
def test_a_database_that_is_none_is_one_line(tmp_path, content, said):
    (tmp_path / "site.db").write_bytes(content)
    code, lines = doctor_of(create_app({"INSTANCE": tmp_path, **SETTINGS}))
    assert code == 1
    assert said in ill(lines, len(lines) - 1)


def doctor_of(app):
    with app.app_context():
        found = doctor(app)
        db.engine.dispose()
    return found


@pytest.mark.parametrize(
    ("revision", "said"),
    [("0001", "of an older version (0001, not 0004)"), ("9999", "of a newer version"), (None, "older version")],
)
def test_tables_of_another_version_are_told_and_nothing_after_them(app, admin, revision, said):
    execute("DELETE FROM alembic_version", *([f"INSERT INTO alembic_version VALUES ('{revision}')"] if revision else []))
    code, lines = doctor(app)
    assert (code, len(lines)) == (1, 3)
    assert said in ill(lines, 2)


def test_without_an_admin_it_says_how_to_make_one(app):
    execute(NOBODY)
    with changing():
        User.add("Rudi", Role.MODERATOR, "empat kata yang biasa")
    code, lines = doctor(app)
    assert code == 1
    assert "flask user add NAME --role admin" in ill(lines, 3)


def test_a_log_that_was_changed_is_told(app, admin):
    execute(*WITHOUT_GUARDS, "UPDATE log_entry SET who = 'x'")
    code, lines = doctor(app)
    assert code == 1
    assert "The log is not whole: entry 1 is not what was written" in ill(lines, 4)


def test_every_line_is_short_enough_to_be_read(app, admin):
    execute(*WITHOUT_GUARDS, "DELETE FROM log_entry", NOBODY)
    _code, lines = doctor(app)
    assert [line[:4] for line in lines] == ["fine", "fine", "fine", "MEND", "MEND"]
    assert all(len(line) < 200 for line in lines)
