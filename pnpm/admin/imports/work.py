"""What an import is given in the office, and its work after the office's answers."""

from contextlib import suppress
from pathlib import Path

from flask import Response, current_app, request
from flask_babel import gettext

from pnpm.audit.models import ChangeSet
from pnpm.db import db, transaction
from pnpm.files import Busy
from pnpm.imports import job, redirects, undo
from pnpm.imports import run as runs
from pnpm.imports.file_types import split
from pnpm.imports.mapping import Mapping
from pnpm.imports.pictures import Pictures
from pnpm.imports.source import Given
from pnpm.web import jobs, search_index, site_address
from pnpm.web.site import current_site, in_language


def given(of: job.Job) -> Given:
    """Return what an import is given beside its archive. Raises NotAnArchive."""
    pictures = None
    if of.choice is not job.Choice.NONE:
        beside = Path(of.pictures) if of.pictures else None
        fetch = of.choice is job.Choice.FETCH
        archive, _blog = split(Path(of.path))
        pictures = Pictures(current_app.config["PNPM"], archive, beside, fetch, of.who)
    mapping = Mapping.read(Path(of.mapping)) if of.mapping else Mapping()
    return Given(current_site().zone, gettext, mapping, pictures)


def after(response: Response) -> Response:
    """Have some of the work done once the response is sent."""
    jobs.after_answer(response, _go_on)
    return response


def _go_on() -> None:
    with in_language(current_site().language):
        if job.advance(current_app.config["PNPM"], given):
            search_index.look_again()  # finds the related articles of what is new


def begin(who: str) -> int | None:
    """Begin to import in the name of `who`; return the number of the run, None if there is nothing
    to import. Raises files.Busy.
    """
    return job.take_in(current_app.config["PNPM"], given, who)


def retry() -> None:
    """Have what failed try again. Raises files.Busy."""
    job.go_on(current_app.config["PNPM"].instance)


def give_up() -> None:
    """Delete what was to be imported. Raises files.Busy."""
    job.give_up(current_app.config["PNPM"].instance)


def take_back(number: int, who: str) -> bool:
    """Begin to take that import back in the name of `who`; return False if that was done before."""
    with transaction():
        run = runs.numbered(number)
        change_set = ChangeSet(who, undoes=run.change_set if run else None)
        if not undo.begin(number, change_set):
            return False
    with suppress(Busy):  # else whoever is at work ends the job
        job.give_up(current_app.config["PNPM"].instance, number)
    return True


def htaccess() -> str:
    """Return the lines for the host of the old site."""
    return redirects.htaccess(db.session.connection(), site_url(), current_site().zone)


def site_url() -> str:
    """Return this site's address, without a slash at its end."""
    return site_address.known() or request.url_root.rstrip("/")
