"""Commands for articles."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app, url_for

from pnpm.articles.models import TITLE_LENGTH, Article, slug_of
from pnpm.db import begin_writing, db
from pnpm.markup import characters, editor, sanitizer

from .errors import Plain


@click.group(cls=Plain)
def article():
    """Articles."""


@article.command("add")
@click.argument("file")
@click.option("--title", required=True, help="As readers see it.")
@click.option("--date", help="The day it is published, like 2012-12-20; now if not given.")
@click.option(
    "--slug", default="", help="The last part of its address; made from the title if not given."
)
def add_article(file, title, date, slug):
    """Publish FILE, a text (blank lines part paragraphs) or HTML (.html), and print its address."""
    zone = current_app.config["PNPM"].timezone
    source = _contents(Path(file))
    if Path(file).suffix.lower() not in (".html", ".htm"):
        source = editor.paragraphs(source)
    html = sanitizer.article_html(source)
    if "<img" not in html and characters.is_blank(sanitizer.plain(html)):
        raise click.ClickException(f"{file} holds nothing that can be published.")
    moment = _moment(date, zone)
    title, slug = _title(title), _slug(slug)
    begin_writing()
    added = Article.publish(title=title, body=source, html=html, moment=moment, slug=slug)
    db.session.commit()
    with current_app.test_request_context():
        click.echo(url_for("articles.show", **added.address(zone)))


def _contents(path):
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise click.ClickException(
            f"{path} is not UTF-8 text. Save it as UTF-8, then try again."
        ) from error


def _title(title):
    title = characters.one_line(title)
    if not 0 < len(title) <= TITLE_LENGTH:
        raise click.ClickException(f"--title takes 1 to {TITLE_LENGTH} characters.")
    return title


def _moment(date, zone):
    if date is None:
        return None
    try:
        return datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise click.ClickException(f"--date takes a day like 2012-12-20, not {date!r}.") from error


def _slug(slug):
    if slug and slug_of(slug) != slug:
        raise click.ClickException(
            f"--slug takes small letters a-z, digits and hyphens, like {slug_of(slug)!r}."
        )
    return slug
