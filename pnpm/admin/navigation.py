"""The office's navigation, and what is given to all of its templates."""

from flask import Flask, session, url_for
from flask_babel import lazy_gettext as _

from pnpm.comments.queue import MOST_AT_ONCE
from pnpm.web import auth, saved_request

from . import audit_labels, labels
from .media_forms import LIMITS
from .query_string import arguments
from .undo import can_undo

PLACES = (
    ("admin.index", _("Ringkasan")),
    ("admin_comments.index", _("Komentar")),
    ("admin_articles.index", _("Artikel")),
    ("admin_media.index", _("Gambar")),
    ("report.index", _("Laporan")),
    ("log.index", _("Catatan")),
    ("policy.index", _("Aturan")),
    ("lists.index", _("Daftar")),
    ("settings.index", _("Pengaturan")),
    ("backups.index", _("Cadangan")),
    ("admin_imports.index", _("Pindah ke sini")),
    ("mail.index", _("Surel")),
    ("admin_data_requests.index", _("Permintaan data")),
    ("users.index", _("Pengguna")),
    ("diagnostics.index", _("Pemeriksaan")),
    ("account.index", _("Akun saya")),
    ("help.index", _("Bantuan")),
)


def places() -> list[tuple[str, str]]:
    """Return endpoint and name of each page that this officer may open."""
    role = auth.signed_in().role
    return [(endpoint, str(words)) for endpoint, words in PLACES if role in auth.roles_of(endpoint)]


def offered() -> bool:
    """Tell whether a form that this officer sent after the session had ended is still waiting."""
    return saved_request.SAVED in session and bool(saved_request.waiting(auth.signed_in().id))


def init_app(app: Flask) -> None:
    """Give the office's templates its words and functions, and the macros for form fields."""
    context = {
        "statuses": {status: words.name for status, words in labels.STATUSES.items()},
        "status_labels": labels.STATUSES,
        "verbs": labels.VERBS,
        "keys": {status: words.key for status, words in labels.STATUSES.items() if words.key},
        "outcomes": labels.OUTCOMES,
        "strengths": labels.STRENGTHS,
        "roles": labels.ROLES,
        "notices": labels.NOTICES,
        "request_kinds": labels.REQUEST_KINDS,
        "reasons": labels.REASON_KINDS,
        "no_comments": labels.NO_COMMENTS,
        "no_articles": labels.NO_ARTICLES,
        "actions": audit_labels.ACTIONS,
        "office_places": places,
        "most_at_once": MOST_AT_ONCE,
        "is_offered": offered,
        "address_to": _address_to,
        "picture_limits": LIMITS,
    }

    @app.context_processor
    def office():
        if auth.is_office():
            return context | {"fields": app.jinja_env.get_template("_fields.html").module}
        return {}

    app.jinja_env.filters.update(
        reason=labels.reason,
        remembered=labels.remembered,
        changes=audit_labels.changes,
        can_undo=can_undo,
    )


def _address_to(search, **changed):
    """Return the address of the queue with that search and changes to it."""
    return url_for("admin_comments.index", **arguments(search, **changed))
