"""A site's first visitor and officer, by a real client: makes the first account, writes an article
and comments.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

from pnpm.diagnostics.probe.client import Answer, Client
from pnpm.diagnostics.probe.html import Page

from .kinds import AT_ONCE, Site

NAME, PASSWORD = "Bu Camat", "empat kata yang biasa"
SECONDS = 60  # until something shows: Passenger, by default, looks every ten seconds


class Visitor:
    """Visits a site at its address, or another that leads to it."""

    def __init__(self, site: Site, url: str = ""):
        self.site, self.url = site, url or site.url

    def client(self) -> Client:
        """A browser that has not been here before."""
        return Client(self.url, str(self.site.certificate), SECONDS)

    def get(self, address: str = "", **headers: str) -> Answer:
        """What that browser gets."""
        return self.client().get(address, **headers)

    def set_up(self) -> Client:
        """Make the first account with the code from the instance folder; the browser that is signed
        in.
        """
        client = self.client()
        form = Page(client.get("admin/setup/").text).forms["setup-form"]
        code = (self.site.account.instance / "setup_code.txt").read_text()
        answer = client.post(
            form.action, form.filled(setup_code=code, username=NAME, password=PASSWORD)
        )
        assert (answer.status, answer["Location"]) == (303, f"{self.site.at}/admin/")
        return client

    def publish(self, client: Client, title: str) -> str:
        """Write an article in the office, and give its address."""
        form = Page(client.get("admin/articles/new").text).forms["article-form"]
        told = {"title": title, "body": "Isi artikel.", "status": "published", "comments_open": "y"}
        assert client.post(form.action, form.filled(**told)).status == 303
        return re.search(
            r"<loc>([^<]+/[0-9]{4}/[0-9]{2}/[^<]+)</loc>", self.get("sitemap.xml").text
        )[1]

    def comment(self, address: str, body: str) -> Answer:
        """Send a comment as a browser without JavaScript."""
        client = self.client()
        form = Page(client.get(address).text).forms["comment-form"]
        return client.post(form.action, form.filled(body=body, nonce=body, seconds="60"))

    def at_once(self, action: Callable, values: Iterable, many: int = AT_ONCE) -> list:
        """What `action` gives for each of these, so many at a time."""
        with ThreadPoolExecutor(many) as threads:
            return list(threads.map(action, values))

    def finally_gets(self, is_it: Callable[[Answer], bool], address: str = "") -> Answer:
        """The answer, as soon as every process gives one that `is_it`."""
        deadline, row, many = monotonic() + SECONDS, 0, self.site.many
        while row < 6 * many:
            answers = self.at_once(self.get, [address] * 2 * many, 2 * many)
            row = row + 2 * many if all(is_it(answer) for answer in answers) else 0
            assert monotonic() < deadline, answers[-1]
            sleep(0 if row else 0.2)
        return answers[-1]


def count_of(page: Answer) -> int:
    """The number of comments that the page tells."""
    return int(re.search(r'id="comment-count"[^>]*>\s*([0-9]+)', page.text)[1])


def newest_step(top: Path) -> str:
    """The number of the newest step of the schema in a checkout."""
    return max(path.name[:4] for path in (top / "pnpm/db/migrations/versions").glob("[0-9]*.py"))
