"""Why no answer came from an address, in words."""

import socket
import ssl

from flask_babel import gettext as _

from ..results import Ill, quoted


class Unreached(Ill):
    """No answer came from an address, or none that is HTTP; the message says why, `reason` alone."""

    def __init__(self, url: str, reason: str):
        super().__init__(_("%(url)s tidak dapat dibuka: %(reason)s.", url=quoted(url), reason=reason))
        self.reason = reason


def reason_of(error: Exception, seconds: float) -> str:
    """What went wrong, in a few words; `seconds` were waited."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("sertifikat https-nya tidak berlaku (%(why)s)", why=quoted(error.verify_message))
    if isinstance(error, ssl.SSLError):
        return _("di sana tidak ada https")
    if isinstance(error, socket.gaierror):
        return _("nama itu tidak dikenal; periksa ejaannya dan DNS-nya")
    if isinstance(error, TimeoutError):
        return _("tidak ada jawaban utuh dalam %(seconds)s detik", seconds=round(seconds))
    if isinstance(error, ConnectionRefusedError):
        return _("tidak ada server yang menerima sambungan di sana")
    return _("jawabannya putus, atau bukan HTTP")
