"""What the office calls things: statuses, verbs, reasons, actions, roles, in words."""

from flask import Flask, current_app, session, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException

from pnpm.accounts.models import Role
from pnpm.articles.queries import Tab
from pnpm.comments.models import Status
from pnpm.comments.queue import MOST_AT_ONCE
from pnpm.comments.spam import Doubt
from pnpm.web import auth, saved_request
from pnpm.web.saved_request import SavedRequest

from .logbook import ACTIONS, STATUSES, changes
from .media_forms import LIMITS
from .query_string import arguments
from .undo import can_undo

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
# What somebody wanted who sent a form, by its endpoint: said to them where it was not done.
TAPS = {
    "desk.edit": _("Simpan teks komentar %(number)s"),
    "desk.reply": _("Jawab komentar %(number)s"),
    "desk.remove": _("Hapus selamanya komentar %(number)s"),
    "authors.change_trust": _("Ubah kepercayaan kepada seorang penulis"),
    "writing.create": _("Simpan artikel baru"),
    "writing.change": _("Simpan artikel %(number)s"),
    "writing.show_preview": _("Lihat artikel sebelum disimpan"),
    "versions.restore": _("Kembalikan artikel %(number)s ke versi yang lama"),
    "headlines.clear": _("Kosongkan pilihan Breaking News"),
    "headlines.put": _("Ubah pilihan Breaking News"),
    "log.undo": _("Urungkan yang sudah dilakukan"),
    "policy.change": _("Simpan aturan"),
    "policy.change_one": _("Simpan aturan artikel %(number)s"),
    "lists.change": _("Simpan daftar"),
    "settings.change": _("Simpan pengaturan"),
    "settings.preview": _("Lihat pengaturan sebelum disimpan"),
    "site_pages.begin": _("Mulai menulis halaman situs"),
    "library.add": _("Tambah gambar"),
    "library.describe": _("Simpan keterangan gambar %(number)s"),
    "account.end": _("Keluarkan satu peramban"),
    "account.end_others": _("Keluarkan semua peramban lain"),
    "backups.make": _("Buat cadangan"),
    "users.remove": _("Hapus pengguna"),
    "users.change_role": _("Ubah peran pengguna"),
    "users.turn_factor_off": _("Matikan verifikasi dua langkah pengguna"),
}
ARTICLE_VERBS = {"published": _("Terbitkan"), "draft": _("Jadikan konsep"), "deleted": _("Hapus")}
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


def tap(saved: SavedRequest) -> tuple[str, bool]:
    """What somebody wanted who sent that, in words, and whether this officer may do it."""
    try:
        endpoint, values = current_app.url_map.bind("").match(saved.path.partition("?")[0], method="POST")
    except HTTPException:  # another version had such an address
        return gettext("Kirim formulir"), False
    return _tapped(endpoint, values, saved), auth.officer().role in auth.roles_of(endpoint)


def _tapped(endpoint, values, saved):
    sent, number = saved.values, values.get("number")
    if endpoint == "desk.change_status":
        return f"{_verb(VERBS, sent)} {gettext('komentar %(number)s', number=number)}"
    if endpoint == "desk.move":
        count = len([name for name, _value in saved.fields if name == "comment"])
        many = ngettext("%(num)s komentar", "%(num)s komentar", count)
        return f"{_verb(VERBS, sent)} {gettext('semua komentar yang cocok') if sent.get('all') else many}"
    if endpoint == "writing.change_status":
        return f"{_verb(ARTICLE_VERBS, sent)} {gettext('artikel %(number)s', number=number)}"
    if endpoint == "policy.change_emergency":
        is_on = sent.get("emergency") == "on"
        return gettext("Nyalakan keadaan darurat") if is_on else gettext("Akhiri keadaan darurat")
    if endpoint == "library.change_deleted":
        words = gettext("Hapus gambar %(number)s") if sent.get("deleted") == "yes" else gettext("Kembalikan gambar %(number)s")
        return words % {"number": number}
    return str(TAPS.get(endpoint, gettext("Kirim formulir"))) % values


def _verb(verbs, sent):
    words = {getattr(status, "value", status): verb for status, verb in verbs.items()}
    return words.get(sent.get("status"), gettext("Ubah"))


def offered() -> bool:
    """Whether something that this officer sent in vain may still be done."""
    return saved_request.SAVED in session and bool(saved_request.waiting(auth.officer().id))


def furnish(app: Flask) -> None:
    """Give the office's templates these words, and the widgets of forms."""
    given = {"statuses": STATUSES, "verbs": VERBS, "done_words": DONE, "keys": KEYS, "roles": ROLES, "reasons": REASONS}
    given |= {
        "actions": ACTIONS,
        "office_places": places,
        "most_at_once": MOST_AT_ONCE,
        "is_offered": offered,
        "address_to": _address_to,
    }
    given |= {"picture_limits": LIMITS}

    @app.context_processor
    def office():
        return given | {"fields": app.jinja_env.get_template("_fields.html").module} if auth.is_office() else {}

    app.jinja_env.filters.update(reason=reason, changes=changes, can_undo=can_undo)


def _address_to(search, **changed):
    return url_for("desk.index", **arguments(search, **changed))
