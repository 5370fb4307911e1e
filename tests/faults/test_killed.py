"""kill -9 at random moments, many times: what was acknowledged is there, once, and nothing is half
there.
"""

import http.client
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from pnpm.db import migrations
from tests.conftest import TOP
from tests.faults.conftest import House, Visitor, readable
from tests.photographs import photograph

KILLS = 12
BROKEN = OSError, http.client.HTTPException
MANY = 40  # comments that are moved in one go
ROWS = 200_000  # that the slow migration writes


def insisting(visitor, send, over):
    """What is acknowledged of what is sent again and again until it is over: numbers."""
    acknowledged, number = [], 0
    while not over.is_set():
        number += 1
        try:
            if send(visitor, number).status in (201, 303):
                acknowledged.append(number)
        except BROKEN:
            continue
    return acknowledged


def killing(house, over, seed):
    """Kill one process that answers after the other, at random moments."""
    chance = random.Random(seed)
    for _kill in range(KILLS):
        time.sleep(chance.uniform(0.4, 1.1))
        workers = house.workers()
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
    time.sleep(1)
    over.set()


def test_in_the_middle_of_posts_uploads_and_bulk_moderation(house):
    with house.served() as reader:
        form, officer = reader.form(), Visitor(house.url)
        assert officer.sign_in() == 303
        assert {
            reader.comment(form, f"borongan {number}", f"b{number}").status
            for number in range(MANY)
        } == {303}
        many = house.numbers("borongan %")
        statuses = ("pending", "published", "spam")

        def post(visitor, number):
            return visitor.comment(form, f"nomor {number}", f"n{number}")

        def upload(visitor, number):
            return visitor.upload(photograph(400, 300, seed=number % 200))

        def move(visitor, number):
            return visitor.do("/admin/comments", {"comment": many, "status": statuses[number % 3]})

        over = threading.Event()
        with ThreadPoolExecutor(4) as hands:
            done = [
                hands.submit(insisting, *work, over)
                for work in ((reader, post), (officer, upload), (officer, move))
            ]
            hands.submit(killing, house, over, 5).result()
            posts, uploads, moves = [each.result() for each in done]
        assert min(len(posts), len(uploads), len(moves)) > KILLS // 4, (
            len(posts),
            len(uploads),
            len(moves),
        )
        again = [
            reader.comment(form, f"nomor {number}", f"n{number}").status for number in posts[-5:]
        ]
        assert set(again) == {303}
    with closing(sqlite3.connect(house.database)) as connection:
        found = [
            body
            for (body,) in connection.execute("SELECT body FROM comment WHERE body LIKE 'nomor %'")
        ]
        together = connection.execute(
            "SELECT DISTINCT status FROM comment WHERE body LIKE 'borongan %'"
        ).fetchall()
        pictures = connection.execute("SELECT count(*) FROM picture").fetchone()[0]
    assert len(found) == len(set(found)), "each stands once"
    assert {f"nomor {number}" for number in posts} <= set(found)
    assert len(together) == 1, "what is moved in one go is moved whole"
    assert pictures >= len({number % 200 for number in uploads})
    house.bodies()
    assert house.is_whole()


@pytest.fixture
def newer(tmp_path):
    """The program with one more step of the schema, which takes long: it writes much, then has no
    more to do than end.
    """
    place = tmp_path / "program"
    for name in ("pnpm", "templates", "static"):
        shutil.copytree(TOP / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TOP / "wsgi.py", place)
    step = f"""
from alembic import op
revision = "9999"
down_revision = {migrations.newest()!r}
MANY = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {ROWS}) SELECT x, hex(randomblob(40)) FROM n"
def upgrade():
    op.execute("CREATE TABLE slow (x INTEGER PRIMARY KEY, words TEXT)")
    for _ in range(3):
        op.execute("DELETE FROM slow")
        op.execute(f"INSERT INTO slow {{MANY}}")
    op.execute("UPDATE comment SET body = body || ' lebih baru'")
def downgrade():
    op.execute("DROP TABLE slow")
"""
    (place / "pnpm/db/migrations/versions/9999_slow.py").write_text(step)
    return place


def test_in_the_middle_of_a_migration(house, newer):
    """The old data are there after each kill, the next start finishes, and a copy from before it is
    kept.
    """
    before = house.bodies()
    environment = os.environ | {"PNPM_INSTANCE": str(house.instance)}
    ask = "from wsgi import app; print(app.test_client().get('/').status_code)"
    chance, killed = random.Random(3), 0
    for moment in [chance.uniform(0.4, 2.5) for _ in range(6)]:
        process = subprocess.Popen(
            [sys.executable, "-c", ask], cwd=newer, env=environment, stdout=subprocess.PIPE
        )
        time.sleep(moment)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
        with closing(sqlite3.connect(house.database)) as connection:
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if version == "9999":
            break
        assert house.bodies() == before, "not one row is half migrated"
    assert killed
    with House(house.instance).served(program=newer) as reader:
        readable(reader, house, "/healthz")
    assert house.bodies() == [f"{body} lebih baru" for body in before]
    kept = house.instance / f"backups/before-upgrade-{migrations.newest()}.db"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert [
            body for (body,) in connection.execute("SELECT body FROM comment ORDER BY id")
        ] == before
