"""The site as pages show it: settings, language, time zone, words, logo, accent, rules and
headlines.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations
from flask import current_app, g, has_app_context, has_request_context
from flask_babel import Domain, force_locale, get_locale, refresh
from sqlalchemy import Row

from pnpm import config, languages
from pnpm.accent import LIGHT, RED, Shades, shades_of
from pnpm.articles.headlines import headlines
from pnpm.comments.rules import Rules
from pnpm.config import Config
from pnpm.markup import figures, quantities
from pnpm.site_settings import LAYOUTS, Setting, Words

from . import assets, error_messages

TALLEST, WIDEST = 48, 240  # pixels of the logo: it fits the smallest phone
ON_DESK = 800, 1600  # pixels of the picture at the head of the front page, by density


class Logo(NamedTuple):
    """The logo: its files, relative to the site's address, and its size in pixels."""

    webp: str
    jpeg: str
    width: int
    height: int

    @classmethod
    def of(cls, key: str) -> "Logo | None":
        """Return the picture of that key as the logo; None if there is none."""
        found = _picture(key)
        if found is None:
            return None
        smallest = figures.widths_of(found.width)[0]
        scale = min(1, TALLEST / found.height, WIDEST / found.width)
        webp, jpeg = (figures.path_of(key, smallest, ending) for ending in ("webp", "jpg"))
        width, height = (max(1, round(side * scale)) for side in (found.width, found.height))
        return cls(webp, jpeg, width, height)


class HeaderPicture(NamedTuple):
    """The picture of the place at the head of the front page: its files, relative to the site's
    address, each with its width, that of a phone cut to its shape; its size in pixels, and its
    alternative text.
    """

    on_phone: tuple[str, int]
    on_desk: list[tuple[str, int]]
    jpeg: str
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, key: str) -> "HeaderPicture | None":
        """Return the picture of that key; None if there is none."""
        found = _picture(key)
        if found is None:
            return None
        widths = figures.widths_of(found.width)
        wide = [width for width in widths if width >= min(ON_DESK)] or widths[-1:]
        small = min(figures.HEADER, found.width)
        return cls(
            (figures.path_of(key, small, "webp"), small),
            [(figures.path_of(key, width, "webp"), width) for width in wide],
            figures.path_of(key, wide[0], "jpg"),
            found.width,
            found.height,
            found.alt,
        )


def _picture(key):
    """Return the picture of that key, unless it was deleted; None without a key."""
    if not key:
        return None
    from pnpm.media.models import Picture  # most sites have none at their head

    found = Picture.of(key)
    if found is None or found.deleted_at:
        return None
    return found


