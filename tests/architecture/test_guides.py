"""The guides say what is so: pictures, links, commands, settings and files are there, and the words
that they quote.
"""

import ast
import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pnpm import config
from tests.architecture.test_translations import extracted
from tests.conftest import TOP

DOCS = TOP / "docs"
DOCUMENTS = sorted([*TOP.glob("*.md"), *DOCS.glob("*.md")])
ENGINEERS = {"architecture", "commands", "export", "measurements", "settings"}
GUIDES = [path for path in DOCUMENTS if path.parent == DOCS and path.stem not in ENGINEERS]
HOSTING = (DOCS / "hosting.md").read_text()
STEPS, FAILURES = HOSTING.split("\n## Lima belas kegagalan")
HEAVIEST = 6000  # bytes of a drawing
# of a failure, each at the beginning of a line
PARTS = "**Yang terlihat**", "**Mengapa**", "**Yang membantu**"
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
SIZES = re.compile(r"[;{ ](?:font(?:-size)?):([\d.]+)px")


def guide(path):
    return path.stem


def numbered(text):
    """The numbered sections of a part of the guide: number, heading and text."""
    return [
        (int(number), section)
        for number, section in re.findall(
            r"(?ms)^### (\d+)\. (.*?)(?=^##|\Z)", text.partition("\n## Yang lebih jarang")[0]
        )
    ]


def commands(text):
    """What is typed after `flask`, in lines of code and within sentences; a line of cron is one
    shell's.
    """
    code = re.findall(r"(?m)^ {4,}(.*)$", text) + re.findall(r"`([^`\n]+)`", text)
    for line in code:
        yield from re.findall(r"(?:^|/bin/)flask ([^…>]+)(?:>|$)", line.replace(" 2>/dev/null", ""))


def said():
    """Everything that the program can say, and what else stands in its source: the parts between
    which it puts values.
    """
    texts = set(extracted())
    for path in [*(TOP / "pnpm").rglob("*.py"), TOP / "passenger_wsgi.py"]:
        constants = (
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant)
        )
        texts |= {
            each.decode("latin-1") if isinstance(each, bytes) else each
            for each in constants
            if isinstance(each, str | bytes)
        }
    return [PLACEHOLDER.split(text.strip()) for text in texts if len(PLACEHOLDER.sub("", text)) > 2]


@pytest.fixture(scope="module")
def words():
    return said()


@pytest.mark.parametrize("path", DOCUMENTS, ids=guide)
def test_what_a_document_links_to_is_there(path):
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text()):
        file, _, place = target.partition("#")
        if file.startswith("http"):
            continue
        found = (path.parent / file) if file else path
        assert found.is_file(), target
        headings = re.findall(r"(?m)^#+ (.*)$", found.read_text()) if place else []
        assert not place or place in {
            re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings
        }, target


def test_every_picture_is_shown_and_described():
    shown = {}
    for path in DOCUMENTS:
        shown |= {
            (path.parent / target).resolve(): words
            for words, target in PICTURE.findall(path.read_text())
        }
    assert {path.resolve() for kind in ("png", "svg") for path in DOCS.rglob(f"*.{kind}")} == set(
        shown
    )
    assert all(shown.values())


@pytest.mark.parametrize("path", sorted((DOCS / "hosting").glob("*.svg")), ids=guide)
def test_a_drawing_has_a_title_and_can_be_read_on_a_phone(path):
    drawing, source = ElementTree.parse(path).getroot(), path.read_text()
    assert drawing[0].tag.endswith("title")
    assert len(drawing[0].text) > 20
    assert drawing.get("width") == "360"
    assert min(map(float, SIZES.findall(source))) >= 12
    assert "prefers-color-scheme:dark" in source
    assert len(source.encode()) < HEAVIEST
    assert not re.search(r"href=|<script|<image|url\(", source)


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_command_of_a_guide_is_there_with_its_options(path, app):
    for typed in commands(path.read_text()):
        command, words = app.cli, shlex.split(typed)
        with app.test_request_context():
            while hasattr(command, "commands"):
                command = command.commands[words.pop(0)]
            context = command.context_class(command)
            assert command.make_parser(context).parse_args(words)[1] == [], typed


