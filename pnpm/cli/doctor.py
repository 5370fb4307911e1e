"""`flask doctor`: is all well here? A check is a small function that says what is fine, or raises what is not."""

import os
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from .. import migrations
from ..config import Config
from ..database import db
from ..models import User
from ..models.log import break_in_chain
from .plain import PlainCommand

OTHERS = 0o077  # what the owner's group and everybody else may do with a file


class Ill(Exception):
    """What is wrong, why it matters, and what to do, in one line."""


class Fatal(Ill):
    """The same, and nothing after it can be checked."""


@click.command(cls=PlainCommand)
@with_appcontext
def doctor():
    """Check the installation, one line a check; exits with 1 when something must be mended."""
    is_ill = False
    for check in CHECKS:
        try:
            click.echo(f"fine  {check(current_app.config['PNPM'])}")
        except Ill as found:
            is_ill = True
            click.echo(f"MEND  {found}")
            if isinstance(found, Fatal):
                break
    click.get_current_context().exit(1 if is_ill else 0)


def _key(config: Config):
    """The secret key is there, and nobody else can read its file."""
    if not config.secret_key:
        raise Ill("There is no secret key, so nobody can comment or sign in. Run `flask init`, which makes one.")
    file = config.key_file
    if os.name == "posix" and file.is_file() and file.stat().st_mode & OTHERS:
        raise Ill(f"Others on this server can read the secret key, and sign in as anyone with it. Run: chmod 600 {file}")
    return "The secret key is there, and only its owner can read it."


def _database(config: Config):
    """The database answers. SQLite would make a file that is missing, so that is looked for first."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise Fatal(f"There is no database at {url.database}, so the site shows nothing. Run `flask init`, which makes it.")
    try:
        db.session.connection()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise Fatal(f"The database does not answer ({reason}), so the site shows nothing. Look at PNPM_DATABASE_URL.") from error
    return "The database answers."


def _schema(config: Config):
    """The tables are those of this version of the program."""
    try:
        current, newest = migrations.current(), migrations.newest()
    except SQLAlchemyError as error:
        raise Fatal("The database has no tables yet, so the site shows nothing. Run `flask init`.") from error
    if current and current > newest:
        raise Fatal(f"The database is of a newer version of the program ({current}, not {newest}). Put that version here.")
    if current != newest:
        raise Fatal(f"The tables are of an older version ({current}, not {newest}), so pages fail. Run `flask db upgrade`.")
    return f"The tables are those of this version ({current})."


def _admin(config: Config):
    """Somebody can sign in and do everything."""
    admins = sum(user.is_admin for user in db.session.scalars(User.everyone()))
    if not admins:
        raise Ill("No account is an admin: nobody can change settings. Run `flask user add NAME --role admin`, or open /admin/.")
    return f"Accounts that may do everything: {admins}."


def _log(config: Config):
    """Nobody has changed the log behind the program's back."""
    if broken := break_in_chain():
        raise Ill(f"The log is not whole: {broken}. Somebody changed the database by hand; compare it with a backup.")
    return "The log is whole: no entry was changed, removed or slipped in."


CHECKS = _key, _database, _schema, _admin, _log  # in the order in which each stands on those before
