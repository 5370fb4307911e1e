"""The probe's checks of files: static files load as they should, and the web server serves none of
the program's own.
"""

import re

from flask_babel import gettext as _

from ..results import Ill, quoted
from .client import Answer, Client, Unreached
from .visit import Visit

YEAR = 365 * 24 * 3600  # seconds
# media types
STYLES = {"text/css"}
SCRIPTS = {"text/javascript", "application/javascript"}
DRAWINGS = {"image/svg+xml"}


def stylesheet(visit: Visit):
    """Check the stylesheet."""
    return _loads(visit, visit.page.first("link", rel="stylesheet").get("href"), STYLES, b"{")


def script(visit: Visit):
    """Check htmx, without which each comment costs a whole page."""
    sources = (found.get("src", "") for found in visit.page.all("script"))
    return _loads(
        visit, next((source for source in sources if "/htmx-" in source), None), SCRIPTS, b"htmx"
    )


def emoticon_sheet(visit: Visit):
    """Check the file with all emoticons."""
    sources = (found.get("src", "") for found in visit.page.all("img"))
    found = next(
        (source for source in sources if re.search(r"/emoticons\.[^/]*svg#", source)), None
    )
    return _loads(visit, found and found.partition("#")[0], DRAWINGS, b"<svg")


def is_ours(answer: Answer) -> bool:
    """Tell whether the program itself sent an answer: it has our Content-Security-Policy, which a
    web server's own has not.
    """
    return "default-src 'none'" in answer["Content-Security-Policy"]


def lasts(answer: Answer) -> bool:
    """Tell whether browsers may keep an answer for a year without asking."""
    rules = answer["Cache-Control"]
    age = re.search(r"max-age=([0-9]{1,12})", rules)
    return age is not None and int(age[1]) >= YEAR and "immutable" in rules


def _loads(visit, address, types, content):
    """Check that a static file has one of these types and that content, is kept and compressed."""
    if not address:
        return None  # no article, or comments are closed
    answer = visit.client.get(address, Accept_Encoding="gzip")
    name = quoted(re.sub(r"\.[0-9a-f]{12}(?=\.)", "", address.rpartition("/")[2]))
    kind = answer["Content-Type"].partition(";")[0].strip().lower()
    if answer.status != 200 or kind not in types or content not in answer.body:
        raise Ill(
            _(
                "%(name)s tidak termuat (%(status)s, %(kind)s), jadi halaman tampil rusak. "
                "Arahkan /static/ ke folder yang benar, atau kosongkan PNPM_WEB_FOLDER "
                "supaya program yang mengirimnya.",
                name=name,
                status=answer.status,
                kind=quoted(kind) or "-",
            )
        )
    if not lasts(answer):
        raise Ill(
            _(
                "%(name)s tidak disimpan peramban setahun, jadi diunduh berulang-ulang. "
                "Pakai konfigurasi di folder deploy/.",
                name=name,
            )
        )
    if answer["Content-Encoding"] not in ("gzip", "br", "zstd"):
        raise Ill(
            _(
                "%(name)s dikirim tanpa kompresi, jadi beberapa kali lebih besar. Pakai "
                "konfigurasi di folder deploy/.",
                name=name,
            )
        )
    if is_ours(answer):
        return _(
            "%(name)s termuat, terkompresi dan disimpan setahun; program yang mengirimnya.",
            name=name,
        )
    return _(
        "%(name)s termuat, terkompresi dan disimpan setahun; server web sendiri yang mengirimnya.",
        name=name,
    )


MOST = 4096  # bytes of a file: enough to recognize it
KEY = re.compile(rb"[\w-]{32,200}\s*")
SETTINGS = re.compile(rb"(?m)^[A-Z_]{4,} *= *\S")
START = re.compile(rb"(?m)^ *(?:from|import) .*\b(?:application|create_app)\b|^app = ")
# how each file's content is recognized, so that a page "not found" with status 200 is no alarm
FILES = {
    "instance/site.db": re.compile(rb"SQLite format 3\0"),
    "instance/secret_key": KEY,
    "instance/config.py": SETTINGS,
    "passenger_wsgi.py": START,
    "wsgi.py": START,
    "requirements.txt": re.compile(rb"(?im)^Flask=="),
    "pnpm/config.py": re.compile(rb"reads the environment"),
    ".git/HEAD": re.compile(rb"ref: refs/|[0-9a-f]{40}\s*\Z"),
    "backups/": re.compile(rb"(?i)<title>Index of|\.zip"),
    "instance/backups/": re.compile(rb"(?i)<title>Index of|\.zip"),
    # nginx with `location /static { alias …/static/; }`, without the slash that belongs there
    "static../site.db": re.compile(rb"SQLite format 3\0"),
    "static../secret_key": KEY,
}
WHOLE = {KEY}  # patterns that the whole content must match


def files_of_ours(visit: Visit):
    """Check that the web server serves none of the program's own files."""
    found = [address for address in addresses(visit.client) if given(visit.client, address)]
    if found:
        raise Ill(
            _(
                "Server web membagikan berkas kita kepada siapa saja: %(found)s. "
                "Pindahkan program dan instance/ ke luar folder web, lalu ganti kunci dan "
                "kata sandi.",
                found=", ".join(found),
            )
        )
    return _("Server web tidak membagikan berkas kita.")


def addresses(client: Client) -> list[str]:
    """Return where the files would be: under the site's address, and if that is a folder of its
    host, beside it.
    """
    base = client.base.removeprefix(client.origin)
    above = f"{base.rstrip('/').rpartition('/')[0]}/"
    return [f"{place}{name}" for place in dict.fromkeys((base, above)) for name in FILES]


def given(client: Client, address: str) -> bool:
    """Tell whether the real file is served there."""
    known = next(known for name, known in FILES.items() if address.endswith(f"/{name}"))
    try:
        answer = client.get(address, most=MOST)
    except Unreached:
        return False
    if answer.status != 200:
        return False
    if known in WHOLE:
        return known.fullmatch(answer.body) is not None
    return known.search(answer.body) is not None
