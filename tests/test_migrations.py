"""The schema's history: up and down, and the models match it."""

from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from pnpm import migrations
from pnpm.database import db
from tests.conftest import on_sqlite, publish


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
