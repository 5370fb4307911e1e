"""Error pages in the site's look, which say what to do and give back what was typed."""

from flask import Flask, current_app, g, jsonify, render_template, request
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

from pnpm.db import TRIES, db
from pnpm.db.errors import StorageFault, storage_fault_of
from pnpm.db.relocation import Moved
from pnpm.db.servers import is_crossed
from pnpm.signing import NoKey

from . import auth, error_messages, htmx, relocation, security
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
        _("Akun Anda untuk komentar. Minta seorang admin, atau pilih yang lain dari menu."),
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

# Other words for who is signed in, and has the office's navigation.
OFFICE_WORDS = {
    404: (
        _("Halaman tidak ditemukan"),
        _("Mungkin sudah dihapus. Periksa alamatnya, atau pilih dari menu."),
    ),
    405: (_("Cara ini tidak tersedia"), _("Pilih dari menu, lalu coba dari sana.")),
}
# with which the database can still be read
READABLE = {StorageFault.FULL, StorageFault.READ_ONLY, StorageFault.MOVED}


def init_app(app: Flask) -> None:
    """Register the handlers of HTTP errors, and of errors of the database and the disk."""
    app.before_request(meet)
    app.register_error_handler(HTTPException, refused)
    for kind in (SQLAlchemyError, NoKey, OSError, MemoryError):
        app.register_error_handler(kind, unready)


def meet() -> None:
    """Before each request, raise the error of a locked database that it met already, so that
    nobody waits for the lock twice.
    """
    error: BaseException | None = request.environ.get(error_messages.MET)
    if error is not None and storage_fault_of(error) is StorageFault.BUSY:
        raise error


def refused(error: HTTPException):
    """Answer an HTTP error with its page; a redirect passes as it is. Where nothing is found, an
    article of another system may have been: then lead to it.
    """
    if error.code is None or error.code < 400:
        return error
    if error.code == NotFound.code:
        from . import old_addresses  # most requests are for what is there

        if moved := old_addresses.redirected():
            return moved
    if isinstance(error, RequestEntityTooLarge):
        security.drain(request)
    return _page(error.code, dict(error.get_headers()), type(error))


def unready(error: Exception):
    """Answer with 503 where the database or the disk fails, or the site was never made ready; raise
    any other error again.

    A request that failed only because another transaction crossed it is done again; so is one that
    the site's former database refused.
    """
    if g.get("crossed", 0) < TRIES and (is_crossed(error) or _has_moved(error)):
        return _done_again()
    fault = storage_fault_of(error)
    if fault is None and not isinstance(error, (SQLAlchemyError, NoKey)):
        raise error
    error_messages.log(error)
    db.session.rollback()
    if fault not in READABLE:
        stop_reading()
    return _page(503, {"Retry-After": "30"}, fault)


def _has_moved(error):
    """Tell whether the site is in another database since the request began, and this process uses
    that now.
    """
    return isinstance(error, Moved) and relocation.follow(current_app)


def _done_again():
    """Do the request once more from the start: a view changes things in one transaction, of which
    nothing was done.
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
    """Render what is said of an error: for a script, for htmx, for an officer or for a reader."""
    words, template, typed = WORDS, "errors/error.html", []
    if _is_officers():
        words, template = WORDS | OFFICE_WORDS, "admin/error.html"
    title, advice = words.get(kind) or words.get(code) or words[400 if code < 500 else 500]
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=f"{title}. {advice}")
    if htmx.is_request():
        template = "errors/_error.html"
    if isinstance(kind, StorageFault):
        typed = _typed()
    return render_template(template, title=title, advice=advice, code=code, typed=typed)


def _is_officers():
    """Tell whether the page gets the office's bar: an officer asks, and the database is read."""
    return auth.is_office() and is_read() and auth.officer() is not None


def _typed():
    """Return the fields of the sent form, to be sent again: name, value, and whether somebody may
    have written it rather than chosen it.

    None where the form has a secret, files, which cannot be given back, or nothing that was
    written.
    """
    if request.method != "POST" or request.files:
        return []
    fields = list(request.form.items(multi=True))
    if any(word in name for name, _value in fields for word in SECRET):
        return []
    typed = [(name, value, len(value.split()) > 1) for name, value in fields]
    if not any(is_written for _name, _value, is_written in typed):
        return []
    return typed
