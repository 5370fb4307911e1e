"""Errors in the site's look, in words that say what to do."""

from flask import Flask, render_template, request
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from .. import htmx, trouble
from ..auth import NotTheirs
from ..signing import NoKey

DRAINED = 1024 * 1024  # bytes of a refused body that are read all the same, or the browser shows a broken connection

WORDS = {
    400: (_("Permintaan tidak dapat dibaca"), _("Muat ulang halaman sebelumnya, lalu coba sekali lagi.")),
    403: (
        _("Kiriman ditolak"),
        _("Formulir ini tampaknya dikirim dari situs lain. Buka artikelnya di situs ini, lalu kirim dari sana."),
    ),
    NotTheirs: (
        _("Ini bagian admin"),
        _("Akun Anda untuk komentar. Minta seorang admin, atau pilih yang lain dari bilah di atas."),
    ),
    404: (_("Halaman tidak ditemukan"), _("Periksa alamatnya, atau cari artikelnya di halaman depan.")),
    405: (_("Cara ini tidak tersedia"), _("Kembali ke halaman depan dan pilih dari sana.")),
    410: (
        _("Komentar ini tidak lagi menunggu"),
        _("Pengurus sudah memeriksanya dan tidak menerbitkannya. Anda boleh menulis yang baru di bawah artikelnya."),
    ),
    413: (
        _("Kiriman terlalu besar"),
        _("Tulisan Anda belum terkirim. Kembali ke halaman sebelumnya, pendekkan, lalu kirim lagi."),
    ),
    429: (_("Terlalu sering"), _("Tunggu beberapa menit, lalu coba lagi.")),
    500: (
        _("Ada yang rusak di pihak kami"),
        _("Coba lagi beberapa saat. Tulisan yang belum terkirim masih ada di halaman sebelumnya."),
    ),
    503: (_("Situs belum siap"), _("Coba lagi beberapa saat. Pengelola: jalankan “flask init”.")),
}


def register(app: Flask) -> None:
    """Answer each kind of error."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(SQLAlchemyError, unready)
    app.register_error_handler(NoKey, unready)


def refused(error: HTTPException):
    """What HTTP calls an error, said plainly; a redirect passes as it is."""
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        _drain()
    return _page(error.code, dict(error.get_headers()), type(error))


def unready(error: SQLAlchemyError | NoKey):
    """The database does not answer, or the site was never made ready."""
    trouble.log(error)
    return _page(503, {})


def _page(code, headers, kind=None):
    title, advice = WORDS.get(kind) or WORDS.get(code) or WORDS[400 if code < 500 else 500]
    kept = {name: headers[name] for name in ("Allow", "Retry-After") if name in headers}
    template = "errors/_error.html" if htmx.is_request() else "errors/error.html"
    return render_template(template, title=title, advice=advice, code=code), code, kept | {"Cache-Control": "no-store"}


def _drain():
    stream, length = request.environ["wsgi.input"], request.content_length or 0
    stream.read(min(length, DRAINED))
