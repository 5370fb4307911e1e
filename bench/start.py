"""What a process costs: the time until the site can answer, and the memory of a worker that has
answered thousands.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .budget import Row, Unmeasured
from .site import TOP, Server, environment

ROUNDS = 9
LIBRARIES = "import flask, flask_sqlalchemy, flask_wtf, bleach"
SITE = "import pnpm; pnpm.create_app()"
FRONT = """import pnpm; app = pnpm.create_app()
from wsgiref.util import setup_testing_defaults
asked = {"QUERY_STRING": ""}
setup_testing_defaults(asked)
told = []
page = b"".join(app(asked, lambda status, headers: told.append(status)))
assert told == ["200 OK"] and b"</html>" in page, told"""


def measure(instance: Path) -> Iterator[Row]:
    """The row on a cold start with the settings of a prepared instance."""
    yield _row("create_app", SITE, instance)


def measure_front(instance: Path) -> Iterator[Row]:
    """The row on a process that begins and renders the front page of a prepared instance."""
    yield _row("a start that renders the front page", FRONT, instance)


def _row(what, program, instance):
    # the first warms
    rounds = [
        (_seconds(LIBRARIES, instance), _seconds(program, instance)) for _round in range(ROUNDS + 1)
    ][1:]
    ratio = median(ours / theirs for theirs, ours in rounds)
    theirs, ours = (1000 * median(times) for times in zip(*rounds, strict=True))
    return Row(
        f"{what} to the import of its libraries",
        ratio,
        2,
        " times",
        note=f"{ours:.0f} to {theirs:.0f} ms",
    )


def memory(server: Server, served: str) -> Iterator[Row]:
    """The row on the largest worker of a server that has `served` something: PSS, as shared pages
    are paid once.
    """
    workers = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    if not workers:
        raise Unmeasured("gunicorn has no workers")
    largest = max((_kilobytes(worker) for worker in workers), key=lambda sizes: sizes["Pss"])
    note = f"PSS; RSS {largest['Rss'] * 1.024 / 1000:.0f} MB; after {served}"
    yield Row("memory of a worker", largest["Pss"] * 1.024 / 1000, 80, " MB", note=note)


def _seconds(program, instance):
    begun = time.perf_counter()
    command = [sys.executable, "-c", program]
    ran = subprocess.run(
        command,
        cwd=TOP,
        env=environment(instance),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if ran.returncode:
        raise Unmeasured(f"{program}: {ran.stderr.strip()[-300:]}")
    return time.perf_counter() - begun


def _kilobytes(process):
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    return {
        name: int(size)
        for name, size in re.findall(r"^(Rss|Pss): +(\d+) kB$", rollup, re.MULTILINE)
    }
