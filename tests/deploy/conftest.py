"""What the sentences start from: the release and a venv, made once; and for each class a kind of
host with a site of its own.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy import dist
from tests.conftest import TOP, missing

from .account import PYTHON, account, virtualenv
from .kinds import AT_ONCE, KINDS, Site
from .visitor import Visitor, newest_step

pytest.register_assert_rewrite("tests.deploy.hosted")
TITLE = "Musyawarah Desa"
STEP = '''"""a table that says how often this step ran"""

from alembic import op

revision, down_revision = "{number}", "{before}"


def upgrade() -> None:
    op.execute("CREATE TABLE ran (moment TEXT)")
    op.execute("INSERT INTO ran SELECT datetime('now')")


def downgrade() -> None:
    op.execute("DROP TABLE ran")
'''


@pytest.fixture(scope="session")
def release(tmp_path_factory):
    """The zip of what is committed."""
    return dist.build(TOP, tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def newer(tmp_path_factory):
    """A release with another template and one more step of the schema."""
    clone = tmp_path_factory.mktemp("newer")
    subprocess.run(["git", "clone", "-q", "--shared", TOP, clone], check=True)
    template, before = clone / "templates/base.html", newest_step(clone)
    template.write_text(
        template.read_text().replace("</head>", '<meta name="newer" content="yes">\n</head>')
    )
    number = f"{int(before) + 1:04}"
    (clone / f"pnpm/db/migrations/versions/{number}_ran.py").write_text(
        STEP.format(number=number, before=before)
    )
    said = ["-c", "user.name=Penguji", "-c", "user.email=penguji@desa.example"]
    subprocess.run(["git", "-C", clone, "add", "--all"], check=True)
    subprocess.run(["git", "-C", clone, *said, "commit", "-q", "-m", "A newer release"], check=True)
    yield dist.build(clone, clone / "dist")
    shutil.rmtree(clone)


@pytest.fixture(scope="session")
def venv():
    """What `pip install -r requirements.txt` gives on Debian's Python."""
    if os.geteuid():
        missing("root", "run the tests as root: the hosts' servers start programs as other users")
    if not Path(PYTHON).exists():
        missing(PYTHON, "apt-get install python3-venv")
    with virtualenv(TOP / "requirements.txt", TOP / "requirements-gunicorn.txt") as folder:
        yield folder


@pytest.fixture(scope="class")
def kind(request):
    """The kind of host that the class is about, if its server is installed."""
    found = next(kind for kind in KINDS if kind.name == request.cls.kind_name)
    for path, package in found.needs.items():
        if not Path(path).exists():
            missing(path, f"apt-get install {package}")
    return found


@pytest.fixture(scope="class")
def site(request, kind, release, venv):
    """A site that is installed and served; nobody has visited it."""
    with account(release, venv) as user:
        site = Site(user, request.cls.at, AT_ONCE if kind.lasting else 1)
        user.settle(**site.settings)
        with kind.serve(site):
            yield site


@pytest.fixture(scope="class")
def visitor(site):
    """Who visits it."""
    return Visitor(site)


@pytest.fixture(scope="class")
def first(visitor):
    """What four visitors got, who came at once when nothing was made yet."""
    return visitor.at_once(visitor.get, [""] * AT_ONCE)


@pytest.fixture(scope="class")
def article(first, visitor):
    """The address of an article, written by the officer who made the first account with the
    code.
    """
    return visitor.publish(visitor.set_up(), TITLE)
