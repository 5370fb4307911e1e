"""How commands report errors."""

import sys
from collections.abc import Callable
from functools import wraps

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

WHO = "flask"  # in the log, for what is done at the terminal


def plainly(invoke: Callable) -> Callable:
    """Return a command's `invoke` that reports a database error in one clear line."""

    @wraps(invoke)
    def invoked(*given):
        try:
            return invoke(*given)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise click.ClickException(
                f"The database: {reason}. A new site needs `flask init` first."
            ) from error

    return invoked


def given_password() -> str:
    """Return the first line of standard input."""
    try:
        return sys.stdin.buffer.readline().decode().rstrip("\r\n")
    except UnicodeError as error:
        raise click.ClickException("The password is not UTF-8 text.") from error


class Plain(AppGroup):
    """A group of commands that report database errors in one clear line."""

    invoke = plainly(AppGroup.invoke)


class PlainCommand(click.Command):
    """A command that reports database errors in one clear line."""

    invoke = plainly(click.Command.invoke)
