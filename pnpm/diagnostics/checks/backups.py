"""Whether the site is kept in a backup that is not old."""

from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from pnpm.backup import daily
from pnpm.db import now
from pnpm.web.setup import MARK

from ..results import Ill, quoted
from .environment import Installation

OLDEST = timedelta(days=2)


def backup(inst: Installation):
    """There is a backup that is not old; a young site is not yet expected to have one."""
    standing = daily.newest(inst.config.instance)
    if standing.failure:
        raise Ill(_("Cadangan terakhir gagal (%(reason)s). Lihat halaman Cadangan.", reason=quoted(standing.failure.words)))
    made = standing.newest and standing.newest.moment
    if made and now() - made <= OLDEST:
        return _("Cadangan terakhir kurang dari dua hari umurnya.")
    if made:
        days = (now() - made).days
        raise Ill(
            ngettext(
                "Cadangan terakhir berumur %(num)s hari. Jalankan `flask backup` dari cron, atau hapus PNPM_BACKUPS=off.",
                "Cadangan terakhir berumur %(num)s hari. Jalankan `flask backup` dari cron, atau hapus PNPM_BACKUPS=off.",
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
    """When the site was made, as far as its files tell."""
    files = [file for file in (inst.config.key_file, inst.config.instance / MARK) if file.is_file()]
    return min(map(_changed, files), default=now())


def _changed(file):
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
