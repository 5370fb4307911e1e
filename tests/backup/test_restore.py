"""A site brought back: all that an archive holds in the place of all that is there, or nothing."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy.exc import OperationalError

from pnpm import create_app
from pnpm.accounts.models import Role, SignIn, User
from pnpm.articles.models import Article
from pnpm.audit.models import AuditAction, AuditEntry, ChangeSet, break_in_chain
from pnpm.backup import daily, export, restore
from pnpm.backup.archive import Unfit
from pnpm.backup.snapshot import opened
from pnpm.comments.models import Comment
from pnpm.comments.moderation import remove
from pnpm.db import db, migrations, now, retrying, transaction
from pnpm.markup.sanitizer import RENDERER
from pnpm.media.models import Picture
from pnpm.site_settings import Setting
from pnpm.web import jobs
from tests.conftest import SETTINGS, TOP, on_sqlite, publish, write
from tests.keeping import KEYS, STEP, add_picture, change, contents, killed

SLUG = "/2012/12/latar-belakang.html"


@pytest.fixture
def kept(site, config, tmp_path):
    """Its archive."""
    path = tmp_path / "site.zip"
    export.keep(path, config)
    return path


def bring_back(path, config, replace=True):
    return restore.bring_back(path, config, config.timezone, "uji", replace)


def go_on(app, article):
    """The site goes on after the backup: another text, a comment, a picture less, one more, another
    password.
    """
    with transaction():
        db.session.get(Article, article.id).title = "Lain"
        db.session.query(Picture).filter_by(key=KEYS[0]).delete()
    write(article, app, "sesudahnya", name="Rudi")
    shutil.rmtree(app.config["PNPM"].instance / "pictures" / KEYS[0][:2])
    add_picture(app.config["PNPM"].instance, "ef" * 16, b"baru")


HOSTILE = (
    "<script>alert(1)</script><form action=//a.id><input name=p></form><iframe "
    "src=//a.id></iframe><b onclick=x>ya</b>"
)


class TestItsHtml:
    """What the HTML of an archive says is not believed."""

    @pytest.fixture
    def forged(self, app, site, config, tmp_path):
        """A site whose comments and articles hold what no renderer makes, as if the newest one had;
        its archive.
        """
        with transaction():
            for made in (*db.session.query(Comment), *db.session.query(Article)):
                made.html = HOSTILE
            db.session.query(Comment).first().body = HOSTILE
        export.keep(path := tmp_path / "forged.zip", config)
        return path

    def test_it_is_made_anew_of_what_was_typed(self, app, client, forged):
        result = app.test_cli_runner().invoke(args=["restore", str(forged), "--replace"])
        assert result.exit_code == 0, result.output
        db.session.rollback()
        found = [made.html for made in (*db.session.query(Comment), *db.session.query(Article))]
        assert len(found) == 3
        assert not any(
            tag in html
            for html in found
            for tag in ("<script", "<form", "<input", "<iframe", "<b o")
        )
        assert "<b>ya</b>" in found[0]
        assert {comment.renderer for comment in db.session.query(Comment)} == {RENDERER}
        assert "<script>alert" not in client.get("/").text

    def test_what_cannot_be_rendered_is_its_words(self, app, forged, config, monkeypatch):
        def fail(*_values, **_options):
            raise RecursionError

        monkeypatch.setattr("pnpm.markup.sanitizer.comment_html", fail)
        bring_back(forged, config)
        db.session.rollback()
        assert db.session.query(Comment).first().html.startswith("&lt;script&gt;")


class TestBroughtBack:
    @pytest.mark.engines
    @pytest.mark.parametrize("where", ["self-contained", "in the pool"])
    def test_everything_is_as_it_was(self, app, site, config, kept, where):
        path = kept if where == "self-contained" else daily.make(config, config.timezone)
        before = contents(config.instance)
        go_on(app, site)
        assert contents(config.instance) != before
        bring_back(path, config)
        assert contents(config.instance) == before
        assert break_in_chain() is None

    @pytest.mark.engines
    def test_the_log_goes_on_and_says_so(self, app, site, config, kept):
        count = db.session.query(AuditEntry).count()
        bring_back(kept, config)
        db.session.rollback()
        assert db.session.query(AuditEntry).count() == count + 1
        entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert (entry.who, entry.action, entry.after["backup"]) == (
            "uji",
            AuditAction.RESTORED.value,
            "site.zip",
        )

    @pytest.mark.engines
    def test_what_is_written_then_has_numbers_of_its_own(self, app, site, config, kept):
        number = site.id
        bring_back(kept, config)
        db.session.remove()
        assert publish("Sesudah").id > number
        with transaction():
            ChangeSet("Bu Camat").record(AuditAction.MOVED, "comment", [(1, {}, {})])
        assert break_in_chain() is None

    @pytest.mark.engines
    def test_the_number_of_a_comment_that_is_gone_is_given_to_no_other(
        self, app, site, config, tmp_path
    ):
        (gone,) = write(site, app, "pergi selamanya")
        with transaction():
            remove([gone.id], ChangeSet("uji"))
        export.keep(path := tmp_path / "gone.zip", config)
        bring_back(path, config)
        db.session.rollback()
        assert write(site, app, "sesudahnya", name="Rudi")[0].id == gone.id + 1

    def test_what_was_there_is_kept_first(self, app, site, config, kept):
        go_on(app, site)
        before = contents(config.instance)
        path = bring_back(kept, config).before
        assert contents(config.instance) != before
        bring_back(path, config)
        assert contents(config.instance) == before

    @pytest.mark.engines
    def test_everybody_signs_in_again(self, app, site, config, kept, tmp_path):
        with transaction():
            SignIn.open(db.session.query(User).filter_by(name="Bu Camat").one(), "")
        export.keep(path := tmp_path / "signed-in.zip", config)
        bring_back(path, config)
        db.session.rollback()
        assert db.session.query(SignIn).count() == 0

    def test_a_picture_that_lost_a_file_or_was_damaged_is_mended(self, app, site, config, kept):
        before = contents(config.instance)
        folder = config.instance / "pictures" / KEYS[0][:2] / KEYS[0]
        (folder / "400.webp").unlink()
        (folder / "400.jpg").write_bytes(b"x" * (folder / "400.jpg").stat().st_size)
        bring_back(kept, config)
        assert contents(config.instance) == before

    def test_a_picture_that_lay_there_for_long_is_not_swept_before_the_database_knows_it(
        self, app, site, config, kept
    ):
        folder = config.instance / "pictures" / KEYS[0][:2] / KEYS[0]
        old = time.time() - 3 * 24 * 3600
        os.utime(folder, (old, old))
        bring_back(kept, config)
        assert time.time() - folder.stat().st_mtime < 60

    @pytest.mark.engines
    @pytest.mark.engines
    def test_it_does_not_wait_for_a_reader_whose_transaction_is_long(self, app, site, config, kept):
        with db.engine.connect() as reader:
            reader.execute(db.select(Comment)).all()
            assert bring_back(kept, config).accounts == []
        assert break_in_chain() is None

    def test_into_an_empty_site_it_needs_no_leave(
        self, app, site, config, kept, tmp_path, new_instance
    ):
        before = contents(config.instance)
        with new_instance(tmp_path / "other") as folder:
            other = create_app({"INSTANCE": folder, **SETTINGS})
            with other.app_context():
                done = bring_back(kept, other.config["PNPM"], replace=False)
                assert done.before is None
                assert contents(folder) == before
                db.session.remove()
                db.engine.dispose()

    @pytest.mark.engines
    def test_a_site_that_is_not_empty_is_not_replaced_unasked(self, app, site, config, kept):
        with pytest.raises(restore.NotEmpty):
            bring_back(kept, config, replace=False)

    @on_sqlite
    def test_after_the_loss_of_the_database_it_makes_the_tables(self, app, site, config, kept):
        before = contents(config.instance)
        db.session.remove()
        db.engine.dispose()
        for path in config.instance.glob("site.db*"):
            path.unlink()
        bring_back(kept, config, replace=False)
        assert contents(config.instance) == before

    @on_sqlite
    def test_the_command_brings_a_lost_site_back(self, app, site, config, kept):
        db.session.remove()
        db.engine.dispose()
        (config.instance / "made").write_text("site.db")
        for path in config.instance.glob("site.db*"):
            path.unlink()
        done = app.test_cli_runner().invoke(args=["restore", str(kept)])
        assert (done.exit_code, "Restored from" in done.output) == (0, True)

    @on_sqlite
    def test_a_damaged_database_is_said_to_be_moved_away(self, app, site, config, kept):
        db.session.remove()
        db.engine.dispose()
        for path in config.instance.glob("site.db*"):
            path.unlink()
        (config.instance / "site.db").write_bytes(b"garbage" * 10_000)
        with pytest.raises(Unfit, match=r"is damaged\. Move it away"):
            bring_back(kept, config)


@pytest.mark.engines
@on_sqlite
@pytest.mark.parametrize("revision", ["0001", "0003"])
def test_an_older_schema_is_brought_up(app, config, instance, tmp_path, revision):
    """An archive as that version of the program wrote it."""
    path, database = tmp_path / "old.zip", tmp_path / "site.db"
    with opened(f"sqlite:///{database}") as engine:
        migrations.upgrade(engine, revision)
    with closing(sqlite3.connect(database)) as rows:
        kept_as = {
            "id": 1,
            "slug": "lama",
            "title": "Lama",
            "body": "<p>a</p>",
            "html": "<p>a</p>",
            "status": "published",
        }
        kept_as |= {
            "published_at": "2012-12-20 00:00:00.000000",
            "created_at": "2012-12-20 00:00:00.000000",
        }
        columns = {name for _id, name, *_more in rows.execute("PRAGMA table_info(article)")}
        needed = [
            row for row in rows.execute("PRAGMA table_info(article)") if row[3] and row[4] is None
        ]
        values = {
            row[1]: kept_as.get(row[1], 0 if row[2].startswith(("INT", "BOOL")) else "")
            for row in needed
        } | {name: value for name, value in kept_as.items() if name in columns}
        rows.execute(
            f"INSERT INTO article ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            [*values.values()],
        )
        rows.commit()
    _archive(path, database, schema=revision)
    bring_back(path, config, replace=False)
    assert [article.title for article in db.session.query(Article)] == ["Lama"]
    assert migrations.of(db.engine) == migrations.newest()


def _archive(path, database, schema=None):
    """An archive with that database, as the program lists it."""
    with zipfile.ZipFile(path, "w") as archive:
        about = {
            "format": 1,
            "schema": schema or migrations.newest(),
            "made": now().isoformat(),
            "secrets": False,
            "files": [],
        }
        archive.writestr("list.json", json.dumps(about))
    change(path, "site.db", lambda _content: database.read_bytes())


def spoilt(*statements):
    """Spoil an archive: these statements run in its database."""

    def spoil(path):
        place = path.with_suffix(".spoilt")
        with zipfile.ZipFile(path) as archive:
            place.write_bytes(archive.read("site.db"))
        with closing(sqlite3.connect(place, isolation_level=None)) as rows:
            for statement in statements:
                rows.execute(statement)
        change(path, "site.db", lambda _content: place.read_bytes())

    return spoil


def listed(**changes):
    """Spoil an archive: its list says something else."""

    def spoil(path):
        change(
            path, "list.json", lambda content: json.dumps(json.loads(content) | changes).encode()
        )

    return spoil


def twice(path):
    """Spoil an archive: a file is in it twice, and is listed twice."""
    with zipfile.ZipFile(path) as archive:
        about, database = json.loads(archive.read("list.json")), archive.read("site.db")
    listed(files=[*about["files"], next(each for each in about["files"] if each[0] == "site.db")])(
        path
    )
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("site.db", database)


def bomb(path):
    """Spoil an archive: its database is 300 MB of nothing, in 300 kB."""
    change(path, "site.db", lambda content: content + bytes(300 << 20))


def lying(path):
    """Spoil an archive: a file says in the archive's directory that it is smaller than it is."""
    content = path.read_bytes()
    place = content.rindex(b"PK\x01\x02")
    path.write_bytes(content[: place + 24] + (10).to_bytes(4, "little") + content[place + 28 :])


