"""Python, the packages, and who upgrades the database."""

import platform
import shutil
from dataclasses import replace

import pytest

from pnpm.diagnostics.checks import packages
from tests.conftest import TOP


@pytest.fixture
def requirements(tmp_path):
    """A folder with the requirements, to be changed."""
    for file in TOP.glob("requirements*.txt"):
        shutil.copy(file, tmp_path)
    return tmp_path


def test_what_was_tested_is_installed(look):
    found = look(packages.versions)
    assert found.is_fine
    assert platform.python_version() in found.words


@pytest.mark.parametrize(
    ("line", "instead", "said"),
    [
        ("bleach==6.4.0", "bleach==6.9.9", "bleach 6.4.0 (6.9.9)"),
        ("bleach==6.4.0", "bleach==6.4.0\nno-such-package==1.0", "no-such-package - (1.0)"),
    ],
)
def test_another_version_or_none_is_told(look, requirements, line, instead, said):
    file = requirements / "requirements.txt"
    file.write_text(file.read_text().replace(line, instead))
    found = look(packages.versions, requirements=requirements)
    assert not found.is_fine
    assert said in found.words


def test_many_are_told_shortly(look, requirements):
    (requirements / "requirements.txt").write_text(
        "\n".join(f"no-such-{number}==1.0" for number in range(30))
    )
    found = look(packages.versions, requirements=requirements)
    assert found.words.count("no-such-") == packages.MOST


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("mysql+pymysql://127.0.0.1/x", "requirements-mysql.txt"),
        ("postgresql+psycopg://127.0.0.1/x", "requirements-postgresql.txt"),
    ],
)
def test_the_databases_driver_counts_where_it_is_used(look, app, requirements, url, file):
    (requirements / file).write_text("no-such-driver==1.0\n")
    config = replace(app.config["PNPM"], database_url=url)
    assert "no-such-driver" in look(packages.versions, config, requirements=requirements).words
    config = replace(config, database_url="sqlite:////x.db")
    assert look(packages.versions, config, requirements=requirements).is_fine


@pytest.mark.parametrize(
    ("upgrade", "said"), [("start", "diperbarui sendiri"), ("off", "flask db upgrade")]
)
def test_who_upgrades_is_said(look, app, upgrade, said):
    found = look(packages.upgrade, replace(app.config["PNPM"], upgrade=upgrade))
    assert found.is_fine
    assert said in found.words
