"""The forms of a picture, the queries of the library, and the words for a file that is refused."""

from flask import abort
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField

from pnpm.media.decoding import LARGEST, LONGEST_SIDE, MOST_PIXELS
from pnpm.media.formats import Kind
from pnpm.media.models import ALT_LENGTH
from pnpm.media.queries import PictureQuery
from pnpm.media.queries import Tab as PictureTab
from pnpm.web.forms import AtMost
from pnpm.web.params import number_of

from .forms import OfficeForm, one_line

MOST_AT_ONCE = 20  # files in one form: what a report of a meeting has, three times over
# of all files in one form: hosts take 32 (FcgidMaxRequestLen as our guide asks for it)
MEGABYTES_AT_ONCE = 30
WORDS = {
    Kind.EMPTY: _("Berkas ini kosong. Pilih lagi gambarnya."),
    Kind.LARGE: _(
        "Lebih dari 10 MB. Kecilkan dulu, misalnya dengan mengirimnya lewat WhatsApp ke "
        "diri sendiri, lalu pakai yang diterima."
    ),
    Kind.PIXELS: _(
        "Lebih dari 40 megapiksel. Kecilkan dulu, atau pilih ukuran foto yang lebih kecil "
        "di kamera."
    ),
    Kind.MEMORY: _(
        "Gambar ini terlalu besar untuk dibuka di sini. Kecilkan dulu sampai sisi "
        "terpanjangnya 2.000 piksel, simpan sebagai "
        "JPEG, lalu kirim itu."
    ),
    Kind.SVG: _(
        "Ini gambar SVG, yang dapat memuat program. Simpan sebagai PNG atau JPEG, lalu kirim itu."
    ),
    Kind.HEIC: _(
        "Ini foto HEIC dari iPhone. Kirim lewat WhatsApp ke diri sendiri, lalu pakai yang "
        "diterima. Supaya foto berikutnya "
        "langsung bisa: Pengaturan → Kamera → Format → Paling Kompatibel."
    ),
    Kind.PDF: _("Ini PDF, bukan gambar. Buka, ambil tangkapan layarnya, lalu kirim itu."),
    Kind.ARCHIVE: _(
        "Ini berkas ZIP atau dokumen, bukan gambar. Buka dulu, lalu kirim gambar di "
        "dalamnya satu per satu."
    ),
    Kind.VIDEO: _("Ini video, bukan gambar. Ambil tangkapan layarnya, lalu kirim itu."),
    Kind.OTHER: _("Ini bukan gambar yang dikenal. Simpan sebagai JPEG atau PNG, lalu kirim itu."),
    Kind.BROKEN: _(
        "Gambar ini rusak atau terpotong: kirim lagi. Jika tetap begitu, ambil lagi dari "
        "kamera atau galeri."
    ),
    Kind.FULL: _(
        "Tempat untuk gambar sudah penuh. Hapus dulu gambar yang belum dipakai, lalu kirim lagi."
    ),
    Kind.LATE: _("Belum diolah: waktunya habis. Kirim yang ini sekali lagi."),
    Kind.MANY: _("Belum terkirim: paling banyak 20 gambar sekaligus. Kirim yang ini sekali lagi."),
}
STATUS = {  # the HTTP status of a refusal; 415 for the others
    Kind.LARGE: 413,
    Kind.PIXELS: 413,
    Kind.MEMORY: 413,
    Kind.MANY: 413,
    Kind.EMPTY: 422,
    Kind.BROKEN: 422,
    Kind.LATE: 422,
    Kind.FULL: 507,
}
# For the script that reduces a picture before it is sent, so that it refuses what we would refuse,
# in the same words.
LIMITS = {
    "longest": LARGEST,
    "pixels": MOST_PIXELS,
    "side": LONGEST_SIDE,
    "count": MOST_AT_ONCE,
    "at_once": MEGABYTES_AT_ONCE << 20,
    "words_large": WORDS[Kind.LARGE],
    "words_pixels": WORDS[Kind.PIXELS],
}
TABS = {
    PictureTab.ALL: _("Semua"),
    PictureTab.UNUSED: _("Belum dipakai"),
    PictureTab.UNDESCRIBED: _("Tanpa teks pengganti"),
    PictureTab.DELETED: _("Dihapus"),
}
# What a tab says that has no picture.
NOTHING = {
    PictureTab.ALL: _("Belum ada gambar. Semua foto yang dikirim ke situs berdiri di sini."),
    PictureTab.UNUSED: _("Tidak ada: setiap gambar dipakai di sebuah artikel."),
    PictureTab.UNDESCRIBED: _("Tidak ada: setiap gambar mempunyai teks pengganti. Terima kasih."),
    PictureTab.DELETED: _(
        "Tidak ada yang dihapus. Gambar yang dihapus dapat dikembalikan dari sini."
    ),
}


class AltForm(OfficeForm):
    """A picture's alternative text, for those who cannot see it."""

    alt = StringField(_("Teks pengganti"), filters=[one_line], validators=[AtMost(ALT_LENGTH)])


class DeletedForm(OfficeForm):
    """A button that deletes a picture, or brings it back."""

    deleted = SelectField(_("Hapus"), choices=["yes", "no"])

    @property
    def chosen(self) -> bool:
        """Tell whether the picture is to be deleted, not brought back."""
        return self.deleted.data == "yes"


def picture_query_of(args: MultiDict) -> PictureQuery:
    """Return the query that a query string asks for. 404 for what is no tab or number."""
    tab = args.get("tab") or PictureTab.ALL.value
    if tab not in [known.value for known in PictureTab]:
        abort(404)
    return PictureQuery(PictureTab(tab), number_of(args, "after"))


def values(query: PictureQuery) -> dict:
    """Return the query string's values for that query; None for those that are left out."""
    return {"tab": None if query.tab is PictureTab.ALL else query.tab.value, "after": query.after}
