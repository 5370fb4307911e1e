"""Checks of the way from a reader to the program: the site's address, https, proxies, and what the
web server serves by itself.
"""

from flask_babel import gettext as _

from pnpm.config import TOP
from pnpm.web import assets

from ..probe import files
from ..probe.client import Unreached
from ..probe.visit import Visit
from ..results import Ill
from .environment import Installation


def address(inst: Installation):
    """Check that the site is opened at its own address, and by https."""
    asked, known = inst.asked, inst.config.site_url
    if asked is None:
        return _settled(known)
    url = (known or asked.url).rstrip("/")
    if not known and asked.is_said_secure and not asked.is_secure:
        url = url.replace("http:", "https:", 1)
        raise Ill(
            _(
                "Proksi di depan memakai https, tetapi tautan situs menyebut http. Setel "
                "PNPM_SITE_URL=%(url)s.",
                url=url,
            )
        )
    if asked.is_at_home:
        return _("Situs dibuka di komputernya sendiri.")
    if not asked.is_secure:
        raise Ill(
            _(
                "Situs dibuka tanpa https, jadi kata sandi terbaca di jalan. Pasang "
                "sertifikat (di cPanel: SSL/TLS)."
            )
        )
    if not known:
        raise Ill(
            _(
                "Situs menjawab dengan nama host apa pun, jadi tautannya dapat disesatkan. "
                "Setel PNPM_SITE_URL=%(url)s.",
                url=url,
            )
        )
    return _("Situs dibuka lewat https, di alamatnya sendiri.")


def proxies(inst: Installation):
    """Check that the program sees readers' own addresses: not a proxy's, nor what a reader
    claims.
    """
    trusted, asked = inst.config.trusted_proxies, inst.asked
    if asked is None:
        return _(
            "Proksi yang dipercaya: %(count)s. Apakah itu cocok, terlihat di ruang "
            "pengurus (Pemeriksaan).",
            count=trusted,
        )
    if asked.hops < trusted:
        raise Ill(
            _(
                "PNPM_TRUSTED_PROXIES=%(trusted)s, tetapi permintaan ini lewat %(hops)s "
                "proksi: alamat dapat dipalsukan. "
                "Setel PNPM_TRUSTED_PROXIES=%(hops)s.",
                trusted=trusted,
                hops=asked.hops,
            )
        )
    if asked.hops and not trusted and asked.is_from_near:
        raise Ill(
            _(
                "Proksi di depan membuat semua pembaca tampak dari satu alamat, jadi batas "
                "komentar mengenai semua orang. "
                "Setel PNPM_TRUSTED_PROXIES=1."
            )
        )
    return _("Alamat pembaca dikenali.")


def static(inst: Installation):
    """Check that the static files are there, and are sent by whoever should send them."""
    names = assets.known(TOP / "static", inst.static)
    if not names and inst.config.web_folder:
        raise Ill(
            _(
                "Berkas statis di %(folder)s tidak ada atau dari versi lain. Muat ulang "
                "aplikasinya, yang menaruhnya.",
                folder=inst.static,
            )
        )
    if not names:
        return _("Berkas statis ditaruh saat situs dimulai.")
    sent = _sent(inst, f"static/{names['site.css']}")
    if sent is not None and sent.status != 200:
        raise Ill(
            _(
                "Berkas statis tidak termuat (%(status)s), jadi halaman tampil rusak. "
                "Periksa PNPM_WEB_FOLDER.",
                status=sent.status,
            )
        )
    if inst.config.web_folder is None:
        return _(
            "Berkas statis dikirim program sendiri. Dengan PNPM_WEB_FOLDER server web yang "
            "mengirimnya, lebih ringan."
        )
    if sent is not None and files.is_ours(sent):
        raise Ill(
            _(
                "PNPM_WEB_FOLDER disetel, tetapi program masih mengirim berkas statis sendiri: "
                "%(folder)s bukan folder server web untuk alamat situs ini.",
                folder=inst.config.web_folder,
            )
        )
    if sent is None:
        return _(
            "Berkas statis ada di folder server web; apakah dikirimnya, tidak dapat ditanyakan."
        )
    return _("Berkas statis dikirim server web sendiri.")


def files_of_ours(inst: Installation):
    """Check that the web server serves none of the program's files, by asking it for them."""
    client = inst.client
    if isinstance(inst.health, str) or client is None:
        return _(
            "Apakah server web membagikan berkas kita, tidak dapat ditanyakan: %(why)s.",
            why=inst.health,
        )
    words = files.files_of_ours(Visit(client))
    if client.is_late:
        return _(
            "Apakah server web membagikan berkas kita, tidak selesai ditanyakan: "
            "jawabannya terlalu lambat."
        )
    return words


def _settled(known):
    """Say what the settings tell of the address, where no request shows more."""
    if not known:
        return _(
            "PNPM_SITE_URL belum disetel: nama host apa pun dijawab. Setel bila alamat "
            "situs sudah tetap."
        )
    if known.startswith("http:"):
        return _("Alamat situs: %(url)s, tanpa https.", url=known)
    return _("Alamat situs: %(url)s.", url=known)


def _sent(inst, address):
    """Ask for a static file; return the answer, None if none came."""
    if isinstance(inst.health, str):
        return None
    try:
        return inst.client.get(address, most=1024)
    except Unreached:
        return None
