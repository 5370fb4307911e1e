"""Thin commands: they read what was typed, call the models, commit, and say what came of it."""

from flask import Flask

from . import articles, comments, doctor, installation, safekeeping, users


def register(app: Flask) -> None:
    """Add our commands to `flask`."""
    making = installation.init, installation.migrations, doctor.doctor
    keeping = safekeeping.backup, safekeeping.restore, safekeeping.move_database
    for command in (*making, *keeping, articles.article, comments.comments, users.user):
        app.cli.add_command(command)
