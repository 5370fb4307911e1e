"""Commands that keep a site safe: back up, restore, and move to another database.

What they need is imported where it is used: at import, every cold start would pay for it.
"""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from pnpm.db import db
from pnpm.files import Busy
from pnpm.web.site import current_site, in_language

from .errors import WHO, PlainCommand


@click.command(cls=PlainCommand)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--daily",
    is_flag=True,
    help="Without FILE, for cron: keep one in instance/backups, unless there is one of today.",
)
@click.option(
    "--with-secrets",
    is_flag=True,
    help="With the secret key and instance/config.py: whoever has them can sign in.",
)
@with_appcontext
def backup(file, daily, with_secrets):
    """Write all of the site, database and pictures, to FILE while it runs, and read it back."""
    if daily == bool(file) or (daily and with_secrets):
        raise click.UsageError("Give either FILE, or --daily alone.")
    from pnpm.backup.archive import Unfit
    from pnpm.backup.failure import Failed

    try:
        click.echo(_daily() if daily else _written(file, with_secrets))
    except (Unfit, Failed, Busy, OSError) as error:
        raise click.ClickException(f"No backup was made: {_words(error)}") from error


@click.command(cls=PlainCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Also where the site holds something already, which is kept in a backup first.",
)
@with_appcontext
def restore(file, replace):
    """Bring back what FILE holds, a backup of this program."""
    from pnpm.backup import restore as site_restore
    from pnpm.backup.archive import Unfit
    from pnpm.backup.failure import Failed

    try:
        done = site_restore.bring_back(
            file.resolve(), current_app.config["PNPM"], _zone(), WHO, replace, _in_sites_language
        )
    except site_restore.NotEmpty as error:
        raise click.ClickException(
            "The site is not empty. With --replace it is kept in a backup, then replaced."
        ) from error
    except (Unfit, Failed, Busy, OSError) as error:
        raise click.ClickException(f"Nothing was changed: {_words(error)}") from error
    click.echo(f"Restored from {file}. Everybody has to sign in again.")
    if done.accounts:
        click.echo(
            "With the backup's password and second factor, not today's: "
            f"{', '.join(done.accounts)}."
        )
        click.echo(
            "If one was changed since because others knew it, change it again: flask user "
            "password NAME."
        )
    if done.before:
        click.echo(f"What was there before is in {done.before}.")
    if done.secrets:
        click.echo(
            f"The archive holds {' and '.join(done.secrets)}, too; nobody put that into its place."
        )


def _in_sites_language(text):
    with in_language(current_app.config["PNPM"].language):
        return gettext(text)


@click.command("move-database", cls=PlainCommand)
@click.argument("url")
@click.option(
    "--replace",
    is_flag=True,
    help="Also where that database holds a site already, which is then gone.",
)
@with_appcontext
def move_database(url, replace):
    """Copy the site's database to the one at URL, of any engine, compare both, and leave this one
    as it is.
    """
    from pnpm.backup import transfer
    from pnpm.backup.archive import Unfit

    try:
        with transfer.destination(url, replace) as target:
            rows = _moved(target)
    except (transfer.Unusable, Unfit) as error:
        raise click.ClickException(f"Nothing was copied: {error}") from error
    click.echo(
        f"{rows:,} rows copied and compared. Now put this into instance/config.py, and "
        "restart the site; what is"
    )
    click.echo("written until then stays in the old database alone:")
    click.echo(f"DATABASE_URL = {url!r}")


def _zone():
    """Return the site's time zone; while its database is lost, the one in the settings."""
    try:
        return current_site().zone
    except SQLAlchemyError:
        db.session.rollback()
        return current_app.config["PNPM"].timezone


def _written(file, with_secrets):
    from pnpm.backup.export import keep

    size = keep(file.resolve(), current_app.config["PNPM"], with_secrets)
    return f"{file}: {size:,} bytes, read back and whole."


def _daily():
    from pnpm.backup import daily as backups

    try:
        kept = backups.daily(current_app.config["PNPM"], current_site().zone)
    except Busy:
        return "A backup is being made already."
    if kept is None:
        return "There is a backup of today already."
    return f"{kept}: read back and whole."


def _moved(target):
    from pnpm.backup import transfer

    with click.progressbar(length=0, label="Copying") as bar:

        def begin(rows):
            bar.length = rows
            return bar.update

        return transfer.move(target, begin)


def _words(error):
    if isinstance(error, Busy):
        return "A backup is being made, or brought back. Try again when that is done."
    return getattr(error, "strerror", None) or str(error)
