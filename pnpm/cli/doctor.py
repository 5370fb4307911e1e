"""`flask doctor`: checks the site here, or at an address, and prints one line a check."""

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext

from .errors import PlainCommand, given_password


@click.command(cls=PlainCommand)
@click.option(
    "--url",
    help=(
        "Check the site at this address instead, as a browser sees it; it may be another machine's."
    ),
)
@click.option(
    "--account",
    help="Also by writing: sign in with this account. What it writes it takes away again.",
)
@click.option(
    "--password-stdin",
    is_flag=True,
    help="The account's password is the first line of standard input.",
)
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False),
    help="Certificates to trust instead of this machine's.",
)
@with_appcontext
def doctor(url, account, password_stdin, ca):
    """Check the installation, one line a check; exits with 1 when something must be mended."""
    if url:
        _tell(_inspected(url, account, password_stdin, ca))
        return
    if account or password_stdin or ca:
        raise click.UsageError("--account, --password-stdin and --ca go with --url.")
    from pnpm.diagnostics import checks

    _tell(
        finding for _group, finding in checks.look(checks.Installation(current_app.config["PNPM"]))
    )


def _inspected(url, account, is_given, ca):
    from pnpm.diagnostics import probe

    if account and not is_given:
        raise click.UsageError(
            "--account takes its password from standard input: add --password-stdin."
        )
    try:
        return probe.inspect(
            url, account=account, password=given_password() if account else None, ca=ca
        )
    except ValueError as error:
        raise click.UsageError(
            "--url takes an address like https://desa.example or https://desa.example/blog."
        ) from error


def _tell(findings):
    is_ill = False
    for finding in findings:
        is_ill |= not finding.is_fine
        verdict = gettext("baik") if finding.is_fine else gettext("PERBAIKI")
        click.echo(f"{verdict}  {finding.words}")
    click.get_current_context().exit(int(is_ill))
