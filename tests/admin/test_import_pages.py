"""The pages of imports: upload, report, import, undo, and what each says when something is wrong."""

import errno
import json
import os
import shutil
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from pnpm.admin.imports import received, work
from pnpm.articles.models import Article
from pnpm.backup import daily, restore
from pnpm.comments.models import Comment
from pnpm.db import db, now
from pnpm.imports import job, run
from pnpm.imports.models import ImportRun, Stage
from pnpm.web import jobs, upload_folder
from tests.admin.conftest import send, token
from tests.conftest import TOP, soup

PAGE = "/admin/imports"
SAMPLES = TOP / "tests/imports/samples"
SAMPLE = (SAMPLES / "blogger_old.xml").read_bytes()


def upload(office, content=SAMPLE, name="blog-12-20-2012.xml", **fields):
    """Send the form with that archive; the answer."""
    given = {**token(office, PAGE), "system": "blogger", "choice": "none", **fields}
    if content is not None:
        given["archive"] = (BytesIO(content), name)
    return office.post(PAGE, data=given)


def words(answer):
    return " ".join(soup(answer).select_one("main").text.split())


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def seen(office, until, url=PAGE):
    """The page that refreshes itself, as often as it takes until it says that."""
    for _ in range(20):
        said = words(office.get(url, follow_redirects=True))
        if until in said:
            return said
    raise AssertionError(said)


def ready(office, *given, **fields):
    """An archive is sent, and its report is there."""
    assert upload(office, *given, **fields).status_code == 303
    return seen(office, "Laporan")


def started(office):
    """The import is begun; its address."""
    answer = send(office, f"{PAGE}/start", PAGE)
    assert answer.status_code == 303
    return answer.location


def failing(monkeypatch, name, *errors):
    """The import's step of that name raises these, one a call, and works then."""
    left, right = list(errors), getattr(run.Import, name)

    def step(self, *given):
        if left:
            raise left.pop(0)
        return right(self, *given)

    monkeypatch.setattr(run.Import, name, step)


FULL = OSError(errno.ENOSPC, "No space left on device")


def left(config):
    """What is in the folder of the imports."""
    return sorted(path.name for path in (config.instance / "imports").iterdir())


@pytest.fixture
def folder(config):
    """The folder into which somebody puts files."""
    place = config.instance / "imports"
    place.mkdir()
    return place


@pytest.fixture
def slow(monkeypatch):
    """After each answer only one step is made, with one article or comment."""
    monkeypatch.setattr(job, "SECONDS", -1)
    monkeypatch.setattr(run, "AT_ONCE", dict.fromkeys(run.AT_ONCE, 1))


class TestTheWholeWay:
    def test_an_archive_is_looked_at_imported_and_taken_back(self, office, config):
        said = ready(office)
        assert "Belum ada yang berubah di situs ini." in said
        assert "1 tema: tidak ada tempatnya di situs ini (baris 10)" in said
        assert count(Article) == count(Comment) == 0
        place = started(office)
        said = seen(office, "Selesai.", place)
        assert count(Article) == 3
        assert count(Comment) > 0
        assert "Pengalihan alamat lama" in said
        assert db.session.scalars(select(ImportRun.who)).one() == "Bu Camat"
        assert left(config) == ["lock"]
        assert "Kabar Desa Sukamaju" in words(office.get(PAGE))
        assert send(office, f"{place}/undo", place).status_code == 303
        assert "ditarik kembali" in seen(office, "Sudah diurungkan", place)
        assert count(Article) == count(Comment) == 0
        assert send(office, f"{place}/undo", PAGE).status_code == 409

    def test_the_same_archive_again_brings_nothing(self, office):
        ready(office)
        seen(office, "Selesai.", started(office))
        before = count(Article), count(Comment)
        report = ready(office)
        assert "Artikel0200 Halaman0100 Komentar0201" in report
        seen(office, "Selesai.", started(office))
        assert (count(Article), count(Comment)) == before

    def test_the_pages_refresh_themselves_while_there_is_work(self, office, slow):
        upload(office)
        page = office.page(PAGE)
        assert page.select_one("noscript meta[http-equiv=refresh]")
        assert page.select_one("#import[data-hx-trigger]")
        seen(office, "Laporan")
        page = office.page(PAGE)
        assert not page.select("noscript meta, [data-hx-trigger]")
        page = soup(office.get(started(office)))
        assert page.select_one("#import[data-hx-trigger] progress")

    def test_it_is_in_the_navigation_and_beside_the_backups(self, office):
        assert office.page("/admin/").select_one(f"nav a[href='{PAGE}']")
        assert office.page("/admin/backups").select_one(f"main a[href='{PAGE}']")

    def test_the_overview_says_that_it_is_not_done(self, office):
        assert not office.page("/admin/").select("#importing")
        ready(office)
        assert office.page("/admin/").select_one(f"#importing a[href='{PAGE}']")

    def test_the_lines_for_the_old_host_are_a_file(self, office):
        answer = office.get(f"{PAGE}/htaccess")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "RewriteEngine On" in answer.text

    def test_there_is_no_page_of_an_import_that_never_was(self, office):
        assert office.get(f"{PAGE}/7").status_code == 404


