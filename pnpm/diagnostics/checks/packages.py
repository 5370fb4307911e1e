"""Checks of the program: its packages, and how its database is upgraded."""

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
MOST = 5  # packages that a line names


def versions(inst: Installation):
    """Check that the packages are those that this version was tested with."""
    wanted = dict(_wanted(inst))
    others = []
    for name, tested in wanted.items():
        found = _found(name)
        if found != tested:
            others.append(f"{name} {found or '-'} ({tested})")
    named = ", ".join(others[:MOST])
    if len(others) > MOST:
        named += " …"
    if others:
        raise Ill(
            _(
                "Paket yang terpasang lain dari yang diuji: %(others)s. Halaman dapat gagal. "
                "Pasang lagi requirements.txt lewat halaman Python di panel.",
                others=named,
            )
        )
    return _(
        "Python %(python)s, dan %(count)s paket seperti yang diuji.",
        python=platform.python_version(),
        count=len(wanted),
    )


def upgrade(inst: Installation):
    """Say who upgrades the database when a newer version is installed."""
    if inst.config.upgrade == "off":
        return _("Basis data diperbarui dengan perintah “flask db upgrade” (PNPM_UPGRADE=off).")
    return _("Basis data diperbarui sendiri bila versi program yang lebih baru mulai.")


def _wanted(inst):
    """Yield name and version of each package in the requirements of this installation."""
    extra = DRIVERS.get(make_url(inst.config.database_url).get_backend_name())
    for file in filter(None, ("requirements.txt", extra)):
        yield from re.findall(r"(?m)^([\w.-]+)==([\w.]+)", (inst.requirements / file).read_text())


def _found(name):
    """Return the installed version of a package, None if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
