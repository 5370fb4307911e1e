"""Moving to another database in the office: its address is tried, looked at, confirmed with the
password, and the site goes on there.
"""

import sqlite3

import pytest

from pnpm.accounts.models import User
from pnpm.admin import moves
from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, AuditEntry, break_in_chain
from pnpm.backup import daily, move_job, move_steps, restore_job, target, transfer
from pnpm.backup.move_job import Phase
from pnpm.comments.models import Comment
from pnpm.config import TOP
from pnpm.db import db, relocation, transaction
from tests.admin.conftest import PASSWORD, send
from tests.conftest import soup, write
from tests.keeping import contents

PAGE, BACKUPS = "/admin/move", "/admin/backups"
SECRET = "s3cret%21"


UNUSABLE = [
    ("", "Isi kolom ini"),
    ("rubbish", "bukan alamat basis data"),
    (f"oracle://situs:{SECRET}@localhost/desa", "bukan alamat basis data"),
    (f"mysql://situs:{SECRET}@localhost:70000/desa", "bukan alamat basis data"),
    (f"mysql://situs:{SECRET}@localhost:x/desa", "bukan alamat basis data"),
    (f"mysql://situs:{SECRET}@localhost/", "bukan alamat basis data"),
    (f"mysql://situs:{SECRET}@x@localhost/desa", "@ ditulis %40"),
    (f"mysql://situs:{SECRET}@localhost/a/b", "bukan alamat basis data"),
    (f"mysql://situs:{SECRET}@h/d?local_infile=1", "bukan alamat basis data"),
    (f"mysql://situs:{SECRET}@h/d?read_default_file=/etc/passwd", "bukan alamat"),
    (f"postgresql://situs:{SECRET}@h/d?passfile=/etc/passwd", "bukan alamat"),
    (f"postgresql://situs:{SECRET}@h/d?service=x", "bukan alamat"),
    (f"mysql://situs:{SECRET}@h/d\x00", "bukan alamat"),
    ("x" * 2000, "Terlalu panjang"),
    (f"mysql+mysqldb://situs:{SECRET}@localhost/desa", "requirements-mysql.txt"),
    (f"postgresql+asyncpg://situs:{SECRET}@localhost/desa", "requirements-postgresql"),
    (f"mysql://situs:{SECRET}@127.0.0.1:9/desa", "tidak menjawab"),
    (f"postgres://situs:{SECRET}@127.0.0.1:9/desa", "tidak menjawab"),
    ("sqlite://", "bukan alamat basis data"),
    ("sqlite:///../x.db", "hanya di folder"),
    ("sqlite:///x.php", "hanya di folder"),
    ("sqlite:///.db", "hanya di folder"),
    ("sqlite:////tmp/x.db", "hanya di folder"),
    ("/etc/passwd", "hanya di folder"),
    ("sqlite:///file:x.db?mode=rw&uri=true", "bukan alamat basis data"),
    ("sqlite:///site.db", "sekarang dipakai situs ini"),
]


@pytest.fixture
def office(site, sign_in):
    """The browser of the admin that it has."""
    return sign_in(db.session.query(User).filter_by(name="Bu Camat").one())


def ask(office, address):
    return send(office, PAGE, PAGE, address_with_password=address)


def words(answer):
    return " ".join(soup(answer).select_one("main").text.split())


def looked_at(office, address="sqlite:///baru.db"):
    """The page that shows what is at that address."""
    answer = ask(office, address)
    assert (answer.status_code, answer.location) == (303, PAGE), words(answer)
    return office.page(PAGE)


def confirm(office, page, password=PASSWORD, **more):
    form = page.select_one("#move-form")
    sent = {field["name"]: field.get("value", "") for field in form.select("[name]")}
    sent.pop("replaces", None)
    return office.post(form["action"], data=sent | {"password": password, **more})


def moved(office):
    """The page once it no longer works by itself; each of them has the piece that asks for it."""
    for _ in range(30):
        page = office.page(PAGE)
        piece = page.select_one("#move")
        assert piece
        if not piece.get("data-hx-get"):
            return page
    raise AssertionError(page.text)


def said(page):
    return " ".join(page.select_one("main").text.split())


def left(config):
    folder = config.instance / "move"
    return {path.name for path in folder.iterdir()} - {"lock"} if folder.is_dir() else set()


