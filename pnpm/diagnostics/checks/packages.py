"""The program itself: its packages, and how a newer version is taken up."""

import platform
import re
from importlib.metadata import PackageNotFoundError, version

from flask_babel import gettext as _
from sqlalchemy.engine import make_url

from ..results import Ill
from .environment import Installation

DRIVERS = {
    "mysql": "requirements-mysql.txt",
    "mariadb": "requirements-mysql.txt",
    "postgresql": "requirements-postgresql.txt",
}
MOST = 5  # packages named in a line


def versions(inst: Installation):
    """Python, and the packages that this version was tested with."""
    wanted = dict(_wanted(inst))
    others = [
        f"{name} {found or '-'} ({wanted[name]})"
        for name in wanted
        if (found := _found(name)) != wanted[name]
    ]
    if others:
        raise Ill(
            _(
                "Paket yang terpasang lain dari yang diuji: %(others)s. Halaman dapat gagal. "
                "Pasang lagi requirements.txt lewat halaman Python di panel.",
                others=", ".join(others[:MOST]) + (" …" if len(others) > MOST else ""),
            )
        )
    return _(
        "Python %(python)s, dan %(count)s paket seperti yang diuji.",
        python=platform.python_version(),
        count=len(wanted),
    )


def upgrade(inst: Installation):
    """Who brings the database to a newer version."""
    if inst.config.upgrade == "off":
        return _("Basis data diperbarui dengan perintah “flask db upgrade” (PNPM_UPGRADE=off).")
    return _("Basis data diperbarui sendiri bila versi program yang lebih baru mulai.")


def _wanted(inst):
    extra = DRIVERS.get(make_url(inst.config.database_url).get_backend_name())
    for file in filter(None, ("requirements.txt", extra)):
        yield from re.findall(r"(?m)^([\w.-]+)==([\w.]+)", (inst.requirements / file).read_text())


def _found(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
