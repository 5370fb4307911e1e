"""How errors of the database and the disk are logged, and what people are told of them: never a
value, which may be what a reader wrote.
"""

from traceback import format_tb

from flask import current_app
from flask_babel import lazy_gettext as _

from pnpm.db.errors import StorageFault

MET = "pnpm.trouble"  # the key in a request's environ of the error met on its way to Flask
# What is wrong, and what a reader and the host can do.
WORDS = {
    StorageFault.FULL: (
        _("Tempat penyimpanan situs penuh"),
        _(
            "Untuk sementara tidak ada yang dapat disimpan; membaca tetap bisa. Coba lagi "
            "nanti. Pengelola: kosongkan ruang disk."
        ),
    ),
    StorageFault.READ_ONLY: (
        _("Situs sedang hanya dapat dibaca"),
        _(
            "Untuk sementara tidak ada yang dapat disimpan. Coba lagi nanti. Pengelola: "
            "folder “instance” harus dapat ditulis."
        ),
    ),
    StorageFault.MOVED: (
        _("Situs sedang dipindah ke basis data lain"),
        _(
            "Untuk sementara tidak ada yang dapat disimpan; membaca tetap bisa. Coba lagi "
            "beberapa menit lagi."
        ),
    ),
    StorageFault.BUSY: (_("Situs sedang sibuk"), _("Tunggu sebentar, lalu coba sekali lagi.")),
    StorageFault.AWAY: (
        _("Isi situs sedang tidak dapat dibuka"),
        _(
            "Coba lagi beberapa saat. Pengelola: /healthz dan “flask doctor” mengatakan "
            "apa yang salah."
        ),
    ),
}


def log(error: Exception) -> None:
    """Log an error that was answered: its kind and traceback, without its message, in which
    PostgreSQL quotes the row.
    """
    current_app.logger.error(
        "%s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__))
    )
