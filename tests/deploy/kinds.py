"""The kinds of host: one function a kind puts the files of its folder in deploy/ where the guide
says, and serves the site.
"""

import os
import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from .account import Account
from .servers import HOST, apache, certificate, free_port, nginx, running, suexec

AT_ONCE = 4  # processes
CERTIFICATE = "/etc/letsencrypt/live/desa.example"
LOADED = 30  # MB: a process with the site in it has more
SECONDS = 60  # for that to end
IDLE = 2  # seconds without a visitor, after which a process ends
PASSENGER = "/usr/lib/ruby/vendor_ruby/phusion_passenger/locations.ini"


@dataclass(frozen=True)
class Site:
    """A site at its address, whether it is served or not."""

    account: Account
    at: str = ""  # the folder of its address: empty, or /blog
    many: int = AT_ONCE  # processes that may last from one request to the next
    port: int = field(default_factory=free_port)
    plain: int = field(default_factory=free_port)  # without TLS; nginx listens on the other alone

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"https://localhost:{self.port}{self.at}"

    @property
    def settings(self) -> dict[str, str]:
        """What a host's guide says to write into instance/config.py; and no limits, as all visitors
        come from one address.
        """
        return {
            "SITE_URL": self.url,
            "WEB_FOLDER": str(self.web),
            "COMMENT_LIMIT": "off",
            "MODERATION": "off",
            "BACKUPS": "off",
        }

    @property
    def web(self) -> Path:
        """The web server's folder of its address."""
        return self.account.web / self.at.strip("/")

    @property
    def server(self) -> Path:
        """Where the server's own files are."""
        return self.account.root / "server"

    @property
    def certificate(self) -> Path:
        """What its visitors have to trust."""
        return certificate(self.server)[0]


@dataclass(frozen=True)
class Kind:
    """A kind of host."""

    name: str  # and that of its folder in deploy/
    needs: dict[str, str]  # a file that must be there, and Debian's package that has it
    serve: Callable[[Site], AbstractContextManager[None]]
    lasting: bool = True  # a process answers more than one request
    resident: bool = False  # its processes stay, whether there are visitors or not


@contextmanager
def passenger(site: Site) -> Iterator[None]:
    """As cPanel has it: the panel writes a few lines into Apache's own configuration."""
    lines = f"""
        PassengerRoot {PASSENGER}
        PassengerInstanceRegistryDir {site.server}
        PassengerMaxPoolSize {AT_ONCE}
        PassengerMinInstances 0
        PassengerPoolIdleTime {IDLE}
        PassengerStatThrottleRate 1
        PassengerDisableSecurityUpdateCheck on
        PassengerDisableAnonymousTelemetry on
        PassengerLogFile {site.server}/passenger.log
    """
    where = (
        ('Location "/"', f'Location "{site.at or "/"}"'),
        ('BaseURI "/"', f'BaseURI "{site.at or "/"}"'),
    )
    with _apache(site, "passenger", lines, site.account.ready("passenger/pnpm.conf", *where)):
        yield


@contextmanager
def mod_wsgi(site: Site) -> Iterator[None]:
    """A <VirtualHost> of one's own; here one daemon is for both, with TLS and without."""
    many = (
        ("processes=2", f"processes={AT_ONCE}"),
        ("inactivity-timeout=300", f"inactivity-timeout={IDLE}"),
    )
    where = (
        ("Alias / ", f"Alias {site.at or '/'} "),
        ("Alias /static ", f"Alias {site.at}/static "),
        ("public_html/static", f"public_html{site.at}/static"),
    )
    lines = f"WSGISocketPrefix {site.server}/wsgi\n{site.account.ready('mod_wsgi/pnpm.conf', *many, *where)}"
    with _apache(site, "wsgi", lines):
        yield


@contextmanager
def fastcgi(site: Site) -> Iterator[None]:
    """mod_fcgid under suEXEC: an .htaccess and a program in public_html."""
    lines = f"""
        FcgidIPCDir {site.server}/fcgid
        FcgidProcessTableFile {site.server}/fcgid.shm
        FcgidMaxProcesses {AT_ONCE}
        FcgidMaxProcessesPerClass {AT_ONCE}
        FcgidMinProcessesPerClass 0
        FcgidIdleTimeout {IDLE}
        FcgidIdleScanInterval 1
        FcgidMaxRequestLen 33554432
    """
    with _program(site, "fastcgi/pnpm.fcgi", "fcgid", lines):
        yield


