"""The office's navigation, and what is given to all of its templates."""

from typing import NamedTuple

from flask import Flask, request, session, url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from pnpm.comments.queue import MOST_AT_ONCE
from pnpm.web import auth, saved_request

from . import audit_labels, labels
from .media_forms import LIMITS
from .query_string import arguments
from .undo import can_undo


class Place(NamedTuple):
    """A page of the office that the navigation leads to: its endpoint, its name, a sentence on what
    it is for, and the blueprints and endpoints whose pages belong to it (by default those of its
    own blueprint).
    """

    endpoint: str
    name: LazyString
    about: LazyString
    covers: tuple[str, ...] = ()


# what one uses daily, at the thumb on a phone
DAILY = (
    Place(
        "admin.index",
        _("Ringkasan"),
        _("Yang menunggu, yang baru, dan 90 hari terakhir."),
        ("admin", "welcome"),
    ),
    Place(
        "admin_comments.index",
        _("Komentar"),
        _("Menerbitkan, menyembunyikan, menjawab."),
        ("admin_comments", "authors", "mailed"),
    ),
    Place(
        "admin_articles.new",
        _("Tulis"),
        _("Artikel baru."),
        ("admin_articles", "revisions"),
    ),
)
MORE = Place("places.index", _("Lainnya"), _("Semua halaman ruang pengurus."))
GROUPS = (
    (
        _("Isi situs"),
        (
            Place(
                "admin_articles.index",
                _("Artikel"),
                _("Yang terbit, konsep, yang terjadwal dan yang dihapus; mengubahnya."),
                ("admin_articles.index", "admin_articles.change_status"),
            ),
            Place("admin_media.index", _("Gambar"), _("Semua gambar dan teks penggantinya.")),
            Place(
                "headlines.index",
                _("Berita berjalan"),
                _("Artikel yang judulnya lewat di atas setiap halaman."),
            ),
        ),
    ),
    (
        _("Komentar"),
        (
            Place(
                "policy.index",
                _("Penyaring"),
                _("Apa yang ditahan dan mengapa; kata, nama dan alamat; keadaan darurat."),
                ("policy", "lists", "names"),
            ),
            Place("report.index", _("Laporan"), _("Satu bulan dalam angka, satu halaman kertas.")),
            Place("log.index", _("Catatan"), _("Siapa melakukan apa; mengurungkannya.")),
        ),
    ),
    (
        _("Situs ini"),
        (
            Place(
                "settings.index",
                _("Pengaturan"),
                _("Nama, logo, warna, bahasa; halaman Tentang dan Privasi."),
                ("settings", "site_pages"),
            ),
            Place("mail.index", _("Surel"), _("Surel yang belum atau tidak terkirim.")),
            Place(
                "diagnostics.index",
                _("Pemeriksaan"),
                _("Apakah semuanya berjalan, dan apa yang perlu dibetulkan."),
            ),
        ),
    ),
    (
        _("Pindah dan cadangan"),
        (
            Place(
                "backups.index",
                _("Cadangan"),
                _("Salinan seluruh situs: mengunduhnya, memulihkannya, membawanya ke tempat lain."),
                ("backups", "restores", "moves", "admin_exports"),
            ),
            Place(
                "admin_imports.index",
                _("Pindah ke sini"),
                _("Mengambil artikel dan komentar dari Blogger, WordPress dan lainnya."),
            ),
        ),
    ),
    (
        _("Orang"),
        (
            Place(
                "account.index",
                _("Akun saya"),
                _("Kata sandi, alamat surel, verifikasi dua langkah."),
                ("account", "factor", "confirmation"),
            ),
            Place("users.index", _("Pengguna"), _("Siapa yang boleh masuk, dan perannya.")),
            Place(
                "admin_data_requests.index",
                _("Permintaan data"),
                _("Orang yang ingin melihat, memperbaiki atau menghapus datanya."),
            ),
        ),
    ),
    (
        _("Bantuan"),
        (Place("help.index", _("Bantuan"), _("Semua panduan, dengan pencarian.")),),
    ),
)
PLACES = (*DAILY, *(place for _group, places in GROUPS for place in places))
_PLACE_OF = {
    covered: place
    for place in PLACES
    for covered in place.covers or (place.endpoint.partition(".")[0],)
}


class Menu(NamedTuple):
    """The navigation as this officer sees it: the daily places, the others by the name of their
    group, and where the shown page belongs (None: nowhere).
    """

    daily: list[Place]
    groups: list[tuple[LazyString, list[Place]]]
    here: Place | None

    def mark(self, place: Place) -> str | None:
        """Return the value of `aria-current` for the link to a place: `page` on its own page,
        `true` on one that belongs to it, None elsewhere.
        """
        if request.endpoint == place.endpoint:
            return "page"
        is_within = self.here not in DAILY if place is MORE else self.here is place
        return "true" if self.here and is_within else None


def place_of(endpoint: str) -> Place | None:
    """Return the place to which the page of that endpoint belongs, None if to none."""
    return _PLACE_OF.get(endpoint) or _PLACE_OF.get(endpoint.partition(".")[0])


def menu() -> Menu:
    """Return the navigation with what the signed-in officer may open."""
    groups = [(name, _open(places)) for name, places in GROUPS]
    return Menu(
        [*_open(DAILY), MORE],
        [(name, places) for name, places in groups if places],
        place_of(request.endpoint or ""),
    )


def _open(places):
    """Return those of the places that the signed-in officer may open."""
    role = auth.signed_in().role
    return [place for place in places if role in auth.roles_of(place.endpoint)]


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
        "office_menu": menu,
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
