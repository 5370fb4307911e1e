"""Processes that send mail are killed with -9 in the midst of it: each mail arrives, none is lost,
and no more come twice than there were kills.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from pnpm.db import db, now, transaction
from pnpm.mail import outbox
from pnpm.mail.models import OutgoingMail
from tests.conftest import TOP
from tests.engines import ENGINE

pytestmark = pytest.mark.engines
# by hand with MAILS=1000, -s, and each TEST_ENGINE: that takes a minute
MAILS = int(os.environ.get("MAILS") or {"sqlite": 150}.get(ENGINE, 40))
SEED, WORKERS = 15, 3
KILLS = MAILS // 25
PATIENCE = 120  # seconds until a test that has stopped moving fails


@pytest.fixture
def start(mailing, mail_server, instance):
    """Start a process that sends."""
    running = []

    def start():
        command = [sys.executable, "-m", "tests.mail_worker", instance, mail_server.url]
        worker = subprocess.Popen(command, cwd=TOP, stdout=subprocess.DEVNULL)
        running.append(worker)
        return worker

    yield start
    for worker in running:
        worker.kill()
        worker.wait()


def test_each_mail_arrives_and_no_more_twice_than_there_were_kills(start, mail_server):
    with transaction():
        for number in range(MAILS):
            recipient = f"warga{number}@warga.example"
            outbox.add(db.session.connection(), "number", recipient, {"number": number})
    db.session.remove()
    chance, workers = Random(SEED), [start() for _worker in range(WORKERS)]
    for kill in range(1, KILLS + 1):
        wait_until(lambda kill=kill: len(mail_server.messages) >= kill * MAILS // (KILLS + 2))
        time.sleep(chance.uniform(0, 0.02))  # at whatever moment
        victim = workers.pop(0)
        was_at_it = victim.poll() is None
        victim.kill()
        victim.wait()
        assert was_at_it, "it had nothing left to do"
        workers.append(start())
    for worker in workers:
        worker.wait(PATIENCE)
    # what the killed had claimed is free after a while
    with transaction():
        db.session.query(OutgoingMail).update({"claimed_until": now() - timedelta(seconds=1)})
    db.session.remove()
    assert start().wait(PATIENCE) == 0
    came = Counter(str(message["Subject"]) for message in mail_server.messages)
    repeats = came.total() - MAILS
    print(f"{ENGINE}: {len(came)} of {MAILS} came, {repeats} again, {KILLS} kills")
    assert {*came} == {str(number) for number in range(MAILS)}
    assert repeats <= KILLS, came.most_common(5)
    assert outbox.counted() == (0, 0)


def wait_until(is_so):
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.002)
