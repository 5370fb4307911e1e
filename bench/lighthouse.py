"""What Lighthouse says of the pages that readers come to first, as a phone on a slow line has them.

It is Google's program, which `make bench` installs into .tools/bench.
"""

import json
import os
import subprocess
from collections.abc import Iterator

from .budget import Row, Unmeasured
from .site import TOP, Server
from .weight import CHROMIUM

INSTALLED = TOP / ".tools/bench/node_modules"
PROGRAM = INSTALLED / "node/bin/node", INSTALLED / "lighthouse/cli/index.js"
CATEGORIES = "performance", "accessibility", "best-practices", "seo"
CHROME = "--headless=new --no-sandbox --disable-dev-shm-usage"
# of which the best counts: what only another process made slow is not slow each time
TRIES = 3
SECONDS = 180


def measure(server: Server, pages: dict[str, str]) -> Iterator[Row]:
    """The rows on the least of its four scores for each of `pages`: paths by their names."""
    if missing := [path for path in PROGRAM if not path.is_file()]:
        raise Unmeasured(f"{missing[0]} is missing: make .tools/bench/done")
    for name, path in pages.items():
        scores = _best(server.url + path)
        note = ", ".join(f"{category} {score}" for category, score in scores.items())
        yield Row(f"Lighthouse, {name}", min(scores.values()), 100, at_least=True, note=note)


def _best(url):
    """The scores of a page by categories, of the try in which the least of them is the highest.
    Lighthouse itself fails now and then: that is a try, too.
    """
    tried, failed = [], None
    for _try in range(TRIES):
        try:
            tried.append(_scores(url))
        except Unmeasured as error:
            failed = error
            continue
        if min(tried[-1].values()) == 100:
            break
    if not tried:
        raise failed or Unmeasured(url)
    return max(tried, key=lambda scores: min(scores.values()))


def _scores(url):
    command = [*PROGRAM, url, "--quiet", "--output=json", f"--chrome-flags={CHROME}"]
    ran = subprocess.run(
        [*command, f"--only-categories={','.join(CATEGORIES)}"],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if ran.returncode:
        raise Unmeasured(f"Lighthouse at {url}: {ran.stderr.strip()[-300:]}")
    found = json.loads(ran.stdout)["categories"]
    return {name: round(100 * found[name]["score"]) for name in CATEGORIES}
