"""The office's words for statuses, tabs, roles, reasons and faults."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _

from pnpm.accounts.models import Role
from pnpm.articles.models import Status as ArticleStatus
from pnpm.articles.queries import Tab as ArticleTab
from pnpm.comments.models import Status
from pnpm.comments.spam import HoldReason


class StatusLabels(NamedTuple):
    """The words for a comment's status: its name, the button that leads to it, what is said once
    that was pressed, and the button's key on the keyboard, if it has one.
    """

    name: str
    verb: str
    done: str
    key: str = ""


STATUSES = {
    Status.PENDING: StatusLabels(_("Menunggu"), _("Tahan"), _("sekarang ditahan")),
    Status.PUBLISHED: StatusLabels(_("Terbit"), _("Terbitkan"), _("sekarang terbit"), "a"),
    Status.SPAM: StatusLabels(_("Spam"), _("Spam"), _("sekarang ditandai spam"), "s"),
    Status.DELETED: StatusLabels(_("Dihapus"), _("Hapus"), _("sekarang dihapus"), "d"),
}
BUTTONS = (Status.PUBLISHED, Status.PENDING, Status.SPAM, Status.DELETED)  # from left to right
VERBS = {status: STATUSES[status].verb for status in BUTTONS}
ARTICLE_VERBS = {"published": _("Terbitkan"), "draft": _("Jadikan konsep"), "deleted": _("Hapus")}
ARTICLE_STATUSES = {
    ArticleStatus.PUBLISHED: _("Terbit"),
    ArticleStatus.DRAFT: _("Konsep"),
    ArticleStatus.DELETED: _("Dihapus"),
    ArticleStatus.PAGE: _("Halaman situs"),
}
TABS = {
    ArticleTab.PUBLISHED: _("Terbit"),
    ArticleTab.DRAFT: _("Konsep"),
    ArticleTab.SCHEDULED: _("Terjadwal"),
    ArticleTab.DELETED: _("Dihapus"),
}
TAB_DONE = {
    ArticleTab.PUBLISHED: _("sekarang terbit"),
    ArticleTab.DRAFT: _("sekarang konsep; hanya pengurus yang melihatnya"),
    ArticleTab.SCHEDULED: _("sekarang terjadwal"),
    ArticleTab.DELETED: _("sekarang dihapus"),
}
ROLES = {Role.ADMIN: _("Admin"), Role.MODERATOR: _("Moderator")}
REASONS = {
    HoldReason.POLICY.value: _("situs ini menahan semua komentar"),
    HoldReason.LIMIT.value: _("banyak komentar dari satu jaringan dalam waktu singkat"),
    HoldReason.HONEYPOT.value: _("kolom tersembunyi terisi: biasanya mesin"),
    HoldReason.FAST.value: _("terkirim lebih cepat dari orang mengetik"),
    HoldReason.LINKS.value: _("lebih dari dua tautan"),
    HoldReason.EMERGENCY.value: _("keadaan darurat: semua ditahan"),
    HoldReason.PARENT.value: _("komentar yang dijawabnya tidak tampil lagi"),
}
LISTED = {
    "words": _("kata dalam daftar: %(line)s"),
    "domains": _("domain dalam daftar: %(line)s"),
    "names": _("nama dalam daftar: %(line)s"),
    "addresses": _("alamat dalam daftar: %(line)s"),
}
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
    """Return in words why a comment waits; `kept` is the reason that was saved with it."""
    kind, colon, line = kept.partition(":")
    if colon and kind in LISTED:
        return str(LISTED[kind]) % {"line": line}
    return str(REASONS.get(kept, kept))
