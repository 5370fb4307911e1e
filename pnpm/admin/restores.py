"""The office's way to restore the site: from a backup that is kept here, or from a file of one.
What that holds is shown, and the password asked for, before anything changes.

`pnpm.backup` is imported inside the functions that use it, since every cold start of the site would
pay for it.
"""

import shutil
from contextlib import suppress

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import HiddenField, StringField

from pnpm import signing
from pnpm.accounts import Role
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.files import Busy
from pnpm.markup import quantities
from pnpm.markup.characters import one_line as in_one_line
from pnpm.web import auth, jobs, security, upload_folder
from pnpm.web.forms import AtMost
from pnpm.web.site import current_site

from . import backup_jobs, labels
from .accounts import throttling
from .accounts.forms import ConfirmForm
from .forms import OfficeForm, TokenForm, one_line

restores = Blueprint("restores", __name__, url_prefix=f"{auth.PREFIX}/restore")
# bytes: as much as the most generous hosts let through
LARGEST = 512 * 1024 * 1024
FIELDS = 64 * 1024  # bytes of the rest of the form
SPARE = 64 * 1024 * 1024  # bytes of the disk that an upload leaves: the site works meanwhile
LONGEST_NAME = 120  # characters of a file's name that are stored
PURPOSE = "restore"  # of the signature in the address of the page that needs no session
# What a restore does, in order, by `restore_job.Phase`.
DOING = {
    "checking": _("Memeriksa apakah cadangan itu utuh"),
    "reading": _("Membaca isinya"),
    "rendering": _("Menyiapkan artikel dan komentar dari cadangan"),
    "pictures": _("Menyalin gambar dari cadangan"),
    "keeping": _("Menyimpan gambar yang ada sekarang"),
    "replacing": _("Menyimpan yang ada sekarang, lalu menggantinya"),
    "ending": _("Menyelesaikan"),
}
FAULTS = labels.FAULTS | {
    "archive": _(
        "Berkas ini bukan cadangan dari program ini, atau tidak utuh. Pakai cadangan yang lain."
    ),
    "newer": _("Cadangan ini dari versi program yang lebih baru. Perbarui dahulu program di sini."),
    "slow": _(
        "Hosting ini menghentikan prosesnya setiap kali, sebelum selesai. Coba lagi waktu sepi, "
        "atau pulihkan dengan perintah di halaman Cadangan."
    ),
    "busy": _("Basis data sedang sibuk. Coba lagi waktu sepi."),
}


class KeptForm(OfficeForm):
    """Which of the backups that are kept here."""

    name = StringField(filters=[one_line], validators=[AtMost(LONGEST_NAME)])


class RestoreForm(ConfirmForm):
    """The password, and which restore was shown when it was asked for."""

    key = HiddenField(filters=[one_line], validators=[AtMost(LONGEST_NAME)])


@restores.get("")
def index():
    """Render what the chosen backup holds, or how far the restore is."""
    return _current()


@restores.post("")
@security.takes(LARGEST, FIELDS)
def upload():
    """Take a file in, which is checked after the answer."""
    if not _has_room():
        security.drain(request)
        return _not_begun(str(FAULTS["full"]), 507)
    try:
        with upload_folder.within(_job().folder(_instance())):
            return _taken_in()
    except OSError as error:
        security.drain(request)
        is_full = storage_fault_of(error) is StorageFault.FULL
        return _not_begun(str(FAULTS["full" if is_full else "denied"]), 507 if is_full else 503)


@restores.post("/kept")
def choose():
    """Take one of the backups that are kept here."""
    from pnpm.backup import daily

    form = KeptForm()
    if not form.validate():
        return _refused(form, form.refusal)
    found = daily.of(_instance(), form.name.data or "")
    if found is None:
        return _not_begun(gettext("Cadangan itu tidak ada lagi. Pilih yang lain."), 404)
    return _begun(found.path.name)


@restores.post("/confirmation")
def confirm():
    """Have it replace the site, and redirect to the page that shows how far it is."""
    form = RestoreForm()
    if refusal := throttling.confirm(form, form.password):
        return _current(form, *refusal)
    if _is_moving():
        form.refuse(gettext("Situs sedang pindah basis data. Tunggu sampai selesai."))
        return _current(form, 409)
    try:
        job = _job().confirm(_instance(), form.key.data, auth.signed_in().name)
    except Busy:
        job = None
    if job is None:
        form.refuse(gettext("Pemulihan ini sudah berubah sejak halaman dibuka. Periksa lagi."))
        return _current(form, 409)
    return redirect(_link(job), 303)


