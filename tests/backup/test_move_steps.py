"""The steps of a move to another database: over every engine, whatever is written meanwhile."""

from contextlib import ExitStack

import pytest
from sqlalchemy import delete, insert, update

from pnpm.articles.models import Article
from pnpm.audit.models import ChangeSet, break_in_chain
from pnpm.backup import move_job, move_steps, synchronization, tables, target
from pnpm.backup.move_job import Phase
from pnpm.backup.schema import metadata
from pnpm.backup.snapshot import opened
from pnpm.comments.models import Comment
from pnpm.comments.moderation import remove
from pnpm.db import db, migrations, sequences, sqlite, transaction
from pnpm.site_settings import Setting
from pnpm.web import jobs
from tests.backup.test_transfer import _made as made
from tests.conftest import on_sqlite, write
from tests.keeping import contents


def begin(config, url, replaces=False):
    """A move to that database, which waits for nothing more."""
    url = target.address(url, config.instance)
    job = move_job.new(target.look_at(url), "Bu Camat", False, config.database_url)
    move_job.begin(config.instance, url, job)
    assert move_job.confirm(config.instance, job.key, "Bu Camat", replaces)


def finish(instance):
    for _ in range(20):
        jobs.move()
    return move_job.current(instance)


@on_sqlite
def test_over_every_engine_and_back_everything_is_alike(app, site, instance, monkeypatch):
    (gone,) = write(site, app, "pergi selamanya")
    with transaction():
        remove([gone.id], ChangeSet("uji"))
    before = contents(instance)
    with ExitStack() as servers:
        urls = [made(engine, servers, monkeypatch) for engine in ("mariadb", "postgresql")]
        for number, url in enumerate([*urls, "sqlite:///kembali.db"]):
            begin(app.config["PNPM"], url)
            for _ in range(9):
                if move_job.current(instance).phase is Phase.SWITCHING:
                    break
                move_steps.advance(app.config["PNPM"], app.config["PNPM"].timezone, 0)
            write(site, app, f"sementara {number}")
            before = contents(instance)
            job = finish(instance)
            assert (job.phase, job.fault, job.words) == (Phase.DONE, "", ""), url
            assert db.engine.dialect.name == url.partition("+")[0].partition(":")[0]
            assert contents(instance) == before
            assert break_in_chain() is None
            (after,) = write(site, app, f"sesudah {number}")
            assert after.id > gone.id
            move_job.give_up(instance)
        # the servers are gone before the site is
        db.session.remove()


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        ("refused", {"username": "bukan_siapa_siapa"}),
        ("unknown", {"database": "tidak_ada"}),
        ("rights", {"username": "pembaca"}),
    ],
)
@on_sqlite
@pytest.mark.parametrize("engine", ["mariadb", "postgresql"])
def test_what_a_server_refuses_is_told_apart(app, servers, engine, fault, change):
    url = target.make_url(servers[engine])
    if fault != "unknown":
        url = url.set(username="pembaca", password="benar")
    with pytest.raises(target.Unusable) as refused:
        target.look_at(url.set(**change).render_as_string(hide_password=False))
    assert refused.value.fault == fault


READER = {
    "mariadb": [
        "CREATE USER pembaca@'%' IDENTIFIED BY 'benar'",
        "GRANT SELECT ON {name}.* TO pembaca@'%'",
    ],
    "postgresql": [
        "CREATE ROLE pembaca LOGIN PASSWORD 'benar'",
        "REVOKE CREATE ON SCHEMA public FROM public",
    ],
}


@pytest.fixture(scope="module")
def servers():
    """An empty database on a server of each engine, where somebody may read and no more."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        urls = {}
        for engine, statements in READER.items():
            url = urls[engine] = made(engine, stack, patch)
            with opened(url) as administrator, administrator.begin() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement.format(name="moved").replace("%", "%%"))
        yield urls


@pytest.fixture
def copy(site, tmp_path):
    """An engine for an empty database with our tables."""
    with opened(f"sqlite:///{tmp_path}/copy.db") as engine:
        sqlite.make(engine)
        migrations.upgrade(engine)
        with engine.begin() as connection:
            tables.empty(connection)
        yield engine


def sums(engine):
    with engine.connect() as connection:
        return {
            name: tables.fingerprint(connection, table) for name, table in metadata.tables.items()
        }


def test_a_copy_goes_on_after_whatever_row_it_was_broken_off(app, site, copy, monkeypatch):
    monkeypatch.setattr(tables, "BATCH", 2)
    write(site, app, *[f"komentar {number}" for number in range(7)])
    with db.engine.connect() as source:
        rounds = [0]
        while rows := next(synchronization.copied(source, copy), None):
            assert 0 < rows - rounds[-1] <= 2
            rounds.append(rows)
    assert len(rounds) > 5
    assert sums(copy) == sums(db.engine)


def synchronized(copy):
    with db.engine.connect() as source, copy.begin() as there:
        return synchronization.synchronize(source, there)


def test_what_was_added_changed_or_deleted_since_is_brought_over(app, site, copy):
    with db.engine.connect() as source:
        list(synchronization.copied(source, copy))
    first, answered = write(site, app, "satu lagi", "dua lagi")
    (answer,) = write(site, app, "jawaban", parent=answered.id)
    assert synchronized(copy) == []
    with transaction():
        db.session.get(Article, site.id, populate_existing=True).title = "Lain"
        ChangeSet("uji").record(move_steps.AuditAction.SAVED, "article", [(site.id, {}, {})])
        Setting.keep("baru", 1)
        for number in (answer.id, answered.id):
            db.session.execute(delete(Comment).where(Comment.id == number))
    assert first.id
    assert synchronized(copy) == []
    assert sums(copy) == sums(db.engine)
    with copy.connect() as there, db.engine.connect() as here:
        numbers = sequences.last_numbers(here, metadata.sorted_tables)
        assert numbers["comment"] > 2
        assert there.scalar(db.select(db.func.count()).select_from(Comment)) == 3


def test_two_rows_that_have_changed_places_are_no_obstacle(app, site, copy, config):
    with transaction():
        for name in ("a", "b"):
            db.session.execute(insert(Setting.__table__).values(name=name, value=name))
        other = Article.__table__
        row = dict(db.session.execute(db.select(other)).one()._mapping)
        db.session.execute(insert(other).values(row | {"id": row["id"] + 1, "slug": "lain"}))
    begin(config, "sqlite:///baru.db")
    for _ in range(9):
        if move_job.current(config.instance).phase is Phase.SWITCHING:
            break
        move_steps.advance(config, config.timezone, 0)
    with transaction():
        for slug, number in (("x", 1), (row["slug"], 2), ("lain", 1)):
            db.session.execute(update(other).where(other.c.id == number).values(slug=slug))
    before = contents(config.instance)
    assert finish(config.instance).phase is Phase.DONE
    assert contents(config.instance) == before


def test_a_host_that_ends_the_process_each_time_is_told_so(app, site, config, monkeypatch):
    begin(config, "sqlite:///baru.db")
    job = move_job.current(config.instance)
    job.phase, job.tries = Phase.COPYING, move_steps.MOST_TRIES
    move_job.save(config.instance, job)
    jobs.move()
    job = move_job.current(config.instance)
    assert (job.phase, job.fault, job.failed_at) == (Phase.FAILED, "slow", "copying")


def test_the_old_database_is_as_it_was(app, site, config):
    old = sums(db.engine)
    begin(config, "sqlite:///baru.db")
    assert finish(config.instance).phase is Phase.DONE
    with opened(config.database_url) as engine:
        assert sums(engine) == old
