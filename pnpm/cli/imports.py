"""The command that takes another system's archive in.

What it needs is imported where it is used: at import, every cold start would pay for it.
"""

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext

from pnpm import files
from pnpm.db import db
from pnpm.markup import sanitizer
from pnpm.web.site import current_site, in_language

from .errors import WHO, PlainCommand

SYSTEMS = "blogger", "wordpress", "disqus", "isso", "remark42"
OURS = "json"  # a whole site, as `flask export` writes it
SAY_AGAIN = 10  # seconds between two lines where there is no terminal
FILE = click.Path(path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("import", cls=PlainCommand)
@click.argument("system", required=False, type=click.Choice([*SYSTEMS, OURS]))
@click.argument("file", required=False, type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--media", type=FOLDER, help="The folder with the pictures' files.")
@click.option("--no-media", is_flag=True, help="Take no pictures in.")
@click.option("--fetch", is_flag=True, help="Get missing pictures from the hosts the file names.")
@click.option("--map", "mapping", type=FILE, help="A CSV file: old address, address here.")
@click.option("--report", type=FILE, help="Write the report to this file as JSON, too.")
@click.option(
    "--redirects", is_flag=True, help="Print the lines for the old host; without SYSTEM and FILE."
)
@click.option("--undo", is_flag=True, help="Take the newest import back; without SYSTEM and FILE.")
@with_appcontext
def import_archive(system, file, dry_run, media, no_media, fetch, mapping, report, redirects, undo):
    """Take the archive FILE of another SYSTEM in. Killed and started again, it goes on. With json,
    a whole site as `flask export` writes it, into an empty one.
    """
    if undo or redirects:
        if system or file or (undo and redirects):
            raise click.UsageError("--undo and --redirects are each for themselves.")
        _print_redirects() if redirects else _locked(_undo)
        return
    if not file:
        raise click.UsageError(f"Give SYSTEM ({', '.join(SYSTEMS)}) and FILE.")
    if system == OURS:
        from .import_json import bring_in

        if dry_run or media or no_media or fetch or mapping or report:
            raise click.UsageError("A whole site is taken in as it is: give json and FILE alone.")
        bring_in(file)
        return
    if no_media and (media or fetch):
        raise click.UsageError("--no-media takes no pictures in: leave --media and --fetch out.")
    if report and (report.is_dir() or not report.resolve().parent.is_dir()):
        raise click.ClickException(f"{report} is no file that the report can be written to.")
    from pnpm.imports.records import System

    system = System(system)

    def work():
        given = _given(system, file, media, no_media, fetch, mapping)
        return _taken_in(system, file, mapping, given, dry_run, report)

    _locked(work)


def _locked(work):
    """Do it while no other import runs."""
    from pnpm.imports import run
    from pnpm.imports.records import NotAnArchive

    instance = current_app.config["PNPM"].instance
    try:
        with run.alone(instance), in_language(current_site().language):
            work()
    except files.Busy as error:
        raise click.ClickException("Another import runs. Try again when it is done.") from error
    except NotAnArchive as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{name}{error.strerror or error}") from error


def _given(system, file, media, no_media, fetch, mapping):
    from pnpm.imports.file_types import split
    from pnpm.imports.mapping import Mapping
    from pnpm.imports.pictures import Pictures
    from pnpm.imports.source import Given

    pictures = None
    if not no_media:
        pictures = Pictures(current_app.config["PNPM"], split(file)[0], media, fetch, WHO)
    known = Mapping.read(mapping) if mapping else Mapping()
    known.check(db.session.connection())
    db.session.rollback()
    return Given(current_site().zone, gettext, known, pictures)


def _taken_in(system, file, mapping, given, dry_run, report):
    from pnpm.imports.records import NotAnArchive
    from pnpm.imports.run import Import

    work = Import(system, file.resolve(), current_app.config["PNPM"], given, mapping)
    try:
        with _told("Reading") as told:
            work.read(tell=lambda records: told(records))
        if dry_run:
            work.staging.forget_preview()
            with _told("Looking") as told:
                found = work.preview(tell=lambda one: told(one.done, one.total, one.stage.value))
        else:
            with _told("Importing") as told:
                work.advance(WHO, tell=lambda one: told(one.done, one.total, one.stage.value))
            found = work.result()
    except NotAnArchive:
        work.forget()
        raise
    except BaseException:  # whoever starts it again goes on
        work.close()
        raise
    unreadable = work.staging.unreadable()
    work.forget()
    _say(found, unreadable, report)
    if not dry_run and work.orphans.exists():
        click.echo(f"The comments without an article are in {work.orphans}, for 30 days: import")
        click.echo("them like the archive, with --map and a file that says where they belong.")


def _say(found, unreadable, report):
    for line in found.lines(unreadable):
        click.echo(line)
    if report:
        text = json.dumps(found.document(unreadable), ensure_ascii=False, indent=1)
        files.write(report.resolve(), f"{text}\n".encode(), 0o644)


def _print_redirects():
    """Print how the old addresses lead here: for Apache, and for a blog at Blogger."""
    from pnpm.imports import redirects
    from pnpm.web import site_address

    site_url = site_address.known()
    if not site_url:
        raise click.ClickException("Set PNPM_SITE_URL to this site's address first.")
    click.echo(redirects.htaccess(db.session.connection(), site_url, current_site().zone))
    click.echo(redirects.blogger(site_url), nl=False)


def _undo():
    from pnpm.audit.models import ChangeSet
    from pnpm.db import transaction
    from pnpm.imports import run, undo

    with transaction():
        newest = run.newest()
        if newest is None:
            raise click.ClickException("There is no import to take back.")
        undo.begin(newest.id, ChangeSet(WHO, undoes=newest.change_set))
        number, title = newest.id, newest.title
    with _told("Taking back") as told:
        done = undo.advance(
            number,
            current_app.config["PNPM"],
            lambda body: sanitizer.comment_html(body, gettext),
            tell=lambda one: told(sum(one.gone.values())),
        )
    said = ", ".join(f"{count:,} {kind}" for kind, count in done.gone.items() if count)
    click.echo(f"The import of {title} is taken back: {said or 'nothing was left of it'}.")
    for each in done.left:
        click.echo(f"  stays: {each['what']}: {each['why']}")
    if done.left_count > len(done.left):
        click.echo(f"  stays: … and {done.left_count - len(done.left):,} more")


@contextmanager
def _told(label):
    """Give the function that is told how much is done: a bar in a terminal, for each kind of thing
    one, else a line now and then.
    """
    bars = Bars(label) if sys.stdout.isatty() else Lines(label)
    try:
        yield bars.tell
    finally:
        bars.end()


class Lines:
    """Lines of how much is done, for a log."""

    def __init__(self, label):
        self.label, self.said = label, monotonic()

    def tell(self, done, total=0, what=""):
        """Say it, unless that was just said; `total` is 0 where it is not known."""
        if monotonic() - self.said > SAY_AGAIN:
            self.said = monotonic()
            of = f" of {total:,}" if total else ""
            click.echo(f"{self.label}: {done:,}{of} {what}".rstrip())

    def end(self):
        """Say nothing more."""


class Bars:
    """Bars with counts and the time that is left; where the total is not known, the count alone."""

    def __init__(self, label):
        self.label, self.what, self.bar, self.is_counting = label, None, None, False

    def tell(self, done, total=0, what=""):
        """Move the bar, or begin the next one."""
        if not total:
            click.echo(f"\r{self.label}: {done:,}", nl=False)
            self.is_counting = True
            return
        if what != self.what:
            self.end()
            self.what = what
            label = f"{self.label} {what}".rstrip()
            self.bar = click.progressbar(length=total, label=label, show_pos=True).__enter__()
        if self.bar is not None:
            self.bar.update(done - self.bar.pos)

    def end(self):
        """End the line of the last bar."""
        if self.bar is not None:
            self.bar.__exit__(None, None, None)
        elif self.is_counting:
            click.echo()
        self.bar, self.is_counting = None, False
