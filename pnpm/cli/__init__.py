"""Thin commands: they read what was typed, call the models, commit, and say what came of it."""

from flask import Flask

from . import articles, comments, doctor, installation, users


def register(app: Flask) -> None:
    """Add our commands to `flask`."""
    for command in (installation.init, installation.migrations, articles.article, comments.comments, users.user, doctor.doctor):
        app.cli.add_command(command)