class TestLookedAt:
    def test_both_sides_are_told_and_nothing_has_changed(self, office, config):
        before = contents(config.instance)
        page = said(looked_at(office))
        ours, theirs = page.split("Basis data yang baru", 1)
        assert "1 artikel, 2 komentar, 2 gambar" in ours
        assert "Bu Camat" in ours
        assert "baru.db" in theirs
        assert "kosong" in theirs
        assert contents(config.instance) == before
        assert not (config.instance / "baru.db").exists()

    def test_the_address_is_kept_where_nobody_else_reads_it_and_shown_nowhere(
        self, office, config, monkeypatch, caplog
    ):
        found = target.Found("mysql", "8.0.36", "localhost", "desa")
        monkeypatch.setattr(target, "look_at", lambda url: found)
        pages = [ask(office, f"mysql://situs:{SECRET}@localhost/desa").text]
        pages += [office.get(url).text for url in (PAGE, BACKUPS)]
        assert "s3cret" not in "".join(pages) + caplog.text
        folder = config.instance / "move"
        assert folder.stat().st_mode & 0o077 == 0
        assert (folder / "address").stat().st_mode & 0o077 == 0
        assert "s3cret" in (folder / "address").read_text()
        assert "s3cret" not in (folder / "job.json").read_text()
        assert send(office, f"{PAGE}/cancellation", PAGE).status_code == 303
        assert left(config) == set()

    def test_what_cannot_be_used_is_said_in_clear_words_without_the_address(
        self, office, config, caplog
    ):
        before = set(config.instance.iterdir())
        for address, said in UNUSABLE:
            answer = ask(office, address)
            assert (answer.status_code, said in words(answer)) == (422, True), (address, said)
            assert "s3cret" not in answer.text + caplog.text
            assert soup(answer).select_one("[name=address_with_password]")["value"] == ""
        assert left(config) == set()
        assert set(config.instance.iterdir()) - before <= {config.instance / "move"}

    @pytest.mark.parametrize(
        ("make", "said"),
        [
            ("CREATE TABLE comment (id)", "tabel program lain"),
            ("CREATE TABLE alembic_version (version_num)", "9999 versi program yang lebih baru"),
            (b"rubbish" * 1000, "bukan basis data"),
        ],
        ids=["another program's", "newer", "no database"],
    )
    def test_a_file_that_is_something_else_is_left_alone(self, office, config, make, said):
        path = config.instance / "lain.db"
        number, _, sentence = said.rpartition("9999 ")
        if isinstance(make, bytes):
            path.write_bytes(make)
        else:
            with sqlite3.connect(path) as rows:
                rows.execute(make)
                if number or "9999" in said:
                    rows.execute("INSERT INTO alembic_version VALUES ('9999')")
            rows.close()
        before = path.read_bytes()
        answer = ask(office, "sqlite:///lain.db")
        assert (answer.status_code, sentence in words(answer)) == (422, True), words(answer)
        assert path.read_bytes() == before

    def test_a_link_that_leads_out_of_the_folder_is_refused(self, office, config, tmp_path):
        (config.instance / "x.db").symlink_to(tmp_path / "elsewhere.db")
        assert ask(office, "sqlite:///x.db").status_code == 422
        assert not (tmp_path / "elsewhere.db").exists()

    def test_a_form_that_was_sent_after_the_session_had_ended_is_not_kept(self, office, config):
        from tests.admin.test_resume import tap

        tap(office, PAGE, url=PAGE, address_with_password=f"mysql://a:{SECRET}@h/d")
        folder = config.instance / "requests"
        assert not folder.is_dir() or list(folder.iterdir()) == []

    def test_one_at_a_time(self, office, config):
        looked_at(office)
        assert ask(office, "sqlite:///lain.db").status_code == 409
        assert "sudah dimulai" in said(office.page(BACKUPS))


