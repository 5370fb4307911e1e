"""What the office calls things: statuses, verbs, reasons, actions, roles, in words."""

from flask import Flask, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from . import auth
from .forms.lists import LABELS
from .forms.policy import MODERATIONS
from .forms.search import arguments
from .models.comment import Status
from .models.desk import MOST_AT_ONCE
from .models.log import Action, Entry
from .models.undoing import can_undo
from .models.user import Role
from .spam import Doubt, lists

STATUSES = {Status.PENDING: _("Menunggu"), Status.PUBLISHED: _("Terbit"), Status.SPAM: _("Spam"), Status.DELETED: _("Dihapus")}
VERBS = {Status.PUBLISHED: _("Terbitkan"), Status.PENDING: _("Tahan"), Status.SPAM: _("Spam"), Status.DELETED: _("Hapus")}
DONE = {
    Status.PUBLISHED: _("sekarang terbit"),
    Status.PENDING: _("sekarang ditahan"),
    Status.SPAM: _("sekarang ditandai spam"),
    Status.DELETED: _("sekarang dihapus"),
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
ACTIONS = {
    Action.MOVED.value: _("memindahkan"),
    Action.EDITED.value: _("mengubah teks"),
    Action.REPLIED.value: _("menjawab"),
    Action.REMOVED.value: _("menghapus selamanya"),
    Action.TRUSTED.value: _("mengubah kepercayaan"),
    Action.POLICY.value: _("mengubah aturan"),
    Action.LISTS.value: _("mengubah daftar"),
    Action.ADDED.value: _("menambah"),
    Action.PASSWORD.value: _("mengganti kata sandi"),
    Action.ROLE.value: _("mengubah peran"),
    Action.FACTOR.value: _("mengubah verifikasi dua langkah"),
}
SUBJECTS = {
    "comment": _("komentar"),
    "author": _("penulis"),
    "site": _("situs"),
    "article": _("artikel"),
    "user": _("pengguna"),
}
NAMES = {
    "status": _("keadaan"),
    "text": _("teks"),
    "name": _("nama"),
    "role": _("peran"),
    "second_factor": _("verifikasi dua langkah"),
    "trusted": _("dipercaya"),
    "until": _("sampai"),
    "moderation": _("komentar baru"),
    "close_after": _("tutup setelah hari"),
    "emergency": _("keadaan darurat"),
    "reserved": _("nama pengurus"),
    "comments_open": _("komentar dibuka"),
    **LABELS,
}
PLACES = (
    ("office.index", _("Ringkasan")),
    ("desk.index", _("Komentar")),
    ("report.index", _("Laporan")),
    ("log.index", _("Catatan")),
    ("policy.index", _("Aturan")),
    ("lists.index", _("Daftar")),
    ("users.index", _("Pengguna")),
    ("account.index", _("Akun saya")),
)


def reason(kept: str) -> str:
    """Why a comment waits, in words, from the reason that is kept with it."""
    kind, colon, line = kept.partition(":")
    if colon and kind in LISTED:
        return str(LISTED[kind]) % {"line": line}
    return str(REASONS.get(kept, kept))


def about(entry: Entry) -> str:
    """What an entry of the log is about: `komentar 7`."""
    subject = str(SUBJECTS.get(entry.subject, entry.subject))
    return subject if entry.number is None else f"{subject} {entry.number}"


def changes(entry: Entry, originals: dict[str, str]) -> list[tuple[str, str, str]]:
    """What an entry says was changed: name, before, after. A text is shown as long as it is kept, else by its digest."""
    names = [*entry.after, *(name for name in entry.before if name not in entry.after)]
    return [
        (str(NAMES.get(name, name)), *(_value(name, side, originals) for side in _sides(name, entry)))
        for name in names
        if entry.before.get(name) != entry.after.get(name)
    ]


def places() -> list[tuple[str, str]]:
    """The office's pages that this officer may open: endpoint and words."""
    found = [(endpoint, words) for endpoint, words in PLACES if auth.officer().role in auth.roles_of(endpoint)]
    return [(endpoint, str(words)) for endpoint, words in found]


def furnish(app: Flask) -> None:
    """Give the office's templates these words, and the widgets of forms."""
    given = {"statuses": STATUSES, "verbs": VERBS, "done_words": DONE, "keys": KEYS, "roles": ROLES, "reasons": REASONS}
    given |= {"actions": ACTIONS, "office_places": places, "most_at_once": MOST_AT_ONCE, "address_to": _address_to}

    @app.context_processor
    def office():
        return given | {"fields": app.jinja_env.get_template("_fields.html").module} if auth.is_office() else {}

    app.jinja_env.filters.update(reason=reason, about=about, changes=changes, can_undo=can_undo)


def _address_to(search, **changed):
    return url_for("desk.index", **arguments(search, **changed))


def _sides(name, entry):
    """What was before, and after; of a list, the lines that the other lacks."""
    sides = entry.before.get(name), entry.after.get(name)
    return lists.apart(*sides) if name in LABELS or name == "reserved" else sides


def _value(name, value, originals):
    if name == "moderation" and value:
        return str(MODERATIONS[value])
    if name == "status" and value:
        return str(STATUSES[Status(value)])
    if name == "text":
        return originals.get(value, f"({value[:12]})") if value else ""
    if value is None or value == "":
        return "–"
    return {True: gettext("ya"), False: gettext("tidak")}[value] if isinstance(value, bool) else str(value)
