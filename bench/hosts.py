"""Each kind of host, the release installed on it as its tests do: the first answer of a fresh
process, its memory, its speed.
"""

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from deploy import dist
from tests.deploy.account import account, virtualenv
from tests.deploy.kinds import AT_ONCE, IDLE, KINDS, LOADED, Site, rest
from tests.deploy.visitor import Visitor

from . import site as sites
from .budget import Row, Unmeasured
from .speed import load

ROUNDS = 5
SECONDS = 3  # of load
COLD, PAGE, MEMORY = 0.45, 0.5, 80  # seconds, seconds with plain CGI, MB
LIBRARIES = "import gc; gc.disable(); import flask, flask_sqlalchemy, flask_wtf"
WHOLE = "?whole"  # asked so, a page does not come from the disk: the program is loaded for it


def measure(folder: Path) -> Iterator[Row]:
    """The rows of all kinds, in one run."""
    if missing := sorted(
        {
            package
            for kind in KINDS
            for path, package in kind.needs.items()
            if not Path(path).exists()
        }
    ):
        raise Unmeasured(f"a kind of host is missing: apt-get install {' '.join(missing)}")
    if os.geteuid():
        raise Unmeasured("the kinds of host take root, whose servers start programs as other users")
    path = sites.prepare(folder, hundred=100)["hundred"].lstrip("/")
    release = dist.build(sites.TOP, folder / "dist")
    with virtualenv(
        sites.TOP / "requirements.txt", sites.TOP / "requirements-gunicorn.txt"
    ) as venv:
        for kind in KINDS:
            with account(release, venv) as user:
                site = Site(user)
                _bring(folder, site)
                with kind.serve(site):
                    yield from _rows(kind, site, path)


def _bring(folder, site):
    """The prepared site's data into the account, as the account's own."""
    for name in ("site.db", "secret_key", "made"):
        shutil.copy(folder / name, site.account.instance / name)
        shutil.chown(site.account.instance / name, site.account.user, site.account.user)
    site.account.settle(**site.settings)


def _rows(kind, site, path):
    visitor = Visitor(site)
    # compiles what Python and Jinja keep compiled, and keeps the page
    for address in (path + WHOLE, path, path):
        visitor.get(address)
    kept, whole = (_first_answers(kind, site, visitor, address) for address in (path, path + WHOLE))
    libraries = median(_import(site) for _round in range(ROUNDS))
    rate, memory = load(f"{site.url}/{path}", SECONDS).rate, _memory(visitor, site, path)
    what, limit = ("first answer of a fresh process", COLD) if kind.lasting else ("each page", PAGE)
    yield Row(f"{kind.name}: {what}", kept, limit, " s", note="from the disk")
    loaded = f"{kind.name}: the same when the program must be loaded"
    yield Row(loaded, whole, limit, " s", note=f"its libraries alone {libraries:.2f} s")
    yield Row(
        f"{kind.name}: memory of a process",
        memory,
        MEMORY,
        " MB",
        note=f"PSS; the article {rate:.0f} times a second",
    )


def _import(site):
    """Seconds that Python takes to start and to import what the program is asked to be made
    with.
    """
    begun = time.perf_counter()
    site.account.run(site.account.venv / "bin/python", "-c", LIBRARIES)
    return time.perf_counter() - begun


def _first_answers(kind, site, visitor, address):
    """Seconds until a process that was just started answers: the median."""
    return median(_seconds(kind, site, visitor, address) for _round in range(ROUNDS))


def _seconds(kind, site, visitor, address):
    time.sleep(2 * IDLE)  # for those that answer from the disk, and are small
    rest(site, kind)
    begun = time.perf_counter()
    answer = visitor.get(address)
    if answer.status != 200:
        raise Unmeasured(f"{kind.name}: {address} answers {answer.status}")
    return time.perf_counter() - begun


def _memory(visitor, site, path):
    """The largest process while all have the program loaded, and answer readers and the office."""
    with ThreadPoolExecutor(1) as thread:
        asked = [path + WHOLE, "admin/login"] * 2 * AT_ONCE
        asking, largest = thread.submit(visitor.at_once, visitor.get, asked, 2 * AT_ONCE), 0.0
        while not asking.done():
            largest = max(largest, *site.account.processes().values(), 0)
            time.sleep(0.05)
    return max(largest, *site.account.processes(LOADED).values(), 0)
