"""An entry of the log in words: what was done to what, before and after."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from .forms.lists import LABELS
from .forms.policy import MODERATIONS
from .forms.settings import LANGUAGES
from .models.action import Action
from .models.article import Status as ArticleStatus
from .models.comment import Status
from .models.log import Entry
from .spam import lists

STATUSES = {Status.PENDING: _("Menunggu"), Status.PUBLISHED: _("Terbit"), Status.SPAM: _("Spam"), Status.DELETED: _("Dihapus")}
ARTICLE_STATUSES = {
    ArticleStatus.PUBLISHED: _("Terbit"),
    ArticleStatus.DRAFT: _("Konsep"),
    ArticleStatus.DELETED: _("Dihapus"),
    ArticleStatus.PAGE: _("Halaman situs"),
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
    Action.SAVED.value: _("menyimpan"),
    Action.WORDS.value: _("mengubah kata-kata"),
    Action.PICTURE.value: _("mengubah gambar"),
    Action.TAKEN.value: _("mengunduh"),
    Action.RESTORED.value: _("memulihkan"),
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
    **LABELS,
}


def about(entry: Entry) -> str:
    """What an entry of the log is about: `komentar 7`."""
    subject = str(SUBJECTS.get(entry.subject, entry.subject))
    return subject if entry.number is None else f"{subject} {entry.number}"


def changes(entry: Entry, originals: dict[str, str]) -> list[tuple[str, str, str]]:
    """What an entry says was changed: name, before, after. A text is shown as long as it is kept, else by its digest."""
    names = [*entry.after, *(name for name in entry.before if name not in entry.after)]
    return [
        (str(NAMES.get(name, name)), *(_value(name, side, originals, entry.subject) for side in _sides(name, entry)))
        for name in names
        if entry.before.get(name) != entry.after.get(name)
    ]


def _sides(name, entry):
    """What was before, and after; of a list, the lines that the other lacks."""
    sides = entry.before.get(name), entry.after.get(name)
    return lists.apart(*sides) if name in LABELS or name == "reserved" else sides


def _value(name, value, originals, subject):
    if name == "language" and value:
        return str(LANGUAGES.get(value, value))
    if name == "moderation" and value:
        return str(MODERATIONS[value])
    if name == "status" and value:
        return str(ARTICLE_STATUSES[ArticleStatus(value)] if subject == "article" else STATUSES[Status(value)])
    if name == "text":
        return originals.get(value, f"({value[:12]})") if value else ""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, list):
        return "; ".join(": ".join(one) if isinstance(one, list) else str(one) for one in value)
    return {True: gettext("ya"), False: gettext("tidak")}[value] if isinstance(value, bool) else str(value)
