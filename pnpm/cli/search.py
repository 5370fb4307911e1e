"""The command for the search's index."""

import click

from pnpm.web import search_index

from .errors import Plain


@click.group(cls=Plain)
def search():
    """The search's index."""


@search.command("rebuild")
def rebuild():
    """Make the search's index anew from all articles and comments that are published. Readers can
    search meanwhile, and are told that it is not finished.
    """
    with click.progressbar(length=0, label="Indexing") as bar:

        def start(steps):
            bar.length = steps
            return bar.update

        count = search_index.rebuild(start)
    click.echo(f"{count:,} articles and comments can be found.")
