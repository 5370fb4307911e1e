"""Why a mail could not be sent, in words, with what to do."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from pnpm.mail.faults import Fault, fault_of

WORDS = {
    Fault.UNKNOWN_HOST: _("nama server e-mail tidak dikenal; periksa PNPM_MAIL_URL"),
    Fault.UNREACHABLE: _(
        "server e-mail tidak dapat dihubungi; periksa nama dan porta dalam PNPM_MAIL_URL, atau "
        "tanyakan apakah penyedia hosting menutup porta itu"
    ),
    Fault.SLOW: _("server e-mail tidak menjawab pada waktunya"),
    Fault.BROKEN: _("sambungan ke server e-mail terputus"),
    Fault.NO_TLS: _(
        "server e-mail tidak menawarkan sambungan terenkripsi (STARTTLS); pakai smtps:// atau "
        "porta lain"
    ),
    Fault.CERTIFICATE: _(
        "sertifikat server e-mail tidak sah untuk namanya; pakai nama yang ada di sertifikat itu"
    ),
    Fault.LOGIN: _(
        "server e-mail menolak nama atau kata sandi; periksa PNPM_MAIL_URL (@ ditulis %40)"
    ),
    Fault.SENDER: _("server e-mail tidak menerima kiriman dari alamat pengirim (from=)"),
    Fault.RECIPIENT: _("alamat penerimanya ditolak; mungkin salah tulis"),
    Fault.CONTENT: _("server e-mail menolak isinya"),
    Fault.LATER: _("server e-mail minta dicoba nanti"),
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
