"""The page of backups: what is there, made, taken along, and what failed."""

import json
import re
import shutil
import zipfile

import pytest

from pnpm.audit.models import AuditEntry
from pnpm.backup import daily, restore
from pnpm.backup.archive import Unfit
from pnpm.backup.failure import FILE
from pnpm.db import db, now
from tests.admin.conftest import send
from tests.keeping import contents

PAGE = "/admin/backups"


@pytest.fixture
def office(site, sign_in):
    """The browser of the admin that it has."""
    from pnpm.accounts.models import User

    return sign_in(db.session.query(User).filter_by(name="Bu Camat").one())


@pytest.fixture
def kept(site, config):
    """A backup."""
    return daily.make(config, config.timezone)


def logged():
    """The last entry."""
    db.session.rollback()
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    return entry.who, entry.action, entry.subject, entry.after


def words(office):
    return " ".join(office.page(PAGE).select_one("main").text.split())


class TestThePage:
    def test_there_is_none_yet_and_how_to_restore_is_said(self, office):
        said = words(office)
        assert "Belum ada cadangan." in said
        assert "flask restore --replace" in said

    def test_each_is_told_with_what_is_in_it_and_its_size(self, office, kept):
        (row,) = office.page(PAGE).select(".user")
        said = " ".join(row.text.split())
        assert "1 artikel, 2 komentar, 2 gambar." in said
        assert re.search(r"gambar\. [1-9][0-9]* kB\. Unduh Pulihkan$", said)
        assert row.select_one("time[datetime]")
        assert f"flask restore --replace {kept}" in words(office)

    def test_what_was_there_before_a_restore_is_marked(self, office, kept, config):
        restore.bring_back(kept, config, config.timezone, "uji", replace=True)
        found = [kept.is_before_restore for kept in daily.all_kept(config.instance)]
        assert sorted(found) == [False, True]

    def test_what_failed_is_said_in_plain_words_until_one_succeeds(self, office, config):
        room = config.instance / "backups"
        room.mkdir(exist_ok=True)
        (room / FILE).write_text(json.dumps([now().isoformat(), "full", "No space left on device"]))
        assert "Cadangan terakhir gagal" in words(office)
        assert "Tempat di hosting penuh." in words(office)
        send(office, PAGE, PAGE)
        assert "gagal" not in words(office)

    def test_it_is_in_the_admins_navigation_and_in_no_moderators(self, office, moderator, sign_in):
        assert office.page("/admin/").select_one(f"nav a[href='{PAGE}']")
        assert not sign_in(moderator).page("/admin/").select_one(f"nav a[href='{PAGE}']")


class TestMade:
    def test_one_is_made_at_once_and_logged(self, office, config):
        answer = send(office, PAGE, PAGE)
        assert (answer.status_code, answer.location) == (303, PAGE)
        (kept,) = daily.all_kept(config.instance)
        assert logged() == ("Bu Camat", "added", "backup", {"name": kept.path.name})
        assert "Cadangan sudah dibuat dan diperiksa." in words(office)

    def test_while_another_is_made_it_says_so(self, office, config):
        with daily.at_work(config):
            answer = send(office, PAGE, PAGE)
        assert answer.status_code == 409
        assert "sedang dibuat" in answer.text
        assert daily.all_kept(config.instance) == []

    def test_where_it_cannot_be_written_it_says_why(self, office, config):
        (config.instance / "backups" / "pictures").mkdir(parents=True)
        (config.instance / "backups" / "pictures" / "ab").write_text("in the way")
        answer = send(office, PAGE, PAGE)
        assert answer.status_code == 503
        assert "Berkasnya tidak dapat ditulis." in answer.text
        assert "Cadangan terakhir gagal" in words(office)

    def test_without_the_sessions_token_none_is_made(self, office, config):
        assert office.post(PAGE).status_code == 400
        assert daily.all_kept(config.instance) == []


class TestDownload:
    def test_it_is_one_whole_file_that_is_brought_back(self, office, kept, config, tmp_path):
        before = contents(config.instance)
        answer = office.get(f"{PAGE}/{kept.name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{kept.name}"'
        assert (answer.headers["Cache-Control"], answer.mimetype) == ("no-store", "application/zip")
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        (path := tmp_path / "taken.zip").write_bytes(answer.data)
        assert sum(name.startswith("pictures/") for name in zipfile.ZipFile(path).namelist()) == 4
        shutil.rmtree(config.instance / "pictures")
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert contents(config.instance) == before

    def test_the_log_says_who_took_it(self, office, kept):
        office.get(f"{PAGE}/{kept.name}")
        assert logged() == ("Bu Camat", "taken", "backup", {"name": kept.name})
        assert "mengunduh" in office.get("/admin/log").text

    def test_a_look_at_its_head_takes_nothing(self, office, kept):
        before = logged()
        assert office.head(f"{PAGE}/{kept.name}").status_code == 200
        assert logged() == before

    @pytest.mark.parametrize(
        "name", ["20200101-000000.zip", "failure.json", "..%2Fsite.db", "lock"]
    )
    def test_nothing_else_of_the_folder_or_beside_it_is_given(self, office, kept, name):
        assert office.get(f"{PAGE}/{name}").status_code == 404

    def test_one_whose_pictures_are_gone_is_not_given(self, office, kept, config):
        shutil.rmtree(config.instance / "backups" / "pictures")
        before = logged()
        answer = office.get(f"{PAGE}/{kept.name}")
        assert answer.status_code == 409
        assert "tidak utuh lagi" in answer.text
        assert logged() == before

    def test_one_with_a_damaged_picture_ends_on_its_way(self, office, kept, config):
        file = next((config.instance / "backups" / "pictures").glob("*/*/*"))
        size = file.stat().st_size
        file.unlink()
        file.write_bytes(b"x" * size)
        with pytest.raises(Unfit):
            office.get(f"{PAGE}/{kept.name}")

    def test_who_breaks_off_leaves_nothing_open(self, office, kept, config):
        _length, chunks = daily.of(config.instance, kept.name).packed()
        next(chunks)
        chunks.close()
