"""Checks of mail: the settings, the server, the sender's domain, and what could not be sent."""

from flask_babel import gettext as _
from flask_babel import ngettext

from pnpm.accounts import notices
from pnpm.mail import outbox
from pnpm.mail.faults import Failed
from pnpm.web import mail_faults, site_address

from .. import dns
from ..results import Ill, quoted
from .environment import Installation

SECONDS = 5  # for the server: whoever opened the page waits meanwhile
DNS_SECONDS = 2


def links(inst: Installation):
    """Check that mail is set up where an officer wants it, and that links in it lead here."""
    if inst.config.mail_url is None:
        if notices.are_wanted():
            raise Ill(
                _(
                    "Ada pengurus yang menunggu pemberitahuan, tetapi situs belum dapat mengirim "
                    "surel. Setel PNPM_MAIL_URL."
                )
            )
        return _("Surel tidak disetel (PNPM_MAIL_URL); situs ini tidak mengirimnya.")
    if inst.config.site_url:
        return _("Tautan dalam surel menuju %(url)s.", url=inst.config.site_url)
    known = site_address.known()
    if known:
        return _(
            "Tautan dalam surel menuju %(url)s, alamat yang terakhir dipakai admin untuk masuk; "
            "PNPM_SITE_URL=%(url)s menetapkannya.",
            url=known,
        )
    raise Ill(
        _(
            "Alamat situs belum diketahui, jadi semua surel menunggu. Setel PNPM_SITE_URL, atau "
            "masuklah sekali sebagai admin."
        )
    )


def mail_server(inst: Installation):
    """Check that the mail server is reached, by TLS, and lets the site in."""
    if inst.config.mail_url is None:
        return None
    from pnpm.mail.smtp import Transport

    server = inst.config.mail_url
    try:
        with Transport(server, SECONDS) as transport:
            transport.check()
    except Failed as failed:
        reason, said = mail_faults.reason(str(failed))
        words = _("Surel tidak dapat dikirim: %(reason)s.", reason=reason)
        raise Ill(f"{words} ({quoted(said)})" if said else words) from failed
    if server.is_plain:
        return _("Server surel menerima situs ini, tanpa enkripsi (starttls=off).")
    return _("Server surel menerima situs ini, lewat sambungan terenkripsi.")


def sender(inst: Installation):
    """Check that the sender's domain says who may send in its name (SPF, RFC 7208): else much of
    the mail is taken for spam.
    """
    if inst.config.mail_url is None:
        return None
    domain = inst.config.mail_url.sender.partition("@")[2]
    try:
        found = dns.texts(domain, DNS_SECONDS)
    except dns.Unanswered:
        return _("Catatan DNS %(domain)s tidak dapat ditanya dari sini.", domain=domain)
    if any(text.lower().startswith("v=spf1") for text in found):
        return _("%(domain)s punya catatan SPF.", domain=domain)
    raise Ill(
        _(
            "%(domain)s tidak punya catatan SPF, jadi surelnya mudah dianggap spam. Tambahkan di "
            "DNS domain itu (di cPanel: Email Deliverability).",
            domain=domain,
        )
    )


def unsent(inst: Installation):
    """Check that nothing is left that could not be sent."""
    failed = outbox.counted().failed
    if failed:
        raise Ill(
            ngettext(
                "%(num)s surel tidak dapat dikirim. Alasannya ada di ruang pengurus, di Surel.",
                "%(num)s surel tidak dapat dikirim. Alasannya ada di ruang pengurus, di Surel.",
                failed,
            )
        )
    if inst.config.mail_url is None:
        return None
    return _("Tidak ada surel yang gagal.")
