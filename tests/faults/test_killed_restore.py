"""kill -9 in the middle of a restore that the office has begun."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from pnpm.articles.models import Article
from pnpm.audit.models import break_in_chain
from pnpm.backup import daily, restore, restore_job
from pnpm.backup.restore_job import Phase
from pnpm.db import db, transaction
from pnpm.web import jobs
from tests.conftest import SETTINGS, TOP
from tests.faults.conftest import House
from tests.keeping import DEADLY, contents

KILLS = 6
# Whoever answers a form, and then goes on with the restore; killed at that change of a file or
# folder, of which a whole restore has some MOST.
MOST = 90
ANSWERING = DEADLY.partition("from flask.cli")[0].replace(
    "sys.addaudithook", "from wsgi import app\nsys.addaudithook"
)
ANSWERING += """
from pnpm.web import jobs
with app.app_context():
    for _ in range(20):
        jobs.restore()
"""


@pytest.fixture
def kept(house):
    """A backup of the site, which then goes on; what it held, and what it holds now."""

    def work(app):
        config = app.config["PNPM"]
        restore.render_again(db.engine)  # as a restore does
        path, before = daily.make(config, config.timezone), contents(config.instance)
        with transaction():
            db.session.query(Article).one().title = "Lain"
        return path.name, before, contents(config.instance)

    return house.inside(work)


def begun(house, name):
    """A restore of that backup, which waits for nothing more."""

    def work(app):
        restore_job.begin(house.instance, name, "Bu Camat")
        for _ in range(5):
            jobs.restore()
        job = restore_job.current(house.instance)
        assert restore_job.confirm(house.instance, job.key, "Bu Camat")

    house.inside(work)


def killed(house, moment):
    """Whether the process was killed before it ended by itself."""
    given = {**SETTINGS, "INSTANCE": house.instance}
    environment = os.environ | {
        f"PNPM_{name}": str(value) for name, value in given.items() if name != "TESTING"
    }
    command = [sys.executable, "-c", ANSWERING, str(moment)]
    done = subprocess.run(
        command, cwd=TOP, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def test_the_site_is_the_old_or_the_restored_one_and_the_next_request_goes_on(
    house, kept, tmp_path
):
    name, before, after = kept
    begun(house, name)
    found = set()
    for number, moment in enumerate(range(4, MOST, MOST // KILLS)):
        place = shutil.copytree(house.instance, tmp_path / f"site-{number}", symlinks=True)
        other = House(place, house.settings)
        assert killed(other, moment), moment

        def look(_app, place=place):
            here = contents(place)
            assert here in (before, after)
            assert break_in_chain() is None
            found.add(here == before)
            for _ in range(20):
                jobs.restore()
            assert restore_job.current(place).phase is Phase.DONE
            assert contents(place) == before
            assert break_in_chain() is None

        other.inside(look)
    assert found == {True, False}