class TestWhatIsSent:
    def test_without_a_file_it_says_so(self, office, config):
        answer = upload(office, None)
        assert answer.status_code == 422
        assert "Pilih dahulu berkas arsipnya." in words(answer)
        assert not job.folder(config.instance).exists()

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"%PDF-1.4", "Ini dokumen PDF."),
            (b"", "Ini berkas kosong."),
            ((SAMPLES / "wordpress.xml").read_bytes(), "Ini ekspor WordPress: pilih WordPress."),
        ],
    )
    def test_what_is_no_such_archive_is_said_and_can_be_replaced(
        self, office, config, content, reason
    ):
        upload(office, content)
        said = seen(office, "Arsip ini belum dapat dibaca.")
        assert reason in said
        assert "Coba lagi" not in said
        send(office, f"{PAGE}/cancellation", PAGE)
        assert left(config) == ["lock"]
        assert "Kirim dan periksa" in words(office.get(PAGE))

    def test_too_much_at_once_says_how_to_go_on(self, office, app, config, monkeypatch):
        sent = token(office, PAGE)
        monkeypatch.setattr(app.view_functions["admin_imports.upload"], "takes", (1000, 500))
        data = {**sent, "system": "blogger", "archive": (BytesIO(SAMPLE), "blog.xml")}
        answer = office.post(PAGE, data=data)
        assert answer.status_code == 413
        assert "lewat FTP atau File Manager" in words(answer)
        assert left(config) == []

    def test_a_large_file_is_taken_whole(self, office, config, slow):
        large = SAMPLE + b" " * 300_000
        upload(office, large)
        assert (job.folder(config.instance) / job.ARCHIVE).read_bytes() == large

    def test_nothing_is_taken_without_the_sessions_token(self, office, config):
        data = {"system": "blogger", "archive": (BytesIO(SAMPLE), "blog.xml")}
        assert office.post(PAGE, data=data).status_code == 400
        assert left(config) == []

    @pytest.mark.parametrize("field", ["system", "choice"])
    def test_nor_with_a_choice_that_there_is_not(self, office, config, field):
        assert upload(office, **{field: "x"}).status_code == 422
        assert left(config) == []

    def test_where_the_disk_has_no_room_nothing_is_even_read(self, office, config, monkeypatch):
        usage = shutil.disk_usage(config.instance)._replace(free=1000)
        monkeypatch.setattr(received.shutil, "disk_usage", lambda path: usage)
        answer = upload(office)
        assert answer.status_code == 507
        assert "Tempat di hosting penuh." in words(answer)

    def test_a_disk_that_is_full_in_the_middle_leaves_nothing(self, office, config, monkeypatch):
        def full(*_given, **_more):
            raise FULL

        sent = token(office, PAGE)
        monkeypatch.setattr(upload_folder.Request, "_get_file_stream", full)
        data = {**sent, "system": "blogger", "archive": (BytesIO(SAMPLE), "blog.xml")}
        answer = office.post(PAGE, data=data)
        assert answer.status_code == 507
        assert "Tempat di hosting penuh." in words(answer)
        assert left(config) == []

    def test_it_is_kept_where_nobody_else_reads(self, office, config, slow):
        upload(office)
        place = job.folder(config.instance)
        assert (place / job.ARCHIVE).read_bytes() == SAMPLE
        assert (place.stat().st_mode | place.parent.stat().st_mode) & 0o077 == 0

    def test_one_of_several_blogs_in_a_zip_is_chosen_by_its_name(self, office):
        feed, packed = (SAMPLES / "takeout.atom").read_bytes(), BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            for name in ("Kabar", "Resep"):
                file.writestr(f"Takeout/Blogger/Blogs/{name}/feed.atom", feed)
        upload(office, packed.getvalue(), "takeout.zip")
        assert "beberapa blog (Kabar, Resep)" in seen(office, "belum dapat dibaca")
        ready(office, packed.getvalue(), "takeout.zip", blog="Kabar")
        upload(office, packed.getvalue(), "takeout.zip", blog="../a/b")
        assert "belum dapat dibaca" in seen(office, "belum dapat dibaca")
        ready(office, blog="Kabar")

    def test_a_mapping_that_leads_nowhere_is_said(self, office, config):
        mapping = (BytesIO(b"/lama/,/2012/12/tidak-ada.html"), "peta.csv")
        answer = upload(office, system="disqus", **{"mapping.csv": mapping})
        assert answer.status_code == 422
        said = words(answer)
        assert "Baris 1 berkas pemetaan mengarah ke '/2012/12/tidak-ada.html'" in said
        assert left(config) == []


