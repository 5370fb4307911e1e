"""Checks of the site's content: admins, audit log, comments, lists and backups; and of the clock by
which it is all written.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from pnpm.accounts.models import User
from pnpm.audit.models import break_in_chain
from pnpm.backup import daily
from pnpm.comments import statistics
from pnpm.comments.spam.regex import Missing, Pattern
from pnpm.config import zone as zone_of
from pnpm.db import db, health, now
from pnpm.markup.sanitizer import RENDERER
from pnpm.search import index, matching
from pnpm.site_settings import Setting
from pnpm.web import dates
from pnpm.web.setup import MARK
from pnpm.web.site import current_site

from ..results import Ill, quoted
from .environment import Installation

DRIFT = timedelta(minutes=2)  # by which clocks may differ: nobody notices
# comments, and names in them, that point to a proxy if they all come from one network address
FEW_SENDERS = 20, 5


def clock(inst: Installation):
    """Check the clock against others: the database server's, the web server's, the newest
    comment's.
    """
    moment = now()
    for who, other in ((_("server basis data"), health.clock()), (_("server web"), _date(inst))):
        if other and abs(other - moment) > DRIFT:
            raise Ill(
                _(
                    "Jam program dan jam %(who)s berbeda %(seconds)s detik, jadi waktu "
                    "komentar dan sesi keliru. "
                    "Minta pengelola server membetulkannya (NTP).",
                    who=who,
                    seconds=round(abs(other - moment).total_seconds()),
                )
            )
    if (newest := statistics.newest_comment()) and newest - moment > DRIFT:
        raise Ill(
            _(
                "Komentar terbaru bertanggal masa depan: jam server pernah keliru. Periksa "
                "jamnya (NTP)."
            )
        )
    return _("Jam cocok.")


def zone(inst: Installation):
    """Check that the site's time zone is known here."""
    chosen = Setting.words().timezone
    try:
        zone_of(chosen or inst.config.timezone.key)
    except ValueError:
        raise Ill(
            _(
                "Zona waktu yang dipilih pengurus tidak dikenal di sini. Pasang paket "
                "tzdata, atau pilih yang lain di Pengaturan."
            )
        ) from None
    here = current_site().zone
    written = dates.written(now(), here, current_site().language)
    return _("Zona waktu %(zone)s: sekarang %(moment)s.", zone=here.key, moment=written)


def admin(inst: Installation):
    """Check that there is an admin."""
    admins = sum(user.is_admin for user in db.session.scalars(User.everyone()))
    if not admins:
        raise Ill(
            _(
                "Tidak ada akun admin: tidak ada yang dapat mengubah pengaturan. "
                "Jalankan `flask user add NAME --role admin`, atau buka /admin/."
            )
        )
    return _("Akun yang boleh melakukan semuanya: %(count)s.", count=admins)


def log(inst: Installation):
    """Check the hash chain of the audit log, which breaks when somebody changes the database."""
    try:
        broken = break_in_chain(inst.patience)
    except TimeoutError:
        return _(
            "Catatan terlalu panjang untuk diperiksa di sini; `flask doctor` memeriksanya "
            "lebih lama."
        )
    if broken:
        where = {
            "entry": _(
                "entri %(number)s bukan yang ditulis, atau satu sebelumnya hilang",
                number=broken.number,
            ),
            "count": _(
                "%(written)s entri ditulis, dan %(found)s ada",
                written=broken.written,
                found=broken.number,
            ),
            "end": _("entri terakhir bukan yang terakhir ditulis"),
        }
        raise Ill(
            _(
                "Catatan tidak utuh: %(where)s. Seseorang mengubah basis data dengan "
                "tangan; bandingkan dengan cadangan.",
                where=where[broken.kind],
            )
        )
    return _("Catatan utuh: tidak ada entri yang diubah, dihapus atau diselipkan.")


