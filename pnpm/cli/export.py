"""The command that takes the whole site along, in a format that other programs read.

What it needs is imported where it is used: at import, every cold start would pay for it.
"""

from pathlib import Path

import click
from flask.cli import with_appcontext

from .errors import PlainCommand

FORMATS = "json", "wxr", "blogger", "static"


@click.command(cls=PlainCommand)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(FORMATS), required=True, help="Which kind of file."
)
@click.option(
    "--personal",
    is_flag=True,
    help="With personal data: e-mail addresses, who follows what, requests of persons.",
)
@with_appcontext
def export(file, form, personal):
    """Take the site along to FILE: json (all of it; with the pictures beside it if FILE ends with
    .zip), wxr (for WordPress), blogger, or static (a folder, or a .zip, of plain HTML files).
    """
    from pnpm.web import exports

    try:
        done = exports.write(file.resolve(), form, personal)
    except exports.Refused as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"Nothing was exported: {error.strerror or error}.") from error
    if not done.url_is_known:
        click.echo(
            f"The site's address is not known, so links begin with {done.url}: set PNPM_SITE_URL.",
            err=True,
        )
    click.echo(f"{file}: {done.size:,} bytes.")
