"""The office's words for imports: systems, choices, what is counted, and what went wrong."""

from typing import NamedTuple

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.imports import job
from pnpm.imports.records import System
from pnpm.imports.report import DROPPED, HELD, MERGED, TAKEN

from .. import labels
from . import reasons


class SystemLabels(NamedTuple):
    """The words for a system: its name, and how one gets its archive."""

    name: str
    how: str


SYSTEMS = {
    System.BLOGGER: SystemLabels(
        "Blogger",
        _(
            "Di Blogger: Setelan → Kelola blog → Cadangkan konten → Download. Atau lewat Google "
            "Takeout: pilih Blogger saja; di zip-nya ada juga gambarnya."
        ),
    ),
    System.WORDPRESS: SystemLabels(
        "WordPress", _("Di WordPress: Perkakas → Ekspor → Semua konten → Unduh Berkas Ekspor.")
    ),
    System.DISQUS: SystemLabels(
        "Disqus",
        _(
            "Di Disqus: Admin → Community → Export. Tautannya datang lewat surel. Isinya komentar "
            "saja, untuk artikel yang sudah ada di sini."
        ),
    ),
    System.ISSO: SystemLabels(
        "Isso",
        _("Berkas basis data Isso (comments.db), atau JSON. Isinya komentar saja."),
    ),
    System.REMARK42: SystemLabels(
        "Remark42",
        _("Berkas dari perintah “remark42 backup” (.gz). Isinya komentar saja."),
    ),
}
CHOICES = {
    job.Choice.GIVEN: _("Dari arsipnya, atau dari zip di bawah ini"),
    job.Choice.FETCH: _("Yang tidak ada di sana, ambil dari alamat lamanya (butuh waktu)"),
    job.Choice.NONE: _("Tanpa gambar"),
}
KINDS = {
    "articles": _("Artikel"),
    "pages": _("Halaman"),
    "comments": _("Komentar"),
    "labels": _("Label"),
    "pictures": _("Gambar"),
}
OUTCOMES = {
    TAKEN: _("Masuk"),
    MERGED: _("Sudah ada"),
    HELD: _("Ditahan"),
    DROPPED: _("Dilewati"),
}
DOING = {
    job.Phase.READING: _("Membaca arsip"),
    job.Phase.LOOKING: _("Memeriksa apa yang akan masuk"),
    job.Phase.IMPORTING: _("Memasukkan"),
}
# of an undo, as its phases are called
GONE = {
    "changes": _("perubahan"),
    "comments": _("komentar"),
    "articles": _("artikel"),
    "pictures": _("gambar"),
}
FAULTS = {
    job.FULL: labels.FAULTS["full"],
    job.DENIED: labels.FAULTS["denied"],
    job.OTHER: _("Ada yang tidak terduga. Sebabnya ada di catatan galat server."),
}
BUSY = _("Impor lain sedang berjalan. Coba lagi sebentar lagi.")


def left(seconds: float | None) -> str:
    """Return in words how long something still takes; nothing if that is not known."""
    if seconds is None:
        return ""
    minutes = round(seconds / 60)
    if not minutes:
        return gettext("kurang dari semenit lagi")
    return ngettext("kira-kira %(num)s menit lagi", "kira-kira %(num)s menit lagi", minutes)


def unwritten(error: OSError) -> str:
    """Return in words why files could not be written."""
    faults = {StorageFault.FULL: "full", StorageFault.READ_ONLY: "denied"}
    fault = storage_fault_of(error)
    return str(labels.FAULTS[faults.get(fault, "other") if fault else "other"])


def fault(failed: job.Job) -> str:
    """Return in words why a job failed."""
    if failed.fault == job.NO_ARCHIVE:
        return reasons.why(failed.words)
    return str(FAULTS.get(failed.fault, FAULTS[job.OTHER]))
