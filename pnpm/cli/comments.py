"""Commands for readers' comments."""

import click

from pnpm.audit.models import ChangeSet
from pnpm.comments.models import Comment, Status
from pnpm.comments.moderation import move
from pnpm.db import db, transaction
from pnpm.markup import sanitizer
from pnpm.web import rerender

from .errors import WHO, Plain


@click.group(cls=Plain)
def comments():
    """Readers' comments."""


@comments.command("list")
@click.option(
    "--status",
    default="pending",
    type=click.Choice([status.value for status in Status]),
    show_default=True,
)
def list_comments(status):
    """Print the comments of a status, oldest first: number, reasons, name, text."""
    for comment in db.session.scalars(Comment.of(Status(status))):
        click.echo(
            f"{comment.id}\t{','.join(comment.reasons)}\t{comment.name}\t{sanitizer.plain(comment.html)}"
        )


@comments.command("status")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.argument("status", type=click.Choice([status.value for status in Status]))
def change_status(number, status):
    """Give comment NUMBER another STATUS: what a host can do where the office's pages cannot be
    reached.
    """
    with transaction():
        if db.session.get(Comment, number) is None:
            raise click.ClickException(f"There is no comment {number}.")
        move([number], Status(status), ChangeSet(WHO))
    click.echo(f"Comment {number} is {status}.")


@comments.command("render")
def render_comments():
    """Render again what an older version of the program rendered, also what this one could not
    before.
    """
    failed: list[int] = []
    last, count = 0, 0
    while batch := rerender.batch(last):
        last, count, failed = batch.last, count + batch.rendered, failed + batch.failed
    click.echo(f"{count} comments rendered again.")
    if failed:
        raise click.ClickException(
            f"These could not be, and look as before: {', '.join(map(str, failed))}."
        )