class TestWhatWasPutThere:
    def test_it_is_offered_imported_and_stays(self, office, folder):
        (folder / "blog-lama.xml").write_bytes(SAMPLE)
        ready(office, None, placed="blog-lama.xml")
        seen(office, "Selesai.", started(office))
        assert count(Article) == 3
        assert (folder / "blog-lama.xml").read_bytes() == SAMPLE

    def test_nothing_else_is(self, office, folder, config):
        (folder / "tautan.xml").symlink_to(config.instance / "site.db")
        (folder / ".rahasia").write_text("x")
        (folder / "lock").touch()
        (folder / "gambar").mkdir()
        page = office.page(PAGE)
        offered = [one["value"] for one in page.select("#placed option")]
        assert offered == [""]
        pictures = [one["value"] for one in page.select("#pictures_placed option")]
        assert pictures == ["", "gambar"]
        for name in ("tautan.xml", "../site.db", "lock", ".rahasia"):
            assert upload(office, None, placed=name).status_code == 422


class TestCancelled:
    def test_all_of_it_is_deleted(self, office, config):
        ready(office)
        assert len(left(config)) == 3
        assert send(office, f"{PAGE}/cancellation", PAGE).status_code == 303
        assert left(config) == ["lock"]
        assert count(Article) == 0
        assert send(office, f"{PAGE}/start", PAGE).location == PAGE

    def test_what_has_begun_is_stopped_by_taking_it_back(self, office, config, slow):
        ready(office)
        place = started(office)
        assert count(Article) == 1
        send(office, f"{PAGE}/cancellation", place)
        assert job.current(config.instance) is not None
        assert send(office, f"{place}/undo", place).status_code == 303
        seen(office, "Sudah diurungkan", place)
        assert count(Article) == 0
        assert left(config) == ["lock"]

    def test_a_new_archive_takes_the_place_of_one_that_waits(self, office, config):
        ready(office)
        before = job.current(config.instance)
        ready(office, SAMPLE.replace(b"Pagi", b"Sore"))
        assert job.current(config.instance).archive != before.archive
        assert len(left(config)) == 3

    def test_after_a_day_the_housekeeping_deletes_it(self, office, config):
        ready(office)
        place = job.folder(config.instance)
        for path in (*place.iterdir(), place):
            os.utime(path, (0, 0))
        jobs.tidy((now() + timedelta(days=1)).date())
        assert not place.exists()

    def test_not_while_somebody_goes_on(self, office, config):
        ready(office)
        jobs.tidy((now() + timedelta(days=1)).date())
        assert job.current(config.instance) is not None