class TestConfirmed:
    def test_the_site_goes_on_in_the_new_database(self, app, office, config, site):
        before = contents(config.instance)
        answer = confirm(office, looked_at(office))
        assert (answer.status_code, answer.location) == (303, PAGE)
        page = moved(office)
        assert "Situs sudah pindah" in said(page)
        assert app.config["PNPM"].database_url == f"sqlite:///{config.instance}/baru.db"
        assert db.engine.url.database == f"{config.instance}/baru.db"
        assert contents(config.instance) == before
        entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert (entry.who, entry.action) == ("Bu Camat", AuditAction.MOVED.value)
        assert entry.subject == "database"
        assert break_in_chain() is None
        assert "basis data situs" in said(office.page("/admin/log"))
        assert f"DATABASE_URL = 'sqlite:///{config.instance}/baru.db'" in (
            (config.instance / "config.py").read_text()
        )
        assert left(config) == {"job.json"}
        assert len(daily.all_kept(config.instance)) == 1
        write(site, app, "sesudahnya", name="Rudi")
        assert send(office, f"{PAGE}/cancellation", PAGE).status_code == 303
        assert left(config) == set()

    def test_the_way_back_replaces_what_was_left_there_if_that_is_ticked(
        self, app, office, config, site
    ):
        confirm(office, looked_at(office))
        moved(office)
        write(site, app, "sesudahnya", name="Rudi")
        send(office, f"{PAGE}/cancellation", PAGE)
        page = looked_at(office, "sqlite:///site.db")
        assert "sudah ada sebuah situs" in said(page)
        answer = confirm(office, page)
        assert (answer.status_code, "Centang" in words(answer)) == (409, True)
        assert confirm(office, page, replaces="y").status_code == 303
        assert "Situs sudah pindah" in said(moved(office))
        assert db.engine.url.database == f"{config.instance}/site.db"
        assert db.session.query(Comment).filter_by(body="sesudahnya").count() == 1

    def test_what_comes_while_it_is_copied_is_there_at_the_end(self, app, office, config, site):
        write(site, app, *[f"komentar {number}" for number in range(600)])
        looked_at(office)
        move_job.confirm(config.instance, move_job.current(config.instance).key, "uji", False)
        seen = set()
        for number in range(60):
            job = move_job.current(config.instance)
            seen.add(job.phase)
            if job.phase is Phase.WAITING:
                break
            move_steps.advance(config, config.timezone, 0)
            if job.phase is Phase.COPYING:
                write(site, app, f"sementara {number}", name=f"Nama {number}")
                with transaction():
                    article = db.session.get(Article, site.id, populate_existing=True)
                    article.title = f"Judul {number}"
                    gone = db.session.query(Comment).filter_by(body=f"komentar {number}").one()
                    db.session.delete(gone)
                    article.comment_count -= 1
            db.session.rollback()
        before = contents(config.instance)
        assert {Phase.KEEPING, Phase.PREPARING, Phase.COPYING, Phase.SWITCHING} <= seen
        assert "Situs sudah pindah" in said(moved(office))
        assert contents(config.instance) == before
        assert break_in_chain() is None

    def test_a_wrong_password_changes_nothing_and_is_slowed_down(self, office, config):
        page = looked_at(office)
        statuses = [confirm(office, page, "salah").status_code for _ in range(12)]
        assert statuses[0] == 422
        assert statuses[-1] == 429
        assert move_job.current(config.instance).phase is Phase.READY

    def test_another_one_than_was_shown_is_not_confirmed(self, office, config):
        page = looked_at(office)
        move_job.give_up(config.instance)
        looked_at(office)
        assert confirm(office, page).status_code == 409
        assert move_job.current(config.instance).phase is Phase.READY

    def test_without_the_token_nothing_is_begun_or_confirmed(self, office, config):
        sent = {"address_with_password": "sqlite:///baru.db"}
        assert office.post(PAGE, data=sent).status_code == 400
        looked_at(office)
        job = move_job.current(config.instance)
        sent = {"password": PASSWORD, "key": job.key}
        assert office.post(f"{PAGE}/confirmation", data=sent).status_code == 400
        assert move_job.current(config.instance).phase is Phase.READY

    def test_not_while_the_site_is_restored_nor_the_other_way_round(
        self, office, config, monkeypatch
    ):
        name = daily.make(config, config.timezone).name
        page = looked_at(office)
        send(office, "/admin/restore/kept", BACKUPS, name=name)
        assert "Situs sedang dipulihkan" in words(confirm(office, page))
        for _ in range(9):
            office.get("/admin/restore")
        restore = office.page("/admin/restore").select_one("#restore-form")
        assert confirm(office, page).status_code == 303
        sent = {field["name"]: field.get("value", "") for field in restore.select("[name]")}
        answer = office.post(restore["action"], data=sent | {"password": PASSWORD})
        assert (answer.status_code, "pindah basis data" in words(answer)) == (409, True)
        assert restore_job.current(config.instance).phase is restore_job.Phase.READY


