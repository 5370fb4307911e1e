"""`flask init`, as a host runs it: in a process of its own, in an empty folder."""

import json
import os
import re
import subprocess
import sys

import pytest

from pnpm.cli.demo import COMMENTS
from tests.conftest import TOP

# `flask` many times over: each in a child of a process that has loaded the program once.
FORKED = """
import json, os, sys
import flask.cli, pnpm.admin, pnpm.cli.install, pnpm.db.migrations
for arguments, settings, said in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        os.environ.update(settings)
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT), 2)
        sys.argv = ["flask", *arguments]
        flask.cli.main()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture
def environment(tmp_path):
    """What a process is given: an instance folder that is not there yet."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("PNPM_")}
    return given | {"PNPM_INSTANCE": str(tmp_path / "site")}


@pytest.fixture
def flask(environment):
    """Run `flask` at the top of the checkout."""

    def run(*arguments, code=0, **settings):
        done = started(["-m", "flask", *arguments], environment | settings)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return run


@pytest.fixture
def flasks(environment, tmp_path):
    """Run several, each of arguments and settings: with what each ended, and what it said."""

    def run(*commands):
        paths = [tmp_path / f"said {number}" for number, _command in enumerate(commands)]
        given = [
            (arguments, settings, str(path))
            for (arguments, settings), path in zip(commands, paths, strict=True)
        ]
        done = started(["-c", FORKED, json.dumps(given)], environment)
        assert done.returncode == 0, done.stderr
        codes = [int(code) for code in done.stdout.split()]
        return [(code, path.read_text()) for code, path in zip(codes, paths, strict=True)]

    return run


def started(command, environment):
    """Python at the top of the checkout."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
    assert [line.split("\t")[2] for line in listed[:2]] == ["SAPA Indonesia", ""]
    assert len(listed) == len(COMMENTS)


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


def test_what_cannot_be_used_is_one_line(flasks):
    errors = flasks(
        (["init"], {"PNPM_DATABASE_URL": "sqlite:////nowhere/site.db"}),
        (["db", "upgrade"], {"PNPM_DATABASE_URL": "sqlite:////nowhere/site.db"}),
        (["init"], {"PNPM_DATABASE_URL": "rubbish"}),
        (["init"], {"PNPM_DATABASE_URL": "mysql+nothing://x/y"}),
        (["init"], {"PNPM_INSTANCE": "/etc/hostname"}),
        (["init"], {"PNPM_INSTANCE": "/proc/x"}),
    )
    assert [error for error in errors if not is_refusal(*error)] == []


def test_a_configuration_file_that_cannot_be_used_is_one_line(flasks, tmp_path):
    commands = []
    for written in (
        "x =",
        "TIMEZONE = None",
        "import nope",
        "COMMENT_LIMIT = 5",
        "DATABASE_URL = None",
    ):
        folder = tmp_path / str(len(commands))
        folder.mkdir()
        (folder / "config.py").write_text(written)
        commands.append((["init"], {"PNPM_INSTANCE": str(folder)}))
    assert [error for error in flasks(*commands) if not is_refusal(*error)] == []


def is_refusal(code, error):
    """Whether that is one line that says what is wrong."""
    return code == 1 and error.startswith("Error: ") and error.count("\n") == 1
