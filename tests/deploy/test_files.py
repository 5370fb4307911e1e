"""What lies in deploy/ for others to run: what can be seen of it without running it."""

import re
import shlex
import zipfile
from dataclasses import fields

import yaml

from pnpm.config import Config
from tests.conftest import TOP

from .kinds import KINDS

DEPLOY = TOP / "deploy"
SETTINGS = {f"PNPM_{field.name.upper()}" for field in fields(Config)}
README = (DEPLOY / "README.md").read_text()


def instructions(word):
    return [
        shlex.split(line)[1:]
        for line in (DEPLOY / "docker/Dockerfile").read_text().splitlines()
        if line.startswith(f"{word} ")
    ]


def test_the_image_copies_what_the_release_has(release):
    with zipfile.ZipFile(release) as archive:
        names = archive.namelist()
    for *sources, _target in instructions("COPY"):
        for source in sources:
            assert any(name == source or name.startswith(f"{source}/") for name in names), source


def test_the_image_installs_what_the_tests_install():
    installed = [
        word
        for line in instructions("RUN")
        if "pip" in line
        for word in line
        if word.endswith(".txt")
    ]
    assert installed == ["requirements.txt", "requirements-gunicorn.txt", "requirements-mysql.txt"]
    assert all((TOP / name).is_file() for name in installed)


def test_the_image_starts_the_site_where_slow_forms_hold_up_nobody():
    started = re.search(
        r"^CMD \[(.+)\]$", (DEPLOY / "docker/Dockerfile").read_text(), re.MULTILINE
    )[1].replace(",", "")
    assert shlex.split(started)[1:3] == ["--config", "deploy/gunicorn.py"]
    assert "--config deploy/gunicorn.py" in (TOP / "Makefile").read_text()


def test_the_image_starts_what_the_unit_starts():
    unit = (DEPLOY / "gunicorn-nginx/pnpm.service").read_text()
    started = re.search(
        r"^CMD \[(.+)\]$", (DEPLOY / "docker/Dockerfile").read_text(), re.MULTILINE
    )[1].replace(",", "")
    assert (
        shlex.split(started)[-1]
        == shlex.split(re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)[1])[-1]
    )


def test_the_compose_file_sets_what_there_is_to_set():
    compose = yaml.safe_load((DEPLOY / "docker/compose.yaml").read_text())
    assert set(compose["services"]["site"]["environment"]) <= SETTINGS
    assert (DEPLOY / "docker" / compose["services"]["site"]["build"]["context"]).resolve() == TOP
    mounted = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
    }
    assert mounted == set(compose["volumes"])


def test_settings_that_a_file_names_are_there_to_be_set():
    # Not a case a file: bytecode that a neighbour compiles would be among them for some of the processes.
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    named = {
        f"{path.relative_to(DEPLOY)}: {name}"
        for path in files
        for name in re.findall(r"PNPM_[A-Z_]+", path.read_text())
        if name not in SETTINGS
    }
    assert files
    assert named == set()


def test_each_folder_is_a_kind_that_its_tests_install_and_the_guide_names():
    folders = {
        path.name for path in DEPLOY.iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    assert folders == {"docker", *(kind.name for kind in KINDS)}
    assert [folder for folder in folders if f"`{folder}/`" not in README] == []
