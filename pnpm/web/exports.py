"""Taking the site along: what the rooms below know nothing of, as the site's address, language and
time zone, and the pages themselves.

What it needs is imported where it is used: at import, every cold start would pay for it.
"""

from pathlib import Path
from typing import NamedTuple

from flask import current_app
from flask_babel import gettext

from pnpm.comments.policy import Policy
from pnpm.db import db
from pnpm.signing import NoKey
from pnpm.site_settings import Setting

from . import site_address
from .site import current_site, in_language

UNKNOWN = "http://localhost"  # as links begin while nobody knows the site's address


class Refused(Exception):
    """Nothing was exported; the message says why, in one line."""


class Done(NamedTuple):
    """What was written: its size in bytes, and what the site's address was taken to be."""

    size: int
    url: str

    @property
    def url_is_known(self) -> bool:
        """Whether that is the site's own address."""
        return self.url != UNKNOWN


def write(path: Path, form: str, personal: bool = False) -> Done:
    """Write the site to `path` as `json`, `wxr`, `blogger` or `static`, with `personal` data or
    without. Raises Refused or OSError; then nothing is there.
    """
    from pnpm.backup.archive import Unfit

    try:
        return _written(path, form, _site(personal))
    except Unfit as error:  # the database is damaged
        raise Refused(str(error)) from error
    except NoKey as error:
        raise Refused("The secret key is missing: see `flask doctor`.") from error


def _written(path, form, site):
    if form == "json":
        from pnpm.exports import site_json

        size = site_json.keep(path, site, current_app.config["PNPM"].instance)
    elif form == "wxr":
        from pnpm.exports import wxr

        size = wxr.keep(path, site)
    elif form == "blogger":
        from pnpm.exports import blogger

        size = blogger.keep(path, site)
    else:
        size = _write_static(path, site)
    return Done(size, site.url)


def _write_static(path, site):
    from pnpm.exports import static_site
    from pnpm.exports.site import former_paths

    client = current_app.test_client()

    def get(address):
        answer = client.get(address, base_url=site.url, buffered=True)
        return static_site.Answer(answer.status_code, answer.data, answer.location or "")

    former = former_paths(db.session.connection(), site.zone)
    is_known = site.url != UNKNOWN
    with in_language(site.language):
        sentences = _sentences()
    try:
        return static_site.keep(path, site.url, get, former, sentences, is_known)
    except static_site.NotEmpty as error:
        raise Refused(f"{path} is there already, and not an empty folder.") from error


def _sentences():
    from pnpm.exports.static_page import Sentences

    return Sentences(
        comments=gettext("Halaman ini salinan tetap: komentar baru tidak diterima lagi."),
        search=gettext("Halaman ini salinan tetap, tanpa pencarian."),
        requests=gettext("Permintaan data tidak lagi diterima di sini: ini salinan tetap."),
        moved=gettext("Halaman ini pindah."),
    )


def _site(personal):
    from pnpm.exports.site import Site

    known = current_site()
    with in_language(known.language):
        nobody = gettext("Anonim")
    return Site(
        url=site_address.known() or UNKNOWN,
        language=known.language,
        zone=known.zone,
        words=known.words,
        identity=Setting.identity(known.config.secret_key),
        nobody=nobody,
        days=Policy.now().close_after,
        personal=personal,
    )
