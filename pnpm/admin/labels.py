"""The office's words for statuses, tabs, roles, reasons, the spam filter and faults."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _

from pnpm.accounts import Role
from pnpm.accounts.models import Notices
from pnpm.articles.models import Status as ArticleStatus
from pnpm.articles.queries import Tab as ArticleTab
from pnpm.audit import contact, contact_confirmation, password_reset
from pnpm.comments.models import Status
from pnpm.comments.spam import HoldReason
from pnpm.comments.spam.verdict import Evidence, Outcome, Strength
from pnpm.comments.subscriptions import opt_in
from pnpm.privacy import intake
from pnpm.privacy.models import Kind


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
# What a list of comments says that has none yet, by the status that it shows; None: all of them.
NO_COMMENTS = {
    Status.PENDING: _(
        "Tidak ada yang menunggu. Yang meragukan ditahan, dan berdiri di sini sampai Anda "
        "memutuskan."
    ),
    Status.PUBLISHED: _("Belum ada komentar yang terbit. Yang dilihat pembaca berdiri di sini."),
    Status.SPAM: _("Tidak ada spam. Yang hampir pasti iklan ditaruh penyaring di sini."),
    Status.DELETED: _(
        "Tidak ada yang dihapus. Yang dihapus masih dapat dikembalikan dari sini selama 30 hari."
    ),
    None: _("Belum ada komentar. Pembaca menulisnya di bawah artikel, tanpa akun."),
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
# What a tab says that has no article yet.
NO_ARTICLES = {
    ArticleTab.PUBLISHED: _("Belum ada artikel yang terbit. Yang dilihat pembaca berdiri di sini."),
    ArticleTab.DRAFT: _(
        "Tidak ada konsep. “Simpan konsep” menaruh tulisan di sini; hanya pengurus yang melihatnya."
    ),
    ArticleTab.SCHEDULED: _(
        "Tidak ada yang terjadwal. Artikel dengan tanggal yang akan datang menunggu di sini, lalu "
        "terbit sendiri."
    ),
    ArticleTab.DELETED: _(
        "Tidak ada yang dihapus. Artikel yang dihapus dapat dipulihkan dari sini."
    ),
}
TAB_DONE = {
    ArticleTab.PUBLISHED: _("sekarang terbit"),
    ArticleTab.DRAFT: _("sekarang konsep; hanya pengurus yang melihatnya"),
    ArticleTab.SCHEDULED: _("sekarang terjadwal"),
    ArticleTab.DELETED: _("sekarang dihapus"),
}
ROLES = {Role.ADMIN: _("Admin"), Role.MODERATOR: _("Moderator")}
NOTICES = {
    Notices.NONE: _("Tidak usah"),
    Notices.EACH: _("Segera, setiap ada yang baru"),
    Notices.HOURLY: _("Ringkasan, paling sering sekali sejam"),
    Notices.DAILY: _("Ringkasan, sekali sehari"),
}
MAIL_KINDS = {
    contact.NOTICE: _("Komentar yang menunggu"),
    password_reset.KIND: _("Tautan untuk kata sandi baru"),
    contact_confirmation.KIND: _("Konfirmasi kepada pengurus"),
    opt_in.CONFIRMATION: _("Konfirmasi kepada pembaca"),
    opt_in.NEWS: _("Komentar baru kepada pembaca"),
    opt_in.LINK: _("Langganan seorang pembaca"),
    intake.CONFIRMATION: _("Konfirmasi permintaan data"),
    intake.NOTICE: _("Permintaan data yang menunggu"),
    intake.ANSWER: _("Jawaban permintaan data"),
}
REQUEST_KINDS = {
    Kind.SEE: _("melihat datanya"),
    Kind.CORRECT: _("memperbaiki datanya"),
    Kind.DELETE: _("menghapus datanya"),
}
REASONS = {
    HoldReason.POLICY.value: _("situs ini menahan semua komentar"),
    HoldReason.LIMIT.value: _("banyak komentar dari satu jaringan dalam waktu singkat"),
    HoldReason.HONEYPOT.value: _("kolom tersembunyi terisi: biasanya mesin"),
    HoldReason.FAST.value: _("terkirim lebih cepat dari orang mengetik"),
    HoldReason.LINKS.value: _("lebih dari dua tautan"),
    HoldReason.EMERGENCY.value: _("keadaan darurat: semua ditahan"),
    HoldReason.PARENT.value: _("komentar yang dijawabnya tidak tampil lagi"),
    HoldReason.ARCHIVE.value: _("di situs lama pun masih menunggu"),
}
LISTED = {
    "words": _("kata dalam daftar: %(line)s"),
    "domains": _("domain dalam daftar: %(line)s"),
    "names": _("nama dalam daftar: %(line)s"),
    "addresses": _("alamat dalam daftar: %(line)s"),
}


class SignalLabels(NamedTuple):
    """The words for a kind of what the spam filter finds in a comment: in general, with what was
    found (`line`), and where it speaks for a person.
    """

    name: str
    found: str = ""
    against: str = ""


SIGNALS = {
    Evidence.TEXT.value: SignalLabels(
        _("tulisannya mirip iklan"), against=_("tulisannya seperti tulisan orang")
    ),
    Evidence.NAME.value: SignalLabels(
        _("nama penulisnya mirip iklan"), _("nama penulisnya mirip iklan: %(line)s")
    ),
    Evidence.WEBSITE.value: SignalLabels(
        _("alamat situs penulisnya mirip iklan"), _("alamat situs penulisnya mirip iklan: %(line)s")
    ),
    Evidence.LEARNED.value: SignalLabels(
        _("mirip komentar yang di sini ditandai spam"),
        against=_("mirip komentar yang di sini diterbitkan"),
    ),
    Evidence.MEMORY.value: SignalLabels(
        _("menyebut nama yang diingat dari spam"),
        _("menyebut nama yang diingat dari spam: %(line)s"),
    ),
    Evidence.COPY.value: SignalLabels(
        _("hampir sama dengan komentar lain"), _("hampir sama dengan komentar lain: %(line)s kali")
    ),
    Evidence.SHARED.value: SignalLabels(
        _("nama tidak lazim yang ada juga di komentar lain"),
        _("nama tidak lazim yang ada juga di komentar lain: %(line)s"),
    ),
    Evidence.WARNING.value: SignalLabels(
        _("memperingatkan atau mengeluh"), against=_("memperingatkan atau mengeluh")
    ),
    Evidence.HOST.value: SignalLabels(
        _("situs yang disebut juga di komentar lain"),
        _("situs yang disebut juga di komentar lain: %(line)s"),
    ),
    Evidence.PHONE.value: SignalLabels(
        _("nomor telepon seperti dalam iklan"), _("nomor telepon seperti dalam iklan: %(line)s")
    ),
    Evidence.SHORTENER.value: SignalLabels(
        _("tautan pendek yang menyembunyikan tujuannya"),
        _("tautan pendek yang menyembunyikan tujuannya: %(line)s"),
    ),
    Evidence.ADDRESS.value: SignalLabels(_("datang dari alamat yang pernah mengirim spam")),
}
# what the queue can be searched by
REASON_KINDS = REASONS | {kind: words.name for kind, words in SIGNALS.items()}
OUTCOMES = {
    Outcome.PUBLISH: _("Penyaring spam tidak melihat iklan di sini."),
    Outcome.HOLD: _("Penyaring spam ragu, jadi komentar ini diserahkan kepada Anda."),
    Outcome.SPAM: _("Penyaring spam hampir yakin ini iklan, dan menaruhnya di antara spam."),
}
STRENGTHS = {
    Strength.LENIENT: _("Longgar"),
    Strength.NORMAL: _("Biasa"),
    Strength.STRICT: _("Ketat"),
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
    if kind in SIGNALS:
        return signal(kind, line)
    return str(REASONS.get(kept, kept))


def signal(kind: str, found: str, is_against: bool = False) -> str:
    """Return in words what the spam filter found in a comment."""
    words = SIGNALS[kind]
    if is_against:
        return str(words.against or words.name)
    if not (found and words.found):
        return str(words.name)
    # a name may have letters that are written from right to left: they turn nothing but themselves
    line = found if found.isascii() else f"\u2068{found}\u2069"
    if kind in (Evidence.MEMORY.value, Evidence.PHONE.value):
        line = remembered(line)
    return str(words.found) % {"line": line}


def remembered(name: str) -> str:
    """Return a name as people write it: telephone numbers are stored without the 0 or 62 that they
    begin with.
    """
    return f"0{name}" if name.isdecimal() else name
