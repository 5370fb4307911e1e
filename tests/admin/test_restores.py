"""Restoring in the office: chosen or sent, looked at, confirmed with the password, done in steps."""

import io
import shutil

import pytest

from pnpm.accounts.models import SignIn, User
from pnpm.admin import restores
from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, AuditEntry, break_in_chain
from pnpm.backup import daily, export, restore_job, restore_steps
from pnpm.backup.restore_job import Phase
from pnpm.db import db, transaction
from tests.admin.conftest import PASSWORD, send, token
from tests.conftest import soup, write
from tests.keeping import change, contents

PAGE, BACKUPS = "/admin/restore", "/admin/backups"


@pytest.fixture
def office(site, sign_in):
    """The browser of the admin that it has."""
    return sign_in(db.session.query(User).filter_by(name="Bu Camat").one())


@pytest.fixture
def kept(site, config):
    """A backup, after which the site went on."""
    path = daily.make(config, config.timezone)
    with transaction():
        db.session.get(Article, site.id).title = "Lain"
    return path


@pytest.fixture
def archive(site, config, tmp_path):
    """The same as one file."""
    export.keep(path := tmp_path / "situs.zip", config)
    return path


def upload(office, content, name="situs.zip"):
    data = {**token(office, BACKUPS), "archive": (io.BytesIO(content), name)}
    return office.post(PAGE, data=data)


def choose(office, name):
    """Choose a backup, and have it looked at."""
    answer = send(office, f"{PAGE}/kept", BACKUPS, name=name)
    assert (answer.status_code, answer.location) == (303, PAGE)
    return looked_at(office)


def looked_at(office, url=PAGE):
    """The page once it no longer works by itself."""
    for _ in range(30):
        page = office.page(url)
        if not page.select_one("#restore[data-hx-get]"):
            assert page.select_one("#restore")  # which stands in the place of the one that asked
            return page
    raise AssertionError(page.text)


def words(page):
    return " ".join(page.select_one("main").text.split())


def confirm(office, page, password=PASSWORD):
    form = page.select_one("#restore-form")
    sent = {field["name"]: field.get("value", "") for field in form.select("[name]")}
    return office.post(form["action"], data=sent | {"password": password})


def left(config):
    """The files of a restore."""
    folder = config.instance / "restore"
    return {path.name for path in folder.iterdir()} - {"lock"} if folder.is_dir() else set()


