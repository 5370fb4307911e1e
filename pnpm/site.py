"""What every page may show of the site: its settings, words and headlines."""

from collections.abc import Callable
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import current_app, g
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from .config import Config
from .database import db
from .models import Setting
from .models.headlines import headlines
from .models.rules import Rules
from .models.setting import Words


class Site:
    """What every page may show; each part is read once a request, and only if the template asks."""

    def __init__(self, revision: str | None = None):
        self._revision = revision

    @property
    def config(self) -> Config:
        """The settings."""
        return current_app.config["PNPM"]

    @property
    def language(self) -> str:
        """Of the whole site: as the office has it, or the settings."""
        return self.words.language or self.config.language

    @cached_property
    def zone(self) -> ZoneInfo:
        """The same for its time zone."""
        return ZoneInfo(self.words.timezone) if self.words.timezone else self.config.timezone

    @property
    def translate(self) -> Callable[[str], str]:
        """A word in the site's language: without a look at the request, which Flask-Babel's costs."""
        return current_app.extensions["translate"]

    @cached_property
    def revision(self) -> str:
        """Another one whenever what stands on every page has changed."""
        return Setting.revision() if self._revision is None else self._revision

    @cached_property
    def words(self) -> Words:
        """The site's words, kept from one request to the next as long as its revision is the same.

        While the database is away, those it came with, so that an error page can say so.
        """
        try:
            return self._kept("words", Setting.words)
        except SQLAlchemyError:
            db.session.rollback()
            return Words()

    @cached_property
    def rules(self) -> Rules:
        """What the office has decided about comments, kept in the same way."""
        return self._kept("rules", Rules.now)

    def _kept(self, name, read):
        kept_revision, thing = current_app.extensions.get(name, (None, None))
        if kept_revision != self.revision:
            thing = read()
            current_app.extensions[name] = self.revision, thing
        return thing

    @cached_property
    def headlines(self) -> list[Row]:
        """The headings of the articles in the ticker."""
        return headlines(self.words)


def current_site(revision: str | None = None) -> Site:
    """This request's; a view that has read the site's revision already gives it, and saves a query."""
    if "site" not in g:
        g.site = Site(revision)
    return g.site
