"""The probe's checks of the office: sign-in, moderation, pictures; and that everything the probe
wrote is deleted again.
"""

import secrets
import struct
import zlib

from flask_babel import gettext as _

from ..results import Fatal, Ill, quoted
from .files import lasts
from .html import Page
from .visit import Visit

COOKIE = "office"


def sign_in(visit: Visit):
    """Sign in with the account's password, and check the session cookie."""
    form = Page(visit.client.get("admin/login").text).forms.get("login-form")
    if not form:
        raise Fatal(
            _(
                "Halaman masuk (admin/login) tidak ada formulirnya. Apakah situs ini sudah "
                "punya akun?"
            )
        )
    answer = visit.client.post(
        form.action, form.filled(username=visit.account, password=visit.password)
    )
    to = visit.client.whole(answer["Location"])
    if answer.status == 303 and to.startswith(f"{visit.client.base}admin/login/code"):
        raise Fatal(
            _("Akun ini meminta kode dari telepon. Pakai akun tanpa itu untuk pemeriksaan.")
        )
    if answer.status != 303 or not to.startswith(f"{visit.client.base}admin/"):
        raise Fatal(
            _(
                "Tidak dapat masuk sebagai %(name)s (%(status)s). Periksa nama dan kata sandinya.",
                name=quoted(visit.account),
                status=answer.status,
            )
        )
    if visit.client.get("admin/").status != 200:
        raise Fatal(
            _(
                "Sesudah masuk orang sudah di luar lagi: cookie-nya hilang di jalan. Hapus "
                "aturan server web yang mengubahnya."
            )
        )
    return _cookie(visit)


def emoticons(visit: Visit):
    """Check that emoticon codes became pictures."""
    if not visit.written:
        return None
    pictures = [
        found for found in visit.queue().all("img") if "/emoticons." in found.get("src", "")
    ]
    if len(pictures) < len(visit.written):
        raise Ill(_("Kode emotikon dalam komentar tidak menjadi gambar. Lihat catatan galat."))
    return _("Kode emotikon menjadi gambar.")


def moderation(visit: Visit):
    """Publish, hold and delete each comment, and check what readers see."""
    if not visit.written:
        return None
    for number in visit.rows():
        for status, is_seen in (("published", True), ("pending", False), ("deleted", False)):
            _move(visit, number, status)
            page = Page(visit.client.get(visit.path or "").text)
            if page.has_id(f"comment-{number}") != is_seen:
                raise Ill(
                    _(
                        "Komentar yang dijadikan “%(status)s” tidak tampak demikian bagi pembaca.",
                        status=status,
                    )
                )
    return _("Moderasi bekerja: terbit, ditahan, dihapus.")


def picture(visit: Visit):
    """Send a picture, load it, delete it, and check that it is gone."""
    page = Page(visit.client.get("admin/pictures").text)
    form = page.forms.get("upload-form")
    if not form:
        return _("Akun ini bukan admin, jadi mengirim gambar tidak dicoba.")
    answer = visit.client.post(form.action, form.filled(file=(f"{visit.mark}.png", png())))
    if answer.status != 303:
        raise Ill(
            _(
                "Gambar tidak diterima (%(status)s). Periksa batas besar kiriman di server "
                "web, Pillow, dan ruang disk.",
                status=answer.status,
            )
        )
    address, deleting = _newest(visit)
    loaded = visit.client.get(address)
    visit.client.post(deleting.action, deleting.filled(deleted="yes"))
    if loaded.status != 200 or not loaded["Content-Type"].startswith("image/") or not lasts(loaded):
        raise Ill(
            _(
                "Gambar yang terkirim tidak termuat (%(status)s), atau tidak disimpan setahun.",
                status=loaded.status,
            )
        )
    # no-cache, since Passenger itself caches for two seconds what may be kept long
    if visit.client.get(address, Cache_Control="no-cache").status != 404:
        raise Ill(
            _(
                "Gambar yang sudah dihapus masih termuat. Hapus singgahan (cache) server "
                "web atau CDN."
            )
        )
    return _("Gambar terkirim, termuat, dan dihapus lagi.")


def nothing_left(visit: Visit):
    """Delete the comments that failed checks have left."""
    for number in visit.rows():
        _move(visit, number, "deleted")
    if visit.rows():
        raise Ill(
            _(
                "Komentar pemeriksaan masih ada. Hapus yang memuat “%(mark)s” di ruang pengurus.",
                mark=visit.mark,
            )
        )
    return _("Semua yang ditulis pemeriksaan sudah dihapus.")


def sign_out(visit: Visit):
    """Sign out, and check that the office is closed then."""
    form = next(
        (form for form in visit.queue().forms.values() if form.action.endswith("/admin/logout")),
        None,
    )
    if form:
        visit.client.post(form.action, form.filled())
    if visit.client.get("admin/").status != 303:
        raise Ill(_("Keluar dari ruang pengurus tidak berhasil. Lihat catatan galat."))
    return _("Keluar dari ruang pengurus bekerja.")


def png() -> bytes:
    """Return a picture of 16 by 16 random pixels, which nobody has sent before (PNG, section 5)."""
    rows = b"".join(b"\0" + secrets.token_bytes(3) * 16 for _row in range(16))
    header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _cookie(visit):
    """Check that the session cookie arrives with its protection."""
    cookie = visit.client.cookies.get(COOKIE)
    path = visit.client.base.removeprefix(visit.client.origin) + "admin"
    if (
        not cookie
        or not cookie["httponly"]
        or cookie["samesite"].lower() not in ("lax", "strict")
        or cookie["path"] != path
    ):
        raise Ill(
            _(
                "Cookie ruang pengurus diubah di jalan, jadi lebih mudah dicuri. Hapus "
                "aturan server web yang mengubahnya."
            )
        )
    if visit.client.scheme == "https" and not cookie["secure"]:
        raise Ill(
            _(
                "Cookie ruang pengurus juga dikirim tanpa https, jadi dapat dicuri. Setel "
                "PNPM_SITE_URL=%(site)s.",
                site=visit.client.base.rstrip("/"),
            )
        )
    return _("Masuk bekerja, dan cookie-nya hanya untuk ruang pengurus.")


def _move(visit, number, status):
    """Give a comment that status, unless it has it."""
    form = visit.rows().get(number)
    if form and form.fields.get("seen") != status:
        visit.client.post(form.action, form.filled(status=status))


def _newest(visit):
    """Return the address of the library's newest picture, and the form that deletes it."""
    page = Page(visit.client.get("admin/pictures").text)
    deleting = next(
        (form for form in page.forms.values() if form.action.endswith("/deleted")), None
    )
    address = next(
        (found["src"] for found in page.all("img") if "/pictures/" in found.get("src", "")), None
    )
    if not deleting or not address:
        raise Ill(_("Gambar yang terkirim tidak ada di daftar gambar. Lihat catatan galat."))
    return address, deleting
