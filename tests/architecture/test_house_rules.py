"""The rules of the house: who may say what, and that everything is declared and documented. Each
test lists its offenders.
"""

import ast
import re
import subprocess
import sys
from dataclasses import fields
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from pnpm.config import Config
from tests.conftest import TOP
from tools.mutants import FAULTS, unfit

PACKAGE = sorted((TOP / "pnpm").rglob("*.py"))
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))
README = (TOP / "README.md").read_text()
SETTINGS = (TOP / "docs/settings.md").read_text()
COMMANDS = (TOP / "docs/commands.md").read_text()
ARCHITECTURE = (TOP / "docs/architecture.md").read_text()
# the rooms that ask the database
SUBJECTS = {
    "accounts",
    "articles",
    "audit",
    "backup",
    "comments",
    "db",
    "exports",
    "imports",
    "mail",
    "media",
    "privacy",
    "search",
}
LONGEST_MODULE = 400  # lines: over that it is asked whether it holds two subjects
LONGEST_VIEW = 20
SHORTEST_PACKAGE = 100  # modules: fewer, and these tests look at nothing


def name(path):
    return path.relative_to(TOP).as_posix()


def room(path):
    return path.relative_to(TOP / "pnpm").parts[0]


@cache
def code(path):
    """A module without its comments and docstrings."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def saying(pattern, paths):
    """The names of those files whose code has the pattern."""
    return [name(path) for path in paths if re.search(pattern, code(path))]


def definitions(path):
    """The functions and classes at the top of a module."""
    return [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]


def test_the_package_is_looked_at():
    assert len(PACKAGE) > SHORTEST_PACKAGE
    assert len(TEMPLATES) > SHORTEST_PACKAGE / 2


def test_arrows_only_point_down():
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--config", TOP / "setup.cfg"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("pattern", "owners"),
    [
        (r"HX-|hx-", ["web/htmx.py"]),
        (r"\bbleach\b|\bMarkup\b", ["markup/sanitizer.py"]),
        (r"os\.environ|getenv", ["config.py"]),
        # which know that they raise
        (r"\burlsplit\b|\burlparse\b", ["markup/urls.py", "config.py"]),
        (
            r"\.commit\(",
            [
                "db/__init__.py",
                "db/servers.py",
                "db/migrations/env.py",
                "db/migrations/snapshot.py",
                "cli/articles.py",
            ],
        ),
        (r"\bTODO\b|\bFIXME\b|\bXXX\b", []),
    ],
)
def test_only_its_owner_says_a_word(pattern, owners):
    others = [path for path in PACKAGE if name(path).removeprefix("pnpm/") not in owners]
    assert saying(pattern, others) == []


def test_only_the_subjects_build_queries():
    others = [path for path in PACKAGE if room(path) not in SUBJECTS | {"site_settings.py"}]
    assert saying(r"(?<!\.)\bselect\(|\bSELECT\b", others) == []


def test_only_the_subjects_assign_a_status():
    others = [path for path in PACKAGE if room(path) not in SUBJECTS]
    assert saying(r"\.(status|comment_count|revision) [+-]?= ", others) == []


def test_a_module_says_what_it_is_and_is_not_too_long():
    assert [
        name(path) for path in PACKAGE if not ast.get_docstring(ast.parse(path.read_text()))
    ] == []
    assert [
        name(path) for path in PACKAGE if len(path.read_text().splitlines()) > LONGEST_MODULE
    ] == []


def test_what_is_public_says_what_it_takes_and_gives():
    public = [
        (name(path), node)
        for path in PACKAGE
        for node in definitions(path)
        if "versions" not in path.parts and not node.name.startswith("_")
    ]
    assert [(where, node.name) for where, node in public if not ast.get_docstring(node)] == []


def test_a_view_is_short():
    views = [
        (name(path), node)
        for path in PACKAGE
        if room(path) in ("admin", "public")
        for node in definitions(path)
    ]
    functions = [
        (where, node)
        for where, node in views
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    ]
    assert len(functions) > SHORTEST_PACKAGE / 2
    assert [
        (where, node.name)
        for where, node in functions
        if node.end_lineno - node.lineno >= LONGEST_VIEW
    ] == []


def test_a_line_says_one_thing():
    nested = [
        f"{name(path)}:{node.lineno}"
        for path in PACKAGE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.IfExp)
        if any(isinstance(part, ast.IfExp) for part in ast.walk(node) if part is not node)
    ]
    assert nested == []  # a conditional expression in another


def test_no_file_has_a_name_that_names_nothing():
    empty = ("utils", "helpers", "common", "manager", "service", "misc")
    assert [name(path) for path in [*PACKAGE, *TEMPLATES] if path.stem.strip("_") in empty] == []


def test_a_template_declares_its_needs_and_trusts_nobody():
    texts = {name(path): path.read_text() for path in TEMPLATES}
    assert [
        at
        for at, text in texts.items()
        if not text.startswith("{# needs: ") and not at.endswith("/_fields.html")
    ] == []
    for forbidden in (
        r"\|\s*safe\b",
        r"\son[a-z]+=|\sstyle=|<style|javascript:",
        r"[\s\"]hx-(?!partial)",
    ):
        assert [at for at, text in texts.items() if re.search(forbidden, text)] == [], forbidden


def test_a_piece_never_extends_and_a_page_always_does():
    pieces = [path for path in TEMPLATES if path.name.startswith("_")]
    pages = [path for path in TEMPLATES if path not in pieces and path.name != "base.html"]
    assert [name(path) for path in pieces if "{% extends" in path.read_text()] == []
    own = {"admin": "admin.html", "mail": "mail/base.html"}
    bases = {path: own.get(path.relative_to(TOP).parts[1], "base.html") for path in pages}
    assert [
        name(path)
        for path, base in bases.items()
        if f'{{% extends "{base}" %}}' not in path.read_text()
    ] == []


def test_every_setting_is_documented():
    options = fields(Config)
    assert [option.name for option in options if not option.metadata["meaning"]] == []
    assert [
        option.name for option in options if f"`PNPM_{option.name.upper()}`" not in SETTINGS
    ] == []


def commands(group, *above):
    """Our commands, as they are typed."""
    for each in group.commands.values():
        if hasattr(each, "commands"):
            yield from commands(each, *above, each.name)
        elif each.name not in ("run", "shell", "routes"):
            yield " ".join((*above, each.name))


def test_every_command_is_documented(app):
    typed = list(commands(app.cli))
    assert len(typed) >= 6
    assert [command for command in typed if f"flask {command}" not in COMMANDS] == []


def test_every_command_has_help(app):
    for command in [*commands(app.cli), "db upgrade"]:
        answer = app.test_cli_runner().invoke(args=[*command.split(), "--help"])
        assert (answer.exit_code, "Usage: " in answer.output) == (0, True), command


def test_the_map_names_every_room():
    files = [path for path in (TOP / "pnpm").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    rooms = {room(path) + "/" * (path.parent != TOP / "pnpm") for path in files}
    assert {room for room in rooms if f" {room} " not in ARCHITECTURE} == set()


@pytest.mark.parametrize("requirements", ["requirements.txt", "tests/requirements.txt"])
def test_what_is_installed_is_pinned(requirements):
    lines = [
        line
        for line in (TOP / requirements).read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)


def test_every_direct_dependency_is_explained_in_the_readme():
    packages = packages_distributions()
    parts_of = {
        "Flask": {"click", "Jinja2", "MarkupSafe", "Werkzeug", "itsdangerous"},
        "Flask-WTF": {"WTForms"},
    }
    parts_of |= {
        "Flask-SQLAlchemy": {"SQLAlchemy"},
        "Flask-Migrate": {"alembic"},
        "Flask-Babel": {"babel"},
    }
    explained = set(re.findall(r"^\| ([\w-]+) \|", README, re.MULTILINE)) | set().union(
        *parts_of.values()
    )
    imported = (
        {root for path in PACKAGE for root in roots(path)} - set(sys.stdlib_module_names) - {"pnpm"}
    )
    known = {name.lower().replace("_", "-") for name in explained}
    assert {
        root for root in imported if packages[root][0].lower().replace("_", "-") not in known
    } == set()


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


def test_a_browser_test_waits_for_a_function():
    """A condition in words is evaluated again by the page itself, which the policy forbids: it
    holds at once or never.
    """
    expression = re.compile(r"""wait_for_function\(\s*f?["'](?!(?:async )?\([^)]*\) =>)""")
    found = [
        name(path)
        for path in sorted((TOP / "tests").rglob("*.py"))
        if path != Path(__file__) and expression.search(path.read_text())
    ]
    assert not found


def test_every_fault_of_make_mutants_still_fits_the_code():
    assert [line for given in enumerate(FAULTS, 1) for line in unfit(*given)] == []
