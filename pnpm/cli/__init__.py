"""Thin commands: they read what was typed, call the models, commit, and say what came of it."""

from functools import cached_property

from click import Command
from flask import Flask
from flask.cli import AppGroup


class Commands(AppGroup):
    """The program's commands, imported when one is asked for: at import, every cold start would pay
    for them.
    """

    def __init__(self, name: str):
        super().__init__(name)
        del self.commands

    @cached_property
    def commands(self) -> dict[str, Command]:  # type: ignore[override]  # click's is a plain attribute
        """The commands by name."""
        from . import (
            articles,
            backup,
            comments,
            doctor,
            export,
            imports,
            install,
            mail,
            search,
            spam,
            users,
        )

        making = install.init, install.migrations, doctor.doctor
        keeping = backup.backup, backup.restore, backup.move_database
        moving = export.export, imports.import_archive
        return {
            each.name or "": each
            for each in (
                *making,
                *keeping,
                *moving,
                articles.article,
                comments.comments,
                mail.mail,
                search.search,
                spam.spam,
                users.user,
            )
        }


def init_app(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli = Commands(app.name)
