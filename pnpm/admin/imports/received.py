"""Takes the files of an import in: from the form, which may be larger than any other, or from the
folder into which somebody has put them.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from flask import current_app, request
from flask_babel import gettext

from pnpm.db import db
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.files import Busy
from pnpm.imports import job
from pnpm.imports.mapping import Mapping
from pnpm.imports.records import NotAnArchive, System
from pnpm.markup import quantities
from pnpm.markup.characters import one_line
from pnpm.web import auth, security, upload_folder
from pnpm.web.site import current_site

from .. import labels
from . import reasons, words
from .forms import UploadForm

SPARE = 64 * 1024 * 1024  # bytes of the disk that an upload leaves: the site works meanwhile
LONGEST_NAME = 120  # characters of a file's name that are shown
COMMENTS_ONLY = System.DISQUS, System.ISSO, System.REMARK42


def take_in() -> tuple[UploadForm, int] | None:
    """Begin an import with what this request brings; return the form with the reason and the status
    if that is refused.
    """
    if not _has_room():
        security.drain(request)
        return _refused(str(labels.FAULTS["full"])), 507
    try:
        with upload_folder.within(_imports()):
            return _taken_in()
    except OSError as error:
        security.drain(request)
        is_full = storage_fault_of(error) is StorageFault.FULL
        return _refused(words.unwritten(error)), 507 if is_full else 503


def too_large(most: int) -> UploadForm:
    """Return the form that says that there was more than `most` bytes, and what to do."""
    return _refused(
        gettext(
            "Berkasnya terlalu besar untuk dikirim lewat peramban: paling banyak %(size)s. Taruh "
            "di folder “instance/imports” lewat FTP atau File Manager, lalu pilih di bawah ini.",
            size=quantities.size(most, current_site().language),
        )
    )


def _taken_in() -> tuple[UploadForm, int] | None:
    form = UploadForm()
    if not form.validate():
        return form, form.refusal
    begun = _job(form)
    if begun is None:
        return form, 422
    try:
        job.begin(current_app.config["PNPM"].instance, *begun)
    except Busy:
        form.refuse(str(words.BUSY))
        return form, 409
    return None


def _job(form: UploadForm) -> tuple[job.Job, dict[str, Path]] | None:
    """Return the job that the form asks for, and which uploads are to be moved into its folder;
    None if it asks for none, which the form then says.
    """
    system, choice = System(form.system.data), job.Choice(form.choice.data)
    sent = {name: upload_folder.uploaded(name) for name in (job.ARCHIVE, job.MAPPING, job.PICTURES)}
    mapping = sent[job.MAPPING] if system in COMMENTS_ONLY else None
    placed, archive = form.placed.data, sent[job.ARCHIVE]
    if not placed and archive is None:
        form.refuse(gettext("Pilih dahulu berkas arsipnya."))
        return None
    if mapping is not None and not _maps(form, mapping[0]):
        return None
    moved, path, name = {}, _imports() / placed, placed
    if archive is not None and not placed:
        is_zip = archive[1].lower().endswith(".zip")
        path, name = _here(job.ZIP if is_zip else job.ARCHIVE), archive[1]
        moved[path.name] = archive[0]
    if form.blog.data and path.suffix == ".zip":
        path = Path(f"{path}:{form.blog.data}")
    pictures = str(_imports() / form.pictures_placed.data) if form.pictures_placed.data else ""
    if (zipped := sent[job.PICTURES]) is not None and not pictures:
        pictures, moved[job.PICTURES] = str(_here(job.PICTURES)), zipped[0]
    if mapping is not None:
        moved[job.MAPPING] = mapping[0]
    asked = job.Job(
        system=system,
        path=str(path),
        name=one_line(name)[-LONGEST_NAME:],
        who=auth.signed_in().name,
        mapping=str(_here(job.MAPPING)) if mapping is not None else "",
        pictures=pictures,
        choice=choice,
    )
    return asked, moved


def _here(name: str) -> Path:
    """Return where an upload is kept under that name."""
    return job.folder(current_app.config["PNPM"].instance) / name


def _maps(form: UploadForm, path: Path) -> bool:
    """Tell whether a mapping can be used; the form says why it cannot."""
    try:
        Mapping.read(path).check(db.session.connection())
    except NotAnArchive as error:
        form.refuse(reasons.why(str(error)))
        return False
    finally:
        db.session.rollback()
    return True


def _has_room() -> bool:
    """Tell whether the disk has room for this request; what a quota leaves nobody knows."""
    with suppress(OSError):
        free = shutil.disk_usage(current_app.config["PNPM"].instance).free
        return (request.content_length or 0) + SPARE < free
    return True


def _refused(reason: str) -> UploadForm:
    form = UploadForm(formdata=None)
    form.refuse(reason)
    return form


def _imports() -> Path:
    return job.folder(current_app.config["PNPM"].instance).parent
