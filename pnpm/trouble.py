"""How trouble is logged: what failed and where, never a value, which may be what a reader wrote."""

from traceback import format_tb

from flask import current_app


def log(error: Exception) -> None:
    """Log an error that was answered: its kind and its way, without its message (PostgreSQL's quotes the row)."""
    current_app.logger.error("%s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__)))
