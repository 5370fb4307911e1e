"""Measures everything in one run and prints a table; whatever it finds, it ends with 0, unless
something cannot be measured.
"""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from .budget import Row, Unmeasured

PEERS = (
    "WordPress with the same article and 2 comments 46 kB in 5 requests; Isso 83 kB; Waline 93 kB"
)
TOOLS = {"wrk": "wrk", "chromium": "/usr/bin/chromium"}
HERE = Path(__file__).parent


def main() -> int:
    """Print the conditions and the table; 1 if a tool is missing or a measurement fails."""
    if missing := [tool for tool, path in TOOLS.items() if not shutil.which(path)]:
        print(
            f"To measure, install {' and '.join(missing)}: apt-get install wrk chromium",
            file=sys.stderr,
        )
        return 1
    print(
        f"{os.cpu_count()} CPUs, Python {platform.python_version()}, {platform.system()} "
        f"{platform.release()}, {date.today()}"
    )
    print("what | measured | budget |")
    # Beside the code: /tmp may be memory, where a synced commit costs nothing.
    with tempfile.TemporaryDirectory(prefix=".site-", dir=HERE) as folder:
        (Path(folder) / ".gitignore").write_text("*\n")
        try:
            for row in rows(Path(folder)):
                print(row, flush=True)
        except Unmeasured as error:
            print(f"not measured: {error}", file=sys.stderr)
            return 1
    print(f"Peers' first visits: {PEERS}.")
    return 0


def rows(instance: Path) -> Iterator[Row]:
    """Every row, as soon as it is measured."""
    # After it is known that the tools are there.
    from . import (
        browser_connection,
        costs,
        fuzz,
        hosts,
        imports,
        lighthouse,
        mail,
        new_admin,
        office,
        photographs,
        search,
        site,
        slow_clients,
        spam,
        speed,
        start,
        unreliable_proxy,
        weight,
        writing,
    )

    paths = site.prepare(instance, hundred=100, long=10_000, replies=10_001, fresh=0)
    report = photographs.prepare(instance)
    with site.serve("wsgi:app", instance) as server:
        yield from weight.measure(server, paths["hundred"])
        yield from weight.measure_photographs(server, report)
        yield from speed.measure(server, paths, instance)
        yield from start.memory(server, "all of the above")
    yield from start.measure(instance)
    site.prepare(instance / "front")
    photographs.prepare_front(instance / "front")
    with site.serve("wsgi:app", instance / "front") as server:
        yield from weight.measure_front(server)
    yield from start.measure_front(instance / "front")
    yield from spam.measure()
    yield from slow_clients.measure(instance, paths["hundred"])
    sent = site.prepare(instance / "sent", comments=0)
    yield from unreliable_proxy.measure(instance / "sent", sent["comments"])
    chat = site.prepare(instance / "chat", comments=1)
    with site.serve("wsgi:app", instance) as server:
        yield from browser_connection.measure(
            server, paths["hundred"], instance / "chat", chat["comments"]
        )
    yield from costs.measure(instance, paths["hundred"])
    site.prepare(instance / "fuzz", thread=20)
    yield from fuzz.measure(instance / "fuzz")
    site.prepare(instance / "office")
    office.prepare(instance / "office")
    with site.serve("wsgi:app", instance / "office") as server:
        yield from office.measure(server)
    site.prepare(instance / "writing")
    writing.prepare(instance / "writing")
    with site.serve("wsgi:app", instance / "writing") as server:
        yield from writing.measure(server)
    mailing = site.prepare(instance / "mail", fresh=0)
    mail.prepare(instance / "mail")
    yield from mail.measure(instance / "mail", mailing["fresh"])
    site.prepare(instance / "search")
    yield from search.measure(instance / "search")
    posted = site.prepare(instance / "posting", fresh=0)
    yield from search.measure_posting(instance / "posting", posted["fresh"])
    yield from imports.measure(instance / "imports")
    yield from new_admin.measure(instance / "new")
    yield from hosts.measure(instance / "hosts")
    with site.serve("wsgi:app", instance) as server:
        pages = {
            "an article": paths["fresh"],
            "a thread of 10,000 comments": paths["long"],
            "an article with photographs": report,
        }
        yield from lighthouse.measure(server, pages)
    with site.serve("wsgi:app", instance / "front") as server:
        yield from lighthouse.measure(server, {"the front page": "/"})


if __name__ == "__main__":
    sys.exit(main())
