"""The commands for accounts."""

import pytest

from pnpm.accounts.models import Role, SignIn, User, is_weak
from pnpm.accounts.throttling import Attempt, subjects
from pnpm.audit.models import AuditEntry
from pnpm.cli.users import FIRST
from pnpm.db import db, transaction
from tests.conftest import SETTINGS

PASSWORD = "empat kata yang biasa"


@pytest.fixture
def flask(app):
    """Run a command; it gives what was printed, and the exit code if that is not 0."""

    def run(*arguments, code=0, **more):
        result = app.test_cli_runner().invoke(args=arguments, **more)
        assert result.exit_code == code, result.output
        db.session.rollback()
        db.session.expire_all()
        return result.output

    return run


def made(output):
    """The password that was printed."""
    (line,) = [line for line in output.splitlines() if line.startswith("Password (shown once): ")]
    return line.partition(": ")[2]


class TestAdd:
    def test_a_password_is_made_and_shown_once(self, flask):
        output = flask("user", "add", " Bu  Camat", "--role", "admin")
        user = User.named("bu camat")
        assert (user.name, user.role) == ("Bu Camat", Role.ADMIN)
        assert user.knows(made(output))
        assert not is_weak(made(output), user.name)
        assert made(output) not in flask("user", "list")

    def test_a_password_is_taken_from_standard_input_and_not_printed(self, flask):
        output = flask("user", "add", "Rudi", "--password-stdin", input=f"{PASSWORD}\r\nlain\n")
        assert output == "Account: Rudi (moderator)\n"
        assert User.named("rudi").knows(PASSWORD)

    def test_it_is_in_the_log_without_the_password(self, flask):
        password = made(flask("user", "add", "Rudi"))
        (entry,) = db.session.query(AuditEntry)
        assert (entry.who, entry.action, entry.subject, entry.number) == (
            "flask",
            "added",
            "user",
            User.named("Rudi").id,
        )
        assert (entry.before, entry.after) == ({}, {"name": "Rudi", "role": "moderator"})
        assert password not in str(vars(entry))

    @pytest.mark.parametrize(
        ("name", "given", "words"),
        [
            ("ADMIN", PASSWORD, "There is an account ADMIN already."),
            ("", PASSWORD, "It takes a name of 1 to 40 characters."),
            ("x" * 41, PASSWORD, "It takes a name of 1 to 40 characters."),
            (
                "Rudi",
                "pendek",
                "It takes a password of 10 to 200 characters that is hard to guess.",
            ),
            ("Rudi", "", "It takes a password of 10 to 200 characters that is hard to guess."),
            (
                "Rudi",
                b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe",
                "The password is not UTF-8 text.",
            ),
        ],
    )
    def test_what_will_not_do_is_one_line(self, flask, name, given, words):
        assert (
            flask("user", "add", name, "--password-stdin", input=given, code=1)
            == f"Error: {words}\n"
        )
        assert [user.name for user in db.session.scalars(User.everyone())] == [FIRST]
        assert not db.session.query(AuditEntry).count()

    def test_an_unknown_role_is_refused(self, flask):
        assert "admin" in flask("user", "add", "Rudi", "--role", "god", code=2)


class TestPassword:
    def test_another_is_made_the_sessions_end_and_what_strangers_tried_is_forgiven(self, flask):
        with transaction():
            user = User.named(FIRST)
            SignIn.open(user, "")
            for subject in subjects(SETTINGS["SECRET_KEY"], account=user.key).values():
                db.session.add(Attempt(subject=subject, created_at=user.created_at))
        password = made(flask("user", "password", " Admin"))
        assert User.named(FIRST).knows(password)
        assert not db.session.query(SignIn).count()
        assert not db.session.query(Attempt).count()
        (entry,) = db.session.query(AuditEntry)
        assert (entry.who, entry.action, entry.after) == ("flask", "password", {"name": FIRST})
        assert password not in str(vars(entry))

    def test_it_is_taken_from_standard_input(self, flask):
        assert (
            flask("user", "password", FIRST, "--password-stdin", input=PASSWORD)
            == "Account: admin (admin)\n"
        )
        assert User.named(FIRST).knows(PASSWORD)

    def test_an_unknown_account_or_weak_password_is_one_line(self, flask):
        assert (
            flask("user", "password", "Rudi", code=1)
            == "Error: There is no account Rudi. `flask user list` names them all.\n"
        )
        output = flask(
            "user", "password", FIRST, "--password-stdin", input="admin admin admin", code=1
        )
        assert (
            output == "Error: It takes a password of 10 to 200 characters that is hard to guess.\n"
        )
        assert not db.session.query(AuditEntry).count()


def test_all_are_listed(flask):
    with transaction():
        User.named(FIRST).second_factor = "A" * 32
        User.add("Rudi", Role.MODERATOR, PASSWORD)
    assert flask("user", "list") == "admin\tadmin\tsecond factor\nRudi\tmoderator\t-\n"
