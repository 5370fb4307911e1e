"""Comments through a proxy that loses three exchanges in ten, and to a server that is killed again and
again: each is to be stored once. The tests do the same with fewer.
"""

import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random

from tests.killed_server import killed_server
from tests.retrying_client import Crowd, Receipt, RetryingClient, misnumbered, tally
from tests.unreliable_proxy import unreliable_proxy

from .budget import Row
from .site import environment, serve

SEED, LOSS = 30, 0.3
COMMENTS, SENDERS = 500, 4  # through the proxy
CLIENTS, SECONDS = 16, 60  # of the server that is killed
BETWEEN_KILLS = 1, 5  # seconds, at least and at most
PUBLISHED = {"PNPM_MODERATION": "off"}  # so that each answer shows the comment


def measure(instance: Path, article: str) -> Iterator[Row]:
    """The rows on comments that are missing or stored twice."""
    yield _through_the_proxy(instance, article)
    yield _under_kills(instance, article)


def _through_the_proxy(instance, article):
    with (
        serve("wsgi:app", instance, **PUBLISHED) as server,
        unreliable_proxy(server.url, SEED, LOSS) as proxy,
        ThreadPoolExecutor(SENDERS) as pool,
    ):
        address, count = proxy.through(article), COMMENTS // SENDERS
        done = [pool.submit(_send, address, number, count) for number in range(SENDERS)]
        receipts = [receipt for each in done for receipt in each.result()]
    kinds = Counter(exchange.kind for exchange in proxy.done if exchange.method == "POST")
    what = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    title = f"{COMMENTS} comments through a proxy that loses {LOSS:.0%}: not stored once"
    return _row(title, instance, receipts, what)


def _send(address, sender, count):
    client = RetryingClient(address, SEED + sender)
    return [client.send(f"pengirim {sender}: komentar {number}") for number in range(count)]


def _under_kills(instance, article):
    chance, until = Random(SEED), time.monotonic() + SECONDS
    with killed_server(environment(instance) | PUBLISHED, instance / "killed.log") as server:
        crowd = Crowd(server.url + article, CLIENTS, SEED)
        with crowd.sending():
            while time.monotonic() < until:
                crowd.wait_for(1)
                time.sleep(chance.uniform(*BETWEEN_KILLS))
                server.kill()
                server.start()
    title = f"{CLIENTS} clients for {SECONDS} s, the server killed every few: not stored once"
    return _row(title, instance, crowd.receipts, f"{server.kills} kills")


def _row(title, instance, receipts: list[Receipt], what):
    """What is missing or twice, or acknowledged under another's number; one more where the database
    is damaged.
    """
    database = instance / "site.db"
    found, wrong = tally(database, receipts), misnumbered(database, receipts)
    with closing(sqlite3.connect(database)) as connection:
        (damage,) = connection.execute("PRAGMA integrity_check").fetchone()
    if damage != "ok" or found.wrong or wrong:
        print(f"seed {SEED}: {damage}, {found}, {wrong[:5]}", file=sys.stderr)
    again = sum(receipt.tries > 1 for receipt in receipts)
    most = max(receipt.tries for receipt in receipts)
    note = (
        f"sent {found.sent}, stored once {found.once}, missing {found.missing}, twice "
        f"{found.twice}; {again} sent again, one {most} times; {what}"
    )
    return Row(title, found.wrong + len(wrong) + (damage != "ok"), 0, note=note)