class TestLookedAt:
    def test_both_sides_are_told_and_nothing_has_changed(self, app, office, site, kept, config):
        write(site, app, "sesudahnya", name="Rudi")
        before = contents(config.instance)
        said = words(choose(office, kept.name))
        theirs, ours = said.split("Situs sekarang")
        assert "Dibuat" in theirs
        assert "1 artikel, 2 komentar, 2 gambar" in theirs
        assert "1 artikel, 3 komentar, 2 gambar" in ours
        assert "AkunBu Camat" in theirs
        assert ", Bu Camat" in theirs.split("Terakhir diubah")[1]
        assert contents(config.instance) == before

    def test_a_file_is_taken_in_and_looked_at(self, office, archive, config):
        answer = upload(office, archive.read_bytes())
        assert (answer.status_code, answer.location) == (303, PAGE)
        page = looked_at(office)
        assert "situs.zip" in words(page)
        assert page.select_one("#restore-form")
        assert (config.instance / "restore/archive.zip").stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda path: path.write_bytes(b"not an archive"), "bukan cadangan dari program ini"),
            (
                lambda path: path.write_bytes(path.read_bytes().replace(b"RIFF0", b"RIFF9", 1)),
                "tidak utuh",
            ),
            (lambda path: change(path, "../../evil", lambda _content: b"x"), "bukan cadangan"),
            (
                lambda path: change(
                    path,
                    "list.json",
                    lambda content: content.replace(b'"schema": "', b'"schema": "9'),
                ),
                "versi program yang lebih baru",
            ),
            (lambda path: change(path, "site.db", lambda _content: b"x" * 5000), "bukan cadangan"),
        ],
        ids=["rubbish", "damaged", "leading out", "newer", "no database"],
    )
    def test_what_cannot_be_restored_is_said_plainly(self, office, archive, config, spoil, said):
        spoil(archive)
        before = contents(config.instance)
        upload(office, archive.read_bytes())
        page = looked_at(office)
        assert said in words(page)
        assert "Situs tetap seperti sebelumnya." in words(page)
        assert contents(config.instance) == before
        send(office, f"{PAGE}/cancellation", PAGE)
        assert left(config) == set()

    def test_where_the_disk_has_no_room_it_says_so_before_anything_is_read(
        self, office, archive, monkeypatch, config
    ):
        content = archive.read_bytes()
        full = shutil.disk_usage(config.instance)._replace(free=1000)
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
        answer = upload(office, content)
        assert (answer.status_code, "Tempat di hosting penuh." in answer.text) == (507, True)
        assert left(config) == set()

    def test_a_file_that_is_too_large_is_refused_with_advice(self, office, app, monkeypatch):
        view = app.view_functions["restores.upload"]
        monkeypatch.setattr(view, "takes", (1000, 1000))
        answer = upload(office, b"x" * 2000)
        assert answer.status_code == 413
        assert "instance/backups" in answer.text

    def test_no_file_and_no_such_backup(self, office, config):
        sent = {**token(office, BACKUPS), "x": "y"}
        answer = office.post(PAGE, data=sent, content_type="multipart/form-data")
        assert (answer.status_code, "Pilih dahulu" in answer.text) == (422, True)
        for name in ("20200101-000000.zip", "../site.db", ""):
            assert send(office, f"{PAGE}/kept", BACKUPS, name=name).status_code == 404
        assert restore_job.current(config.instance) is None

    def test_one_at_a_time_and_one_that_is_given_up_leaves_nothing(self, office, kept, config):
        choose(office, kept.name)
        assert send(office, f"{PAGE}/kept", BACKUPS, name=kept.name).status_code == 409
        assert "sudah dimulai" in words(office.page(BACKUPS))
        send(office, f"{PAGE}/cancellation", PAGE)
        assert left(config) == set()
        assert office.get(PAGE).location == BACKUPS


