"""An installation looked at, and folders that are full or cannot be written to, for real."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from pnpm.diagnostics.checks import Installation
from pnpm.diagnostics.results import of
from tests.conftest import mounted
from tests.diagnostics.probe.conftest import serve  # noqa: F401, a fixture

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def look(app):
    """What a check finds here, or None: `look(folders.room)`; more is given to the
    `Installation`.
    """

    def look(check, config=None, **given):
        found = list(of([check], Installation(config or app.config["PNPM"], **given)))
        assert len(found) < 2
        return found[0] if found else None

    return look


@contextmanager
def read_only(folder):
    """That folder cannot be written to: by its rights, or for root, whom those do not stop, by how
    it is mounted.
    """
    if not IS_ROOT:
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    with mounted(folder, "--bind", folder):
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
