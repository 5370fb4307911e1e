"""The pictures that archived articles show, made this site's own: each is found in the archive, in
a folder or on its host, taken like an upload, and the article shows it from here.
"""

import base64
import binascii
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote_to_bytes

from pnpm.config import Config
from pnpm.db import now
from pnpm.markup import figures
from pnpm.markup.urls import is_web
from pnpm.media import uploads
from pnpm.media.decoding import LARGEST
from pnpm.media.formats import Kind, Refused, picture_format
from pnpm.media.models import Picture

from . import picture_addresses as addresses
from .fetch import Fetcher, Unfetched
from .illustrated_html import Found, IllustratedHtml, PictureOutcome, Shown, file_of
from .picture_files import Missing, PictureFiles
from .records import ArchivedPicture

TAKEN, MERGED, DROPPED_HERE = "taken", "merged", "dropped"
MOST_OF_AN_ARTICLE = 500  # pictures: more than any gallery shows
MOST_ALIKE = 5  # files of the same name that are compared
LONGEST_NAME = 200  # characters of an address in a report
_ANY_SIZE = 800, 600  # pixels, of what was not decoded
NOT_THERE = "its file is not in the archive, nor in a folder that was given"
AMBIGUOUS = "several files that were given have its name"
UNNAMED = "its address is none"
UNSHOWN = "no article shows it"
TOO_MANY = f"the article shows more than {MOST_OF_AN_ARTICLE} pictures"
WHY = {
    Kind.EMPTY: "its file is empty",
    Kind.LARGE: f"its file is larger than {LARGEST // 1024**2} MB",
    Kind.PIXELS: "it has too many pixels",
    Kind.MEMORY: "it would take too much memory",
    Kind.SVG: "it is a drawing (SVG), which may hold a program",
    Kind.HEIC: "it is a HEIC, which browsers do not show",
    Kind.PDF: "it is a PDF",
    Kind.ARCHIVE: "it is no picture",
    Kind.VIDEO: "it is a film",
    Kind.OTHER: "it is no picture of a known format",
    Kind.BROKEN: "its file is damaged",
    Kind.FULL: "this site has no room for more pictures (PICTURES_TOTAL)",
}


class Notes(Protocol):
    """What was found out of the pictures that articles show, by all processes of a run."""

    def is_first(self, picture: str, article: int) -> bool:
        """Return whether the article of that number is the first that was asked for with it."""

    def note_met(self, addresses: Iterable[str]) -> None:
        """Note that articles show the pictures of these addresses, as they are compared."""

    def is_met(self, address: str) -> bool:
        """Return whether an article shows the picture of that address."""


