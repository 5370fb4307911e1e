"""The office's page of backups: list them, make one, download one.

`pnpm.backup` is imported inside the functions that use it, since every cold start of the site would
pay for it.
"""

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import transaction
from pnpm.files import Busy
from pnpm.web import auth
from pnpm.web.site import current_site

from . import labels
from .forms import TokenForm

backups = Blueprint("backups", __name__, url_prefix=f"{auth.PREFIX}/backups")
AT_ONCE = 20  # seconds for pictures that are new to the backups: gunicorn ends a worker after 30


@backups.get("")
def index():
    """Render the list of backups, and how one is restored."""
    return page_of_backups()


@backups.post("")
def make():
    """Make a backup now."""
    form = TokenForm()
    if not form.validate():
        return page_of_backups(form, form.refusal)
    name, status = _made(form)
    if name is None:
        return page_of_backups(form, status)
    _record(AuditAction.ADDED, name)
    flash(gettext("Cadangan sudah dibuat dan diperiksa."))
    return redirect(url_for("backups.index"), status)


@backups.get("/<name>")
def download(name):
    """Send a backup as one zip file with its pictures. It holds people's addresses, so the log says
    who took it.
    """
    from pnpm.backup import daily
    from pnpm.backup.archive import Unfit

    found = daily.of(current_app.config["PNPM"].instance, name) or abort(404)
    try:
        length, chunks = found.packed()
    except Unfit:
        return _broken()
    if request.method == "GET":
        _record(AuditAction.TAKEN, name)
    return _as_file(chunks, length, name)


def _as_file(chunks, length, name):
    answer = Response(chunks, mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.content_length = length
    return answer


def _broken():
    form = TokenForm(formdata=None)
    form.refuse(gettext("Cadangan ini tidak utuh lagi. Pakai yang lain."))
    return page_of_backups(form, 409)


def _made(form):
    """Make a backup and return its name and 303; or None and the status of the refusal, whose words
    are then in the form.

    What another try mends (somebody else is making one, or there was too much for one time) is no
    server error: 409.
    """
    from pnpm.backup import daily
    from pnpm.backup.failure import Failed
    from pnpm.backup.pool import Unfinished

    try:
        return daily.make(current_app.config["PNPM"], current_site().zone, AT_ONCE).name, 303
    except Busy:
        form.refuse(gettext("Cadangan sedang dibuat atau dipulihkan. Coba lagi sebentar lagi."))
    except Unfinished:
        form.refuse(
            gettext("Banyak gambar baru, dan belum semuanya masuk. Tekan lagi untuk melanjutkan.")
        )
    except Failed as failed:
        form.refuse(str(labels.FAULTS[failed.failure.fault]))
        return None, 503
    return None, 409


def _record(action, name):
    with transaction():
        ChangeSet(auth.signed_in().name).record(action, "backup", [(None, {}, {"name": name})])


def page_of_backups(form=None, status=200, exporting=None):
    """Render the page with one of its forms as it was sent: that of a backup, or of an export."""
    from pnpm.backup import daily, move_job, restore_job

    from .exports import ExportForm
    from .restores import LARGEST

    instance = current_app.config["PNPM"].instance
    page = render_template(
        "admin/backups/index.html",
        form=form or TokenForm(formdata=None),
        exporting=exporting or ExportForm(formdata=None),
        faults=labels.FAULTS,
        kept=daily.all_kept(instance),
        failure=daily.newest(instance).failure,
        is_restoring=restore_job.current(instance) is not None,
        is_moving=move_job.current(instance) is not None,
        largest=LARGEST,
    )
    return page, status
