"""What every page may show of the site: its settings, words and headlines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.support import NullTranslations, Translations
from flask import current_app, g, has_request_context
from flask_babel import Domain, get_locale, refresh
from sqlalchemy import Row

from pnpm import config
from pnpm.articles.headlines import headlines
from pnpm.comments.rules import Rules
from pnpm.config import LANGUAGES, TOP, Config
from pnpm.markup import figures, quantities
from pnpm.media.models import Picture
from pnpm.site_settings import Setting, Words

TALLEST, WIDEST = 48, 240  # pixels: it fits the smallest phone


class Logo(NamedTuple):
    """Its files, below the site's address, and its size in pixels."""

    webp: str
    jpeg: str
    width: int
    height: int

    @classmethod
    def of(cls, key: str) -> "Logo | None":
        """The picture of that key as the logo; None if there is none."""
        found = Picture.of(key) if key else None
        if found is None or found.deleted_at:
            return None
        smallest = figures.widths_of(found.width)[0]
        scale = min(1, TALLEST / found.height, WIDEST / found.width)
        webp, jpeg = (figures.path_of(key, smallest, ending) for ending in ("webp", "jpg"))
        width, height = (max(1, round(side * scale)) for side in (found.width, found.height))
        return cls(webp, jpeg, width, height)


class Site:
    """What every page may show; each part is read once a request, and only if the template asks."""

    def __init__(self, revision: str | None = None):
        self._revision = revision

    @property
    def config(self) -> Config:
        """The settings."""
        return current_app.config["PNPM"]

    @cached_property
    def language(self) -> str:
        """Of the whole site: as the office has it, or the settings."""
        chosen = self.words.language
        # another version may have known more
        return chosen if chosen in LANGUAGES else self.config.language

    @cached_property
    def zone(self) -> ZoneInfo:
        """The same for its time zone."""
        try:
            return config.zone(self.words.timezone) if self.words.timezone else self.config.timezone
        except ValueError:  # kept on a host that knew more zones
            return self.config.timezone

    @cached_property
    def catalogue(self) -> NullTranslations:
        """Every word in the site's language: without a look at the request, which each of
        Flask-Babel's costs.
        """
        return _catalogue(self.language)

    @property
    def translate(self) -> Callable[[str], str]:
        """A word in the site's language."""
        return self.catalogue.gettext

    @cached_property
    def revision(self) -> str:
        """Another one whenever what stands on every page has changed."""
        return Setting.revision() if self._revision is None else self._revision

    @cached_property
    def words(self) -> Words:
        """The site's words, kept from one request to the next as long as its revision is the
        same.
        """
        return self._kept("words", Setting.words)

    @cached_property
    def logo(self) -> Logo | None:
        """The logo, if the office chose one and it is there; kept in the same way."""
        return self._kept("logo", lambda: Logo.of(self.words.logo))

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


class Proposed(Site):
    """The site as it would be with other words; nothing of it is kept."""

    def __init__(self, words: Words):
        super().__init__()
        self.words = words

    def _kept(self, name, read):
        return read()


class Unread(Site):
    """The site while its database cannot be read: as this process saw it last, else as it comes. It
    asks for nothing.
    """

    def _kept(self, name, read):
        return current_app.extensions.get(name, (None, Words() if name == "words" else None))[1]


class Sentences(Domain):
    """The translations for Python's own sentences, in which numbers stand as people read them."""

    def gettext(self, string, **values):
        """A sentence in the site's language."""
        return super().gettext(string, **quantities.spelled(values, get_locale() or "en"))

    def ngettext(self, singular, plural, num, **values):
        """The same for so many."""
        words = self.get_translations().ungettext(singular, plural, num)
        return words % quantities.spelled({"num": num} | values, get_locale() or "en")


def stop_reading() -> None:
    """From here on this request shows what is known of the site, and does not wait for its database
    again.
    """
    g.site = Unread()
    refresh()


def is_read() -> bool:
    """Whether this request may ask for what it shows of the site."""
    return not isinstance(current_site(), Unread)


@contextmanager
def proposed(words: Words) -> Iterator[None]:
    """Within the block, everything stands and is said as it would be with these words."""
    before, g.site = current_site(), Proposed(words)
    refresh()
    try:
        yield
    finally:
        g.site = before
        refresh()


def current_language() -> str | None:
    """What Flask-Babel translates into: the site's language; None, for the one in the settings,
    where nobody asked for a page.
    """
    return current_site().language if has_request_context() else None


@cache
def _catalogue(language):
    return Translations.load(TOP / "pnpm/translations", [language])


def current_site(revision: str | None = None) -> Site:
    """This request's; a view that has read the site's revision already gives it, and saves a
    query.
    """
    found = g.get("site")
    if found is None:
        found = g.site = Site(revision)
    return found
