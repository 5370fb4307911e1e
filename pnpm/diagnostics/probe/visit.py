"""One visit of a site: the pages that the probe's checks share, each asked for once."""

import re
import secrets
from functools import cached_property

from .client import Answer, Client
from .html import Form, Page

ARTICLE = re.compile(r"/([0-9]{4})/([0-9]{2})/([a-z0-9-]+\.html)$")


class Visit:
    """A site as its visitor finds it, and what the probe has written there."""

    def __init__(self, client: Client, account: str = "", password: str = ""):
        self.client, self.account, self.password = client, account, password
        # is in whatever the probe writes, so that it is found again
        self.mark = f"pemeriksaan-{secrets.token_hex(6)}"
        # the address and the fields of each comment that was sent
        self.written: list[tuple[str, dict]] = []

    @cached_property
    def front(self) -> Answer:
        """Return the front page."""
        return self.client.get("")

    @cached_property
    def sitemap(self) -> list[str]:
        """Return the URLs in the sitemap."""
        return re.findall(r"<loc>\s*([^<\s]+)\s*</loc>", self.client.get("sitemap.xml").text)

    @cached_property
    def path(self) -> str | None:
        """Return the newest article's path below the site's address, from the sitemap or else from
        the front page; None if there is no article.
        """
        linked = [link.get("href", "") for link in Page(self.front.text).all("a")]
        for address in [*self.sitemap, *linked]:
            found = ARTICLE.search(address)
            if found:
                return found[0].removeprefix("/")
        return None

    @cached_property
    def article(self) -> Answer | None:
        """Return the newest article as a browser gets it; None if there is none."""
        if self.path is None:
            return None
        return self.client.get(self.path, Accept_Encoding="gzip")

    @cached_property
    def page(self) -> Page:
        """Return the newest article's page; an empty one if there is none."""
        return Page(self.article.text if self.article else "")

    @property
    def form(self) -> Form | None:
        """Return the newest article's form for comments; None where there is none."""
        return self.page.forms.get("comment-form")

    def queue(self) -> Page:
        """Return the moderation queue with the comments of this visit."""
        return Page(self.client.get(f"admin/comments?status=all&q={self.mark}").text)

    def rows(self) -> dict[int, Form]:
        """Return the forms that change the status of this visit's comments, by the comments'
        numbers; without deleted ones.
        """
        forms = [
            form
            for form in self.queue().forms.values()
            if form.fields.get("seen", "deleted") != "deleted"
        ]
        found = ((re.search(r"/comments/([0-9]+)/status$", form.action), form) for form in forms)
        return {int(match[1]): form for match, form in found if match}
