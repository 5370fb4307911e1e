"""The office's library of pictures, one page at a time, and which pictures are in use."""

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, bindparam, exists, select

from pnpm.db import db, keyset, read
from pnpm.markup import alt_texts
from pnpm.site_settings import Setting

from .models import Illustration, Picture

PAGE = 24  # pictures on a page: rows of two, three or four


class Tab(enum.Enum):
    """A selection of the library."""

    ALL = "all"
    UNUSED = "unused"
    UNDESCRIBED = "undescribed"
    DELETED = "deleted"


@dataclass(frozen=True)
class PictureQuery:
    """A page of the library: what is asked for, all of which is in its URL."""

    tab: Tab = Tab.ALL
    after: int | None = None  # the number of the last picture on the page before

    def page(self) -> tuple[list[Picture], "PictureQuery | None"]:
        """Return a page of pictures, newest first, and the query of the next page (None: there is
        none).
        """
        key = None if self.after is None else (self.after,)
        query = keyset.after(select(Picture).where(*self._conditions()), (Picture.id,), key)
        shown, last = keyset.cut(db.session.scalars(query.limit(PAGE + 1)).all(), PAGE)
        if last is None:
            return shown, None
        return shown, replace(self, after=last.id)

    def _conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.tab is Tab.DELETED:
            yield Picture.deleted_at.is_not(None)
        else:
            yield Picture.deleted_at.is_(None)
        if self.tab is Tab.UNUSED:
            yield from unused()
        if self.tab is Tab.UNDESCRIBED:
            yield Picture.alt == ""


def unused() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of the pictures that are not in use: in no article of any status, and
    not at the head of the site.
    """
    return ~_IN_AN_ARTICLE, Picture.key.not_in(masthead_pictures())


def is_used(picture: Picture) -> bool:
    """Return whether an article shows the picture, or the site at its head."""
    return db.session.scalar(select(Picture.id).where(Picture.id == picture.id, *unused())) is None


def serves(key: str) -> bool:
    """Return whether readers get the files of that key: those of a deleted picture only while it is
    in use.
    """
    found = read(_SERVED, key=key)
    return found is not None and (
        found.deleted_at is None or found.is_used or key in masthead_pictures()
    )


def masthead_pictures() -> tuple[str, str]:
    """Return the keys of the site's logo and of the picture at the head of its front page; empty
    for none.
    """
    words = Setting.words()
    return words.logo, words.header_picture


def undescribed(source: str) -> list[Picture]:
    """Return the pictures in an article's source of which neither that nor the library says what
    they show, in the order in which they stand there.
    """
    keys = alt_texts.lacking(source)
    known = Picture.facts(keys) if keys else {}
    return [known[key] for key in keys if key in known and not known[key].alt]


def unknown(keys: Iterable[str]) -> set[str]:
    """Return those of the keys that belong to no picture."""
    return set(keys) - set(db.session.scalars(select(Picture.key)))


_IN_AN_ARTICLE = exists().where(Illustration.picture_id == Picture.id)
_SERVED = select(Picture.deleted_at, _IN_AN_ARTICLE.label("is_used")).where(
    Picture.key == bindparam("key")
)
