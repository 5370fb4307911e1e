"""Web servers of our own on the loopback, Debian's Apache and nginx, each with everything in one
folder, and gone with it.
"""

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
SECONDS = 60  # for a server to be there
PATIENCE = 4  # seconds for one that was told to end
SUEXEC = Path("/etc/apache2/suexec/www-data")  # its first line: where suEXEC runs programs at all
# it is built in, and suEXEC runs nothing that it cannot log
SUEXEC_LOG = Path("/var/log/apache2/suexec.log")
MODULES = Path("/usr/lib/apache2/modules")
USUAL = (
    "mpm_event authz_core unixd:static dir mime env setenvif alias rewrite headers deflate "
    "filter socache_shmcb ssl"
)

APACHE = """
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
Mutex file:{folder} default
ErrorLog {folder}/error.log
LogLevel warn
User www-data
Group www-data
ServerName localhost
StartServers 1
ThreadsPerChild 25
TypesConfig /etc/mime.types
{modules}
<Directory />
    AllowOverride None
    Require all denied
</Directory>
{server}
Listen {host}:{plain}
Listen {host}:{port}
<VirtualHost {host}:{plain}>
    {site}
</VirtualHost>
<VirtualHost {host}:{port}>
    SSLEngine on
    SSLCertificateFile {certificate}
    SSLCertificateKeyFile {key}
    {site}
</VirtualHost>
"""

NGINX = """
daemon off;
user www-data;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    {temporary}
    {site}
}}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


def certificate(folder: Path, names: str = f"DNS:localhost,IP:{HOST}") -> tuple[Path, Path]:
    """A certificate that we sign ourselves, for localhost or other `names`, and its key."""
    made = folder / "certificate.pem", folder / "key.pem"
    if not made[0].exists():
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ]
        command += ["-subj", "/CN=localhost", "-addext", f"subjectAltName={names}"]
        subprocess.run(
            [*command, "-out", made[0], "-keyout", made[1]], check=True, capture_output=True
        )
    return made


@contextmanager
def apache(
    folder: Path, ports: tuple[int, int], modules: str, server: str, site: str
) -> Iterator[None]:
    """Apache on these ports, with TLS and without, with these modules and lines for the server and
    its site.
    """
    port, plain = ports
    pem, key = certificate(folder)
    loaded = "\n".join(
        f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in _loaded(modules)
    )
    text = APACHE.format(
        folder=folder,
        modules=loaded,
        server=server,
        site=site,
        host=HOST,
        plain=plain,
        port=port,
        certificate=pem,
        key=key,
    )
    (folder / "apache.conf").write_text(text)
    with running(["apache2", "-f", folder / "apache.conf", "-D", "FOREGROUND"], folder, port):
        yield


@contextmanager
def nginx(folder: Path, port: int, site: str) -> Iterator[None]:
    """nginx with that server block, which listens on that port."""
    kinds = "client_body", "proxy", "fastcgi", "uwsgi", "scgi"
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, temporary=temporary, site=site))
    command = ["nginx", "-c", folder / "nginx.conf", "-p", folder, "-e", folder / "error.log"]
    with running(command, folder, port):
        yield


@contextmanager
def front(folder: Path, plain: int) -> Iterator[int]:
    """An nginx in which TLS ends before the server on that port, as many hosts have it; its
    port.
    """
    port = free_port()
    pem, key = certificate(folder)
    headers = "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;"
    with nginx(
        folder,
        port,
        f"server {{ listen {HOST}:{port} ssl; ssl_certificate {pem}; ssl_certificate_key {key};"
        f" location / {{ proxy_pass http://{HOST}:{plain}; {headers} }} }}",
    ):
        yield port


@contextmanager
def running(
    command: Sequence[object], folder: Path, address: int | Path, **how: object
) -> Iterator[subprocess.Popen]:
    """A program that listens on that port or socket of the loopback; it is told to end in the end.

    It starts as the system starts it: of these tests' environment it has nothing.
    """
    how = {"env": {"PATH": PATH}, "stderr": subprocess.STDOUT, "start_new_session": True, **how}
    with (folder / "output.log").open("ab") as log:
        process = subprocess.Popen([str(part) for part in command], stdout=log, **how)
    try:
        _wait_for(process, address, folder)
        yield process
    finally:
        if process.poll() is not None:
            with (folder / "output.log").open("a") as log:
                print(f"It ended before it was told to, with {process.returncode}.", file=log)
        process.terminate()
        try:
            process.wait(PATIENCE)
        # Apache waits ten seconds for a child of its own that hangs in Passenger
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def suexec(root: Path) -> Iterator[None]:
    """suEXEC may run what lies in that folder. Its file is one for the whole machine: whoever else
    needs it waits.
    """
    with SUEXEC.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.read()
        # an image may come without its logs' folders
        SUEXEC_LOG.parent.mkdir(parents=True, exist_ok=True)
        try:
            SUEXEC.write_text(f"{root}\npublic_html/cgi-bin\n")
            yield
        finally:
            SUEXEC.write_text(before)


def _loaded(modules):
    """What is not built in already."""
    return [name for name in f"{USUAL} {modules}".split() if ":" not in name]


def _wait_for(process, address, folder):
    kind = socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET
    where = str(address) if isinstance(address, Path) else (HOST, address)
    for _attempt in range(SECONDS * 20):
        assert process.poll() is None, (folder / "output.log").read_text() + _errors(folder)
        with socket.socket(kind) as attempt:
            if attempt.connect_ex(where) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"{process.args} did not answer in {SECONDS} s: {_errors(folder)}")


def _errors(folder):
    path = folder / "error.log"
    return path.read_text() if path.exists() else ""
