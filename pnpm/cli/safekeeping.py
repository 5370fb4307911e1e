"""Commands that keep a site safe: an archive of all of it, and back; and a move to another database.

What does it is imported where it is used: every cold start of the site would pay for it.
"""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from ..database import db
from .plain import PlainCommand


@click.command(cls=PlainCommand)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-secrets", is_flag=True, help="With the secret key and instance/config.py: whoever has them can sign in.")
@with_appcontext
def backup(file, with_secrets):
    """Write all of the site, database and pictures, to FILE while it runs, and read it back."""
    from .. import safekeeping
    from ..archive import Unfit

    try:
        size = safekeeping.keep(file.resolve(), current_app.config["PNPM"], with_secrets)
    except (Unfit, OSError) as error:
        raise click.ClickException(f"No backup was made: {_words(error)}") from error
    click.echo(f"{file}: {size:,} bytes, read back and whole.")


@click.command(cls=PlainCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also where the site holds something already, which is kept in a backup first.")
@with_appcontext
def restore(file, replace):
    """Bring back what FILE holds, a backup of this program."""
    from .. import safekeeping
    from ..archive import Unfit

    try:
        kept = safekeeping.bring_back(file.resolve(), current_app.config["PNPM"], replace)
    except safekeeping.NotEmpty as error:
        raise click.ClickException("The site is not empty. With --replace it is kept in a backup, then replaced.") from error
    except (Unfit, OSError) as error:
        raise click.ClickException(f"Nothing was changed: {_words(error)}") from error
    click.echo(f"Restored from {file}." + (f" What was there before is in {kept}." if kept else ""))


@click.command("move-database", cls=PlainCommand)
@click.argument("url")
@click.option("--replace", is_flag=True, help="Also where that database holds a site already, which is then gone.")
@with_appcontext
def move_database(url, replace):
    """Copy the site's database to the one at URL, of any engine, compare both, and leave this one as it is."""
    from .. import safekeeping
    from ..models import copying

    with safekeeping.opened(url) as target, db.engine.connect() as here:
        with target.connect() as there:
            if not replace and not copying.is_empty(there):
                raise click.ClickException("That database holds a site already. With --replace it is replaced.")
        rows = sum(copying.count(here).values())
        with click.progressbar(length=rows, label="Copying") as bar:
            safekeeping.transfer(db.engine, target, bar.update)
    click.echo(f"{rows:,} rows copied and compared. Now put this into instance/config.py, and restart the site:")
    click.echo(f"DATABASE_URL = {url!r}")


def _words(error):
    return getattr(error, "strerror", None) or str(error)
