"""What the office calls things: statuses, verbs, reasons, actions, roles, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from flask import Flask, current_app, session, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException

from pnpm.accounts.models import Role
from pnpm.articles.models import Status as ArticleStatus
from pnpm.articles.queries import Tab
from pnpm.audit.models import UNDOES, AuditAction, AuditEntry, digest, undone_by
from pnpm.comments.models import Comment, CommentRevision, Status
from pnpm.comments.queue import MOST_AT_ONCE
from pnpm.comments.spam import HoldReason, blocklists
from pnpm.web import auth, saved_request
from pnpm.web.saved_request import SavedRequest

from .comments.rules_forms import LABELS, MODERATIONS
from .media_forms import LIMITS
from .query_string import arguments
from .settings_forms import LANGUAGES
from .undo import can_undo

STATUSES = {
    Status.PENDING: _("Menunggu"),
    Status.PUBLISHED: _("Terbit"),
    Status.SPAM: _("Spam"),
    Status.DELETED: _("Dihapus"),
}
ARTICLE_STATUSES = {
    ArticleStatus.PUBLISHED: _("Terbit"),
    ArticleStatus.DRAFT: _("Konsep"),
    ArticleStatus.DELETED: _("Dihapus"),
    ArticleStatus.PAGE: _("Halaman situs"),
}
ACTIONS = {
    AuditAction.MOVED.value: _("memindahkan"),
    AuditAction.EDITED.value: _("mengubah teks"),
    AuditAction.REPLIED.value: _("menjawab"),
    AuditAction.REMOVED.value: _("menghapus selamanya"),
    AuditAction.TRUSTED.value: _("mengubah kepercayaan"),
    AuditAction.POLICY.value: _("mengubah aturan"),
    AuditAction.LISTS.value: _("mengubah daftar"),
    AuditAction.ADDED.value: _("menambah"),
    AuditAction.PASSWORD.value: _("mengganti kata sandi"),
    AuditAction.ROLE.value: _("mengubah peran"),
    AuditAction.FACTOR.value: _("mengubah verifikasi dua langkah"),
    AuditAction.SAVED.value: _("menyimpan"),
    AuditAction.WORDS.value: _("mengubah kata-kata"),
    AuditAction.PICTURE.value: _("mengubah gambar"),
    AuditAction.TAKEN.value: _("mengunduh"),
    AuditAction.RESTORED.value: _("memulihkan"),
}
SUBJECTS = {
    "comment": _("komentar"),
    "author": _("penulis"),
    "site": _("situs"),
    "article": _("artikel"),
    "user": _("pengguna"),
    "picture": _("gambar"),
    "backup": _("cadangan"),
}
# Of a change of one thing alone that is on or off: what its change to on is called, and to off.
SWITCHES = {
    AuditAction.POLICY.value: {
        "emergency": (_("menyalakan keadaan darurat"), _("mengakhiri keadaan darurat")),
        "comments_open": (_("membuka komentar"), _("menutup komentar")),
    },
    AuditAction.WORDS.value: {
        "thanks": (_("menyalakan baris terima kasih"), _("mematikan baris terima kasih")),
        "pinned": (_("menyematkan artikel"), _("melepas sematan artikel")),
        "headlines": (_("memilih Breaking News"), _("mengosongkan pilihan Breaking News")),
        "logo": (_("mengganti logo"), _("melepas logo")),
    },
    AuditAction.PICTURE.value: {
        "deleted": (_("menghapus"), _("mengembalikan")),
        "alt": (_("menulis teks pengganti"), _("mengosongkan teks pengganti")),
    },
    AuditAction.FACTOR.value: {
        "second_factor": (
            _("menyalakan verifikasi dua langkah"),
            _("mematikan verifikasi dua langkah"),
        )
    },
}
SAVED = {
    "published": _("menerbitkan"),
    "draft": _("menjadikan konsep"),
    "deleted": _("menghapus"),
}  # an article, by its new status
# of the site's words, those that are written
TEXTS = {"name", "tagline", "ticker", "email", "copyright", "links_title", "links"}
HIDDEN = {UNDOES, "parent"}  # of what an entry says: told in its words already
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
    "title": _("judul"),
    "slug": _("akhir alamat"),
    "labels": _("label"),
    "published_at": _("tanggal terbit"),
    "alt": _("teks pengganti"),
    "deleted": _("dihapus"),
    "tagline": _("semboyan"),
    "logo": _("logo"),
    "ticker": _("judul berita berjalan"),
    "email": _("e-mail"),
    "copyright": _("baris hak cipta"),
    "links_title": _("judul tautan"),
    "links": _("tautan"),
    "thanks": _("baris terima kasih"),
    "language": _("bahasa"),
    "timezone": _("zona waktu"),
    "pinned": _("artikel yang disematkan"),
    "headlines": _("Breaking News"),
    "backup": _("cadangan"),
    "made": _("dibuat"),
    "accounts": _("kata sandi lama berlaku lagi"),
    **LABELS,
}


class Told(NamedTuple):
    """An entry in words: what was done (`verb`), and to what: a subject, its number if it has one,
    and both as one says them.
    """

    verb: str
    subject: str
    number: int | None

    @property
    def about(self) -> str:
        """`komentar 7`."""
        subject = str(SUBJECTS.get(self.subject, self.subject))
        return subject if self.number is None else f"{subject} {self.number}"


def told(entries: Iterable[AuditEntry]) -> dict[int, Told]:
    """Each of these entries in words, by its number: an answer of what it answers, an undo of what
    it undid.
    """
    entries = list(entries)
    undone = undone_by(entries)
    answered = Comment.parents_of(_answers([*entries, *undone.values()]))
    return {entry.id: _told(entry, undone.get(entry.id), answered) for entry in entries}


def _answers(entries):
    """The numbers of the answers whose entries do not say yet what they answer, as those of 0.5.0
    do not.
    """
    return {
        entry.number
        for entry in entries
        if entry.action == AuditAction.REPLIED.value and "parent" not in entry.after
    }


def _told(entry, undone, answered):
    if undone:
        found = _told(undone, None, answered)
        return found._replace(verb=gettext("mengurungkan: %(verb)s", verb=found.verb))
    number = entry.number
    if entry.action == AuditAction.REPLIED.value:
        number = entry.after.get("parent") or answered.get(number)
    verb = str(_verb_of(entry))
    return Told(
        gettext("mengurungkan: %(verb)s", verb=verb) if UNDOES in entry.after else verb,
        entry.subject,
        number,
    )


def _verb_of(entry):
    """What was done, in the words of what was changed: a switch is switched, a text is written."""
    changed = {
        name
        for name in entry.after
        if name != UNDOES and entry.after[name] != entry.before.get(name)
    }
    if entry.action in SWITCHES and len(changed) == 1:
        (name,) = changed
        words = SWITCHES[entry.action].get(name)
        if words:
            return words[0] if entry.after[name] else words[1]
    if entry.action == AuditAction.TRUSTED.value and "trusted" in changed:
        return _("mempercayai") if entry.after["trusted"] else _("tidak lagi mempercayai")
    if entry.action == AuditAction.SAVED.value and "status" in changed and not _is_new_draft(entry):
        return SAVED.get(entry.after["status"], ACTIONS[entry.action])
    if entry.action == AuditAction.WORDS.value and not changed <= TEXTS:
        return _("mengubah pengaturan")
    return ACTIONS.get(entry.action, entry.action)


def _is_new_draft(entry):
    return (entry.before.get("status"), entry.after["status"]) == ("deleted", "draft")


def texts(entries: Iterable[AuditEntry]) -> dict[str, str]:
    """The texts that these entries tell of by their digests, as far as they are still kept."""
    numbers = {
        entry.number
        for entry in entries
        if entry.action in (AuditAction.EDITED.value, AuditAction.REPLIED.value)
    }
    now = {digest(body): body for body in Comment.bodies_of(numbers)}
    return CommentRevision.texts_of(list(numbers)) | now


def changes(entry: AuditEntry, originals: dict[str, str]) -> list[tuple[str, str, str]]:
    """What an entry says was changed: name, before, after. A text is shown as long as it is kept,
    else by its digest.
    """
    names = [name for name in (entry.before | entry.after) if name not in HIDDEN]
    if entry.action == AuditAction.REPLIED.value:
        names = ["text"]  # it had none, and no status
    return [
        (
            str(NAMES.get(name, name)),
            *(_value(name, side, originals, entry.subject) for side in _sides(name, entry)),
        )
        for name in names
        if entry.before.get(name) != entry.after.get(name)
    ]


def _sides(name, entry):
    """What was before, and after; of a list, the lines that the other lacks."""
    sides = entry.before.get(name), entry.after.get(name)
    return blocklists.apart(*sides) if name in LABELS or name == "reserved" else sides


def _value(name, value, originals, subject):
    if name == "language" and value:
        return str(LANGUAGES.get(value, value))
    if name == "moderation" and value:
        return str(MODERATIONS[value])
    if name == "status" and value:
        return str(
            ARTICLE_STATUSES[ArticleStatus(value)]
            if subject == "article"
            else STATUSES[Status(value)]
        )
    if name == "text":
        return originals.get(value, f"({value[:12]})") if value else ""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, list):
        return "; ".join(": ".join(one) if isinstance(one, list) else str(one) for one in value)
    return (
        {True: gettext("ya"), False: gettext("tidak")}[value]
        if isinstance(value, bool)
        else str(value)
    )


VERBS = {
    Status.PUBLISHED: _("Terbitkan"),
    Status.PENDING: _("Tahan"),
    Status.SPAM: _("Spam"),
    Status.DELETED: _("Hapus"),
}
DONE = {
    Status.PUBLISHED: _("sekarang terbit"),
    Status.PENDING: _("sekarang ditahan"),
    Status.SPAM: _("sekarang ditandai spam"),
    Status.DELETED: _("sekarang dihapus"),
}
TABS = {
    Tab.PUBLISHED: _("Terbit"),
    Tab.DRAFT: _("Konsep"),
    Tab.SCHEDULED: _("Terjadwal"),
    Tab.DELETED: _("Dihapus"),
}
TAB_DONE = {
    Tab.PUBLISHED: _("sekarang terbit"),
    Tab.DRAFT: _("sekarang konsep; hanya pengurus yang melihatnya"),
    Tab.SCHEDULED: _("sekarang terjadwal"),
    Tab.DELETED: _("sekarang dihapus"),
}
KEYS = {Status.PUBLISHED: "a", Status.SPAM: "s", Status.DELETED: "d"}  # of the keyboard
ROLES = {Role.ADMIN: _("Admin"), Role.MODERATOR: _("Moderator")}
REASONS = {
    HoldReason.POLICY.value: _("situs ini menahan semua komentar"),
    HoldReason.LIMIT.value: _("banyak komentar dari satu jaringan dalam waktu singkat"),
    HoldReason.HONEYPOT.value: _("kolom tersembunyi terisi: biasanya mesin"),
    HoldReason.FAST.value: _("terkirim lebih cepat dari orang mengetik"),
    HoldReason.LINKS.value: _("lebih dari dua tautan"),
    HoldReason.EMERGENCY.value: _("keadaan darurat: semua ditahan"),
}
LISTED = {
    "words": _("kata dalam daftar: %(line)s"),
    "domains": _("domain dalam daftar: %(line)s"),
    "names": _("nama dalam daftar: %(line)s"),
    "addresses": _("alamat dalam daftar: %(line)s"),
}
PLACES = (
    ("admin.index", _("Ringkasan")),
    ("admin_comments.index", _("Komentar")),
    ("admin_articles.index", _("Artikel")),
    ("admin_media.index", _("Gambar")),
    ("report.index", _("Laporan")),
    ("log.index", _("Catatan")),
    ("policy.index", _("Aturan")),
    ("lists.index", _("Daftar")),
    ("settings.index", _("Pengaturan")),
    ("backups.index", _("Cadangan")),
    ("users.index", _("Pengguna")),
    ("diagnostics.index", _("Pemeriksaan")),
    ("account.index", _("Akun saya")),
)
# What somebody wanted who sent a form, by its endpoint: said to them where it was not done.
TAPS = {
    "admin_comments.edit": _("Simpan teks komentar %(number)s"),
    "admin_comments.reply": _("Jawab komentar %(number)s"),
    "admin_comments.remove": _("Hapus selamanya komentar %(number)s"),
    "authors.change_trust": _("Ubah kepercayaan kepada seorang penulis"),
    "admin_articles.create": _("Simpan artikel baru"),
    "admin_articles.change": _("Simpan artikel %(number)s"),
    "admin_articles.show_preview": _("Lihat artikel sebelum disimpan"),
    "revisions.restore": _("Kembalikan artikel %(number)s ke versi yang lama"),
    "headlines.clear": _("Kosongkan pilihan Breaking News"),
    "headlines.put": _("Ubah pilihan Breaking News"),
    "log.undo": _("Urungkan yang sudah dilakukan"),
    "policy.change": _("Simpan aturan"),
    "policy.change_one": _("Simpan aturan artikel %(number)s"),
    "lists.change": _("Simpan daftar"),
    "settings.change": _("Simpan pengaturan"),
    "settings.preview": _("Lihat pengaturan sebelum disimpan"),
    "site_pages.begin": _("Mulai menulis halaman situs"),
    "admin_media.add": _("Tambah gambar"),
    "admin_media.describe": _("Simpan keterangan gambar %(number)s"),
    "account.end": _("Keluarkan satu peramban"),
    "account.end_others": _("Keluarkan semua peramban lain"),
    "backups.make": _("Buat cadangan"),
    "users.remove": _("Hapus pengguna"),
    "users.change_role": _("Ubah peran pengguna"),
    "users.turn_factor_off": _("Matikan verifikasi dua langkah pengguna"),
}
ARTICLE_VERBS = {"published": _("Terbitkan"), "draft": _("Jadikan konsep"), "deleted": _("Hapus")}
FAULTS = {
    "full": _(
        "Tempat di hosting penuh. Hapus yang tidak perlu, atau minta tempat lebih kepada "
        "penyedia hosting."
    ),
    "denied": _(
        "Folder “instance” tidak dapat ditulis. Minta penyedia hosting memperbaiki izinnya."
    ),
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
    found = [
        (endpoint, words)
        for endpoint, words in PLACES
        if auth.officer().role in auth.roles_of(endpoint)
    ]
    return [(endpoint, str(words)) for endpoint, words in found]


def tap(saved: SavedRequest) -> tuple[str, bool]:
    """What somebody wanted who sent that, in words, and whether this officer may do it."""
    try:
        endpoint, values = current_app.url_map.bind("").match(
            saved.path.partition("?")[0], method="POST"
        )
    except HTTPException:  # another version had such an address
        return gettext("Kirim formulir"), False
    return _tapped(endpoint, values, saved), auth.officer().role in auth.roles_of(endpoint)


def _tapped(endpoint, values, saved):
    sent, number = saved.values, values.get("number")
    if endpoint == "admin_comments.change_status":
        return f"{_verb(VERBS, sent)} {gettext('komentar %(number)s', number=number)}"
    if endpoint == "admin_comments.move":
        count = len([name for name, _value in saved.fields if name == "comment"])
        many = ngettext("%(num)s komentar", "%(num)s komentar", count)
        return (
            f"{_verb(VERBS, sent)} "
            f"{gettext('semua komentar yang cocok') if sent.get('all') else many}"
        )
    if endpoint == "admin_articles.change_status":
        return f"{_verb(ARTICLE_VERBS, sent)} {gettext('artikel %(number)s', number=number)}"
    if endpoint == "policy.change_emergency":
        is_on = sent.get("emergency") == "on"
        return gettext("Nyalakan keadaan darurat") if is_on else gettext("Akhiri keadaan darurat")
    if endpoint == "admin_media.change_deleted":
        words = (
            gettext("Hapus gambar %(number)s")
            if sent.get("deleted") == "yes"
            else gettext("Kembalikan gambar %(number)s")
        )
        return words % {"number": number}
    return str(TAPS.get(endpoint, gettext("Kirim formulir"))) % values


def _verb(verbs, sent):
    words = {getattr(status, "value", status): verb for status, verb in verbs.items()}
    return words.get(sent.get("status"), gettext("Ubah"))


def offered() -> bool:
    """Whether something that this officer sent in vain may still be done."""
    return saved_request.SAVED in session and bool(saved_request.waiting(auth.officer().id))


def init_app(app: Flask) -> None:
    """Give the office's templates these words, and the widgets of forms."""
    given = {
        "statuses": STATUSES,
        "verbs": VERBS,
        "done_words": DONE,
        "keys": KEYS,
        "roles": ROLES,
        "reasons": REASONS,
    }
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
        return (
            given | {"fields": app.jinja_env.get_template("_fields.html").module}
            if auth.is_office()
            else {}
        )

    app.jinja_env.filters.update(reason=reason, changes=changes, can_undo=can_undo)


def _address_to(search, **changed):
    return url_for("admin_comments.index", **arguments(search, **changed))