def rendered(inst: Installation):
    """Check that all comments were rendered by this version's renderer."""
    if failed := statistics.unrendered(RENDERER):
        raise Ill(
            _(
                "Ada komentar yang gagal diperbarui tampilannya dan tetap tampil seperti "
                "dulu: %(numbers)s. "
                "Buka dan simpan ulang teksnya, atau jalankan `flask comments render` dan "
                "kirim pesannya ke pembuat program.",
                numbers=", ".join(map(str, failed)),
            )
        )
    count = statistics.outdated(RENDERER)
    if not count:
        return _("Semua komentar tampil seperti dalam versi ini.")
    if inst.config.upgrade == "start":
        return _(
            "Komentar yang masih tampil seperti dalam versi lama: %(count)s. Itu "
            "diperbarui sendiri.",
            count=count,
        )
    raise Ill(
        _(
            "Komentar yang masih tampil seperti dalam versi lama: %(count)s. Jalankan "
            "`flask comments render`.",
            count=count,
        )
    )


def expressions(inst: Installation):
    """Check that the package for the lists' regular expressions is installed."""
    count = statistics.expressions()
    if not count:
        return None
    try:
        Pattern("a")
    except Missing:
        raise Ill(
            _(
                "Paket “regex” tidak terpasang, jadi %(count)s ekspresi dalam daftar penyaring "
                "tidak bekerja. Pasang requirements.txt.",
                count=count,
            )
        ) from None
    return _("Ekspresi dalam daftar penyaring bekerja: %(count)s.", count=count)


def search(inst: Installation):
    """Check that the search has an engine, and that its index is finished."""
    connection = db.session.connection()
    if index.engine_of(connection) == "plain":
        raise Ill(
            _(
                "SQLite di sini tidak punya FTS5, jadi pencarian hanya melihat %(count)s artikel "
                "dan komentar terbaru. Pakailah Python lain, atau MariaDB: "
                "`flask move-database`.",
                count=matching.NEWEST,
            )
        )
    if not index.remaining(connection):
        return _("Pencarian menemukan semua artikel dan komentar yang terbit.")
    if inst.config.upgrade == "start":
        return _("Daftar kata untuk pencarian masih disusun. Itu berjalan sendiri.")
    raise Ill(
        _(
            "Daftar kata untuk pencarian belum selesai, jadi sebagian tidak ditemukan. "
            "Jalankan `flask search rebuild`."
        )
    )


def readers(inst: Installation):
    """Check that readers' comments come from more than one network address."""
    count, names, addresses = statistics.senders()
    if addresses == 1 and count >= FEW_SENDERS[0] and names >= FEW_SENDERS[1]:
        raise Ill(
            _(
                "%(count)s komentar terakhir, dari %(names)s nama, datang dari satu alamat "
                "jaringan: "
                "mungkin alamat sebuah proksi, dan batas komentar mengenai semua orang. "
                "Setel PNPM_TRUSTED_PROXIES=1.",
                count=count,
                names=names,
            )
        )
    return


def _date(inst):
    """Return the web server's clock from its answer's Date header, None if it is not known."""
    if isinstance(inst.health, str):
        return None
    try:
        return parsedate_to_datetime(inst.health["Date"])
    except ValueError:
        return None


OLDEST = timedelta(days=2)  # of the last backup, and of a site without one


def backup(inst: Installation):
    """Check that the last backup succeeded and is not old; a young site may have none yet."""
    status = daily.newest(inst.config.instance)
    if status.failure:
        raise Ill(
            _(
                "Cadangan terakhir gagal (%(reason)s). Lihat halaman Cadangan.",
                reason=quoted(status.failure.words),
            )
        )
    made = status.newest and status.newest.moment
    if made and now() - made <= OLDEST:
        return _("Cadangan terakhir kurang dari dua hari umurnya.")
    if made:
        days = (now() - made).days
        raise Ill(
            ngettext(
                "Cadangan terakhir berumur %(num)s hari. Jalankan `flask backup` dari "
                "cron, atau hapus PNPM_BACKUPS=off.",
                "Cadangan terakhir berumur %(num)s hari. Jalankan `flask backup` dari "
                "cron, atau hapus PNPM_BACKUPS=off.",
                days,
            )
        )
    if now() - _born(inst) > OLDEST:
        raise Ill(
            _(
                "Belum ada cadangan, jadi disk yang rusak menghilangkan semuanya. "
                "Jalankan `flask backup` dari cron, atau hapus PNPM_BACKUPS=off."
            )
        )
    return _("Belum ada cadangan; situs ini masih baru.")


def _born(inst):
    """Return when the site was made, as far as its files tell."""
    files = [file for file in (inst.config.key_file, inst.config.instance / MARK) if file.is_file()]
    return min(map(_changed, files), default=now())


def _changed(file):
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
