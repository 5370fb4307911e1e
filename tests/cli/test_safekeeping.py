"""The commands that keep a site, bring it back and move it: what they say, and how they end."""

import shutil
import zipfile

import pytest

from pnpm.accounts.models import Role, User
from pnpm.audit import models as log
from pnpm.audit.models import AuditAction
from pnpm.backup.daily import at_work
from pnpm.db import db, transaction
from tests.admin.conftest import account, kept
from tests.conftest import on_sqlite
from tests.keeping import contents


@pytest.fixture
def flask(app, site):
    """Run a command: what it printed; the exit code is 0 unless said, and then there is one
    line.
    """

    def run(*arguments, code=0):
        db.session.remove()
        result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        assert code != 1 or result.output.count("\n") == 1, result.output
        return result.output

    return run


def test_a_backup_is_read_back_and_restored(flask, instance, tmp_path):
    path, before = tmp_path / "b.zip", contents(instance)
    assert "read back and whole" in flask("backup", path)
    assert "The site is not empty. With --replace" in flask("restore", path, code=1)
    shutil.rmtree(instance / "pictures")
    said = flask("restore", "--replace", path)
    assert "Everybody has to sign in again." in said
    assert "What was there before is in" in said
    assert contents(instance) == before


def test_the_daily_one_comes_once(flask, instance):
    assert "read back and whole" in flask("backup", "--daily")
    assert "of today already" in flask("backup", "--daily")
    assert len(list(instance.glob("backups/*.zip"))) == 1


def test_the_daily_one_is_restored_from_where_it_lies(flask, instance):
    flask("backup", "--daily")
    (path,) = instance.glob("backups/*.zip")
    before = contents(instance)
    shutil.rmtree(instance / "pictures")
    flask("restore", "--replace", path)
    assert contents(instance) == before


def test_the_daily_one_taken_away_from_its_pictures_is_refused(flask, instance, tmp_path):
    flask("backup", "--daily")
    (path,) = instance.glob("backups/*.zip")
    shutil.copy(path, tmp_path / "alone.zip")
    assert "is missing in" in flask("restore", "--replace", tmp_path / "alone.zip", code=1)


def test_secrets_are_named_and_left_in_the_archive(flask, instance, tmp_path):
    (instance / "secret_key").write_text("sangat rahasia")
    flask("backup", tmp_path / "b.zip", "--with-secrets")
    assert "The archive holds secret_key" in flask("restore", "--replace", tmp_path / "b.zip")


@pytest.mark.parametrize("arguments", [[], ["b.zip", "--daily"], ["--daily", "--with-secrets"]])
def test_a_backup_takes_a_file_or_is_the_daily_one(flask, arguments):
    assert "Give either FILE, or --daily alone." in flask("backup", *arguments, code=2)


def test_what_cannot_be_written_is_said_in_one_line(flask, tmp_path):
    assert "No backup was made" in flask("backup", "/proc/nowhere/b.zip", code=1)
    (tmp_path / "file").write_text("")
    assert "No backup was made" in flask("backup", tmp_path / "file" / "b.zip", code=1)


def test_while_one_is_made_another_says_so(app, flask, instance, tmp_path):
    flask("backup", tmp_path / "b.zip")
    with at_work(app.config["PNPM"]):
        assert "is being made already" in flask("backup", "--daily")
        assert "Try again when that is done." in flask(
            "restore", "--replace", tmp_path / "b.zip", code=1
        )
    assert list(instance.glob("backups/*.zip")) == []


def test_what_is_no_archive_is_refused(flask, tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("holiday.jpg", b"")
    assert "is no archive of this program" in flask(
        "restore", "--replace", tmp_path / "b.zip", code=1
    )


@on_sqlite
def test_a_database_that_is_gone_is_said_with_what_helps(app, flask, instance, tmp_path):
    flask("backup", tmp_path / "b.zip")
    before = contents(instance)
    db.session.remove()
    db.engine.dispose()
    for path in instance.glob("site.db*"):
        path.write_bytes(b"rubbish" * 1000)
    assert "Move it away" in flask("restore", tmp_path / "b.zip", code=1)
    for path in instance.glob("site.db*"):
        path.unlink()
    assert "Restored" in flask("restore", tmp_path / "b.zip")
    assert contents(instance) == before


class TestPasswords:
    def test_a_restore_says_whose_old_password_is_good_again(self, app, flask, tmp_path):
        account("Rudi", Role.MODERATOR)
        flask("backup", tmp_path / "b.zip")
        with transaction():
            User.named("Rudi").password = kept("kata lain yang sukar")
        said = flask("restore", "--replace", tmp_path / "b.zip")
        assert "not today's: Rudi." in said
        assert "flask user password NAME" in said
        assert _restored().after["accounts"] == ["Rudi"]

    def test_accounts_removed_since_and_second_factors_taken_away_are_back_too(
        self, app, flask, tmp_path
    ):
        account("Rudi", Role.MODERATOR)
        flask("backup", tmp_path / "b.zip")
        with transaction():
            db.session.delete(User.named("Rudi"))
            User.named("Bu Camat").second_factor = "JBSWY3DPEHPK3PXP"
        assert "not today's: Bu Camat, Rudi." in flask("restore", "--replace", tmp_path / "b.zip")

    def test_nothing_is_said_where_they_are_today_s(self, app, flask, tmp_path):
        flask("backup", tmp_path / "b.zip")
        assert "not today's" not in flask("restore", "--replace", tmp_path / "b.zip")
        assert "accounts" not in _restored().after


def _restored():
    db.session.rollback()
    return db.session.scalars(log.found(action=AuditAction.RESTORED.value)).first()