class Site:
    """What every page may show. Each part is read once a request, and only if the page asks."""

    def __init__(self, revision: str | None = None):
        self._revision = revision

    @property
    def config(self) -> Config:
        """Return the host's settings."""
        return current_app.config["PNPM"]

    @cached_property
    def language(self) -> str:
        """Return the site's language: the office's choice, else the host's."""
        chosen = self.words.language
        if chosen not in languages.known():  # none, or one whose catalogue is gone
            return self.config.language
        return chosen

    @property
    def language_tag(self) -> str:
        """Return the language as HTML and feeds write it: `pt-BR`."""
        return languages.tag_of(self.language)

    @property
    def is_right_to_left(self) -> bool:
        """Tell whether the language is written from right to left."""
        return languages.is_right_to_left(self.language)

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the site's time zone: the office's choice, else the host's."""
        if not self.words.timezone:
            return self.config.timezone
        try:
            return config.zone(self.words.timezone)
        except ValueError:  # chosen on a host that knew more zones
            return self.config.timezone

    @cached_property
    def catalogue(self) -> NullTranslations:
        """Return the translations into the site's language. Each call of Flask-Babel's own looks at
        the request first, which costs time.
        """
        return languages.catalogue(self.language)

    @property
    def layout(self) -> str:
        """Return how lists of articles are laid out, one of LAYOUTS."""
        chosen = self.words.layout
        if chosen not in LAYOUTS:  # which another version knows
            return LAYOUTS[0]
        return chosen

    @property
    def translate(self) -> Callable[[str], str]:
        """Return the function that translates into the site's language."""
        return self.catalogue.gettext

    @cached_property
    def revision(self) -> str:
        """Return the site's revision, which changes with whatever is on every page."""
        if self._revision is None:
            return Setting.revision()
        return self._revision

    @cached_property
    def words(self) -> Words:
        """Return the site's words, cached for as long as its revision is the same."""
        return self._kept("words", Setting.words)

    @cached_property
    def logo(self) -> Logo | None:
        """Return the logo, None without one; cached in the same way."""
        return self._kept("logo", lambda: Logo.of(self.words.logo))

    @cached_property
    def header_picture(self) -> HeaderPicture | None:
        """Return the picture at the head of the front page, None without one; cached in the same
        way.
        """
        return self._kept("header_picture", lambda: HeaderPicture.of(self.words.header_picture))

    @cached_property
    def shades(self) -> Shades:
        """Return the shades of the accent, cached in the same way."""
        return self._kept("shades", lambda: shades_of(self.words.accent)) or RED

    @property
    def theme_color(self) -> str:
        """Return the colour of what browsers and phones show around the page, where it is light:
        the chosen accent's, else that of the paper.
        """
        return self.shades.light if self.words.accent else LIGHT[0]

    @cached_property
    def accented(self) -> dict[str, str]:
        """Return the hashed names of `assets.ACCENTED` with the accent, cached in the same way;
        none where they are those that all sites have.
        """
        return (self._kept("accented", self._accented) or {}) if self.words.accent else {}

    def _accented(self):
        folder, names = current_app.config["STATIC"], current_app.config["ASSETS"]
        try:
            return {
                name: assets.accented(folder, names[name], self.shades) for name in assets.ACCENTED
            }
        except OSError as error:  # a full disk: readable all the same
            error_messages.log(error)
            return {}

    @cached_property
    def rules(self) -> Rules:
        """Return the office's rules for comments, cached in the same way."""
        return self._kept("rules", Rules.now)

    @cached_property
    def has_old_addresses(self) -> bool:
        """Tell whether any article came with addresses from another system, cached in the same
        way.
        """
        from pnpm.imports.addresses import any_kept  # asked where a page is not found

        return self._kept("old_addresses", any_kept)

    def _kept(self, name, read):
        """Return what this process cached under that name, read anew if the revision is another."""
        revision, value = current_app.extensions.get(name, (None, None))
        if revision != self.revision:
            value = read()
            current_app.extensions[name] = self.revision, value
        return value

    @cached_property
    def headlines(self) -> list[Row]:
        """Return the headings of the articles in the ticker."""
        return headlines(self.words)


class Proposed(Site):
    """The site as it would be with other words; nothing of it is cached."""

    def __init__(self, words: Words):
        super().__init__()
        self.words = words

    def _kept(self, name, read):
        return read()


class Unread(Site):
    """The site while its database cannot be read: as this process saw it last, else with default
    words. It asks the database for nothing.
    """

    def _kept(self, name, read):
        if name in current_app.extensions:
            _revision, value = current_app.extensions[name]
            return value
        return Words() if name == "words" else None


class Sentences(Domain):
    """The translations of sentences in Python code, with numbers written as people read them."""

    def get_translations(self):
        """Return the words in the language of `in_language`, else the site's."""
        if not has_app_context():
            return NullTranslations()
        return languages.catalogue(
            g.get("language") or _asked_language() or current_app.config["PNPM"].language
        )

    def gettext(self, string, **values):
        """Return a sentence in the site's language."""
        return super().gettext(string, **quantities.spelled(values, get_locale() or "en"))

    def ngettext(self, singular, plural, num, **values):
        """Return a sentence about `num` things in the site's language."""
        words = self.get_translations().ungettext(singular, plural, num)
        return words % quantities.spelled({"num": num} | values, get_locale() or "en")


def stop_reading() -> None:
    """From here on, show in this request what is known of the site, without waiting for its
    database again.
    """
    g.site = Unread()
    refresh()


def is_read() -> bool:
    """Tell whether this request may read the site from its database."""
    return not isinstance(current_site(), Unread)


@contextmanager
def proposed(words: Words) -> Iterator[None]:
    """Within the block, show everything as it would be with these words."""
    before = current_site()
    g.site = Proposed(words)
    refresh()
    try:
        yield
    finally:
        g.site = before
        refresh()


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Within the block, say everything in that language."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(languages.locale_of(language)):
            yield
    finally:
        g.language = before


def current_locale() -> Locale | None:
    """Return how Flask-Babel writes dates and numbers: as in the site's language; None outside a
    request, for the one in the settings.
    """
    language = _asked_language()
    return None if language is None else languages.locale_of(language)


def _asked_language():
    """Return the language of the site that is asked; None outside a request."""
    if not has_request_context():
        return None
    return current_site().language


def current_site(revision: str | None = None) -> Site:
    """Return this request's site. A view that has read the site's revision already passes it, which
    saves a query.
    """
    found = g.get("site")
    if found is None:
        found = g.site = Site(revision)
    return found
