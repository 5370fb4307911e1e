"""One visit of a site: what its checks look at, each thing asked for once."""

import re
import secrets
from functools import cached_property

from .client import Answer, Client
from .html import Form, Page

ARTICLE = re.compile(r"/([0-9]{4})/([0-9]{2})/([a-z0-9-]+\.html)$")


class Visit:
    """A site as its visitor finds it; `article` is None where none was found."""

    def __init__(self, client: Client, account: str = "", password: str = ""):
        self.client, self.account, self.password = client, account, password
        # in whatever is written, so that it is found again
        self.mark = f"pemeriksaan-{secrets.token_hex(6)}"
        # each comment's form: where it was sent, and with what
        self.written: list[tuple[str, dict]] = []

    @cached_property
    def front(self) -> Answer:
        """The first page."""
        return self.client.get("")

    @cached_property
    def sitemap(self) -> list[str]:
        """The addresses that the sitemap names."""
        return re.findall(r"<loc>\s*([^<\s]+)\s*</loc>", self.client.get("sitemap.xml").text)

    @cached_property
    def path(self) -> str | None:
        """The newest article's address under the site's, as the sitemap names it, or else the first
        page.
        """
        linked = [link.get("href", "") for link in Page(self.front.text).all("a")]
        found = next(
            (match for address in [*self.sitemap, *linked] if (match := ARTICLE.search(address))),
            None,
        )
        return found and found[0].removeprefix("/")

    @cached_property
    def article(self) -> Answer | None:
        """The newest article as a browser gets it."""
        return None if self.path is None else self.client.get(self.path, Accept_Encoding="gzip")

    @cached_property
    def page(self) -> Page:
        """The same, read; empty without one."""
        return Page(self.article.text if self.article else "")

    @property
    def form(self) -> Form | None:
        """Its form for comments; None where there is none."""
        return self.page.forms.get("comment-form")

    def queue(self) -> Page:
        """The office's page with the comments of this visit."""
        return Page(self.client.get(f"admin/comments?status=all&q={self.mark}").text)

    def rows(self) -> dict[int, Form]:
        """Those that are not deleted: their numbers, and the form of each that gives it another
        status.
        """
        forms = [
            form
            for form in self.queue().forms.values()
            if form.fields.get("seen", "deleted") != "deleted"
        ]
        found = ((re.search(r"/comments/([0-9]+)/status$", form.action), form) for form in forms)
        return {int(match[1]): form for match, form in found if match}
