"""Commands for mail: send what waits, and try the settings."""

import click
from flask import current_app

from .errors import Plain


@click.group(cls=Plain)
def mail():
    """Mail: the outbox, and the server that takes it."""


@mail.command("send")
def send():
    """Send what is due, until nothing is: for cron, every few minutes. Says nothing if there was
    nothing to do.
    """
    from pnpm.web import mail, site_address

    _check_is_set_up()
    if not site_address.known():
        raise click.ClickException(
            "The site's address is not known, so no mail could have a link: set PNPM_SITE_URL, or "
            "sign in once as an admin."
        )
    found = mail.deliver()
    if found.sent or found.postponed or found.failed:
        click.echo(f"Sent: {found.sent}. Put off: {found.postponed}. Failed: {found.failed}.")
    if found.fault:
        raise click.ClickException(f"The mail server: {found.fault}.")


@mail.command("test")
@click.argument("address")
def test(address):
    """Send a mail to ADDRESS that says that mail works, or say what is wrong."""
    from pnpm.mail.faults import Failed
    from pnpm.mail.message import Unfit
    from pnpm.web import mail

    _check_is_set_up()
    try:
        mail.test(address)
    except Unfit as error:
        raise click.ClickException(f"{address} is no address that mail can be sent to.") from error
    except Failed as failed:
        raise click.ClickException(f"The mail server: {failed}.") from failed
    click.echo(f"Sent to {address}.")


def _check_is_set_up():
    if current_app.config["PNPM"].mail_url is None:
        raise click.ClickException(
            "Mail is not set up: PNPM_MAIL_URL, like "
            "smtp://user:password@host:587?from=situs@desa.example."
        )
