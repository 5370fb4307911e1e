"""Whether the web server gives away files that are nobody else's, asked for under the site's address and one level up."""

import re

from flask_babel import gettext as _

from ..results import Ill
from .client import Client
from .unreached import Unreached
from .visit import Visit

MOST = 4096  # bytes: enough to know a file by
KEY = re.compile(rb"[\w-]{32,200}\s*")
SETTINGS = re.compile(rb"(?m)^[A-Z_]{4,} *= *\S")
START = re.compile(rb"(?m)^ *(?:from|import) .*\b(?:application|create_app)\b|^app = ")
FILES = {  # each with how its content is known, so that a page that says "not found" with 200 is no alarm
    "instance/site.db": re.compile(rb"SQLite format 3\0"),
    "instance/secret_key": KEY,
    "instance/config.py": SETTINGS,
    "passenger_wsgi.py": START,
    "wsgi.py": START,
    "requirements.txt": re.compile(rb"(?im)^Flask=="),
    "pnpm/config.py": re.compile(rb"PNPM_"),
    ".git/HEAD": re.compile(rb"ref: refs/|[0-9a-f]{40}\s*\Z"),
    "backups/": re.compile(rb"(?i)<title>Index of|\.zip"),
    "instance/backups/": re.compile(rb"(?i)<title>Index of|\.zip"),
    # nginx with `location /static { alias …/static/; }`, without the slash that belongs there
    "static../site.db": re.compile(rb"SQLite format 3\0"),
    "static../secret_key": KEY,
}
WHOLE = {KEY}  # whose every byte has to fit


def files_of_ours(visit: Visit):
    """None of them."""
    if found := [address for address in addresses(visit.client) if given(visit.client, address)]:
        raise Ill(
            _(
                "Server web membagikan berkas kita kepada siapa saja: %(found)s. "
                "Pindahkan program dan instance/ ke luar folder web, lalu ganti kunci dan kata sandi.",
                found=", ".join(found),
            )
        )
    return _("Server web tidak membagikan berkas kita.")


def addresses(client: Client) -> list[str]:
    """Where they would lie: under the site's address and, if that is a folder of its host, beside it."""
    base = client.base.removeprefix(client.origin)
    above = f"{base.rstrip('/').rpartition('/')[0]}/"
    return [f"{place}{name}" for place in dict.fromkeys((base, above)) for name in FILES]


def given(client: Client, address: str) -> bool:
    """Whether the real file comes from there."""
    known = next(known for name, known in FILES.items() if address.endswith(f"/{name}"))
    try:
        answer = client.get(address, most=MOST)
    except Unreached:
        return False
    is_it = known.fullmatch if known in WHOLE else known.search
    return answer.status == 200 and is_it(answer.body) is not None
