"""What was sent after a session had ended, offered to who is in again: done by a tap, or not at
all.
"""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException

from pnpm.web import auth, saved_request
from pnpm.web.saved_request import FIELD

from .. import labels
from ..forms import TokenForm
from . import login_flow

resume = Blueprint("resume", __name__, url_prefix=f"{auth.PREFIX}/resume")
# fields that nobody typed
CHOSEN = {"back", "upto", "seen", "stood", "token", "edition", "format", "status"}
#  What somebody wanted who sent a form, by its endpoint: said to them where it was not done.
TAPS = {
    "admin_comments.edit": _("Simpan teks komentar %(number)s"),
    "admin_comments.reply": _("Jawab komentar %(number)s"),
    "admin_comments.remove": _("Hapus selamanya komentar %(number)s"),
    "authors.change_trust": _("Ubah kepercayaan kepada seorang penulis"),
    "admin_articles.create": _("Simpan artikel baru"),
    "admin_articles.change": _("Simpan artikel %(number)s"),
    "admin_articles.show_preview": _("Lihat artikel sebelum disimpan"),
    "revisions.restore": _("Kembalikan artikel %(number)s ke versi yang lama"),
    "headlines.clear": _("Kosongkan pilihan Breaking News"),
    "headlines.put": _("Ubah pilihan Breaking News"),
    "log.undo": _("Urungkan yang sudah dilakukan"),
    "policy.change": _("Simpan aturan"),
    "policy.change_one": _("Simpan aturan artikel %(number)s"),
    "lists.change": _("Simpan daftar"),
    "settings.change": _("Simpan pengaturan"),
    "settings.preview": _("Lihat pengaturan sebelum disimpan"),
    "site_pages.begin": _("Mulai menulis halaman situs"),
    "admin_media.add": _("Tambah gambar"),
    "admin_media.describe": _("Simpan keterangan gambar %(number)s"),
    "account.end": _("Keluarkan satu peramban"),
    "account.end_others": _("Keluarkan semua peramban lain"),
    "backups.make": _("Buat cadangan"),
    "users.remove": _("Hapus pengguna"),
    "users.change_role": _("Ubah peran pengguna"),
    "users.turn_factor_off": _("Matikan verifikasi dua langkah pengguna"),
}


@resume.get("")
@auth.open_to(auth.OFFICERS)
def show():
    """Each as a form of its own, with all that it held and a token of this session."""
    return _page(TokenForm(formdata=None))


@resume.post("/removal")
@auth.open_to(auth.OFFICERS)
def drop():
    """Offer one no more, and on to the page that it was sent from."""
    form, key = TokenForm(), request.form.get(FIELD, "")
    if not form.validate():
        return _page(form, form.refusal)
    (page,) = [one.page for one in _waiting() if one.key == key] or [None]
    saved_request.drop(key)
    return redirect(login_flow.onward(page or ""), 303)


def _page(form, status=200):
    offers = [_offer(one) for one in _waiting()]
    if not offers:
        return redirect(url_for("admin.index"), 303)
    return render_template("admin/resume.html", offers=offers, form=form), status


def _waiting():
    return saved_request.waiting(auth.signed_in().id)


def _offer(saved):
    """One as its form shows it: each field with its name, its value, and whether somebody
    typed it.
    """
    words, may = _tap(saved)
    fields = [(name, value, _is_typed(name, value)) for name, value in saved.fields]
    return {"saved": saved, "words": words, "may": may, "fields": fields}


def _is_typed(name, value):
    """Whether it is shown to be read: words; not the markup of the editor, which nobody can
    read.
    """
    is_markup = value.lstrip().startswith("<")
    return name not in CHOSEN and len(value.split()) > 1 and not is_markup


def _tap(saved):
    """What somebody wanted who sent that, in words, and whether this officer may do it."""
    try:
        endpoint, values = current_app.url_map.bind("").match(
            saved.path.partition("?")[0], method="POST"
        )
    except HTTPException:  # another version had such an address
        return gettext("Kirim formulir"), False
    return _tapped(endpoint, values, saved), auth.signed_in().role in auth.roles_of(endpoint)


def _tapped(endpoint, values, saved):
    sent, number = saved.values, values.get("number")
    if endpoint == "admin_comments.change_status":
        return f"{_verb(labels.VERBS, sent)} {gettext('komentar %(number)s', number=number)}"
    if endpoint == "admin_comments.move":
        count = len([name for name, _value in saved.fields if name == "comment"])
        many = ngettext("%(num)s komentar", "%(num)s komentar", count)
        return (
            f"{_verb(labels.VERBS, sent)} "
            f"{gettext('semua komentar yang cocok') if sent.get('all') else many}"
        )
    if endpoint == "admin_articles.change_status":
        return f"{_verb(labels.ARTICLE_VERBS, sent)} {gettext('artikel %(number)s', number=number)}"
    if endpoint == "policy.change_emergency":
        is_on = sent.get("emergency") == "on"
        return gettext("Nyalakan keadaan darurat") if is_on else gettext("Akhiri keadaan darurat")
    if endpoint == "admin_media.change_deleted":
        if sent.get("deleted") == "yes":
            words = gettext("Hapus gambar %(number)s")
        else:
            words = gettext("Kembalikan gambar %(number)s")
        return words % {"number": number}
    return str(TAPS.get(endpoint, gettext("Kirim formulir"))) % values


def _verb(verbs, sent):
    words = {getattr(status, "value", status): verb for status, verb in verbs.items()}
    return words.get(sent.get("status"), gettext("Ubah"))
