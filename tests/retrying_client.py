"""A reader's client that sends a comment again until it knows that it was taken, and the count of
what came of it.

It knows of the site what a browser's script does: the form's fields, and that a `nonce` makes one
comment of whatever is sent again with it.
"""

import http.client
import re
import secrets
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup

from tests.conftest import fields

PASSING = {502, 503, 504}  # what another try may succeed after
BROKEN = OSError, http.client.HTTPException
PAUSE = 0.02, 0.2  # seconds, at least and at most
TIMEOUT = 20  # seconds for one try


class Receipt(NamedTuple):
    """A comment that was acknowledged: its text, its number, and how many times it was sent."""

    body: str
    number: int
    tries: int


class RetryingClient:
    """Sends comments under the article at `address`; `seed` decides its pauses, `patience` after
    how many seconds without success it raises TimeoutError.

    Whatever no other try would mend is an AssertionError, with the answer.
    """

    def __init__(self, address: str, seed: int, patience: float = 60):
        parts = urlsplit(address)
        self._host, self._path = parts.netloc, parts.path
        self._chance, self._patience = Random(seed), patience
        self._form: dict[str, str] = {}

    def send(self, body: str, **more: str) -> Receipt:
        """Send a comment with this text and these other fields (`name`, `parent`, …), and insist."""
        if not self._form:
            self._form = self._insist(self._fetch)[0]
        given = {"name": "Bu Rahma", "nonce": secrets.token_hex(16), **more}
        form = urlencode({**self._form, **given, "body": body})
        number, tries = self._insist(lambda: self._post(form, body))
        return Receipt(body, number, tries)

    def _insist(self, work):
        """What the work gives once it gives anything, and how many times it was tried."""
        tries, until = 0, time.monotonic() + self._patience
        while time.monotonic() < until:
            tries += 1
            if found := work():
                return found, tries
            time.sleep(self._chance.uniform(*PAUSE))  # as a client does that would not be a load
        raise TimeoutError(f"{self._path}: {tries} tries in {self._patience} s")

    def _fetch(self):
        """The form's fields; None where no whole page came."""
        _status, text = self._ask("GET", None, {200})
        return fields(BeautifulSoup(text, "html.parser")) if "</html>" in text else None

    def _post(self, form, body):
        """The number of the comment that the answer shows; None where no whole answer came."""
        status, text = self._ask("POST", form, {201})
        if not status:
            return None
        shown = re.search(r'id="comment-(\d+)"', text)
        assert shown and body in text, f"not the comment that was sent: {text}"
        return int(shown[1])

    def _ask(self, method, form, expected):
        """The status and the whole text of an answer that is as expected; 0 and nothing of one that
        was lost.
        """
        headers = {"HX-Request": "true", "Connection": "close"} if form else {"Connection": "close"}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection(self._host, timeout=TIMEOUT)) as connection:
            try:
                connection.request(method, self._path, form, headers)
                answer = connection.getresponse()
                text = answer.read().decode()
            except BROKEN:
                return 0, ""
        if answer.status in PASSING:
            return 0, ""
        assert answer.status in expected, f"{method} {self._path}: {answer.status} {text}"
        return answer.status, text


class Crowd:
    """Retrying clients that send one comment after another at the same time, until all have stopped.

    `receipts` are those of all so far.
    """

    def __init__(self, address: str, clients: int, seed: int):
        self.receipts: list[Receipt] = []
        self._clients = [RetryingClient(address, seed + number) for number in range(clients)]
        self._is_over, self._change = False, threading.Condition()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """They send meanwhile. At the end each insists on the comment that it is sending; what one
        of them raised is raised then.
        """
        with ThreadPoolExecutor(len(self._clients)) as pool:
            done = [
                pool.submit(self._send, client, number)
                for number, client in enumerate(self._clients)
            ]
            try:
                yield
            finally:
                self._is_over = True
                for each in done:
                    each.result()

    def wait_for(self, more: int, seconds: float = 60) -> None:
        """Until so many more comments than now are acknowledged. Raises TimeoutError."""
        with self._change:
            wanted = len(self.receipts) + more
            if not self._change.wait_for(lambda: len(self.receipts) >= wanted, seconds):
                raise TimeoutError(f"{len(self.receipts)} of {wanted} comments in {seconds} s")

    def _send(self, client, client_number):
        for number in count():
            if self._is_over:
                break
            receipt = client.send(f"pembaca {client_number}: komentar {number}")
            with self._change:
                self.receipts.append(receipt)
                self._change.notify_all()


class Tally(NamedTuple):
    """Of comments that were acknowledged, how many are in the database once, never, and more than
    once.
    """

    sent: int
    once: int
    missing: int
    twice: int

    @property
    def wrong(self) -> int:
        """How many are not there once."""
        return self.missing + self.twice


def tally(database: Path, receipts: Collection[Receipt]) -> Tally:
    """Count them in that file of SQLite's, each by its text, which must be its alone."""
    with closing(sqlite3.connect(database)) as connection:
        stored = Counter(body for (body,) in connection.execute("SELECT body FROM comment"))
    counts = [stored[receipt.body] for receipt in receipts]
    return Tally(
        sent=len(counts),
        once=counts.count(1),
        missing=counts.count(0),
        twice=sum(count > 1 for count in counts),
    )


def misnumbered(database: Path, receipts: Iterable[Receipt]) -> list[Receipt]:
    """Those whose number is another comment's, or nobody's."""
    with closing(sqlite3.connect(database)) as connection:
        stored = dict(connection.execute("SELECT id, body FROM comment").fetchall())
    return [receipt for receipt in receipts if stored.get(receipt.number) != receipt.body]
