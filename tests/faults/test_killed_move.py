"""kill -9 in the middle of a move to another database that the office has begun."""

import os
import shutil
import signal
import subprocess
import sys

from pnpm.articles.models import Article
from pnpm.audit.models import break_in_chain
from pnpm.backup import move_job, target
from pnpm.backup.move_job import Phase
from pnpm.db import db, relocation
from pnpm.web import jobs
from tests.conftest import SETTINGS, TOP, Client, write
from tests.faults.conftest import House
from tests.faults.test_killed_restore import ANSWERING
from tests.keeping import contents

# Of the changes of files and folders that a whole move makes, about 110, those at which it is
# killed: in making the backup, the tables, in the last step, and after it.
MOMENTS = 20, 52, 76, 88
MOVING = ANSWERING.replace("jobs.restore()", "jobs.move()")


def begun(house):
    """A move that waits for nothing more."""

    def work(app):
        config = app.config["PNPM"]
        url = target.address("sqlite:///baru.db", config.instance)
        job = move_job.new(target.look_at(url), "Bu Camat", False, config.database_url)
        move_job.begin(config.instance, url, job)
        assert move_job.confirm(config.instance, job.key, "Bu Camat", False)
        return contents(config.instance)

    return house.inside(work)


def killed(house, moment):
    """Whether the process was killed before it ended by itself."""
    given = {**SETTINGS, "INSTANCE": house.instance}
    environment = os.environ | {
        f"PNPM_{name}": str(value) for name, value in given.items() if name != "TESTING"
    }
    command = [sys.executable, "-c", MOVING, str(moment)]
    done = subprocess.run(
        command, cwd=TOP, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def test_the_site_is_in_one_database_or_the_other_and_the_next_request_goes_on(house, tmp_path):
    found = set()
    for number, moment in enumerate(MOMENTS):
        place = shutil.copytree(house.instance, tmp_path / f"site-{number}", symlinks=True)
        other = House(place, house.settings)
        before = begun(other)
        assert killed(other, moment), moment

        def look(app, place=place, before=before):
            assert contents(place) == before
            assert break_in_chain() is None
            is_there = db.engine.url.database.endswith("baru.db")
            found.add((is_there, relocation.is_closed(place, app.config["PNPM"].database_url)))
            article = db.session.query(Article).one()
            for _ in range(20):
                jobs.move()
            assert move_job.current(place).phase is Phase.DONE
            assert db.engine.url.database == f"{place}/baru.db"
            assert contents(place) == before
            assert break_in_chain() is None
            write(article, app, "sesudahnya")
            assert not (place / "move/address").exists()

        other.inside(look)
    assert (False, False) in found
    assert (True, False) in found


def test_a_kill_between_closing_the_old_database_and_naming_the_new_one(house, monkeypatch):
    """What is sent then is given back, and that form makes the move go on."""
    before = begun(house)

    def work(app):
        def die(*_given):
            raise SystemExit

        with monkeypatch.context() as patch:
            patch.setattr("pnpm.config.change_database", die)
            try:
                for _ in range(20):
                    jobs.move()
            except SystemExit:
                pass
        config = app.config["PNPM"]
        assert relocation.is_closed(config.instance, config.database_url)
        assert contents(config.instance) == before
        app.test_client_class = Client
        client = app.test_client()
        for _ in range(5):
            client.post("/2012/12/banjir.html", data={"body": "x"})
        assert app.config["PNPM"].database_url.endswith("baru.db")
        assert contents(config.instance) == before

    house.inside(work)
