"""Commands that install a site: its folder, key, schema and first account."""

from functools import wraps

import click
from flask import current_app
from flask.cli import with_appcontext

from pnpm.db import db
from pnpm.web import setup

from . import demo
from .errors import PlainCommand, plainly
from .users import add_first


class Migrations(click.Command):
    """Stands in for Flask-Migrate's commands until one is asked for: importing Alembic slows every
    cold start.
    """

    def make_context(self, info_name, args, parent=None, **extra):
        return _migrate().make_context(info_name, args, parent, **extra)


def _migrate():
    from flask_migrate import Migrate
    from flask_migrate.cli import db as group

    from pnpm.backup.schema import metadata
    from pnpm.db.migrations import FOLDER

    migrate = Migrate(current_app, db, directory=str(FOLDER))

    @migrate.configure
    def compare_all_tables(alembic):
        alembic.attributes["metadata"] = metadata
        return alembic

    for name in ("upgrade", "downgrade"):
        group.commands[name].callback = _kept_first(group.commands[name].callback)
    group.invoke = plainly(group.invoke)
    return group


def _kept_first(change):
    @wraps(change)
    def changed(*given, **more):
        from pnpm.db import upgrade

        if kept := upgrade.keep(db.engine, current_app.config["PNPM"].instance / setup.BACKUPS):
            click.echo(f"The database as it was: {kept}")
        return change(*given, **more)

    return changed


migrations = Migrations("db", help="The schema, by Flask-Migrate: upgrade, downgrade, check …")


@click.command(cls=PlainCommand)
@click.option(
    "--demo", "with_demo", is_flag=True, help="Add the demonstration articles and comments."
)
@with_appcontext
def init(with_demo):
    """Make instance/, the secret key, the database at the newest schema, and the first account.
    Safe to run again.
    """
    try:
        setup.make(current_app, is_asked=True)
    except setup.SetupFailed as unready:
        raise click.ClickException(f"{unready.title}. {unready.advice}") from unready
    config = current_app.config["PNPM"]
    if with_demo:
        demo.fill(config)
    add_first()
    click.echo(f"Ready: {config.instance}")
