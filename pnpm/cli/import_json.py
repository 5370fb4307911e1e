"""The part of `flask import` that takes in what `flask export --format json` has written."""

import click
from flask import current_app
from flask_babel import gettext

from pnpm.web.site import in_language

from .errors import WHO


def bring_in(file):
    """Take the site in that FILE, a path, has, and say what is here now."""
    from pnpm.imports import site_json

    config = current_app.config["PNPM"]
    try:
        done = site_json.take_in(
            file.resolve(), config, WHO, config.language, config.timezone.key, _translator
        )
    except site_json.NotEmpty as error:
        raise click.ClickException(
            "The site is not empty: such a file is taken in by a new site alone."
        ) from error
    except site_json.NotTaken as error:
        raise click.ClickException(f"Nothing was taken in: {error}") from error
    except OSError as error:
        raise click.ClickException(f"Nothing was taken in: {error.strerror or error}.") from error
    counts = done.counts
    click.echo(
        f"{counts['article']:,} articles and pages, {counts['comment']:,} comments, "
        f"{counts['picture']:,} pictures, {counts['log_entry']:,} entries of the log."
    )
    if not done.is_chain_whole:
        click.echo("The chain of the log begins anew: the file has not all that it was made of.")
    if done.accounts:
        click.echo(
            "Nobody's password is in such a file. Add the accounts by flask user add: "
            f"{', '.join(done.accounts)}."
        )


def _translator(language):
    def translate(text):
        with in_language(language):
            return gettext(text)

    return translate
