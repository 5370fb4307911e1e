"""The office's way to move the site to another database: its address is tried, what is there is
shown beside what would be moved, and the password asked for, before anything changes.

`pnpm.backup` is imported inside the functions that use it, since every cold start of the site would
pay for it.
"""

from flask import Blueprint, current_app, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, StringField

from pnpm import config
from pnpm.files import Busy
from pnpm.web import auth, jobs
from pnpm.web.forms import AtMost

from . import backup_jobs, labels
from .accounts import throttling
from .accounts.forms import ConfirmForm
from .forms import REQUIRED, OfficeForm, TokenForm, one_line

moves = Blueprint("moves", __name__, url_prefix=f"{auth.PREFIX}/move")
LONGEST = 1000  # characters of an address
KINDS = {
    "sqlite": "SQLite",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "postgresql": "PostgreSQL",
}
# What a move does, in order, by `move_job.Phase`.
DOING = {
    "keeping": _("Menyimpan cadangan"),
    "preparing": _("Menyiapkan tabel di basis data yang baru"),
    "copying": _("Menyalin"),
    "switching": _("Menyalin yang baru ditulis, membandingkan, lalu berganti"),
    "waiting": _("Menunggu situs memakai basis data yang baru"),
    "ending": _("Menyelesaikan"),
}
FAULTS = labels.FAULTS | {
    "address": _(
        "Ini bukan alamat basis data yang dikenal di sini. Dalam kata sandi, @ ditulis %(at)s, "
        ": ditulis %(colon)s, / ditulis %(slash)s.",
        at="%40",
        colon="%3A",
        slash="%2F",
    ),
    "file": _(
        "Berkas SQLite hanya di folder “instance”, dengan nama yang berakhir dengan .db, misalnya "
        "sqlite:///situs-baru.db."
    ),
    "driver": _(
        "Program untuk basis data itu belum dipasang: tambahkan requirements-mysql.txt (MySQL, "
        "MariaDB) atau requirements-postgresql.txt di halaman Python, pasang, lalu coba lagi."
    ),
    "own": _("Itu basis data yang sekarang dipakai situs ini."),
    "away": _(
        "Basis data itu tidak menjawab. Periksa nama server dan portanya; di hosting yang sama "
        "biasanya localhost."
    ),
    "refused": _("Basis data itu menolak nama pengguna atau kata sandinya."),
    "unknown": _("Di server itu tidak ada basis data dengan nama itu."),
    "old": _(
        "Versi basis data itu terlalu lama. Paling sedikit MariaDB 10.2, MySQL 5.7, atau "
        "PostgreSQL 12."
    ),
    "foreign": _(
        "Di sana ada tabel program lain dengan nama seperti tabel situs ini, atau berkasnya bukan "
        "basis data. Pakai yang kosong."
    ),
    "newer": _("Di sana ada situs dari versi program yang lebih baru. Pakai yang kosong."),
    "rights": _(
        "Pengguna basis data itu belum boleh membuat tabel. Beri ia semua hak (All Privileges) "
        "atas basis data itu."
    ),
    "filled": _("Basis data itu terisi sejak diperiksa. Batalkan, lalu mulai dari awal."),
    "differs": _("Salinannya tidak sama dengan aslinya. Coba lagi."),
    "slow": _(
        "Hosting ini menghentikan prosesnya setiap kali, sebelum selesai. Coba lagi waktu sepi, "
        "atau pindahkan dengan perintah."
    ),
    "busy": _("Basis data sedang sibuk, atau tidak menjawab. Coba lagi waktu sepi."),
}


class AddressForm(OfficeForm):
    """The address of the new database. Its name says that it has a secret: such a form is never
    kept, nor given back.
    """

    address_with_password = StringField(
        _("Alamat basis data yang baru"), validators=[AtMost(LONGEST), REQUIRED]
    )


class MoveForm(ConfirmForm):
    """The password, which move was shown when it was asked for, and whether what is at the new
    place may be deleted.
    """

    key = HiddenField(filters=[one_line], validators=[AtMost(LONGEST)])
    replaces = BooleanField(_("Hapus yang ada di basis data yang baru itu"))


@moves.get("")
def index():
    """Render the form for the address, or what is at the new place, or how far the move is."""
    return _current()


@moves.post("")
def begin():
    """Look at the database of the address that was sent; nothing is changed there."""
    from pnpm.backup import move_job, target

    form = AddressForm()
    if not form.validate():
        return _current(form, form.refusal)
    try:
        url = target.address(form.address_with_password.data, _instance())
        move_job.begin(_instance(), url, _new_job(target.look_at(url), url))
    except target.Unusable as error:
        form.address_with_password.errors = [str(FAULTS[error.fault])]
        return _current(form, 422)
    except Busy:
        form.refuse(gettext("Pindah basis data yang lain sudah disiapkan. Batalkan dahulu."))
        return _current(form, 409)
    return redirect(url_for("moves.index"), 303)


