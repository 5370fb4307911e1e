"""The audit log in words: what was done, to what, and the values before and after."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from pnpm.accounts.models import Notices
from pnpm.articles.models import Status as ArticleStatus
from pnpm.audit.models import BY_MAIL, UNDOES, AuditAction, AuditEntry, digest, undone_by
from pnpm.comments.models import Comment, CommentRevision, Status
from pnpm.comments.moderation import UNSEEN
from pnpm.comments.spam import blocklists
from pnpm.languages import name_of

from .appearance import ACCENTS, LAYOUTS
from .comments.rules_forms import LABELS, MODERATIONS
from .labels import ARTICLE_STATUSES, NOTICES, REQUEST_KINDS, STATUSES, STRENGTHS

ACTIONS = {
    AuditAction.MOVED.value: _("memindahkan"),
    AuditAction.EDITED.value: _("mengubah teks"),
    AuditAction.REPLIED.value: _("menjawab"),
    AuditAction.REMOVED.value: _("menghapus selamanya"),
    AuditAction.TRUSTED.value: _("mengubah kepercayaan"),
    AuditAction.POLICY.value: _("mengubah aturan"),
    AuditAction.LISTS.value: _("mengubah daftar"),
    AuditAction.FORGOTTEN.value: _("melupakan"),
    AuditAction.ADDED.value: _("menambah"),
    AuditAction.PASSWORD.value: _("mengganti kata sandi"),
    AuditAction.ROLE.value: _("mengubah peran"),
    AuditAction.FACTOR.value: _("mengubah verifikasi dua langkah"),
    AuditAction.CONTACT.value: _("mengubah alamat surel dan pemberitahuan"),
    AuditAction.MAIL.value: _("mengurus surel yang gagal"),
    AuditAction.SAVED.value: _("menyimpan"),
    AuditAction.WORDS.value: _("mengubah kata-kata"),
    AuditAction.PICTURE.value: _("mengubah gambar"),
    AuditAction.TAKEN.value: _("mengunduh"),
    AuditAction.RESTORED.value: _("memulihkan"),
    AuditAction.IMPORTED.value: _("mengimpor"),
    AuditAction.REDACTED.value: _("menghapus data pribadi dari"),
    AuditAction.ASKED.value: _("mengirim"),
    AuditAction.CONFIRMED.value: _("mengonfirmasi"),
    AuditAction.ANSWERED.value: _("menjawab permintaan"),
    AuditAction.DELIVERED.value: _("menyampaikan jawaban"),
    AuditAction.CORRECTED.value: _("memperbaiki data pribadi"),
    AuditAction.ANONYMIZED.value: _("menjadikan anonim"),
    AuditAction.ERASED.value: _("menghapus atas permintaan"),
}
SUBJECTS = {
    "comment": _("komentar"),
    "author": _("penulis"),
    "site": _("situs"),
    "name": _("nama yang diingat"),
    "article": _("artikel"),
    "user": _("pengguna"),
    "picture": _("gambar"),
    "backup": _("cadangan"),
    "export": _("ekspor"),
    "mail": _("surel keluar"),
    "request": _("permintaan data"),
    "log": _("entri catatan"),
    "import": _("arsip situs lain"),
    "database": _("basis data situs"),
}
# Verbs for an entry in which one value alone was changed: when it was set, and when it was cleared.
SWITCHES = {
    # a comment that the spam filter has put among spam, and now a moderator, too
    AuditAction.MOVED.value: {
        UNSEEN: (_("membatalkan penilaian"), _("membenarkan penilaian")),
    },
    AuditAction.POLICY.value: {
        "emergency": (_("menyalakan keadaan darurat"), _("mengakhiri keadaan darurat")),
        "comments_open": (_("membuka komentar"), _("menutup komentar")),
    },
    AuditAction.WORDS.value: {
        "thanks": (_("menyalakan baris terima kasih"), _("mematikan baris terima kasih")),
        "pinned": (_("menyematkan artikel"), _("melepas sematan artikel")),
        "headlines": (_("memilih Breaking News"), _("mengosongkan pilihan Breaking News")),
        "logo": (_("mengganti logo"), _("melepas logo")),
        "welcome": (_("membuka langkah pertama"), _("menutup langkah pertama")),
        "header_picture": (_("mengganti gambar tempat"), _("melepas gambar tempat")),
        "layout": (_("mengganti tata letak"), _("mengganti tata letak")),
        "accent": (_("mengganti warna"), _("mengembalikan warna merah")),
    },
    AuditAction.PICTURE.value: {
        "deleted": (_("menghapus"), _("mengembalikan")),
        "alt": (_("menulis teks pengganti"), _("mengosongkan teks pengganti")),
    },
    AuditAction.CONTACT.value: {
        "confirmed": (_("mengonfirmasi alamat surel"), _("mengubah alamat surel")),
    },
    AuditAction.FACTOR.value: {
        "second_factor": (
            _("menyalakan verifikasi dua langkah"),
            _("mematikan verifikasi dua langkah"),
        )
    },
}
# Verbs for saving an article, by its new status.
SAVED = {
    "published": _("menerbitkan"),
    "draft": _("menjadikan konsep"),
    "deleted": _("menghapus"),
}
# The free texts among the site's words; the rest are choices.
TEXTS = {"name", "tagline", "ticker", "email", "copyright", "links_title", "links"}
HIDDEN = {
    UNDOES,
    BY_MAIL,
    UNSEEN,
    "parent",
    "rows",
    "contact",
    "content",
    "request",
}  # values of an entry that its verb tells already
NAMES = {
    "status": _("keadaan"),
    "text": _("teks"),
    "name": _("nama"),
    "role": _("peran"),
    "second_factor": _("verifikasi dua langkah"),
    "notices": _("pemberitahuan"),
    "confirmed": _("alamat surel dikonfirmasi"),
    "again": _("dicoba lagi"),
    "discarded": _("dibuang"),
    "trusted": _("dipercaya"),
    "until": _("sampai"),
    "moderation": _("komentar baru"),
    "strength": _("penyaring spam"),
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
    "header_picture": _("gambar tempat"),
    "accent": _("warna"),
    "layout": _("tata letak"),
    "ticker": _("judul berita berjalan"),
    "email": _("alamat surel"),
    "copyright": _("baris hak cipta"),
    "links_title": _("judul tautan"),
    "links": _("tautan"),
    "thanks": _("baris terima kasih"),
    "language": _("bahasa"),
    "timezone": _("zona waktu"),
    "pinned": _("artikel yang disematkan"),
    "headlines": _("Breaking News"),
    "welcome": _("langkah pertama"),
    "backup": _("cadangan"),
    "engine": _("jenis basis data"),
    "system": _("dari"),
    "made": _("dibuat"),
    "chain": _("catatan dengan rantai lamanya"),
    "format": _("bentuk"),
    "personal": _("dengan data pribadi"),
    "accounts": _("kata sandi lama berlaku lagi"),
    "redacted": _("isinya dihapus atas permintaan data"),
    "kind": _("permintaan"),
    "shared": _("dengan salinan data"),
    "fields": _("yang diperbaiki"),
    "comments": _("komentar"),
    "subscribers": _("langganan surel"),
    "trusts": _("kepercayaan"),
    "mails": _("surel keluar"),
    "entries": _("entri catatan"),
    "requests": _("permintaan data lain"),
    "names": _("nama yang diingat"),
    "lines": _("baris daftar"),
    **LABELS,
}


# of values that are one of a few: the words of each
CHOICES: dict[str, dict] = {
    "accent": ACCENTS,
    "layout": LAYOUTS,
    "strength": {strength.value: words for strength, words in STRENGTHS.items()},
    "kind": {kind.value: words for kind, words in REQUEST_KINDS.items()},
}
# of a comment, as a correction names them
FIELDS = {"name": _("nama"), "website": _("situs web"), "body": _("teks")}


class Told(NamedTuple):
    """An entry in words: what was done (`verb`), to which subject, and to which of them if it is
    numbered.
    """

    verb: str
    subject: str
    number: int | None

    @property
    def about(self) -> str:
        """Return subject and number as one says them: `komentar 7`."""
        subject = str(SUBJECTS.get(self.subject, self.subject))
        if self.number is None:
            return subject
        return f"{subject} {self.number}"


def told(entries: Iterable[AuditEntry]) -> dict[int, Told]:
    """Return each entry in words, by its id. A reply is told of the comment that it answers, an
    undo of what it undid.
    """
    entries = list(entries)
    undone = undone_by(entries)
    answered = Comment.parents_of(_answers([*entries, *undone.values()]))
    return {entry.id: _told(entry, undone.get(entry.id), answered) for entry in entries}


def _answers(entries):
    """Return the numbers of the replies whose entries do not say what they answer: those of version
    0.5.0 do not.
    """
    return {
        entry.number
        for entry in entries
        if entry.action == AuditAction.REPLIED.value and "parent" not in entry.after
    }


def _told(entry, undone, answered):
    if undone:
        original = _told(undone, None, answered)
        return original._replace(verb=gettext("mengurungkan: %(verb)s", verb=original.verb))
    number = entry.number
    if entry.action == AuditAction.REPLIED.value:
        number = entry.after.get("parent") or answered.get(number)
    verb = str(_verb_of(entry))
    if entry.after.get(BY_MAIL):
        verb = gettext("lewat surel %(verb)s", verb=verb)
    if UNDOES in entry.after:  # and what it undid is not in this log
        verb = gettext("mengurungkan: %(verb)s", verb=verb)
    return Told(verb, entry.subject, number)


def _verb_of(entry):
    """Return what was done, as exactly as the changed values tell it."""
    changed = {
        name
        for name in entry.after
        if name not in (UNDOES, BY_MAIL) and entry.after[name] != entry.before.get(name)
    }
    if entry.action in SWITCHES and len(changed) == 1:
        (name,) = changed
        verbs = SWITCHES[entry.action].get(name)
        if verbs:
            set_verb, cleared_verb = verbs
            return set_verb if entry.after[name] else cleared_verb
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
    """Return the comments' texts, by digest, that these entries name by their digests, as far as
    they are still kept.
    """
    numbers = {
        entry.number
        for entry in entries
        if entry.action in (AuditAction.EDITED.value, AuditAction.REPLIED.value) and entry.number
    }
    now = {digest(body): body for body in Comment.bodies_of(numbers)}
    return CommentRevision.texts_of(list(numbers)) | now


def changes(
    entry: AuditEntry | SimpleNamespace, originals: dict[str, str]
) -> list[tuple[str, str, str]]:
    """Return each value that an entry says was changed, in words: its name, before, after. A text
    that is not among `originals` any more is shown by its digest.
    """
    names = [name for name in (entry.before | entry.after) if name not in HIDDEN]
    if entry.action == AuditAction.REPLIED.value:
        names = ["text"]  # it had none, and no status
    changed = [name for name in names if entry.before.get(name) != entry.after.get(name)]
    return [(str(NAMES.get(name, name)), *_sides(name, entry, originals)) for name in changed]


def _sides(name, entry, originals):
    """Return a value before and after, in words; of a list, the lines that the other side lacks."""
    before, after = entry.before.get(name), entry.after.get(name)
    if name in LABELS or name == "reserved":
        before, after = blocklists.apart(before, after)
    return (
        _value(name, before, originals, entry.subject),
        _value(name, after, originals, entry.subject),
    )


def _value(name, value, originals, subject):
    try:
        return _in_words(name, value, originals, subject)
    except (LookupError, TypeError, ValueError):  # of another version, or of a file from elsewhere
        return str(value)


def _in_words(name, value, originals, subject):
    if name in CHOICES and (value or value in CHOICES[name]):
        return str(CHOICES[name].get(value, value))
    if name == "language" and value:
        return name_of(value)
    if name == "moderation" and value:
        return str(MODERATIONS[value])
    if name == "notices" and value:
        return str(NOTICES[Notices(value)])
    if name == "status" and value:
        return _status(subject, value)
    if name == "text":
        return originals.get(value, f"({value[:12]})") if value else ""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, list):
        return "; ".join(map(_item, value))
    if isinstance(value, bool):
        return gettext("ya") if value else gettext("tidak")
    return str(value)


def _status(subject, value):
    if subject == "article":
        return str(ARTICLE_STATUSES[ArticleStatus(value)])
    return str(STATUSES[Status(value)].name)


def _item(item):
    if isinstance(item, list):  # a link: its name and its address
        return ": ".join(item)
    return str(FIELDS.get(item, item))
