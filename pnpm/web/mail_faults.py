"""Why a mail could not be sent, in words, with what to do."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from pnpm.mail.faults import Fault, fault_of

WORDS = {
    Fault.UNKNOWN_HOST: _("nama server surel tidak dikenal; periksa PNPM_MAIL_URL"),
    Fault.UNREACHABLE: _(
        "server surel tidak dapat dihubungi; periksa nama dan porta dalam PNPM_MAIL_URL, atau "
        "tanyakan apakah penyedia hosting menutup porta itu"
    ),
    Fault.SLOW: _("server surel tidak menjawab pada waktunya"),
    Fault.BROKEN: _("sambungan ke server surel terputus"),
    Fault.NO_TLS: _(
        "server surel tidak menawarkan sambungan terenkripsi (STARTTLS); pakai smtps:// atau "
        "porta lain"
    ),
    Fault.CERTIFICATE: _(
        "sertifikat server surel tidak sah untuk namanya; pakai nama yang ada di sertifikat itu"
    ),
    Fault.LOGIN: _(
        "server surel menolak nama atau kata sandi; periksa PNPM_MAIL_URL (@ ditulis %40)"
    ),
    Fault.SENDER: _("server surel tidak menerima kiriman dari alamat pengirim (from=)"),
    Fault.RECIPIENT: _("alamat penerimanya ditolak; mungkin salah tulis"),
    Fault.CONTENT: _("server surel menolak isinya"),
    Fault.LATER: _("server surel minta dicoba nanti"),
    Fault.TEXT: _("isinya tidak dapat ditulis; lihat catatan galat"),
}


def reason(error: str) -> tuple[str, str]:
    """Return in words why a mail was not sent, by the error that was stored, and what the server
    said.
    """
    fault, detail = fault_of(error)
    if fault is None:
        return gettext("alasannya tidak dikenal"), detail
    return str(WORDS[fault]), detail
