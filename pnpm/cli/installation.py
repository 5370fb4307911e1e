"""Commands that make a site: its folder, key, schema and first account."""

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import replace

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import demo
from ..config import Config
from ..database import begin_writing, db
from .plain import PlainCommand, plainly
from .users import add_first


class Migrations(click.Command):
    """Stands for Flask-Migrate's commands until they are asked for: importing Alembic slows every cold start."""

    def make_context(self, info_name, args, parent=None, **extra):
        return _migrate().make_context(info_name, args, parent, **extra)


def _migrate():
    from flask_migrate import Migrate
    from flask_migrate.cli import db as group

    from ..migrations import FOLDER

    Migrate().init_app(current_app, db, directory=str(FOLDER))
    group.invoke = plainly(group.invoke)
    return group


migrations = Migrations("db", help="The schema, by Flask-Migrate: upgrade, downgrade, check …")


@click.command(cls=PlainCommand)
@click.option("--demo", "with_demo", is_flag=True, help="Add the demonstration articles and comments.")
@with_appcontext
def init(with_demo):
    """Make instance/, the secret key, the database at the newest schema, and the first account. Safe to run again."""
    from flask_migrate import upgrade

    config = _with_key(current_app.config["PNPM"])
    _migrate()
    upgrade()
    _hide(db.engine.url)
    if with_demo:
        begin_writing()
        demo.fill(config)
        db.session.commit()
    add_first()
    click.echo(f"Ready: {config.instance}")


def _with_key(config: Config) -> Config:
    """The settings with a secret key: a new one, readable by its owner alone, if there was none."""
    if config.secret_key:
        return config
    config.instance.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(dir=config.instance)  # readable by its owner alone
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    with suppress(FileExistsError):  # another process was first
        os.link(new, config.key_file)  # whole or not at all
    os.unlink(new)
    return replace(config, secret_key=config.key_file.read_text())


def _hide(url):
    """The database holds what readers did not mean for others on a shared host, such as their e-mail addresses."""
    if url.get_backend_name() == "sqlite" and url.database and os.path.isfile(url.database):
        os.chmod(url.database, 0o600)
