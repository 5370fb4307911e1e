"""Thin commands: they read what was typed, call the models, commit, and say what came of it."""

import os
import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from flask import Flask, current_app, url_for
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale, gettext
from sqlalchemy.exc import SQLAlchemyError

from . import characters, demo, text
from .config import Config
from .database import begin_writing, db
from .models import Article, Comment
from .models.article import TITLE_LENGTH, slug_of
from .models.comment import Status

BATCH = 200  # comments rendered again between two commits, so that readers' comments get in between


def register(app: Flask) -> None:
    """Add our commands to `flask`."""
    for command in (init, article, comments, Migrations("db", help="The schema, by Flask-Migrate: upgrade, downgrade, check …")):
        app.cli.add_command(command)


class Plain(AppGroup):
    """Commands whose trouble with the database is one clear line."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except SQLAlchemyError as error:
            raise click.ClickException(
                f"The database does not answer ({type(error).__name__}). Run `flask init` first."
            ) from error


class Migrations(click.Command):
    """Stands for Flask-Migrate's commands until they are asked for: importing Alembic slows every cold start."""

    def make_context(self, info_name, args, parent=None, **extra):
        return _migrate().make_context(info_name, args, parent, **extra)


def _migrate():
    from flask_migrate import Migrate
    from flask_migrate.cli import db as group

    from . import migrations

    Migrate().init_app(current_app, db, directory=str(migrations.FOLDER))
    return group


@click.command()
@click.option("--demo", "with_demo", is_flag=True, help="Add the demonstration articles and comments.")
@with_appcontext
def init(with_demo):
    """Make instance/, the secret key and the database at the newest schema. Safe to run again."""
    from flask_migrate import upgrade

    config = _with_key(current_app.config["PNPM"])
    _migrate()
    upgrade()
    if with_demo:
        begin_writing()
        demo.fill(config)
        db.session.commit()
    click.echo(f"Ready: {config.instance}")


def _with_key(config: Config) -> Config:
    """The settings with a secret key: a new one, readable by its owner alone, if there was none."""
    if config.secret_key:
        return config
    config.instance.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(config.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return replace(config, secret_key=config.key_file.read_text())
    with os.fdopen(handle, "w") as file:
        file.write(key := secrets.token_urlsafe(48))
    return replace(config, secret_key=key)


@click.group(cls=Plain)
def article():
    """Articles."""


@article.command("add")
@click.argument("file")
@click.option("--title", required=True, help="As readers see it.")
@click.option("--date", help="The day it is published, like 2012-12-20; now if not given.")
@click.option("--slug", default="", help="The last part of its address; made from the title if not given.")
def add_article(file, title, date, slug):
    """Publish FILE, a text (blank lines part paragraphs) or HTML (.html), and print its address."""
    zone = current_app.config["PNPM"].timezone
    body = _contents(Path(file))
    html = text.article_html(body if Path(file).suffix.lower() in (".html", ".htm") else text.paragraphs(body))
    if not html:
        raise click.ClickException(f"{file} holds nothing that can be published.")
    moment = _moment(date, zone)
    title, slug = _title(title), _slug(slug)
    begin_writing()
    added = Article.publish(title=title, body=body, html=html, moment=moment, slug=slug)
    db.session.commit()
    with current_app.test_request_context():
        click.echo(url_for("articles.show", **added.address(zone)))


def _contents(path):
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise click.ClickException(f"{path} is not UTF-8 text. Save it as UTF-8, then try again.") from error


def _title(title):
    title = characters.one_line(title)
    if not 0 < len(title) <= TITLE_LENGTH:
        raise click.ClickException(f"--title takes 1 to {TITLE_LENGTH} characters.")
    return title


def _moment(date, zone):
    if date is None:
        return None
    try:
        return datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=zone)
    except ValueError as error:
        raise click.ClickException(f"--date takes a day like 2012-12-20, not {date!r}.") from error


def _slug(slug):
    if slug and slug_of(slug) != slug:
        raise click.ClickException(f"--slug takes small letters a-z, digits and hyphens, like {slug_of(slug)!r}.")
    return slug


@click.group(cls=Plain)
def comments():
    """Readers' comments."""


@comments.command("list")
@click.option("--status", default="pending", type=click.Choice([status.value for status in Status]), show_default=True)
def list_comments(status):
    """Print the comments of a status, oldest first: number, reasons, name, text."""
    for comment in db.session.scalars(Comment.of(Status(status))):
        click.echo(f"{comment.id}\t{','.join(comment.reasons)}\t{comment.name}\t{text.plain(comment.html)}")


@comments.command("status")
@click.argument("number", type=int)
@click.argument("status", type=click.Choice([status.value for status in Status]))
def change_status(number, status):
    """Give comment NUMBER another STATUS: what a host can do where the office's pages cannot be reached."""
    begin_writing()
    comment = db.session.get(Comment, number)
    if comment is None:
        raise click.ClickException(f"There is no comment {number}.")
    comment.move_to(Status(status))
    db.session.commit()
    click.echo(f"Comment {number} is {status}.")


@comments.command("render")
def render_comments():
    """Render again what an older version of the program rendered."""
    count = 0
    with force_locale(current_app.config["PNPM"].language):
        while batch := _render_batch():
            count += batch
    click.echo(f"{count} comments rendered again.")


def _render_batch():
    begin_writing()
    batch = db.session.scalars(Comment.rendered_before(text.RENDERER).limit(BATCH)).all()
    for comment in batch:
        comment.render_again(text.comment_html(comment.body, gettext), text.RENDERER)
    for number in {comment.article_id for comment in batch}:
        found = db.session.get(Article, number)
        found.lock()
        found.touch()
    db.session.commit()
    return len(batch)