class TestConfirmed:
    def test_all_is_as_it_was_and_the_link_says_what_to_do(self, app, office, kept, config, site):
        page = choose(office, kept.name)
        answer = confirm(office, page)
        assert answer.status_code == 303
        link = answer.location
        stranger = app.test_client()
        said = words(looked_at(stranger, link))
        assert "Situs sudah dipulihkan." in said
        assert "Masuk lagi dengan akun dan kata sandi dari cadangan itu." in said
        db.session.rollback()
        assert db.session.get(Article, site.id).title == "Rapat désa 😊"
        assert db.session.query(SignIn).count() == 0
        assert office.get("/admin/").location.startswith("/admin/login")
        assert office.get(link).status_code == 200
        entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert (entry.who, entry.action) == ("Bu Camat", AuditAction.RESTORED.value)
        assert entry.after["backup"] == kept.name
        assert break_in_chain() is None
        assert [each.is_before_restore for each in daily.all_kept(config.instance)].count(True) == 1
        assert left(config) == {"job.json"}

    def test_a_file_that_was_sent_is_restored_once(self, office, archive, config):
        before = contents(config.instance)
        with transaction():
            db.session.query(Article).one().title = "Lain"
        upload(office, archive.read_bytes())
        answer = confirm(office, looked_at(office))
        assert "Situs sudah dipulihkan." in words(looked_at(office, answer.location))
        assert contents(config.instance) == before
        with transaction():
            db.session.query(Article).one().title = "Sesudahnya"
        for _again in range(3):
            office.get(answer.location)
        db.session.rollback()
        assert db.session.query(Article).one().title == "Sesudahnya"
        assert break_in_chain() is None

    def test_a_wrong_password_changes_nothing_and_is_slowed_down(self, office, kept, config):
        page = choose(office, kept.name)
        statuses = [confirm(office, page, "salah").status_code for _ in range(12)]
        assert statuses[0] == 422
        assert statuses[-1] == 429
        assert restore_job.current(config.instance).phase is Phase.READY

    def test_another_one_than_was_shown_is_not_confirmed(self, office, kept, config):
        page = choose(office, kept.name)
        restore_job.give_up(config.instance)
        choose(office, kept.name)
        assert confirm(office, page).status_code == 409
        assert restore_job.current(config.instance).phase is Phase.READY

    def test_without_the_token_nothing_is_begun_or_confirmed(self, office, kept, config):
        assert office.post(f"{PAGE}/kept", data={"name": kept.name}).status_code == 400
        choose(office, kept.name)
        job = restore_job.current(config.instance)
        sent = {"password": PASSWORD, "key": job.key}
        assert office.post(f"{PAGE}/confirmation", data=sent).status_code == 400
        assert restore_job.current(config.instance).phase is Phase.READY

    def test_a_link_that_nobody_signed_leads_nowhere(self, app, office, kept, config):
        choose(office, kept.name)
        key = restore_job.current(config.instance).key
        for forged in (key, f"{key}.x", "x"):
            assert app.test_client().get(f"{PAGE}/progress/{forged}").status_code == 404

    def test_another_form_goes_on_with_it(self, office, client, kept, config, site):
        page = choose(office, kept.name)
        restore_job.confirm(config.instance, page.select_one("[name=key]")["value"], "Bu Camat")
        for _ in range(9):
            client.post("/admin/logout")
        assert restore_job.current(config.instance).phase is Phase.DONE

    def test_who_is_back_puts_it_away(self, app, office, kept, config, sign_in):
        confirm(office, choose(office, kept.name))
        for _ in range(9):
            office.post("/admin/logout")
        again = sign_in(db.session.query(User).filter_by(name="Bu Camat").one())
        page = again.page(PAGE)
        assert "Situs sudah dipulihkan." in words(page)
        assert "-before-restore.zip" in words(page)
        send(again, f"{PAGE}/cancellation", PAGE)
        assert left(config) == set()


class TestLeft:
    def test_one_that_was_left_for_an_hour_asks_for_the_password_again(
        self, office, kept, config, monkeypatch
    ):
        page = choose(office, kept.name)
        restore_job.confirm(config.instance, page.select_one("[name=key]")["value"], "uji")
        later = restore_steps.time() + restore_steps.FORGOTTEN + 60
        monkeypatch.setattr(restore_steps, "time", lambda: later)
        office.get("/admin/restore")
        office.post("/admin/logout")
        assert restore_job.current(config.instance).phase is Phase.READY

    def test_one_that_was_left_for_a_day_is_deleted(self, office, kept, config, monkeypatch):
        choose(office, kept.name)
        restore_job.sweep(config.instance)
        assert restore_job.current(config.instance)
        later = restore_job.time() + restore_job.OLDEST + 60
        monkeypatch.setattr(restore_job, "time", lambda: later)
        restore_job.sweep(config.instance)
        assert left(config) == set()


def test_no_phase_and_no_fault_is_without_words():
    assert set(restores.DOING) == {phase.value for phase in restore_job.WORKING}
    assert {"archive", "newer", "slow", "busy", "full", "denied", "other"} <= set(restores.FAULTS)


def test_what_is_at_work_is_polled_and_refreshes_itself_without_javascript(office, kept, config):
    send(office, f"{PAGE}/kept", BACKUPS, name=kept.name)
    answer = office.get(PAGE)
    page = soup(answer)
    assert page.select_one("noscript meta[http-equiv=refresh]")
    assert page.select_one("#restore")["data-hx-get"] == PAGE
    assert "Langkah 2 dari 7: Membaca isinya" in words(page)
