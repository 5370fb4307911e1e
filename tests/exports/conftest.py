"""The rich site, copied for each test, and another that is empty."""

import shutil

import pytest

from pnpm import create_app
from tests.conftest import SETTINGS, Client, dispose


@pytest.fixture
def instance(rich_folder, tmp_path):
    """A site of its own with something of everything."""
    return shutil.copytree(rich_folder, tmp_path / "instance", symlinks=True)


@pytest.fixture
def other(new_instance, tmp_path, settings):
    """A new site with the same settings, which holds nothing."""
    with new_instance(tmp_path / "other") as folder:
        app = create_app({"INSTANCE": folder, **SETTINGS, **settings})
        app.test_client_class = Client
        yield app
        dispose(app)


def run(app, *arguments):
    """What a command says that succeeds."""
    result = app.test_cli_runner().invoke(args=[*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output
