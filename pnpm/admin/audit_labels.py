"""The audit log in words: what was done, to what, and what was there before and after."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from pnpm.articles.models import Status as ArticleStatus
from pnpm.audit.models import UNDOES, AuditAction, AuditEntry, digest, undone_by
from pnpm.comments.models import Comment, CommentRevision, Status
from pnpm.comments.spam import blocklists

from .comments.rules_forms import LABELS, MODERATIONS
from .labels import ARTICLE_STATUSES, STATUSES
from .settings_forms import LANGUAGES

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
        if entry.action in (AuditAction.EDITED.value, AuditAction.REPLIED.value) and entry.number
    }
    now = {digest(body): body for body in Comment.bodies_of(numbers)}
    return CommentRevision.texts_of(list(numbers)) | now


def changes(
    entry: AuditEntry | SimpleNamespace, originals: dict[str, str]
) -> list[tuple[str, str, str]]:
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
            else STATUSES[Status(value)].name
        )
    if name == "text":
        return originals.get(value, f"({value[:12]})") if value else ""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, list):
        return "; ".join(": ".join(one) if isinstance(one, list) else str(one) for one in value)
    if isinstance(value, bool):
        return {True: gettext("ya"), False: gettext("tidak")}[value]
    return str(value)
