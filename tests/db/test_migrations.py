"""The schema's history: up and down, and the models match it."""

from datetime import datetime

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Boolean, DateTime, MetaData, String, func, insert, inspect, select

from pnpm.accounts.models import Role, User
from pnpm.db import db, migrations, transaction
from tests.conftest import on_sqlite, publish

pytestmark = pytest.mark.engines


def flask(app, *arguments):
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_newest_step_is_alembics_head():
    assert ScriptDirectory(migrations.FOLDER).get_current_head() == migrations.newest()


def test_the_models_match_the_schema(app):
    flask(app, "db", "check")


def test_it_goes_down_to_nothing_and_up_again(app):
    publish("satu")
    flask(app, "db", "downgrade", "base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    flask(app, "db", "upgrade")
    assert {"article", "comment", "setting"} < set(inspect(db.engine).get_table_names())


def test_each_step_goes_up_and_down_with_rows_in_every_table(app):
    steps = [script.revision for script in ScriptDirectory(migrations.FOLDER).walk_revisions()][
        ::-1
    ]
    flask(app, "db", "downgrade", "base")
    for step in steps:
        before = rows()
        flask(app, "db", "upgrade", step)
        assert all(rows()[name] >= count for name, count in before.items())
        fill()
    full = rows()
    assert {"article", "comment", "log_entry", "picture"} < full.keys() and min(full.values()) > 0
    flask(app, "db", "check")
    for step in [*steps[-2::-1], "base"]:
        flask(app, "db", "downgrade", step)
        assert {
            name: count
            for name, count in rows().items()
            if count < full[name] and name != "setting"
        } == {}
    flask(app, "db", "upgrade")
    flask(app, "db", "check")


def test_an_officers_address_of_0_9_0_stays_in_use(app):
    with transaction():
        for name, email in (("Bu Camat", "camat@desa.example"), ("Rudi", "")):
            User.add(name, Role.MODERATOR, "sawah luas sekali").email = email
    flask(app, "db", "downgrade", "0008")
    flask(app, "db", "upgrade")
    db.session.expire_all()
    assert [user.name for user in User.by_name() if user.is_reached] == ["Bu Camat"]


def rows():
    """How many rows each table has."""
    metadata = MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection)
        tables = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in tables
        }


def fill():
    """Put a row into each table that has none, whatever its columns are at that step."""
    metadata = MetaData()
    with db.engine.connect().execution_options(writes=True) as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if not connection.scalar(select(func.count()).select_from(table)):
                connection.execute(
                    insert(table), {column.name: value_for(column) for column in table.columns}
                )
        connection.commit()


def value_for(column):
    """Something that a column of its type takes; what refers to another row refers to the first."""
    if column.name == "parent_id":
        return None
    if isinstance(column.type, JSON):
        return []
    if isinstance(column.type, String):
        return "deleted"[: column.type.length]
    return (
        datetime(2026, 11, 1)
        if isinstance(column.type, DateTime)
        else 1
        if not isinstance(column.type, Boolean)
        else True
    )


@on_sqlite
def test_a_copy_is_kept_before_it_is_changed(app, instance):
    said = flask(app, "db", "downgrade", "0003")
    kept = instance / "backups" / f"before-upgrade-{migrations.newest()}.db"
    assert f"The database as it was: {kept}\n" in said
    assert kept.stat().st_mode & 0o077 == 0


@on_sqlite
def test_foreign_keys_hold_again_after_a_migration(app):
    flask(app, "db", "upgrade")
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
