"""Readers with a bad connection, in real Chromium: what a slow one makes them wait, and whether all
that they write over one that loses three exchanges in ten arrives once.
"""

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.unreliable_proxy import unreliable_proxy

from .budget import Row, Unmeasured
from .site import Server, serve
from .unreliable_proxy import LOSS, PUBLISHED, SEED
from .weight import CHROMIUM, PHONE

ROUNDS = 5
SLOW = {  # 250 kbit/s, 300 ms
    "offline": False,
    "latency": 300,
    "downloadThroughput": 250_000 / 8,
    "uploadThroughput": 250_000 / 8,
}
READERS, COMMENTS = 5, 500
PATIENCE = 900  # seconds for all of them
# A reader who writes one comment after the other, each fourth as a reply, and waits for none of
# them longer than until the form is free.
WRITE = """
async ([reader, count]) => {
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const find = (selector) => document.querySelector(selector);
  window.states = [];
  for (let number = 0; number < count; number++) {
    if (number % 4 === 3) find(".comment__reply").click();
    find("#body").value = `pembaca ${reader}: komentar ${number}`;
    find("#comment-form").requestSubmit();
    do await pause(50);
    while (find("#body").value || Object.keys(localStorage).some((key) => key.startsWith("outbox")));
    window.states.push(find("#status").textContent.trim());
  }
  window.done = true;
}
"""


def measure(server: Server, path: str, instance: Path, article: str) -> Iterator[Row]:
    """The rows on the article at `path` of `server`, and on comments under `article` of the site in
    `instance`, which is served for this.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        rounds = [_slowly(browser, server.url + path) for _round in range(ROUNDS)]
        yield _waited("the article can be read", [shown for shown, _told in rounds], 2)
        yield _waited("a comment is acknowledged", [told for _shown, told in rounds], 1.5)
        yield _once(browser, instance, article)
        browser.close()


def _slowly(browser: Browser, url):
    """In how many seconds a first visit shows the text, and a comment is acknowledged."""
    page = browser.new_context(**PHONE, service_workers="block").new_page()
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto(url)
    shown = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    page.fill("#body", f"Terima kasih, Pak. {time.time()}")
    begun = time.monotonic()
    page.click("#comment-form [type=submit]")
    page.locator("#status", has_text=re.compile("sudah (terbit|kami terima)")).wait_for()
    told = time.monotonic() - begun
    page.context.close()
    return shown / 1000, told


def _waited(what, seconds, most):
    note = ", ".join(f"{one:.2f}" for one in seconds)
    return Row(
        f"on a connection of 250 kbit/s and 300 ms, {what}", median(seconds), most, " s", note=note
    )


def _once(browser, instance, article):
    texts = {
        f"pembaca {reader}: komentar {number}"
        for reader in range(READERS)
        for number in range(COMMENTS // READERS)
    }
    with (
        serve("wsgi:app", instance, **PUBLISHED) as server,
        unreliable_proxy(server.url, SEED, LOSS) as proxy,
    ):
        pages = []
        for reader in range(READERS):
            page = browser.new_context(service_workers="block").new_page()
            page.goto(proxy.through(article))
            page.evaluate("(given) => { (" + WRITE + ")(given); }", [reader, COMMENTS // READERS])
            pages.append(page)
        until = time.monotonic() + PATIENCE
        while not all(page.evaluate("window.done") for page in pages):
            if time.monotonic() > until:
                raise Unmeasured(f"after {PATIENCE} s not all comments had arrived")
            pages[0].wait_for_timeout(1000)
        states = [state for page in pages for state in page.evaluate("states")]
        for page in pages:
            page.context.close()
    counted = Counter(_bodies(instance))
    untrue = [state for state in states if not re.search("sudah terbit", state)]
    kinds = Counter(exchange.kind for exchange in proxy.done if exchange.method == "POST")
    what = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    wrong = sum(counted[text] != 1 for text in texts) + len(untrue)
    title = f"{COMMENTS} comments and replies in Chromium through a proxy that loses {LOSS:.0%}"
    return Row(
        f"{title}: not stored once, or not said so", wrong, 0, note=f"{len(states)} sent; {what}"
    )


def _bodies(instance):
    with closing(sqlite3.connect(instance / "site.db")) as connection:
        return [body for (body,) in connection.execute("SELECT body FROM comment")]
