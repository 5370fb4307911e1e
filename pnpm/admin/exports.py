"""The office's way to take the whole site along, to another system or as plain files. Its form
stands on the page of backups.
"""

from flask import Blueprint, current_app, send_file
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectChoice, SelectField

from pnpm.audit.models import AuditAction, ChangeSet
from pnpm.db import now, transaction
from pnpm.files import workplace
from pnpm.web import auth, exports
from pnpm.web.site import current_site

from .forms import OfficeForm

# each with the end of its file's name; a backup takes the site along to another place of its own
FORMATS = {
    "json": (_("Semuanya, dalam JSON dengan gambarnya (zip)"), ".zip"),
    "wxr": (_("Untuk WordPress (WXR)"), "-wordpress.xml"),
    "blogger": (_("Untuk Blogger (Atom)"), "-blogger.xml"),
    "static": (_("Halaman biasa tanpa program (zip)"), "-html.zip"),
}


class ExportForm(OfficeForm):
    """What is taken along, and whether personal data are."""

    format = SelectField(
        _("Bentuk"), choices=[SelectChoice(form, words) for form, (words, _end) in FORMATS.items()]
    )
    personal = BooleanField(_("Dengan data pribadi: alamat surel, langganan, permintaan data"))


admin_exports = Blueprint("admin_exports", __name__, url_prefix=f"{auth.PREFIX}/exports")


@admin_exports.post("")
def make():
    """Send the site as one file, which is not kept here. The log says who took it."""
    from .backups import page_of_backups

    form = ExportForm()
    if not form.validate():
        return page_of_backups(exporting=form, status=form.refusal)
    name = f"situs-{now().astimezone(current_site().zone):%Y%m%d}{FORMATS[form.format.data][1]}"
    try:
        file = _written(name, form.format.data, form.personal.data)
    except (OSError, exports.Refused) as error:
        reason = getattr(error, "strerror", None) or str(error)
        form.refuse(gettext("Berkasnya tidak dapat dibuat: %(reason)s", reason=reason))
        return page_of_backups(exporting=form, status=503)
    _record(name, form)
    return send_file(file, as_attachment=True, download_name=name)


def _written(name, form, personal):
    """Return the open file, which nobody else finds any more."""
    with workplace(current_app.config["PNPM"].instance) as place:
        exports.write(place / name, form, personal)
        return (place / name).open("rb")


def _record(name, form):
    after = {"name": name, "format": form.format.data, "personal": form.personal.data}
    with transaction():
        ChangeSet(auth.signed_in().name).record(AuditAction.TAKEN, "export", [(None, {}, after)])
