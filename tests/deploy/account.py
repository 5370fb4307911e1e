"""An account as a cheap host gives it: an unprivileged user, a folder that the web server shows,
and the release beside that.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

PYTHON = "/usr/bin/python3"  # Debian's: mod_wsgi is built for it, and everybody may read it
HOME = "/home/desa"  # what stands for these in deploy/
VENV = f"{HOME}/virtualenv/pnpm/3.11"
USER = "desa"
SECONDS = 120  # for a command
_numbers = count(1)


class Account:
    """The user, and where its files are."""

    def __init__(self, root: Path, user: str, venv: Path):
        self.root, self.user, self.venv = root, user, venv
        self.home = root / "home"
        self.application, self.web = self.home / "pnpm", self.home / "public_html"
        self.instance = self.application / "instance"
        self.number = pwd.getpwnam(user).pw_uid

    def run(self, *command: str | Path) -> str:
        """Run a command as the user, and give what it printed."""
        rights = {"user": self.number, "group": self.number, "extra_groups": [], "umask": 0o022}
        environment = {"PATH": os.defpath, "HOME": str(self.home)}
        done = subprocess.run(
            command,
            cwd=self.home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            **rights,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def upload(self, release: Path) -> None:
        """Unpack a release, over an older one if there is one; tmp/restart.txt comes with it."""
        shutil.copy(release, uploaded := self.home / release.name)
        self.run("unzip", "-q", "-o", uploaded, "-d", self.application)
        uploaded.unlink()

    def put(self, path: Path, content: str, mode: int = 0o644) -> None:
        """Write a file of the user's."""
        self.run("mkdir", "-p", path.parent)
        path.write_text(content)
        path.chmod(mode)
        os.chown(path, self.number, self.number)

    def settle(self, **settings: object) -> None:
        """Write instance/config.py, as who has no shell does, and have the site begin anew."""
        lines = [f"{name} = {value!r}\n" for name, value in settings.items()]
        self.put(self.instance / "config.py", "".join(lines), 0o600)
        self.restart()

    def restart(self) -> None:
        """Touch tmp/restart.txt."""
        self.run("mkdir", "-p", self.application / "tmp")
        self.run("touch", self.application / "tmp/restart.txt")

    def ready(self, name: str, *replaced: tuple[str, object]) -> str:
        """A file of the release's deploy/, with this account's names in it."""
        text = (self.application / "deploy" / name).read_text()
        names = [(VENV, str(self.venv)), (HOME, str(self.home)), (f"={USER}", f"={self.user}")]
        for old, new in [*replaced, *names]:
            assert old in text or (old, new) in names, f"deploy/{name} has no {old}"
            text = text.replace(old, str(new))
        return text

    def processes(self, least: float = 0) -> dict[int, float]:
        """The processes that run as the user, oldest first, each with its memory (PSS, in MB);
        those that have so much.
        """
        own = [path for path in Path("/proc").glob("[0-9]*") if _owner(path) == self.number]
        found = {int(path.name): _memory(path) for path in sorted(own, key=_started)}
        return {number: size for number, size in found.items() if size >= least}


def _owner(path):
    try:
        return path.stat().st_uid
    except FileNotFoundError:  # it has ended
        return None


def _started(path):
    """When a process began, in ticks since the machine did; then its number. Numbers alone do
    not tell who is older: after the highest they begin anew.
    """
    try:
        fields = (path / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return (0, int(path.name))
    return (int(fields[19]), int(path.name))


def _memory(path):
    try:
        rollup = (path / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return int(re.search(r"^Pss: +([0-9]+) kB$", rollup, re.MULTILINE)[1]) * 1.024 / 1000


@contextmanager
def virtualenv(requirements: Path, *more: str) -> Iterator[Path]:
    """What the host's panel makes: a venv of Debian's Python with that installed, for all to
    read.
    """
    folder = Path(tempfile.mkdtemp(prefix="pnpm-venv-"))
    folder.chmod(0o755)
    try:
        subprocess.run([PYTHON, "-m", "venv", folder], check=True, timeout=SECONDS)
        listed = [argument for path in (requirements, *more) for argument in ("-r", path)]
        subprocess.run(
            [folder / "bin/pip", "install", "-qq", "--disable-pip-version-check", *listed],
            check=True,
            timeout=600,
        )
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def account(release: Path, venv: Path) -> Iterator[Account]:
    """A new account with the release unpacked in it; its user and files are gone in the end, and so
    is what still runs.
    """
    root, user = Path(tempfile.mkdtemp(prefix="pnpm-host-")), f"pnpm-{os.getpid()}-{next(_numbers)}"
    root.chmod(0o755)
    subprocess.run(
        ["useradd", "--home-dir", root / "home", "--shell", "/usr/sbin/nologin", user], check=True
    )
    made = Account(root, user, venv)
    try:
        (root / "server").mkdir()
        made.home.mkdir(mode=0o711)
        os.chown(made.home, made.number, made.number)
        made.run("mkdir", made.web)
        made.upload(release)
        yield made
    finally:
        _end(made)
        subprocess.run(["userdel", "--force", user], check=True)
        _remove(root)


def _remove(folder):
    """Remove it, while Passenger's own watchdog may still tidy up in it."""
    for _attempt in range(100):
        with suppress(OSError):
            shutil.rmtree(folder)
            return
        time.sleep(0.1)
    shutil.rmtree(folder)


def _end(made):
    """End what the user still runs, as the servers do when they are told to stop and do not wait
    for it.
    """
    for _attempt in range(100):
        if not (running := made.processes()):
            return
        for process in running:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.1)
    raise TimeoutError(f"{made.user} still runs {running}")