def linked(path):
    """Spoil an archive: instead of a picture it has a symbolic link."""
    name = f"pictures/ab/{KEYS[0]}/400.webp"
    change(path, name, lambda _content: b"/etc/passwd")
    with zipfile.ZipFile(path) as archive:
        files = {entry: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in files.items():
            entry.external_attr = (0o120777 if entry.filename == name else 0o600) << 16
            archive.writestr(entry, content)


SPOILT = {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "rubbish": lambda path: path.write_bytes(b"not an archive"),
    "empty": lambda path: path.write_bytes(b""),
    "a byte changed": lambda path: path.write_bytes(
        path.read_bytes().replace(b"RIFF0", b"RIFF9", 1)
    ),
    "leading out": lambda path: change(path, "../../evil", lambda _content: b"x"),
    "absolute": lambda path: change(path, "/etc/cron.d/evil", lambda _content: b"x"),
    "leading out of the pictures": lambda path: change(
        path, "pictures/ab/../../../evil", lambda _content: b"x"
    ),
    "another file": lambda path: change(
        path, f"pictures/ab/{KEYS[0]}/evil.php", lambda _content: b"<?php"
    ),
    "another list": lambda path: change(path, "list.json", lambda _content: b"{}"),
    "a list of another kind": lambda path: change(path, "list.json", lambda _content: b"[1]"),
    "a list without end": lambda path: change(path, "list.json", lambda _content: b"[" * 100_000),
    "newer": listed(schema="9999"),
    "of a newer format": listed(format=2),
    "unlisted": listed(files=[]),
    "twice": twice,
    "a bomb": bomb,
    "lying of its size": lying,
    "a bomb of a list": lambda path: change(
        path, "list.json", lambda content: content + b" " * (40 << 20)
    ),
    "no database": lambda path: change(path, "site.db", lambda _content: b""),
    "no SQLite": lambda path: change(path, "site.db", lambda _content: b"SQLite format 4\0" * 1000),
    "a damaged database": lambda path: change(
        path, "site.db", lambda content: content[:5000] + b"\xff" * 9000 + content[14000:]
    ),
    "another program's": spoilt("DROP TABLE comment", "CREATE TABLE wp_comments (id)"),
    "without version": spoilt("DROP TABLE alembic_version"),
    "of a newer version": spoilt("UPDATE alembic_version SET version_num = '9999'"),
    "of an unknown version": spoilt("UPDATE alembic_version SET version_num = '0000'"),
    "a view for a table": spoilt(
        "DROP TABLE trust",
        "CREATE VIEW trust AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
        " SELECT id, '' AS name, '' AS address_hash, '' AS hashed_at, '' AS until FROM n",
    ),
    "a generated column": spoilt(
        "DROP TABLE trust",
        "CREATE TABLE trust (id INTEGER, name TEXT, address_hash TEXT, hashed_at TEXT,"
        " until TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))))",
        "INSERT INTO trust (id, name, address_hash, hashed_at) VALUES (1, '', '', '')",
    ),
    "a value of another kind": spoilt("UPDATE comment SET body = x'00ff'"),
    "a status that there is not": spoilt("UPDATE comment SET status = 'evil'"),
    "a moment that is none": spoilt("UPDATE comment SET created_at = 'yesterday'"),
    "a row that belongs to none": spoilt(
        "PRAGMA foreign_keys=OFF", "UPDATE comment SET article_id = 99"
    ),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_what_is_broken_foreign_or_newer_is_refused_in_one_line_and_nothing_touched(
    app, site, config, kept, spoil
):
    spoil(kept)
    before = contents(config.instance)
    files = {
        path for path in config.instance.rglob("*") if path.suffix not in (".db-wal", ".db-shm")
    }
    with pytest.raises(Unfit, match=r"^[^\n]+\.$"):
        bring_back(kept, config)
    assert contents(config.instance) == before
    new = {
        path for path in config.instance.rglob("*") if path.suffix not in (".db-wal", ".db-shm")
    } - files
    assert [path for path in new if path.name not in ("backups", "lock")] == []
    assert not os.path.exists("/etc/cron.d/evil")


def test_triggers_views_and_tables_of_its_own_are_not_run_and_not_taken_over(
    app, site, config, kept
):
    spoilt(
        "CREATE TABLE evil (id)",
        "CREATE VIEW worse AS SELECT * FROM user",
        "CREATE TRIGGER worst AFTER INSERT ON comment BEGIN UPDATE user SET role = 'admin'; END",
        "CREATE TRIGGER last BEFORE UPDATE ON article BEGIN SELECT RAISE(ABORT, 'no'); END",
    )(kept)
    before = contents(config.instance)
    bring_back(kept, config)
    assert contents(config.instance) == before
    write(site, app, "sesudahnya")


def test_a_link_comes_out_as_the_file_that_it_is(app, site, config, kept):
    linked(kept)
    bring_back(kept, config)
    file = config.instance / "pictures" / KEYS[0][:2] / KEYS[0] / "400.webp"
    assert (file.is_symlink(), file.read_bytes()) == (False, b"/etc/passwd")


def test_secrets_in_an_archive_are_named_and_left_there(app, site, config, tmp_path):
    (config.instance / "secret_key").write_text("sangat rahasia")
    export.keep(path := tmp_path / "secret.zip", config, with_secrets=True)
    change(path, "config.py", lambda _content: b"raise SystemExit('evil')")
    (config.instance / "secret_key").write_text("sekarang lain")
    assert bring_back(path, config).secrets == ["secret_key", "config.py"]
    assert (config.instance / "secret_key").read_text() == "sekarang lain"
    assert (
        not (config.instance / "config.py").is_file()
        or "evil" not in (config.instance / "config.py").read_text()
    )


@pytest.mark.parametrize("harm", ["missing", "changed", "cut off"])
def test_with_a_picture_missing_in_the_pool_nothing_is_brought_back(app, site, config, harm):
    path = daily.make(config, config.timezone)
    file = next((config.instance / "backups/pictures").glob("*/*/*"))
    content = file.read_bytes()
    file.unlink()
    if harm != "missing":
        file.write_bytes(b"x" * len(content) if harm == "changed" else content[:10])
    before = contents(config.instance)
    with pytest.raises(Unfit, match=r"^[^\n]+\.$"):
        bring_back(path, config)
    assert contents(config.instance) == before


@pytest.mark.engines
def test_the_downloaded_one_is_brought_back_elsewhere(app, site, config, tmp_path, new_instance):
    daily.make(config, config.timezone)
    length, chunks = daily.all_kept(config.instance)[0].packed()
    path = tmp_path / "taken.zip"
    path.write_bytes(b"".join(chunks))
    assert path.stat().st_size == length
    before = contents(config.instance)
    with new_instance(tmp_path / "other") as folder:
        other = create_app({"INSTANCE": folder, **SETTINGS})
        with other.app_context():
            bring_back(path, other.config["PNPM"], replace=False)
            assert contents(folder) == before
            db.session.remove()
            db.engine.dispose()


class TestServed:
    """What a process that goes on shows after a restore."""

    def test_a_kept_page_is_not_taken_for_fresh_when_numbers_come_again(
        self, app, config, client, tmp_path
    ):
        article = publish("Latar Belakang", datetime(2012, 12, 20, tzinfo=UTC))
        export.keep(path := tmp_path / "site.zip", config)
        write(article, app, "hilang nanti")
        assert "hilang nanti" in client.get(SLUG).text
        revision = _revision(article.id)
        bring_back(path, config)
        assert "hilang nanti" not in client.get(SLUG).text
        write(article, app, "sesudahnya", name="Siti")
        assert _revision(article.id) == revision, "or this shows nothing"
        page = client.get(SLUG).text
        assert "sesudahnya" in page
        assert "hilang nanti" not in page

    def test_words_and_rules_are_the_restored_ones(self, app, config, client, article, tmp_path):
        with transaction():
            Setting.change(name="Desa Lama")
        export.keep(path := tmp_path / "site.zip", config)
        with transaction():
            Setting.change(name="Desa Baru")
            Setting.put("lists", {"hold_words": "apa pun"})
        assert "Desa Baru" in client.get("/").text
        assert client.comment(SLUG, body="apa pun itu").status_code == 303
        assert db.session.query(Comment).one().status.value == "pending"
        bring_back(path, config)
        assert "Desa Lama" in client.get("/").text
        client.comment(SLUG, body="apa pun itu")
        assert db.session.query(Comment).one().status.value == "published"

    def test_housekeeping_goes_on(self, app, config, site, kept):
        bring_back(kept, config)
        jobs.tidy(now().date())
        assert len(contents(config.instance)["files"]) == 4


def _revision(number):
    db.session.rollback()
    db.session.expire_all()
    return db.session.get(Article, number).revision


@pytest.mark.engines
def test_a_comment_is_in_the_site_or_in_what_was_kept_of_it_before(
    app, site, config, kept, tmp_path
):
    """Comments keep coming while the site is replaced: each that was acknowledged is found in one
    of the two.
    """
    stop, written, article = threading.Event(), [], site.id

    def store(body):
        try:
            write(db.session.get(Article, article), app, body, name=f"Nama {body}")
        except OperationalError:  # a deadlock, after which a reader's form tries again, too
            db.session.rollback()
            raise

    def comment():
        with app.app_context():
            number = 0
            while not stop.is_set():
                number += 1
                body = f"sementara {number}"
                retrying(partial(store, body))
                written.append(body)
            db.session.remove()

    thread = threading.Thread(target=comment)
    thread.start()
    try:
        while len(written) < 5 and thread.is_alive():
            time.sleep(0.01)
        path = bring_back(kept, config).before
        count = len(written)
        while len(written) < count + 5 and thread.is_alive():
            time.sleep(0.01)
    finally:
        stop.set()
        thread.join()
    with zipfile.ZipFile(path) as archive:
        archive.extract("site.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "site.db")) as rows:
        before = {body for (body,) in rows.execute("SELECT body FROM comment")}
    db.session.rollback()
    after = {body for (body,) in db.session.query(Comment.body)}
    assert {*written} <= before | after
    assert db.session.get(Article, article, populate_existing=True).comment_count == len(after)
    assert break_in_chain() is None


@pytest.mark.engines
@pytest.mark.system
class TestKilled:
    def test_at_any_moment_the_site_is_the_old_one_or_the_new_one(
        self, app, site, config, kept, instance
    ):
        new = contents(instance)
        go_on(app, site)
        old, kills, moment = contents(instance), 0, 0
        while killed(instance, moment, "restore", "--replace", kept):
            kills, moment = kills + 1, moment + 4 * STEP
            assert contents(instance) in (old, new)
        assert kills > 1
        assert contents(instance) == new
        assert break_in_chain() is None

    @pytest.mark.parametrize("part", [0.2, 0.5, 0.8] if STEP == 1 else [0.5])
    def test_in_the_middle_of_the_transaction(self, app, site, config, instance, tmp_path, part):
        write(site, app, *[f"komentar {number}" for number in range(1500)])
        export.keep(path := tmp_path / "large.zip", config)
        new = contents(instance)
        go_on(app, site)
        old = contents(instance)
        process = _restoring(instance, path)
        began = time.monotonic()
        while not list(instance.glob("backups/*-before-restore.zip")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() - began < 60
            time.sleep(0.005)
        time.sleep(part * 0.5)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert contents(instance) in (old, new)
        assert break_in_chain() is None


def _restoring(instance, path):
    environment = os.environ | {
        "PNPM_INSTANCE": str(instance),
        "PNPM_SECRET_KEY": SETTINGS["SECRET_KEY"],
    }
    command = [sys.executable, "-m", "flask", "restore", "--replace", str(path)]
    return subprocess.Popen(
        command, cwd=TOP, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


@pytest.mark.engines
def test_an_account_of_later_is_gone(app, site, config, kept):
    with transaction():
        User.add("Rudi", Role.MODERATOR, "empat kata yang lain")
    bring_back(kept, config)
    db.session.rollback()
    assert "Rudi" not in [user.name for user in db.session.query(User)]
