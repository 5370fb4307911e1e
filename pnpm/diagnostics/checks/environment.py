"""What the checks look at: this installation's settings, and the request that asks for the checks,
if one does.
"""

import ipaddress
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from flask import Request
from flask_babel import gettext as _
from sqlalchemy.engine import make_url

from pnpm.client_address import PEER
from pnpm.config import TOP, Config
from pnpm.markup.urls import parts_of

from ..probe.client import Answer, Client, Unreached
from ..probe.urls import AT_HOME

# for an answer of our own server, and for all of them: whoever opened the page waits meanwhile
SECONDS, IN_ALL = 3, 6


class Asked(NamedTuple):
    """What the request that asks for the checks shows of the way from a browser to the program."""

    url: str  # the site's address, as that request has it
    is_secure: bool
    is_said_secure: bool  # by a proxy, whether it is believed or not
    hops: int  # proxies that say from whom they pass it on
    is_from_near: bool  # the connection comes from this machine or its network
    is_alone: bool  # the server answers one request at a time, so it cannot answer itself

    @classmethod
    def of(cls, request: Request) -> "Asked":
        """Read it from that request."""
        environ = request.environ
        protocol = request.headers.get("X-Forwarded-Proto", "").strip().lower()
        addresses = request.headers.get("X-Forwarded-For", "").split(",")
        workers = ("wsgi.multiprocess", "wsgi.multithread", "wsgi.run_once")
        return cls(
            url=request.url_root,
            is_secure=request.is_secure,
            is_said_secure=protocol.endswith("https"),
            hops=sum(address != "" for address in addresses),
            is_from_near=_is_near(environ.get(PEER) or environ.get("REMOTE_ADDR") or ""),
            is_alone=not any(environ.get(name) for name in workers),
        )

    @property
    def is_at_home(self) -> bool:
        """Tell whether the site was opened on the machine that it runs on."""
        parts = parts_of(self.url)
        return parts is not None and parts.hostname in AT_HOME


class Installation:
    """The program as it is installed here. `patience` is how many seconds a long check may take,
    `mounts` the file with the mount points, `requirements` the folder of requirements.txt.
    """

    def __init__(
        self,
        config: Config,
        asked: Asked | None = None,
        patience: float = 300,
        mounts: Path = Path("/proc/self/mountinfo"),
        requirements: Path = TOP,
    ):
        self.config, self.asked, self.patience = config, asked, patience
        self.mounts, self.requirements = mounts, requirements

    @property
    def database(self) -> Path | None:
        """Return SQLite's file; None for another engine."""
        url = make_url(self.config.database_url)
        if url.get_backend_name() != "sqlite" or not url.database:
            return None
        return Path(url.database)

    @property
    def static(self) -> Path:
        """Return the folder into which the static files are put."""
        return (self.config.web_folder or self.config.instance) / "static"

    @cached_property
    def health(self) -> Answer | str:
        """Return what the site answers under its own address, asked once; or in words why it cannot
        be asked.
        """
        if self.client is None:
            return _("alamatnya tidak dikenal di sini; setel PNPM_SITE_URL")
        if self.asked and self.asked.is_alone:
            return _("server ini hanya menjawab satu permintaan pada satu saat")
        try:
            return self.client.get("healthz")
        except Unreached as reason:
            return reason.reason

    @cached_property
    def client(self) -> Client | None:
        """Return a client for the site's own address, or else the request's; None where neither is
        known.
        """
        url = self.config.site_url
        if self.asked and not url:
            url = self.asked.url
        if not url:
            return None
        return Client(url, seconds=SECONDS, in_all=IN_ALL)


def _is_near(peer):
    """Tell whether an address is of this machine or its network."""
    try:
        return not ipaddress.ip_address(peer).is_global
    except ValueError:
        return True  # a socket of this machine has no address
