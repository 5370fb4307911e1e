"""The schema brought up on every engine: a step that fails, or a process that is killed in it,
costs nothing of what is there.
"""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import inspect, text

from pnpm.audit.models import break_in_chain
from pnpm.backup import tables
from pnpm.backup.schema import metadata
from pnpm.db import db, migrations
from pnpm.db.migrations import snapshot
from tests.conftest import TOP, drop_tables, write
from tests.engines import ENGINE
from tests.web.test_setup import ask, upload

pytestmark = pytest.mark.engines

on_mariadb = pytest.mark.skipif(
    ENGINE != "mariadb", reason="only MariaDB and MySQL need a mark: TEST_ENGINE=mariadb"
)
STEP = (
    'op.execute("CREATE TABLE more (id INTEGER PRIMARY KEY)"); op.execute("ALTER TABLE comment '
    'ADD COLUMN more INTEGER")'
)
FAILING = f'{STEP}; op.execute("SELECT 1 FROM nowhere")'
SLOW = f"{STEP}; open(os.environ['PNPM_INSTANCE'] + '/under way', 'w').close(); time.sleep(60)"


@pytest.fixture
def site(app, article, tmp_path):
    """An article with comments, as everything in the site's database."""
    write(article, app, "satu 😊", "dua :))", name="Sîti")
    db.session.remove()
    return everything()


def everything():
    """The revision, the tables with their columns, and a sum of all that the models know."""
    db.session.remove()
    with db.engine.connect() as connection:
        found = inspect(connection)
        shape = {
            name: sorted(column["name"] for column in found.get_columns(name))
            for name in found.get_table_names()
        }
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return (
            revision,
            shape,
            [tables.fingerprint(connection, table) for table in metadata.sorted_tables],
        )


@pytest.fixture(autouse=True)
def clean(app):
    """What the steps made is taken away, for who uses the database next."""
    yield
    if inspect(db.engine).has_table("more"):
        drop_tables("more")


def test_a_step_that_fails_leaves_everything_as_it_was(site, instance):
    program = upload(instance / "x", FAILING)
    ((status, said),) = ask(program, instance, "/")
    assert (status, "Pembaruan basis data gagal" in said) == (503, True)
    assert everything() == site
    assert break_in_chain() is None


def test_the_next_process_finishes_what_a_killed_one_began(site, instance):
    slow, quick = upload(instance / "x", SLOW, "slow"), upload(instance / "x", STEP, "quick")
    code = (
        "from passenger_wsgi import application; from werkzeug.test import Client; "
        "Client(application).get('/')"
    )
    for _kill in range(2):
        running = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=slow,
            env=os.environ | {"PNPM_INSTANCE": str(instance)},
        )
        wait_for(instance)
        running.send_signal(signal.SIGKILL)
        running.wait()
    ((status, _said),) = ask(quick, instance, "/healthz")
    assert status == 200
    revision, shape, sums = everything()
    assert (revision, "more" in shape, "more" in shape["comment"]) == ("9999", True, True)
    assert sums == site[2]


def wait_for(instance):
    """Until the step is under way: it says so itself, by a file."""
    mark = instance / "under way"
    for _ in range(300):
        if mark.exists():
            return mark.unlink()
        time.sleep(0.1)
    raise TimeoutError


def test_other_programs_tables_in_the_same_database_are_left_alone(site, instance):
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE wp_posts (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO wp_posts VALUES (7)"))
    ask(upload(instance / "x", FAILING), instance, "/")
    with db.engine.begin() as connection:
        assert connection.scalar(text("SELECT id FROM wp_posts")) == 7
        connection.execute(text("DROP TABLE wp_posts"))
    assert everything()[0] == migrations.newest()


@pytest.mark.parametrize(
    "change", ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version"]
)
def test_tables_of_no_version_that_is_known_are_not_touched(site, instance, change):
    with db.engine.begin() as connection:
        connection.execute(text(change))
    ((status, said),) = ask(TOP, instance, "/")
    assert (status, "Pembaruan basis data gagal" in said or "Basis data hilang" in said) == (
        503,
        True,
    )
    assert [
        tables.fingerprint(db.session.connection(), table) for table in metadata.sorted_tables
    ] == site[2]


@on_mariadb
def test_a_mark_that_was_left_when_all_was_done_brings_nothing_back(site, app, instance):
    """A process is killed between the last step and the removal of its mark; then people go on
    writing.
    """
    folder = instance / "backups"
    folder.mkdir(exist_ok=True)
    snapshot.keep(db.engine, folder / snapshot.NOTHING, None)
    (folder / snapshot.MARK).write_text(f"{snapshot.NOTHING} {migrations.newest()}")
    ((status, _said),) = ask(upload(instance / "x", STEP), instance, "/healthz")
    assert (status, everything()[2]) == (200, site[2])
