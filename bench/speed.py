"""How fast it answers: ratios to a bare WSGI function and between threads, within one run, since
machines differ.
"""

import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

from . import words
from .budget import Row, Unmeasured
from .site import Server, serve

ROUNDS = 5
SECONDS = 3  # of load at a time
DRAIN = 1  # seconds in which the last comments are answered
# headers that gunicorn adds itself
OF_THE_SERVER = {"server", "date", "connection", "transfer-encoding"}
LOAD = Path(__file__).with_name("load.lua")


class Load(NamedTuple):
    """What one stretch of load gave: answers per second, the 99th percentile in milliseconds, and
    the comments created.
    """

    rate: float
    p99: float
    created: int


def measure(server: Server, paths: dict[str, str], instance: Path) -> Iterator[Row]:
    """The rows on reading and commenting; `paths` of the articles `hundred`, `long`, `replies`
    and `fresh`."""
    with _bare(instance, "200 OK", *server.get(paths["hundred"], Accept_Encoding="gzip")) as floor:
        yield from _reading(floor, server, paths)
    token = token_of(server, paths["fresh"])
    form = urlencode({"token": token, "body": "Terima kasih, Pak.", "nonce": "bench"})
    with _bare(
        instance, "201 CREATED", *server.post(paths["fresh"], form, HX_Request="true")
    ) as floor:
        yield from _commenting(floor, server, paths["fresh"], token, instance)


def token_of(server: Server, path: str) -> str:
    """The token of the form at that path; Unmeasured if there is none."""
    found = re.search(rb'name="token"[^>]*value="([^"]+)"', server.get(path)[1])
    if not found:
        raise Unmeasured("the page has no form token")
    return found[1].decode()


def _bare(instance, status, headers, body):
    """The bare function that answers these bytes, served as the site is."""
    kept = [header for header in headers.items() if header[0].lower() not in OF_THE_SERVER]
    answer = instance / "answer.json"
    answer.write_text(
        json.dumps({"status": status, "headers": kept, "body": body.decode("latin-1")}), "utf-8"
    )
    return serve("bench.bare:application", instance, BENCH_ANSWER=str(answer))


def _reading(floor, server, paths):
    asked = [
        floor.url + paths["hundred"],
        server.url + paths["hundred"],
        server.url + paths["long"],
        server.url + paths["replies"],
    ]
    for url in asked:
        load(url, 1)  # each worker renders it once
    rounds = [[load(url) for url in asked] for _round in range(ROUNDS)]
    rates = [[one.rate for one in loads] for loads in zip(*rounds, strict=True)]
    tails = [[one.p99 for one in loads] for loads in zip(*rounds, strict=True)]
    yield Row(
        "article of 100 comments, share of bare WSGI's speed",
        _ratio(rates[1], rates[0]),
        0.3,
        **_shares(rates),
    )
    note = f"{median(tails[2]):.1f} to {median(tails[1]):.1f} ms"
    yield Row(
        "p99 of 10,000 comments to that of 100",
        _ratio(tails[2], tails[1]),
        1.3,
        " times",
        note=note,
    )
    yield Row(
        "p99 of 10,000 replies to one comment to that of 100 comments",
        _ratio(tails[3], tails[1]),
        1.3,
        " times",
        note=f"{median(tails[3]):.1f} to {median(tails[1]):.1f} ms",
    )


def _commenting(floor, server, path, token, instance):
    bodies = instance / "bodies.txt"
    form = [
        urlencode({"name": one.name, "website": one.website, "body": one.body})
        for one in words.comments(200, seed=7)
    ]
    bodies.write_text("\n".join(form), "utf-8")
    before, rates = _stored(instance), ([], [])
    created = 0
    for number in range(ROUNDS):
        posting = (SECONDS + DRAIN, token, str(bodies), str(number), str(SECONDS))
        rates[0].append(load(floor.url + path, *posting).rate)
        ours = load(server.url + path, *posting)
        rates[1].append(ours.rate)
        created += ours.created
    stored = _stored(instance) - before
    yield Row(
        "comment accepted, share of bare WSGI's speed",
        _ratio(rates[1], rates[0]),
        0.1,
        **_shares(rates),
    )
    yield Row(
        "comments answered 201 but not stored, or the reverse",
        abs(stored - created),
        0,
        note=f"{created} and {stored}",
    )


def load(url: str, seconds: int = SECONDS, *arguments: str) -> Load:
    """What so many seconds of load at that address give; Unmeasured if anything fails."""
    command = [
        "wrk",
        "-t2",
        "-c8",
        f"-d{seconds}s",
        "--timeout",
        "10s",
        "-s",
        str(LOAD),
        url,
        "--",
        *arguments,
    ]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=False)
    result = re.search(r"^RESULT (\S+) (\S+) (\d+) (\d+)$", ran.stdout, re.MULTILINE)
    if not result:
        raise Unmeasured(f"wrk: {(ran.stderr or ran.stdout).strip()[-300:]}")
    rate, p99, failed, created = result.groups()
    if int(failed):
        raise Unmeasured(f"{failed} failures at {url}: {ran.stdout.strip()[-300:]}")
    return Load(float(rate), float(p99), int(created))


def _ratio(ours, theirs):
    """The median of each round's ratio: a machine that slows down for a while slows both."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def _shares(rates):
    return {"at_least": True, "note": f"{median(rates[1]):.0f} of {median(rates[0]):.0f} a second"}


def _stored(instance):
    connection = sqlite3.connect(f"file:{instance / 'site.db'}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT count(*) FROM comment").fetchone()[0]
    finally:
        connection.close()
