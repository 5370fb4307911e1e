"""What the office calls things: statuses, verbs, reasons, actions, roles, in words."""

from flask import Flask, url_for
from flask_babel import lazy_gettext as _

from . import auth
from .forms.picture import LIMITS
from .forms.search import arguments
from .logbook import ACTIONS, STATUSES, changes
from .models.comment import Status
from .models.desk import MOST_AT_ONCE
from .models.listing import Tab
from .models.undoing import can_undo
from .models.user import Role
from .spam import Doubt

VERBS = {Status.PUBLISHED: _("Terbitkan"), Status.PENDING: _("Tahan"), Status.SPAM: _("Spam"), Status.DELETED: _("Hapus")}
DONE = {
    Status.PUBLISHED: _("sekarang terbit"),
    Status.PENDING: _("sekarang ditahan"),
    Status.SPAM: _("sekarang ditandai spam"),
    Status.DELETED: _("sekarang dihapus"),
}
TABS = {Tab.PUBLISHED: _("Terbit"), Tab.DRAFT: _("Konsep"), Tab.SCHEDULED: _("Terjadwal"), Tab.DELETED: _("Dihapus")}
TAB_DONE = {
    Tab.PUBLISHED: _("sekarang terbit"),
    Tab.DRAFT: _("sekarang konsep; hanya pengurus yang melihatnya"),
    Tab.SCHEDULED: _("sekarang terjadwal"),
    Tab.DELETED: _("sekarang dihapus"),
}
KEYS = {Status.PUBLISHED: "a", Status.SPAM: "s", Status.DELETED: "d"}  # of the keyboard
ROLES = {Role.ADMIN: _("Admin"), Role.MODERATOR: _("Moderator")}
REASONS = {
    Doubt.POLICY.value: _("situs ini menahan semua komentar"),
    Doubt.LIMIT.value: _("banyak komentar dari satu jaringan dalam waktu singkat"),
    Doubt.HONEYPOT.value: _("kolom tersembunyi terisi: biasanya mesin"),
    Doubt.FAST.value: _("terkirim lebih cepat dari orang mengetik"),
    Doubt.LINKS.value: _("lebih dari dua tautan"),
    Doubt.EMERGENCY.value: _("keadaan darurat: semua ditahan"),
}
LISTED = {
    "words": _("kata dalam daftar: %(line)s"),
    "domains": _("domain dalam daftar: %(line)s"),
    "names": _("nama dalam daftar: %(line)s"),
    "addresses": _("alamat dalam daftar: %(line)s"),
}
PLACES = (
    ("office.index", _("Ringkasan")),
    ("desk.index", _("Komentar")),
    ("writing.index", _("Artikel")),
    ("library.index", _("Gambar")),
    ("report.index", _("Laporan")),
    ("log.index", _("Catatan")),
    ("policy.index", _("Aturan")),
    ("lists.index", _("Daftar")),
    ("settings.index", _("Pengaturan")),
    ("backups.index", _("Cadangan")),
    ("users.index", _("Pengguna")),
    ("checkup.index", _("Pemeriksaan")),
    ("account.index", _("Akun saya")),
)
FAULTS = {
    "full": _("Tempat di hosting penuh. Hapus yang tidak perlu, atau minta tempat lebih kepada penyedia hosting."),
    "denied": _("Folder “instance” tidak dapat ditulis. Minta penyedia hosting memperbaiki izinnya."),
    "damaged": _("Basis data rusak. Pulihkan dari cadangan terakhir di bawah ini."),
    "database": _("Basis data tidak menjawab."),
    "other": _("Berkasnya tidak dapat ditulis."),
}


def reason(kept: str) -> str:
    """Why a comment waits, in words, from the reason that is kept with it."""
    kind, colon, line = kept.partition(":")
    if colon and kind in LISTED:
        return str(LISTED[kind]) % {"line": line}
    return str(REASONS.get(kept, kept))


def places() -> list[tuple[str, str]]:
    """The office's pages that this officer may open: endpoint and words."""
    found = [(endpoint, words) for endpoint, words in PLACES if auth.officer().role in auth.roles_of(endpoint)]
    return [(endpoint, str(words)) for endpoint, words in found]


def furnish(app: Flask) -> None:
    """Give the office's templates these words, and the widgets of forms."""
    given = {"statuses": STATUSES, "verbs": VERBS, "done_words": DONE, "keys": KEYS, "roles": ROLES, "reasons": REASONS}
    given |= {"actions": ACTIONS, "office_places": places, "most_at_once": MOST_AT_ONCE, "address_to": _address_to}
    given |= {"picture_limits": LIMITS}

    @app.context_processor
    def office():
        return given | {"fields": app.jinja_env.get_template("_fields.html").module} if auth.is_office() else {}

    app.jinja_env.filters.update(reason=reason, changes=changes, can_undo=can_undo)


def _address_to(search, **changed):
    return url_for("desk.index", **arguments(search, **changed))
