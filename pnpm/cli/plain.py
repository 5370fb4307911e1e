"""How a command says what went wrong."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError


class Plain(AppGroup):
    """Commands whose trouble with the database is one clear line."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except SQLAlchemyError as error:
            raise click.ClickException(
                f"The database does not answer ({type(error).__name__}). Run `flask init` first."
            ) from error
