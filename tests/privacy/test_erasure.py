"""Erasing what the site holds about a person: nothing of it is left, anywhere, and nothing of
anybody else's is touched.
"""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from pnpm.audit.models import AuditEntry, ChangeSet, break_in_chain, digest
from pnpm.backup import daily, export, restore, transfer
from pnpm.comments import moderation, own
from pnpm.comments.models import Comment, Status
from pnpm.comments.submission import Refused
from pnpm.comments.trust import Trust, trust
from pnpm.db import db, now, transaction
from pnpm.imports import orphans, record_json
from pnpm.imports.records import ArchivedComment, ArchivedSite, System
from pnpm.markup.sanitizer import comment_html
from pnpm.privacy import answers, intake, matches, residue
from pnpm.privacy.models import DataRequest, Kind, Stage
from pnpm.site_settings import Setting
from tests.conftest import on_sqlite, write
from tests.privacy.conftest import EMAIL, FORMER, KEY, NAME, TEXT, TRACES, ask

URL = "/2012/12/latar-belakang.html"


def everything(request):
    """The keys of all that was found for a request."""
    return [item.key for item in matches.find(request).items]


def erase(request, keys=None, is_anonymous=False):
    with transaction():
        held = intake.held(request.id)
        answers.choose(held, everything(held) if keys is None else keys)
        answers.erase_chosen(held, is_anonymous, KEY, "Bu Camat")


def finish(request, app):
    """The answer is handed over, and the files are cleared."""
    with transaction():
        answers.answer(intake.held(request.id), "Sudah dihapus.", False, "Bu Camat")
    with transaction():
        answers.deliver(intake.held(request.id), "Bu Camat")
    assert residue.clear(app.config["PNPM"])


def told_in(texts):
    """Which of the traces are in any of these texts."""
    whole = "\n".join(texts).lower()
    return [trace for trace in TRACES if trace.lower() in whole]


def rows():
    """Every value of every table, as text."""
    db.session.rollback()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(db.select(table)):
                yield f"{table.name} {list(row)}"


def files(instance):
    """The content of every file of a site but its backups."""
    for path in instance.rglob("*"):
        if path.is_file() and "backups" not in path.parts:
            yield path.read_bytes().decode("latin-1")


@pytest.mark.engines
class TestWholeErasure:
    def test_before_it_the_traces_are_all_there(self, person):
        ask()
        assert told_in(rows()) == list(TRACES)

    def test_no_table_has_a_trace_afterwards(self, app, person):
        request = ask()
        erase(request)
        finish(request, app)
        assert [row for row in rows() if told_in([row])] == []

    def test_the_log_still_holds(self, app, person):
        erase(ask())
        assert break_in_chain() is None
        erased = [
            (entry.action, entry.number)
            for entry in db.session.query(AuditEntry)
            if entry.subject == "comment" and entry.action == "erased"
        ]
        assert erased == [("erased", number) for number in person[:2]]

    def test_what_others_wrote_stays(self, app, person, article):
        (other,) = write(article, app, "Tidak ada hubungannya.", name="Wati")
        erase(ask())
        reply = db.session.get(Comment, person[2], populate_existing=True)
        assert (reply.name, reply.status, reply.parent_id) == ("Budi", Status.PENDING, None)
        assert db.session.get(Comment, other.id).body == "Tidak ada hubungannya."
        assert Setting.get("lists", {})["hold_names"] == "Anonim Jahat\nLain"

    def test_a_backup_from_before_brings_nothing_back(self, app, person, config, tmp_path):
        export.keep(path := tmp_path / "site.zip", config)
        request = ask()
        erase(request)
        finish(request, app)
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert [row for row in rows() if told_in([row])] == []
        assert break_in_chain() is None
        assert db.session.query(Comment).one().name == "Budi"


class TestAnonymous:
    @pytest.mark.engines
    def test_the_words_stay_without_their_author(self, app, client, person):
        keys = [f"comment-{person[0]}"]
        erase(ask(), keys, is_anonymous=True)
        comment = db.session.get(Comment, person[0], populate_existing=True)
        assert (comment.body, comment.name, comment.email) == (TEXT, "", "")
        assert (comment.website, comment.address_hash, comment.reasons) == ("", "", [])
        assert comment.signals is comment.marks is None
        page = client.page(URL)
        assert page.select_one(f"#comment-{comment.id} .comment__author").text.strip() == "Anonim"
        assert NAME not in page.text

    def test_a_backup_does_not_bring_the_author_back(self, app, person, config, tmp_path):
        export.keep(path := tmp_path / "site.zip", config)
        request = ask()
        erase(request, is_anonymous=True)
        finish(request, app)
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        db.session.rollback()
        found = {comment.id: comment for comment in db.session.query(Comment)}
        assert {*found} == {*person}
        assert (found[person[0]].name, found[person[0]].body) == ("", TEXT)
        assert not [row for row in rows() if told_in([row]) not in ([], ["Watampalle"])]