def test_the_guide_shows_commands_to_check():
    assert {typed.split()[0] for typed in commands(HOSTING)} == {
        "backup",
        "doctor",
        "move-database",
        "restore",
        "user",
    }


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_setting_of_a_guide_is_one_and_takes_that_value(path, tmp_path):
    text, names = path.read_text(), {field.name.upper() for field in fields(config.Config)}
    assert set(re.findall(r"PNPM_([A-Z_]+)", text)) <= names
    for line in re.findall(r'\b[A-Z][A-Z_]+ = (?:"[^"\n]*"|\d+)', text):
        (tmp_path / "config.py").write_text(line)
        assert line.split()[0] in names
        config.load({"INSTANCE": str(tmp_path)})


@pytest.mark.parametrize("path", GUIDES, ids=guide)
def test_every_file_that_a_guide_names_is_in_the_release(path):
    named = re.findall(r"`((?:deploy/|requirements|passenger_wsgi)[\w./-]*)`", path.read_text())
    assert [name for name in named if not (TOP / name).is_file()] == []


def test_every_kind_of_host_is_in_the_guide():
    kinds = {
        path.name
        for path in (TOP / "deploy").iterdir()
        if path.is_dir() and not path.name.startswith("_")
    }
    assert {kind for kind in kinds if f"deploy/{kind}/" not in HOSTING} == set()
    assert kinds


def test_every_step_has_its_picture():
    steps = numbered(STEPS)
    assert [number for number, _section in steps] == list(range(1, len(steps) + 1))
    assert [section.splitlines()[0] for _number, section in steps if "![" not in section] == []


def test_there_are_fifteen_failures_each_with_what_one_sees_why_and_what_helps():
    failures = numbered(f"\n{FAILURES}")
    assert [number for number, _section in failures] == list(range(1, 16))
    for _number, section in failures:
        assert [part for part in PARTS if f"\n{part}: " not in section] == [], section


def test_what_the_guide_quotes_is_what_the_program_says(words):
    quoted = [line for line in re.findall(r"(?m)^> (.+)$", FAILURES) if line]
    assert len(quoted) > 10
    patterns = [".+".join(map(re.escape, parts)) for parts in words]
    assert [
        line for line in quoted if not any(re.fullmatch(pattern, line) for pattern in patterns)
    ] == []


def test_what_the_guide_quotes_in_a_sentence_begins_something_that_the_program_says(words):
    sentences = [
        " ".join(each.split())
        for each in re.findall(r"“([^” ][^”]+)”", re.sub(r"(?m)^>.*$", "", HOSTING))
    ]
    assert "baik" in sentences
    assert [
        line for line in sentences if not any(parts[0].startswith(line) for parts in words)
    ] == []


def cron(beginning):
    """The line for cron that begins so."""
    return next(
        line for line in re.findall(r"(?m)^ {4}(cd .*)$", HOSTING) if line.startswith(beginning)
    )


@pytest.fixture
def account(new_instance, tmp_path):
    """A host's account as the guide has it, with the program, its Python and a site; runs a line as
    cron does.
    """
    site = tmp_path / "pnpm"
    (site / "tmp").mkdir(parents=True)
    (tmp_path / "virtualenv/pnpm/3.11").mkdir(parents=True)
    (tmp_path / "virtualenv/pnpm/3.11/bin").symlink_to(Path(sys.executable).parent)
    for name in ("pnpm", "static", "templates", "wsgi.py", "requirements.txt"):
        (site / name).symlink_to(TOP / name)
    # another database, if one is tried
    environment = {name: os.environ[name] for name in os.environ if name.startswith("PNPM_")}
    environment |= {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "PNPM_INSTANCE": str(site / "instance"),
    }

    def run(line):
        return subprocess.run(
            ["/bin/sh", "-c", line],
            cwd="/",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    with new_instance(site / "instance"):
        yield site, run


def test_the_line_for_a_single_command_runs_once_when_it_is_asked_to(account):
    site, run = account
    line, said = cron("cd ~/pnpm && rm tmp/jalan"), site / "instance/hasil.txt"
    assert run(line).stderr == ""
    assert not said.exists()
    (site / "tmp/jalan").touch()
    run(line)
    assert "baik  " in said.read_text()
    assert not (site / "tmp/jalan").exists()
    said.unlink()
    assert run(line).stderr == ""
    assert not said.exists()


def test_the_line_for_every_day_keeps_a_backup(account):
    site, run = account
    done = run(cron("cd ~/pnpm && ~/virtualenv"))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list((site / "instance/backups").glob("*.zip"))) == 1
