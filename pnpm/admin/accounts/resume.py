"""The forms that an officer sent after the session had ended, offered once they are signed in
again: to be sent by a tap, or dropped.
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
# fields that the program filled in: nobody typed them
CHOSEN = {"back", "upto", "seen", "stood", "token", "edition", "format", "status"}
# What somebody wanted who sent a form, by its endpoint.
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
    "names.forget": _("Lupakan sebuah nama yang diingat"),
    "settings.change": _("Simpan pengaturan"),
    "settings.preview": _("Lihat pengaturan sebelum disimpan"),
    "site_pages.begin": _("Mulai menulis halaman situs"),
    "admin_media.add": _("Tambah gambar"),
    "admin_media.describe": _("Simpan keterangan gambar %(number)s"),
    "welcome.change": _("Buka atau tutup langkah pertama"),
    "account.end": _("Keluarkan satu peramban"),
    "account.end_others": _("Keluarkan semua peramban lain"),
    "confirmation.confirm": _("Konfirmasi alamat surel"),
    "backups.make": _("Buat cadangan"),
    "restores.upload": _("Kirim cadangan untuk dipulihkan; pilih berkasnya sekali lagi"),
    "restores.choose": _("Pilih cadangan untuk dipulihkan"),
    "restores.retry": _("Coba lagi pemulihan yang tidak jadi"),
    "restores.give_up": _("Batalkan pemulihan"),
    "moves.retry": _("Coba lagi pindah basis data yang tidak jadi"),
    "moves.give_up": _("Batalkan pindah basis data"),
    "admin_exports.make": _("Unduh situs untuk dibawa ke tempat lain"),
    "admin_imports.upload": _("Kirim arsip situs lama; pilih berkasnya sekali lagi"),
    "admin_imports.begin": _("Impor arsip situs lama"),
    "admin_imports.retry": _("Coba lagi impor yang gagal"),
    "admin_imports.give_up": _("Batalkan impor"),
    "admin_imports.undo": _("Urungkan impor %(number)s"),
    "mail.send_again": _("Kirim lagi semua surel yang gagal"),
    "mail.send_one_again": _("Kirim lagi satu surel"),
    "mail.discard": _("Buang satu surel"),
    "admin_data_requests.confirm": _("Pastikan siapa yang mengirim permintaan data %(number)s"),
    "admin_data_requests.choose": _("Pilih yang termasuk permintaan data %(number)s"),
    "admin_data_requests.erase": _("Hapus yang dipilih untuk permintaan data %(number)s"),
    "admin_data_requests.correct": _("Perbaiki sebuah komentar untuk permintaan data %(number)s"),
    "admin_data_requests.answer": _("Jawab permintaan data %(number)s"),
    "admin_data_requests.deliver": _("Jawaban permintaan data %(number)s sudah disampaikan"),
    "admin_data_requests.discard": _("Buang permintaan data %(number)s"),
    "admin_data_requests.discard_all": _("Buang permintaan data yang belum dipastikan"),
    "admin_data_requests.download_copy": _("Unduh salinan data, permintaan %(number)s"),
    "users.remove": _("Hapus pengguna"),
    "users.change_contact": _("Ubah alamat surel pengguna"),
    "users.change_role": _("Ubah peran pengguna"),
    "users.turn_factor_off": _("Matikan verifikasi dua langkah pengguna"),
}


@resume.get("")
@auth.open_to(auth.OFFICERS)
def show():
    """Render each saved form with all that it held and a token of this session."""
    return _page(TokenForm(formdata=None))


@resume.post("/removal")
@auth.open_to(auth.OFFICERS)
def drop():
    """Drop a saved form, and redirect to the page that it was sent from."""
    form, key = TokenForm(), request.form.get(FIELD, "")
    if not form.validate():
        return _page(form, form.refusal)
    pages = {saved.key: saved.page for saved in _waiting()}
    saved_request.drop(key)
    return redirect(login_flow.onward(pages.get(key) or ""), 303)


def _page(form, status=200):
    offers = [_offer(saved) for saved in _waiting()]
    if not offers:
        return redirect(url_for("admin.index"), 303)
    return render_template("admin/resume.html", offers=offers, form=form), status


def _waiting():
    return saved_request.waiting(auth.signed_in().id)


def _offer(saved):
    """Return a saved form for the template: what it does in words, whether this officer may do it,
    and each field's name, value, and whether it is shown to be read.
    """
    words, may = _tap(saved)
    fields = [(name, value, _is_typed(name, value)) for name, value in saved.fields]
    return {"saved": saved, "words": words, "may": may, "fields": fields}


def _is_typed(name, value):
    """Tell whether somebody typed that value and can read it: not the editor's markup."""
    is_markup = value.lstrip().startswith("<")
    return name not in CHOSEN and len(value.split()) > 1 and not is_markup


def _tap(saved):
    """Return what the saved form does, in words, and whether this officer may do it."""
    try:
        endpoint, values = current_app.url_map.bind("").match(
            saved.path.partition("?")[0], method="POST"
        )
    except HTTPException:  # another version had such an address
        return gettext("Kirim formulir"), False
    return _tapped(endpoint, values, saved), auth.signed_in().role in auth.roles_of(endpoint)


def _tapped(endpoint, values, saved):
    """Return in words what that form does; `values` are those of its address."""
    sent, number = saved.values, values.get("number")
    if endpoint == "admin_comments.change_status":
        comment = gettext("komentar %(number)s", number=number)
        return f"{_verb(labels.VERBS, sent)} {comment}"
    if endpoint == "admin_comments.move":
        count = sum(name == "comment" for name, _value in saved.fields)
        comments = ngettext("%(num)s komentar", "%(num)s komentar", count)
        if sent.get("all"):
            comments = gettext("semua komentar yang cocok")
        return f"{_verb(labels.VERBS, sent)} {comments}"
    if endpoint == "admin_articles.change_status":
        article = gettext("artikel %(number)s", number=number)
        return f"{_verb(labels.ARTICLE_VERBS, sent)} {article}"
    if endpoint == "policy.change_emergency":
        if sent.get("emergency") == "on":
            return gettext("Nyalakan keadaan darurat")
        return gettext("Akhiri keadaan darurat")
    if endpoint == "admin_media.change_deleted":
        if sent.get("deleted") == "yes":
            words = gettext("Hapus gambar %(number)s")
        else:
            words = gettext("Kembalikan gambar %(number)s")
        return words % {"number": number}
    return str(TAPS.get(endpoint, gettext("Kirim formulir"))) % values


def _verb(verbs, sent):
    """Return the verb of the status that was sent; `verbs` are by statuses or by their values."""
    words = {getattr(status, "value", status): verb for status, verb in verbs.items()}
    return words.get(sent.get("status"), gettext("Ubah"))
