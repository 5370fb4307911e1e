"""The checks of this installation, for `flask doctor` and for the office. Each is a small function
that returns the words for what is fine, or raises Ill. None of them leaves anything behind.
"""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _

from ..results import Finding, of
from . import content, database, files, mail, packages, web
from .environment import Asked, Installation

GROUPS = {  # in this order, since a check relies on those before it
    _("Program"): (packages.versions, packages.upgrade),
    _("Berkas dan disk"): (
        files.key,
        files.secrets,
        files.writable,
        files.room,
        content.backup,
        files.file_system,
    ),
    _("Alamat dan server web"): (web.address, web.proxies, web.static, web.files_of_ours),
    _("Basis data"): (
        database.answers,
        database.schema,
        database.whole,
        database.characters,
        database.journal,
    ),
    _("Isi dan waktu"): (
        content.clock,
        content.zone,
        content.admin,
        content.log,
        content.rendered,
        content.expressions,
        content.search,
        content.readers,
    ),
    _("Surel"): (mail.links, mail.mail_server, mail.sender, mail.unsent),
}

__all__ = ["GROUPS", "Asked", "Installation", "look"]


def look(installation: Installation) -> Iterator[tuple[str, Finding]]:
    """Yield each finding with the name of its group, as it is found; stop after a fatal one."""
    for group, checks in GROUPS.items():
        for finding in of(checks, installation):
            yield str(group), finding
            if finding.is_last:
                return
