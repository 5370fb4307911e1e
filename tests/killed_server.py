"""A server that is killed with -9 again and again, whole, and started anew in its place."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.browser.conftest import free_port, wait_for
from tests.conftest import TOP


class KilledServer:
    """gunicorn with two workers in that environment, at one port of the loopback however often it
    is started; what it says is appended to `log`.
    """

    def __init__(self, environment: Mapping[str, str], log: Path):
        self._environment, self._log = environment, log
        self.port, self.kills = free_port(), 0
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it; it takes connections soon."""
        options = "--bind", f"127.0.0.1:{self.port}", "--workers", "2", "--no-control-socket"
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *options, "wsgi:app"],
                cwd=TOP,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a process group of its own, which is killed as one
            )

    def kill(self) -> None:
        """Kill master and workers at once, as a host does that loses its power."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.kills += 1

    def stop(self) -> None:
        """End it in peace."""
        self._process.terminate()
        self._process.wait(30)


@contextmanager
def killed_server(environment: Mapping[str, str], log: Path) -> Iterator[KilledServer]:
    """Such a server, once it answers; ended in peace."""
    server = KilledServer(environment, log)
    server.start()
    try:
        wait_for(f"{server.url}/healthz")
        yield server
    finally:
        server.stop()
