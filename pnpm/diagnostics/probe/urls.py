"""The probe's checks of addresses: links, redirects and https all lead to the address that is
visited.
"""

from flask_babel import gettext as _

from ..results import Ill, quoted
from .client import PORTS, Client, Unreached
from .visit import ARTICLE, Visit

STRANGE = "pemeriksaan.invalid"  # a host name that is nobody's (RFC 2606)
AT_HOME = {"localhost", "127.0.0.1", "::1", "[::1]"}


def links(visit: Visit):
    """Check that the URLs in the sitemap and for search engines begin with the site's address."""
    canonical = visit.page.first("link", rel="canonical").get("href")
    for found in filter(None, [*visit.sitemap, canonical]):
        if not found.startswith(visit.client.base):
            raise Ill(_wrong(visit, found))
    if not visit.sitemap:
        raise Ill(
            _(
                "Peta situs (sitemap.xml) kosong atau tidak terbuka, jadi mesin pencari "
                "tidak menemukan artikel."
            )
        )
    return _("Tautan lengkap dalam peta situs dan artikel menyebut alamat ini.")


def redirects(visit: Visit):
    """Check that redirects stay within the site: from a wrong year to the right one, from the
    office to its sign-in.
    """
    if visit.path and (parts := ARTICLE.search(f"/{visit.path}")):
        _leads(visit, f"1970/{parts[2]}/{parts[3]}", 301, f"{visit.client.base}{visit.path}")
    _leads(visit, "admin/", 303, f"{visit.client.base}admin/")
    return _("Pengalihan tetap di alamat ini.")


def other_host(visit: Visit):
    """Check that a request under another host name gets no links to that name."""
    try:
        answer = visit.client.get("", Host=STRANGE)
        robots = visit.client.get("robots.txt", Host=STRANGE)
        names_it = f"://{STRANGE}" in answer["Location"] + robots.text  # its Sitemap line
    except Unreached:
        names_it = False
    if names_it:
        raise Ill(
            _(
                "Situs menjawab dengan nama host lain dan memakainya dalam tautan, jadi "
                "orang bisa disesatkan. "
                "Setel PNPM_SITE_URL=%(base)s.",
                base=visit.client.base.rstrip("/"),
            )
        )
    return _("Nama host lain ditolak.")


def https(visit: Visit):
    """Check that the site has https, and plain http redirects there."""
    client = visit.client
    if client.scheme == "http":
        if client.host in AT_HOME:
            return _("Tanpa https; di komputer sendiri itu tidak apa-apa.")
        raise Ill(
            _(
                "Tanpa https kata sandi pengurus terbaca di jalan. Pasang sertifikat (di "
                "cPanel: SSL/TLS), lalu pakai https://."
            )
        )
    if client.port != PORTS["https"]:
        return _("Apakah http biasa mengantar ke https tidak dapat ditanyakan di porta ini.")
    try:
        answer = Client(client.base.replace("https", "http", 1)).get("")
    except Unreached:
        return _("Lewat http biasa tidak ada yang menjawab.")
    if not answer["Location"].startswith(f"{client.origin}/"):
        raise Ill(
            _(
                "Lewat http biasa situs tidak mengantar ke https, jadi kata sandi dapat "
                "terbaca. Nyalakan “Force HTTPS” di panel."
            )
        )
    return _("Lewat http biasa orang diantar ke https.")


def _leads(visit, address, status, wanted):
    """Check that an address redirects with that status to a URL that begins with `wanted`."""
    answer = visit.client.get(address)
    found = visit.client.whole(answer["Location"])
    if answer.status != status:
        raise Ill(
            _(
                "%(address)s memberi %(status)s, bukan pengalihan. Periksa aturan server web.",
                address=address,
                status=answer.status,
            )
        )
    if not found.startswith(wanted):
        raise Ill(_wrong(visit, found))


def _wrong(visit, found):
    return _(
        "Tautan lengkap menyebut %(found)s, padahal situs ada di %(base)s, jadi pembaca "
        "tersesat. Setel PNPM_SITE_URL=%(site)s.",
        found=quoted(found),
        base=visit.client.base,
        site=visit.client.base.rstrip("/"),
    )