@moves.post("/confirmation")
def confirm():
    """Have the site moved, and redirect to the page that shows how far that is."""
    form = MoveForm()
    if refusal := throttling.confirm(form, form.password):
        return _current(form, *refusal)
    if words := _obstacle(form):
        form.refuse(words)
        return _current(form, 409)
    return redirect(url_for("moves.index"), 303)


@moves.post("/retry")
def retry():
    """Have one that failed go on where it did."""
    return _changed(_job().retry)


@moves.post("/cancellation")
def give_up():
    """Delete what is here of a move, which leaves the site as it is, or of one that is done."""
    return _changed(_job().give_up)


def _new_job(found, url):
    from pnpm.backup import move_job

    is_by_hand = not config.can_change_database(_instance())
    own = current_app.config["PNPM"].database_url
    return move_job.new(found, auth.signed_in().name, is_by_hand, own)


def _obstacle(form):
    """Confirm the move; return in words what keeps it from beginning."""
    from pnpm.backup import restore_job

    job, restore = _job().current(_instance()), restore_job.current(_instance())
    if restore is not None and restore.is_at_work:
        return gettext("Situs sedang dipulihkan. Tunggu sampai selesai.")
    if job and not (job.found.is_empty or form.replaces.data):
        return gettext("Basis data itu berisi. Centang bahwa isinya boleh dihapus, atau batalkan.")
    try:
        chosen = _instance(), form.key.data, auth.signed_in().name, form.replaces.data
        confirmed = _job().confirm(*chosen)
    except Busy:
        confirmed = None
    if confirmed is None:
        return gettext("Ini sudah berubah sejak halaman dibuka. Periksa lagi.")
    return ""


def _changed(change):
    """Answer a button that changes the move which was begun."""
    words = gettext("Situs sedang berganti basis data. Tunggu sampai selesai.")
    return backup_jobs.changed(change, _current, "moves.index", words)


def _current(form=None, status=200, headers=None):
    """Render where the move is, with a form of it that was refused."""
    from pnpm.backup.move_job import Phase

    job = _job().current(_instance())
    if job and job.waits_for_the_host:  # the settings may name the new one by now
        jobs.move()
        job = _job().current(_instance())
    if job is None:
        return _asked(form, status)
    if job.phase is Phase.READY:
        return _ready(job, form), status, headers or {}
    return _progress(job, form or TokenForm(formdata=None), status)


def _asked(form, status):
    asked = form if isinstance(form, AddressForm) else AddressForm(formdata=None)
    asked.address_with_password.data = None  # a secret is not given back
    page = render_template(
        "admin/moves/index.html", form=asked, refused=form or asked, kind=_here().kind
    )
    return page, status


def _ready(job, form):
    asked = form if isinstance(form, MoveForm) else MoveForm(formdata=None)
    asked.key.data = job.key  # of what is shown now
    return render_template(
        "admin/moves/ready.html",
        job=job,
        form=asked,
        refused=form or asked,
        sides=[(_("Situs sekarang"), _here()), (_("Basis data yang baru"), job.found)],
        kinds=KINDS,
    )


def _progress(job, form, status):
    page = render_template(
        "admin/moves/progress.html",
        form=form,
        **backup_jobs.progress(job, DOING, FAULTS),
        kinds=KINDS,
        line=_line() if job.waits_for_the_host else "",
        is_in_environment=config.is_in_environment("DATABASE_URL"),
    )
    answer = make_response(page, status)
    if job.is_at_work:
        jobs.after_answer(answer, jobs.move)
    return answer


def _here():
    from pnpm.backup import tables, target
    from pnpm.db import db

    summary = tables.summary(db.session.connection())
    return target.Found(target.kind_of(db.engine), "", "", "", 0, summary.holds, summary.written())


def _line():
    """Return the setting that the host has to write, with a word in place of the password."""
    from pnpm.backup import target

    try:
        url = target.without_password(_job().address(_instance()), gettext("KATASANDI"))
    except OSError:
        return ""
    if config.is_in_environment("DATABASE_URL"):
        return f"PNPM_DATABASE_URL={url}"
    return f'DATABASE_URL = "{url}"'


def _instance():
    return current_app.config["PNPM"].instance


def _job():
    from pnpm.backup import move_job

    return move_job
