"""Errors in the site's look, in words that say what to do; what was typed comes back with them."""

from flask import Flask, current_app, g, jsonify, render_template, request
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from pnpm.db import TRIES, db
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.db.servers import is_crossed
from pnpm.signing import NoKey

from . import auth, error_messages, htmx, security
from .auth import NotTheirs
from .saved_request import SECRET
from .site import is_read, stop_reading

WORDS = error_messages.WORDS | {
    400: (
        _("Permintaan tidak dapat dibaca"),
        _("Muat ulang halaman sebelumnya, lalu coba sekali lagi."),
    ),
    403: (
        _("Kiriman ditolak"),
        _(
            "Formulir ini tampaknya dikirim dari situs lain. Buka artikelnya di situs ini, "
            "lalu kirim dari sana."
        ),
    ),
    NotTheirs: (
        _("Ini bagian admin"),
        _(
            "Akun Anda untuk komentar. Minta seorang admin, atau pilih yang lain dari "
            "bilah di atas."
        ),
    ),
    404: (
        _("Halaman tidak ditemukan"),
        _("Periksa alamatnya, atau cari artikelnya di halaman depan."),
    ),
    405: (_("Cara ini tidak tersedia"), _("Kembali ke halaman depan dan pilih dari sana.")),
    410: (
        _("Komentar ini tidak lagi menunggu"),
        _(
            "Pengurus sudah memeriksanya dan tidak menerbitkannya. Anda boleh menulis yang "
            "baru di bawah artikelnya."
        ),
    ),
    413: (
        _("Kiriman terlalu besar"),
        _(
            "Tulisan Anda belum terkirim. Kembali ke halaman sebelumnya, pendekkan, lalu "
            "kirim lagi."
        ),
    ),
    429: (_("Terlalu sering"), _("Tunggu beberapa menit, lalu coba lagi.")),
    500: (
        _("Ada yang rusak di pihak kami"),
        _("Coba lagi beberapa saat. Tulisan yang belum terkirim masih ada di halaman sebelumnya."),
    ),
    503: (_("Situs belum siap"), _("Coba lagi beberapa saat. Pengelola: jalankan “flask init”.")),
}

# What is said otherwise to who is signed in, with the office's pages in a bar above.
OFFICE_WORDS = {
    404: (
        _("Halaman tidak ditemukan"),
        _("Mungkin sudah dihapus. Periksa alamatnya, atau pilih dari bilah di atas."),
    ),
    405: (_("Cara ini tidak tersedia"), _("Pilih dari bilah di atas, lalu coba dari sana.")),
}
READABLE = {StorageFault.FULL, StorageFault.READ_ONLY}  # where the database is still read


def init_app(app: Flask) -> None:
    """Answer each kind of error."""
    app.before_request(meet)
    app.register_error_handler(HTTPException, refused)
    for trouble_of_ours in (SQLAlchemyError, NoKey, OSError, MemoryError):
        app.register_error_handler(trouble_of_ours, unready)


def meet() -> None:
    """Before each request: who has waited for a locked database once is not to wait for it
    again.
    """
    error: BaseException | None = request.environ.get(error_messages.MET)
    if error is not None and storage_fault_of(error) is StorageFault.BUSY:
        raise error


def refused(error: HTTPException):
    """What HTTP calls an error, said plainly; a redirect passes as it is."""
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, RequestEntityTooLarge):
        security.drain(request)
    return _page(error.code, dict(error.get_headers()), type(error))


def unready(error: Exception):
    """The database or the disk does not do what it should, or the site was never made ready.

    What only another transaction crossed is done again.
    """
    if is_crossed(error) and g.get("crossed", 0) < TRIES:
        return _done_again()
    fault = storage_fault_of(error)
    if fault is None and not isinstance(error, (SQLAlchemyError, NoKey)):
        raise error
    error_messages.log(error)
    db.session.rollback()
    if fault not in READABLE:
        stop_reading()
    return _page(503, {"Retry-After": "30"}, fault)


def _done_again():
    """Once more from the start: a view changes things in one transaction, and nothing of it was
    done.
    """
    g.crossed = g.get("crossed", 0) + 1
    db.session.rollback()
    for file in request.files.values():
        file.seek(0)
    try:
        return current_app.preprocess_request() or current_app.dispatch_request()
    except Exception as error:
        return current_app.handle_user_exception(error)


def _page(code, headers, kind=None):
    kept = {name: headers[name] for name in ("Allow", "Retry-After") if name in headers}
    try:
        answer = _said(code, kind)
    except SQLAlchemyError as error:  # the site's own words cannot be read
        error_messages.log(error)
        stop_reading()
        answer = _said(code, kind)
    return answer, code, kept | {"Cache-Control": "no-store"}


def _said(code, kind):
    in_office = _is_officers()
    words = WORDS | OFFICE_WORDS if in_office else WORDS
    title, advice = words.get(kind) or words.get(code) or words[400 if code < 500 else 500]
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=f"{title}. {advice}")
    page = "admin/error.html" if in_office else "errors/error.html"
    template = "errors/_error.html" if htmx.is_request() else page
    typed = _typed() if isinstance(kind, StorageFault) else []
    return render_template(template, title=title, advice=advice, code=code, typed=typed)


def _is_officers():
    """Whether somebody is signed in here whose pages can be listed: not while nothing is read."""
    return auth.is_office() and is_read() and auth.officer() is not None


def _typed():
    """What a form brought, to be sent again: name, value, and whether somebody may have written it
    rather than chosen it.

    Nothing where it holds a secret, files, which cannot be given back, or nothing that was written.
    """
    sent = [] if request.method != "POST" or request.files else request.form.items(multi=True)
    typed = [(name, value, len(value.split()) > 1) for name, value in sent]
    is_secret = any(word in name for name, *_more in typed for word in SECRET)
    return typed if any(is_text for *_more, is_text in typed) and not is_secret else []
