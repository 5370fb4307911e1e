"""What readers are told of a comment, or of a change to one, that is refused."""

from flask_babel import lazy_gettext as _

from pnpm.comments.submission import Refusal

REFUSALS = {  # the HTTP status, and the words
    Refusal.CLOSED: (
        409,
        _("Komentar untuk artikel ini sudah ditutup. Salin tulisan Anda bila masih diperlukan."),
    ),
    Refusal.BLOCKED: (
        422,
        _(
            "Komentar ini memuat kata atau alamat yang tidak diterima di sini. "
            "Ubah, lalu kirim lagi."
        ),
    ),
    Refusal.RATE_LIMITED: (
        429,
        _("Terlalu banyak komentar dari jaringan ini. Tunggu %(minutes)s menit, lalu kirim lagi."),
    ),
    Refusal.EMPTY: (422, _("Tulis komentar Anda dulu, lalu kirim.")),
    Refusal.OVERLOADED: (
        422,
        _("Terlalu banyak emotikon atau tanda di dalamnya. Kurangi, lalu kirim lagi."),
    ),
    Refusal.EXPIRED: (410, _("Waktu untuk mengubah komentar ini sudah lewat.")),
    Refusal.ANSWERED: (
        410,
        _("Komentar ini sudah dibalas, jadi tidak dapat diubah lagi. Tambahkan balasan saja."),
    ),
    Refusal.CHANGED_OFTEN: (429, _("Komentar ini sudah diubah berkali-kali. Biarkan begini.")),
}
