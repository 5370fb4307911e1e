"""The probe's checks of readers' pages: the site answers, its pages open, have their security
headers, and are cached by browsers.
"""

import json
import re

from flask_babel import gettext as _

from ..results import Fatal, Ill, quoted
from .client import Unreached
from .visit import Visit

NEEDED = {  # headers that each page must have, and what must be in them
    "Content-Security-Policy": ("default-src 'none'", "frame-ancestors 'none'"),
    "X-Content-Type-Options": ("nosniff",),
    "Referrer-Policy": ("strict-origin-when-cross-origin",),
}


def health(visit: Visit):
    """Check that the site answers, is this program, and says that it is well."""
    try:
        answer = visit.client.get("healthz")
    except Unreached as reason:
        raise Fatal(str(reason)) from reason
    if 300 <= answer.status < 400:
        to = quoted(answer["Location"])
        raise Fatal(
            _("Alamat ini mengantar ke %(to)s. Periksa situs di alamat yang dituju itu.", to=to)
        )
    said = _status(answer)
    if said.get("status") == "ill":
        why = quoted(said.get("reason", ""))
        raise Fatal(
            _(
                "Situs menjawab, tetapi belum siap, jadi pembaca tidak melihat apa-apa: "
                "%(reason)s.",
                reason=why,
            )
        )
    if answer.status != 200 or said.get("status") != "ok":
        raise Fatal(
            _(
                "Di %(base)s bukan situs ini yang menjawab: /healthz memberi %(status)s. "
                "Periksa alamatnya, dan apakah panel menjalankan program ini di sana.",
                base=visit.client.base,
                status=answer.status,
            )
        )
    return _("Situs menjawab dan sehat.")


def front(visit: Visit):
    """Check that the front page opens."""
    if visit.front.status != 200 or "manifest.webmanifest" not in visit.front.text:
        raise Ill(
            _(
                "Halaman depan memberi %(status)s. Lihat catatan galat server web.",
                status=visit.front.status,
            )
        )
    return _("Halaman depan terbuka.")


def newest(visit: Visit):
    """Check that the newest article opens."""
    if visit.article is None:
        return _("Belum ada artikel, jadi halaman artikel dan komentar tidak diperiksa.")
    if visit.article.status != 200 or not next(visit.page.all("article", class_="article"), None):
        raise Ill(
            _(
                "Artikel terbaru (%(path)s) memberi %(status)s. Periksa apakah server web "
                "meneruskan semua alamat ke program.",
                path=quoted(visit.path),
                status=visit.article.status,
            )
        )
    return _("Artikel terbaru terbuka.")


def headers(visit: Visit):
    """Check that pages have each security header once, and set no cookie."""
    given = visit.front.headers
    for name, words in NEEDED.items():
        values = given.get_all(name, [])
        if len(values) != 1 or not all(word in values[0] for word in words):
            raise Ill(
                _(
                    "Kepala %(name)s hilang atau diubah, jadi peramban kurang melindungi pembaca. "
                    "Hapus aturan di server web atau CDN yang mengubahnya.",
                    name=name,
                )
            )
    if given.get_all("Set-Cookie"):
        raise Ill(
            _(
                "Pembaca mendapat cookie dari server web atau CDN di depan situs. Matikan "
                "itu di sana: situs ini tidak memakainya."
            )
        )
    return _("Kepala pengaman ada, dan pembaca tidak mendapat cookie.")


def unchanged(visit: Visit):
    """Check that a browser that has the article already gets a 304."""
    if visit.path is None or visit.article is None or visit.article.status != 200:
        return None
    again = visit.client.get(
        visit.path, Accept_Encoding="gzip", If_None_Match=visit.article["ETag"]
    )
    if again.status != 304 or again.body:
        raise Ill(
            _(
                "Halaman yang tidak berubah dikirim utuh lagi (%(status)s, bukan 304), "
                "jadi kunjungan kedua sama mahalnya. "
                "Matikan pengubah ETag atau kompresi halaman di server web.",
                status=again.status,
            )
        )
    return _("Halaman yang tidak berubah dijawab dengan 304.")


def _status(answer):
    """Return what /healthz says."""
    try:
        said = json.loads(answer.text)
    except ValueError:
        return _plain(answer)
    if not isinstance(said, dict):
        return {}
    return said


def _plain(answer):
    """Return the status from the fallback page, which is sent where the program could not start;
    empty for any other page.
    """
    if answer.status != 503 or "style-src 'sha256-" not in answer["Content-Security-Policy"]:
        return {}
    shown = answer.text.partition("<h1>")[2].partition('<p lang="en">')[0]
    words = re.sub(r"<[^<>]*>", " ", shown)
    return {"status": "ill", "reason": words.strip().rstrip(".")}
