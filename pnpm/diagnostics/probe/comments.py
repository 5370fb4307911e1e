"""The probe's checks of commenting: a refused form comes back with its text, and a sent comment is
there once.
"""

from flask_babel import gettext as _

from pnpm.web.htmx import ASKED_BY_HTMX

from ..results import Ill
from .html import Page
from .visit import Visit


def empty_comment(visit: Visit):
    """Check that an empty comment is refused with the form."""
    if not visit.form:
        return None
    _refuse(visit, 422, body="")
    return _("Komentar yang kosong kembali bersama formulirnya.")


def stale_form(visit: Visit):
    """Check that a form without a valid token is refused, and its text comes back."""
    if not visit.form:
        return None
    _refuse(visit, 400, body=visit.mark, token="")
    return _("Formulir dengan tanda yang basi ditolak, dan teksnya kembali.")


def plain_comment(visit: Visit):
    """Send a comment as a browser without JavaScript does."""
    if not visit.form:
        return _("Di bawah artikel terbaru komentar tidak dibuka, jadi berkomentar tidak dicoba.")
    answer = _send(visit, "biasa")
    if answer.status != 303:
        raise Ill(_answered(answer.status))
    if "waiting=" in answer["Location"]:
        return _("Komentar dari peramban biasa diterima, dan menunggu diperiksa.")
    if "#comment-" not in answer["Location"]:
        raise Ill(_answered(answer.status))
    return _("Komentar dari peramban biasa diterima, dan terbit.")


def htmx_comment(visit: Visit):
    """Send a comment as htmx does, which is answered with a piece of the page."""
    if not visit.form:
        return None
    answer = _send(visit, "htmx", **ASKED_BY_HTMX)
    page = Page(answer.text)
    if answer.status != 201 or "comment-form" not in page.forms:
        raise Ill(_answered(answer.status))
    if page.has_id("comment-waiting"):
        return _("Komentar lewat htmx diterima, dan menunggu diperiksa.")
    return _("Komentar lewat htmx diterima, dan terbit.")


def sent_twice(visit: Visit):
    """Send the first form again, and check that there is no second comment."""
    if not visit.written:
        return None
    action, sent = visit.written[0]
    visit.client.post(action, sent)
    found = visit.rows()
    if len(found) != len(visit.written):
        raise Ill(
            _(
                "Dari %(sent)s komentar yang dikirim, satu di antaranya dua kali, ada "
                "%(found)s di ruang pengurus.",
                sent=len(visit.written),
                found=len(found),
            )
        )
    return _("Formulir yang terkirim dua kali menjadi satu komentar.")


def _refuse(visit, status, **values):
    answer = visit.client.post(visit.form.action, visit.form.filled(**values))
    form = Page(answer.text).forms.get("comment-form")
    if answer.status != status or not form or form.fields.get("body", "").strip() != values["body"]:
        raise Ill(_answered(answer.status))


def _send(visit, kind, **headers):
    body = f"{visit.mark} ({kind}) :))"
    sent = visit.form.filled(body=body, nonce=f"{visit.mark}-{kind}", seconds="60")
    visit.written.append((visit.form.action, sent))
    return visit.client.post(visit.form.action, sent, **headers)


def _answered(status):
    words = {
        403: _(
            "Komentar ditolak (403), jadi tidak ada yang dapat berkomentar. "
            "Proksi di depan harus meneruskan nama host (ProxyPreserveHost On; "
            "proxy_set_header Host $host), "
            "dan penyaring seperti mod_security tidak boleh menolaknya."
        ),
        405: _(
            "Server web tidak meneruskan kiriman (405), jadi tidak ada yang dapat "
            "berkomentar. Periksa aturannya."
        ),
    }
    return words.get(status) or _(
        "Komentar tidak dijawab sebagaimana mestinya (%(status)s). Lihat catatan galat.",
        status=status,
    )
