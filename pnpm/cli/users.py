"""Commands for the office's accounts."""

from typing import cast

import click
from flask import current_app

from pnpm.accounts import Role, throttling
from pnpm.accounts import models as accounts
from pnpm.accounts.models import NameTaken, Notices, User, made_password
from pnpm.audit import contact
from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import transaction
from pnpm.site_settings import Setting

from .errors import WHO, Plain, given_password

FIRST = "admin"  # the name of the account that `flask init` makes
PASSWORD_STDIN = click.option(
    "--password-stdin",
    "is_given",
    is_flag=True,
    help="Read it from standard input; else one is made.",
)


@click.group(cls=Plain)
def user():
    """Accounts of the office."""


@user.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.MODERATOR.value,
    show_default=True,
)
@PASSWORD_STDIN
def add_user(name, role, is_given):
    """Add an account called NAME, and print the password that was made for it, once."""
    password = _password(is_given)
    try:
        with transaction():
            added = User.add(name, Role(role), password)
            ChangeSet(WHO).record(
                AuditAction.ADDED, "user", [(added.id, {}, {"name": added.name, "role": role})]
            )
    except NameTaken as error:
        raise click.ClickException(f"There is an account {error} already.") from error
    except ValueError as error:
        raise click.ClickException(f"It takes {error}.") from error
    _tell(added, None if is_given else password)


@user.command("password")
@click.argument("name")
@PASSWORD_STDIN
def change_password(name, is_given):
    """Give the account NAME another password, and end its sessions; print the password that was
    made for it, once.
    """
    password = _password(is_given)
    try:
        with transaction():
            found = _found(name)
            accounts.change_password(found, password)
            throttling.forgive_all(cast(str, current_app.secret_key), found)
            ChangeSet(WHO).record(
                AuditAction.PASSWORD, "user", [(found.id, {}, {"name": found.name})]
            )
    except ValueError as error:
        raise click.ClickException(f"It takes {error}.") from error
    _tell(found, None if is_given else password)


@user.command("mail")
@click.argument("name")
@click.argument("address")
@click.option(
    "--notices",
    type=click.Choice([kind.value for kind in Notices]),
    default=Notices.EACH.value,
    show_default=True,
    help="Of comments that wait: none, each at once, or a digest.",
)
def change_contact(name, address, notices):
    """Give the account NAME the e-mail ADDRESS, for notices and a forgotten password; `-` takes it
    away. What is given here counts as confirmed.
    """
    from pnpm.mail.message import is_address

    address = "" if address == "-" else address
    if address and not is_address(address):
        raise click.ClickException(f"{address} is no address that mail can be sent to.")
    with transaction():
        found = _found(name)
        wanted = Notices(notices) if address else Notices.NONE
        contact.change(found, address, wanted, ChangeSet(WHO), is_confirmed=True)
    click.echo(f"{found.name}: {found.email or 'no address'}, notices: {found.notices.value}")


@user.command("list")
def list_users():
    """Print all accounts: name, role, whether a second factor is asked for."""
    for each in User.by_name():
        click.echo(
            f"{each.name}\t{each.role.value}\t{'second factor' if each.second_factor else '-'}"
        )


def add_first() -> None:
    """Add the first account and print its password, once; do nothing if there is an account. The
    log begins after it.
    """
    password = made_password()
    with transaction():
        if User.anyone():
            return
        first = User.add(FIRST, Role.ADMIN, password)
        Setting.change(welcome=True)
    _tell(first, password)


def _found(name):
    account = User.named(name)
    if account:
        account = User.held(account.id)
    if not account:
        raise click.ClickException(f"There is no account {name}. `flask user list` names them all.")
    return account


def _password(is_given):
    if is_given:
        return given_password()
    return made_password()


def _tell(account, made):
    click.echo(f"Account: {account.name} ({account.role.value})")
    if made:
        click.echo(f"Password (shown once): {made}")