class TestFailed:
    def test_a_database_that_was_filled_meanwhile_is_left_alone(self, office, config):
        page = looked_at(office)
        with transfer.destination(f"sqlite:///{config.instance}/baru.db") as there:
            transfer.move(there, lambda rows: lambda done: None)
        before = (config.instance / "baru.db").read_bytes()
        confirm(office, page)
        failed = said(moved(office))
        assert "terisi sejak diperiksa" in failed
        assert "Situs tetap memakai yang lama" in failed
        assert (config.instance / "baru.db").read_bytes() == before
        send(office, f"{PAGE}/cancellation", PAGE)
        assert left(config) == set()

    def test_one_that_failed_goes_on_where_it_did(self, office, config, monkeypatch):
        def differ(*_given):
            raise move_steps.Unfit("comment")

        with monkeypatch.context() as patch:
            patch.setattr(move_steps, "synchronize", differ)
            confirm(office, looked_at(office))
            assert "Salinannya tidak sama" in said(moved(office))
        assert not (config.instance / relocation.FILE).exists()
        send(office, f"{PAGE}/retry", PAGE)
        assert "Situs sudah pindah" in said(moved(office))

    def test_one_that_was_left_for_an_hour_asks_for_the_password_again(
        self, office, config, monkeypatch
    ):
        confirm(office, looked_at(office))
        later = move_steps.time() + move_steps.FORGOTTEN + 60
        monkeypatch.setattr(move_steps, "time", lambda: later)
        office.get(PAGE)
        assert move_job.current(config.instance).phase is Phase.READY

    def test_one_that_was_left_for_a_day_is_deleted_with_its_address(
        self, office, config, monkeypatch
    ):
        looked_at(office)
        move_job.sweep(config.instance)
        assert move_job.current(config.instance)
        later = move_job.time() + move_job.OLDEST + 60
        monkeypatch.setattr(move_job, "time", lambda: later)
        move_job.sweep(config.instance)
        assert left(config) == set()


class TestByHand:
    @pytest.fixture
    def settings_of_the_host(self, config):
        """A file of settings that the program cannot change: two things in one line."""
        own = f"LANGUAGE = 'id'; DATABASE_URL = {config.database_url!r}\n"
        (config.instance / "config.py").write_text(own)
        return own

    def test_the_page_says_what_to_write_and_nothing_is_stored_until_then(
        self, app, office, client, config, site, settings_of_the_host
    ):
        page = looked_at(office)
        assert "tempat yang tidak boleh diubah program" in said(page)
        confirm(office, page)
        page = moved(office)
        url = f"sqlite:///{config.instance}/baru.db"
        assert f'DATABASE_URL = "{url}"' in said(page)
        assert (config.instance / "config.py").read_text() == settings_of_the_host
        with pytest.raises(relocation.Moved):
            write(site, app, "tidak disimpan")
        db.session.rollback()
        (config.instance / "config.py").write_text(f"DATABASE_URL = {url!r}\n")
        assert "Situs sudah pindah" in said(moved(office))
        write(site, app, "disimpan")
        assert left(config) == {"job.json"}

    def test_who_gives_it_up_goes_on_where_the_site_was(
        self, app, office, config, site, settings_of_the_host
    ):
        confirm(office, looked_at(office))
        moved(office)
        assert send(office, f"{PAGE}/cancellation", PAGE).status_code == 303
        write(site, app, "disimpan")
        assert left(config) == set()
        assert db.engine.url.database == f"{config.instance}/site.db"

    def test_the_line_has_a_word_in_place_of_the_password(self, monkeypatch):
        url = f"mysql+pymysql://situs:{SECRET}@localhost/desa?charset=utf8mb4"
        line = target.without_password(url, "KATASANDI")
        assert line == "mysql+pymysql://situs:KATASANDI@localhost/desa?charset=utf8mb4"


def test_no_phase_and_no_fault_is_without_words():
    assert set(moves.DOING) == {phase.value for phase in move_job.WORKING}
    said = {"slow", "busy", "differs", "full", "denied", "other", "database", "damaged"}
    source = (TOP / "pnpm/backup/target.py").read_text()
    said |= {part.split('"')[0] for part in source.split('Unusable("')[1:]}
    assert said | {"filled", "rights", "refused", "unknown"} <= set(moves.FAULTS)


def test_what_is_at_work_is_polled_and_refreshes_itself_without_javascript(office):
    page = looked_at(office)
    assert not page.select_one("noscript meta[http-equiv=refresh]")
    answer = confirm(office, page)
    page = office.page(answer.location)
    assert page.select_one("noscript meta[http-equiv=refresh]")
    assert page.select_one("#move")["data-hx-get"] == PAGE
    assert "Langkah 4 dari 6" in said(page)