@contextmanager
def cgi(site: Site) -> Iterator[None]:
    """Plain CGI under suEXEC."""
    with _program(site, "cgi/pnpm.cgi", "cgid", f"ScriptSock {site.server}/cgid"):
        yield


@contextmanager
def gunicorn(site: Site) -> Iterator[None]:
    """A machine of one's own: gunicorn, as the unit has it run, behind nginx, in which TLS ends."""
    account, (pem, key) = site.account, certificate(site.server)
    run = account.application / "tmp"
    socket, many = ("/run/pnpm", run), ("--workers 2", f"--workers {AT_ONCE}")
    unit = account.ready("gunicorn-nginx/pnpm.service", socket, many)
    settings = dict(
        line.removeprefix("Environment=").split("=", 1) for line in _lines(unit, "Environment=")
    )
    command = shlex.split(_lines(unit, "ExecStart=")[0].removeprefix("ExecStart="))
    listed = (
        ("listen 443", f"listen {HOST}:{site.port}"),
        ("server_name desa.example", "server_name localhost"),
    )
    signed = (f"{CERTIFICATE}/fullchain.pem", pem), (f"{CERTIFICATE}/privkey.pem", key)
    block = account.ready("gunicorn-nginx/nginx.conf", socket, *listed, *signed)
    rights = {
        "user": account.number,
        "group": account.number,
        "extra_groups": [],
        "cwd": account.application,
        "umask": 0o022,
    }
    environment = {"HOME": str(account.home), **settings}
    with (
        running(command, site.server, run / "gunicorn.sock", env=environment, **rights),
        nginx(site.server, site.port, block),
    ):
        yield


def rest(site: Site, kind: Kind) -> None:
    """Wait until every process with the site in it has ended; one that stays is ended, as by a host
    that is short of memory.
    """
    deadline, ending = monotonic() + SECONDS, {*site.account.processes(LOADED)}
    if kind.resident:
        ending = {*list(site.account.processes())[1:]}
        for worker in ending:
            os.kill(worker, signal.SIGKILL)
    while ending & site.account.processes().keys():
        if monotonic() > deadline:
            raise TimeoutError(f"{kind.name}: {ending} do not end")
        sleep(0.1)


@contextmanager
def _program(site, program, module, lines):
    """Apache that runs a program in the folder of the site's address as the user."""
    account, (folder, name) = site.account, program.split("/")
    account.put(site.web / ".htaccess", account.ready(f"{folder}/htaccess"))
    account.put(site.web / name, account.ready(program), 0o755)
    owner = f"SuexecUserGroup {account.user} {account.user}"
    with suexec(account.root), _apache(site, f"suexec {module}", lines, owner):
        yield


def _apache(site, modules, lines, more=""):
    """Apache with what a host lets an account's folder do."""
    allowed = (
        f"<Directory {site.account.web}>\nOptions SymLinksIfOwnerMatch\nAllowOverride "
        "All\nRequire all granted\n</Directory>"
    )
    shown = f"DocumentRoot {site.account.web}\n{more}"
    return apache(site.server, (site.port, site.plain), modules, f"{lines}\n{allowed}", shown)


def _lines(unit, start):
    return [line for line in unit.splitlines() if line.startswith(start)]


APACHE = {"/usr/sbin/apache2": "apache2"}
KINDS = [
    Kind(
        "passenger",
        {**APACHE, "/usr/lib/apache2/modules/mod_passenger.so": "libapache2-mod-passenger"},
        passenger,
    ),
    Kind(
        "mod_wsgi",
        {**APACHE, "/usr/lib/apache2/modules/mod_wsgi.so": "libapache2-mod-wsgi-py3"},
        mod_wsgi,
    ),
    Kind(
        "fastcgi",
        {
            **APACHE,
            "/usr/lib/apache2/modules/mod_fcgid.so": "libapache2-mod-fcgid",
            "/etc/apache2/suexec": "apache2-suexec-custom",
        },
        fastcgi,
    ),
    Kind("cgi", {**APACHE, "/etc/apache2/suexec": "apache2-suexec-custom"}, cgi, lasting=False),
    Kind("gunicorn-nginx", {"/usr/sbin/nginx": "nginx"}, gunicorn, resident=True),
]