class TestStopped:
    def test_a_killed_process_goes_on_after_the_next_answer(self, office, monkeypatch):
        failing(monkeypatch, "read", KeyboardInterrupt(), KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            upload(office)
        with pytest.raises(KeyboardInterrupt):
            office.get("/admin/log")
        seen(office, "Laporan")

    def test_a_full_disk_is_said_and_the_import_goes_on_once_there_is_room(
        self, office, monkeypatch, slow
    ):
        ready(office)
        failing(monkeypatch, "advance", FULL)
        place = started(office)
        said = seen(office, "Impor berhenti di tengah jalan.", place)
        assert "Tempat di hosting penuh." in said
        assert send(office, f"{PAGE}/retry", place).status_code == 303
        seen(office, "Selesai.", place)
        assert count(Article) == 3

    def test_what_nobody_foresaw_is_said_too_and_logged(self, office, monkeypatch):
        failing(monkeypatch, "preview", ValueError("a fault of ours"))
        with pytest.raises(ValueError, match="a fault of ours"):
            upload(office) and office.get(PAGE)
        said = seen(office, "belum dapat dibaca")
        assert "Sebabnya ada di catatan galat server." in said
        send(office, f"{PAGE}/retry", PAGE)
        seen(office, "Laporan")

    def test_one_whose_files_are_gone_says_how_to_go_on(self, office, config, slow):
        ready(office)
        place = started(office)
        job.give_up(config.instance, db.session.scalars(select(ImportRun.id)).one())
        assert "Kirim berkas yang sama sekali lagi" in words(office.get(place))
        ready(office)
        assert started(office) == place
        seen(office, "Selesai.", place)
        assert count(Article) == 3

    def test_while_another_import_runs_nothing_is_lost(self, office, config, monkeypatch):
        monkeypatch.setattr(job, "WAIT", 0)
        ready(office)
        with run.alone(config.instance):
            assert "Laporan" in words(office.get(PAGE))
            answer = send(office, f"{PAGE}/start", PAGE)
            assert answer.status_code == 409
            assert "Impor lain sedang berjalan." in words(answer)
            assert upload(office).status_code == 409
        seen(office, "Selesai.", started(office))

    def test_what_another_version_wrote_is_no_job(self, office, config):
        ready(office)
        (job.folder(config.instance) / job.STATE).write_text(json.dumps({"system": "blogger"}))
        assert "Kirim dan periksa" in words(office.get(PAGE))

    def test_readers_and_strangers_do_not_wait_for_it(self, office, app, config, slow):
        upload(office)
        before = job.current(config.instance)
        stranger = app.test_client()
        stranger.get("/")
        stranger.get("/admin/login")
        assert job.current(config.instance) == before


@pytest.mark.parametrize("action", ["start", "retry", "cancellation", "1/undo"])
def test_no_button_works_without_the_sessions_token(office, slow, action):
    ready(office)
    place = started(office)
    assert db.session.scalars(select(ImportRun.stage)).one() is Stage.ARTICLES
    answer = office.post(f"{PAGE}/{action}", follow_redirects=True)
    assert answer.status_code in (200, 400)
    seen(office, "Selesai.", place)


@pytest.mark.parametrize("is_begun", [False, True], ids=["looked at", "begun"])
def test_after_a_restore_it_is_looked_at_again_in_the_site_that_is_there_then(
    office, config, is_begun
):
    kept = daily.make(config, config.timezone)
    ready(office)
    if is_begun:
        assert work.begin("Bu Camat")
    restore.bring_back(kept, config, config.timezone, "uji", replace=True)
    again = job.current(config.instance)
    assert (again.phase, again.run_id, again.done) == (job.Phase.LOOKING, 0, 0)
    assert count(ImportRun) == 0
    for _ in range(3):
        job.advance(config, work.given)
    assert job.current(config.instance).phase is job.Phase.READY
    report, _unread = job.found(config.instance)
    assert report.stored()
    assert work.begin("Bu Camat")
