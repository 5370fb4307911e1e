"""The house keeps its rules: who may say what, how large a room is, and that everything is declared and documented."""

import ast
import re
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from pnpm.config import Config
from tests.conftest import TOP

PACKAGE = sorted((TOP / "pnpm").rglob("*.py"))
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))
README = (TOP / "README.md").read_text()
LONGEST_MODULE = 400  # lines: over that it is asked whether it holds two subjects
LONGEST_VIEW = 20


def name(path):
    return path.relative_to(TOP).as_posix()


def modules(*without):
    return [path for path in PACKAGE if name(path).removeprefix("pnpm/") not in without]


def code(path):
    """A module without its comments and docstrings."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def test_arrows_only_point_down():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--config", TOP / "setup.cfg"], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("pattern", "owners"),
    [
        (r"HX-|hx-", ["htmx.py"]),
        (r"\bbleach\b|\bMarkup\b", ["text.py"]),
        (r"os\.environ|getenv", ["config.py"]),
        (r"\burlsplit\b|\burlparse\b", ["addresses.py", "values.py"]),  # which know that they raise
        (
            r"\.commit\(",
            [
                "database.py",
                "servers.py",
                "migrations/env.py",
                "migrations/rescue.py",
                "cli/articles.py",
                "cli/installation.py",
            ],
        ),
        (r"\bTODO\b|\bFIXME\b|\bXXX\b", []),
    ],
)
def test_only_its_owner_says_a_word(pattern, owners):
    assert [name(path) for path in modules(*owners) if re.search(pattern, code(path))] == []


def test_only_the_models_build_queries():
    others = [path for path in modules() if not {"models", "migrations"} & {*path.parts}]
    assert [name(path) for path in others if re.search(r"(?<!\.)\bselect\(|\bSELECT\b", code(path))] == []


def test_only_the_models_assign_a_status():
    others = [path for path in modules() if "models" not in path.parts]
    assert [name(path) for path in others if re.search(r"\.(status|comment_count|revision) [+-]?= ", code(path))] == []


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_module_is_one_room_and_says_which(path):
    lines = path.read_text().splitlines()
    assert len(lines) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", modules(), ids=name)
def test_what_is_public_says_what_it_takes_and_gives(path):
    if "versions" in path.parts:
        return
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


@pytest.mark.parametrize("path", [path for path in PACKAGE if "views" in path.parts], ids=name)
def test_a_view_is_short(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < LONGEST_VIEW, node.name


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager", "service"])
def test_no_file_has_a_name_that_names_nothing(word):
    assert not [name(path) for path in [*PACKAGE, *TEMPLATES] if word in path.stem]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_declares_its_needs_and_trusts_nobody(path):
    template = path.read_text()
    assert template.startswith("{# needs: ") or path.name == "_fields.html"
    assert not re.search(r"\|\s*safe\b", template)
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", template)
    assert not re.search(r"[\s\"]hx-(?!partial)", template), "write data-hx-…, which is valid HTML"


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.name.startswith("_")], ids=name)
def test_a_piece_never_extends(path):
    assert "{% extends" not in path.read_text()


@pytest.mark.parametrize("path", [path for path in TEMPLATES if not path.name.startswith("_")], ids=name)
def test_a_page_extends_the_base(path):
    base = "office.html" if "office" in path.relative_to(TOP).parts else "base.html"
    assert path.name == "base.html" or f'{{% extends "{base}" %}}' in path.read_text()


@pytest.mark.parametrize("option", fields(Config), ids=lambda option: option.name)
def test_every_setting_is_documented(option):
    assert option.metadata["meaning"]
    assert f"`PNPM_{option.name.upper()}`" in README


def commands(group, *above):
    """Our commands, as they are typed."""
    for each in group.commands.values():
        if hasattr(each, "commands"):
            yield from commands(each, *above, each.name)
        elif each.name not in ("run", "shell", "routes"):
            yield " ".join((*above, each.name))


def test_every_command_is_named_in_the_readme(app):
    typed = list(commands(app.cli))
    assert len(typed) >= 6
    assert [command for command in typed if f"flask {command}" not in README] == []


def test_every_command_has_help(app):
    for command in [*commands(app.cli), "db upgrade"]:
        answer = app.test_cli_runner().invoke(args=[*command.split(), "--help"])
        assert (answer.exit_code, "Usage: " in answer.output) == (0, True), command


def test_the_readmes_map_names_every_room():
    rooms = {path.name for path in (TOP / "pnpm").iterdir() if not path.name.startswith("__")} - {"cli", "__pycache__"}
    assert {room for room in rooms if room not in README} == set()


@pytest.mark.parametrize("requirements", ["requirements.txt", "tests/requirements.txt"])
def test_what_is_installed_is_pinned(requirements):
    lines = [line for line in (TOP / requirements).read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)


def test_every_direct_dependency_is_explained_in_the_readme():
    packages = packages_distributions()
    parts_of = {"Flask": {"click", "Jinja2", "MarkupSafe", "Werkzeug", "itsdangerous"}, "Flask-WTF": {"WTForms"}}
    parts_of |= {"Flask-SQLAlchemy": {"SQLAlchemy"}, "Flask-Migrate": {"alembic"}, "Flask-Babel": {"babel"}}
    explained = set(re.findall(r"^\| ([\w-]+) \|", README, re.MULTILINE)) | set().union(*parts_of.values())
    imported = {root for path in PACKAGE for root in roots(path)} - set(sys.stdlib_module_names) - {"pnpm"}
    known = {name.lower().replace("_", "-") for name in explained}
    assert {root for root in imported if packages[root][0].lower().replace("_", "-") not in known} == set()


def roots(path):
    """The top-level packages that a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def test_the_readme_has_nothing_left_to_fill_in():
    assert not re.search(r"^[A-Z]+$|TODO", README, re.MULTILINE)


def test_the_vendored_htmx_carries_its_version_and_licence():
    assert 'version="4.0.1' in (TOP / "static/htmx-4.0.1.min.js").read_text()
    assert (TOP / "static/htmx-4.0.1.LICENSE").is_file()


def test_the_vendored_trix_carries_its_version_and_licence():
    assert "\nTrix 2.1.19\n" in (TOP / "static/trix-2.1.19.min.js").read_text()
    assert (TOP / "static/trix-2.1.19.LICENSE").is_file()
