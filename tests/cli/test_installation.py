"""`flask init`, as a host runs it: in a process of its own, in an empty folder."""

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import TOP


@pytest.fixture
def flask(tmp_path):
    """Run `flask` at the top of the checkout, on an instance folder that is not there yet."""

    def run(*arguments, code=0, **settings):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PNPM_")
        }
        environment |= {"PNPM_INSTANCE": str(tmp_path / "site"), **settings}
        command = [sys.executable, "-m", "flask", *arguments]
        done = subprocess.run(
            command,
            cwd=TOP,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return run


def test_it_makes_a_site_and_may_be_run_again(flask, tmp_path):
    flask("init", "--demo")
    key = tmp_path / "site/secret_key"
    first = key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "site/site.db").stat().st_mode & 0o777 == 0o600
    assert len(first) >= 43
    flask("init", "--demo")
    assert key.read_text() == first
    listed = flask("comments", "list", "--status", "published").splitlines()
    assert [line.split("\t")[2] for line in listed] == ["SAPA Indonesia", ""]


def test_it_makes_the_first_account_with_a_password_shown_once(flask):
    said = flask("init").splitlines()
    assert said[0] == "Account: admin (admin)"
    assert re.fullmatch(r"Password \(shown once\): [a-z0-9]{4}(-[a-z0-9]{4}){3}", said[1])
    again = flask("init")
    assert "admin" not in again
    assert "Password" not in again
    assert flask("user", "list") == "admin\tadmin\t-\n"


def test_it_makes_none_where_there_is_one(flask):
    flask("init")
    flask("user", "add", "Rudi")
    flask("init", "--demo")
    assert flask("user", "list").count("\n") == 2


def test_before_it_a_command_says_so_in_one_line(flask):
    assert flask("comments", "list", code=1) == (
        "Error: The database: unable to open database file. A new site needs `flask init` first.\n"
    )


def test_a_setting_that_cannot_be_used_is_one_line(flask):
    error = flask("init", code=1, PNPM_COMMENT_LIMIT="many")
    assert error == (
        "Error: PNPM_COMMENT_LIMIT='many': it takes a count and a stretch of time, like "
        "5/10min, or off\n"
    )


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        (["init"], {"PNPM_DATABASE_URL": "sqlite:////nowhere/site.db"}),
        (["db", "upgrade"], {"PNPM_DATABASE_URL": "sqlite:////nowhere/site.db"}),
        (["init"], {"PNPM_DATABASE_URL": "rubbish"}),
        (["init"], {"PNPM_DATABASE_URL": "mysql+nothing://x/y"}),
        (["init"], {"PNPM_INSTANCE": "/etc/hostname"}),
        (["init"], {"PNPM_INSTANCE": "/proc/x"}),
    ],
)
def test_what_cannot_be_used_is_one_line(flask, command, settings):
    error = flask(*command, code=1, **settings)
    assert error.startswith("Error: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "written", ["x =", "TIMEZONE = None", "import nope", "COMMENT_LIMIT = 5", "DATABASE_URL = None"]
)
def test_a_configuration_file_that_cannot_be_used_is_one_line(flask, tmp_path, written):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/config.py").write_text(written)
    error = flask("init", code=1)
    assert error.startswith("Error: ")
    assert error.count("\n") == 1
