"""`flask doctor`: one line a check, in plain words, and 1 when something must be mended."""

import shutil
import stat

import pytest

from pnpm import create_app
from pnpm.accounts.models import Role, User
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import db, transaction
from pnpm.diagnostics.checks import GROUPS
from tests.conftest import SETTINGS, on_sqlite
from tests.engines import ENGINE, WITHOUT_GUARDS

NOBODY = 'DELETE FROM "user"' if ENGINE == "postgresql" else "DELETE FROM user"
ENGLISH = {"LANGUAGE": "en"}
FINE = [
    "fine  The secret key is there, and only its owner can read it.",
    "fine  The database answers.",
    "fine  The tables are those of this version (0012).",
    "fine  Accounts that may do everything: 1.",
    "fine  The log is intact: no entry was changed, removed or inserted.",
]


@pytest.fixture
def settings():
    """In English, as the lines are here."""
    return ENGLISH


@pytest.fixture
def admin(app):
    """An account that may do everything, the only one, and a log that says so."""
    execute(NOBODY)
    with transaction():
        user = User.add("Bu Camat", Role.ADMIN, "empat kata yang biasa")
        ChangeSet("flask").record(AuditAction.ADDED, "user", [(user.id, {}, {"name": user.name})])
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


def ill(lines):
    """The one line that says what to mend; the others are fine."""
    [line] = [line for line in lines if not line.startswith("fine  ")]
    assert line.startswith("MEND  ")
    return line


def test_where_all_is_well_every_line_is_fine(app, admin):
    code, lines = doctor(app)
    assert code == 0
    assert all(line.startswith("fine  ") for line in lines)
    assert [line for line in lines if line in FINE] == FINE


@pytest.mark.parametrize("settings", [{}])
def test_it_speaks_the_sites_language(app, admin):
    code, lines = doctor(app)
    assert code == 0
    assert all(line.startswith("baik  ") for line in lines)
    assert "baik  Basis data menjawab." in lines


def test_every_check_says_in_words_what_it_is_for():
    checks = [check for group in GROUPS.values() for check in group]
    assert all(check.__doc__.strip().endswith(".") for check in checks)
    assert len({check.__name__ for check in checks}) == len(checks)


@pytest.mark.parametrize("settings", [{"SECRET_KEY": "", **ENGLISH}])
def test_without_a_key_it_says_how_to_make_one(app, admin):
    code, lines = doctor(app)
    assert code == 1
    assert "There is no secret key" in ill(lines)
    assert "`flask init`" in ill(lines)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_is_none(app, admin, instance, mode):
    file = instance / "secret_key"
    file.write_text("rahasia")
    file.chmod(mode)
    code, lines = doctor(app)
    assert code == 1
    assert ill(lines).endswith(f"chmod 600 {file}")
    file.chmod(0o600)
    assert doctor(app)[0] == 0


def test_without_a_database_it_is_one_line_and_none_is_made(tmp_path):
    app = create_app({"INSTANCE": tmp_path / "site", **SETTINGS, **ENGLISH})
    code, lines = doctor_of(app)
    assert code == 1
    assert (
        ill(lines)
        == lines[-1]
        == (
            f"MEND  There is no database at {tmp_path}/site/site.db, so the site shows "
            "nothing. Run `flask init`, which makes it."
        )
    )
    assert not (tmp_path / "site").exists()


@on_sqlite
def test_a_database_that_has_gone_is_to_be_brought_back(empty_site, tmp_path):
    folder = shutil.copytree(empty_site, tmp_path / "instance")
    (folder / "site.db").unlink()
    code, lines = doctor_of(create_app({"INSTANCE": folder, **SETTINGS, **ENGLISH}))
    assert code == 1
    assert "is gone" in ill(lines)
    assert not (folder / "site.db").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a database, but long enough to look like one" * 9, "does not answer (file is not"),
        (b"", "file is empty"),
    ],
)
def test_a_database_that_is_none_is_one_line(tmp_path, content, said):
    (tmp_path / "site.db").write_bytes(content)
    (tmp_path / "site.db").chmod(0o600)
    code, lines = doctor_of(create_app({"INSTANCE": tmp_path, **SETTINGS, **ENGLISH}))
    assert code == 1
    assert said in ill(lines)
    assert ill(lines) == lines[-1]


def test_no_password_is_shown(tmp_path):
    url = "mysql+pymysql://site:kata-rahasia@127.0.0.1:1/situs?charset=utf8mb4"
    app = create_app({"INSTANCE": tmp_path, "DATABASE_URL": url, **SETTINGS, **ENGLISH})
    code, lines = doctor_of(app)
    assert code == 1
    assert "The database does not answer" in ill(lines)
    assert not [line for line in lines if "kata-rahasia" in line or SETTINGS["SECRET_KEY"] in line]


def doctor_of(app):
    with app.app_context():
        found = doctor(app)
        db.engine.dispose()
    return found


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("0001", "from an older version (0001, not 0012)"),
        ("9999", "from a newer version"),
        (None, "older version"),
    ],
)
def test_tables_of_another_version_are_told_and_nothing_after_them(app, admin, revision, said):
    execute(
        "DELETE FROM alembic_version",
        *([f"INSERT INTO alembic_version VALUES ('{revision}')"] if revision else []),
    )
    code, lines = doctor(app)
    assert code == 1
    assert said in ill(lines)
    assert ill(lines) == lines[-1]


def test_without_an_admin_it_says_how_to_make_one(app):
    execute(NOBODY)
    with transaction():
        User.add("Rudi", Role.MODERATOR, "empat kata yang biasa")
    code, lines = doctor(app)
    assert code == 1
    assert "flask user add NAME --role admin" in ill(lines)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "UPDATE log_entry SET who = 'x'",
            "entry 1 is not what was written, or one before it is missing",
        ),
        ("DELETE FROM log_entry", "1 entries were written, and 0 are there"),
        (
            """UPDATE setting SET value = '{"count": 1, "link": "x"}' WHERE name = 'log'""",
            "the last entry is not the one",
        ),
    ],
)
def test_a_log_that_was_changed_is_told(app, admin, query, said):
    execute(*WITHOUT_GUARDS, query)
    code, lines = doctor(app)
    assert code == 1
    assert f"The log is not intact: {said}" in ill(lines)


def test_every_line_is_short_enough_to_be_read(app, admin):
    execute(*WITHOUT_GUARDS, "DELETE FROM log_entry", NOBODY)
    _code, lines = doctor(app)
    assert [line[:4] for line in lines].count("MEND") == 2
    assert all(len(line) < 200 for line in lines)


def test_nothing_that_it_tries_stays(app, admin, instance):
    def files():
        found = sorted(
            path for path in instance.rglob("*") if path.suffix not in (".db-wal", ".db-shm")
        )
        return [
            (path, stat.S_IMODE(path.stat().st_mode), path.is_file() and path.read_bytes())
            for path in found
        ]

    before = files()
    doctor(app)
    assert files() == before