@restores.post("/retry")
def retry():
    """Have one that failed begin again."""
    return _changed(_job().retry)


@restores.post("/cancellation")
def give_up():
    """Delete what was to be restored, or what is left of one that is done."""
    return _changed(_job().give_up)


@restores.get("/progress/<token>")
@auth.open_to(auth.EVERYONE)
def show(token):
    """Render how far it is, to whoever has the signed link: the restore ends all sessions."""
    job = _job().current(_instance())
    if job is None or signing.read(_key(), PURPOSE, token) != job.key:
        abort(404)
    return _progress(job, TokenForm(formdata=None))


@restores.errorhandler(RequestEntityTooLarge)
def too_large(_error):
    """Refuse a file that is larger than LARGEST, with advice."""
    security.drain(request)
    words = gettext(
        "Berkasnya terlalu besar untuk dikirim lewat peramban: paling banyak %(size)s. Taruh di "
        "folder “instance/backups” lewat FTP atau File Manager, dengan nama seperti "
        "20261231-080000.zip, lalu buka halaman ini lagi.",
        size=quantities.size(LARGEST, current_site().language),
    )
    return _not_begun(words, 413)


def _is_moving():
    from pnpm.backup import move_job

    job = move_job.current(_instance())
    return job is not None and (job.is_at_work or job.waits_for_the_host)


def _taken_in():
    form = TokenForm()
    if not form.validate():
        return _refused(form, form.refusal)
    sent = upload_folder.uploaded("archive")
    if sent is None:
        return _not_begun(gettext("Pilih dahulu berkas cadangannya."), 422)
    path, name = sent
    return _begun(in_one_line(name)[-LONGEST_NAME:] or "cadangan.zip", path)


def _begun(name, path=None):
    try:
        _job().begin(_instance(), name, auth.signed_in().name, path)
    except Busy:
        words = gettext("Pemulihan lain sudah disiapkan. Selesaikan atau batalkan dahulu yang itu.")
        return _not_begun(words, 409)
    return redirect(url_for("restores.index"), 303)


def _changed(change):
    """Answer a button that changes the restore which was begun."""
    words = gettext("Situs sedang diganti. Tunggu sampai selesai.")
    return backup_jobs.changed(change, _current, "restores.index", words)


def _not_begun(words, status):
    form = TokenForm(formdata=None)
    form.refuse(words)
    return _refused(form, status)


def _refused(form, status):
    from .backups import page_of_backups

    return page_of_backups(form, status)


def _current(form=None, status=200, headers=None):
    """Render the restore that was begun, with a form of it that was refused; without one, redirect
    to the backups.
    """
    from pnpm.backup.restore_job import Phase

    job = _job().current(_instance())
    if job is None:
        return redirect(url_for("backups.index"), 303)
    if job.phase is not Phase.READY:
        return _progress(job, form or TokenForm(formdata=None), status)
    asked = form if isinstance(form, RestoreForm) else RestoreForm(formdata=None, key=job.key)
    asked.key.data = job.key  # of what is shown now
    page = render_template(
        "admin/restores/ready.html",
        job=job,
        form=asked,
        refused=form or asked,
        sides=[(_("Cadangan"), job.summary), (_("Situs sekarang"), _here())],
    )
    return page, status, headers or {}


def _progress(job, form, status=200):
    officer = auth.officer()
    page = render_template(
        "admin/restores/progress.html",
        form=form,
        **backup_jobs.progress(job, DOING, FAULTS),
        address=_link(job),
        may=officer is not None and officer.role is Role.ADMIN,
    )
    answer = make_response(page, status)
    if job.is_at_work:
        jobs.after_answer(answer, jobs.restore)
    return answer


def _here():
    from pnpm.backup import tables
    from pnpm.db import db

    return tables.summary(db.session.connection())


def _link(job):
    return url_for("restores.show", token=signing.sign(_key(), PURPOSE, job.key))


def _has_room():
    """Tell whether the disk has room for this request; what a quota leaves nobody knows."""
    with suppress(OSError):
        return (request.content_length or 0) + SPARE < shutil.disk_usage(_instance()).free
    return True


def _instance():
    return current_app.config["PNPM"].instance


def _key():
    return current_app.config["PNPM"].secret_key


def _job():
    from pnpm.backup import restore_job

    return restore_job