class _OwnNotes:
    """The notes of one process."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._met: set[str] = set()

    def is_first(self, picture: str, article: int) -> bool:
        return self._first.setdefault(picture, article) == article

    def note_met(self, addresses: Iterable[str]) -> None:
        self._met.update(addresses)

    def is_met(self, address: str) -> bool:
        return address in self._met


class Pictures:
    """The pictures of an archive; made once a run, by `who`. `file` is the archive, in which they
    are if it is a zip, `folder` another place. With `fetch`, hosts that articles name are asked for
    those that are in neither (`fetcher`: by this one).
    """

    def __init__(
        self,
        config: Config,
        file: Path | None,
        folder: Path | None,
        fetch: bool,
        who: str,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._config, self._who = config, who
        self._files = PictureFiles(file, folder)
        self._fetcher = fetcher or (Fetcher() if fetch else None)
        self._known: dict[str, Found] = {}
        self._in_archive: dict[str, str] = {}
        self._originals: set[str] = set()
        self._alt: dict[str, str] = {}
        self._is_full = False
        self.begin()

    def begin(
        self,
        named: Iterable[ArchivedPicture] = (),
        begun: datetime | None = None,
        is_dry: bool = False,
        notes: Notes | None = None,
    ) -> None:
        """Say what the archive names apart from articles, and when the run began: what is here
        since then, it has taken itself. If it `is_dry`, nothing is taken or fetched, and outcomes
        say what would be. `notes` are of what articles show, in whichever process that was found.
        """
        self._notes = notes or _OwnNotes()
        self._begun = (begun or now()).replace(microsecond=0)  # engines may keep no less
        self._is_dry = is_dry
        for picture in named:
            self._note(picture)

    def take(
        self, html: str, page: str = "", number: int = 0, here: Iterable[Picture] = ()
    ) -> tuple[str, list[PictureOutcome]]:
        """Return an article's HTML with this site's pictures in place of those that could be taken,
        also in links to them, and what became of each that no article before it shows. `page` is
        the article's URL there, as its pictures may be named relative to it, and `number` that by
        which it is known again if it comes once more. `here` are the pictures that it shows here
        already: those need no file.

        Each picture is a transaction of its own, before the article's: one that is asked for again
        is found.
        """
        page = page if is_web(page) else ""
        article, by_name = IllustratedHtml.of(html), _by_name(here)
        outcomes: dict[str, PictureOutcome] = {}
        for place, shown in enumerate(article.shown):
            if addresses.is_dot(shown.image) or _is_ours(shown.image):
                continue
            named = self._named(shown, page)
            shown.found = found = self._look_for(named, place >= MOST_OF_AN_ARTICLE, by_name)
            outcomes[_one(found.outcome, named)] = found.outcome
        told = [outcomes[one] for one in outcomes if self._notes.is_first(one, number)]
        return article.written(self._link_to(page)), told

    def left(
        self, html: str, page: str, number: int, why: str, here: Iterable[Picture]
    ) -> list[PictureOutcome]:
        """Return the pictures of an article that stays as it is: none is taken, and `why` says so
        of those that it does not show; otherwise as `take`.
        """
        page, by_name = page if is_web(page) else "", _by_name(here)
        told: dict[str, PictureOutcome] = {}
        for shown in IllustratedHtml.of(html).shown:
            if not addresses.is_dot(shown.image):
                named = self._named(shown, page)
                outcome = PictureOutcome(DROPPED_HERE, _name(named), why)
                if known := by_name.get(uploads.file_name(outcome.name)):
                    outcome = known.outcome
                told[_one(outcome, named)] = outcome
        return [told[one] for one in told if self._notes.is_first(one, number)]

    def unshown(self, named: Iterable[ArchivedPicture]) -> Iterator[PictureOutcome]:
        """Yield those of these pictures, as the archive names them, that no article has shown."""
        for picture in named:
            one = addresses.identity(picture.address)
            if not picture.file and one and not self._notes.is_met(one):
                yield PictureOutcome(DROPPED_HERE, _name([picture.address]), UNSHOWN)

    def _note(self, picture: ArchivedPicture) -> None:
        """Remember a picture that the archive names."""
        one = addresses.identity(picture.address) if picture.address else ""
        if picture.file and one:
            self._in_archive[one] = picture.file
        if one and not picture.file:
            self._originals.add(picture.address)
        if one and picture.alt:
            self._alt[one] = picture.alt

    def _named(self, shown: Shown, page: str) -> list[str]:
        """Return the addresses of a picture, and describe it as the archive does, if nobody else
        does.
        """
        named = addresses.shown_by(shown.image, shown.link.get("href", ""), page)
        self._notes.note_met(map(addresses.identity, named))
        if not shown.image.get("alt"):
            alts = (self._alt.get(addresses.identity(address), "") for address in named)
            if alt := next(filter(None, alts), ""):
                shown.image["alt"] = alt
        return named

    def _look_for(self, named: list[str], is_over: bool, here: dict[str, Found]) -> Found:
        """Return what became of the picture that has these addresses; `here` are those that the
        article shows already, by name.
        """
        known = [one for address in named if (one := addresses.identity(address)) in self._known]
        if known:
            best = min(known, key=lambda one: self._known[one].outcome.result == DROPPED_HERE)
            return self._known[best]
        if is_over or not named:
            why = TOO_MANY if is_over else UNNAMED
            return Found(PictureOutcome(DROPPED_HERE, _name(named), why))
        found = self._obtain(named)
        if found.outcome.result == DROPPED_HERE:
            found = here.get(uploads.file_name(found.outcome.name), found)
        for address in named:
            self._known[addresses.identity(address)] = found
        return found

    def _obtain(self, named: list[str]) -> Found:
        """Take the first file of a picture that can be taken. If none can, what is said is why the
        first that is there could not, as it is the largest.
        """
        why = ""
        name = _name(named)
        for read in self._ways(named):
            try:
                found = self._taken(read(), name)
            except (Missing, Unfetched) as error:
                why = why or str(error)
            except Refused as refused:
                self._is_full = self._is_full or refused.kind is Kind.FULL
                why = why or WHY.get(refused.kind, refused.kind.value)
            else:
                return found
        return Found(PictureOutcome(DROPPED_HERE, name, why or NOT_THERE))

    def _taken(self, data: bytes, name: str) -> Found:
        """Take a file. Raises Refused."""
        known = Picture.of(uploads.key_of(data))
        if known is None and self._is_full:  # it is not even looked at
            raise Refused(Kind.FULL)
        if self._is_dry:
            picture_format(data)
            outcome = PictureOutcome(MERGED if known else TAKEN, name, key=uploads.key_of(data))
            return Found(outcome, *_ANY_SIZE)
        picture = uploads.take(self._config, self._who, io.BytesIO(data), name)
        is_new = picture.created_at >= self._begun and picture.who == self._who
        outcome = PictureOutcome(TAKEN if is_new else MERGED, name, key=picture.key)
        return Found(outcome, picture.width, picture.height)

    def _ways(self, named: list[str]) -> Iterator[Callable[[], bytes]]:
        """Yield how a picture can be read, the best first: what was given goes before what would
        have to be fetched.
        """
        for address in named:
            if address[:5].lower() == "data:":
                yield partial(_embedded, address)
            if file := self._in_archive.get(addresses.identity(address)):
                yield from self._files.named(file)
            if address in self._originals:
                paths = addresses.paths(address)[-1:]  # whatever its name looks like
            else:
                paths = addresses.paths(address)
            for path in paths:
                if alike := self._files.find(path):
                    yield partial(_the_same, alike)
        if self._fetcher is not None and not self._is_full and not self._is_dry:
            yield from self._fetched(self._fetcher, named)

    def _fetched(self, fetcher: Fetcher, named: list[str]) -> Iterator[Callable[[], bytes]]:
        asked: list[str] = []
        for address in filter(is_web, named):
            is_original = address in self._originals
            asked += [address] if is_original else addresses.larger(address)
        for address in dict.fromkeys(asked):
            fetcher.allow(address)
            yield partial(fetcher.get, address)

    def _link_to(self, page: str) -> Callable[[str], str]:
        """Return what gives the address here of the picture at an address there, or nothing."""

        def here(address: str) -> str:
            whole = addresses.whole(address, page)
            found = self._known.get(addresses.identity(whole)) if whole else None
            return file_of(found, found.width) if found and found.outcome.key else ""

        return here


def _by_name(here: Iterable[Picture]) -> dict[str, Found]:
    """Return pictures that are here, by their names."""
    return {
        one.name: Found(PictureOutcome(MERGED, one.name, key=one.key), one.width, one.height)
        for one in here
    }


def _is_ours(image: dict[str, str]) -> bool:
    """Return whether a picture is of this site, as when an article is taken in once more."""
    address = image.get("src", "")
    found = figures.KEY.search(address)
    return bool(found and address.startswith("/") and Picture.of(found[1]))


def _one(outcome: PictureOutcome, named: list[str]) -> str:
    """Return by which a picture is one, however often it is shown: its content, if it is here."""
    return outcome.key or (addresses.identity(named[-1]) if named else "")


def _name(named: list[str]) -> str:
    """Return what a picture is called in the report and in the library."""
    name = addresses.name_of(named[-1]) if named else ""
    return name[:LONGEST_NAME] or "gambar"


def _the_same(alike: list[Callable[[], bytes]]) -> bytes:
    """Return what is in files of the same name. Raises Missing if that is not the same."""
    if len(alike) > MOST_ALIKE:
        raise Missing(AMBIGUOUS)
    first, *others = (read() for read in alike)
    if any(other != first for other in others):
        raise Missing(AMBIGUOUS)
    return first


def _embedded(address: str) -> bytes:
    """Return the picture that a `data:` address holds (RFC 2397). Raises Missing."""
    head, _comma, data = address.partition(",")
    content = unquote_to_bytes(data)
    if not head.lower().endswith(";base64"):
        return content
    try:
        return base64.b64decode(content)
    except (binascii.Error, ValueError) as error:
        raise Missing("what the article has of it is damaged") from error
