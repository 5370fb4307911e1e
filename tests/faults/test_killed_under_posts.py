"""The whole server is killed with -9 while sixteen readers send comments, and started again: each
comment that was acknowledged stands once.
"""

import os
import sqlite3
import time
from contextlib import closing
from random import Random

from tests.conftest import SETTINGS
from tests.faults.conftest import ARTICLE, COMMENTS
from tests.killed_server import killed_server
from tests.retrying_client import Crowd, misnumbered, tally

SEED, CLIENTS, KILLS = 9, 16, 4
MORE = 10  # comments that are acknowledged before the next kill: the server is in the midst of it


def test_each_comment_stands_once(house):
    given = {
        "INSTANCE": house.instance,
        "SECRET_KEY": SETTINGS["SECRET_KEY"],
        "COMMENT_LIMIT": "off",
        "COMMENT_MIN_SECONDS": "0",
        "MODERATION": "off",
    }
    environment = os.environ | {f"PNPM_{name}": str(value) for name, value in given.items()}
    chance = Random(SEED)
    with killed_server(environment, house.instance / "server.log") as server:
        crowd = Crowd(server.url + ARTICLE, CLIENTS, SEED)
        with crowd.sending():
            for _kill in range(KILLS):
                crowd.wait_for(MORE)
                time.sleep(chance.uniform(0, 1))  # at whatever moment
                server.kill()
                server.start()
            crowd.wait_for(MORE)
    found = tally(house.database, crowd.receipts)
    assert found == (len(crowd.receipts), len(crowd.receipts), 0, 0), (SEED, found)
    assert misnumbered(house.database, crowd.receipts) == [], SEED
    assert len(house.bodies()) == found.sent + COMMENTS, (SEED, found)
    assert any(receipt.tries > 1 for receipt in crowd.receipts), SEED
    with closing(sqlite3.connect(house.database)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert house.is_whole()
