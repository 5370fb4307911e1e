"""Where an officer can go: the office's pages, and what the templates of each are given."""

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
    ("users.index", _("Pengguna")),
    ("diagnostics.index", _("Pemeriksaan")),
    ("account.index", _("Akun saya")),
)


def places() -> list[tuple[str, str]]:
    """The office's pages that this officer may open: endpoint and words."""
    found = [
        (endpoint, words)
        for endpoint, words in PLACES
        if auth.signed_in().role in auth.roles_of(endpoint)
    ]
    return [(endpoint, str(words)) for endpoint, words in found]


def offered() -> bool:
    """Whether something that this officer sent in vain may still be done."""
    return saved_request.SAVED in session and bool(saved_request.waiting(auth.signed_in().id))


def init_app(app: Flask) -> None:
    """Give the office's templates these words, and the widgets of forms."""
    given = {
        "statuses": {status: words.name for status, words in labels.STATUSES.items()},
        "status_labels": labels.STATUSES,
        "verbs": labels.VERBS,
        "keys": {status: words.key for status, words in labels.STATUSES.items() if words.key},
        "roles": labels.ROLES,
        "reasons": labels.REASONS,
    }
    given |= {
        "actions": audit_labels.ACTIONS,
        "office_places": places,
        "most_at_once": MOST_AT_ONCE,
        "is_offered": offered,
        "address_to": _address_to,
    }
    given |= {"picture_limits": LIMITS}

    @app.context_processor
    def office():
        if auth.is_office():
            return given | {"fields": app.jinja_env.get_template("_fields.html").module}
        return {}

    app.jinja_env.filters.update(
        reason=labels.reason, changes=audit_labels.changes, can_undo=can_undo
    )


def _address_to(search, **changed):
    return url_for("admin_comments.index", **arguments(search, **changed))