@on_sqlite
class TestFiles:
    def test_nothing_is_left_in_any_file(self, app, client, person, config, instance):
        request = ask()
        client.get(URL)
        (instance / "kept").mkdir(exist_ok=True)
        (instance / "kept/page").write_text(TEXT)
        (instance / "requests").mkdir(exist_ok=True)
        saved = {"path": "/admin/comments/1/text", "fields": [["body", TEXT]]}
        (instance / "requests/a.json").write_text(json.dumps(saved))
        (instance / "backups").mkdir(exist_ok=True)
        (instance / "backups/before-upgrade-0008.db").write_text(TEXT)
        erase(request)
        finish(request, app)
        client.get(URL)
        assert told_in(files(instance)) == []
        assert not list((instance / "backups").glob("before-upgrade-*"))

    @pytest.mark.parametrize(
        ("is_anonymous", "left"), [(False, ["", "Budi"]), (True, ["", "", "Budi"])]
    )
    def test_nor_among_comments_without_an_article(self, app, person, instance, is_anonymous, left):
        (instance / "imports").mkdir()
        path = instance / "imports" / orphans.NAME.format(key="1")
        about = {"created_at": now() - timedelta(days=900), "text": "Setuju"}
        comments = [
            ArchivedComment("c1", name=NAME, email=EMAIL, **about),
            ArchivedComment("c2", name="Budi", **about),
        ]
        orphans.write(path, System.DISQUS, ArchivedSite("s"), map(record_json.packed, comments))
        request = ask()
        erase(request, is_anonymous=is_anonymous)
        finish(request, app)
        found = [getattr(one, "name", "") for one in orphans.read(path, System.DISQUS)]
        assert found == left
        assert told_in([path.read_text()]) == []

    def test_nor_of_what_was_deleted_before_files_were_overwritten(self, app, person, instance):
        with closing(sqlite3.connect(instance / "site.db", isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete=OFF")
            connection.execute("INSERT INTO setting VALUES ('old', ?)", [TEXT * 200])
            connection.execute("DELETE FROM setting WHERE name = 'old'")
        request = ask()
        erase(request)
        finish(request, app)
        assert told_in(files(instance)) == []

    def test_an_article_that_waits_to_be_saved_stays(self, app, person, instance):
        (instance / "requests").mkdir(exist_ok=True)
        saved = {"path": "/admin/articles/new", "fields": [["body", "seharian"]]}
        (instance / "requests/a.json").write_text(json.dumps(saved))
        request = ask()
        erase(request)
        finish(request, app)
        assert (instance / "requests/a.json").exists()

    def test_the_database_is_not_shorter_and_takes_comments_as_before(
        self, app, person, article, instance
    ):
        write(article, app, *("x" * 2000 + str(number) for number in range(300)), name=NAME)
        with closing(sqlite3.connect(instance / "site.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = (instance / "site.db").stat().st_size
        keys = [f"comment-{row.id}" for row in db.session.query(Comment).filter_by(name=NAME)]
        request = ask()
        erase(request, keys)
        finish(request, app)
        assert (instance / "site.db").stat().st_size >= size
        write(article, app, "sesudahnya")

    def test_while_somebody_reads_it_is_tried_again(self, app, person, instance, monkeypatch):
        monkeypatch.setattr(residue, "BUSY_SECONDS", 0)
        request = ask()
        erase(request)
        with closing(sqlite3.connect(instance / "site.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM comment").fetchone()
            assert not residue.clear(app.config["PNPM"])
        assert residue.is_left()
        assert residue.clear(app.config["PNPM"])
        assert not residue.is_left()


class TestRestore:
    def test_the_list_is_in_the_backups(self, app, person, config, tmp_path):
        erase(ask())
        export.keep(path := tmp_path / "site.zip", config)
        with transaction():
            db.session.connection().execute(db.text("DELETE FROM erasure"))
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert db.session.execute(db.text("SELECT count(*) FROM erasure")).scalar() > 2

    def test_it_holds_nothing_about_a_person(self, app, person):
        erase(ask())
        listed = [row for row in rows() if row.startswith("erasure ")]
        assert listed and told_in(listed) == []

    def test_a_comment_of_another_site_with_that_number_stays(
        self, app, person, article, config, tmp_path
    ):
        with transaction():
            db.session.get(Comment, person[0]).created_at -= timedelta(days=9)
        export.keep(path := tmp_path / "other.zip", config)
        with transaction():
            db.session.get(Comment, person[0]).created_at += timedelta(days=9)
        erase(ask(), [f"comment-{person[0]}"])
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert db.session.get(Comment, person[0]).body == TEXT

    def test_what_had_her_address_and_was_deleted_before_does_not_come_back(
        self, app, person, config, tmp_path
    ):
        export.keep(path := tmp_path / "site.zip", config)
        with transaction():
            moderation.take_out(db.session.connection(), [person[1]])
        request = ask()
        erase(request)
        finish(request, app)
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert [comment.name for comment in db.session.query(Comment)] == ["Budi"]

    def test_what_she_did_not_want_erased_comes_back(self, app, person, config, tmp_path):
        export.keep(path := tmp_path / "site.zip", config)
        erase(ask(), [f"comment-{person[0]}"])
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert db.session.get(Comment, person[1]).name == NAME

    def test_what_she_writes_afterwards_stays(self, app, person, article, config, tmp_path):
        erase(ask())
        (later,) = write(article, app, "Saya menulis lagi.", name=NAME)
        with transaction():
            db.session.get(Comment, later.id).email = EMAIL
        export.keep(path := tmp_path / "site.zip", config)
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert db.session.get(Comment, later.id).name == NAME

    def test_requests_of_the_running_site_stay_and_old_ones_do_not_come_back(
        self, app, person, config, tmp_path
    ):
        old = ask(kind=Kind.SEE, stage=Stage.DELIVERED, answered_at=now())
        export.keep(path := tmp_path / "site.zip", config)
        with transaction():
            db.session.delete(intake.held(old.id))
        number = ask(name="Wati", email="").id
        db.session.remove()
        restore.bring_back(path, config, config.timezone, "uji", replace=True)
        assert [(row.id, row.name) for row in db.session.query(DataRequest)] == [(number, "Wati")]

    def test_a_day_s_backup_is_made_as_before(self, app, person, config):
        erase(ask())
        assert daily.make(config, config.timezone).exists()

    def test_another_database_gets_the_list_too(self, app, person, tmp_path):
        erase(ask())
        with transfer.destination(f"sqlite:///{tmp_path}/other.db") as target:
            transfer.move(target, lambda rows: lambda step: None)
            with target.connect() as connection:
                assert connection.execute(db.text("SELECT count(*) FROM erasure")).scalar() > 2


def test_feeds_and_pages_show_nothing_any_more(app, client, person):
    client.get(URL), client.get("/feeds/comments/default")
    erase(ask())
    for address in (URL, "/", "/feeds/comments/default", "/feeds/posts/default"):
        assert told_in([client.get(address).text]) == [], address


def test_trust_in_somebody_else_with_the_id_of_one_that_was_revoked_stays(app, person):
    request = ask()
    (key,) = [each for each in everything(request) if each.startswith("trust-")]
    hers, other = (db.session.get(Comment, number) for number in (person[0], person[2]))
    with transaction():
        answers.choose(intake.held(request.id), [key])
        trust(NAME, hers.address_hash, None, False, ChangeSet("Bu Camat"))
    with transaction():
        trust("Budi", other.address_hash, None, True, ChangeSet("Bu Camat"))
    with transaction():
        answers.erase_chosen(intake.held(request.id), False, KEY, "Bu Camat")
    assert [each.name for each in db.session.query(Trust)] == ["Budi"]


def test_without_a_name_nobody_else_s_request_is_found(app):
    ask(name="", email="lain@contoh.id", stage=Stage.DELIVERED)
    assert matches.find(ask(name="")).items == []


def test_a_request_that_is_confirmed_meanwhile_stays_as_it_is(app):
    other, request = ask(stage=Stage.UNCONFIRMED, confirmed_at=None), ask()
    with transaction():
        answers.choose(intake.held(request.id), [f"request-{other.id}"])
    with transaction():
        intake.confirm(intake.held(other.id))
    with transaction():
        answers.erase_chosen(intake.held(request.id), False, KEY, "Bu Camat")
    assert db.session.get(DataRequest, other.id, populate_existing=True).email == EMAIL


def test_no_hash_of_what_was_corrected_is_left_in_the_log(app, person):
    request = ask(kind=Kind.CORRECT)
    with transaction():
        comment, asked = db.session.get(Comment, person[0]), intake.held(request.id)
        changes = {"name": NAME, "website": "", "body": "Benar."}
        answers.correct(comment, asked, ChangeSet("Bu Camat"), comment_html, **changes)
    log = "".join(f"{entry.before} {entry.after}" for entry in db.session.query(AuditEntry))
    assert digest(FORMER) not in log and digest(TEXT) not in log
    assert break_in_chain() is None


def test_after_an_erasure_no_answer_has_a_link_to_a_copy(app, person):
    request = ask()
    erase(request)
    with transaction():
        answers.answer(intake.held(request.id), "Sudah dihapus.", True, "Bu Camat")
    assert not db.session.get(DataRequest, request.id).is_shared


def test_who_wrote_what_is_anonymous_now_does_not_change_it(app, article):
    (comment,) = write(article, app, TEXT, name=NAME)
    own.check(comment)
    erase(ask(), [f"comment-{comment.id}"], is_anonymous=True)
    with pytest.raises(Refused):
        own.check(db.session.get(Comment, comment.id, populate_existing=True))


def test_a_second_erasure_finds_nothing(app, person):
    request = ask()
    erase(request)
    assert matches.find(request).items == []
